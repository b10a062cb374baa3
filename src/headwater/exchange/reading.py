"""From files to rows with identifiers: which columns of a list tell a person, and what stands in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from headwater.exchange.births import from_resident_ids, with_names
from headwater.exchange.errors import ExchangeError
from headwater.exhibits.encodings import HEAD, encoding_of
from headwater.exhibits.member import Member
from headwater.exhibits.opening import members
from headwater.exhibits.sheets import Sheet, sheets
from headwater.exhibits.text import lines
from headwater.identifiers import births, normal
from headwater.identifiers import columns as identified
from headwater.identifiers.headers import named_kinds
from headwater.identifiers.text import find_array
from headwater.model.exhibit import Exhibit, NotRead

KINDS = ("resident_id", "passport", "mobile", "email", "bank_card", "name_birth")
"""What is compared, the surest first. A name alone is no identifier, an address or a landline is a household's."""
ROWS = pa.schema([("source", pa.string()), ("line", pa.int64())])
ASIDE = pa.schema([("source", pa.string()), ("line", pa.int64()), ("reason", pa.string())])
_SURE = 0.5
_NO_TABLE = "is a text but no table"
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Part:
    """One table: its rows, and what identifiers stand in which of them (``row``, ``kind``, ``compact``: as long)."""

    headers: tuple[str, ...]
    rows: pa.Table = field(repr=False)
    row: Ints = field(repr=False)
    kind: pa.Array = field(repr=False)
    compact: pa.Array = field(repr=False)
    aside: pa.Table = field(repr=False)


def read(file: Path, named: Mapping[str, str]) -> Iterator[Part]:
    """Read every table of a file, or of the files packed in it.

    :raises ExchangeError: when nothing of it can be read, with the reason
    """
    if not file.is_file():
        raise ExchangeError("is no file" if file.exists() else "does not exist", str(file))
    exhibit = Exhibit(file.name, file, "", None, file.stat().st_size)
    faults: list[NotRead] = []
    found = 0
    for member in members(exhibit):
        for table in [member] if isinstance(member, NotRead) else sheets(member):
            if isinstance(table, Sheet):
                found += 1
                yield _sheet(table, f"{member.path}#{table.name}" if table.name else member.path, named)
            elif isinstance(member, Member) and table.reason == _NO_TABLE:
                found += 1
                yield _text(member, named)
            else:
                faults.append(table)
    if faults or not found:
        reason = faults[0].reason if faults else "holds nothing"
        raise ExchangeError(reason, faults[0].path if faults else str(file))


def _sheet(sheet: Sheet, source: str, named: Mapping[str, str]) -> Part:
    headers = sheet.columns if sheet.header else ("",) * len(sheet.columns)
    cells = [normal.as_text(column) for column in sheet.rows.columns]
    kinds = [
        named.get(name) or _kind(header, values)
        for name, header, values in zip(sheet.columns, headers, cells, strict=True)
    ]
    found = [each for kind, values in zip(kinds, cells, strict=True) if kind in KINDS for each in _column(kind, values)]
    found += _named_births(kinds, cells)
    aside = [(source, line, reason) for line, reason in sheet.rejected]
    return _part(sheet.columns, source, sheet.lines, found, aside)


def _kind(header: str, values: pa.Array) -> str | None:
    if births.is_birth(header, values):
        return "birth"
    verdict = identified.recognise(header, values)
    return verdict.kind if verdict else None


Found = tuple[Ints, str, pa.Array]
"""Rows (0-based), the kind, and the normal forms in these rows."""


def _column(kind: str, values: pa.Array) -> Iterator[Found]:
    """What is valid in a column of one kind; a cell that is not may hold several, or one among words."""
    if kind == "name_birth":
        raise ExchangeError("name_birth is made of the columns name and birth: name these")
    compact = identified.compact_array(kind, values)
    valid = np.asarray(compact.is_valid().to_numpy(zero_copy_only=False))
    yield np.flatnonzero(valid), kind, compact.filter(pa.array(valid))
    rest = np.flatnonzero(~valid & np.asarray(identified.filled(values).to_numpy(zero_copy_only=False)))
    if len(rest):
        inside = find_array(values.take(pa.array(rest)))
        inside = inside.filter(pc.equal(inside["kind"], kind))
        yield (
            rest[inside["place"].to_numpy()],
            kind,
            pa.concat_arrays([pa.array([], pa.string()), *inside["compact"].chunks]),
        )


def _named_births(kinds: list[str | None], cells: list[pa.Array]) -> list[Found]:
    """Name and birth, where a table has one column of names, and one of births or of identity numbers."""
    if kinds.count("name") != 1:
        return []
    names = identified.compact_array("name", cells[kinds.index("name")])
    if kinds.count("birth") == 1:
        days = births.compact_array(cells[kinds.index("birth")])
    elif kinds.count("resident_id") == 1:
        days = from_resident_ids(identified.compact_array("resident_id", cells[kinds.index("resident_id")]))
    else:
        return []
    both = with_names(names, days)
    valid = np.asarray(both.is_valid().to_numpy(zero_copy_only=False))
    return [(np.flatnonzero(valid), "name_birth", both.filter(pa.array(valid)))]


def _text(member: Member, named: Mapping[str, str]) -> Part:
    """A text without columns: what stands in each line. One identifier a line is judged as a column is, with its header."""
    with member.open() as stream:
        encoding = encoding_of(stream.read(HEAD)) or "utf-8"
        stream.seek(0)
        batches = list(lines(stream, encoding))
    texts = pa.array([text for batch in batches for text in batch.text], pa.string())
    numbers = pa.array([number for b in batches for number in range(b.first, b.first + len(b.text))], pa.int64())
    filled = identified.filled(texts)
    texts, numbers = texts.filter(filled), numbers.filter(filled)
    header = texts[0].as_py() if len(texts) else ""
    if header in named or named_kinds(header) - {"other"}:
        texts, numbers = texts.slice(1), numbers.slice(1)
    else:
        header = ""
    kind = named.get(header) or _kind(header, texts)
    found: list[Found]
    if kind in KINDS:
        found = list(_column(kind, texts))
    else:
        seen = find_array(texts)
        seen = seen.filter(
            pc.and_(pc.is_in(seen["kind"], value_set=pa.array(KINDS)), pc.greater_equal(seen["confidence"], _SURE))
        )
        found = [
            (part["place"].to_numpy(), kind, pa.concat_arrays([pa.array([], pa.string()), *part["compact"].chunks]))
            for kind in KINDS
            if (part := seen.filter(pc.equal(seen["kind"], kind))).num_rows
        ]
    aside = [(member.path, line, reason) for batch in batches for line, reason in batch.rejected]
    return _part((header,) if header else (), member.path, numbers, found, aside)


def _part(
    headers: tuple[str, ...], source: str, numbers: pa.Array, found: list[Found], aside: list[tuple[str, int, str]]
) -> Part:
    rows = pa.table([pa.repeat(pa.scalar(source), len(numbers)), numbers], schema=ROWS)
    row = np.concatenate([np.empty(0, np.int64), *(places for places, _, _ in found)])
    kind = pa.concat_arrays([pa.array([], pa.string()), *(pa.repeat(pa.scalar(k), len(c)) for _, k, c in found)])
    compact = pa.concat_arrays([pa.array([], pa.string()), *(c.cast(pa.string()) for _, _, c in found)])
    columns = list(zip(*aside, strict=True)) or [(), (), ()]
    return Part(
        headers,
        rows,
        row,
        kind,
        compact,
        pa.table(list(map(pa.array, columns)), schema=ASIDE) if aside else ASIDE.empty_table(),
    )
