"""Leaks: whose rows, who took them, when; and files that somebody drops, matched against the lake while he watches."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any, BinaryIO, Literal
from urllib.parse import quote
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Path, Query, UploadFile
from fastapi.responses import RedirectResponse

from headwater.casework.reports.why import said as reason
from headwater.console.errors import ConflictError, GoneError
from headwater.console.here import CaseHere, InCase
from headwater.console.jobs.job import Job
from headwater.console.leaking.listed import alike, listed, named
from headwater.console.leaking.shown import Leak, shown
from headwater.console.models import After, Badge, Body, Cell, Column, Done, Limit, Link, Shown, Sought, Table
from headwater.console.twin import OWN, Act, Page, View, needs_here
from headwater.store import drops
from headwater.store.casebook.permissions import Permission
from headwater.store.drops import Drop
from headwater.store.keys import token_key
from headwater.store.places import Places
from headwater.store.tokens import Tokeniser

JOB = "dropped"
CHUNK = 1 << 20
Id = Annotated[str, Path(pattern="^[a-z]{16}$", description="The id of a dropped file.")]
Named = Annotated[str, Query(max_length=2000, description="The leak, as the list names it.")]
Part = Annotated[int, Query(ge=0, le=10_000, description="Which file of an archive, from 0.")]
Sort = Literal["", "rows", "-rows", "ours", "-ours", "persons", "-persons", "unexplained", "-unexplained"]


class Leaks(Shown):
    """Leaked files and what was seized with somebody, as the answer has them; and the files that were dropped."""

    leaks: Table
    dropped: Table
    may_drop: bool
    largest: int
    """Bytes that a dropped file may have."""


class Dropped(Shown):
    """A dropped file: how far matching it is, and what came of it."""

    id: str
    name: str
    size: int
    sha256: str
    at: str
    state: Literal["waiting", "running", "done", "failed"]
    step: str
    share: float
    """The part of the work that is done, from 0 to 1."""
    job: Link | None
    newer: bool
    """Whether the case has a newer answer than the one that the file was matched against."""
    parts: list[Link]
    """The files of an archive; empty for a single file."""
    more: int
    """Files of an archive that are not told: those with fewest rows of ours."""
    leak: Leak | None
    not_read: Table
    may_change: bool


class Again(Body):
    """Nothing more is asked."""


def leaks(here: CaseHere, q: Sought = "", sort: Sort = "", after: After = None, limit: Limit = 50) -> Leaks:
    """The leaks of the case, and files that were dropped."""
    found, say = here.desk.rows("leaks", q, None, sort, after, limit), here.say
    rows = [_row(here, leak) for leak in found.rows]
    heads = [
        Column(key="leak", title=say("leaks.leak")),
        Column(key="dataset", title=say("leaks.dataset")),
        *(
            Column(key=k, title=say(f"leaks.{k}"), kind="number", sort=k)
            for k in ("rows", "ours", "persons", "unexplained")
        ),
        Column(key="takers", title=say("leaks.takers")),
        Column(key="probability", title=say("leaks.probability_first"), kind="percent"),
    ]
    table = Table(
        name="leaks",
        title=say("leaks.title"),
        columns=heads,
        rows=rows,
        next=found.next,
        total=found.total,
        more=found.more,
        short=list(found.short),
    )
    return Leaks(leaks=table, dropped=_dropped_table(here), may_drop=_may_drop(here), largest=drops.LARGEST)


def leak(here: CaseHere, leak: Named) -> Leak:
    """One leak of the answer: rows by source, takers with their probabilities, dating, and what would be left without each reason."""
    row = here.desk.one("leaks", leak)
    if row is None:
        raise GoneError("there is no such leak in this answer")
    return shown(row, here.root, here.say)


def dropped(here: CaseHere, id: Id, part: Part = 0) -> Dropped:
    """A dropped file: how far matching it is, and what came of it."""
    drop, job = _drop(here, id), _jobs(here).get(id)
    answer = drop.answer
    found = list((answer or {}).get("leaks", {}).get(here.lang) or ())
    base = f"{here.root}/leaks/dropped/{id}"
    parts = [Link(text=str(each["leak"]), href=f"{base}?part={n}") for n, each in enumerate(found)]
    state, step, share = _state(here, answer is not None, job)
    return Dropped(
        id=id,
        name=_name(drop, answer),
        size=drop.size,
        sha256=drop.sha256,
        at=_at(here, drop),
        state=state,
        step=step,
        share=share,
        job=Link(text=job.id, href=f"{here.root}/jobs/{job.id}") if job else None,
        newer=answer is not None and answer.get("answer") != _answer(here),
        parts=parts if len(parts) > 1 else [],
        more=int((answer or {}).get("more") or 0),
        leak=shown(found[part], here.root, here.say) if part < len(found) else None,
        not_read=_not_read(here, answer),
        may_change=_may_drop(here),
    )


def keep(here: InCase, content: BinaryIO, name: str) -> Done:
    """Keep a dropped file below the workspace, and have it matched as a job."""
    workspace = here.served.workspace
    places = Places(Tokeniser(token_key(workspace)))
    drop = drops.keep(workspace, _chunks(content), name, here.user.id, here.now, places)
    try:
        with here.writing() as tx:
            told = {"drop": drop.id, "bytes": drop.size, "sha256": drop.sha256}
            tx.log(here.user.id, "leak.dropped", here.case.id, None, told)
    except BaseException:  # no file is kept of which the log knows nothing
        drops.remove(drop)
        raise
    _begin(here, drop)
    return Done(to=f"{here.root}/leaks/dropped/{drop.id}", said=here.say("leaks.kept"), id=drop.id)


def match(here: CaseHere, id: Id, body: Again) -> Done:
    """Match a dropped file again, against the newest answer."""
    job = _begin(here, _drop(here, id))
    return Done(to=f"{here.root}/leaks/dropped/{id}", said=here.say("leaks.begun"), id=job.id)


def remove(here: CaseHere, id: Id, body: Again) -> Done:
    """Remove a dropped file with all that was found of it."""
    drop, job = _drop(here, id), _jobs(here).get(id)
    if job is not None and not job.is_over:
        raise ConflictError("it is being matched: end that first", job.id)
    with here.writing() as tx:  # undone where the file stays
        tx.log(here.user.id, "leak.removed", here.case.id, None, {"drop": drop.id, "sha256": drop.sha256})
        drops.remove(drop)
    return Done(to=f"{here.root}/leaks", said=here.say("leaks.removed"), id=id)


def _begin(here: InCase, drop: Drop) -> Job:
    return here.house.jobs.start(JOB, here.served, here.user.id, {"id": drop.id, "answer": _answer(here)})


def _answer(here: InCase) -> str | None:
    told = here.desk.part("case")
    return told.get("manifest") if isinstance(told, Mapping) else None


def _drop(here: InCase, id: str) -> Drop:
    found = drops.drop(here.served.workspace, id)
    if found is None:
        raise GoneError("there is no such dropped file in this case")
    return found


def _jobs(here: InCase) -> dict[str, Job]:
    """The newest job that matches each dropped file."""
    found = reversed(here.house.jobs.jobs(here.served.slug))
    return {str(job.parameters.get("id")): job for job in found if job.kind == JOB}


def _state(
    here: InCase, matched: bool, job: Job | None
) -> tuple[Literal["waiting", "running", "done", "failed"], str, float]:
    if job is None or job.state.status == "done":
        return ("done", "", 1.0) if matched else ("failed", "", 0.0)
    if job.is_over:
        return ("done", "", 1.0) if matched else ("failed", job.state.said.said(here.lang), job.state.share)
    if job.state.status == "waiting":
        return "waiting", job.state.said.said(here.lang), 0.0
    return "running", job.state.said.said(here.lang), job.state.share


def _name(drop: Drop, answer: Mapping[str, Any] | None) -> str:
    """The file's name as it may be shown: until it was matched nobody knows whether it names somebody of the house."""
    return str(answer["name"]) if answer else drop.id


