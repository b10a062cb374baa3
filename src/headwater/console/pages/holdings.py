"""What is where: who holds how many people's data, whom of ours, who has persons in common, and which file was made of which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import Query

from headwater.casework.reports.words import words as report_words
from headwater.console.desk.narrowing import Filter, narrowing
from headwater.console.errors import GoneError
from headwater.console.here import CaseHere, InCase
from headwater.console.holders import drawn
from headwater.console.holders.sharing import common_of
from headwater.console.models import After, Cell, Chart, Column, Limit, Link, Shown, Sought, Table
from headwater.console.twin import Page, View

DRAWN = 200
"""Holders among whom those with most people of ours are drawn."""
FILES = 1000
Sort = Literal["", "rows", "-rows", "persons", "-persons"]
Role = Literal["", "seized", "leak"]


class Holdings(Shown):
    """What is held where."""

    holders: Table
    """One row per holder, and one per leaked file."""
    filters: list[Filter]
    ours: Chart | None
    """People of our data sets, by holder."""
    ready: bool
    """Whether files were compared with each other; until then nothing is said of what they have in common."""
    common: Chart | None
    lineage: Chart | None
    same: Table | None


class Holder(Shown):
    """One holder's files, or one leaked file."""

    holder: str
    role: Literal["seized", "leak"]
    person: Link | None
    """Whose desk or account it is, where the roster tells."""
    leak: Link | None
    """What attribution says of these files."""
    rows: int
    persons: int
    items: Table
    overlap: Table
    files: Table
    common: Table


def holdings(
    here: CaseHere, q: Sought = "", role: Role = "", sort: Sort = "-persons", after: After = None, limit: Limit = 50
) -> Holdings:
    """Who holds how many people's data, and whom of ours."""
    desk, say = here.desk, here.say
    found = desk.rows("holdings", q, {"role": role} if role else None, sort, after, limit)
    heads = [
        Column(key="holder", title=say("holdings.holder")),
        Column(key="role", title=say("holdings.role")),
        Column(key="files", title=say("holdings.files"), kind="number"),
        *(Column(key=k, title=say(f"holdings.{k}"), kind="number", sort=k) for k in ("rows", "persons")),
        Column(key="ours", title=say("holdings.people_of_ours"), kind="number"),
        Column(key="items", title=say("holdings.items")),
    ]
    rows = [_row(here, each) for each in found.rows]
    table = Table(
        name="holders",
        title=say("holdings.holders"),
        columns=heads,
        rows=rows,
        next=found.next,
        total=found.total,
        more=found.more,
        short=list(found.short),
    )
    shared = common_of(here.served.workspace, _answer(here))
    largest = desk.rows("holdings", sort="-persons", limit=DRAWN)
    chosen = narrowing(desk, "holdings", "role", role, say("holdings.role"), lambda r: say.name("holdings.roles", r))
    return Holdings(
        holders=table,
        filters=[chosen] if chosen.choices else [],
        ours=drawn.ours(largest.rows, say, largest.total - len(largest.rows)),
        ready=shared is not None,
        common=drawn.common(shared["holders"], say) if shared else None,
        lineage=drawn.arrows(shared["made"], say) if shared else None,
        same=drawn.same(shared["same"], say) if shared and shared["same"] else None,
    )


