"""An incident as its page shows it: the story with both sides, who else comes into question, what was tested."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from headwater.casework.reports.figures import percent, size
from headwater.casework.reports.records import records
from headwater.casework.reports.sides import Point, sides
from headwater.casework.reports.words import Words
from headwater.console.desk.detectors import title
from headwater.console.errors import GoneError
from headwater.console.models import Badge, Cell, Column, Link, Shown, Table
from headwater.console.triage.cards import APART, Piece, address
from headwater.console.triage.desktop import Desktop
from headwater.console.triage.judged import Judged
from headwater.model.alert import Alert
from headwater.model.evidence import Citation

SUREST = 0.999
OUTCOMES = {"stands": "warn", "untested": "soft", "weakened": "plain", "refuted": "plain"}


class Said(Shown):
    """One point of a side: what it is, in words, and its bits where it has any."""

    kind: str
    text: str
    bits: float | None


class Side(Shown):
    """What speaks against and for somebody (or, of the whole story, for and against it), in two columns of one weight."""

    who: str
    """A pseudonym, or empty for the story itself."""
    probability: float | None
    against: list[Said]
    speaks_for: list[Said]
    silent: bool
    """Whether nothing that was read speaks for anybody here."""


class Tested(Shown):
    """An innocent explanation and what came of testing it."""

    title: str
    how: str
    outcome: Badge
    text: str


class Reasons(Shown):
    """Why somebody comes into question, piece by piece."""

    who: str
    pieces: list[Piece]


def both_sides(incident: Mapping[str, Any], judged: Judged, desktop: Desktop) -> list[Side]:
    """Both sides as the report has them, with what people say now."""
    words = [
        {"by": v.by, "said": v.said.value, "because": v.because, "counts": v.counts, "label": v.label}
        for v in judged.voices
    ]
    told = {**incident, "verdict": {"words": words}}
    return [
        Side(
            who=str(side.who["employee"]) if side.who else "",
            probability=float(side.who["probability"]) if side.who else None,
            against=[_point(p, desktop) for p in side.against],
            speaks_for=[_point(p, desktop) for p in side.speaks_for],
            silent=side.silent,
        )
        for side in sides(told)
    ]


def _point(point: Point, desktop: Desktop) -> Said:
    say, values = desktop.here.say, point.values or {}
    text = point.text
    if point.kind == "verdict":
        because = f": {values['because']}" if values.get("because") else ""
        text = f"{values.get('by')}: {values.get('label')}{because}"
    elif point.kind == "runner_up":
        who = _called(str(values.get("employee") or "?"), say)
        text = say("incidents.runner_up", who=who, p=percent(values.get("probability")))
    elif point.kind == "absence":
        text = say("incidents.on_leave", days=", ".join(values.get("days") or ()))
    elif point.kind in ("stands", "untested") and values.get("title"):
        text = f"{values['title']}: {text}"
    return Said(kind=say.name("incidents.point", point.kind), text=text, bits=point.bits)


def _called(pseudonym: str, say: Words) -> str:
    """What somebody is called who comes into question."""
    return say("incidents.nobody_known") if pseudonym == "?" else pseudonym


def tested(incident: Mapping[str, Any], desktop: Desktop) -> list[Tested]:
    """Innocent explanations, those that stand first."""
    order = list(OUTCOMES)
    return [
        Tested(
            title=str(a.get("title") or ""),
            how=str(a.get("how") or ""),
            outcome=Badge.model_validate(
                {"text": desktop.here.say.name("incidents.outcome", outcome), "tone": OUTCOMES[outcome]}
            ),
            text=str(a.get("text") or ""),
        )
        for outcome in order
        for a in records(incident.get("alternatives"))
        if (a.get("outcome") if a.get("outcome") in OUTCOMES else "untested") == outcome
    ]


def candidates(incident: Mapping[str, Any], desktop: Desktop) -> Table:
    """Everybody who comes into question, with odds and the reasons."""
    say, root = desktop.here.say, desktop.here.root
    rows: list[dict[str, Cell]] = []
    for person in records(incident.get("people")):
        who, share = str(person.get("employee") or "?"), float(person.get("probability") or 0)
        place = person.get("department")
        rows.append(
            {
                "person": Link(text=who, href=f"{root}/staff/{who}") if who != "?" else _called(who, say),
                "department": say("staff.few") if place is None and who != "?" else str(place or ""),
                "probability": share,
                "odds": _odds(share),
                "bits": float(person.get("bits") or 0),
            }
        )
    columns = [
        Column(key="person", title=say("incidents.person")),
        Column(key="department", title=say("incidents.department")),
        Column(key="probability", title=say("incidents.probability"), kind="percent"),
        Column(key="odds", title=say("incidents.odds")),
        Column(key="bits", title=say("incidents.bits"), kind="bits"),
    ]
    return Table(name="persons", title=say("incidents.persons"), columns=columns, rows=rows, total=len(rows))


def reasons(incident: Mapping[str, Any], desktop: Desktop) -> list[Reasons]:
    """What says of each candidate that he acted, or did not, with the lines that it rests on."""
    root, rank, say = desktop.here.root, int(incident["rank"]), desktop.here.say
    found = []
    for place, person in enumerate(records(incident.get("people"))):
        statements = records(person.get("statements"))
        lead = leads(root, rank, statements, say, place)
        pieces = [
            Piece(
                text=str(s.get("text") or ""),
                bits=float(s.get("bits") or 0),
                lines=lead(n) if s.get("evidence") else None,
            )
            for n, s in enumerate(statements)
        ]
        found.append(Reasons(who=_called(str(person.get("employee") or "?"), say), pieces=pieces))
    return found


def _odds(share: float) -> str:
    """A probability as odds; as :func:`percent`, never surer than one in a thousand.

    >>> _odds(0.95), _odds(0.6), _odds(0.2), _odds(1.0), _odds(0.0)
    ('19 : 1', '1.5 : 1', '1 : 4.0', '> 999 : 1', '< 1 : 999')
    """
    if share > SUREST:
        return "> 999 : 1"
    if share < 1 - SUREST:
        return "< 1 : 999"
    odds = max(share / (1 - share), (1 - share) / share)
    told = f"{odds:.0f}" if odds >= 10 else f"{odds:.1f}"
    return f"{told} : 1" if share >= 0.5 else f"1 : {told}"


def findings(incident: Mapping[str, Any], desktop: Desktop) -> Table:
    """The findings that tell this story."""
    say, desk, root = desktop.here.say, desktop.here.desk, desktop.here.root
    rows: list[dict[str, Cell]] = []
    for name in _texts(incident.get("findings")):
        found = desk.one("findings", name)
        if found is None:
            continue
        rows.append(
            {
                "finding": Link(text=str(found["title"]), href=f"{root}/findings/one?{urlencode({'id': name})}"),
                "detector": title(str(found["detector"]), desktop.here.lang),
                "bits": float(found["bits"]),
                "from": str(found["from"])[:10],
                "to": str(found["to"])[:10],
            }
        )
    columns = [
        Column(key="finding", title=say("incidents.finding")),
        Column(key="detector", title=say("incidents.detector")),
        Column(key="bits", title=say("incidents.bits"), kind="bits"),
        Column(key="from", title=say("incidents.from"), kind="day"),
        Column(key="to", title=say("incidents.to"), kind="day"),
    ]
    return Table(name="findings", title=say("incidents.findings"), columns=columns, rows=rows, total=len(rows))


def alerts(incident: Mapping[str, Any], desktop: Desktop) -> list[Link]:
    """The alerts of the same accounts at about the same time, the heaviest first, each with its days."""
    if desktop.watched is None:
        return []
    accounts, lang = set(_texts(incident.get("accounts"))), desktop.here.lang
    starts, ends = (date.fromisoformat(str(incident[name])[:10]) for name in ("from", "to"))

    def fits(alert: Alert) -> bool:
        near = alert.starts <= ends + APART and starts <= alert.ends + APART
        return near and bool(accounts & {desktop.veil.account(a) for a in alert.accounts})

    found = sorted(filter(fits, desktop.watched.ledger.alerts), key=lambda a: (-a.bits, a.id))
    return [
        Link(
            text=f"{a.id} {a.starts} – {a.ends} {desktop.veil.texts(a.title).said(lang)}",
            href=address(desktop.here.root, a.id),
        )
        for a in found
    ]


def _texts(values: Any) -> Sequence[str]:
    return [str(v) for v in values or ()] if isinstance(values, Iterable) and not isinstance(values, str) else []


def channels(incident: Mapping[str, Any], desktop: Desktop) -> list[str]:
    """The ways out, each in a sentence."""
    say = desktop.here.say
    return [
        say("incidents.channel_words", host=c.get("host"), n=int(c.get("posts") or 0), size=size(c.get("bytes")))
        for c in records(incident.get("channel"))
    ]


def prevention(incident: Mapping[str, Any], desktop: Desktop) -> str:
    """What would have kept most of it back, in a sentence; empty where nothing would have."""
    told = incident.get("prevention")
    if not isinstance(told, Mapping) or not told.get("title"):
        return ""
    rows, saved = int(told.get("rows") or 0), int(told.get("saved") or 0)
    return desktop.here.say(
        "incidents.prevented", control=told["title"], saved=f"{saved:,}", rows=f"{rows:,}", n=told.get("day")
    )


def leads(
    root: str, rank: int, statements: Sequence[Mapping[str, Any]], say: Words, person: int = -1
) -> Callable[[int], Link]:
    """What leads from a statement to the lines that it rests on."""

    def lead(number: int) -> Link:
        count = len(statements[number].get("evidence") or ())
        of = {"of": number} if person < 0 else {"of": number, "person": person}
        return Link(text=say("incidents.lines", n=count), href=f"{root}/incidents/{rank}/lines?{urlencode(of)}")

    return lead


def evidence_of(incident: Mapping[str, Any], of: int, person: int) -> tuple[str, list[Citation]]:
    """A statement and the lines that it rests on; of the whole story those of all statements.

    :raises GoneError: where there is no such statement
    """
    people = records(incident.get("people"))
    if person >= len(people):
        raise GoneError("nobody of that place comes into question")
    statements = records((people[person] if person >= 0 else incident).get("statements"))
    if of >= len(statements):
        raise GoneError("there is no such statement")
    several = statements if of < 0 else statements[of : of + 1]
    found = dict.fromkeys(
        Citation(str(e["source"]), int(e["line"])) for s in several for e in records(s.get("evidence"))
    )
    return (str(incident["title"]) if of < 0 else str(statements[of].get("text") or "")), list(found)
