"""Who must be told of a leak, and how much time is left: clocks run from the moment at which it was known."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends
from fastapi.responses import Response

from headwater.casework.duties.deadlines import calendar
from headwater.casework.reports.words import words as report_words
from headwater.console import clocks
from headwater.console.errors import ConflictError, GoneError
from headwater.console.here import CaseHere, InCase
from headwater.console.models import Badge, Body, Cell, Column, Done, Shown, Table
from headwater.console.twin import Act, View, needs
from headwater.law.duties.facts import vocabulary
from headwater.law.duties.reading import known_places
from headwater.store.casebook import settings
from headwater.store.casebook.permissions import Permission

OPEN = ("due", "due if", "recommended")
HOUR, DAY = 3600, 86_400
Left = Literal["none", "runs", "soon", "over"]


class Duty(Shown):
    """One duty to tell."""

    id: str
    place: str
    who: str
    title: str
    status: Badge
    manner: str
    counted: str
    """From which moment its time counts."""
    deadline: str | None
    """When its time ends, by the clock of the case's zone; nothing where no clock runs."""
    there: str
    """The same by the clock of the place whose law it is, with its zone: days end by that one."""
    left: str
    """How much time is left, in words; where the duty is not certain, it says so."""
    urgency: Left
    latest: bool
    """Whether the deadline is the latest possible: the moment it counts from is not known yet."""
    binding: bool
    """Whether the law prescribes the time; else it is a guide."""
    levels: list[str]
    """Grades that the event has, or may have by its counts."""
    asks: list[str]
    """What must be found out before it can be said."""
    unless: list[str]
    """What would take it away."""
    article: str
    certainty: str
    verified: bool
    notes: list[str]


class Fact(Shown):
    """A fact that duties depend on, and what was said of it here: `yes`, `no`, or nothing."""

    name: str
    text: str
    said: str


class Place(Shown):
    """A jurisdiction whose duties are weighed, or can be."""

    id: str
    name: str
    chosen: bool
    counting: str
    """How time is counted there."""
    note: str
    """What else must be minded there."""


class Duties(Shown):
    """Who must be told. This informs and is no legal advice; an unknown fact never takes a duty away."""

    caution: str
    known: str | None
    """When the organisation knew of it, as somebody said."""
    said_by: str
    may_say: bool
    """Whether the one who asks may change what was said."""
    version: int
    """Of what was said; changes must name it, so that nobody overwrites another unseen."""
    now: str
    zone: str
    """The zone of the case: of all times but `there`."""
    first: list[Duty]
    """What is due, may be due by the count, or is recommended, what ends first first."""
    to_find_out: list[Duty]
    rest: list[Duty]
    """Not due, not in force, or only proposed."""
    table: Table
    """The same as rows."""
    facts: list[Fact]
    places: list[Place]
    grounds: Table
    """The facts that this rests on, and why."""


class Told(Body):
    """What somebody says of the case. What is left out is unknown."""

    known: str = ""
    """When the organisation knew of it: `2026-11-20T09:00`; without a zone it is of the case's."""
    places: tuple[str, ...] = ()
    """Further jurisdictions whose law may apply, as `eu` or `sg`."""
    facts: tuple[str, ...] = ()
    """`NAME=yes` or `NAME=no` for facts that rules ask for."""
    version: int = 0
    """The version that was seen."""


def duties(here: CaseHere) -> Duties:
    """Who must be told, within how long, and how much of it is left now."""
    told = clocks.said(here)
    zone, part = clocks.zone(here), clocks.weighed(here, told)
    entries = [_duty(here, e, zone) for e in part.get("duties") or part.get("entries") or ()]
    known = told.known.astimezone(zone).isoformat(timespec="minutes") if told.known else None
    first = sorted((d for d in entries if d[0] in OPEN), key=lambda d: d[1])
    to_find_out = [d for d in entries if d[0] == "cannot be said"]
    shown = [d[2] for d in first], [d[2] for d in to_find_out]
    rest = [d[2] for d in entries if d[0] not in (*OPEN, "cannot be said")]
    return Duties(
        caution=report_words(here.lang)("duties.caution"),
        known=known,
        said_by=told.by,
        may_say=here.user.may(Permission.settings),
        version=told.version,
        now=here.now.astimezone(zone).isoformat(timespec="minutes"),
        zone=str(zone),
        first=shown[0],
        to_find_out=shown[1],
        rest=rest,
        table=_table(here, [*shown[0], *shown[1], *rest], zone),
        facts=_facts(here, part, told),
        places=_places(here, part, told),
        grounds=_grounds(here, part),
    )


