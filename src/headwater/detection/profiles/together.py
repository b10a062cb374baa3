"""Suspicious reading of two people in the same stretches: on how many days, and how many there would be by chance.

Under chance the other one's suspicious days fall on any of his days at work, likelier on those on which others of the
house, and of the two jobs, stand out too; and on such a day he is there at that hour as often as on his other days. The
days are summed exactly (Poisson-binomial), from either side, and the larger p counts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.detection.profiles.chains import several

APART = timedelta(hours=1)
"""Sittings no further apart than this are in the same stretch."""
LEAST = 2
"""One common stretch says nothing."""
HABIT = 2.0
"""So many days' worth of the house's hours stand beside a person's own."""
SAMPLE = 2_000
"""So many sittings of the house show its hours."""
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Together:
    """Two people, the days on which both read suspiciously in one stretch, how many were expected; ``p`` paid for all pairs."""

    people: tuple[str, str]
    days: tuple[date, ...]
    of: int
    expected: float
    pairs: int
    p: float


@dataclass(frozen=True, slots=True)
class _House:
    """``loud``: person to suspicious days, each with its stretches; ``work``: person to days at work and their hours."""

    loud: Mapping[str, Mapping[date, list[tuple[pd.Timestamp, pd.Timestamp]]]]
    work: Mapping[str, Mapping[date, Mask]]
    everybody: Mask
    jobs: Mapping[str, str]
    zone: ZoneInfo

    def p(self, one: str, other: str, hits: int) -> tuple[float, float]:
        """How likely so many common stretches are, given when the first one read, and how many are to be expected."""
        chances = self._chances(one, other)
        return float(several(chances)[hits:].sum()), float(chances.sum())

    def _chances(self, one: str, other: str) -> npt.NDArray[np.float64]:
        work, loud = self.work.get(other, {}), self.loud[other]
        often = self._often(sorted({*work, *loud}), {one, other})
        total = sum(often.values()) or 1.0
        usual = np.array([mask for day, mask in work.items() if day not in loud] or [np.zeros(24, bool)])
        made = []
        for day, stretches in self.loud[one].items():
            mask = np.logical_or.reduce([self._hours(*s) for s in stretches])
            house = float((self.everybody & mask).any(axis=1).mean())
            there = (int((usual & mask).any(axis=1).sum()) + HABIT * house) / (len(usual) + HABIT)
            made.append(min(1.0, len(loud) * often.get(day, 0.0) / total) * there)
        return np.array(made)

    def _often(self, days: Sequence[date], two: set[str]) -> dict[date, float]:
        """How likely each day is to be a suspicious one of anybody, beside the two: of the house and of their jobs."""
        jobs = {self.jobs.get(x) for x in two}
        others = {p: loud for p, loud in self.loud.items() if p not in two}
        mates = [loud for p, loud in others.items() if self.jobs.get(p) in jobs]
        return {d: (0.5 + sum(d in x for x in others.values())) * (0.5 + sum(d in x for x in mates)) for d in days}

    def _hours(self, first: pd.Timestamp, last: pd.Timestamp) -> Mask:
        return _mask(first.tz_convert(self.zone), last.tz_convert(self.zone))

    def common(self, one: str, other: str) -> tuple[date, ...]:
        """Days on which suspicious sittings of both overlap, or nearly."""
        return tuple(
            day
            for day, stretches in sorted(self.loud[one].items())
            if any(a - APART <= d and c - APART <= b for a, b in stretches for c, d in self.loud[other].get(day, ()))
        )


def together(parties: pd.DataFrame, sittings: pd.DataFrame, jobs: Mapping[str, str], zone: ZoneInfo) -> list[Together]:
    """Pairs with common stretches. ``parties``: suspicious sittings (person, day, first, last); ``sittings``: all."""
    people = sorted(set(parties["person"]))
    if len(people) < 2:
        return []
    house = _house(parties, sittings, jobs, zone)
    pairs = len(people) * (len(people) - 1) // 2
    made = []
    for one, other in combinations(people, 2):
        days = house.common(one, other)
        if len(days) < LEAST:
            continue
        sides = [house.p(one, other, len(days)), house.p(other, one, len(days))]
        p, expected = max(sides)
        least = min(len(house.loud[one]), len(house.loud[other]))
        made.append(Together((one, other), days, least, expected, pairs, min(1.0, max(p * pairs, 1e-300))))
    return made


def _house(parties: pd.DataFrame, sittings: pd.DataFrame, jobs: Mapping[str, str], zone: ZoneInfo) -> _House:
    loud: dict[str, dict[date, list[tuple[pd.Timestamp, pd.Timestamp]]]] = defaultdict(lambda: defaultdict(list))
    for row in parties.itertuples(index=False):
        loud[str(row.person)][row.day].append((row.first, row.last))
    owned = sittings[sittings["owner"].notna()]
    wanted = owned[owned["owner"].isin(set(loud))]
    work: dict[str, dict[date, Mask]] = defaultdict(dict)
    for person, day, mask in zip(wanted["owner"], wanted["day"], _masks(wanted, zone), strict=True):
        work[person][day] = work[person].get(day, np.zeros(24, bool)) | mask
    some = owned.iloc[:: max(1, -(-len(owned) // SAMPLE))]
    return _House({p: dict(d) for p, d in loud.items()}, dict(work), _masks(some, zone), jobs, zone)


def _masks(rows: pd.DataFrame, zone: ZoneInfo) -> Mask:
    """The local hours that each sitting touches."""
    first, last = rows["first"].dt.tz_convert(zone), rows["last"].dt.tz_convert(zone)
    return np.array([_mask(a, b) for a, b in zip(first, last, strict=True)], bool).reshape(-1, 24)


def _mask(first: pd.Timestamp, last: pd.Timestamp) -> Mask:
    """The hours of a day from one local moment to another; past midnight it goes on at its beginning."""
    mask = np.zeros(24, bool)
    length = min(23, int((last - first).total_seconds() + 60 * first.minute) // 3600)
    mask[(first.hour + np.arange(length + 1)) % 24] = True
    return mask
