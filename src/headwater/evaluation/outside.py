"""What came from outside: complaints that go back to an account, and files that holders kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from headwater.evaluation.answer import Answer
from headwater.evaluation.made_world import TrueComplaints


@dataclass(frozen=True, slots=True)
class ComplaintScore:
    """Whether the accounts that complaints go back to were named. ``rank``: place of the first right one, from 1."""

    sources: int
    named: int
    right: int
    rank: int | None


@dataclass(frozen=True, slots=True)
class HoldingScore:
    """Distinct persons in one holder's files, as they are and as counted; ``said`` is zero where nothing was counted."""

    holder: str
    persons: int
    said: int

    @property
    def error(self) -> float:
        """How far the count is off, as a share of the true number."""
        return abs(self.said - self.persons) / max(1, self.persons)


def complaint_score(truth: TrueComplaints, answer: Answer) -> ComplaintScore:
    """Hold the accounts named for complaints against those that the stolen part goes back to."""
    named = list(dict.fromkeys(answer.sources))
    places = [place for place, account in enumerate(named, 1) if account in truth.accounts]
    return ComplaintScore(len(set(truth.accounts)), len(named), len(places), places[0] if places else None)


def holding_scores(holdings: Mapping[str, int], answer: Answer) -> tuple[HoldingScore, ...]:
    """The count of every holder that the truth knows."""
    return tuple(HoldingScore(h, holdings[h], answer.holdings.get(h, 0)) for h in sorted(holdings))
