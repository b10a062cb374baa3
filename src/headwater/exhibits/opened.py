"""Everything that a file holds, whatever it is: tables in batches, running text, and what lies in files within it, however deep."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits import strings
from headwater.exhibits.comments import comments
from headwater.exhibits.contents import Content, Enclosed, Given, Passage, reader_of
from headwater.exhibits.delimited import Rows, read_delimited
from headwater.exhibits.dialect import Dialect
from headwater.exhibits.enclosing import enclosed
from headwater.exhibits.encodings import HEAD, encoding_of
from headwater.exhibits.headers import Header, lines_above
from headwater.exhibits.member import Member
from headwater.exhibits.sheets import Sheet, delimited_layout, in_forms, is_sorted, json_sheet, sheets, table_format
from headwater.exhibits.text import Batch, lines
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

_log = logging.getLogger(__name__)
FIRST_ROWS = 50_000
"""So many rows of a table come in its first batch at least, if it has them: a column is judged by them."""
NO_ROWS = "no rows"
"""The part of a delimited text in which its ragged lines are searched."""
_MANY_TORN, _LONG_TORN = 200_000, 1 << 24
_UNKNOWN = (
    "is no text and no table, and of no format that a reader knows: only the runs of text in it were looked through"
)
BINARY = "binary"
"""The format of what nobody knows."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of what a file holds. Tables of the same name that follow each other are one table in batches.

    ``member`` is the file itself, or one within it; ``format`` is what it was read as.
    """

    member: Member
    format: str
    content: Sheet | Passage | NotRead


def opened(member: Member, given: Given, depth: int = 0) -> Iterator[Piece]:
    """Give everything in a file, and in those enclosed in it; what cannot be read is a :class:`NotRead` with its reason.

    Each file gives one piece at least, be it a text without lines.
    """
    name, told = "unknown", False
    names = Counter[str]()
    try:
        name, contents = _read(member, given)
        for content in contents:
            if isinstance(content, Enclosed):
                names[content.name] += 1
                own = content.name if names[content.name] == 1 else f"{content.name}#{names[content.name]}"
                for inner in enclosed(member, own, content.data, depth + 1, given.passwords):
                    if isinstance(inner, NotRead):
                        told = True
                        yield Piece(member, name, inner)
                    else:
                        yield from opened(inner, given, depth + 1)
            else:
                told = True
                if isinstance(content, Sheet) and content.above:
                    yield Piece(member, name, _titles(content))
                yield Piece(member, name, content)
        if not told:
            yield Piece(member, name, Passage("", ()))
    except (UnreadableError, OSError) as error:
        reason = str(error) if isinstance(error, UnreadableError) else f"cannot be read: {error.strerror or 'torn'}"
        yield Piece(member, name, NotRead(member.path, reason))
    except Exception as error:  # a reader may fail in any way, and what its error says may hold what it read
        _log.warning("%s: its reader failed (%s)", member.path, type(error).__name__)
        yield Piece(member, name, NotRead(member.path, f"its reader failed ({type(error).__name__})"))


def _read(member: Member, given: Given) -> tuple[str, Iterator[Content]]:
    with member.open() as stream:
        head = stream.read(HEAD)
    if not head:
        return "empty", iter([Passage("", ())])
    reader = reader_of(member)
    if reader is not None:
        return reader.name, reader.read(member, given)
    kind = table_format(head)
    if kind is None:
        return BINARY, _binary(member)
    if kind != "delimited":
        beside = comments(member, given) if kind == "workbook" else ()
        return kind, chain(sheets(member, given.passwords), beside)
    layout = delimited_layout(member)
    if layout is not None:
        return "delimited", _table(member, *layout)
    sheet = json_sheet(member)
    return ("json", iter([sheet])) if sheet is not None else ("text", _text(member, head))


def _titles(sheet: Sheet) -> Passage:
    """What stands above a table, as a text of its own; lines keep their numbers."""
    told = dict(sheet.above)
    first, last = min(told), max(told)
    name = f"{sheet.name} above the table".strip()
    return Passage(name, tuple(told.get(number, "") for number in range(first, last + 1)), first, sheet.hidden)


def _above(member: Member, encoding: str, dialect: Dialect) -> tuple[tuple[int, str], ...]:
    """The lines above the rows of a delimited text."""
    with member.open() as stream:
        batch = next(iter(lines(stream, encoding)), None)
    told = batch.text[: dialect.skip] if batch is not None and dialect.skip else []
    rows = [line.split(dialect.delimiter) for line in told]
    return lines_above(rows, range(1, len(rows) + 1), Header(len(rows), dialect.columns, dialect.header))


def _binary(member: Member) -> Iterator[Content]:
    """The printable runs of a file that nobody knows, as of a memory dump or an unallocated stretch of a disk."""
    yield NotRead(member.path, _UNKNOWN)
    with member.open() as stream:
        yield from strings.passages(stream)


def _table(member: Member, encoding: str, dialect: Dialect) -> Iterator[Sheet | Passage]:
    """A delimited text in batches, the first of them large (one without rows where there are none), then the lines that are no rows."""
    waiting: list[Rows] = []
    torn: list[tuple[int, str]] = []
    told = filled = False
    above = _above(member, encoding, dialect)
    with member.open() as stream:
        for rows in read_delimited(stream, dialect, encoding):
            waiting.append(rows)
            torn += rows.torn
            if sum(part.table.num_rows for part in waiting) >= FIRST_ROWS:
                sheet, filled = _batch(waiting, dialect, filled or not told)
                yield sheet if told or filled else replace(sheet, above=above)
                waiting, told = [], True
            if len(torn) >= _MANY_TORN or sum(len(text) for _, text in torn) > _LONG_TORN:
                yield from _no_rows(torn)
                torn = []
    if waiting or not told:
        sheet, filled = _batch(waiting, dialect, filled or not told)
        yield sheet if told or filled else replace(sheet, above=above)
    yield from _no_rows(torn)


def _no_rows(torn: Sequence[tuple[int, str]]) -> Iterator[Passage]:
    """Lines of a table that are no rows of it, as a text: what stands in them is found, though not in columns."""
    start = 0
    for place in range(1, len(torn) + 1):
        if place == len(torn) or torn[place][0] != torn[place - 1][0] + 1:
            yield Passage(NO_ROWS, tuple(text for _, text in torn[start:place]), torn[start][0])
            start = place


def _batch(parts: list[Rows], dialect: Dialect, maybe_forms: bool) -> tuple[Sheet, bool]:
    """A batch, and whether it was of forms: where the first is not, no later one is."""
    schema = pa.schema([(name, pa.string()) for name in dialect.columns])
    rows = pa.concat_tables([schema.empty_table(), *(part.table.cast(schema) for part in parts)]).combine_chunks()
    numbers = pa.concat_arrays([pa.array([], pa.int64()), *(part.lines for part in parts)])
    if not is_sorted(numbers):  # rows that were read once more come after those around them
        order = pc.sort_indices(numbers)
        rows, numbers = rows.take(order), numbers.take(order)
    rejected = sorted(bad for part in parts for bad in part.rejected)
    first = numbers[0].as_py() if len(numbers) else dialect.skip + 1
    sheet = Sheet("", tuple(rows.column_names), rows, first, dialect.header, numbers, tuple(rejected))
    forms = in_forms(sheet) if maybe_forms else None
    return (sheet, False) if forms is None else (forms, True)


def _with_last_line(batches: Iterator[Batch]) -> Iterator[Batch]:
    """The batches, with a last line that has no line end in the one before: it may go with the lines above."""
    held: Batch | None = None
    for batch in batches:
        if held is not None and not batch.complete:
            held = Batch(held.first, held.text + batch.text, batch.end_offset, False, held.rejected + batch.rejected)
            continue
        if held is not None:
            yield held
        held = batch
    if held is not None:
        yield held


def _text(member: Member, head: bytes) -> Iterator[Passage | NotRead]:
    encoding = encoding_of(head)
    assert encoding is not None  # table_format said that it is a text
    aside: list[tuple[int, str]] = []
    with member.open() as stream:
        for batch in _with_last_line(lines(stream, encoding)):
            yield Passage("", tuple(batch.text), batch.first)
            aside += batch.rejected
    if aside:
        line, reason = aside[0]
        yield NotRead(member.path, f"{len(aside)} lines could not be read, the first of them line {line}: {reason}")
