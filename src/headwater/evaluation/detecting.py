"""Detection under every budget: the same doings, the same rules, for findings and for incidents."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from headwater.evaluation.alarms import Alarms, alarms
from headwater.evaluation.alerts import BUDGETS, Story, allowed, best_each_day, best_of_all, everything
from headwater.evaluation.answer import Claim
from headwater.evaluation.catching import Outcome, outcomes
from headwater.evaluation.made_world import Truth

HOUSE = "house"
PER_STAFF = "per 10,000"
ALL = "all"


@dataclass(frozen=True, slots=True)
class Point:
    """What happened under one budget.

    ``unit``: ``finding`` or ``incident``. ``reading``: ``house`` (so many alerts a day in this house), ``per 10,000`` (the
    ranked list cut once, at budget × staff / 10,000 × days) or ``all`` (no budget, ``budget`` 0).
    """

    unit: str
    reading: str
    budget: int
    outcomes: tuple[Outcome, ...]
    alarms: Alarms


def points(
    unit: str, stories: Sequence[Story], truth: Truth, spans: Mapping[date, int] | None = None
) -> tuple[Point, ...]:
    """The outcome under every budget that can be read for this world; ``spans`` as in :func:`.best_each_day`."""
    return tuple(
        Point(unit, reading, budget, outcomes(truth.doings, seen, truth.zone), alarms(seen, truth))
        for reading, budget, seen in _seen(stories, truth, spans)
    )


def _seen(
    stories: Sequence[Story], truth: Truth, spans: Mapping[date, int] | None
) -> Iterator[tuple[str, int, list[Claim]]]:
    for budget in BUDGETS:
        yield HOUSE, budget, best_each_day(stories, budget, truth.zone, spans)
    staff, days = truth.house.staff, truth.house.days
    if staff and days:
        for budget in BUDGETS:
            yield PER_STAFF, budget, best_of_all(stories, allowed(budget, staff, days))
    yield ALL, 0, everything(stories)