def _at(here: InCase, drop: Drop) -> str:
    """When it was dropped, in the case's zone."""
    case = here.desk.part("case")
    zone = str(case.get("timezone") or "UTC") if isinstance(case, Mapping) else "UTC"
    return f"{drop.at.astimezone(ZoneInfo(zone)):%Y-%m-%d %H:%M} {zone}"


def _may_drop(here: InCase) -> bool:
    return here.user.may(Permission.judge) and here.served.case_folder is not None


def _row(here: InCase, leak: Mapping[str, Any]) -> dict[str, Cell]:
    takers = list(leak.get("takers") or ())
    first = takers[0] if takers else {}
    return {
        "leak": Link(text=str(leak["leak"]), href=f"{here.root}/leaks/one?leak={quote(str(leak['leak']), safe='')}"),
        **{k: leak.get(k) for k in ("dataset", "rows", "ours", "persons", "unexplained")},
        "takers": named(alike(takers), here.say),
        "probability": first.get("probability"),
    }


def _dropped_table(here: InCase) -> Table:
    say = here.say
    heads = [
        Column(key="name", title=say("leaks.file")),
        Column(key="size", title=say("leaks.size"), kind="size"),
        Column(key="at", title=say("leaks.dropped_at")),
        Column(key="state", title=say("leaks.state")),
        Column(key="ours", title=say("leaks.ours"), kind="number"),
        Column(key="takers", title=say("leaks.takers")),
    ]
    at_work = _jobs(here)
    rows = [_drop_row(here, drop, at_work.get(drop.id)) for drop in drops.drops(here.served.workspace)]
    return Table(name="dropped", title=say("leaks.dropped"), columns=heads, rows=rows, total=len(rows))


