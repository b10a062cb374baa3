"""Leave, sickness, travel and training: the days on which people of the house are away."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.simulation.events import Whole
from headwater.simulation.house.nouns import Absence, Staff

_YEAR = 365.0


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of absence: how often a year, and the fewest days and the mean of what comes on top."""

    name: str
    a_year: float
    least: int
    more: float


_KINDS = (
    _Kind("年假", 1.6, 2, 4.0),
    _Kind("病假", 1.8, 1, 1.2),
    _Kind("出差", 1.2, 1, 1.5),
    _Kind("培训", 0.5, 1, 1.5),
)
_LONG = ("产假", "病假", "借调")
_LONG_A_YEAR = 0.04  # of the staff, 3 to 8 weeks
_LONG_DAYS = (21, 57)


def absences(rng: np.random.Generator, staff: Staff, days: int) -> tuple[Absence, ...]:
    """Everybody's absences, by person and day, none overlapping another; at least one is of several weeks."""
    inside = np.flatnonzero(~staff.outside & (staff.left >= 0))
    parts = [_long(rng, inside, staff, days), *(_of_kind(rng, n, kind, inside, days) for n, kind in enumerate(_KINDS))]
    person, first, last, kind = (np.concatenate(column) for column in zip(*parts, strict=True))
    first, last = np.maximum(first, staff.hired[person]), np.minimum(last, staff.left[person])
    kept = (last >= first) & (last >= 0)
    order = np.lexsort((first, person))
    rows = order[kept[order]]
    names = [*(each.name for each in _KINDS), *_LONG]
    made: list[Absence] = []
    for who, begin, end, what in zip(*(c[rows].tolist() for c in (person, first, last, kind)), strict=True):
        if not made or made[-1].person != who or made[-1].last < begin:
            made.append(Absence(who, begin, end, names[what]))
    return tuple(made)


def _of_kind(
    rng: np.random.Generator, number: int, kind: _Kind, inside: Whole, days: int
) -> tuple[Whole, Whole, Whole, Whole]:
    lead = 20  # some are away when the first day comes
    person = np.repeat(inside, rng.poisson(kind.a_year * (days + lead) / _YEAR, len(inside)))
    first = rng.integers(-lead, days, len(person))
    length = kind.least + rng.geometric(1 / (1 + kind.more), len(person)) - 1
    return person, first, first + length - 1, np.full(len(person), number)


def _long(rng: np.random.Generator, inside: Whole, staff: Staff, days: int) -> tuple[Whole, Whole, Whole, Whole]:
    """A few long ones, the first of them well within the span and of somebody who stays."""
    stays = inside[(staff.hired[inside] < 0) & (staff.left[inside] > days)]
    count = min(len(stays), max(1, int(rng.poisson(_LONG_A_YEAR * len(inside) * days / _YEAR))))
    person = rng.choice(stays, count, replace=False)
    first = rng.integers(-20, max(1, days - 10), count)
    first[0] = days // 4 + rng.integers(max(1, days // 4))
    length = rng.integers(*_LONG_DAYS, count)
    return person, first, first + length - 1, len(_KINDS) + rng.integers(len(_LONG), size=count)
