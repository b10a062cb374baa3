"""A table of the case folder laid onto a table of the lake: which column goes where, and which rows do not fit."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.sheets import Sheet
from headwater.identifiers import name as person_name
from headwater.identifiers.text import mask_text
from headwater.ingestion.tables.days import parse_days
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead, Rejected
from headwater.model.tables import SCHEMAS


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: its header, the column of the lake, and what its cells are.

    ``kind`` is text, day, count, name (masked) or free (free text, masked). A file without a ``needed`` column is not
    read; a row without a needed text is set aside.
    """

    header: str
    target: str
    kind: str = "text"
    needed: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one table of the case folder."""

    table: str
    columns: tuple[Column, ...]

    @property
    def needed(self) -> tuple[str, ...]:
        """Headers that must be there."""
        return tuple(column.header for column in self.columns if column.needed)


@dataclass(frozen=True, slots=True)
class FileRead:
    """A file that was read: what as, how many rows it gave and how many of its lines were set aside."""

    path: str
    format: str
    rows: int
    rejected: int


@dataclass(frozen=True, slots=True)
class TablesRead:
    """What came of reading some files: tables of the lake by name, lines set aside, files and parts not read."""

    tables: Mapping[str, pa.Table]
    rejected: tuple[Rejected, ...] = ()
    not_read: tuple[NotRead, ...] = ()
    files: tuple[FileRead, ...] = ()


@dataclass(slots=True)
class Collected:
    """Gathers what files give, table by table."""

    parts: dict[str, list[pa.Table]] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    not_read: list[NotRead] = field(default_factory=list)
    files: list[FileRead] = field(default_factory=list)

    def add(self, path: str, label: str, table: str, rows: pa.Table, rejected: Sequence[Rejected]) -> None:
        """Take the rows of one file."""
        self.parts.setdefault(table, []).append(rows)
        self.rejected += rejected
        self.files.append(FileRead(path, label, rows.num_rows, len(rejected)))

    def result(self, *tables: str) -> TablesRead:
        """Everything together; a table that no file filled is empty."""
        joined = {name: pa.concat_tables([SCHEMAS[name].empty_table(), *self.parts.get(name, [])]) for name in tables}
        return TablesRead(MappingProxyType(joined), tuple(self.rejected), tuple(self.not_read), tuple(self.files))


def texts(sheet: Sheet, header: str) -> pa.Array | None:
    """The cells of a column without spaces around them, empty ones null; ``None`` if there is no such column."""
    found = next((name for name in sheet.columns if folded(name) == folded(header)), None)
    if found is None:
        return None
    cells = sheet.rows.column(found).combine_chunks()
    if isinstance(cells, pa.ChunkedArray):
        cells = pa.array([], pa.string())
    cells = pc.utf8_trim_whitespace(cells)
    return pc.if_else(pc.equal(cells, ""), pa.scalar(None, pa.string()), cells)


def folded(header: str) -> str:
    """A header as it is compared: without spaces around it and without regard to capitals."""
    return header.strip().casefold()


def check_columns(sheet: Sheet, needed: Sequence[str]) -> None:
    """Insist that a table has these columns.

    :raises UnreadableError: naming the missing column, and those that are there
    """
    there = {folded(name) for name in sheet.columns}
    missing = [header for header in needed if folded(header) not in there]
    if missing and not sheet.header:
        raise UnreadableError(f"has no header; it needs the columns {', '.join(needed)}")
    if missing:
        raise UnreadableError(f"has no column {missing[0]!r}; it has {', '.join(sheet.columns)}")


def lay(sheet: Sheet, layout: Layout, source: str) -> tuple[pa.Table, list[Rejected]]:
    """Give the rows of a sheet in the lake's schema, and the lines that do not fit.

    :raises UnreadableError: if a needed column is missing
    """
    check_columns(sheet, layout.needed)
    schema = SCHEMAS[layout.table]
    arrays: dict[str, pa.Array] = {}
    faults = Faults(source, sheet)
    for column in layout.columns:
        cells = texts(sheet, column.header)
        if cells is None:
            continue
        if column.needed and column.kind == "text":
            faults.note(pc.is_null(cells), f"{column.header} is empty")
        arrays[column.target] = _CONVERT[column.kind](cells, column, faults)
    arrays["line"] = sheet.lines
    arrays["source"] = pa.array([source] * sheet.rows.num_rows, pa.string())
    filled = [arrays.get(name, pa.nulls(sheet.rows.num_rows, schema.field(name).type)) for name in schema.names]
    return pa.table(filled, schema=schema).filter(faults.sound), faults.rejected()


class Faults:
    """The rows of a sheet that do not fit, each with its first reason."""

    def __init__(self, source: str, sheet: Sheet) -> None:
        self._source, self._sheet = source, sheet
        self._reasons: dict[int, str] = {}
        self.sound = pa.array([True] * sheet.rows.num_rows, pa.bool_())

    def note(self, bad: pa.Array, reason: str) -> None:
        """Set rows aside for a reason."""
        bad = pc.fill_null(bad, False)
        if not pc.any(bad, min_count=0).as_py():
            return
        self.sound = pc.and_not(self.sound, bad)
        for line in self._sheet.lines.filter(bad).to_pylist():
            self._reasons.setdefault(line, reason)

    def rejected(self) -> list[Rejected]:
        """The lines set aside, in their order, those of the file's own layout included."""
        reasons = dict(self._sheet.rejected) | self._reasons
        return [Rejected(self._source, line, reason) for line, reason in sorted(reasons.items())]


def _text(cells: pa.Array, column: Column, faults: Faults) -> pa.Array:
    return cells


def _day(cells: pa.Array, column: Column, faults: Faults) -> pa.Array:
    days = parse_days(cells)
    faults.note(pc.and_(pc.is_valid(cells), pc.is_null(days)), f"{column.header} is no date")
    return days


def _count(cells: pa.Array, column: Column, faults: Faults) -> pa.Array:
    plain = pc.replace_substring_regex(cells, pattern=r"(?:,|\.0+$)", replacement="")
    sound = pc.match_substring_regex(plain, r"^-?\d{1,18}$")
    faults.note(pc.invert(sound), f"{column.header} is no whole number")
    return pc.if_else(pc.fill_null(sound, False), plain, None).cast(pa.int64())


def masked_names(names: pa.Array) -> pa.Array:
    """Mask the names of people; each distinct name is masked once."""
    coded = pc.dictionary_encode(names)
    masks = pa.array([person_name.mask(text) for text in coded.dictionary.to_pylist()], pa.string())
    return masks.take(coded.indices)


_CONVERT: Mapping[str, Callable[[pa.Array, Column, Faults], pa.Array]] = MappingProxyType(
    {
        "text": _text,
        "day": _day,
        "count": _count,
        "name": lambda cells, column, faults: masked_names(cells),
        "free": lambda cells, column, faults: mask_text(cells),
    }
)
