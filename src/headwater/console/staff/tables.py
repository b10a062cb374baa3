"""What a book says of an account or a person as tables of a page: who sat there, devices, data sets, accounts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from headwater.casework.reports.figures import share
from headwater.casework.reports.words import Words
from headwater.console.models import Cell, Column, Kind, Link, Table
from headwater.console.staff.kept import Account, Book, Seat

MOST = 200
"""So many rows of one table are shown; of more it is said how many there are."""


def columns(say: Words, *wanted: tuple[str, Kind]) -> list[Column]:
    """Columns that the words of the page name by their keys."""
    return [Column(key=key, title=say(f"staff.{key}"), kind=kind) for key, kind in wanted]


def table(name: str, say: Words, heads: list[Column], rows: Iterable[dict[str, Cell]]) -> Table:
    """A table that the words of the page name."""
    every = list(rows)
    return Table(name=name, title=say(f"staff.table_{name}"), columns=heads, rows=every[:MOST], total=len(every))


def seats(name: str, root: str, say: Words, found: Sequence[Seat]) -> Table:
    """Who is thought to have sat at which account and device."""
    heads = columns(
        say, ("person", "text"), ("account", "text"), ("device", "text"), ("desk_of", "text"), ("sittings", "number"),
        ("expected", "number"), ("surest", "percent"), ("first", "day"), ("last", "day"),
    )  # fmt: skip
    rows: list[dict[str, Cell]] = [
        {
            "person": leads(root, s.person) if s.person != "?" else say("staff.outsider"),
            "account": leads(root, s.account),
            "device": s.device,
            "desk_of": leads(root, s.desk_of) if s.desk_of else None,
            "sittings": s.sittings,
            "expected": round(s.read),
            "surest": s.surest,
            "first": s.first.isoformat(),
            "last": s.last.isoformat(),
        }
        for s in found
    ]
    return table(name, say, heads, rows)


def sets(root: str, say: Words, found: Sequence[tuple[Any, ...]]) -> Table:
    """What was read of each data set."""
    heads = columns(
        say,
        ("account", "text"),
        ("dataset", "text"),
        ("acts", "number"),
        ("records", "number"),
        ("first", "day"),
        ("last", "day"),
    )
    rows: list[dict[str, Cell]] = [
        {
            "account": leads(root, account), "dataset": dataset, "acts": acts, "records": records,
            "first": first.isoformat(), "last": last.isoformat(),
        }
        for account, dataset, acts, records, first, last in found
    ]  # fmt: skip
    return table("sets", say, heads, rows)


def accounts(root: str, say: Words, book: Book, found: Sequence[Account]) -> Table:
    """Accounts with what they read in all, and how much of it the owner's business explains."""
    heads = columns(
        say, ("account", "text"), ("kind", "text"), ("days_read", "number"), ("read", "number"), ("lists", "number"),
        ("opened", "number"), ("share", "text"), ("usual_share", "text"), ("first", "day"), ("last", "day"),
    )  # fmt: skip
    rows: list[dict[str, Cell]] = [
        {
            "account": leads(root, a.id), "kind": say.name("staff.kinds", a.kind), "days_read": a.days, "read": a.read,
            "lists": a.lists, "opened": a.opened, "share": part(a.share), "usual_share": part(book.usual_share(a)),
            "first": a.first.isoformat(), "last": a.last.isoformat(),
        }
        for a in found
    ]  # fmt: skip
    return table("accounts", say, heads, rows)


def part(value: float | None) -> str | None:
    """A part of a whole, in percent."""
    return None if value is None else share(value, 1)


def leads(root: str, pseudonym: str) -> Link:
    """A person or an account that leads to its page."""
    return Link(text=pseudonym, href=f"{root}/staff/{pseudonym}")
