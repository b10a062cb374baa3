"""What was read, what was not and why, and which lines were set aside."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal

from fastapi import Query

from headwater.casework.reports import why
from headwater.console.desk.asking import Slice
from headwater.console.desk.narrowing import Filter, chosen, narrowing
from headwater.console.here import CaseHere, InCase
from headwater.console.models import After, Cell, Column, Kind, Limit, Shown, Sought, Table
from headwater.console.twin import Page, View

Code = Annotated[str, Query(max_length=500)]
FileSort = Literal["", "path", "-path", "bytes", "-bytes", "rows", "-rows", "rejected", "-rejected"]
LineSort = Literal["", "source", "-source", "line", "-line"]


class Read(Shown):
    """The files that were read."""

    files: Table
    filters: list[Filter]
    totals: dict[str, int]
    """Of all files: `files`, `rows`, `rejected` lines, `not_read`."""


class NotRead(Shown):
    """The files that could not be read, and why: what they hold is missing from every page."""

    files: Table
    filters: list[Filter]
    totals: dict[str, int]


class Rejected(Shown):
    """Lines that were set aside because they could not be understood. Lists name the first thousand; all are counted."""

    lines: Table
    filters: list[Filter]
    totals: dict[str, int]


def read(
    here: CaseHere, q: Sought = "", format: Code = "", sort: FileSort = "", after: After = None, limit: Limit = 50
) -> Read:
    """The files that were read, with their digests."""
    say = here.say
    found = here.desk.rows("files", q, chosen(format=format), sort, after, limit)
    columns = _columns(
        here, ("path", "code", "path"), ("format", "text", ""), ("bytes", "size", "bytes"), ("rows", "number", "rows"),
        ("rejected", "number", "rejected"), ("sha256", "code", ""),
    )  # fmt: skip
    filters = [narrowing(here.desk, "files", "format", format, say("files.format"), partial(say.name, "files.formats"))]
    table = _table(here, "files", say("files.read"), columns, found)
    rows = [row | {"format": say.name("files.formats", row["format"])} for row in table.rows]
    return Read(files=table.model_copy(update={"rows": rows}), filters=filters, totals=_totals(here))


def not_read(here: CaseHere, q: Sought = "", code: Code = "", after: After = None, limit: Limit = 50) -> NotRead:
    """The files that could not be read, and the reason of each."""
    say = here.say
    found = here.desk.rows("not_read", q, chosen(code=code), "", after, limit)
    columns = _columns(here, ("path", "code", ""), ("reason", "text", ""), ("first_line", "text", ""))
    filters = [narrowing(here.desk, "not_read", "code", code, say("files.why"))]
    table = _table(here, "not-read", say("files.not_read"), columns, found)
    return NotRead(files=table, filters=filters, totals=_totals(here))


def rejected(
    here: CaseHere,
    q: Sought = "",
    source: Code = "",
    reason: Code = "",
    sort: LineSort = "",
    after: After = None,
    limit: Limit = 50,
) -> Rejected:
    """The first thousand lines that were set aside, by file and number, with the reason of each."""
    say = here.say
    found = here.desk.rows("rejected", q, chosen(source=source, reason=reason), sort, after, limit)
    columns = _columns(here, ("source", "code", "source"), ("line", "number", "line"), ("reason", "text", ""))
    filters = [
        narrowing(here.desk, "rejected", "source", source, say("files.source")),
        narrowing(here.desk, "rejected", "reason", reason, say("files.reason"), partial(why.said, lang=here.lang)),
    ]
    table = _table(here, "rejected", say("files.set_aside"), columns, found)
    return Rejected(lines=table, filters=filters, totals=_totals(here))


def _columns(here: InCase, *told: tuple[str, Kind, str]) -> list[Column]:
    return [Column(key=key, title=here.say(f"files.{key}"), kind=kind, sort=sort) for key, kind, sort in told]


def _table(here: InCase, name: str, title: str, columns: list[Column], found: Slice) -> Table:
    rows: list[dict[str, Cell]] = [{c.key: _cell(row.get(c.key)) for c in columns} for row in found.rows]
    for row in rows:
        if "reason" in row:  # readers say it in English
            row["reason"] = why.said(str(row["reason"]), here.lang)
    return Table(
        name=name,
        title=title,
        columns=columns,
        rows=rows,
        next=found.next,
        total=found.total,
        more=found.more,
        short=list(found.short),
    )


def _cell(value: Any) -> Cell:
    return value if value is None or isinstance(value, str | int | float) else str(value)


def _totals(here: InCase) -> dict[str, int]:
    told = here.desk.part("read.totals") or {}
    return {name: int(told.get(name) or 0) for name in ("files", "rows", "rejected", "not_read")}


PAGE = Page(
    "files",
    views=(
        View("/cases/{case}/files", read, "files.html.j2", "What was read"),
        View("/cases/{case}/files/not-read", not_read, "files.html.j2", "What was not read, and why"),
        View("/cases/{case}/files/rejected", rejected, "files.html.j2", "Lines that were set aside"),
    ),
)
