"""Recall over many worlds: per method, unit, budget, kind and strength."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from headwater.evaluation.catching import Outcome
from headwater.evaluation.intervals import wilson
from headwater.evaluation.scoring import Score
from headwater.evaluation.spread import Spread, spread

EVERY = "*"
STRENGTHS = ("strong", "medium", "weak", "faint")


@dataclass(frozen=True, slots=True)
class RecallRow:
    """Doings of one kind and strength (``*``: of every one) under one budget.

    ``found`` of ``doings``, with the Wilson interval ``low`` to ``high``. Of those found: ``account``, ``person``, ``anyone``
    (named right), ``blamed`` (an owner who did not act was named). ``days`` to the alert. ``taken`` records in all and ``lost`` of
    them before the alert, in the ``measured`` doings whose records are told day by day. ``overlap``: mean shared part of the windows.
    """

    method: str
    unit: str
    reading: str
    budget: int
    kind: str
    strength: str
    doings: int
    found: int
    low: float
    high: float
    late: int
    strangers: int
    account: int
    person: int
    anyone: int
    blamed: int
    days: Spread
    measured: int
    taken: int
    lost: int
    overlap: float | None

    @property
    def share(self) -> float | None:
        """Recall: the share of doings found."""
        return self.found / self.doings if self.doings else None

    @property
    def saved(self) -> float | None:
        """The share of records that an alert came in time for."""
        return 1 - self.lost / self.taken if self.taken else None


def recall_rows(method: str, scores: Iterable[Score]) -> tuple[RecallRow, ...]:
    """All rows of one method: each kind and strength by itself, each kind, each strength, and all together."""
    groups: dict[tuple[str, str, int], list[Outcome]] = defaultdict(list)
    for score in scores:
        for point in score.points:
            groups[point.unit, point.reading, point.budget].extend(point.outcomes)
    return tuple(
        _row(method, at, kind, strength, outcomes)
        for at, found in groups.items()
        for kind, strength, outcomes in _parts(found)
    )


def _parts(outcomes: Sequence[Outcome]) -> Iterable[tuple[str, str, list[Outcome]]]:
    parts: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for each in outcomes:
        for kind in (EVERY, each.kind):
            for strength in (EVERY, each.strength):
                parts[kind, strength].append(each)
    for kind, strength in sorted(parts, key=lambda p: (p[0] != EVERY, p[0], _place(p[1]), p[1])):
        yield kind, strength, parts[kind, strength]


def _place(strength: str) -> int:
    return -1 if strength == EVERY else (*STRENGTHS, strength).index(strength)


def _row(method: str, at: tuple[str, str, int], kind: str, strength: str, outcomes: list[Outcome]) -> RecallRow:
    found = [each for each in outcomes if each.found]
    measured = [(o.taken, o.lost) for o in outcomes if o.taken is not None and o.lost is not None]
    overlaps = [each.overlap for each in found if each.overlap is not None]
    low, high = wilson(len(found), len(outcomes))
    return RecallRow(
        method,
        *at,
        kind,
        strength,
        doings=len(outcomes),
        found=len(found),
        low=low,
        high=high,
        late=sum(each.late for each in outcomes),
        strangers=sum(each.stranger for each in outcomes),
        account=sum(bool(each.account) for each in found),
        person=sum(bool(each.person) for each in found),
        anyone=sum(bool(each.anyone) for each in found),
        blamed=sum(bool(each.blamed) for each in found),
        days=spread([each.days for each in found if each.days is not None]),
        measured=len(measured),
        taken=sum(taken for taken, _lost in measured),
        lost=sum(lost for _taken, lost in measured),
        overlap=sum(overlaps) / len(overlaps) if overlaps else None,
    )
