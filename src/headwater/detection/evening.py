"""What was known on an evening: the lake and the organisation's tables, cut after a day.

Detectors are asked "what would you have said that evening": nothing about a day may use a later day. They read events
through the engine, so an engine that leaves later days out makes every detector honest, also one that a third party wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from types import MappingProxyType
from typing import Any

import ibis
import pyarrow as pa
import pyarrow.compute as pc

from headwater.model.organisation import Account, Organisation, Person
from headwater.model.tables import EVENT_TABLES
from headwater.store.engine import Engine

BEGINS = MappingProxyType(
    {
        "people": "hired",
        "accounts": "created",
        "entitlements": "starts",
        "absences": "starts",
        "tickets": "starts",
        "relations": "starts",
        "records": "valid_from",
        "subjects": "valid_from",
        "complaints": "received",
    }
)
"""The tables without days of which each row says from when on it was there: the column; rows that do not say always were."""


class CutEngine:
    """An engine whose lake ends with an evening.

    Events are those of the days up to it; relations, tickets, versions of records and all else that has a beginning,
    those that had begun. What is kept is kept once, for all evenings: an act's sitting does not depend on what came after.
    """

    def __init__(self, whole: Engine, until: date) -> None:
        self.name = whole.name
        self._whole = whole
        self._until = until

    def table(self, name: str) -> ibis.Table:
        """The rows that were there on the evening."""
        rows = self._whole.table(name)
        if name in EVENT_TABLES:
            return rows.filter(rows.day <= self._until)
        if name in BEGINS:
            begins = rows[BEGINS[name]]
            return rows.filter(begins.isnull() | (begins <= self._until))
        return rows

    def memory(self, name: str, rows: pa.Table) -> ibis.Table:
        """A small Arrow table as an expression."""
        return self._whole.memory(name, rows)

    def holds(self, name: str) -> bool:
        """Whether the lake has any row of a table, of whatever day."""
        return self._whole.holds(name)

    def keep(self, name: str, make: Callable[[Engine], ibis.Table]) -> ibis.Table:
        """Rows that many lean on, up to the evening where they have a ``day``."""
        rows = self._whole.keep(name, make)
        return rows.filter(rows.day <= self._until) if "day" in rows.columns else rows

    def daily(self, name: str, table: str, make: Callable[[Engine, ibis.Table], ibis.Table]) -> pa.Table:
        """Rows of which each rests on one day, up to the evening."""
        rows = self._whole.daily(name, table, make)
        return rows.filter(pc.field("day") <= self._until)

    def pieces(self, table: str, make: Callable[[Engine, ibis.Table], ibis.Table]) -> Iterator[pa.Table]:
        """What is made of the days up to the evening, stretch by stretch."""
        return self._whole.pieces(table, lambda _whole, rows: make(self, rows.filter(rows.day <= self._until)))

    def matches(self, text: Any, pattern: str) -> Any:
        """Whether a column matches a regular expression, as the engine does it."""
        return self._whole.matches(text, pattern)

    def arrow(self, expression: ibis.Table) -> pa.Table:
        """Run an expression."""
        return self._whole.arrow(expression)


def as_known(org: Organisation, evening: date) -> Organisation:
    """The organisation's tables as they could be known on an evening.

    Tables do not say when a row was entered. A notice is known from the day it was given, a departure from the notice
    or else from its day on, a hire, an account, a right, an absence and a ticket from the day on which they begin.
    """
    people = {e: _person(p, evening) for e, p in org.people.items() if not (p.hired and p.hired > evening)}
    return replace(
        org,
        people=people,
        accounts={name: kept for name, rows in org.accounts.items() if (kept := tuple(_accounts(rows, evening)))},
        entitlements=tuple(r for r in org.entitlements if not (r.starts and r.starts > evening)),
        absences={
            e: taken for e, spans in org.absences.items() if (taken := tuple(s for s in spans if s.starts <= evening))
        },
        tickets=tuple(t for t in org.tickets if t.starts <= evening),
        residents={place: e for place, e in org.residents.items() if e in people},
        numbers={folded: e for folded, e in org.numbers.items() if e in people},
    )


def _person(person: Person, evening: date) -> Person:
    resigned = person.resigned if person.resigned and person.resigned <= evening else None
    left = person.left if person.left and (resigned or person.left <= evening) else None
    return replace(person, resigned=resigned, left=left)


def _accounts(rows: tuple[Account, ...], evening: date) -> list[Account]:
    begun = [r for r in rows if not (r.created and r.created > evening)]
    return [replace(r, disabled=r.disabled if r.disabled and r.disabled <= evening else None) for r in begun]