def _duty(here: InCase, entry: Mapping[str, Any], zone: ZoneInfo) -> tuple[str, tuple[bool, float], Duty]:
    """Its state, by what it is ordered, and the duty."""
    words, status = report_words(here.lang), str(entry.get("status"))
    left = entry.get("left")
    urgency = _urgency(left)
    ends = datetime.fromisoformat(str(entry["deadline"])) if entry.get("deadline") else None
    tone = ("bad" if urgency == "over" else "warn") if status == "due" else "plain" if status in OPEN else "soft"
    made = Duty(
        id=str(entry.get("id")),
        place=str(entry.get("place")),
        who=str(entry.get("who")),
        title=str(entry.get("title")),
        status=Badge.model_validate({"text": words.name("duty_status", status), "tone": tone}),
        manner=str(entry.get("manner")),
        counted=str(entry.get("counted") or ""),
        deadline=ends.astimezone(zone).isoformat() if ends else None,
        there=f"{ends:%Y-%m-%d %H:%M} ({entry.get('zone')})" if ends else "",
        left=_left(here, entry),
        urgency=urgency,
        latest=bool(entry.get("latest")),
        binding=bool(entry.get("binding", True)),
        levels=[str(v) for v in entry.get("levels") or ()],
        asks=[str(a.get("text")) for a in entry.get("rests") or () if a.get("holds") is None],
        unless=[str(a.get("text")) for a in entry.get("unless") or ()],
        article=str(entry.get("article")),
        certainty=words.name("duty_certainty", entry.get("certainty")),
        verified=bool(entry.get("verified")),
        notes=[str(n) for n in entry.get("notes") or ()],
    )
    return status, (left is None, float(left or 0)), made


def _urgency(left: Any) -> Left:
    """How near the end is: ``soon`` within a day."""
    if not isinstance(left, int | float):
        return "none"
    return "over" if left < 0 else "soon" if left < DAY else "runs"


