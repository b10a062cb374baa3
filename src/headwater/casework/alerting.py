"""From an evening's stories to alerts: what is new, what is an update, what the budget lets through, what is forgiven.

The same people or accounts within a fortnight are the same story: it is updated, not raised again. A story that rests on
a broken rule is released at once. Others are ranked by their bits and released while there are tokens; the rest stays
below the line and may be released on a later evening.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from headwater.casework.budget import Bucket
from headwater.model.alert import Alert, Lane, Verdict
from headwater.model.evidence import Finding
from headwater.model.incident import Incident
from headwater.store.tokens import Tokeniser

SAME = timedelta(days=14)
"""A story that was raised or updated within so many days is the same one."""
LEAST = 2.0
"""Findings that add up to fewer bits are no alert: four to one that it is more than an ordinary day."""
FACT = 4.0
"""A broken rule that weighs so much needs no token. Lighter ones (work on a day of leave at one's own desk) are as often errors
of the table, and are taken from the budget."""
GROWN = 3.0
"""A story that gained so many bits (eight to one) since it was last said is said again, as an update."""
RECENT = timedelta(days=28)
"""What ended earlier than this is history, not tonight's alert."""
SURE = 0.5
"""A story is about the people whom one of its findings names with more than this."""
LANE_OF: dict[str, Lane] = {
    "unexplained-access": "look-up",
    "personal-interest": "look-up",
    "acquaintances": "look-up",
    "slow-reading": "slow",
}
"""Which budget a detector's findings are taken from; all others are of single days."""


@dataclass(slots=True)
class Ledger:
    """What has been raised so far, and the tokens that are left. Evenings must be given in order.

    ``tokeniser`` gives alerts their names: whoever has the roster, and no key, cannot try who is meant. ``forgiven`` holds
    one name for each story that an explanation forgave, ``troubles`` the detectors of which it was said that they fail.
    """

    bucket: Bucket
    tokeniser: Tokeniser
    alerts: list[Alert] = field(default_factory=list)
    forgiven: set[str] = field(default_factory=set)
    troubles: tuple[str, ...] = ()

    def released(self) -> list[Alert]:
        """Alerts that were let through, in the order of their release."""
        return sorted((a for a in self.alerts if a.released), key=lambda a: (a.released or a.raised, -a.bits, a.id))

    def waiting(self) -> list[Alert]:
        """Alerts below the line, the heaviest first."""
        return sorted((a for a in self.alerts if not a.released), key=lambda a: (-a.bits, a.id))

    def untold(self) -> tuple[Alert, ...]:
        """Alerts that were let through or have grown, and of which nobody has been told."""
        return tuple(a for a in self.released() if not a.told)

    def heard(self) -> None:
        """Note that somebody has been told of everything."""
        self.alerts = [replace(a, told=True) for a in self.alerts]


@dataclass(frozen=True, slots=True)
class Evening:
    """What one evening gave: alerts let through, those that were known and have grown, those below the line.

    ``blind`` and ``broken`` are the detectors that had nothing to look at, or failed, with the reason.
    """

    day: date
    released: tuple[Alert, ...]
    updated: tuple[Alert, ...]
    waiting: tuple[Alert, ...]
    blind: tuple[tuple[str, str], ...] = ()
    broken: tuple[tuple[str, str], ...] = ()


def evening(day: date, stories: Sequence[Incident], ledger: Ledger, verdicts: Sequence[Verdict] = ()) -> Evening:
    """Enter an evening's stories into the ledger, and say what is new.

    ``stories`` are incidents of any weight, as they stand on that evening; ``verdicts`` come in the order in which they
    were given.
    """
    ledger.bucket.fill(day)
    heavy = [s for s in stories if _told(s) >= LEAST and s.ends.date() + RECENT >= day]
    ordered = sorted(heavy, key=lambda s: (-s.bits, s.starts, s.accounts, sorted(subjects(s))))
    told = [s for s in ordered if not _forgiven(s, ledger, verdicts)]
    known = _known(told, day, ledger)
    released, updated, waiting = [], [], []
    for place, story in enumerate(told):
        before = known.get(place)
        alert = _alert(story, day, before, ledger)
        if not alert.released and ledger.bucket.take(alert.lane):
            alert = replace(alert, released=day, said_bits=alert.bits, said_names=alert.employees, told=False)
        if before is not None:
            ledger.alerts.remove(before)
        ledger.alerts.append(alert)
        if not alert.released:
            waiting.append(alert)
        elif before is None or not before.released:
            released.append(alert)
        elif _grown(alert, before):
            updated.append(alert)
    return Evening(day, tuple(released), tuple(updated), tuple(waiting))


def subjects(story: Incident) -> frozenset[str]:
    """Whom a story is about: its accounts, and the people thought to have acted, if anything happened.

    A story of no account and of nobody is told from others by its findings.
    """
    listed = {p.employee for p in story.people} - {"?"}
    people = {p.employee for f in story.findings for p in f.people if p.probability > SURE} & listed
    found = {f"account:{a}" for a in story.accounts} | {f"person:{e}" for e in people}
    return frozenset(found or {f"finding:{f.detector}:{f.key}" for f in story.findings})


def _told(story: Incident) -> float:
    """Bits of the evidence, without the prior: how far it is from an ordinary day."""
    return story.bits - story.statements[0].bits


def _detectors(findings: Iterable[Finding]) -> frozenset[str]:
    return frozenset(f.detector for f in findings)


def _forgiven(story: Incident, ledger: Ledger, verdicts: Sequence[Verdict]) -> bool:
    """Whether an explanation covers the story, and nobody it is about was confirmed since."""
    about = subjects(story)
    for place, verdict in enumerate(verdicts):
        if not verdict.covers(about, _detectors(story.findings), story.ends.date()):
            continue
        if any(later.said == "confirmed" and about & set(later.subjects) for later in verdicts[place + 1 :]):
            continue
        ledger.forgiven.add(_name(ledger, "forgiven", verdict.alert, *sorted(about)))
        return True
    return False


def _known(stories: Sequence[Incident], day: date, ledger: Ledger) -> Mapping[int, Alert]:
    """Which alert each story continues, by the story's place: one that shares a subject and was moved within a fortnight.

    An alert is continued by one story of an evening: by the one of the same people, then by the one of the same detectors.
    """
    pairs = []
    for place, story in enumerate(stories):
        mine, detectors = subjects(story), _detectors(story.findings)
        for alert in ledger.alerts:
            shared = mine & set(alert.about)
            if shared and (alert.updated + SAME >= day or story.starts.date() <= alert.ends):
                people = sum(s.startswith("person:") for s in shared)
                alike = len(detectors & set(alert.detectors)) / len(detectors | set(alert.detectors))
                rank = (people, alike, len(shared), alert.released is not None, alert.updated, alert.bits, alert.id)
                pairs.append((rank, -place, alert))
    found: dict[int, Alert] = {}
    taken: set[str] = set()
    for _rank, place, alert in sorted(pairs, key=lambda p: p[:2], reverse=True):
        if -place not in found and alert.id not in taken:
            found[-place] = alert
            taken.add(alert.id)
    return found


def _alert(story: Incident, day: date, known: Alert | None, ledger: Ledger) -> Alert:
    """The story as an alert; one that is known keeps its name, its evenings and its place."""
    detectors = _detectors(story.findings)
    made = Alert(
        id=known.id if known else _id(story, day, ledger),
        raised=known.raised if known else day,
        released=known.released if known else None,
        updated=day,
        lane="fact" if known and known.lane == "fact" else _lane(story),
        title=story.title,
        accounts=story.accounts,
        people=story.people,
        detectors=tuple(sorted(detectors.union(known.detectors if known else ()))),
        bits=story.bits,
        starts=story.starts.date(),
        ends=story.ends.date(),
        subjects=story.subjects,
        statements=story.statements,
        clears=story.clears,
        about=tuple(sorted(subjects(story))),
        said_bits=known.said_bits if known else story.bits,
        said_names=known.said_names if known else (),
        told=known.told if known else True,
    )
    if known is None:
        return made
    if _grown(made, known):
        names = tuple(sorted({*known.said_names, *made.employees}))
        return replace(made, said_bits=made.bits, said_names=names, told=not made.released)
    return made if made.ends > known.ends else replace(made, updated=known.updated)


def _grown(alert: Alert, known: Alert) -> bool:
    """Whether it is worth saying again: another detector, a broken rule, somebody named, or many bits more. That it goes on is not."""
    joined = set(alert.detectors) - set(known.detectors) or (alert.lane == "fact") != (known.lane == "fact")
    return bool(joined or set(alert.employees) - set(known.said_names)) or alert.bits >= known.said_bits + GROWN


def _id(story: Incident, day: date, ledger: Ledger) -> str:
    """A name that stays: of what the story was about on the evening when it was first seen."""
    found = sorted(f"{f.detector}\0{f.key}" for f in story.findings)
    taken = {a.id for a in ledger.alerts}
    parts = [day.isoformat(), *sorted(subjects(story)), *found]
    while (name := f"A-{_name(ledger, 'alert', *parts)}") in taken:
        parts.append("another")
    return name


def _name(ledger: Ledger, kind: str, *parts: str) -> str:
    return ledger.tokeniser.token(f"name of {kind}", "\0".join(parts))[:12]


def _lane(story: Incident) -> Lane:
    """The budget of the heaviest finding; a broken rule of some weight makes it a fact."""
    if any(f.fact and f.bits >= FACT for f in story.findings):
        return "fact"
    heaviest = max(story.findings, key=lambda f: (f.bits, f.detector, f.key))
    return LANE_OF.get(heaviest.detector, "day")
