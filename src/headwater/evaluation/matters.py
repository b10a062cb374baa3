"""Matters: what was raised about one account within a fortnight is looked at once, whatever raised it.

Several findings of a method may tell of one theft, day after day or by different detectors. Somebody who looks at an
account looks at all that is said of it, so that a budget of alerts is one of matters. The rule is the same for every method.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from headwater.evaluation.alerts import Story
from headwater.evaluation.answer import Claim

SAME = timedelta(days=14)
"""What is raised about an account within so many days of the last time is the same matter."""


def matters(stories: Sequence[Story]) -> list[Story]:
    """Stories joined by the first account that they name, else the first person; in the order of their first version.

    A matter has all versions of its stories, in the order in which they were raised: it competes for attention with each of
    them until one was seen. What names nobody stays by itself.
    """
    found: dict[str, list[list[Claim]]] = {}
    for version in sorted((v for story in stories for v in story), key=lambda v: (v.raised, -v.bits, v.id)):
        known = found.setdefault(_about(version), [])
        if known and version.raised - known[-1][-1].raised <= SAME:
            known[-1].append(version)
        else:
            known.append([version])
    made = [tuple(versions) for several in found.values() for versions in several]
    return sorted(made, key=lambda m: (m[0].raised, -m[0].bits, m[0].id))


def _about(claim: Claim) -> str:
    if claim.accounts:
        return f"account:{claim.accounts[0]}"
    if claim.employees:
        return f"person:{claim.employees[0]}"
    return f"claim:{claim.detector}:{claim.id}:{claim.starts.isoformat()}"
