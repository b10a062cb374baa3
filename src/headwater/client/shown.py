"""What the console shows, as a program reads it: tables with rows, and cells that lead somewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

Cell = str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Link:
    """A text that leads to an address of the console."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table: its values by column, and where its cells lead."""

    values: Mapping[str, Cell]
    links: Mapping[str, Link]

    def __getitem__(self, column: str) -> Cell:
        return self.values[column]

    def __contains__(self, column: object) -> bool:
        return column in self.values

    def __iter__(self) -> Iterator[str]:
        return iter(self.values)


@dataclass(frozen=True, slots=True)
class TablePart:
    """Some rows of a table: ``next`` is the cursor of those after them."""

    name: str
    columns: Mapping[str, str]
    rows: tuple[Row, ...]
    next: str | None
    total: int | None


def table(told: Mapping[str, Any]) -> TablePart:
    """A table of an answer."""
    columns = {str(c["key"]): str(c["title"]) for c in told["columns"]}
    rows = tuple(_row(row) for row in told["rows"])
    return TablePart(str(told["name"]), columns, rows, told.get("next"), told.get("total"))


def tables(told: Any) -> Iterator[TablePart]:
    """Every table of an answer, as deep as they lie."""
    if isinstance(told, Mapping):
        if {"name", "columns", "rows"} <= set(told):
            yield table(told)
        else:
            for part in told.values():
                yield from tables(part)
    elif isinstance(told, list):
        for part in told:
            yield from tables(part)


def _row(told: Mapping[str, Any]) -> Row:
    values: dict[str, Cell] = {}
    links: dict[str, Link] = {}
    for key, cell in told.items():
        if isinstance(cell, Mapping):  # a link, or a badge
            values[key] = str(cell.get("text", ""))
            if "href" in cell:
                links[key] = Link(str(cell.get("text", "")), str(cell["href"]))
        else:
            values[key] = cell
    return Row(values, links)