def holder(
    here: CaseHere, holder: Annotated[str, Query(max_length=2000, description="The holder, as the list names it.")]
) -> Holder:
    """One holder: files, kinds of data, people of ours, and who else has the same persons."""
    row, say = here.desk.one("holdings", holder), here.say
    if row is None:
        raise GoneError("there is no such holder in this answer")
    told = report_words(here.lang)
    person = row.get("employee")
    name = holder if row.get("role") == "leak" else f"seized/{holder}"
    files = list(row.get("files") or ())
    items = {told.name("category", kind): count for kind, count in (row.get("items") or {}).items()}
    return Holder(
        holder=holder,
        role="leak" if row.get("role") == "leak" else "seized",
        person=Link(text=str(person), href=f"{here.root}/staff/{person}") if person else None,
        leak=_leak(here, name),
        rows=int(row.get("rows") or 0),
        persons=int(row.get("persons") or 0),
        items=_counts("items", say("holdings.items"), say("holdings.item"), items, say),
        overlap=_counts("overlap", say("holdings.people_of_ours"), say("holdings.dataset"), row.get("overlap") or {}, say),
        files=_files(here, files),
        common=_common(here, holder),
    )  # fmt: skip


def _row(here: InCase, row: Mapping[str, Any]) -> dict[str, Cell]:
    told, name = report_words(here.lang), str(row["holder"])
    items = sorted((row.get("items") or {}).items(), key=lambda pair: (-pair[1], pair[0]))[:4]
    return {
        "holder": Link(text=name, href=f"{here.root}/holdings/one?holder={quote(name, safe='')}"),
        "role": here.say.name("holdings.roles", row.get("role")),
        "files": len(row.get("files") or ()),
        "rows": row.get("rows"),
        "persons": row.get("persons"),
        "ours": sum((row.get("overlap") or {}).values()),
        "items": ", ".join(f"{told.name('category', kind)} {n:,}" for kind, n in items) or None,
    }


def _leak(here: InCase, name: str) -> Link | None:
    if here.desk.one("leaks", name) is None:
        return None
    return Link(text=name, href=f"{here.root}/leaks/one?leak={quote(name, safe='')}")


def _counts(name: str, title: str, what: str, counts: Mapping[str, int], say: Any) -> Table:
    heads = [Column(key="what", title=what), Column(key="n", title=say("holdings.count"), kind="number")]
    rows: list[dict[str, Cell]] = [
        {"what": k, "n": n} for k, n in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    return Table(name=name, title=title, columns=heads, rows=rows, total=len(rows))


def _files(here: InCase, files: list[Mapping[str, Any]]) -> Table:
    say = here.say
    heads = [
        Column(key="path", title=say("holdings.file"), kind="code"),
        Column(key="rows", title=say("holdings.rows"), kind="number"),
        Column(key="persons", title=say("holdings.persons"), kind="number"),
    ]
    most = sorted(files, key=lambda f: (-int(f.get("persons") or 0), str(f.get("path"))))[:FILES]
    rows: list[dict[str, Cell]] = [{k: f.get(k) for k in ("path", "rows", "persons")} for f in most]
    return Table(name="files", title=say("holdings.files"), columns=heads, rows=rows, total=len(files))


def _common(here: InCase, holder: str) -> Table:
    say, shared = here.say, common_of(here.served.workspace, _answer(here)) or {}
    found = [
        (p["b"] if p["a"] == holder else p["a"], p["persons"])
        for p in shared.get("holders", ())
        if holder in (p["a"], p["b"])
    ]
    rows: list[dict[str, Cell]] = [
        {"other": Link(text=name, href=f"{here.root}/holdings/one?holder={quote(name, safe='')}"), "persons": n}
        for name, n in found
    ]
    heads = [
        Column(key="other", title=say("holdings.other")),
        Column(key="persons", title=say("holdings.persons_common"), kind="number"),
    ]
    return Table(name="common", title=say("holdings.common"), columns=heads, rows=rows[:FILES], total=len(rows))


def _answer(here: InCase) -> str | None:
    told = here.desk.part("case")
    return told.get("manifest") if isinstance(told, Mapping) else None


PAGE = Page(
    "holdings",
    views=(
        View(
            "/cases/{case}/holdings",
            holdings,
            "holdings.html.j2",
            "What is where, what holders have in common, and lineage",
        ),
        View("/cases/{case}/holdings/one", holder, "holder.html.j2", "One holder's files, or one leaked file"),
    ),
)
