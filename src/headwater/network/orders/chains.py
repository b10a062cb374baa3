"""Requests in a row: every order from whom it began with to whom it ended with, tries that came to nothing, and resales."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.network.frames import NONE
from headwater.network.orders.bridging import Bridges
from headwater.network.orders.next_hop import DEEPEST, SOONEST, Steps
from headwater.network.orders.pairing import Items, by_name
from headwater.network.orders.requests import DAY, HOUR, Requests
from headwater.network.orders.subjects import WHOLE, agreement

Ints = npt.NDArray[np.int64]
TRY = 6.0
"""Bits from which a second request of a broker for the same thing counts as another try."""
GIVEN_UP = 2 * HOUR
"""A broker who hears nothing for so long may ask another one."""
KEPT_FOR = 400 * DAY
"""An answer may be sold again for so long."""


@dataclass(frozen=True, slots=True, eq=False)
class Chains:
    """For each request its order, its level, whether it is on the path, the request above and how sure that is.

    ``bridged``: nothing was seen between the one above and this one.
    """

    order: Ints
    level: Ints
    on_path: npt.NDArray[np.bool_]
    above: Ints
    sure: npt.NDArray[np.float64]
    bridged: npt.NDArray[np.bool_]
    resale_of: Ints


def chains(asked: Requests, steps: Steps, bridges: Bridges) -> Chains:
    """Put requests in rows."""
    count = len(asked.hops)
    above, sure = np.full(count, NONE), np.ones(count)
    chosen = np.flatnonzero(steps.done.chosen)
    left, right = (steps.pairs[side].to_numpy()[chosen] for side in ("left", "right"))
    above[right], sure[right] = left, steps.done.confidence[chosen]
    on_path = np.ones(count, bool)
    bridged = np.zeros(count, bool)
    above[bridges.right], sure[bridges.right], bridged[bridges.right] = bridges.left, bridges.sure, True
    _add_tries(asked, steps, above, sure, on_path)
    _cut_circles(above)
    on_path |= above == NONE  # what was a try until a circle was cut begins an order of its own
    order, level = _roots(above)
    on_path &= _path_above(above, on_path)
    return Chains(order, level, on_path, above, sure, bridged & (above >= 0), _resales(asked, above, order))


def _add_tries(
    asked: Requests, steps: Steps, above: Ints, sure: npt.NDArray[np.float64], on_path: npt.NDArray[np.bool_]
) -> None:
    """What a broker asked of another one for the same order, before or after the step that is told: one of the two failed first.

    The one that was answered is the path; a step that failed though the one above it was answered is none.
    """
    left, right = (steps.pairs[side].to_numpy() for side in ("left", "right"))
    hops = asked.hops
    main = np.full(len(above), NONE)
    main[above[above >= 0]] = np.flatnonzero(above >= 0)
    free = (steps.bits > TRY) & (above[right] == NONE) & (main[left] >= 0) & (main[left] != right)
    likely = np.flatnonzero(free)
    likely = likely[_one_after_the_other(hops, main[left[likely]], right[likely])]
    best = likely[np.lexsort((likely, -steps.bits[likely]))]
    best = best[~pd.Series(right[best]).duplicated().to_numpy()]
    above[right[best]], on_path[right[best]] = left[best], False
    _let_the_answered_lead(hops, left[best], right[best], main, on_path)
    sure[right[above[right] == left]] = _apart_from_tries(steps, above)
    firm = hops["firm"].to_numpy(bool)
    good, bad = (firm & (hops["outcome"].to_numpy(object) == how) for how in ("answered", "failed"))
    there = above >= 0
    on_path[there] &= ~(bad[there] & good[above[there]])


def _one_after_the_other(hops: pd.DataFrame, one: Ints, other: Ints) -> npt.NDArray[np.bool_]:
    """Whether of two requests the earlier failed, or was never answered, before the later was made."""
    asked, answered = hops["asked"].to_numpy(), hops["answered"].to_numpy()
    first = np.where(asked[one] <= asked[other], one, other)
    second = np.where(asked[one] <= asked[other], other, one)
    failed = (hops["outcome"].to_numpy(object)[first] == "failed") & (answered[first] <= asked[second] - SOONEST)
    dropped = (answered[first] == NONE) & (asked[second] - asked[first] >= GIVEN_UP)
    made: npt.NDArray[np.bool_] = failed | dropped
    return made


def _apart_from_tries(steps: Steps, above: Ints) -> npt.NDArray[np.float64]:
    """How sure each step is that was taken, where other tries of the same order are no rivals; in the order of pairs."""
    left, right = (steps.pairs[side].to_numpy() for side in ("left", "right"))
    taken = above[right] == left
    weight = np.exp2(np.clip(steps.bits, -40, 40))
    by_left = np.bincount(left, weight * ~taken, len(above))[left] if len(left) else weight
    by_right = np.bincount(right, weight, len(above))[right] if len(right) else weight
    made: npt.NDArray[np.float64] = (weight / (by_left + by_right + 1.0))[taken]
    return made


def _let_the_answered_lead(
    hops: pd.DataFrame, left: Ints, tried: Ints, main: Ints, on_path: npt.NDArray[np.bool_]
) -> None:
    rank = hops["outcome"].map({"answered": 0, "open": 1, "failed": 2}).to_numpy()
    for one, other in zip(left.tolist(), tried.tolist(), strict=True):
        if rank[other] < rank[main[one]]:
            on_path[main[one]], on_path[other] = False, True
            main[one] = other


def _cut_circles(above: Ints) -> None:
    place = above.copy()
    for _step in range(DEEPEST):
        place = np.where(place >= 0, above[place], NONE)
    above[place >= 0] = NONE


def _roots(above: Ints) -> tuple[Ints, Ints]:
    root, level = np.arange(len(above)), np.zeros(len(above), np.int64)
    place = above.copy()
    while (place >= 0).any():
        there = place >= 0
        root[there] = place[there]
        level[there] += 1
        place = np.where(there, above[place], NONE)
    _distinct, order = np.unique(root, return_inverse=True)
    return order.astype(np.int64), level


def _path_above(above: Ints, on_path: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Whether all above a request are on the path."""
    made, place = np.ones(len(above), bool), above.copy()
    while (place >= 0).any():
        there = place >= 0
        made[there] &= on_path[place[there]]
        place = np.where(there, above[place], NONE)
    return made


