"""From an evening's stories to alerts: what is new, what is an update, what the budget lets through, what is forgiven.

The same people or accounts within a fortnight are the same story: it is updated, not raised again. A story that rests on
a broken rule is released at once. Others are ranked by their bits and released while there are tokens; the rest stays
below the line and may be released on a later evening.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from hashlib import blake2b

from headwater.casework.budget import Bucket
from headwater.model.alert import Alert, Lane, Verdict
from headwater.model.evidence import Finding
from headwater.model.incident import Incident

SAME = timedelta(days=14)
"""A story that was raised or updated within so many days is the same one."""
LEAST = 2.0
"""Findings that add up to fewer bits are no alert: four to one that it is more than an ordinary day."""
GROWN = 3.0
"""A story that gained so many bits (eight to one) is said again, as an update."""
RECENT = timedelta(days=28)
"""What ended earlier than this is history, not tonight's alert."""
LANE_OF: dict[str, Lane] = {"unexplained-access": "look-up", "personal-interest": "look-up", "slow-reading": "slow"}
"""Which budget a detector's findings are taken from; all others are of single days."""


@dataclass(slots=True)
class Ledger:
    """What has been raised so far, and the tokens that are left. Evenings must be given in order."""

    bucket: Bucket
    alerts: list[Alert] = field(default_factory=list)
    forgiven: int = 0

    def released(self) -> list[Alert]:
        """Alerts that were let through, in the order of their release."""
        return sorted((a for a in self.alerts if a.released), key=lambda a: (a.released or a.raised, -a.bits, a.id))

    def waiting(self) -> list[Alert]:
        """Alerts below the line, the heaviest first."""
        return sorted((a for a in self.alerts if not a.released), key=lambda a: (-a.bits, a.id))


@dataclass(frozen=True, slots=True)
class Evening:
    """What one evening gave: alerts let through, those that were known and have grown, those below the line."""

    day: date
    released: tuple[Alert, ...]
    updated: tuple[Alert, ...]
    waiting: tuple[Alert, ...]


def evening(day: date, stories: Sequence[Incident], ledger: Ledger, verdicts: Sequence[Verdict] = ()) -> Evening:
    """Enter an evening's stories into the ledger, and say what is new.

    ``stories`` are incidents of any weight, as they stand on that evening.
    """
    ledger.bucket.fill(day)
    released, updated, waiting = [], [], []
    for story in sorted(stories, key=lambda s: (-s.bits, s.starts, s.accounts)):
        told = _told(story)
        if told < LEAST or story.ends.date() + RECENT < day:
            continue
        if any(v.covers(subjects(story), _detectors(story.findings), story.ends.date()) for v in verdicts):
            ledger.forgiven += 1
            continue
        known = _known(story, day, ledger)
        alert = _alert(story, day, known)
        if not alert.released and ledger.bucket.take(alert.lane):
            alert = replace(alert, released=day)
        if known is not None:
            ledger.alerts.remove(known)
        ledger.alerts.append(alert)
        if alert.released == day:
            released.append(alert)
        elif not alert.released:
            waiting.append(alert)
        elif known is not None and alert.updated == day and alert.updated != known.updated:
            updated.append(alert)
    return Evening(day, tuple(released), tuple(updated), tuple(waiting))


def subjects(story: Incident | Alert) -> frozenset[str]:
    """Whom a story is about: its accounts, and the people thought to have acted."""
    return frozenset({f"account:{a}" for a in story.accounts} | {f"person:{e}" for e in story.employees})


def _told(story: Incident) -> float:
    """Bits of the evidence, without the prior: how far it is from an ordinary day."""
    return story.bits - story.statements[0].bits


def _detectors(findings: Iterable[Finding]) -> frozenset[str]:
    return frozenset(f.detector for f in findings)


def _known(story: Incident, day: date, ledger: Ledger) -> Alert | None:
    """The alert that this story continues: it shares an account or a person, and was moved within a fortnight."""
    mine = subjects(story)
    same = [
        a for a in ledger.alerts if mine & subjects(a) and (a.updated + SAME >= day or story.starts.date() <= a.ends)
    ]
    return max(same, key=lambda a: (a.released is not None, a.updated, a.bits, a.id)) if same else None


def _alert(story: Incident, day: date, known: Alert | None) -> Alert:
    """The story as an alert; one that is known keeps its name, its evenings and its place."""
    detectors = tuple(sorted(_detectors(story.findings)))
    ends = story.ends.date()
    made = Alert(
        id=known.id if known else _id(story, day),
        raised=known.raised if known else day,
        released=known.released if known else None,
        updated=day,
        lane=_lane(story),
        title=story.title,
        accounts=story.accounts,
        people=story.people,
        detectors=detectors,
        bits=story.bits,
        starts=story.starts.date(),
        ends=ends,
        subjects=story.subjects,
        statements=story.statements,
        clears=story.clears,
    )
    if known is None:
        return made
    grown = set(detectors) - set(known.detectors) or story.bits >= known.bits + GROWN
    more = made if grown or ends > known.ends else replace(made, updated=known.updated)
    return replace(more, detectors=tuple(sorted({*detectors, *known.detectors})))


def _id(story: Incident, day: date) -> str:
    """A name that stays: of what the story was about on the evening when it was first seen."""
    text = "\0".join([day.isoformat(), *sorted(subjects(story)), *sorted(_detectors(story.findings))])
    return "A-" + blake2b(text.encode(), digest_size=4).hexdigest()


def _lane(story: Incident) -> Lane:
    """The budget of the heaviest finding; a broken rule of some weight makes it a fact."""
    if any(f.fact and f.bits >= LEAST for f in story.findings):
        return "fact"
    heaviest = max(story.findings, key=lambda f: (f.bits, f.detector, f.key))
    return LANE_OF.get(heaviest.detector, "day")
