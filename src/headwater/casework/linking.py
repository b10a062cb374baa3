"""Which findings belong together: the same account, or the same person thought to have acted, near in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from headwater.model.evidence import Finding

APART = timedelta(days=28)
"""Findings further apart than this are two stories."""
NEXT = timedelta(days=3)
"""What follows reading follows it within so many days."""
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
    about_person = [f.details.get("about") == "person" for f in (one, other)]
    if any(about_person) and not all(about_person):
        # what somebody kept or sent belongs to a story of reading only when it comes right after it
        doing, reading = (one, other) if about_person[0] else (other, one)
        if not doing.details.get("follows") or doing.starts > reading.ends + NEXT or reading.starts > doing.ends:
            return False
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
