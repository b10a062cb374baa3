"""Which request went on as which: of all that a broker asked of others, what he was asked for himself.

For each request that reached a broker the candidates are his own requests afterwards; bits say how much likelier a pair is if
it is the same order (NETWORK.md of the design, 2.3): key, category, delay, price and answers; then one assignment for all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.network.frames import NONE
from headwater.network.orders.assigning import Assigned, assign
from headwater.network.orders.pairing import Items, by_name, by_time, by_time_before
from headwater.network.orders.requests import DAY, HOUR, SECOND, Requests
from headwater.network.orders.subjects import WHOLE, agreement

Ints = npt.NDArray[np.int64]
Bits = npt.NDArray[np.float64]
SOONEST, LATEST = -120 * SECOND, 3 * DAY
"""A broker passes a request on from two minutes before it came (clocks) to three days after."""
UNKNOWN = 2 * DAY
"""So long before its answer a request may have been made of which nothing else is left."""
OTHER_CATEGORY = -25.0
"""Bits of another thing about the same person: people are asked about more than once, so that it outweighs the key."""
DEARER = -3.0
"""Bits of a step that costs more than what is paid for it; a fair one says little."""
FAIR = 0.5
BACKWARDS = -25.0
"""Bits of an answer that was given before it was had."""
FAILED = -4.0
"""Bits of an answer that came though the one above it was told that there is none."""
LOOSE = -3.0
"""What answers may say against a step at most, where one of them names nobody: it may belong to another request."""
IN_ORDER, UNANSWERED = 2.0, -1.5
"""Bits of answers that came down in order; of one that was given though nothing was seen to come."""
SPREAD = (-6.0, 5.0)
"""What the delay may say at most."""
DEEPEST = 40
"""No order has more steps than this: what seems to goes in a circle and is cut."""


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """Pairs of requests (``left`` went on as ``right``) with their bits, which were chosen, and how sure each is;
    ``due``: until when each request must have been answered, and whether that is ``firm``."""

    pairs: pd.DataFrame
    bits: Bits
    done: Assigned
    due: Ints
    firm: npt.NDArray[np.bool_]


def next_hops(asked: Requests) -> Steps:
    """Pair the requests that reach a broker with those that he sends on.

    Twice: by the first round it is known when the answer was had further down, where a request's own is not seen.
    """
    hops = asked.hops
    left = Items(hops["seller"].to_numpy(), earliest(hops), asked.keys)
    right = Items(hops["buyer"].to_numpy(), hops["asked"].to_numpy(), asked.keys)
    pairs = candidates(left, right)
    agree = agreement(pairs, asked.keys, asked.keys, asked.told)
    known = agree - np.log2(_rivals(pairs))
    first = known + rest(pairs, hops, agree, hops["answered"].to_numpy())
    due, firm = until(hops, pairs, assign(pairs, first))
    hops = hops.assign(firm=firm)
    bits = known + rest(pairs, hops, agree, due)
    return Steps(pairs, bits, assign(pairs, bits), due, firm)


def earliest(hops: pd.DataFrame) -> Ints:
    """When each was asked at the earliest: of a request that only its answer tells, this is not known."""
    made: Ints = hops["asked"].to_numpy() - np.where(hops["implied"].to_numpy(bool), UNKNOWN, 0)
    return made


def until(hops: pd.DataFrame, pairs: pd.DataFrame, done: Assigned) -> tuple[Ints, npt.NDArray[np.bool_]]:
    """Until when each request must have been answered (its own answer, or the one that was given on from it further down), and
    whether that answer surely is one of this order."""
    answered, firm = hops["answered"].to_numpy(), hops["firm"].to_numpy(bool)
    above = np.full(len(answered), NONE)
    above[pairs["right"].to_numpy()[done.chosen]] = pairs["left"].to_numpy()[done.chosen]
    made, sure = answered.copy(), firm.copy()
    place = above.copy()
    for _step in range(DEEPEST):
        there = (place >= 0) & (made == NONE)
        made[there], sure[there] = answered[place[there]], firm[place[there]]
        place = np.where(place >= 0, above[place], NONE)
    return made, sure


def candidates(left: Items, right: Items) -> pd.DataFrame:
    """Pairs with a common identifier, and of what names nobody the nearest in time."""
    there = np.zeros(len(left.time), bool)
    there[left.keys.rows["item"].to_numpy()] = True
    bare = np.flatnonzero(~there)
    late = 12 * HOUR
    pairs = [by_name(left, right, SOONEST, LATEST)]
    pairs += [by_time(left, right, bare, SOONEST, late), by_time_before(left, right, bare, SOONEST, late)]
    made = pd.concat(pairs, ignore_index=True).drop_duplicates(ignore_index=True)
    return made[made["left"] != made["right"]].reset_index(drop=True)


def _rivals(pairs: pd.DataFrame) -> Bits:
    """How many steps the left one may have gone on as."""
    if not len(pairs):
        return np.ones(0)
    made: Bits = np.bincount(pairs["left"])[pairs["left"]].astype(float)
    return made


def rest(pairs: pd.DataFrame, hops: pd.DataFrame, agree: Bits, due: Ints) -> Bits:
    """Bits of all but the key: category, delay, price, and the order of the answers."""
    one, two = hops.iloc[pairs["left"]], hops.iloc[pairs["right"]]
    bits = _category(one["category"].to_numpy(object), two["category"].to_numpy(object), hops)
    told = ~(one["implied"].to_numpy(bool) | two["implied"].to_numpy(bool))
    bits += told * _delay(one["asked"].to_numpy(), two["asked"].to_numpy(), one["seller"].to_numpy(), agree)
    bits += _price(one, two)
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    return bits + _answers(one, two, due[left], due[right])


def _category(one: npt.NDArray[np.object_], two: npt.NDArray[np.object_], hops: pd.DataFrame) -> Bits:
    shares = hops["category"].value_counts(normalize=True)
    known = (one != "") & (two != "")
    telling = -np.log2(np.maximum(pd.Series(one).map(shares).fillna(1.0).to_numpy(float), 1e-3))
    return np.where(known, np.where(one == two, telling, OTHER_CATEGORY), 0.0)


def _delay(first: Ints, second: Ints, broker: Ints, agree: Bits) -> Bits:
    """The delay's density among pairs that share a whole identifier, of this broker if he has enough, against a flat one."""
    waited = np.log2(1 + np.maximum(second - first, 0) / SECOND)
    sure = agree >= WHOLE
    if sure.sum() < 20:
        return np.zeros(len(first))
    bins = np.linspace(0, np.log2(1 + LATEST / SECOND), 25)
    width = np.exp2(bins[1:]) - np.exp2(bins[:-1])
    flat = width / width.sum()
    place = np.clip(np.searchsorted(bins, waited, "right") - 1, 0, len(flat) - 1)
    common = np.bincount(place[sure], minlength=len(flat)) + 0.5
    common = common / common.sum()
    who, at = np.unique(broker, return_inverse=True)
    counts = np.zeros((len(who), len(flat)))
    np.add.at(counts, (at[sure], place[sure]), 1)
    own = (counts + 10 * common) / (counts.sum(axis=1, keepdims=True) + 10)
    made: Bits = np.clip(np.log2(own[at, place] / flat[place]), *SPREAD)
    return made


