"""Alerts: what a result raised and when, and which of it a house with so many alerts a day gets to see.

A **story** is one matter that a method raised, in the versions in which it was raised: one version when there is one
result, several when results of several moments are read (see :mod:`.prequential`). A story reaches the house once.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo

from headwater.evaluation.answer import Claim

BUDGETS = (1, 5, 10, 25)
PER_STAFF = 10_000
Story = tuple[Claim, ...]


def stories_of(claims: Iterable[Claim]) -> list[Story]:
    """One story for each finding or incident of a single result."""
    return [(claim,) for claim in claims]


def day_of(moment: datetime, zone: tzinfo) -> date:
    """The day of a moment in the world's zone."""
    return moment.astimezone(zone).date()


def allowed(budget: int, staff: int, days: int) -> int:
    """How many alerts a budget per 10,000 staff and day gives a house in all its days; one at least."""
    return max(1, budget * staff * days // PER_STAFF)


def best_each_day(
    stories: Sequence[Story], budget: int, zone: tzinfo, spans: Mapping[date, int] | None = None
) -> list[Claim]:
    """What a house sees that looks at ``budget`` alerts a day, best score first.

    A story competes on each day on which a version of it was raised, until it was seen. ``spans``: for a day that stands for
    several (results cut every week), how many; such a day has as many times the budget.
    """
    waiting: dict[date, list[tuple[float, datetime, int, Claim]]] = defaultdict(list)
    for number, story in enumerate(stories):
        for version in story:
            waiting[day_of(version.raised, zone)].append((-version.bits, version.raised, number, version))
    seen: dict[int, Claim] = {}
    for day in sorted(waiting):
        fresh = [entry for entry in waiting[day] if entry[2] not in seen]
        best: dict[int, tuple[float, datetime, int, Claim]] = {}
        for entry in sorted(fresh, key=lambda e: e[:3]):
            best.setdefault(entry[2], entry)
        for entry in heapq.nsmallest(budget * (spans or {}).get(day, 1), best.values(), key=lambda e: e[:3]):
            seen[entry[2]] = entry[3]
    return [seen[number] for number in sorted(seen)]


def best_of_all(stories: Sequence[Story], count: int) -> list[Claim]:
    """The ``count`` best stories of the whole span: one threshold, set afterwards, the same rule for every method.

    Of each, the first version whose score reaches the threshold (the score of the last story that is let in).
    """
    peaks = [max(version.bits for version in story) for story in stories]
    order = sorted(range(len(stories)), key=lambda n: (-peaks[n], stories[n][0].raised, n))[:count]
    threshold = min((peaks[n] for n in order), default=0.0)
    return [next(v for v in stories[n] if v.bits >= threshold) for n in sorted(order)]


def everything(stories: Sequence[Story]) -> list[Claim]:
    """Every story in its first version: no budget at all."""
    return [story[0] for story in stories]
