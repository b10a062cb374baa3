"""Persons and accounts under pseudonyms: a year against colleagues, who sat there, devices, data sets, what business explains."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import Path, Query

from headwater.console.desk.asking import Slice
from headwater.console.desk.narrowing import Filter, narrowing
from headwater.console.errors import GoneError
from headwater.console.here import CaseHere, InCase
from headwater.console.models import After, Badge, Cell, Chart, Column, Done, Kind, Limit, Link, Shown, Sought, Table
from headwater.console.staff import tables, year
from headwater.console.staff.kept import Account, Book, book_of
from headwater.console.twin import Act, Page, View
from headwater.store.casebook.permissions import Permission

Pseudonym = Annotated[str, Path(pattern="^[SU]-[0-9a-f]{10}$", description="The pseudonym of a person or an account.")]
Value = Annotated[str, Query(max_length=200)]
JOB = "staff"
SOME = 20
"""So many findings, incidents and leaks are named on a card."""
MARKED = 200
"""The days of so many incidents are marked in a year."""


class Staff(Shown):
    """Everybody of the house, under pseudonyms."""

    people: Table
    filters: list[Filter]
    ready: bool
    """Whether what everybody read was added up; until then no sums are shown."""


class Accounts(Shown):
    """Every account that the tables or the logs name, under pseudonyms."""

    accounts: Table
    filters: list[Filter]
    ready: bool


class Card(Shown):
    """A person or an account: what was read in a year, beside colleagues, and who is thought to have sat there."""

    id: str
    kind: Literal["person", "account"]
    facts: list[tuple[str, str | Link]]
    ready: bool
    """Whether what everybody read was added up."""
    said: str
    """What this says of him, in a sentence."""
    year: Chart | None
    weeks: Chart | None
    earlier: str | None
    later: str | None
    accounts: Table | None
    sat: Table | None
    """Who is thought to have sat at these accounts."""
    elsewhere: Table | None
    """Of a person: accounts of others at which he is thought to have sat."""
    sets: Table | None
    incidents: Table
    findings: Table
    leaks: Table


StaffSort = Literal["", "department", "-department", "job", "-job", "findings", "-findings", "incidents", "-incidents"]


def staff(
    here: CaseHere,
    q: Sought = "",
    department: Value = "",
    job: Value = "",
    sort: StaffSort = "-incidents",
    after: After = None,
    limit: Limit = 50,
) -> Staff:
    """Everybody of the house, those of incidents first."""
    where = {name: value for name, value in (("department", department), ("job", job)) if value}
    found, book, say = here.desk.rows("staff", q, where, sort, after, limit), _book(here), here.say
    sums = book.sums(str(r["id"]) for r in found.rows) if book else {}
    rows = [_person(here, row, sums) for row in found.rows]
    heads = [
        *tables.columns(say, ("person", "text")), *_sorted(say, "department", "job"), *tables.columns(say, ("accounts", "text")),
        *_sorted(say, "incidents", "findings", kind="number"), *tables.columns(say, ("read", "number"), ("days_read", "number")),
    ]  # fmt: skip
    filters = [
        narrowing(here.desk, "staff", name, value, say(f"staff.{name}"))
        for name, value in (("department", department), ("job", job))
    ]
    return Staff(
        people=_table("people", here, heads, rows, found),
        filters=[f for f in filters if f.choices],
        ready=book is not None,
    )


AccountSort = Literal["", "owner", "-owner", "kind", "-kind", "findings", "-findings", "incidents", "-incidents"]


def accounts(
    here: CaseHere, q: Sought = "", kind: Value = "", system: Value = "", sort: AccountSort = "-incidents", after: After = None,
    limit: Limit = 50,
) -> Accounts:  # fmt: skip
    """Every account, those of incidents first."""
    where = {name: value for name, value in (("kind", kind), ("system", system)) if value}
    found, book, say = here.desk.rows("accounts", q, where, sort, after, limit), _book(here), here.say
    known = {a.id: a for a in book.accounts(str(r["id"]) for r in found.rows)} if book else {}
    rows = [_account(here, row, known.get(str(row["id"]))) for row in found.rows]
    heads = [
        *tables.columns(say, ("account", "text")), *_sorted(say, "owner", "kind"), *tables.columns(say, ("system", "text")),
        *_sorted(say, "incidents", "findings", kind="number"),
        *tables.columns(say, ("read", "number"), ("days_read", "number"), ("share", "text")),
    ]  # fmt: skip
    filters = [
        narrowing(here.desk, "accounts", "kind", kind, say("staff.kind"), lambda k: say.name("staff.kinds", k)),
        narrowing(here.desk, "accounts", "system", system, say("staff.system")),
    ]
    return Accounts(
        accounts=_table("accounts", here, heads, rows, found),
        filters=[f for f in filters if f.choices],
        ready=book is not None,
    )


def card(here: CaseHere, id: Pseudonym, until: date | None = None) -> Card:
    """A person or an account: the year that ends with a day, colleagues, who sat there, and what is held against it."""
    is_person = id.startswith("S-")
    row = here.desk.one("staff" if is_person else "accounts", id)
    book = _book(here)
    own = (book.of(id) if is_person else book.accounts([id])) if book else []
    if row is None and not own:
        raise GoneError("there is nobody of that pseudonym in this case")
    row = row or {"id": id}
    owned = sorted({a.id for a in own} | set(row.get("accounts") or ())) if is_person else [id]
    days = _story(here, owned)
    drawn = _drawn(here, book, own, row, days, until) if book and book.holds and own else _Drawn()
    return Card(
        id=id,
        kind="person" if is_person else "account",
        facts=_facts(here, row, is_person),
        ready=book is not None,
        said=_said(here, book, own, is_person),
        accounts=tables.accounts(here.root, here.say, book, own) if book and own else None,
        sat=tables.seats("sat", here.root, here.say, book.sat_at(owned)) if book and owned else None,
        elsewhere=tables.seats("elsewhere", here.root, here.say, book.sat_as(id, owned))
        if book and is_person
        else None,
        sets=tables.sets(here.root, here.say, book.sets(owned)) if book and owned else None,
        incidents=_incidents(here, "considered" if is_person else "account", id),
        findings=_findings(here, "employee" if is_person else "account", id),
        leaks=_leaks(here, "employee" if is_person else "account", id),
        **drawn,
    )


class _Drawn(dict[str, Any]):
    """The pictures of a year, or that there are none."""

    def __init__(self, **told: Any) -> None:
        super().__init__({"year": None, "weeks": None, "earlier": None, "later": None} | told)


def _drawn(
    here: InCase,
    book: Book,
    own: list[Account],
    row: Mapping[str, Any],
    days: Mapping[date, tuple[str, ...]],
    until: date | None,
) -> _Drawn:
    person = str(row["id"]) if str(row["id"]).startswith("S-") else own[0].owner
    told = year.year(book, own, person, days, until)
    earlier = (told.first - timedelta(days=1)).isoformat() if told.first > book.first else None
    later = min(told.last + timedelta(days=year.DAYS), book.last).isoformat() if told.last < book.last else None
    return _Drawn(year=year.heat(told, here.say), weeks=year.weeks(told, here.say), earlier=earlier, later=later)


def _said(here: InCase, book: Book | None, own: list[Account], is_person: bool) -> str:
    if book is None:
        return ""
    if not own:
        return here.say("staff.read_nothing")
    opened, explained = sum(a.opened or 0 for a in own), sum(a.explained or 0 for a in own)
    said = here.say(
        "staff.read_words", read=f"{sum(a.read for a in own):,}", days=f"{sum(a.days for a in own):,}", n=len(own)
    )
    if not opened:
        return f"{said} {here.say('staff.none_opened')}"
    usual = book.usual_share(own[0]) if len(own) == 1 else None  # one account is no measure of several
    share = here.say("staff.explained_words", share=f"{explained / opened:.0%}", opened=f"{opened:,}")
    peers = here.say("staff.explained_peers", usual=f"{usual:.0%}") if usual is not None else ""
    return f"{said} {share} {peers}".strip()


def _facts(here: InCase, row: Mapping[str, Any], is_person: bool) -> list[tuple[str, str | Link]]:
    names = ("department", "job", "site", "left") if is_person else ("kind", "system", "created", "disabled")
    told: list[tuple[str, str | Link]] = []
    if row.get("owner"):
        told.append((here.say("staff.owner"), tables.leads(here.root, str(row["owner"]))))
    for name in names:
        if row.get(name):
            value = here.say.name("staff.kinds", row[name]) if name == "kind" else str(row[name])
            told.append((here.say(f"staff.{name}"), value))
        elif name in ("department", "job", "site") and row.get(name, "") is None:
            told.append((here.say(f"staff.{name}"), here.say("staff.few")))
    return told


def _story(here: InCase, accounts: list[str]) -> dict[date, tuple[str, ...]]:
    """The days of incidents on which these accounts read, with the incidents' ranks."""
    found: dict[date, set[str]] = defaultdict(set)
    for row in (
        here.desk.rows("incidents", where={"account": accounts}, limit=MARKED, whole=True).rows if accounts else ()
    ):
        for told in row.get("year") or ():
            if told.get("account") in accounts:
                for day in told.get("incident") or ():
                    found[date.fromisoformat(day)].add(str(row["rank"]))
    return {day: tuple(sorted(ranks, key=int)) for day, ranks in found.items()}