def _price(one: pd.DataFrame, two: pd.DataFrame) -> Bits:
    if "price" not in one:
        return np.zeros(len(one))
    above, below = one["price"].to_numpy(float), two["price"].to_numpy(float)
    known = np.isfinite(above) & np.isfinite(below)
    return np.where(known, np.where(above >= below, FAIR, DEARER), 0.0)


def _answers(one: pd.DataFrame, two: pd.DataFrame, down: Ints, up: Ints) -> Bits:
    both = (up != NONE) & (down != NONE)
    first, second = one["outcome"].to_numpy(object), two["outcome"].to_numpy(object)
    good = np.where(first == second, IN_ORDER, np.where((first == "failed") & (second == "answered"), FAILED, 0.0))
    ordered = np.where(down >= up + SOONEST, good, np.where(second == "failed", 0.0, BACKWARDS))
    before = (down != NONE) & (down < two["asked"].to_numpy() + SOONEST)
    alone = np.where((up == NONE) & (first == "answered"), UNANSWERED, 0.0)
    made: Bits = np.where(before, BACKWARDS, np.where(both, ordered, alone))
    firm = one["firm"].to_numpy(bool) & two["firm"].to_numpy(bool)
    return np.where(firm, made, np.clip(made, LOOSE, IN_ORDER))
