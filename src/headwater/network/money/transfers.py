"""Every real movement of money once, though it may lie in four places: both bills, the chat, and the card it was drawn from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from headwater.network.frames import NONE, Ints
from headwater.network.money import names
from headwater.network.money.bubbles import bubbles, cents
from headwater.network.money.legs import Legs, legs
from headwater.network.money.pairing import Span, nearest_pairs, same_codes
from headwater.network.money.stacking import stacked
from headwater.network.money.texts import texts, tidy

_MINUTE = 60_000_000
_DAY = 1440 * _MINUTE
_NEAR = Span(10 * _MINUTE, 10 * _MINUTE)
_ANY = Span(7 * _DAY, 7 * _DAY)
_TAKEN = Span(_MINUTE, _DAY + 10 * _MINUTE)
_SAME_DAY = Span(_DAY, _DAY)
_TEXTS = ("kind", "status", "channel", "reference", "currency", "source")


@dataclass(frozen=True, slots=True, eq=False)
class Moved:
    """``transfers`` and ``copies`` as in :class:`headwater.network.frames.Traffic`; ``strangers``: accounts that only bills name (``id``,
    ``system``, ``owner``, ``shown``), which follow the accounts that were known; ``facts``: what the bills call them."""

    transfers: pd.DataFrame
    copies: pd.DataFrame
    strangers: pd.DataFrame
    facts: pd.DataFrame


@dataclass(slots=True, eq=False)
class _Joining:
    """Which leg and which bubble belong to which other; NONE while they stand alone."""

    legs: pd.DataFrame
    bubbles: pd.DataFrame
    other: Ints  # of each leg: who is on the other side
    twin: Ints  # of each leg: the leg in the other side's bill
    shown: Ints  # of each leg: its bubble
    side: tuple[Ints, Ints]  # of each bubble: the legs of payer and payee

    def free(self, out: bool) -> Ints:
        """Legs of one side that nothing answers yet."""
        return np.flatnonzero((self.twin < 0) & (self.legs["out"].to_numpy(bool) == out))


def transfers(
    messages: pd.DataFrame, payments: pd.DataFrame, facts: pd.DataFrame, chats: pd.DataFrame, accounts: pd.DataFrame
) -> Moved:
    """Join bubbles and bills.

    ``messages``, ``facts``, ``chats``, ``accounts`` as in ``Traffic``; ``payments``: the lake's rows with ``account``, ``payer``,
    ``payee`` as places in ``accounts`` (NONE where not told) and ``time`` in microseconds (NONE where not known).
    """
    sides = legs(payments)
    work = _joined(sides.legs, bubbles(messages), facts, chats, accounts)
    strangers, told = _strangers(work, accounts)
    made, places = _rows(work, messages, payments)
    cited = payments.iloc[told.pop("row").to_numpy(np.int64)]
    told = told.assign(source=cited["source"].astype(object).to_numpy(), line=cited["line"].to_numpy())
    return Moved(made, _copies(work, sides, places, messages, payments), strangers, told)


def _joined(
    sides: pd.DataFrame, shown: pd.DataFrame, facts: pd.DataFrame, chats: pd.DataFrame, accounts: pd.DataFrame
) -> _Joining:
    none = np.full(len(sides), NONE, dtype=np.int64)
    empty = np.full(len(shown), NONE, dtype=np.int64)
    work = _Joining(sides, shown, sides["other"].to_numpy(np.int64).copy(), none, none.copy(), (empty, empty.copy()))
    _by_number(work)
    own = sides["own"].to_numpy(np.int64)
    sure = np.where(work.twin >= 0, np.append(own, NONE)[work.twin], NONE)
    learned = names.met(sides, sure)
    by_mask = names.masked(sides, learned)
    said = stacked([names.called(facts, sides), learned])
    books = facts.loc[(facts["owner"] != "") & (facts["account"] >= 0), ["owner", "account"]].drop_duplicates()
    by_name = np.where(work.other < 0, names.resolved(sides, said, chats, books.astype({"owner": object})), NONE)
    by_holder = np.where(work.other < 0, names.holders(sides, accounts, chats), NONE)
    for told in (by_holder, by_name, by_mask, sure):
        work.other = np.where(told >= 0, told, work.other)
    _by_bubble(work)
    _by_sum(work)
    return work


def _by_number(work: _Joining) -> None:
    """The same number in the bills of both sides."""
    sides = work.legs
    numbers, own = texts(sides["reference"]), sides["own"].to_numpy(np.int64)
    out, came = work.free(True), work.free(False)
    sums = sides["cents"].to_numpy()
    left, right = same_codes([numbers[out], sums[out]], [numbers[came], sums[came]])
    left = np.where(np.asarray(numbers[out] == ""), NONE, left)
    one, other = nearest_pairs((left, right), _at(sides, out, came), _ANY)
    good = own[out[one]] != own[came[other]]
    _answer(work, out[one[good]], came[other[good]])


def _answer(work: _Joining, out: Ints, came: Ints) -> None:
    work.twin[out], work.twin[came] = came, out


def _at(sides: pd.DataFrame, one: Ints, other: Ints) -> tuple[Ints, Ints]:
    time = sides["time"].to_numpy(np.int64)
    return time[one], time[other]


def _by_bubble(work: _Joining) -> None:
    """Bubbles and legs of a wallet: by number; by both parties and sum; by one party and sum; packets by both parties."""
    for exact in (True, False):
        for paid in (True, False):
            for packet in (False, True):
                _bubble_pass(work, paid, packet, exact)
    for number in (0, 1):
        legs_of = work.side[number]
        has = np.flatnonzero(legs_of >= 0)
        work.shown[legs_of[has]] = has
    both = np.flatnonzero((work.side[0] >= 0) & (work.side[1] >= 0))
    out, came = work.side[0][both], work.side[1][both]
    fresh = (work.twin[out] < 0) & (work.twin[came] < 0)
    _answer(work, out[fresh], came[fresh])
    _shared_bubbles(work)
    seen = work.shown >= 0
    far = "payee", "payer"
    for number, out_side in ((0, True), (1, False)):
        rows = np.flatnonzero(seen & (work.legs["out"].to_numpy(bool) == out_side))
        work.other[rows] = work.bubbles[far[number]].to_numpy(np.int64)[work.shown[rows]]


def _shared_bubbles(work: _Joining) -> None:
    """What one side's leg shows, the other side's shows too."""
    twins = np.flatnonzero((work.twin >= 0) & (work.shown < 0))
    twins = twins[work.shown[work.twin[twins]] >= 0]
    bubble = work.shown[work.twin[twins]]
    work.shown[twins] = bubble
    out = work.legs["out"].to_numpy(bool)[twins]
    work.side[0][bubble[out]], work.side[1][bubble[~out]] = twins[out], twins[~out]


def _bubble_pass(work: _Joining, out: bool, packet: bool, exact: bool) -> None:
    sides, shown = work.legs, work.bubbles
    own, far = ("payer", "payee") if out else ("payee", "payer")
    slot = work.side[0 if out else 1]
    wallet = (sides["channel"] == "wechat").to_numpy() & (sides["out"].to_numpy(bool) == out)
    free = np.isin(np.arange(len(sides)), slot[slot >= 0], invert=True)
    rows = np.flatnonzero(
        wallet & free & ((sides["kind"] == "packet").to_numpy() == packet) & (exact | (work.other < 0))
    )
    lines = np.flatnonzero((slot < 0) & ((shown["kind"] == "packet").to_numpy() == packet))
    if not len(rows) or not len(lines) or (packet and not exact):
        return
    left = [sides["own"].to_numpy(np.int64)[rows]]
    right = [shown[own].to_numpy(np.int64)[lines]]
    if not packet:
        left.append(sides["cents"].to_numpy(np.int64)[rows])
        right.append(cents(shown["amount"])[lines])
    if exact:
        left.append(work.other[rows])
        right.append(shown[far].to_numpy(np.int64)[lines])
    taken = shown["taken"].to_numpy(np.int64)
    time = shown["time"].to_numpy(np.int64) if out else np.where(taken >= 0, taken, shown["time"].to_numpy(np.int64))
    keys = same_codes(right, left)
    times = (time[lines], sides["time"].to_numpy(np.int64)[rows])
    span = _TAKEN if packet and not out else _NEAR
    one, other = nearest_pairs(keys, times, span)
    slot[lines[one]] = rows[other]


def _by_sum(work: _Joining) -> None:
    """Bills of both sides that share no number: by parties, sum and time; packets within their day; days without an hour by the day."""
    sides = work.legs
    own, sums = sides["own"].to_numpy(np.int64), sides["cents"].to_numpy(np.int64)
    kind = (sides["kind"] == "packet").to_numpy()
    bank = (sides["channel"] == "bank").to_numpy()
    for rows, span in ((kind, _TAKEN), (~kind, _NEAR), (bank, _SAME_DAY)):
        out, came = (part[rows[part] & (work.other[part] >= 0)] for part in (work.free(True), work.free(False)))
        where = texts(sides["channel"])
        left = [own[out], work.other[out], sums[out], where[out]]
        right = [work.other[came], own[came], sums[came], where[came]]
        one, other = nearest_pairs(same_codes(left, right), _at(sides, out, came), span)
        _answer(work, out[one], came[other])


def _strangers(work: _Joining, accounts: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Give accounts to those whom only bills name: by real name wherever it stands, by nickname for each bill apart."""
    sides = work.legs
    rows = np.flatnonzero((work.other < 0) & (sides["label"] != "").to_numpy())
    part = sides.iloc[rows][["own", "label", "token", "other_kind"]]
    part = part.astype({"label": object, "token": object, "other_kind": object})
    real = (part["other_kind"] == "name") & (part["token"] != "")
    part = part.assign(
        own=part["own"].where(~real, NONE),
        label=part["label"].where(~real, ""),
        kind=np.where(real, "name", "nickname"),
    )
    whose = part.drop(columns="other_kind").drop_duplicates(ignore_index=True)
    holder = np.append(accounts["id"].to_numpy(object), "")[whose["own"].to_numpy(np.int64)]
    whose["id"] = (
        "billed:" + pd.Series(holder, dtype=object) + ":" + whose["token"].where(whose["token"] != "", whose["label"])
    )
    whose = whose.drop_duplicates("id").sort_values("id", ignore_index=True)
    keys = ["own", "label", "token", "kind"]
    place = whose[keys].assign(place=np.arange(len(whose)))
    work.other[rows] = len(accounts) + part[keys].merge(place, on=keys, how="left")["place"].to_numpy(np.int64)
    first = (
        sides.iloc[rows]
        .assign(place=work.other[rows], row_=sides["row"].to_numpy()[rows])
        .sort_values(["place", "time", "row_"])
    )
    first = first.drop_duplicates("place")
    strangers = pd.DataFrame({"id": whose["id"], "system": "name", "owner": "", "shown": first["label"].to_numpy()})
    spans = sides.iloc[rows].assign(place=work.other[rows]).groupby("place")["time"].agg(["min", "max"])
    told = pd.DataFrame(
        {"account": first["place"].to_numpy(), "kind": whose["kind"].to_numpy(), "token": whose["token"].to_numpy()}
    )
    told = told.assign(
        shown=strangers["shown"].to_numpy(), owner="", first=spans["min"].to_numpy(), last=spans["max"].to_numpy()
    )
    return strangers, told.assign(row=first["row"].to_numpy())


