"""Which duties arise from what is known, and when each one ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from headwater.law.duties.conditions import Answer, Atom
from headwater.law.duties.duty import Duty, Level, Place
from headwater.law.duties.facts import Facts
from headwater.law.duties.reading import place

Status = Literal["due", "due if", "cannot be said", "not due", "not in force", "proposed", "recommended"]

OPEN: tuple[Status, ...] = ("due", "due if", "cannot be said")
"""States in which somebody must act, or must first find something out."""


@dataclass(frozen=True, slots=True)
class Clock:
    """When a duty ends: ``ends`` by the place's own clock; ``latest`` where the moment it counts from is not known yet.

    ``left`` is negative once it is over; ``None`` where no present moment was given.
    """

    ends: datetime
    latest: bool
    left: timedelta | None

    def overdue(self) -> bool:
        """Whether the time is over."""
        return self.left is not None and self.left < timedelta(0)


@dataclass(frozen=True, slots=True)
class Assessed:
    """One duty, weighed against the facts.

    ``rests`` are the atoms that decided it; where nothing did, those that would. ``excuses`` could take it away, and are not known
    to hold. ``clock`` is there where a moment is known and the law gives a limit, for every duty that is due or may be.
    """

    place: Place
    duty: Duty
    status: Status
    rests: tuple[Atom, ...]
    excuses: tuple[Atom, ...]
    levels: tuple[Level, ...]
    clock: Clock | None

    def verified(self) -> bool:
        """Whether everything that this rests on has been verified: the rule, and each of its figures that decided."""
        return self.duty.basis.verified and not any(a.fact in self.duty.doubtful for a in self.rests)


def assess(
    facts: Facts, jurisdictions: Iterable[str], known: datetime | None = None, now: datetime | None = None
) -> tuple[Assessed, ...]:
    """Weigh every duty of these jurisdictions, in the order in which they are named and written.

    ``known`` is when the organisation knew, ``now`` the present: both with a time zone. An unknown fact never takes a duty away: it
    makes it one of which nothing can be said yet. What is not in force then, or is only proposed, is never due.
    """
    for moment in (known, now):
        if moment is not None and moment.tzinfo is None:
            raise ValueError("a moment needs a time zone")
    places = [place(name) for name in dict.fromkeys(jurisdictions)]
    return tuple(_assessed(where, duty, facts.at(where.id), known, now) for where in places for duty in where.duties)


def _assessed(where: Place, duty: Duty, facts: Facts, known: datetime | None, now: datetime | None) -> Assessed:
    answer = duty.when.ask(facts)
    excuse = duty.unless.ask(facts) if duty.unless else Answer(False, ())
    status, rests = _status(where, duty, facts, answer, excuse, known)
    excuses = excuse.rests if excuse.value is None and status in OPEN else ()
    levels = tuple(v for v in where.levels if v.of == duty.graded and _may_reach(v.when.ask(facts)))
    clock = _clock(where, duty, facts, known, now) if status in OPEN else None
    return Assessed(where, duty, status, rests, excuses, levels, clock)


def _may_reach(answer: Answer) -> bool:
    """Whether a level is reached, or may be by a count that is known from below and above; of what is unknown no level follows."""
    return answer.value is True or answer.counts_only()


def _status(
    where: Place, duty: Duty, facts: Facts, answer: Answer, excuse: Answer, known: datetime | None
) -> tuple[Status, tuple[Atom, ...]]:
    if duty.standing == "proposed":
        return "proposed", ()
    applies = _applies(where, duty, facts, known)
    if applies is False:
        return "not in force", ()
    if answer.value is False:
        return "not due", answer.rests
    if excuse.value is True:
        return "not due", excuse.rests
    if duty.standing == "voluntary":
        return "recommended", answer.rests
    if applies is None:
        return "cannot be said", (Atom("applies"), *(answer.rests if answer.value is None else ()))
    if answer.value:
        return "due", answer.rests
    return ("due if" if answer.counts_only() else "cannot be said"), answer.rests


def _applies(where: Place, duty: Duty, facts: Facts, known: datetime | None) -> bool | None:
    """Whether a text applies to what was known then; ``None`` where an earlier one may, or it may have come into force since."""
    early = known is not None and known.astimezone(where.zone).date() < duty.basis.in_force
    if duty.standing == "adopted":
        return False if early or known is None else facts.flag("applies")
    if early:
        return facts.flag("applies") if duty.earlier else False
    return True


def _clock(where: Place, duty: Duty, facts: Facts, known: datetime | None, now: datetime | None) -> Clock | None:
    moment = facts.moments.get(duty.moment)
    if duty.moment == "known":
        moment = known or moment
    latest = moment is None
    if moment is None and duty.otherwise is not None and known is not None:
        moment = duty.otherwise.ends(known, where.zone)
    if moment is None or duty.delay is None:
        return None
    ends = duty.delay.ends(moment, where.zone)
    return Clock(ends, latest, ends - now if now is not None else None)