def _incidents(here: InCase, mark: str, id: str) -> Table:
    found = here.desk.rows("incidents", where={mark: id}, limit=SOME, whole=True)
    likely: tuple[tuple[str, Kind], ...] = (("likely", "percent"),) if mark == "considered" else ()
    heads = tables.columns(
        here.say,
        ("incident", "text"),
        *likely,
        ("from", "day"),
        ("to", "day"),
        ("subjects", "number"),
        ("bits", "bits"),
    )
    rows: list[dict[str, Cell]] = [
        {
            "incident": Link(text=f"{r['rank']}. {r['title']}", href=f"{here.root}/incidents/{r['rank']}"),
            "likely": next((p["probability"] for p in r.get("people") or () if p["employee"] == id), None),
            **{k: r.get(k) for k in ("from", "to", "subjects", "bits")},
        }
        for r in found.rows
    ]
    return _table("incidents", here, heads, rows, found)


def _findings(here: InCase, mark: str, id: str) -> Table:
    found = here.desk.rows("findings", where={mark: id}, sort="-bits", limit=SOME)
    heads = tables.columns(
        here.say, ("finding", "text"), ("from", "day"), ("to", "day"), ("subjects", "number"), ("bits", "bits")
    )
    rows: list[dict[str, Cell]] = [
        {
            "finding": Link(text=str(r["title"]), href=f"{here.root}/findings/one?id={quote(str(r['id']), safe='')}"),
            **{k: r.get(k) for k in ("from", "to", "subjects", "bits")},
        }
        for r in found.rows
    ]
    return _table("findings", here, heads, rows, found)


