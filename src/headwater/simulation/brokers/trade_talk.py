"""What two people of the trade write to each other: requests up, answers down, money, and talk around it."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import numpy as np

from headwater.simulation.brokers import keys
from headwater.simulation.brokers.lines import EMOJI, FILE, IMAGE, QUOTE, RECORD, SYSTEM, TEXT, VOICE, Line, in_order
from headwater.simulation.brokers.paying_talk import money_lines
from headwater.simulation.brokers.span import DAY
from headwater.simulation.brokers.words import PHRASES, phrase
from headwater.simulation.brokers.world import Dealings, Pair, World

SMALL_TALK = 0.2  # sessions a day of two people who deal with each other; assumed


def trade_talk(made: World, pair: Pair, between: Dealings) -> list[Line]:
    """The whole chat of two accounts, the lower place speaking as 0; the same whichever phone it is read from."""
    rng = made.dice(f"talk/{pair[0]}/{pair[1]}")
    first = min(
        [int(made.hops.asked[h]) for h in between.hops[:1]]
        + [made.ledger.payments[p].time for p in between.payments[:1]]
        + [made.deals[d].time for d in between.deals[:1]]
    )
    lines = [Line(first - 90, 0, SYSTEM, "以上是打招呼的内容")]
    lines += _requests(made, pair, between.hops, rng)
    lines += _answers(made, pair, between.hops, rng)
    for place in between.payments:
        lines += money_lines(made, pair, place, rng)
    for place in between.deals:
        lines += _sale(made, pair, place, rng)
    lines += _announcements(made, pair, first)
    lines += _small_talk(made, first, rng)
    return in_order(lines)


def _requests(made: World, pair: Pair, hops: np.ndarray, rng: np.random.Generator) -> Iterator[Line]:
    """What was asked at one time is one message, or one after another."""
    before = False
    for _, group in groupby(hops.tolist(), key=lambda h: (made.hops.asked[h], made.hops.buyer_account[h])):
        batch = list(group)
        time, buyer = int(made.hops.asked[batch[0]]), int(made.hops.buyer_account[batch[0]] != pair[0])
        style = int(made.hops.style[batch[0]])
        if len(batch) > 1 and style % 4:
            yield _batch(made, batch, time, buyer, style)
        else:
            yield from _one_by_one(made, batch, time, buyer, before)
        yield from _reply(made, batch, time, 1 - buyer, rng)
        before = True


def _one_by_one(made: World, batch: list[int], time: int, buyer: int, before: bool) -> Iterator[Line]:
    for number, hop in enumerate(batch):
        order, style, level = int(made.hops.order[hop]), int(made.hops.style[hop]), int(made.hops.level[hop])
        if made.hops.form[hop]:
            yield Line(time + 4 * number, buyer, IMAGE, "[图片]")
            continue
        text = keys.ask(made, order, style, level, before)
        forwarded = level > 0 and made.hops.style[hop - 1] == made.hops.style[hop]
        yield Line(time + 4 * number, buyer, RECORD if forwarded and style % 3 == 0 else TEXT, text, hops=(hop,))


def _batch(made: World, batch: list[int], time: int, buyer: int, style: int) -> Line:
    """A list in one message, numbered or not; the item is named once when it is the same for all."""
    words = [keys.item_word(made, int(made.hops.order[h]), style) for h in batch]
    same = len(set(words)) == 1
    rows = [keys.key(made, int(made.hops.order[h]), style, int(made.hops.level[h])).replace("\n", " ") for h in batch]
    rows = rows if same else [f"{row} {word}" for row, word in zip(rows, words, strict=True)]
    if style % 3:
        rows = [f"{n}、{row}" for n, row in enumerate(rows, 1)]
    head = [phrase("batch_head", style).format(item=words[0], count=len(batch))] if same else []
    return Line(time, buyer, TEXT, "\n".join(head + rows), hops=tuple(batch))


def _reply(made: World, batch: list[int], time: int, seller: int, rng: np.random.Generator) -> Iterator[Line]:
    hop, chance = batch[0], rng.random(5)
    wait = int(rng.integers(8, 240))
    if chance[0] < 0.75:
        yield Line(time + wait, seller, TEXT, phrase("ack", int(1e6 * chance[1])))
    if chance[2] < 0.3 and made.hops.price[hop]:
        yield Line(
            time + wait + 6, seller, TEXT, phrase("quote", int(1e6 * chance[3])).format(price=made.hops.price[hop])
        )
        if chance[4] < 0.25:
            yield Line(time + wait + 31, 1 - seller, TEXT, phrase("haggle", int(1e6 * chance[4])))
    late = int(made.hops.answered[hop]) - time
    if late > 7_200 and chance[1] < 0.5:
        asked = time + int(late * (0.3 + 0.4 * chance[3]))
        yield _urging(made, hop, asked, 1 - seller, chance)
        yield Line(asked + 45, seller, TEXT, phrase("wait", int(1e6 * chance[4])))


def _urging(made: World, hop: int, time: int, buyer: int, chance: np.ndarray) -> Line:
    if chance[0] < made.habits.quoted / 0.2 and not made.hops.form[hop]:
        order, style, level = int(made.hops.order[hop]), int(made.hops.style[hop]), int(made.hops.level[hop])
        told = keys.ask(made, order, style, level, False)
        return Line(time, buyer, QUOTE, phrase("quote_note", style), ref=told, hops=(hop,))
    return Line(time, buyer, TEXT, phrase("urge", int(1e6 * chance[2])))


def _answers(made: World, pair: Pair, hops: np.ndarray, rng: np.random.Generator) -> Iterator[Line]:
    for hop in hops.tolist():
        order, seller = int(made.hops.order[hop]), int(made.hops.seller_account[hop] != pair[0])
        time, chance = int(made.hops.answered[hop]), rng.random(3)
        if not made.orders.fulfilled[order]:
            yield from _failure(made, hop, time, seller, chance)
            continue
        way = (
            int(made.orders.chance[order]) // 13 % 20
        )  # text, a picture with or without a word; the same on the way down
        if way < 13:
            yield Line(time, seller, TEXT, keys.answer(made, order), hops=(-1 - hop,))
        else:
            yield Line(time, seller, IMAGE, "[图片]")
            if way < 17:
                named = f"{keys.key(made, order, 0, 0)} {phrase('answer_note', order)}".replace("\n", " ")
                yield Line(time + 5, seller, TEXT, named, hops=(-1 - hop,))
        if chance[0] < 0.45:
            yield Line(time + 20 + int(200 * chance[1]), 1 - seller, TEXT, phrase("thanks", int(1e6 * chance[2])))


def _failure(made: World, hop: int, time: int, seller: int, chance: np.ndarray) -> Iterator[Line]:
    order = int(made.hops.order[hop])
    named = keys.key(made, order, 0, 0).replace("\n", " ")
    text = phrase("fail", order)
    shown = chance[0] < 0.5
    yield Line(time, seller, TEXT, f"{named} {text}" if shown else text, hops=(-1 - hop,) if shown else ())
    if made.ledger.paid[hop] and not made.ledger.refunded[hop]:
        kind = "swap" if chance[1] < 0.5 else "no_refund"
        yield Line(time + 40, seller, TEXT, phrase(kind, order))


def _sale(made: World, pair: Pair, place: int, rng: np.random.Generator) -> Iterator[Line]:
    deal = made.deals[place]
    seller = int(made.accounts.rows[pair[0]].person != deal.seller)
    offer = phrase("bulk_offer", place).format(name=deal.file.rsplit(".", 1)[0], rows=deal.rows, price=deal.price)
    yield Line(deal.time - 2_400, seller, TEXT, offer)
    yield Line(deal.time - 2_300, 1 - seller, TEXT, phrase("bulk_yes", place))
    yield Line(deal.time, seller, FILE, f"[文件] {deal.file}", ref=deal.file)
    yield Line(deal.time + int(rng.integers(30, 900)), 1 - seller, TEXT, phrase("thanks", place))


def _announcements(made: World, pair: Pair, first: int) -> Iterator[Line]:
    """A new, a small or a handed-over account is told to those who have the old one."""
    for side, place in enumerate(pair):
        row, owned = made.accounts.rows[place], made.accounts
        person = row.person
        if owned.after[person] >= 0 and place == owned.main[person] and owned.after_from[person] > first:
            new = made.accounts.rows[int(owned.after[person])].wxid
            yield Line(
                int(owned.after_from[person]) - 600,
                side,
                TEXT,
                phrase("switch", place).format(new=new),
                told=((person, new),),
            )
        if owned.small[person] >= 0 and place == owned.main[person] and pair[1 - side] % 2:
            new = made.accounts.rows[int(owned.small[person])].wxid
            yield Line(first + 3 * DAY, side, TEXT, phrase("parallel", place).format(new=new), told=((person, new),))
        for giver, taker, time in owned.handovers:
            if person == giver and time > first:
                who = made.accounts.rows[int(owned.main[taker])].nickname(time)
                yield Line(time - 900, side, TEXT, phrase("handover", place).format(who=who), told=((taker, who),))


def _small_talk(made: World, first: int, rng: np.random.Generator) -> Iterator[Line]:
    sessions = rng.poisson(SMALL_TALK * max(made.span.end - first, DAY) / DAY * rng.gamma(1.5, 1 / 1.5))
    starts = np.sort(rng.integers(first, made.span.end - 600, sessions)).tolist()
    words = PHRASES["small_trade"]
    for start in starts:
        for number in range(int(rng.geometric(0.45))):
            kind = str(rng.choice([TEXT, TEXT, TEXT, TEXT, TEXT, TEXT, EMOJI, VOICE]))
            text = {EMOJI: "[表情]", VOICE: "[语音]"}.get(kind) or words[int(rng.integers(len(words)))]
            yield Line(start + 25 * number, int(rng.integers(2)), kind, text)
