"""Groups of the trade: adverts, price lists, offers to swap, and the groups where escrow is done in the open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from headwater.simulation.brokers.lines import EMOJI, TEXT, Line, in_order
from headwater.simulation.brokers.span import HOUR
from headwater.simulation.brokers.words import ITEMS, PHRASES, phrase
from headwater.simulation.brokers.world import World

_ADVERTS = 1.2  # a day and group; assumed
_SMALL = 2.5


@dataclass(frozen=True, slots=True)
class Room:
    """A group chat of the trade: its id, its title, the places of its members' accounts; ``escrow`` is the trustee."""

    wxid: str
    title: str
    accounts: tuple[int, ...]
    escrow: int = -1
    lines: tuple[Line, ...] = ()  # of all who write there; ``who`` is the place in ``accounts``


def rooms(made: World) -> tuple[Room, ...]:
    """One group per ten or so members, and one for each who holds money in trust."""
    rng = made.dice("rooms")
    trading = np.flatnonzero(
        ~made.people.silent[: made.people.members] & (made.people.role[: made.people.members] != "mule")
    )
    found = []
    for number in range(max(2, min(len(PHRASES["groups"]), made.people.members // 20))):
        size = min(len(trading), int(rng.integers(8, 30)))
        members = np.sort(rng.choice(trading, size, replace=False))
        found.append(Room(_room_id(rng), phrase("groups", number), tuple(made.accounts.main[members].tolist())))
    for number, trusted in enumerate(made.people.of("escrow").tolist()):
        sides = {p.payer for p in made.ledger.payments if p.payee == trusted} | {
            p.payee for p in made.ledger.payments if p.payer == trusted
        }
        inside = made.accounts.main[np.array(sorted(sides | {trusted}), dtype=np.int64)]
        found.append(Room(_room_id(rng), phrase("escrow_groups", number), tuple(inside.tolist()), trusted))
    return tuple(replace(room, lines=tuple(_talk(made, room))) for room in found)


def _talk(made: World, room: Room) -> list[Line]:
    rng = made.dice(f"room/{room.wxid}")
    lines = [*_adverts(made, room, rng), *_small(made, room, rng)]
    if room.escrow >= 0:
        lines += _trust(made, room)
    gone = {made.accounts.main[giver]: time for giver, _, time in made.accounts.handovers}
    return in_order(line for line in lines if line.time < gone.get(room.accounts[line.who], made.span.end))


def _adverts(made: World, room: Room, rng: np.random.Generator) -> Iterator[Line]:
    sellers = [
        n
        for n, account in enumerate(room.accounts)
        if made.people.role[made.accounts.rows[account].person] in ("middleman", "shop")
    ]
    for time in _daytime(made, _ADVERTS, rng):
        if not sellers:
            return
        who = int(rng.choice(sellers))
        person = made.accounts.rows[room.accounts[who]].person
        yield Line(time, who, TEXT, _advert(made, person, rng))


def _advert(made: World, person: int, rng: np.random.Generator) -> str:
    chosen = rng.choice(len(ITEMS), 4, replace=False).tolist()
    price, words = made.market.price[person], [ITEMS[c].words[0] for c in chosen]
    if made.people.role[person] == "shop" or rng.random() < 0.15:  # the whole list
        rows = [f"{item.words[0]} {price[n]}" for n, item in enumerate(ITEMS)]
        return "\n".join([str(rng.choice(PHRASES["price_list_head"])), *rows])
    form = str(rng.choice(PHRASES["advert"] if rng.random() < 0.75 else PHRASES["swap_offer"]))
    return form.format(item=words[0], item2=words[1], item3=words[2], price=price[chosen[0]], price2=price[chosen[1]])


def _small(made: World, room: Room, rng: np.random.Generator) -> Iterator[Line]:
    words = PHRASES["group_small"]
    for at in _daytime(made, _SMALL, rng):
        who = int(rng.integers(len(room.accounts)))
        text = words[int(rng.integers(len(words)))].format(item=ITEMS[int(rng.integers(len(ITEMS)))].words[0])
        yield Line(at, who, *((EMOJI, "[表情]") if rng.random() < 0.08 else (TEXT, text)))


def _trust(made: World, room: Room) -> Iterator[Line]:
    """The trustee says in the group what came in and what went out."""
    speaker = room.accounts.index(int(made.accounts.main[room.escrow]))
    said = {"escrow": "escrow_in", "released": "escrow_out", "escrow-back": "escrow_back"}
    for place, payment in enumerate(made.ledger.payments):
        if payment.what in said and room.escrow in (payment.payer, payment.payee) and not payment.returned:
            hop = int(made.orders.first_hop[int(made.hops.order[payment.hops[0]])])
            sides = [made.accounts.rows[int(a[hop])] for a in (made.hops.buyer_account, made.hops.seller_account)]
            buyer, seller = (side.nickname(payment.time) for side in sides)
            form = phrase(said[payment.what], place)
            told = [
                (sides[n].person, name)
                for n, (word, name) in enumerate((("{buyer}", buyer), ("{seller}", seller)))
                if word in form
            ]
            text = form.format(amount=payment.amount, buyer=buyer, seller=seller)
            yield Line(payment.time + 45, speaker, TEXT, text, told=tuple(told))


def _daytime(made: World, daily: float, rng: np.random.Generator) -> list[int]:
    count = int(rng.poisson(daily * made.span.days))
    return made.span.at(rng.integers(made.span.days, size=count), rng.integers(8 * HOUR, 24 * HOUR, count)).tolist()  # type: ignore[no-any-return]


def _room_id(rng: np.random.Generator) -> str:
    return f"{rng.integers(10**9, 10**10)}@chatroom"
