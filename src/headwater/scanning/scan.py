"""Files become holdings: every table and text in them, and a reason for each that nobody could read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from headwater.exhibits.encodings import HEAD, encoding_of
from headwater.exhibits.member import Member
from headwater.exhibits.sheets import Sheet, delimited_layout, json_sheet, sheets, table_format
from headwater.exhibits.text import lines
from headwater.model.exhibit import NotRead
from headwater.model.tables import SCHEMAS
from headwater.scanning.holdings import SCHEMA, Place
from headwater.scanning.layout import SCHEMA as COLUMNS
from headwater.scanning.layout import plain
from headwater.scanning.own import OwnShape
from headwater.scanning.parts import SCHEMA as PARTS
from headwater.scanning.persons import persons
from headwater.scanning.scanner import Found, Scanner
from headwater.store.tokens import Tokeniser

_CHUNK = 1 << 20
_SET_ASIDE = "{} lines could not be read, the first of them line {}: {}"


@dataclass(frozen=True, slots=True)
class Scanned:
    """What came of one file: tables as the lake has them, and what could not be read of it."""

    holdings: pa.Table
    documents: pa.Table
    not_read: tuple[NotRead, ...] = ()
    parts: pa.Table = field(default_factory=PARTS.empty_table)
    columns: pa.Table = field(default_factory=COLUMNS.empty_table)


def scan(
    members: Iterable[Member],
    *,
    role: str,
    holder: str | None,
    tokeniser: Tokeniser,
    own: Sequence[OwnShape] = (),
    known: Iterable[str] = (),
) -> Iterator[Scanned]:
    """Scan files one after the other; ``role`` is seized, leak or chat, ``holder`` whose files they are.

    ``known`` are the names of the protected data sets' columns: a header that is one of them is told.
    """
    scanner = Scanner(tokeniser, tuple(own), {plain(name): name.lower() for name in known})
    for member in members:
        yield _scan(member, scanner, role, holder)


def _scan(member: Member, scanner: Scanner, role: str, holder: str | None) -> Scanned:
    with member.open() as stream:
        head = stream.read(HEAD)
    if not head:
        return _together(member, role, holder, [])
    if table_format(head) == "delimited" and delimited_layout(member) is None:
        table = json_sheet(member)
        if table is not None:
            return _together(member, role, holder, [_sheet(table, member, scanner, role, holder)])
        return _together(member, role, holder, [_text(member, head, scanner, Place(member.path, "", holder, role))])
    found = [_sheet(part, member, scanner, role, holder) for part in sheets(member)]
    return _together(member, role, holder, found)


@dataclass(frozen=True, slots=True)
class _Document:
    """One table or text of a file, scanned."""

    sheet: str
    rows: int
    found: Found
    not_read: tuple[NotRead, ...] = ()


def _sheet(
    part: Sheet | NotRead, member: Member, scanner: Scanner, role: str, holder: str | None
) -> _Document | NotRead:
    if isinstance(part, NotRead):
        return part
    found = scanner.sheet(part, Place(member.path, part.name, holder, role))
    return _Document(part.name, part.rows.num_rows, found, _set_aside(member, part.rejected))


def _text(member: Member, head: bytes, scanner: Scanner, place: Place) -> _Document:
    encoding = encoding_of(head)
    assert encoding is not None  # table_format said that it is a text
    parts: list[Found] = []
    rejected: list[tuple[int, str]] = []
    count = 0
    with member.open() as stream:
        for batch in lines(stream, encoding):
            numbers = pa.array(range(batch.first, batch.first + len(batch.text)), pa.int64())
            parts.append(scanner.texts(pa.array(batch.text, pa.string()), numbers, place))
            rejected += batch.rejected
            count += sum(1 for line in batch.text if line)
    return _Document("", count, _as_one(parts), _set_aside(member, rejected))


def _as_one(parts: Sequence[Found]) -> Found:
    return Found(
        pa.concat_tables([SCHEMA.empty_table(), *(p.holdings for p in parts)]).combine_chunks(),
        pa.concat_tables([PARTS.empty_table(), *(p.parts for p in parts)]).combine_chunks(),
        pa.concat_tables([COLUMNS.empty_table(), *(p.columns for p in parts)]).combine_chunks(),
    )


def _set_aside(member: Member, rejected: Sequence[tuple[int, str]]) -> tuple[NotRead, ...]:
    if not rejected:
        return ()
    line, reason = rejected[0]
    return (NotRead(member.path, _SET_ASIDE.format(len(rejected), line, reason)),)


def _together(member: Member, role: str, holder: str | None, found: Sequence[_Document | NotRead]) -> Scanned:
    documents = [d for d in found if isinstance(d, _Document)]
    not_read = [n for d in found for n in ((d,) if isinstance(d, NotRead) else d.not_read)]
    digest = _digest(member)
    rows = [
        {
            "source": member.path,
            "sheet": d.sheet,
            "holder": holder,
            "role": role,
            "rows": d.rows,
            "persons": persons(d.found.holdings).count,
            "sha256": digest,
        }
        for d in documents
    ]
    found_in = _as_one([d.found for d in documents])
    return Scanned(
        found_in.holdings,
        pa.Table.from_pylist(rows, SCHEMAS["documents"]),
        tuple(not_read),
        found_in.parts,
        found_in.columns,
    )


def _digest(member: Member) -> str:
    state = hashlib.sha256()
    with member.open() as stream:
        while chunk := stream.read(_CHUNK):
            state.update(chunk)
    return state.hexdigest()