def _rows(work: _Joining, messages: pd.DataFrame, payments: pd.DataFrame) -> tuple[pd.DataFrame, tuple[Ints, Ints]]:
    """The frame of transfers, and the transfer of each leg and each bubble."""
    sides, shown = work.legs, work.bubbles
    leg, bubble = _grouped(work)
    base, alone = np.flatnonzero(leg[1]), np.flatnonzero(bubble[1])
    paid = _billed(work, base, payments)
    said = _unbilled(shown.iloc[alone], messages)[list(paid.columns)]
    whole = stacked([paid, said])
    whole = whole.assign(**{name: tidy(whole[name]) for name in _TEXTS})
    order = np.lexsort((whole["line"], whole["source"].cat.codes, whole["time"]))
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    spot = np.full(len(sides), NONE, dtype=np.int64)
    spot[base] = rank[: len(base)]
    joined = np.where(spot >= 0, spot, np.append(spot, NONE)[work.twin])
    lone = np.full(len(shown), NONE, dtype=np.int64)
    lone[alone] = rank[len(base) :]
    for number in (0, 1):
        lone = np.where((lone < 0) & (work.side[number] >= 0), np.append(joined, NONE)[work.side[number]], lone)
    return whole.iloc[order].reset_index(drop=True), (joined, lone)


