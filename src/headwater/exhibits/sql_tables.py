"""Rows of a dump, gathered by table and given in batches."""

from __future__ import annotations

from collections.abc import Iterator

from headwater.exhibits.batches import CHARACTERS, ROWS, sheets_of
from headwater.exhibits.sheets import Sheet
from headwater.exhibits.sql_statements import Created, Inserted
from headwater.exhibits.sql_values import Cells

_Key = tuple[str, tuple[str, ...]]


class Tables:
    """Holds the rows that came last of every table; gives them up when they are many."""

    def __init__(self) -> None:
        self._columns: dict[str, tuple[str, ...]] = {}
        self._rows: dict[_Key, list[tuple[int, Cells]]] = {}
        self._size = 0

    def create(self, made: Created) -> None:
        """Remember the columns of a table."""
        self._columns[made.table] = made.columns
        self._columns.setdefault(made.table.rpartition(".")[2], made.columns)

    def add(self, row: Inserted) -> Iterator[Sheet]:
        """Take a row, and give what has become enough for a sheet."""
        columns = row.columns or self._columns.get(row.table) or self._columns.get(row.table.rpartition(".")[2], ())
        if len(columns) != len(row.cells) and not row.columns:
            columns = ()
        held = self._rows.setdefault((row.table, columns), [])
        held.append((row.line, row.cells))
        self._size += 64 + sum(map(len, filter(None, row.cells)))
        if self._size >= CHARACTERS:
            yield from self.finish()
        elif len(held) >= ROWS:
            yield from self._given((row.table, columns))

    def finish(self) -> Iterator[Sheet]:
        """Give all rows that are held."""
        for key in list(self._rows):
            yield from self._given(key)
        self._size = 0

    def _given(self, key: _Key) -> Iterator[Sheet]:
        table, columns = key
        yield from sheets_of(table, columns, self._rows.pop(key), header=bool(columns))