def _drop_row(here: InCase, drop: Drop, job: Job | None) -> dict[str, Cell]:
    known = listed(drop)
    state, _step, _share = _state(here, known is not None, job)
    tones: Mapping[str, Literal["good", "warn", "plain"]] = {"done": "good", "failed": "warn"}
    return {
        "name": Link(text=known.name if known else drop.id, href=f"{here.root}/leaks/dropped/{drop.id}"),
        "size": drop.size,
        "at": _at(here, drop),
        "state": Badge(text=say_state(here, state), tone=tones.get(state, "plain")),
        "ours": known.ours if known else None,
        "takers": named(known.takers, here.say) if known else None,
    }


def say_state(here: InCase, state: str) -> str:
    """How far matching is, in a word."""
    return here.say(f"leaks.state_{state}")


def _not_read(here: InCase, answer: Mapping[str, Any] | None) -> Table:
    say = here.say
    rows: list[dict[str, Cell]] = [
        {"path": n["path"], "reason": reason(n["reason"], here.lang)} for n in (answer or {}).get("not_read", ())
    ]
    heads = [Column(key="path", title=say("leaks.file"), kind="code"), Column(key="reason", title=say("leaks.reason"))]
    return Table(name="not-read", title=say("leaks.not_read"), columns=heads, rows=rows, total=len(rows))


def _chunks(content: BinaryIO) -> Iterator[bytes]:
    while chunk := content.read(CHUNK):
        yield chunk


FORMS, FILES = APIRouter(), APIRouter()
MAY_DROP: Iterable[Any] = (*OWN, Depends(needs_here(Permission.judge, "write")))


@FORMS.post("/cases/{case}/leaks/dropped", dependencies=list(MAY_DROP))
def drop_form(here: CaseHere, file: UploadFile) -> RedirectResponse:
    """A file from a form."""
    return RedirectResponse(keep(here, file.file, file.filename or "").to, status_code=303)


@FILES.post(
    "/cases/{case}/leaks/dropped", dependencies=list(MAY_DROP), tags=["leaks"], operation_id="leaks.drop",
    summary="Drop a file: it is kept below the workspace and matched as a job",
)  # fmt: skip
def drop(here: CaseHere, file: UploadFile) -> Done:
    """Drop a leaked file. Look at `to` to see how far matching it is, and what came of it."""
    return keep(here, file.file, file.filename or "")


PAGE = Page(
    "leaks",
    views=(
        View("/cases/{case}/leaks", leaks, "leaks.html.j2", "Leaks of the answer, and dropped files"),
        View("/cases/{case}/leaks/one", leak, "leak.html.j2", "One leak: takers, dating, rows by source, what-if"),
        View(
            "/cases/{case}/leaks/dropped/{id}", dropped, "leak_dropped.html.j2", "A dropped file, and what came of it"
        ),
    ),
    acts=(
        Act("/cases/{case}/leaks/dropped/{id}/match", match, "Match a dropped file again", permission=Permission.judge),
        Act("/cases/{case}/leaks/dropped/{id}/remove", remove, "Remove a dropped file", permission=Permission.judge),
    ),
    more=FORMS,
    files=FILES,
)
