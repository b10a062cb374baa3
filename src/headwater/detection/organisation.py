"""The organisation's tables of the lake as one object to ask."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

from headwater.model.evidence import Citation
from headwater.model.organisation import Account, Entitlement, Organisation, Person, Span
from headwater.store.lake import Lake


def organisation(lake: Lake) -> Organisation:
    """Read people, accounts, rights, absences and tickets. Costs their size in memory: they are small tables."""
    people = {row["employee"]: _person(row) for row in _rows(lake, "people")}
    accounts: dict[str, list[Account]] = defaultdict(list)
    for row in _rows(lake, "accounts"):
        accounts[row["account"]].append(_account(row))
    absences: dict[str, list[Span]] = defaultdict(list)
    for row in _rows(lake, "absences"):
        absences[row["employee"]].append(_span(row, row["employee"], row["kind"] or ""))
    return Organisation(
        people=people,
        accounts={name: tuple(rows) for name, rows in accounts.items()},
        entitlements=tuple(_right(row) for row in _rows(lake, "entitlements")),
        absences={who: tuple(spans) for who, spans in absences.items()},
        tickets=tuple(_span(row, row["principal"], row["ticket"]) for row in _rows(lake, "tickets")),
        residents=_residents(people),
        numbers={employee.casefold(): employee for employee in sorted(people, reverse=True)},
    )


def _rows(lake: Lake, table: str) -> list[dict[str, Any]]:
    return lake.read(table).to_pylist()  # type: ignore[no-any-return]


def _cited(row: dict[str, Any]) -> Citation:
    return Citation(row["source"], row["line"])


def _person(row: dict[str, Any]) -> Person:
    texts = {name: row[name] or "" for name in ("name", "department", "role", "grade", "site")}
    dates = {name: row[name] for name in ("hired", "left", "resigned")}
    places = {"workstation": row["workstation"], "ip": row["ip"]}
    values: dict[str, Any] = {**texts, **dates, **places}
    return Person(employee=row["employee"], cited=_cited(row), **values)


def _account(row: dict[str, Any]) -> Account:
    kind = (row["kind"] or "person").strip().lower()
    return Account(
        row["account"], row["system"] or "", row["owner"], kind, row["created"], row["disabled"], _cited(row)
    )


def _right(row: dict[str, Any]) -> Entitlement:
    return Entitlement(
        row["principal"],
        row["dataset"],
        row["action"],
        row["rows_per_day"],
        row["starts"],
        row["ends"],
        _cited(row),
    )


def _span(row: dict[str, Any], who: str, label: str) -> Span:
    starts = row["starts"] or date.min
    return Span(who, starts, row["ends"] or date.max, label, row.get("dataset"), _cited(row))


def _residents(people: dict[str, Person]) -> dict[str, str]:
    """Device and address of each desk to the person who sits there; a desk with two people belongs to neither."""
    claimed: dict[str, set[str]] = defaultdict(set)
    for person in people.values():
        for place in (person.workstation, person.ip):
            if place:
                claimed[place].add(person.employee)
    return {place: next(iter(who)) for place, who in claimed.items() if len(who) == 1}