def _unbilled(said: pd.DataFrame, messages: pd.DataFrame) -> pd.DataFrame:
    """Movements that a chat alone shows."""
    none = dict.fromkeys(("billed", "payer_billed", "payee_billed"), False)
    cited = messages.iloc[said["message"].to_numpy(np.int64)]
    return said.assign(
        fee=0.0,
        refunded=np.where(said["status"] == "returned", said["amount"], 0.0),
        channel=pd.Categorical(["wechat"]).take([0] * len(said)),
        currency=pd.Categorical(["CNY"]).take([0] * len(said)),
        status=texts(said["status"]),
        source=texts(cited["source"]),
        line=cited["line"].to_numpy(),
        **none,
    )


def _grouped(work: _Joining) -> tuple[tuple[Ints, np.ndarray], tuple[Ints, np.ndarray]]:
    """Which legs and which bubbles stand for a movement: the payer's leg, the payee's where it is alone, the bubble without both."""
    out = work.legs["out"].to_numpy(bool)
    leads = out | (work.twin < 0)
    bare = (work.side[0] < 0) & (work.side[1] < 0)
    return (work.twin, leads), (work.side[0], bare)


def _billed(work: _Joining, base: Ints, payments: pd.DataFrame) -> pd.DataFrame:
    """Movements that a bill shows."""
    sides = work.legs.iloc[base]
    out, own, other = sides["out"].to_numpy(bool), sides["own"].to_numpy(np.int64), work.other[base]
    twin, shown = work.twin[base], work.shown[base]
    other = np.where(twin >= 0, np.append(work.legs["own"].to_numpy(np.int64), NONE)[twin], other)
    sent = np.append(work.bubbles["time"].to_numpy(np.int64), NONE)[shown]
    status = sides["status"].astype(object).replace("", "done").reset_index(drop=True)
    status = status.mask((twin >= 0) & (status == "returned").to_numpy(), "refunded")
    cited = payments.iloc[sides["row"].to_numpy(np.int64)]
    return pd.DataFrame(
        {
            "time": np.where((sent >= 0) & ~out, sent, sides["time"].to_numpy(np.int64)),
            "payer": np.where(out, own, other),
            "payee": np.where(out, other, own),
            "amount": sides["cents"].to_numpy() / 100,
            "fee": np.nan_to_num(sides["fee"].to_numpy(float)),
            "refunded": sides["refunded"].to_numpy(float),
            "kind": texts(sides["kind"]),
            "status": texts(status),
            "channel": texts(sides["channel"]),
            "currency": texts(sides["currency"]),
            "reference": texts(sides["reference"]),
            "message": np.append(work.bubbles["message"].to_numpy(np.int64), NONE)[shown],
            "billed": True,
            "payer_billed": out | (twin >= 0),
            "payee_billed": ~out | (twin >= 0),
            "source": texts(cited["source"]),
            "line": cited["line"].to_numpy(np.int64),
        }
    )