def _left(here: InCase, entry: Mapping[str, Any]) -> str:
    """How much time is left; of a duty that may be none, that it is so if it applies."""
    left = entry.get("left")
    if not isinstance(left, int | float):
        return ""
    say, seconds = here.say, abs(int(left))
    days, rest = divmod(seconds, DAY)
    hours, rest = divmod(rest, HOUR)
    told = say("duties.span_days", n=days, h=hours) if days else say("duties.span_hours", n=hours, m=rest // 60)
    said = say("duties.overdue" if left < 0 else "duties.left_over", time=told)
    if entry.get("status") != "due":
        said = say("duties.if_applies", left=said)
    marks = [name for name, on in (("latest", entry.get("latest")), ("guide", not entry.get("binding", True))) if on]
    return f"{said} ({', '.join(say(f'duties.{name}') for name in marks)})" if marks else said


def _table(here: InCase, every: list[Duty], zone: ZoneInfo) -> Table:
    say = here.say
    keys = ("who", "title", "status", "deadline", "there", "left", "manner", "article", "place")
    rows: list[dict[str, Cell]] = [{key: getattr(duty, key) for key in keys} for duty in every]
    titles = {key: say(f"duties.{key}") for key in keys} | {"deadline": say("duties.deadline_in", zone=str(zone))}
    columns = [Column(key=key, title=titles[key], kind="when" if key == "deadline" else "text") for key in keys]
    return Table(name="duties", title=say("duties.title"), columns=columns, rows=rows, total=len(rows))


def _facts(here: InCase, part: Mapping[str, Any], told: clocks.Said) -> list[Fact]:
    """What rules ask for and nobody knows, and what was said here: these can be changed."""
    asked = {str(a.get("fact")) for e in part.get("duties") or part.get("entries") or () for a in _atoms(e)}
    names = [n for n, a in vocabulary().items() if a.kind == "flag" and (n in asked or n in told.facts)]
    said = {True: clocks.YES, False: clocks.NO, None: ""}
    return [Fact(name=n, text=vocabulary()[n].asks.said(here.lang), said=said[told.facts.get(n)]) for n in names]


def _atoms(entry: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [a for key in ("rests", "unless") for a in entry.get(key) or () if a.get("holds") is None]


def _places(here: InCase, part: Mapping[str, Any], told: clocks.Said) -> list[Place]:
    weighed = {str(p.get("id")): p for p in part.get("places") or ()}
    return [
        Place(
            id=name,
            name=str(weighed.get(name, {}).get("name") or here.say.name("duties.country", name)),
            chosen=name in weighed or name in told.places,
            counting=str(weighed.get(name, {}).get("counting") or ""),
            note=str(weighed.get(name, {}).get("note") or ""),
        )
        for name in known_places()
    ]


def _grounds(here: InCase, part: Mapping[str, Any]) -> Table:
    say = here.say
    rows: list[dict[str, Cell]] = [
        {"fact": str(f.get("text")), "value": _value(here, f), "because": f.get("because")}
        for f in part.get("facts") or ()
    ]
    columns = [Column(key=key, title=say(f"duties.{key}")) for key in ("fact", "value", "because")]
    return Table(name="grounds", title=say("duties.grounds"), columns=columns, rows=rows, total=len(rows))


def _value(here: InCase, fact: Mapping[str, Any]) -> str:
    if "low" in fact:
        high = fact.get("high")
        return f"{fact['low']:,}+" if high is None else f"{fact['low']:,} – {high:,}"
    return here.say("console.yes" if fact.get("holds") else "console.no")


def tell(here: CaseHere, body: Told) -> Done:
    """Say when it was known, which places' law may apply, and which facts hold; clocks run from then on."""
    made = clocks.read(body.known, body.places, body.facts, clocks.zone(here))
    if made.known and made.known > here.now:
        raise ConflictError("it cannot have been known later than now", here.now.isoformat())
    own = {str(p.get("id")) for p in (here.desk.part("duties") or {}).get("places") or ()}
    kept = clocks.Said(made.known, tuple(p for p in made.places if p not in own), made.facts)
    try:
        with here.writing() as tx:
            settings.put(tx, here.user, here.case, clocks.NAME, kept.value(), body.version)
    except settings.StaleError as stale:
        raise ConflictError(
            str(stale), f"{stale.stands.by}, {stale.stands.at.isoformat()}: {stale.stands.value}"
        ) from stale
    return Done(to=f"{here.root}/law/duties", said=here.say("duties.noted"))


more = APIRouter()


@more.get("/cases/{case}/law/duties.ics", dependencies=[Depends(needs(None, "read"))])
def deadlines(here: CaseHere) -> Response:
    """The ends of all time limits as a calendar file, which does not name the case; that somebody took it is logged."""
    watched = clocks.running(here, clocks.said(here))
    if watched is None:
        raise GoneError("no clock runs: nobody said when it was known, or no place with duties is known")
    with here.writing() as tx:
        page = {"page": f"{here.root}/law/duties.ics", "table": "deadlines"}
        tx.log(here.user.id, "console.downloaded", here.case.id, None, page)
    headers = {"Content-Disposition": 'attachment; filename="deadlines.ics"', "Cache-Control": "no-store"}
    return Response(calendar(watched, here.lang), headers=headers, media_type="text/calendar; charset=utf-8")


VIEWS = (View("/cases/{case}/law/duties", duties, "duties.html.j2", "Who must be told, with clocks running"),)
ACTS = (Act("/cases/{case}/law/duties", tell, "Say when it was known, and what holds", permission=Permission.settings),)
"""Of the page of the law (:mod:`headwater.console.pages.law`)."""
