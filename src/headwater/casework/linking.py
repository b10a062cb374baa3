"""Which findings belong together: the same account, or the same person thought to have acted, near in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from headwater.model.evidence import Finding

APART = timedelta(days=28)
"""Findings further apart than this are two stories."""
SURE = 0.5


def linked(findings: Sequence[Finding]) -> list[tuple[Finding, ...]]:
    """Groups of findings, in the order of their first finding."""
    parent = list(range(len(findings)))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for i, one in enumerate(findings):
        for j in range(i):
            if _together(one, findings[j]):
                parent[root(i)] = root(j)
    groups: dict[int, list[Finding]] = {}
    for i, finding in enumerate(findings):
        groups.setdefault(root(i), []).append(finding)
    return [tuple(g) for g in groups.values()]


def _together(one: Finding, other: Finding) -> bool:
    if one.starts > other.ends + APART or other.starts > one.ends + APART:
        return False
    return bool(_subjects(one) & _subjects(other))


def _subjects(finding: Finding) -> set[str]:
    """The accounts that a finding is about, and the people likely to have acted.

    An owner who probably did not act links nothing: his own account may be what somebody else used.
    """
    people = {f"person:{p.employee}" for p in finding.people if p.probability > SURE and p.employee != "?"}
    if finding.details.get("about") == "person":
        return people
    return people | {f"account:{a}" for a in finding.accounts}
