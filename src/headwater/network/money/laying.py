"""Payments laid to the hops that they paid, and hops to what they cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.network.frames import NONE, Acts, Hops, Ints, People, Traffic
from headwater.network.money.bubbles import cents
from headwater.network.money.bundles import bundled, bundles, unbundled
from headwater.network.money.detours import detours
from headwater.network.money.estimates import usual_prices
from headwater.network.money.ledger import DAY, HOUR, MINUTE, Ledger, Owed
from headwater.network.money.names import nicknames
from headwater.network.money.pairing import Span, nearest_pairs, same_codes
from headwater.network.money.payments import notices, payments
from headwater.network.money.refunds import against, refunds
from headwater.network.money.released import released
from headwater.network.money.stacking import stacked

_QUOTED = Span(MINUTE, 6 * HOUR)
_ASKED_FOR = Span(10 * MINUTE, 2 * DAY)
_HALF = 5.0
_ANNOUNCED = Span(HOUR, HOUR)
_DRAWN = "预存|预付|预充|先充|先存|慢慢扣|那扣|里扣|押金|deposit|prepay"
_LEARNED_FROM = 150
"""Payments of a pair from which its prices and habits are learned, before all are laid."""
_BREATH = 2 * MINUTE
_LEAST = 5.0
"""CNY: a smaller number is no price of an order ("1" says yes)."""
_SINGLE = ("pre", "post", "halves")


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """``hops``: the frame of :class:`headwater.network.frames.Hops` with ``price``, ``paid``, ``refunded``, ``how``
    it was paid and ``priced`` (how the price is known: told, paid, shared, usual; empty where it is not). ``parts``:
    ``payment``, ``hop``, ``amount``, ``how``. ``payments``: as :func:`headwater.network.money.payments.payments`,
    with ``seller`` (who was paid in the end: the payee, or whom a mule or an escrow stood for), ``laid`` (what was
    laid to hops) and ``what`` (order, deposit, refund, pass_on, pass_back, other)."""

    hops: pd.DataFrame
    parts: pd.DataFrame
    payments: pd.DataFrame


def laid(traffic: Traffic, people: People, acts: Acts, hops: Hops) -> Laid:
    """Lay every payment that can be."""
    of = np.append(people.of, NONE)
    single = payments(traffic, people, acts)
    bundle = bundles(single)
    paid = bundled(single, bundle)
    owed = hops.hops.reset_index(drop=True).copy()
    owed["told"] = _told(owed, notices(acts, of, ("quote",)))
    via = detours(paid, owed, _in_escrow(paid, of, acts), nicknames(traffic.facts, of))
    paid = paid.assign(payee=via.payee, seller=via.seller, what=via.what)
    paid["orders"] = _orders(paid, traffic, of, acts)
    paid["put_down"] = _put_down(paid, traffic, of, acts)
    usual = np.full(len(owed), np.nan)
    counts: dict[tuple[int, int], dict[str, int]] = {}
    for _ in range(2):
        parts, _ = _round(owed, paid, usual, counts, _LEARNED_FROM)
        usual, counts = usual_prices(owed, parts), _habits(owed, parts)
    parts, deposits = _round(owed, paid, usual, counts, len(paid))
    paid["what"] = np.where(np.isin(np.arange(len(paid)), parts["payment"].unique()), "order", paid["what"])
    paid.loc[deposits, "what"] = "deposit"
    parts = released(parts, paid, owed)
    owed = _priced(owed, parts, usual)
    back = refunds(paid, owed, notices(acts, of, ("refund_notice",)))
    paid.loc[back["payment"], "what"] = "refund"
    paid.loc[(paid["what"] == "other").to_numpy() & against(paid, owed), "what"] = "refund"
    given = back.groupby("hop")["amount"].sum().reindex(range(len(owed))).fillna(0.0)
    parts = stacked([parts, back.assign(how="refund")])
    parts = unbundled(parts, single, bundle)
    single = single.assign(**{name: paid[name].to_numpy()[bundle] for name in ("payee", "seller", "what", "orders")})
    single["laid"] = parts.groupby("payment")["amount"].sum().reindex(range(len(single))).fillna(0.0)
    return Laid(owed.assign(refunded=given.to_numpy()), parts, single)


def _told(owed: pd.DataFrame, quotes: pd.DataFrame) -> np.ndarray:
    """The price of each hop as its frame or a quotation between the two, after it was asked, tells it.

    Where several were asked in one breath a quotation may be for all of them: it is left to the payment.
    """
    told = owed["price"].to_numpy(float).copy()
    quotes = quotes[quotes["amount"] >= _LEAST]
    between = [owed["buyer"].to_numpy(np.int64), owed["seller"].to_numpy(np.int64)]
    key_h, key_q = same_codes(between, [quotes["receiver"].to_numpy(np.int64), quotes["sender"].to_numpy(np.int64)])
    asked = owed["asked"].to_numpy(np.int64)
    alone = _alone(key_h, asked)
    wanted = np.where(np.isnan(told), key_h, NONE)
    hop, quote = nearest_pairs((wanted, key_q), (asked, quotes["time"].to_numpy(np.int64)), _QUOTED)
    hop, quote = hop[alone[hop]], quote[alone[hop]]
    told[hop] = quotes["amount"].to_numpy(float)[quote]
    return np.asarray(told, dtype=float)


def _alone(key: Ints, asked: Ints) -> np.ndarray:
    """Hops that no other between the same two was asked together with."""
    order = np.lexsort((asked, key))
    near = (np.diff(asked[order]) <= _BREATH) & (np.diff(key[order]) == 0)
    found = np.ones(len(key), dtype=bool)
    found[order[1:]] &= ~near
    found[order[:-1]] &= ~near
    return found


def _orders(paid: pd.DataFrame, traffic: Traffic, of: Ints, acts: Acts) -> Ints:
    """For how many orders a payment is said to be, by the request for that sum before it."""
    asked = notices(acts, of, ("pay_request", "pay_notice"))
    shapes = traffic.messages["shape"].astype(object).to_numpy()[asked["message"].to_numpy(np.int64)]
    count = pd.Series(shapes, dtype=object).str.extract(r"(?<!\d)(\d{1,3})\s*(?:单|个|笔|条|份)", expand=False)
    asked = asked.assign(count=pd.to_numeric(count).fillna(0).astype(np.int64).to_numpy())
    asked = asked[asked["count"] > 0]
    found = np.zeros(len(paid), dtype=np.int64)
    for one, other in (("receiver", "sender"), ("sender", "receiver")):
        keys = same_codes(
            [asked[one].to_numpy(np.int64), asked[other].to_numpy(np.int64), cents(asked["amount"])],
            [paid["payer"].to_numpy(np.int64), paid["seller"].to_numpy(np.int64), cents(paid["amount"])],
        )
        left, right = nearest_pairs(
            keys, (asked["time"].to_numpy(np.int64), paid["time"].to_numpy(np.int64)), _ASKED_FOR
        )
        found[right] = asked["count"].to_numpy()[left]
    return found


def _in_escrow(paid: pd.DataFrame, of: Ints, acts: Acts) -> npt.NDArray[np.bool_]:
    """Payments that the payee has told others are held in escrow: the same sum, shortly before or after."""
    said = acts.acts[(acts.acts["act"] == "escrow").to_numpy() & acts.acts["amount"].notna().to_numpy()]
    holder = of[said["sender"].to_numpy(np.int64)]
    keys = same_codes([paid["payee"].to_numpy(np.int64), cents(paid["amount"])], [holder, cents(said["amount"])])
    times = (paid["time"].to_numpy(np.int64), said["time"].to_numpy(np.int64))
    found = np.zeros(len(paid), dtype=bool)
    found[nearest_pairs(keys, times, _ANNOUNCED)[0]] = True
    return found


def _put_down(paid: pd.DataFrame, traffic: Traffic, of: Ints, acts: Acts) -> npt.NDArray[np.bool_]:
    """Payments that the payer says are to be drawn on."""
    said = notices(acts, of, ("pay_request", "pay_notice"))
    shapes = pd.Series(
        traffic.messages["shape"].astype(object).to_numpy()[said["message"].to_numpy(np.int64)], dtype=object
    )
    said = said[shapes.astype(str).str.contains(_DRAWN).to_numpy(bool)]
    found = np.zeros(len(paid), dtype=bool)
    for one, other in (("sender", "receiver"), ("receiver", "sender")):
        keys = same_codes(
            [said[one].to_numpy(np.int64), said[other].to_numpy(np.int64), cents(said["amount"])],
            [paid["payer"].to_numpy(np.int64), paid["seller"].to_numpy(np.int64), cents(paid["amount"])],
        )
        _, right = nearest_pairs(keys, (said["time"].to_numpy(np.int64), paid["time"].to_numpy(np.int64)), _ANNOUNCED)
        found[right] = True
    return found


def _round(
    owed: pd.DataFrame,
    paid: pd.DataFrame,
    usual: np.ndarray,
    counts: dict[tuple[int, int], dict[str, int]],
    most: int,
) -> tuple[pd.DataFrame, list[int]]:
    """Lay the payments of each pair, the first ``most`` of them, in order of time."""
    ok = (owed["outcome"] == "answered").to_numpy()
    answered = np.where(ok, owed["answered"].to_numpy(np.int64), NONE)
    price, asked = owed["told"].to_numpy(float), owed["asked"].to_numpy(np.int64)
    mine, theirs = same_codes(
        *([f[side].to_numpy(np.int64) for side in ("buyer" if f is owed else "payer", "seller")] for f in (owed, paid))
    )
    theirs = np.where(paid["what"].isin(["pass_on", "pass_back"]).to_numpy(), NONE, theirs)
    hops_of, pays_of = _places(mine, asked), _places(theirs, paid["time"].to_numpy(np.int64))
    time, amount, orders = paid["time"].tolist(), paid["amount"].tolist(), paid["orders"].tolist()
    put_down = paid["put_down"].tolist()
    pair_of = list(zip(owed["buyer"].tolist(), owed["seller"].tolist(), strict=True))
    found: list[tuple[int, int, float, str]] = []
    deposits: list[int] = []
    for pair, places in hops_of.items():
        if pair not in pays_of:
            continue
        ledger = Ledger(
            [Owed(int(asked[p]), int(answered[p]), float(price[p]), float(usual[p])) for p in places],
            counts.get(pair_of[places[0]], {}),
        )
        for number in pays_of[pair][:most].tolist():
            ledger.take(number, time[number], amount[number], orders[number], put_down[number])
        ledger.draw()
        found += [(p.payment, int(places[p.hop]), p.amount, p.how) for p in ledger.parts]
        deposits += [d[0] for d in ledger.deposits]
    parts = pd.DataFrame(found, columns=["payment", "hop", "amount", "how"])
    return parts.astype({"payment": np.int64, "hop": np.int64, "amount": float, "how": object}), deposits


def _places(key: Ints, time: Ints) -> dict[int, Ints]:
    rows = np.flatnonzero(key >= 0)
    rows = rows[np.lexsort((rows, time[rows], key[rows]))]
    distinct, start = np.unique(key[rows], return_index=True)
    return dict(zip(distinct.tolist(), np.split(rows, start[1:]), strict=True)) if len(rows) else {}


def _habits(owed: pd.DataFrame, parts: pd.DataFrame) -> dict[tuple[int, int], dict[str, int]]:
    how = parts.assign(buyer=owed["buyer"].to_numpy()[parts["hop"]], seller=owed["seller"].to_numpy()[parts["hop"]])
    counted = how.groupby(["buyer", "seller", "how"]).size()
    found: dict[tuple[int, int], dict[str, int]] = {}
    for (buyer, seller, name), count in counted.items():
        found.setdefault((int(buyer), int(seller)), {})[str(name)] = int(count)
    return found


def _priced(owed: pd.DataFrame, parts: pd.DataFrame, usual: np.ndarray) -> pd.DataFrame:
    """The price of each hop, how it is known, and what was paid of it."""
    paid = parts.groupby("hop")["amount"].sum().reindex(range(len(owed))).fillna(0.0).to_numpy()
    how = parts.groupby("hop")["how"].last().reindex(range(len(owed))).fillna("").to_numpy(object)
    how = np.where(how == "rest", "halves", how)
    told = owed["told"].to_numpy(float)
    halved = (how == "pre") & (np.abs(usual / 2 - paid) <= _HALF)
    whole, half, shared = (
        np.isin(how, _SINGLE) & ~halved,
        (how == "half") | halved,
        np.isin(how, ["together", "settled"]),
    )
    twice = np.where(np.abs(usual / 2 - paid) <= _HALF, usual, 2 * paid)
    price = np.where(whole | shared, paid, np.where(half, twice, usual))
    priced = np.where(whole, "paid", np.where(shared, "shared", np.where(np.isnan(price), "", "usual")))
    known = ~np.isnan(told)
    return owed.drop(columns="told").assign(
        price=np.where(known, told, price), priced=np.where(known, "told", priced), paid=paid, how=how
    )
