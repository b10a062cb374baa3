"""Takers named over many leaks, by where the leaks come from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from headwater.evaluation.intervals import wilson
from headwater.evaluation.leaks import LeakScore
from headwater.evaluation.recall_rows import EVERY
from headwater.evaluation.scoring import Score
from headwater.evaluation.spread import Spread, spread

TAKEN, NOBODY = "taken here", "taken by nobody here"


@dataclass(frozen=True, slots=True)
class LeakRow:
    """Leaks of one origin (``*``: of every one), taken here or by nobody here.

    ``exact`` of ``leaks`` have exactly the right set of takers, with the Wilson interval ``low`` to ``high``; ``people_exact`` exactly the
    right set of employees. Names: ``right`` of ``named`` are right (precision), ``covered`` of ``takers`` were named (recall); the same
    for people. ``false``: names that are wrong, ``alike`` of them share their probability with a right one. ``rows``: how far the
    rows explained are from the rows taken, as a share of the leak.
    """

    method: str
    taken: str
    origin: str
    leaks: int
    listed: int
    exact: int
    low: float
    high: float
    named: int
    right: int
    takers: int
    covered: int
    false: int
    alike: int
    people_exact: int
    people: int
    people_named: int
    people_right: int
    rows: Spread

    @property
    def precision(self) -> float | None:
        """The share of named accounts that are right."""
        return self.right / self.named if self.named else None

    @property
    def recall(self) -> float | None:
        """The share of takers who were named."""
        return self.covered / self.takers if self.takers else None

    @property
    def people_precision(self) -> float | None:
        """The share of named employees who are right."""
        return self.people_right / self.people_named if self.people_named else None

    @property
    def people_recall(self) -> float | None:
        """The share of employees who took part that were named."""
        return self.people_right / self.people if self.people else None

    @property
    def false_per_leak(self) -> float | None:
        """Wrong names for one leak, on average."""
        return self.false / self.leaks if self.leaks else None


def leak_rows(method: str, scores: Iterable[Score]) -> tuple[LeakRow, ...]:
    """All rows of one method: leaks that were taken here and those that nobody here took, never mixed."""
    groups: dict[tuple[str, str], list[LeakScore]] = defaultdict(list)
    for score in scores:
        for leak in score.leaks:
            for origin in (EVERY, leak.origin or "unstated"):
                groups[NOBODY if leak.nobody else TAKEN, origin].append(leak)
    order = sorted(groups, key=lambda g: (g[0] == NOBODY, g[1] != EVERY, g[1]))
    return tuple(_row(method, *group, groups[group]) for group in order)


def _row(method: str, taken: str, origin: str, leaks: list[LeakScore]) -> LeakRow:
    exact = sum(leak.exact for leak in leaks)
    low, high = wilson(exact, len(leaks))
    return LeakRow(
        method,
        taken,
        origin,
        leaks=len(leaks),
        listed=sum(leak.listed for leak in leaks),
        exact=exact,
        low=low,
        high=high,
        named=sum(leak.named for leak in leaks),
        right=sum(leak.right for leak in leaks),
        takers=sum(leak.takers for leak in leaks),
        covered=sum(leak.covered for leak in leaks),
        false=sum(leak.named - leak.right for leak in leaks),
        alike=sum(leak.alike for leak in leaks),
        people_exact=sum(leak.people_exact for leak in leaks),
        people=sum(leak.people for leak in leaks),
        people_named=sum(leak.people_named for leak in leaks),
        people_right=sum(leak.people_right for leak in leaks),
        rows=spread([abs(leak.rows_explained - leak.rows_taken) / leak.rows for leak in leaks if leak.rows]),
    )