def _leaks(here: InCase, mark: str, id: str) -> Table:
    """Leaks laid to an account; of a person, to accounts at which he is thought to have sat, with how likely he did."""
    found, is_person = here.desk.rows("leaks", where={mark: id}, limit=SOME, whole=True), mark == "employee"
    mine = [
        (leak, t) for leak in found.rows for t in leak["takers"] if id in (t["account"], *(t.get("employees") or ()))
    ]
    sat: tuple[tuple[str, Kind], ...] = (("account", "text"), ("sat_there", "percent")) if is_person else ()
    heads = tables.columns(
        here.say, ("leak", "text"), ("dataset", "text"), ("rows_explained", "number"), ("source_probability", "percent"), *sat,
    )  # fmt: skip
    rows = [_laid(here, leak, taker, id if is_person else "") for leak, taker in mine]
    return _table("leaks", here, heads, rows, replace(found, total=max(found.total, len(rows))))


def _laid(here: InCase, leak: Mapping[str, Any], taker: Mapping[str, Any], person: str) -> dict[str, Cell]:
    """Rows of a leak that are laid to an account, and how likely a ``person`` sat there."""
    href = f"{here.root}/leaks/one?leak={quote(str(leak['leak']), safe='')}"
    told: dict[str, Cell] = {
        "leak": Link(text=str(leak["leak"]), href=href),
        "dataset": leak.get("dataset"),
        "rows_explained": taker.get("rows_explained"),
        "source_probability": taker.get("probability"),
    }
    if person:
        told["account"] = tables.leads(here.root, str(taker["account"]))
        told["sat_there"] = next((p["probability"] for p in taker.get("people") or () if p["employee"] == person), None)
    return told


