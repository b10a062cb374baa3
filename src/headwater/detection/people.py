"""From sittings to people: who is thought to have acted in a finding, and how likely that is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import pandas as pd

from headwater.detection.profiles.actors import OUTSIDER
from headwater.detection.scene import Scene
from headwater.model.evidence import PersonOdds, Statement

OWN = 0.95
"""Nobody is named with more than this for sitting at a desk: desks are left unlocked, and passwords are known."""
SHOWN = 0.05
"""People less likely than this are not listed."""
PART = 0.05
"""Nor are people who read less than this share of what the finding is about."""


def acted(scene: Scene, sittings: pd.DataFrame) -> tuple[PersonOdds, ...]:
    """The people of some sittings, by the records that they are thought to have read, most first.

    A person's probability is that of the sitting that speaks most clearly for him: sittings are not independent, so
    they are not multiplied. Without a roster a stranger cannot be told from anybody else, and nobody is given.
    """
    if not scene.org.people:
        return ()
    best: dict[str, float] = defaultdict(float)
    read: dict[str, float] = defaultdict(float)
    reasons: dict[str, tuple[float, tuple[Statement, ...]]] = {}
    for row in sittings.itertuples():
        known = scene.who.odds.get(int(row.Index))
        for person, probability in scene.who.acted(int(row.Index), row.owner).items():
            capped = probability if person == OUTSIDER else min(probability, OWN)
            read[person] += capped * max(1, row.subjects + row.unseen)
            if capped > best[person]:
                best[person] = capped
                if known is not None:
                    reasons[person] = (known.owner_bits, known.statements)
    total = sum(read.values())
    ranked = sorted((p for p in best if best[p] >= SHOWN and read[p] >= PART * total), key=lambda p: (-read[p], p))
    return tuple(PersonOdds(p, best[p], *reasons.get(p, (0.0, ()))) for p in ranked)


def named(people: Iterable[PersonOdds]) -> tuple[str, ...]:
    """Those of whom it may be said that they are thought to have acted: more likely than not, and on the roster."""
    return tuple(p.employee for p in people if p.probability > 0.5 and p.employee != OUTSIDER)


def label(scene: Scene, employee: str) -> str:
    """How a person is called in a sentence: the employee's number and the masked name."""
    person = scene.org.people.get(employee)
    return f"{employee} ({person.name})" if person and person.name else employee
