"""What a reader with three minutes needs beside the answer: each story with how sure it is, the one picture, what is not known."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headwater.casework.reports.records import records
from headwater.casework.reports.settled import settled_last
from headwater.casework.reports.sides import alternatives

STRENGTHS = ((20.0, "very"), (10.0, "strong"), (5.0, "moderate"))
"""From how many bits the evidence of an incident is called what; below, it is weak."""
SHOWN = 5
"""Stories on the first page; the others are in the list of incidents."""
ENDS = 3
"""Hosts, leaks and people named in the picture."""


@dataclass(frozen=True, slots=True)
class Glance:
    """A story in one row: its number, how strong the evidence is in a word, and the innocent explanations that stand."""

    number: int
    incident: Mapping[str, Any]
    strength: str
    people: tuple[Mapping[str, Any], ...]
    stands: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Way:
    """The one picture: how the data of the most telling incident went, link by link."""

    people: tuple[Mapping[str, Any], ...]
    incident: Mapping[str, Any]
    channel: tuple[Mapping[str, Any], ...]
    leaks: tuple[tuple[Mapping[str, Any], Mapping[str, Any]], ...]


def strength(bits: Any) -> str:
    """The word for a weight of evidence.

    >>> strength(25), strength(7.7), strength(None)
    ('very', 'moderate', 'weak')
    """
    value = float(bits) if isinstance(bits, int | float) else 0.0
    return next((word for least, word in STRENGTHS if value >= least), "weak")


def glances(result: Mapping[str, Any]) -> tuple[Glance, ...]:
    """The first stories, each in one row."""
    return tuple(_glance(n, i) for n, i in settled_last(records(result.get("incidents")))[:SHOWN])


def way(result: Mapping[str, Any]) -> Way | None:
    """The picture of the first incident; ``None`` where there is none."""
    several = records(result.get("incidents"))
    if not several:
        return None
    first = settled_last(several)[0][1]
    accounts = set(first.get("accounts") or ())
    laid = [
        (leak, taker)
        for leak in records(result.get("attribution"))
        for taker in records(leak.get("takers"))
        if taker.get("account") in accounts
    ]
    return Way(_named(first)[:ENDS], first, tuple(records(first.get("channel"))[:ENDS]), tuple(laid[:ENDS]))


@dataclass(frozen=True, slots=True)
class Unknown:
    """Something that is not known: the key of its words, how often, and where it is told."""

    key: str
    count: int
    anchor: str


def unknowns(result: Mapping[str, Any]) -> tuple[Unknown, ...]:
    """What the first page says is not known."""
    read = result.get("read")
    unread = read.get("not_read") or () if isinstance(read, Mapping) else ()
    untested = sum(len(alternatives(i)["untested"]) for i in records(result.get("incidents")))
    unexplained = sum(int(leak.get("unexplained") or 0) for leak in records(result.get("attribution")))
    counted = (
        Unknown("limits", len(result.get("limits") or ()), "limits"),
        Unknown("unread", len(unread), "read"),
        Unknown("untested", untested, "incidents"),
        Unknown("unexplained", unexplained, "attribution"),
    )
    found = tuple(u for u in counted if u.count)
    return (*found, Unknown("silence", 0, "")) if found else (Unknown("nothing", 0, ""),)


def limits_of(result: Mapping[str, Any], incident: Mapping[str, Any]) -> tuple[str, ...]:
    """Those of the case's limits that name a detector on which this incident rests."""
    own = set(incident.get("findings") or ())
    detectors = {str(f.get("detector")) for f in records(result.get("findings")) if f.get("id") in own}
    if not detectors:
        return ()
    named = re.compile(rf"(?<![\w-])({'|'.join(sorted(map(re.escape, detectors)))})(?![\w-])")
    limits: Sequence[Any] = result.get("limits") or ()
    return tuple(text for text in limits if isinstance(text, str) and named.search(text))


def _glance(number: int, incident: Mapping[str, Any]) -> Glance:
    standing = tuple(alternatives(incident)["stands"])
    return Glance(number, incident, strength(incident.get("bits")), _named(incident), standing)


def _named(incident: Mapping[str, Any]) -> tuple[Mapping[str, Any], ...]:
    acted = incident.get("employees") or ()
    people = {p.get("employee"): p for p in records(incident.get("people"))}
    return tuple(people.get(e, {"employee": e}) for e in acted)
