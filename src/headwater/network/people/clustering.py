"""Groups of accounts: the best link first, as long as the sum speaks for it and nothing forbids it.

No connected components: every merge weighs all that is known between two groups. What is against it counts too, labels that
exclude each other (devices of two holders, two real names on bills) forbid it, and two groups that are both well joined in
themselves need more than one poor link.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.network.frames import Ints

ENOUGH = 2.0
"""Bits above chance that a merge needs: a wrong merge is worse than a missed one."""
BRIDGE = 3.0
"""Bits more where both groups have two accounts or more already."""
AGAIN = 0.3
"""What each further link between two groups adds of its bits: links of one person are seldom independent."""

Label = Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """``of``: the group of each account, numbered by their first account; ``sure``: of each group; ``blocked``: pairs of accounts whose
    groups would have been merged but for a label, with its name."""

    of: Ints
    sure: npt.NDArray[np.float64]
    blocked: list[tuple[int, int, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Work:
    """Groups while they grow: for each its members, labels, weakest merge, and the links to other groups by reason."""

    prior: float
    parent: list[int]
    members: dict[int, list[int]]
    labels: dict[int, dict[str, frozenset[str]]]
    weakest: dict[int, float]
    links: dict[int, dict[int, list[tuple[float, str]]]]
    blocked: list[tuple[int, int, str]]

    def score(self, one: int, other: int) -> float:
        """Bits above chance for two groups being one person's: the best link of each reason counts whole, more of them in part."""
        told: dict[str, list[float]] = {}
        for bits, reason in self.links[one][other]:
            told.setdefault(reason, []).append(bits)
        total = 0.0
        for reason in sorted(told):
            each = sorted(told[reason], key=abs, reverse=True)
            if np.isinf(each[0]):
                return each[0]
            total += each[0] + AGAIN * sum(each[1:])
        bridge = BRIDGE if len(self.members[one]) > 1 and len(self.members[other]) > 1 else 0.0
        return total - self.prior - ENOUGH - bridge

    def conflict(self, one: int, other: int) -> str:
        """The name of a label that the two groups have with nothing in common; empty where there is none."""
        for name in sorted(self.labels[one].keys() & self.labels[other].keys()):
            if not self.labels[one][name] & self.labels[other][name]:
                return name
        return ""


def grouped(links: pd.DataFrame, count: int, prior: float, labels: Mapping[int, Label]) -> Groups:
    """Merge accounts step by step; infinite bits are verdicts of people and go before everything else."""
    work = _Work(
        prior=prior,
        parent=list(range(count)),
        members={a: [a] for a in range(count)},
        labels={a: dict(labels.get(a, {})) for a in range(count)},
        weakest={},
        links={},
        blocked=[],
    )
    columns = zip(*(links[c].tolist() for c in ("first", "second", "bits", "reason")), strict=True)
    for first, second, bits, reason in columns:
        for one, other in ((first, second), (second, first)):
            work.links.setdefault(one, {}).setdefault(other, []).append((float(bits), str(reason)))
    heap = [(-work.score(a, b), a, b) for a in sorted(work.links) for b in sorted(work.links[a]) if a < b]
    heapq.heapify(heap)
    while heap:
        against, one, other = heapq.heappop(heap)
        if against >= 0:
            break
        if work.parent[one] != one or work.parent[other] != other or -against != work.score(one, other):
            continue
        label = work.conflict(one, other)
        if label and against != -np.inf:
            work.blocked.append((min(work.members[one]), min(work.members[other]), label))
            continue
        for touched in _merge(work, one, other, -against):
            score = work.score(one, touched)
            if score > 0:
                heapq.heappush(heap, (-score, min(one, touched), max(one, touched)))
    return _numbered(work, count)


def _merge(work: _Work, one: int, other: int, score: float) -> Iterable[int]:
    """Put ``other`` into ``one``; the groups that have links to both or to ``other`` are to be weighed again."""
    work.parent[other] = one
    work.members[one] += work.members.pop(other)
    theirs = work.labels.pop(other)
    for name in sorted(theirs):
        work.labels[one][name] = work.labels[one].get(name, frozenset()) | theirs[name]
    work.weakest[one] = min(score, work.weakest.get(one, np.inf), work.weakest.pop(other, np.inf))
    mine, gone = work.links.setdefault(one, {}), work.links.pop(other, {})
    mine.pop(other, None)
    for third in sorted(gone):
        if third == one:
            continue
        mine[third] = mine.get(third, []) + gone[third]
        back = work.links[third]
        back[one] = back.get(one, []) + back.pop(other)
    return sorted(mine)


def _numbered(work: _Work, count: int) -> Groups:
    heads = sorted(work.members, key=lambda head: min(work.members[head]))
    of = np.zeros(count, dtype=np.int64)
    sure = np.ones(len(heads))
    for number, head in enumerate(heads):
        of[work.members[head]] = number
        weakest = work.weakest.get(head, np.inf)
        sure[number] = 1.0 if np.isinf(weakest) else 1 / (1 + 2.0 ** -(weakest + ENOUGH))
    return Groups(of, sure, work.blocked)
