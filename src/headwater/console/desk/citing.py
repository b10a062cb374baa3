"""Statements and cited lines as tables that pages show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from headwater.console.models import Cell, Column, Shown, Table

MOST = 500
"""Cited lines of one table; all are in the answer."""


class Stated(Shown):
    """A sentence with its weight: bits below zero speak for the person."""

    text: str
    bits: float | None
    lines: list[str]
    """The lines that it rests on: file and number."""


def stated(statements: Iterable[Mapping[str, Any]]) -> list[Stated]:
    """Statements of an answer."""
    return [
        Stated(
            text=str(s.get("text")), bits=s.get("bits"), lines=[place(e) for e in list(s.get("evidence") or ())[:20]]
        )
        for s in statements
        if isinstance(s, Mapping)
    ]


def place(line: Mapping[str, Any]) -> str:
    """A cited line as one writes it.

    >>> place({"source": "logs/proxy.log", "line": 12}), place({"source": "a.xlsx"})
    ('logs/proxy.log:12', 'a.xlsx')
    """
    number = line.get("line")
    return f"{line.get('source')}:{number}" if number is not None else str(line.get("source"))


def cited(row: Mapping[str, Any], name: str, title: str, heads: tuple[str, str]) -> Table:
    """The lines that a row and its statements rest on, each once, by file and number."""
    several = [row, *(s for s in row.get("statements") or () if isinstance(s, Mapping))]
    lines = {(str(e.get("source")), int(e.get("line") or 0)) for each in several for e in each.get("evidence") or ()}
    rows: list[dict[str, Cell]] = [{"source": source, "line": line} for source, line in sorted(lines)]
    columns = [
        Column(key="source", title=heads[0], kind="code"),
        Column(key="line", title=heads[1], kind="number"),
    ]
    return Table(name=name, title=title, columns=columns, rows=rows[:MOST], total=len(rows))
