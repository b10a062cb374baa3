"""From sittings to people: who is thought to have acted in a finding, and how likely that is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace

import pandas as pd

from headwater.detection.profiles.actors import OUTSIDER, Odds
from headwater.detection.scene import Scene
from headwater.model.evidence import PersonOdds, Statement

OWN = 0.95
"""Nobody is named with more than this for sitting at a desk: desks are left unlocked, and passwords are known."""
SHOWN = 0.05
"""People less likely than this are not listed."""
PART = 0.05
"""Nor are people who read less than this share of what the finding is about."""
ALONE = 0.8
"""Probability of the owner, or of who usually sits there, where only one of the two is known. Believed, not measured."""


def acted(scene: Scene, sittings: pd.DataFrame) -> tuple[PersonOdds, ...]:
    """The people of some sittings, by the records that they are thought to have read, most first.

    A person's probability is that of the sitting that speaks most clearly for him: sittings are not independent, so
    they are not multiplied. Without a roster a stranger cannot be told from anybody else, and nobody is given.
    """
    return _ranked(scene, sittings, False)


def readers(scene: Scene, sittings: pd.DataFrame) -> tuple[PersonOdds, ...]:
    """As :func:`acted`, of findings on what was read: whoever read a small part of it is as much less the one meant.

    Where several use one account, all are surely there at times, and one of them may have read nearly everything.
    Those who read alike keep their odds.
    """
    return _ranked(scene, sittings, True)


def _ranked(scene: Scene, sittings: pd.DataFrame, by_share: bool) -> tuple[PersonOdds, ...]:
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
                    reasons[person] = _about(person == row.owner, known)
    total = sum(read.values())
    ranked = sorted((p for p in best if best[p] >= SHOWN and read[p] >= PART * total), key=lambda p: (-read[p], p))
    # records of as many sittings as would be his for sure: the odds of a single sitting stay what they are
    sure = {p: read[p] / best[p] for p in ranked}
    share = {p: sure[p] / max(sure.values()) if by_share else 1.0 for p in ranked}
    return tuple(
        PersonOdds(p, best[p] * share[p], *reasons.get(p, (0.0, ()))) for p in ranked if best[p] * share[p] >= SHOWN
    )


def _about(owner: bool, known: Odds) -> tuple[float, tuple[Statement, ...]]:
    """Reasons as they bear on one person: what says that it was not the owner speaks for the owner, and against others."""
    if not owner:
        return known.owner_bits, known.statements
    return 0.0 - known.owner_bits, tuple(replace(s, bits=0.0 - s.bits) for s in known.statements)


def there(scene: Scene, account: str | None, owner: str | None, resident: str | None) -> dict[str, float]:
    """Who did what a log tells of an account at a place, other than reading.

    A shared or a service account says nothing of who acted; an owner at another's desk halves it.
    """
    own = owner if owner and account and scene.org.kind(account) == "person" else None
    if own and resident and own != resident:
        return {own: OWN / 2, resident: OWN / 2}
    one = own or resident
    if not one:
        return {}
    return {one: OWN if own == resident else ALONE if own or not account else OWN / 2}


def present(scene: Scene, rows: pd.DataFrame, weights: pd.Series, bits: float = 0.0) -> tuple[PersonOdds, ...]:
    """Who did what rows tell (columns account, owner, resident), by how much each row weighs, most likely first.

    The likeliest is given the bits.
    """
    if not scene.org.people:
        return ()
    total, likely = max(float(weights.sum()), 1e-9), defaultdict[str, float](float)
    for row, weight in zip(rows.itertuples(index=False), weights, strict=True):
        for person, probability in there(scene, _told(row.account), _told(row.owner), _told(row.resident)).items():
            likely[person] += float(weight) / total * probability
    ranked = sorted((p for p in likely if likely[p] >= SHOWN), key=lambda p: (-likely[p], p))
    return tuple(PersonOdds(p, likely[p], 0.0 if i else bits) for i, p in enumerate(ranked))


def followed(scene: Scene, person: str, sittings: pd.DataFrame, rows: pd.DataFrame) -> float:
    """How likely it is that a person did what followed suspicious sittings (with their ``probability``).

    No likelier than that he read, nor than that it was he who did the rest; what somebody else's account did at
    the place of the reading is as likely his as the reading is.
    """
    read = float(sittings["probability"].max())
    done = (
        there(scene, _told(r.account), _told(r.owner), _told(r.resident)).get(person, read)
        for r in rows.itertuples(index=False)
    )
    return min(OWN, read, max(done, default=read))


def _told(value: object) -> str | None:
    return value if isinstance(value, str) else None


def named(people: Iterable[PersonOdds]) -> tuple[str, ...]:
    """Those of whom it may be said that they are thought to have acted: more likely than not, and on the roster."""
    return tuple(p.employee for p in people if p.probability > 0.5 and p.employee != OUTSIDER)


def label(scene: Scene, employee: str) -> str:
    """How a person is called in a sentence: the employee's number and the masked name."""
    person = scene.org.people.get(employee)
    return f"{employee} ({person.name})" if person and person.name else employee