def _copies(
    work: _Joining, sides: Legs, places: tuple[Ints, Ints], messages: pd.DataFrame, payments: pd.DataFrame
) -> pd.DataFrame:
    """Every line that shows a movement: its rows in bills, what repeats them, and its messages."""
    leg, bubble = places
    twins = sides.twins[(sides.twins["leg"] >= 0).to_numpy()]
    parts = [
        (leg, sides.legs["row"].to_numpy(np.int64), payments),
        (leg[twins["leg"].to_numpy(np.int64)], twins["row"].to_numpy(np.int64), payments),
        (bubble, work.bubbles["message"].to_numpy(np.int64), messages),
        (bubble, work.bubbles["answer"].to_numpy(np.int64), messages),
    ]
    found = []
    for transfer, row, table in parts:
        kept = (transfer >= 0) & (row >= 0)
        cited = table.iloc[row[kept]]
        found.append(
            pd.DataFrame(
                {
                    "row": transfer[kept],
                    "source": texts(cited["source"]),
                    "line": cited["line"].to_numpy(),
                }
            )
        )
    whole = stacked(found)
    whole = whole.assign(source=tidy(whole["source"])).drop_duplicates()
    whole = whole.sort_values(["row", "source", "line"], ignore_index=True)
    table = pd.Categorical.from_codes(np.ones(len(whole), np.int8), categories=["messages", "transfers"])
    whole.insert(0, "table", table)
    return whole
