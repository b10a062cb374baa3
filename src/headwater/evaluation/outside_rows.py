"""Complaints and holdings over many worlds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from headwater.evaluation.intervals import wilson
from headwater.evaluation.scoring import Score
from headwater.evaluation.spread import Spread, spread


@dataclass(frozen=True, slots=True)
class ComplaintRow:
    """Worlds with complaints: ``sourced`` of them go back to an account here; in ``hit`` of those it was named, in ``first`` named first.

    ``low`` to ``high``: Wilson interval of hit / sourced. ``false``: accounts named wrongly, in all worlds; ``false_free``: in
    worlds whose complaints go back to nobody here.
    """

    method: str
    worlds: int
    sourced: int
    hit: int
    first: int
    low: float
    high: float
    false: int
    false_free: int


@dataclass(frozen=True, slots=True)
class HoldingRow:
    """How far the persons counted in holders' files are off, as a share of the true number; ``exact`` of them not at all."""

    method: str
    exact: int
    error: Spread


def complaint_rows(method: str, scores: Sequence[Score]) -> tuple[ComplaintRow, ...]:
    """One row, or none where no world has complaints."""
    found = [score.complaints for score in scores if score.complaints]
    if not found:
        return ()
    sourced = [each for each in found if each.sources]
    hit = sum(each.rank is not None for each in sourced)
    low, high = wilson(hit, len(sourced))
    return (
        ComplaintRow(
            method,
            worlds=len(found),
            sourced=len(sourced),
            hit=hit,
            first=sum(each.rank == 1 for each in sourced),
            low=low,
            high=high,
            false=sum(each.named - each.right for each in found),
            false_free=sum(each.named for each in found if not each.sources),
        ),
    )


def holding_rows(method: str, scores: Sequence[Score]) -> tuple[HoldingRow, ...]:
    """One row, or none where no world has holders."""
    errors = [holding.error for score in scores for holding in score.holdings]
    return (HoldingRow(method, sum(error == 0 for error in errors), spread(errors)),) if errors else ()
