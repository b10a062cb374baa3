"""Things that somebody never used before (devices, hosts, addresses): how surprising each is, in bits.

Pitman-Yor back-off, person to job to house: ``P(v | u) = (s + d K_u) / (n_u + s) * P(v | job)`` for a thing new to the
person, and ``P(v | g) = max(n_gv - d, 0) / (n_g + s) + (s + d K_g) / (n_g + s) * P(v | wider)`` above, where a group
counts in how many of its people's lives the thing has come up. What half the job uses is hardly news; what nobody in
the house has ever used is. Only earlier days count.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

DISCOUNT, STRENGTH = 0.5, 5.0
"""``d`` and ``s`` of the process (believed, not fitted)."""
MOST = 12.0
"""Bits that one new thing may be worth."""

Floats = npt.NDArray[np.float64]


def surprise(firsts: pd.DataFrame, days: pd.DataFrame) -> Floats:
    """Bits of each first use.

    ``firsts``: person, group, thing, day (the first on which that person used that thing), all whole numbers.
    ``days``: person, day, things (how many different ones on that day).
    """
    used, distinct = _own(firsts, days)
    person_new = (STRENGTH + DISCOUNT * distinct) / (used + STRENGTH)
    house = firsts.assign(group=0)
    wide = _shared(house, 1.0 / (_distinct_before(house) + 1.0))
    probability = person_new * _shared(firsts, wide)
    return np.asarray(np.clip(-np.log2(np.maximum(probability, 1e-12)), 0.0, MOST))


def _own(firsts: pd.DataFrame, days: pd.DataFrame) -> tuple[Floats, Floats]:
    """Per first use: how often the person had used anything, and how many different things, before that day."""
    ordered = days.sort_values(["person", "day"])
    used = ordered.groupby("person")["things"].cumsum() - ordered["things"]
    known = firsts[["person", "day"]].merge(ordered.assign(used=used)[["person", "day", "used"]], how="left")
    return known["used"].fillna(0).to_numpy(float), _before(firsts, ["person"])


def _shared(firsts: pd.DataFrame, wider: Floats) -> Floats:
    """P(v | group) by the group's people who came upon the thing before, backing off to ``wider``."""
    of_thing, total = _before(firsts, ["group", "thing"]), _before(firsts, ["group"])
    distinct = _distinct_before(firsts)
    rest = (STRENGTH + DISCOUNT * distinct) / (total + STRENGTH)
    return np.maximum(of_thing - DISCOUNT, 0.0) / (total + STRENGTH) + rest * wider


def _before(firsts: pd.DataFrame, keys: list[str]) -> Floats:
    """How many rows of the same keys lie on earlier days."""
    return np.asarray(firsts.groupby(keys)["day"].rank(method="min").to_numpy(float) - 1.0)


def _distinct_before(firsts: pd.DataFrame) -> Floats:
    """How many different things the group had come upon before that day."""
    first = firsts.groupby(["group", "thing"], as_index=False)["day"].min()
    counted = first.groupby(["group", "day"], as_index=False).size().sort_values(["group", "day"])
    counted["until"] = counted.groupby("group")["size"].cumsum()
    order = firsts[["group", "day"]].assign(at=np.arange(len(firsts))).sort_values("day", kind="stable")
    found = pd.merge_asof(
        order, counted[["group", "day", "until"]].sort_values("day"), on="day", by="group", allow_exact_matches=False
    )
    return np.asarray(found.sort_values("at")["until"].fillna(0).to_numpy(float))