def _resales(asked: Requests, above: Ints, order: Ints) -> Ints:
    """Of orders that ended with somebody who had the answer already: the order that he had it from."""
    hops = asked.hops
    count = len(hops)
    last = np.ones(count, bool)
    last[above[above >= 0]] = False
    left = Items(
        np.where(last & (hops["outcome"] == "answered"), hops["seller"], NONE), hops["asked"].to_numpy(), asked.keys
    )
    had = hops["answered"].to_numpy()
    right = Items(np.where((had != NONE) & (hops["outcome"] == "answered"), hops["buyer"], NONE), had, asked.keys)
    pairs = by_name(left, right, -KEPT_FOR, 0)
    same = hops["category"].to_numpy(object)
    pairs = pairs[same[pairs["left"]] == same[pairs["right"]]].reset_index(drop=True)
    sound = agreement(pairs, asked.keys, asked.keys, asked.told) >= WHOLE
    pairs = pairs[sound]
    pairs = (
        pairs.assign(when=had[pairs["right"]])
        .sort_values(["left", "when", "right"])
        .drop_duplicates("left", keep="last")
    )
    made = np.full(int(order.max(initial=-1)) + 1, NONE)
    made[order[pairs["left"].to_numpy()]] = order[pairs["right"].to_numpy()]
    made[made == np.arange(len(made))] = NONE
    return made
