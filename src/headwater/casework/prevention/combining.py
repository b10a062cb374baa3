"""The fewest controls that together would have kept a case below so many rows.

Acts are grouped by which controls deny them: there are few such groups, so every set of controls, smallest first, is tried.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from headwater.casework.prevention.case_acts import CaseActs
from headwater.casework.prevention.house import Cost, Mask

SHARES = (0.0, 0.01, 0.1)
"""Parts of the haul below which a case is to be kept."""
BEARABLE = 0.1
"""Blocked days per person and week above which a control stops work rather than theft (assumed): half a day's work in a month."""
MOST = 4
"""A set of more controls than this is not looked for."""


@dataclass(frozen=True, slots=True)
class Combined:
    """The smallest set that lets at most ``allowed`` rows through: what it lets ``through``, and its cost at most (days of others).

    ``controls`` is empty where no set of bearable controls does.
    """

    allowed: int
    controls: tuple[str, ...]
    through: int
    days: float


def combined(case: CaseActs, denied: Sequence[tuple[str, Mask, Cost]], person_weeks: int) -> tuple[Combined, ...]:
    """For each part of the haul the smallest set, and of those alike the one that costs others least."""
    bearable = [d for d in denied if d[2].days <= BEARABLE * max(person_weeks, 1)]
    groups, weights = _groups(case, [mask for _id, mask, _cost in bearable])
    days = [cost.days for _id, _mask, cost in bearable]
    tried = [_tried(bearable, groups, weights, days, size) for size in range(1, min(MOST, len(bearable)) + 1)]
    return tuple(_smallest(tried, int(share * case.total)) for share in SHARES)


def _groups(case: CaseActs, masks: Sequence[Mask]) -> tuple[np.ndarray, np.ndarray]:
    """Which controls deny each group of acts (groups, controls), and how many rows it has."""
    if not masks:
        return np.zeros((0, 0), bool), np.zeros(0, np.int64)
    stacked = np.stack(masks, axis=1)[case.taken]
    groups, place = np.unique(stacked, axis=0, return_inverse=True)
    weights = np.bincount(place.ravel(), weights=case.rows[case.taken], minlength=len(groups))
    return groups, weights.astype(np.int64)


def _tried(
    bearable: Sequence[tuple[str, Mask, Cost]],
    groups: np.ndarray,
    weights: np.ndarray,
    days: Sequence[float],
    size: int,
) -> list[tuple[int, float, tuple[str, ...]]]:
    """Every set of a size: rows that get through, days of others, its controls."""
    made = []
    for chosen in combinations(range(len(bearable)), size):
        through = int(weights[~groups[:, list(chosen)].any(axis=1)].sum())
        names = tuple(sorted(bearable[i][0] for i in chosen))
        made.append((through, float(sum(days[i] for i in chosen)), names))
    return made


def _smallest(tried: Sequence[Sequence[tuple[int, float, tuple[str, ...]]]], allowed: int) -> Combined:
    for sets in tried:
        good = [s for s in sets if s[0] <= allowed]
        if good:
            through, cost, names = min(good, key=lambda s: (s[1], s[0], s[2]))
            return Combined(allowed, names, through, cost)
    return Combined(allowed, (), 0, 0.0)
