"""Duties with their clocks as lines for people."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from headwater.casework.duties.clocks import Watched
from headwater.casework.reports.words import Words
from headwater.law.duties.assessing import Assessed
from headwater.law.duties.entries import COUNTED, places_of

SHOWN = ("due", "due if", "cannot be said", "recommended")
"""States that come first, in this order; the rest is listed below in one line each."""


def rows(watched: Watched, say: Words) -> Iterator[tuple[str, str, str, str]]:
    """One row per duty that somebody must look after: whom to tell, state, by when, article. Earliest end first within a state."""
    kept = [(n, d) for n, d in enumerate(watched.duties) if d.status in SHOWN]
    for _n, found in sorted(kept, key=_order):
        yield _whom(found, say), _state(found, say), _when(found, say), _rests_on(found, say)


def rest(watched: Watched, say: Words) -> Iterator[str]:
    """A line for each of the others, with what decided it, or with what it would ask for."""
    for found in watched.duties:
        if found.status not in SHOWN:
            atoms = "; ".join(f"{a.said().said(say.lang)}: {_held(a.holds, say)}" for a in found.rests)
            told = (
                f"{found.duty.basis.article.said(say.lang)} ({found.duty.id}): {say.name('duty_status', found.status)}"
            )
            why = atoms or ("" if found.status == "not due" else found.duty.manner.said(say.lang))
            yield f"{told} ({why})" if why else told


def notes(watched: Watched, say: Words) -> Iterator[str]:
    """What else must be known: how each place counts, and its own remarks."""
    for where in places_of(watched.duties):
        said = [where.counting.said(say.lang), *([where.note.said(say.lang)] if where.note else [])]
        yield f"{where.name.said(say.lang)}: {' '.join(said)}"


def span(time: timedelta, say: Words) -> str:
    """``2 days 14 h``, ``3 h 20 min``: two units at most, cut down."""
    minutes = abs(int(time.total_seconds())) // 60
    days, hours, left = minutes // 1440, minutes // 60 % 24, minutes % 60
    parts = [say("duties.days", n=days)] if days else []
    if hours:
        parts.append(say("duties.hours", n=hours))
    if not days and (left or not parts):
        parts.append(say("duties.minutes", n=left))
    return " ".join(parts)


def _order(entry: tuple[int, Assessed]) -> tuple[int, bool, float, int]:
    n, found = entry
    clock = found.clock
    return SHOWN.index(found.status), clock is None, clock.ends.timestamp() if clock else 0.0, n


def _whom(found: Assessed, say: Words) -> str:
    duty = found.duty
    return f"{found.place.name.said(say.lang)}: {duty.who().said(say.lang)}\n{duty.title().said(say.lang)}"


def _state(found: Assessed, say: Words) -> str:
    told = [say.name("duty_status", found.status)]
    asks = [a.said().said(say.lang) for a in found.rests if a.holds is None]
    if asks:
        told.append(f"{say('duties.asks')}: {'; '.join(asks)}")
    if found.excuses:
        told.append(f"{say('duties.unless')}: {'; '.join(a.said().said(say.lang) for a in found.excuses)}")
    if found.levels:
        told.append(f"{say('duties.level')}: {', '.join(v.name.said(say.lang) for v in found.levels)}")
    return "\n".join(told)


def _when(found: Assessed, say: Words) -> str:
    duty, clock = found.duty, found.clock
    told = [duty.manner.said(say.lang)]
    if clock is not None:
        marks = [say("duties.latest")] * clock.latest + [say("duties.guide")] * bool(
            duty.delay and not duty.delay.binding
        )
        told.append(
            f"{clock.ends:%Y-%m-%d %H:%M:%S %z} {found.place.zone}" + (f" ({', '.join(marks)})" if marks else "")
        )
        if clock.left is not None:
            left = say("duties.overdue" if clock.overdue() else "duties.time_left", time=span(clock.left, say))
            told.append(left if found.status == "due" else say("duties.if_applies", left=left))
    elif duty.delay is not None:
        told.append(say("duties.not_started", moment=COUNTED[duty.moment].said(say.lang)))
    return "\n".join(told)


def _rests_on(found: Assessed, say: Words) -> str:
    basis = found.duty.basis
    sure = say.name("duty_certainty", basis.certainty)
    notes = [t.said(say.lang) for t in (found.duty.earlier, found.duty.note) if t is not None]
    verified = say("duties.verified" if found.verified() else "duties.unverified")
    return "\n".join([basis.article.said(say.lang), f"{sure}, {verified} ({found.duty.id})", *notes])


def _held(holds: bool | None, say: Words) -> str:
    return say("duties.unknown" if holds is None else "duties.yes" if holds else "duties.no")