def _person(here: InCase, row: Mapping[str, Any], sums: Mapping[str, tuple[int, int]]) -> dict[str, Cell]:
    read, days = sums.get(str(row["id"]), (None, None))
    return {
        "person": tables.leads(here.root, str(row["id"])),
        **{
            name: here.say("staff.few") if row.get(name, "") is None else row[name] or None
            for name in ("department", "job")
        },
        "accounts": ", ".join(row.get("accounts") or ()) or None,
        **{name: _counted(here, row, name) for name in ("incidents", "findings")},
        "read": read,
        "days_read": days,
    }


def _account(here: InCase, row: Mapping[str, Any], known: Account | None) -> dict[str, Cell]:
    return {
        "account": tables.leads(here.root, str(row["id"])),
        "owner": tables.leads(here.root, str(row["owner"])) if row.get("owner") else None,
        "kind": here.say.name("staff.kinds", row.get("kind")),
        "system": row.get("system") or None,
        **{name: _counted(here, row, name) for name in ("incidents", "findings")},
        "read": known.read if known else None,
        "days_read": known.days if known else None,
        "share": tables.part(known.share) if known else None,
    }


def _counted(here: InCase, row: Mapping[str, Any], name: str) -> Cell:
    count = int(row.get(name) or 0)
    return Badge(text=f"{count:,}", tone="warn") if count and name == "incidents" else count


def _sorted(say: Any, *names: str, kind: Literal["text", "number"] = "text") -> list[Column]:
    return [Column(key=name, title=say(f"staff.{name}"), kind=kind, sort=name) for name in names]


def _table(name: str, here: InCase, heads: list[Column], rows: list[dict[str, Cell]], found: Slice) -> Table:
    title = here.say(f"staff.table_{name}")
    return Table(
        name=name,
        title=title,
        columns=heads,
        rows=rows,
        next=found.next,
        total=found.total,
        more=found.more,
        short=list(found.short),
    )


def _book(here: InCase) -> Book | None:
    told = here.desk.part("case")
    return book_of(here.served.workspace, told.get("manifest") if isinstance(told, dict) else None)


def add_up(here: CaseHere) -> Done:
    """Add up what everybody read, as a job: once for each state of the lake."""
    told = here.desk.part("case")
    job = here.house.jobs.start(JOB, here.served, here.user.id, {"answer": told.get("manifest")})
    return Done(to=f"{here.root}/jobs/{job.id}", said=here.say("staff.begun"), id=job.id)


PAGE = Page(
    "staff",
    views=(
        View("/cases/{case}/staff", staff, "staff.html.j2", "Everybody of the house, under pseudonyms"),
        View("/cases/{case}/staff/accounts", accounts, "staff_accounts.html.j2", "Every account, under pseudonyms"),
        View(
            "/cases/{case}/staff/{id}",
            card,
            "staff_card.html.j2",
            "A person or an account: a year, colleagues, who sat there",
        ),
    ),
    acts=(Act("/cases/{case}/staff/book", add_up, "Add up what everybody read", permission=Permission.judge),),
)
