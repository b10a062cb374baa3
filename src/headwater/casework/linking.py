"""Which findings belong together: the same account, or the same person thought to have acted, near in time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from headwater.casework.families import NAMING
from headwater.model.evidence import Finding

APART = timedelta(days=28)
"""Findings further apart than this are two stories."""
NEXT = timedelta(days=3)
"""What follows reading follows it within so many days."""
SURE = 0.5
ONE_OF_TWO = 0.4
"""What came out of a desk that two have is about either of them: whose reading it follows says which."""
PART = 0.3
"""Who sat at an account belongs to a reading of it only when those sittings are at least so much of it."""


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
    shared = _subjects(one) & _subjects(other)
    if not any(subject.startswith("person:") for subject in shared) and not _same_reading(one, other):
        return False
    return bool(shared)


def _same_reading(one: Finding, other: Finding) -> bool:
    """Whether a finding on who used an account is about the readings that another is about.

    An afternoon at a colleague's desk says nothing of what the account did on all the other days.
    """
    if (one.detector in NAMING) == (other.detector in NAMING):
        return True
    name, read = (one, other) if one.detector in NAMING else (other, one)
    seen = {m.time: m.count for m in read.moments if m.lane == "reading"}
    sat = {m.time for m in name.moments if m.lane == "reading"}
    total = sum(seen.values())
    return not (total and sat) or sum(n for time, n in seen.items() if time in sat) >= PART * total


def _subjects(finding: Finding) -> set[str]:
    """The accounts that a finding is about, and the people likely to have acted.

    An owner who probably did not act links nothing: his own account may be what somebody else used.
    """
    about_person = finding.details.get("about") == "person"
    least = ONE_OF_TWO if about_person else SURE
    people = {f"person:{p.employee}" for p in finding.people if p.probability > least and p.employee != "?"}
    if about_person:
        return people
    return people | {f"account:{a}" for a in finding.accounts}
