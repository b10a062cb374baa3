"""Across phones that nobody has: where a request went to somebody unseen and comes out of somebody unseen.

Two rows of requests about the same person, one that ends with somebody whose phone was not read and one that begins with
another such, are one order if the second lies inside the first. What lies between is inferred, and said to be.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.network.frames import NONE
from headwater.network.orders.assigning import assign
from headwater.network.orders.next_hop import LATEST, SOONEST, Steps, earliest, rest
from headwater.network.orders.pairing import Items, by_name
from headwater.network.orders.requests import Requests
from headwater.network.orders.subjects import WHOLE, Named, agreement

Ints = npt.NDArray[np.int64]
UNSEEN = 4.0
"""Bits that it takes for two rows to be one although nobody saw what lies between."""
WIPED = 4.0
"""Bits that it takes besides where one of the two was read: the messages between them must be gone from his device."""


@dataclass(frozen=True, slots=True, eq=False)
class Bridges:
    """Requests (``left``) that went on, unseen, as others (``right``), and how sure each is."""

    left: Ints
    right: Ints
    sure: npt.NDArray[np.float64]


def bridges(asked: Requests, steps: Steps, seen: npt.NDArray[np.bool_]) -> Bridges:
    """Join rows over people of whom no device was read, of one side at least; ``seen`` says of each person whether one was."""
    hops = asked.hops.assign(firm=steps.firm)
    chosen = steps.done.chosen
    has_next, has_before = np.zeros(len(hops), bool), np.zeros(len(hops), bool)
    has_next[steps.pairs["left"].to_numpy()[chosen]] = True
    has_before[steps.pairs["right"].to_numpy()[chosen]] = True
    buyer, seller = hops["buyer"].to_numpy(), hops["seller"].to_numpy()
    ends, begins = ~has_next, ~has_before
    keys = _whole(asked.keys)
    left = Items(np.where(ends, 0, NONE), earliest(hops), keys)
    right = Items(np.where(begins, 0, NONE), hops["asked"].to_numpy(), keys)
    pairs = by_name(left, right, SOONEST, LATEST)
    one, two = seen[seller[pairs["left"]]], seen[buyer[pairs["right"]]]
    pairs = pairs[_possible(pairs, hops, steps.due) & ~(one & two)].reset_index(drop=True)
    wiped = seen[seller[pairs["left"]]] | seen[buyer[pairs["right"]]]
    agree = agreement(pairs, asked.keys, asked.keys, asked.told)
    among = np.bincount(pairs["left"])[pairs["left"]] if len(pairs) else np.ones(0)
    bits = np.where(
        agree >= WHOLE, agree + rest(pairs, hops, agree, steps.due) - np.log2(among) - UNSEEN - WIPED * wiped, -np.inf
    )
    done = assign(pairs, bits)
    places = np.flatnonzero(done.chosen)
    return Bridges(pairs["left"].to_numpy()[places], pairs["right"].to_numpy()[places], done.confidence[places])


def _whole(keys: Named) -> Named:
    return Named(keys.rows[keys.rows["whole"]], keys.families, keys.parts)


def _possible(pairs: pd.DataFrame, hops: pd.DataFrame, due: Ints) -> npt.NDArray[np.bool_]:
    """Whether a second row may lie inside the first: other people, the same thing, before the answer came down."""
    one, two = hops.iloc[pairs["left"]], hops.iloc[pairs["right"]]
    apart = one["seller"].to_numpy() != two["buyer"].to_numpy()
    apart &= (one["buyer"].to_numpy() != two["buyer"].to_numpy()) & (
        one["buyer"].to_numpy() != two["seller"].to_numpy()
    )
    apart &= one["seller"].to_numpy() != two["seller"].to_numpy()
    first, second = one["category"].to_numpy(object), two["category"].to_numpy(object)
    same = (first == second) | (first == "") | (second == "")
    down, up = due[pairs["left"].to_numpy()], two["asked"].to_numpy()
    inside = (down == NONE) | ((up <= down - SOONEST) & (two["answered"].to_numpy() <= down - SOONEST))
    vain = (one["outcome"].to_numpy(object) == "answered") & (two["outcome"].to_numpy(object) == "failed")
    made: npt.NDArray[np.bool_] = apart & same & inside & ~vain
    return made
