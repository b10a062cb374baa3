"""False alarms: alerts that touch no doing, and the innocent work that they point at."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from headwater.evaluation.alerts import day_of
from headwater.evaluation.answer import Claim
from headwater.evaluation.made_world import Truth
from headwater.evaluation.touching import Touching

WEEK = 7


@dataclass(frozen=True, slots=True)
class Alarms:
    """Alerts that the house saw, and how many of them were false.

    ``alikes``: false alerts that point at innocent work which looks like a taking; ``by_alike``: the same by its kind (one
    alert can point at two). ``worst_week``, ``worst_day``: most false alerts in one week (of seven days, counted from the first
    day of the world) and on one day.
    """

    alerts: int
    false: int
    alikes: int
    by_alike: Mapping[str, int]
    worst_week: int
    worst_day: int


def alarms(alerts: Sequence[Claim], truth: Truth) -> Alarms:
    """Count what was false among the alerts that the house saw."""
    doings, benign = Touching.of(truth.doings, truth.zone), Touching.of(truth.benign, truth.zone)
    false = [claim for claim in alerts if not doings.by(claim)]
    kinds = [sorted({truth.benign[n].kind for n in benign.by(claim)}) for claim in false]
    days = [day_of(claim.raised, truth.zone) for claim in false]
    return Alarms(
        alerts=len(alerts),
        false=len(false),
        alikes=sum(bool(found) for found in kinds),
        by_alike=dict(sorted(Counter(kind for found in kinds for kind in found).items())),
        worst_week=_most(_weeks(days, truth.house.first)),
        worst_day=_most(days),
    )


def _weeks(days: Sequence[date], first: date | None) -> list[int]:
    start = first or min(days, default=None)
    return [(day - start).days // WEEK for day in days] if start else []


def _most(values: Sequence[date] | Sequence[int]) -> int:
    return max(Counter(values).values(), default=0)
