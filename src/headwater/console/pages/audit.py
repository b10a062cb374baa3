"""The log of the casebook: read, filtered, verified, taken out; and whose watermark stands on something that was taken."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import StreamingResponse
from pydantic import Field

from headwater.console.door import watermarks
from headwater.console.here import AnyHere, Here
from headwater.console.models import Badge, Body, Cell, Column, Done, Kind, Limit, Shown, Table
from headwater.console.twin import Act, Page, View, needs
from headwater.model.errors import CaseError
from headwater.store.casebook import reading_log, verifying
from headwater.store.casebook.cases import cases
from headwater.store.casebook.head import Head
from headwater.store.casebook.log import plain
from headwater.store.casebook.permissions import Permission
from headwater.store.casebook.users import users

_HEAD = re.compile(r"(\d{1,15}):([0-9a-f]{64})")
_Day = Annotated[date | None, Query(description="A day, UTC.")]
_Word = Annotated[str, Query(max_length=100)]


class Audit(Shown):
    """Entries of the log, the latest first."""

    entries: Table
    people: list[tuple[str, str]]
    """Who can be asked for: id and name."""
    acts: list[str]
    """Every act that stands in the log."""
    cases: list[tuple[str, str]]
    head: str
    """How far the log goes, and its last digest: write it down elsewhere, and hold the log against it later."""


class Marked(Shown):
    """What a watermark says."""

    told: str
    genuine: bool
    """Whether this house made it."""
    asked: bool
    """Whether one was asked for."""


class Kept(Body):
    """A head that was written down elsewhere (``NUMBER:DIGEST``), or nothing."""

    head: str = Field(default="", max_length=100)


class Verified(Done):
    """What verifying found."""

    whole: bool
    """Whether every entry and every row is as it was written."""
    entries: int
    rows: int
    ahead: int
    """Entries that this machine's head did not count yet, whole all the same."""
    head: str
    faults: Table


def audit(
    here: AnyHere,
    who: _Word = "",
    act: _Word = "",
    case: _Word = "",
    since: _Day = None,
    until: _Day = None,
    after: Annotated[
        str | None, Query(max_length=15, pattern=r"^\d+$", description="`next` of the page before.")
    ] = None,
    limit: Limit = 50,
) -> Audit:
    """Entries of the log, the latest first. That somebody reads it is an entry too."""
    asked = reading_log.Asked(who or None, act, case or None, _begin(since), _begin(until, days=1))
    before = int(after) if after else None
    with here.writing() as tx:
        found = reading_log.read_page(tx, here.user, asked, before, limit)
        names = {user.id: user.name for user in users(tx)}
        entries = {entry.id: entry.name for entry in cases(tx)}
    return Audit(
        entries=_table(here, found, names, entries, limit),
        people=sorted(names.items(), key=lambda item: item[1]),
        acts=list(found.acts),
        cases=sorted(entries.items(), key=lambda item: item[1]),
        head=str(tx.last),
    )


def verify(here: AnyHere, body: Kept) -> Verified:
    """Read the whole log and every row of the casebook, and say what is not as it was written."""
    found = verifying.verify(here.book, _kept(body.head))
    rows: list[dict[str, Cell]] = [{"place": fault.place, "what": fault.what} for fault in found.faults]
    columns = [Column(key=key, title=here.say.name("audit", key)) for key in ("place", "what")]
    faults = Table(name="faults", title=here.say("audit.faults"), columns=columns, rows=rows, total=len(rows))
    with here.writing() as tx:
        tx.log(here.user.id, "log.verified", details={"whole": found.whole, "entries": found.head.count})
    return Verified(
        to="/audit",
        said="audit_verified",
        whole=found.whole,
        entries=found.head.count,
        rows=found.rows,
        ahead=found.ahead,
        head=str(found.head),
        faults=faults,
    )


def mark(here: AnyHere, mark: Annotated[str, Query(max_length=1000)] = "") -> Marked:
    """Whose watermark this is, and whether it is genuine."""
    found = watermarks.read(here.book.sealer, mark)
    return Marked(told=found.told, genuine=found.genuine, asked=bool(mark.strip()))


FILES = APIRouter()


@FILES.get("/audit/export", dependencies=[Depends(needs(Permission.audit, "read"))], response_class=StreamingResponse)
def export(here: AnyHere) -> StreamingResponse:
    """The whole log as JSON lines, one entry each; its last entry says who took it."""
    with here.writing() as tx:
        last = tx.log(here.user.id, "log.exported", details={"after": 0}).seq
    headers = {"Content-Disposition": 'attachment; filename="log.jsonl"', "Cache-Control": "no-store"}
    return StreamingResponse(_lines(here, last), headers=headers, media_type="application/jsonl")


def _lines(here: Here, last: int) -> Iterator[str]:
    with here.reading() as tx:
        for entry in verifying.entries(tx):
            if entry.seq > last:
                return
            yield json.dumps(plain(entry), sort_keys=True, ensure_ascii=False) + "\n"


def _kept(told: str) -> Head | None:
    if not told.strip():
        return None
    found = _HEAD.fullmatch(told.strip())
    if found is None:
        raise CaseError("a head is NUMBER:DIGEST, as it was shown when it was written down")
    return Head(int(found[1]), found[2])


def _begin(day: date | None, days: int = 0) -> datetime | None:
    try:
        return None if day is None else datetime.combine(day + timedelta(days=days), time(), UTC)
    except OverflowError:
        return None


def _table(here: Here, page: reading_log.LogPage, names: dict[str, str], entries: dict[str, str], limit: int) -> Table:
    found = page.entries
    kinds: dict[str, Kind] = {
        "seq": "number", "at": "when", "actor": "text", "done": "text", "case": "text", "row": "code",
        "details": "code", "digest": "code", "act": "code",
    }  # fmt: skip
    columns = [Column(key=key, title=here.say.name("audit", key), kind=kind) for key, kind in kinds.items()]
    rows: list[dict[str, Cell]] = [
        {
            "seq": entry.seq,
            "at": entry.at,
            "actor": Badge(text=here.say("audit.nobody"), tone="soft")
            if entry.actor == "-"
            else names.get(entry.actor, entry.actor),
            "done": here.say.name("audit.acts", entry.act),
            "act": entry.act,
            "case": entries.get(entry.case_id or ""),
            "row": f"{entry.kind}/{entry.row_id}" if entry.kind else None,
            "details": None if entry.details == "{}" else entry.details,
            "digest": entry.digest[:12],
        }
        for entry in found
    ]
    more = str(found[-1].seq) if len(found) == limit and found[-1].seq > 1 else None
    title = here.say("audit.entries")
    return Table(name="entries", title=title, columns=columns, rows=rows, next=more, total=page.total, more=page.more)


PAGE = Page(
    "audit",
    views=(
        View("/audit", audit, "audit.html.j2", "Entries of the log, the latest first", Permission.audit),
        View("/audit/mark", mark, "audit_mark.html.j2", "Whose watermark this is", Permission.audit),
    ),
    acts=(
        Act(
            "/audit/verify",
            verify,
            "Verify the log and every row",
            permission=Permission.audit,
            scope="read",
            template="audit_verified.html.j2",
        ),
    ),
    more=FILES,
    files=FILES,
)
