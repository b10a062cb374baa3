"""Long work on a case: what runs and how far it is, what waits and what came of the rest; begun, ended and taken up here."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from fastapi import Path as InPath
from pydantic import Field

from headwater.console.errors import ConflictError, GoneError
from headwater.console.here import CaseHere, InCase
from headwater.console.jobs import known as kinds
from headwater.console.jobs.chosen import for_jobs
from headwater.console.jobs.chosen_in_casebook import chosen_for
from headwater.console.jobs.job import Job, is_id
from headwater.console.jobs.told import Outcome, outcome, zone_of
from headwater.console.models import After, Badge, Body, Cell, Column, Done, Limit, Link, Shown, Table
from headwater.console.timekeeping import NOBODY
from headwater.console.twin import Act, Page, View
from headwater.model.errors import CaseError
from headwater.store.casebook.cases import insist, members
from headwater.store.casebook.permissions import Permission

OFFERED = ("investigate", "watch", "ingest", "scan", "report", "detect", "attribute", "network", "calibrate", "preview")
"""Kinds that are begun on this page, in this order; others are begun where they belong."""
TONES: Mapping[str, Literal["plain", "good", "warn", "bad", "soft"]] = {
    "waiting": "soft",
    "running": "plain",
    "ending": "warn",
    "done": "good",
    "failed": "bad",
    "lost": "bad",
    "cancelled": "warn",
}
Id = Annotated[str, InPath(max_length=40, description="The id of a job: `J-` and sixteen hexadecimal digits.")]


class Offer(Shown):
    """A kind of work that may be begun."""

    kind: str
    title: str
    about: str


class Step(Shown):
    """A stretch of a job."""

    said: str
    state: Literal["done", "now", "ahead"]


class Progress(Shown):
    """A job and how far it is."""

    id: str
    kind: str
    title: str
    status: str
    badge: Badge
    share: float
    """The part of the whole that is done, from 0 to 1, roughly."""
    done: int
    """What is done of the current step."""
    total: int
    """What of the current step there is; 0 where nobody knows."""
    said: str
    """How far it is, in a sentence."""
    by: str
    href: str
    may_end: bool
    may_go_on: bool


class Jobs(Shown):
    """The long work of a case."""

    at_work: list[Progress]
    """What runs or waits, the oldest first."""
    jobs: Table
    """The jobs of the case, the newest first, whatever became of them."""
    offers: list[Offer]
    """What may be begun."""
    may: bool
    """Whether the one who asks may begin and end work."""
    startable: bool
    """Whether the server knows the case folder; without it only the answer can be read."""


class OneJob(Shown):
    """One job whole."""

    job: Progress
    about: str
    timetable: list[str]
    """Of work that began by itself: for which time, and which were missed before."""
    steps: list[Step]
    attempt: int
    zone: str
    """The zone of the moments below."""
    created: str
    begun: str
    ended: str
    outcome: Outcome
    trace: list[str]
    """Of a failure of the program itself: where, as file and line; no values."""


class Begin(Body):
    """What is to be done."""

    kind: str = Field(max_length=40, examples=["investigate"])
    lang: Literal["en", "zh"] | None = None
    """The language of the report; that of the page when left out. The console has the answer in both."""
    leaks: int | None = Field(None, ge=1, le=20_000)
    """For `calibrate`: so many leaks are planted over each data set."""
    days: int | None = Field(None, ge=1, le=366)
    """For `preview`: so many evenings, counted back from the last."""
    step: int | None = Field(None, ge=1, le=31)
    """For `preview`: every so manieth evening."""


def jobs(here: CaseHere, after: After = None, limit: Limit = 50) -> Jobs:
    """What runs, what waits, and what became of earlier work."""
    found = here.house.jobs.jobs(here.served.slug)
    start = next((n for n, job in enumerate(found, 1) if job.id == after), 0)
    page, names = found[start : start + limit], _names(here)
    more = page[-1].id if start + limit < len(found) else None
    open_ = [_progress(here, j, names) for j in reversed(found) if not j.is_over]
    offers = [kinds.kind(name) for name in OFFERED]
    return Jobs(
        at_work=open_,
        jobs=_table(here, page, len(found), names, more),
        offers=[Offer(kind=k.name, title=k.title.said(here.lang), about=k.about.said(here.lang)) for k in offers],
        may=_may(here),
        startable=here.served.case_folder is not None,
    )


def job(here: CaseHere, id: Id) -> OneJob:
    """One job: its steps, how far it is, and what came of it."""
    found = _known(here, id)
    state, zone = found.state, zone_of(here.served.out)
    names = [s.said(here.lang) for s in state.steps]
    return OneJob(
        job=_progress(here, found, _names(here)),
        about=_kind_about(found, here),
        timetable=_timetable(found, here),
        steps=[Step(said=said, state=_place(found, number)) for number, said in enumerate(names)],
        attempt=state.attempt,
        zone=zone.name,
        created=zone.told(found.created),
        begun=zone.told(state.begun),
        ended=zone.told(state.ended),
        outcome=outcome(found, here.lang, here.say, here.root),
        trace=list(state.trace),
    )


def begin(here: CaseHere, body: Begin) -> Done:
    """Begin work on the case; the same work that waits or runs already is not begun twice."""
    if body.kind not in OFFERED:
        raise CaseError("this kind of work is not begun here")
    given = {"leaks": body.leaks} if body.kind == "calibrate" else {}
    given |= {"days": body.days, "step": body.step} if body.kind == "preview" else {}
    with here.writing() as tx:
        insist(tx, here.user, here.case, Permission.write)
        told: dict[str, Any] = {
            "settings": for_jobs(chosen_for(tx, here.case)),
            "lang": body.lang or here.lang,
            **{name: value for name, value in given.items() if value is not None},
        }
        known = {job.id for job in here.house.jobs.jobs(here.served.slug)}
        made = here.house.jobs.start(body.kind, here.served, here.user.id, told)
        is_new = made.id not in known
        act = "job.begun" if is_new else "job.asked-again"
        tx.log(here.user.id, act, here.case.id, None, {"job": made.id, "kind": made.kind})
    said = here.say("jobs.begun" if is_new else "jobs.begun_already")
    return Done(to=f"{here.root}/jobs/{made.id}", said=said, id=made.id)


def end(here: CaseHere, id: Id) -> Done:
    """End a job with all its processes; what it had read until then is kept."""
    found = _known(here, id)
    if not found.is_over:
        _logged(here, found, "job.ended")
        here.house.jobs.cancel(found.id)
    return Done(to=f"{here.root}/jobs/{found.id}", said=here.say("jobs.is_ended"), id=found.id)


def resume(here: CaseHere, id: Id) -> Done:
    """Take up a job that was ended, failed or was lost; what is done of it is not done again."""
    found = _known(here, id)
    if not found.may_go_on:
        raise ConflictError(here.say("jobs.cannot_go_on"), here.say(f"jobs.status_{found.state.status}"))
    _logged(here, found, "job.resumed")
    here.house.jobs.resume(found.id)
    return Done(to=f"{here.root}/jobs/{found.id}", said=here.say("jobs.is_resumed"), id=found.id)


def _known(here: InCase, id: str) -> Job:
    found = here.house.jobs.job(id) if is_id(id) else None
    if found is None or found.case != here.served.slug:
        raise GoneError("there is no such job")
    return found


def _logged(here: InCase, found: Job, act: str) -> None:
    with here.writing() as tx:
        insist(tx, here.user, here.case, Permission.write)
        tx.log(here.user.id, act, here.case.id, None, {"job": found.id, "kind": found.kind})


def _may(here: InCase) -> bool:
    return here.user.may(Permission.write)


def _names(here: InCase) -> Mapping[str, str]:
    """Members by id: who began what. Somebody who is none any more stands as a dash."""
    with here.reading() as tx:
        known = {user.id: user.display or user.name for user in members(tx, here.case)}
    return known | {here.user.id: here.user.display or here.user.name, NOBODY: here.say("jobs.timetable")}


def _title(found: Job, here: InCase) -> str:
    try:
        return kinds.kind(found.kind).title.said(here.lang)
    except CaseError:
        return found.kind  # of a version that knew more kinds


def _kind_about(found: Job, here: InCase) -> str:
    try:
        return kinds.kind(found.kind).about.said(here.lang)
    except CaseError:
        return ""


def _timetable(found: Job, here: InCase) -> list[str]:
    """For which time a job began by itself, and which times before it were missed."""
    if not found.parameters.get("once"):
        return []
    zone = zone_of(here.served.out)
    at, *missed = (
        zone.told(datetime.fromisoformat(moment))[:16]
        for moment in (found.parameters["once"], *found.parameters.get("missed", ()))
    )
    told = [here.say("jobs.by_itself", at=at, zone=zone.name)]
    if missed:
        told.append(here.say("jobs.missed", n=len(missed), first=missed[0], last=missed[-1], zone=zone.name))
    return told


def _progress(here: InCase, found: Job, names: Mapping[str, str]) -> Progress:
    state, may = found.state, _may(here)
    return Progress(
        id=found.id,
        kind=found.kind,
        title=_title(found, here),
        status=state.status,
        badge=Badge(text=here.say(f"jobs.status_{state.status}"), tone=TONES[state.status]),
        share=round(state.share, 3),
        done=state.done,
        total=state.total,
        said=state.said.said(here.lang),
        by=names.get(found.by, "–"),
        href=f"{here.root}/jobs/{found.id}",
        may_end=may and not found.is_over and state.status != "ending",
        may_go_on=may and found.may_go_on,
    )


def _place(found: Job, number: int) -> Literal["done", "now", "ahead"]:
    state = found.state
    if state.status == "done" or (number < state.step and state.status != "waiting"):
        return "done"
    return "now" if number == state.step and state.status in ("running", "ending") else "ahead"


def _table(here: InCase, found: list[Job], total: int, names: Mapping[str, str], more: str | None) -> Table:
    zone = zone_of(here.served.out)
    rows: list[dict[str, Cell]] = [
        {
            "job": Link(text=_title(j, here), href=f"{here.root}/jobs/{j.id}"),
            "status": Badge(text=here.say(f"jobs.status_{j.state.status}"), tone=TONES[j.state.status]),
            "created": zone.told(j.created),
            "took": _took(j),
            "by": names.get(j.by, "–"),
            "said": j.state.said.said(here.lang),
        }
        for j in found
    ]
    columns = [
        Column(key="job", title=here.say("jobs.job")),
        Column(key="status", title=here.say("jobs.status")),
        Column(key="created", title=here.say("jobs.created", zone=zone.name)),
        Column(key="took", title=here.say("jobs.took"), kind="number"),
        Column(key="by", title=here.say("jobs.by")),
        Column(key="said", title=here.say("jobs.said")),
    ]
    return Table(name="jobs", title=here.say("jobs.table"), columns=columns, rows=rows, total=total, next=more)


def _took(found: Job) -> int | None:
    state = found.state
    if state.begun is None:
        return None
    return round(((state.ended or datetime.now(UTC)) - state.begun).total_seconds())


PAGE = Page(
    "jobs",
    views=(
        View("/cases/{case}/jobs", jobs, "jobs.html.j2", "Long work on a case: what runs and what became of the rest"),
        View("/cases/{case}/jobs/{id}", job, "job.html.j2", "One job: how far it is and what came of it"),
    ),
    acts=(
        Act("/cases/{case}/jobs", begin, "Begin work on a case", permission=Permission.write),
        Act("/cases/{case}/jobs/{id}/end", end, "End a job; what it read is kept", permission=Permission.write),
        Act("/cases/{case}/jobs/{id}/resume", resume, "Take up a job where it was left", permission=Permission.write),
    ),
)
