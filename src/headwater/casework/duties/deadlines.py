"""The ends of time limits as a calendar file (RFC 5545), the same bytes for the same input."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from headwater.casework.duties.clocks import Watched
from headwater.law.duties.assessing import Assessed, Clock
from headwater.model.words import Lang, Text

WIDTH = 75
"""Octets of a line; what is longer is folded."""

MAYBE = Text("if it applies", "如适用")
LATEST = Text("at the latest", "最迟")


def calendar(watched: Watched, lang: Lang) -> bytes:
    """One event at the end of each time limit that runs or may run. It does not name the case: calendars are shared."""
    body: list[str] = []
    for found in watched.duties:
        if found.clock is not None:
            body += _event(found, found.clock, watched.now, lang)
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Headwater//Duties//EN", "CALSCALE:GREGORIAN"]
    return "".join(f"{line}\r\n" for line in _folded([*head, *body, "END:VCALENDAR"])).encode()


def _event(found: Assessed, clock: Clock, now: datetime, lang: Lang) -> list[str]:
    duty, ends = found.duty, _utc(clock.ends)
    marks = [m.said(lang) for m, on in ((MAYBE, found.status != "due"), (LATEST, clock.latest)) if on]
    said = f" ({', '.join(marks)})" if marks else ""
    title = f"{found.place.name.said(lang)}: {duty.title().said(lang)} → {duty.who().said(lang)}"
    told = f"{duty.basis.article.said(lang)}; {duty.manner.said(lang)}; {clock.ends.isoformat()}"
    return [
        "BEGIN:VEVENT",
        f"UID:{duty.id}-{ends}@headwater",
        f"DTSTAMP:{_utc(now)}",
        f"DTSTART:{ends}",
        f"SUMMARY:{_escaped(title + said)}",
        f"DESCRIPTION:{_escaped(told)}",
        "TRANSP:TRANSPARENT",
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{_escaped(title)}",
        "TRIGGER:-PT1H",
        "END:VALARM",
        "END:VEVENT",
    ]


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    r"""Text as RFC 5545 wants it: backslash, comma, semicolon and line ends escaped, other control characters dropped.

    >>> print(_escaped("a, b; c\\d\n\x07e"))
    a\, b\; c\\d\ne
    """
    clean = "".join(c for c in text if c.isprintable() or c == "\n")
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\n", "\\n")):
        clean = clean.replace(plain, written)
    return clean


def _folded(lines: Iterable[str]) -> Iterator[str]:
    """Lines of at most 75 octets; a continuation begins with a space, and no character is cut in two."""
    for line in lines:
        part, size = "", 0
        for character in line:
            octets = len(character.encode())
            if size + octets > WIDTH:
                yield part
                part, size = " ", 1
            part, size = part + character, size + octets
        yield part
