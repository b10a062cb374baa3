"""The stories of an answer, ranked; and one of them whole: its time line, both sides, who else it could have been, its lines."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import Path as InPath
from fastapi import Query
from pydantic import Field

from headwater.console.here import CaseHere
from headwater.console.models import After, Body, Chart, Done, Limit, Link, Shown, Sought, Table
from headwater.console.triage import dossier, drawing, listing, verdicts, written
from headwater.console.triage.citing import Lines, Start, lines_of
from headwater.console.triage.desktop import Desktop
from headwater.console.triage.dossier import Reasons, Side, Tested
from headwater.console.triage.judged import Judged, Verdict
from headwater.console.triage.written import NoteShown, TaskShown
from headwater.console.twin import Act, Page, View
from headwater.model.errors import CaseError
from headwater.store.casebook import notes
from headwater.store.casebook.cases import members
from headwater.store.casebook.permissions import Permission

Rank = Annotated[int, InPath(ge=1, le=10_000_000, description="The incident's rank in the newest answer.")]
Of = Annotated[
    int, Query(ge=-1, le=100_000, description="The statement whose lines are asked for, from 0; -1: of all.")
]
Person = Annotated[
    int, Query(ge=-1, le=10_000, description="The statement is one on this candidate, from 0; -1: on the story.")
]
Sort = Annotated[
    str, Query(pattern=r"^-?(rank|bits|from|to|subjects)$|^$", description="A column, downwards with `-`.")
]
TaskId = Annotated[str, InPath(pattern=r"^[A-Z]-[0-9]{8,}$", description="The task's id.")]


class Incidents(Shown):
    """The stories of an answer."""

    incidents: Table


class Incident(Shown):
    """One story with all that is known of it."""

    rank: int
    story_id: str
    """A name of this very story, to be sent back as `story` with a verdict or a note on it."""
    title: str
    starts: str
    ends: str
    zone: str
    subjects: int
    bits: float
    accounts: list[Link]
    devices: list[str]
    channel: list[str]
    """Where posts went: hosts, with how much was sent there."""
    prevention: str
    """What would have kept most of it back."""
    judged: Judged
    time_line: Chart | None
    waterfall: Chart | None
    sides: list[Side]
    story: list[str]
    clears: list[str]
    tested: list[Tested]
    persons: Table
    """Everybody who comes into question, the likeliest first."""
    reasons: list[Reasons]
    """Of each of them, what says so."""
    findings: Table
    alerts: list[Link]
    notes: list[NoteShown]
    tasks: list[TaskShown]
    """Of the whole case: those of this incident first, each time those that are open."""
    members: list[str]
    """Who can be given a task."""


class Note(Body):
    """A note on an incident."""

    text: str
    """It is masked as it comes in, and sealed."""
    story: str = Field("", max_length=64)
    """The incident's `story_id`: where its rank is another story's by now, nothing is written."""


class Task(Body):
    """Something to be done."""

    text: str
    assignee: str = ""
    """The name of a member; empty: whoever comes to it."""
    due: date | None = None
    """The day by which it is to be done."""
    story: str = Field("", max_length=64)
    """The incident's `story_id`: where its rank is another story's by now, nothing is written."""


class Closing(Body):
    """What became of a task."""

    state: notes.State
    seen: notes.State | None = None
    """What it was when you looked: where it is something else by now, nothing is changed."""


def incidents(here: CaseHere, q: Sought = "", sort: Sort = "", after: After = None, limit: Limit = 50) -> Incidents:
    """The stories of the newest answer, ranked, with what people say of them now."""
    _ = here.desk
    return Incidents(incidents=listing.incidents_table(Desktop(here), q, sort, after, limit))


def incident(here: CaseHere, rank: Rank) -> Incident:
    """One story: time line, evidence in bits, both sides, candidates with odds, explanations tested, notes and tasks."""
    desktop = Desktop(here).ready()
    told = desktop.incident(rank)
    extent = desktop.extent(rank)
    judged = desktop.judged(desktop.every.on_incident(extent))
    with here.reading() as tx:
        noted, to_do = written.notes_on(tx, desktop, extent), written.tasks_of(tx, desktop, extent)
        names = [user.name for user in members(tx, here.case)]
    statements = told.get("statements") or []
    return Incident(
        rank=rank,
        story_id=desktop.story(rank),
        title=str(told["title"]),
        starts=str(told["from"]),
        ends=str(told["to"]),
        zone=desktop.zone.key,
        subjects=int(told["subjects"]),
        bits=float(told["bits"]),
        accounts=[Link(text=a, href=f"{here.root}/staff/{a}") for a in told.get("accounts") or ()],
        devices=[str(d) for d in told.get("devices") or ()],
        channel=dossier.channels(told, desktop),
        prevention=dossier.prevention(told, desktop),
        judged=judged,
        time_line=drawing.time_line(told.get("timeline") or [], here.say, desktop.zone.key),
        waterfall=drawing.evidence(
            statements,
            float(told["bits"]),
            told.get("prior"),
            here.say,
            "waterfall",
            dossier.leads(here.root, rank, statements, here.say),
        ),
        sides=dossier.both_sides(told, judged, desktop),
        story=[str(s) for s in told.get("story") or ()],
        clears=[str(c) for c in told.get("clears") or ()],
        tested=dossier.tested(told, desktop),
        persons=dossier.candidates(told, desktop),
        reasons=dossier.reasons(told, desktop),
        findings=dossier.findings(told, desktop),
        alerts=dossier.alerts(told, desktop),
        notes=noted,
        tasks=to_do,
        members=names,
    )


def lines(here: CaseHere, rank: Rank, of: Of = -1, person: Person = -1, start: Start = 0) -> Lines:
    """Lines of the case folder that a statement rests on: staff veiled, everybody else masked. That you looked is logged."""
    desktop = Desktop(here).ready()
    sentence, evidence = dossier.evidence_of(desktop.incident(rank), of, person)
    back = Link(text=here.say("incidents.one", rank=rank), href=f"{here.root}/incidents/{rank}")
    return lines_of(desktop, sentence, evidence, start, back)


def judge(here: CaseHere, rank: Rank, body: Verdict) -> Done:
    """Say of an incident that it is confirmed, explained (because … until …), refuted or unsure, or withdraw what you said."""
    desktop = Desktop(here).ready()
    extent = desktop.same(rank, body.story)
    with here.writing() as tx:
        made = verdicts.say_of_incident(tx, here.user, here.case, extent, body.spoken, desktop.telling)
    return Done(to=f"{here.root}/incidents/{rank}?said=noted#judged", said=here.say("today.noted"), id=made)


def write(here: CaseHere, rank: Rank, body: Note) -> Done:
    """Write a note on an incident."""
    extent = Desktop(here).same(rank, body.story)
    with here.writing() as tx:
        made = notes.add_note(tx, here.user, here.case, body.text, verdicts.thing(extent))
    return Done(to=f"{here.root}/incidents/{rank}?said=noted#notes", said=here.say("today.noted"), id=made)


def give(here: CaseHere, rank: Rank, body: Task) -> Done:
    """Note something to be done of an incident."""
    extent = Desktop(here).same(rank, body.story)
    with here.writing() as tx:
        assignee = next((user for user in members(tx, here.case) if user.name == body.assignee), None)
        if body.assignee and assignee is None:
            raise CaseError("whoever shall do it is no member of this case")
        made = notes.add_task(tx, here.user, here.case, body.text, assignee, body.due, verdicts.thing(extent))
    return Done(to=f"{here.root}/incidents/{rank}?said=noted#tasks", said=here.say("today.noted"), id=made)


def close(here: CaseHere, rank: Rank, task: TaskId, body: Closing) -> Done:
    """Say that a task is done or was dropped, or open it again."""
    desktop = Desktop(here)
    with here.writing() as tx:
        written.insist_seen(tx, desktop, task, body.seen)
        notes.close_task(tx, here.user, here.case, task, body.state)
    return Done(to=f"{here.root}/incidents/{rank}?said=noted#tasks", said=here.say("today.noted"), id=task)


PAGE = Page(
    "incidents",
    views=(
        View("/cases/{case}/incidents", incidents, "incidents.html.j2", "The stories of the newest answer"),
        View("/cases/{case}/incidents/{rank}", incident, "incident.html.j2", "One story whole"),
        View("/cases/{case}/incidents/{rank}/lines", lines, "lines.html.j2", "Cited lines, covered"),
    ),
    acts=(
        Act("/cases/{case}/incidents/{rank}/verdict", judge, "Judge an incident", permission=Permission.judge),
        Act("/cases/{case}/incidents/{rank}/notes", write, "Write a note", permission=Permission.write),
        Act("/cases/{case}/incidents/{rank}/tasks", give, "Note something to be done", permission=Permission.write),
        Act("/cases/{case}/incidents/{rank}/tasks/{task}", close, "Close a task", permission=Permission.write),
    ),
)
