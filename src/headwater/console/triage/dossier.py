"""An incident as its page shows it: the story with both sides, who else comes into question, what was tested, what people wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode

from headwater.casework.judging import extents
from headwater.casework.judging.extents import Extent
from headwater.casework.reports.figures import percent, size
from headwater.casework.reports.records import records
from headwater.casework.reports.sides import Point, sides
from headwater.casework.reports.words import Words
from headwater.console.errors import GoneError
from headwater.console.models import Badge, Cell, Column, Link, Shown, Table
from headwater.console.triage.cards import Piece, address
from headwater.console.triage.desktop import Desktop
from headwater.console.triage.judged import Judged
from headwater.console.triage.raised import stories
from headwater.model.errors import CaseError
from headwater.model.evidence import Citation
from headwater.store.casebook import notes
from headwater.store.casebook.things import things
from headwater.store.casebook.transaction import Transaction

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


class NoteShown(Shown):
    """A note on this incident."""

    by: str
    at: str
    text: str


class TaskShown(Shown):
    """Something to be done in this case."""

    id: str
    text: str
    by: str
    assignee: str | None
    due: date | None
    state: notes.State
    closed_by: str | None


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
        text = say("incidents.runner_up", who=values.get("employee"), p=percent(values.get("probability")))
    elif point.kind == "absence":
        text = say("incidents.on_leave", days=", ".join(values.get("days") or ()))
    elif point.kind in ("stands", "untested") and values.get("title"):
        text = f"{values['title']}: {text}"
    return Said(kind=say.name("incidents.point", point.kind), text=text, bits=point.bits)


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
        odds = share / (1 - share) if share < 1 else None
        rows.append(
            {
                "person": Link(text=who, href=f"{root}/staff/{who}") if who != "?" else say("incidents.nobody_known"),
                "department": str(person.get("department") or ""),
                "probability": share,
                "odds": say("incidents.certain") if odds is None else _odds(odds),
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
        found.append(Reasons(who=str(person.get("employee") or "?"), pieces=pieces))
    return found


def _odds(odds: float) -> str:
    return f"{odds:.0f} : 1" if odds >= 10 else f"{odds:.1f} : 1" if odds >= 1 else f"1 : {1 / max(odds, 1e-9):.0f}"


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
                "detector": str(found["detector"]),
                "bits": float(found["bits"]),
                "from": str(found["from"])[:10],
                "to": str(found["to"])[:10],
            }
        )
    columns = [
        Column(key="finding", title=say("incidents.finding")),
        Column(key="detector", title=say("incidents.detector"), kind="code"),
        Column(key="bits", title=say("incidents.bits"), kind="bits"),
        Column(key="from", title=say("incidents.from"), kind="day"),
        Column(key="to", title=say("incidents.to"), kind="day"),
    ]
    return Table(name="findings", title=say("incidents.findings"), columns=columns, rows=rows, total=len(rows))


def alerts(incident: Mapping[str, Any], desktop: Desktop) -> list[Link]:
    """The alerts that tell of the same accounts."""
    if desktop.watched is None:
        return []
    veil, accounts = desktop.veil, set(_texts(incident.get("accounts")))
    mine = [
        story.head
        for story in stories(desktop.watched.ledger.alerts)
        if accounts & {veil.account(a) for a in story.head.accounts}
    ]
    root, lang = desktop.here.root, desktop.here.lang
    return [Link(text=f"{a.id} {veil.texts(a.title).said(lang)}", href=address(root, a.id)) for a in mine]


def notes_on(tx: Transaction, desktop: Desktop, extent: Extent) -> list[NoteShown]:
    """The notes on an incident, also those that were written on it in an earlier answer."""
    case = desktop.here.case
    known = {
        name: found
        for name, thing in things(tx, case, "incident").items()
        if (found := extents.from_key(thing.key)) is not None
    }
    return [
        NoteShown(by=n.by, at=f"{n.at.astimezone(desktop.zone):%Y-%m-%d %H:%M}", text=desktop.written(n.text))
        for n in notes.notes(tx, case)
        if n.kind == "incident" and n.thing_id in known and extents.known_again(known[n.thing_id], extent)
    ]


def tasks_of(tx: Transaction, desktop: Desktop) -> list[TaskShown]:
    """The tasks of the case, open ones first."""
    found = notes.tasks(tx, desktop.here.case)
    return [
        TaskShown(
            id=t.id,
            text=desktop.written(t.text),
            by=t.by,
            assignee=t.assignee,
            due=t.due,
            state=t.state,
            closed_by=t.closed_by,
        )
        for t in sorted(found, key=lambda t: (t.state is not notes.State.open, t.due or date.max, t.id))
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


def day(text: str) -> date | None:
    """A day that somebody typed.

    :raises CaseError: when it is none
    """
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise CaseError("write a day as 2026-12-31") from None
