"""Reading one log file: which reader fits, line by line or as declared, and what is left over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import pyarrow as pa

from headwater.exhibits.encodings import encoding_of
from headwater.exhibits.member import Member
from headwater.exhibits.parquet import is_parquet
from headwater.exhibits.text import lines
from headwater.identifiers.text import mask_line
from headwater.ingestion import evtx
from headwater.ingestion.choosing import choose, parsers
from headwater.ingestion.mappings import RAW_TABLES, mappings_for, read_mapped
from headwater.ingestion.parsing import Context, Lines, Parsed, Parser
from headwater.model.declared import DECLARED
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead, Rejected
from headwater.model.settings import LogMapping, Settings
from headwater.store.tokens import Tokeniser

HEAD_BYTES = 1 << 16
HEAD_LINES = 200


@dataclass(frozen=True, slots=True)
class Position:
    """Where a reading stopped: bytes and whole lines behind it, the reader and what it must remember."""

    reader: str = ""
    offset: int = 0
    line: int = 0
    state: str = ""


@dataclass(frozen=True, slots=True)
class Piece:
    """A batch of a log: raw rows by kind, or rows of tables of the lake (``ready``), with what was set aside."""

    raw: dict[str, pa.Table] = field(default_factory=dict)
    ready: dict[str, pa.Table] = field(default_factory=dict)
    rejected: tuple[Rejected, ...] = ()
    passed: int = 0
    position: Position | None = None


@dataclass(frozen=True, slots=True)
class LogReader:
    """What reading a log takes besides the file."""

    settings: Settings
    context: Context
    tokeniser: Tokeniser

    def read(self, member: Member, start: Position | None = None) -> Iterator[Piece | NotRead]:
        """Read a member; ``start`` takes up a plain text log where it was left."""
        mapped = mappings_for(self.settings, member)
        if mapped:
            for mapping in mapped:
                if mapping.table not in DECLARED:  # chats, bills and address books are a stage of their own
                    yield from self._declared(mapping, member)
            return
        with member.open() as stream:
            head = stream.read(HEAD_BYTES)
        if not head:
            yield NotRead(member.path, "empty file")
        elif evtx.is_evtx(head):
            yield from self._binary(member)
        elif is_parquet(head):
            yield NotRead(member.path, "a Parquet file: say in a [[logs]] block of headwater.toml what it holds")
        else:
            yield from self._text(member, head, start or Position())

    def _declared(self, mapping: LogMapping, member: Member) -> Iterator[Piece | NotRead]:
        try:
            for rows, rejected in read_mapped(mapping, member, self.context.zone, self.tokeniser):
                position = Position(reader=f"declared [[logs]] {mapping.block}")
                if mapping.table in RAW_TABLES:
                    yield Piece(raw={mapping.table: rows}, rejected=tuple(rejected), position=position)
                else:
                    yield Piece(ready={mapping.table: rows}, rejected=tuple(rejected), position=position)
        except UnreadableError as error:
            yield NotRead(member.path, str(error))

    def _binary(self, member: Member) -> Iterator[Piece | NotRead]:
        try:
            with member.open() as stream:
                for parsed in evtx.read(stream):
                    yield _piece(parsed, member, Position(reader="evtx"))
        except UnreadableError as error:
            yield NotRead(member.path, str(error))

    def _text(self, member: Member, head: bytes, start: Position) -> Iterator[Piece | NotRead]:
        encoding = encoding_of(head)
        if encoding is None:
            yield NotRead(member.path, "binary, and no reader knows it")
            return
        text = head.decode(encoding, errors="replace").lstrip("\ufeff")
        first = text.splitlines()[:HEAD_LINES]
        if len(head) == HEAD_BYTES and len(first) > 1:
            first = first[:-1] if len(first) < HEAD_LINES else first  # the last line of a cut head is torn
        kind = choose(first) if not start.offset else known(start.reader)
        if kind is None:
            reason = "no reader knows this format; declare it with a [[logs]] block in headwater.toml"
            yield NotRead(member.path, reason, mask_line(first[0][:200]) if first else "")
            return
        parser = kind(self.context)
        if start.offset:
            parser.resume(start.state)
        yield from self._parse(member, encoding, parser, start)

    def _parse(self, member: Member, encoding: str, parser: Parser, start: Position) -> Iterator[Piece]:
        with member.open() as stream:
            if start.offset:
                stream.seek(start.offset)
            done, whole = start, True
            for batch in lines(stream, encoding, first_line=start.line + 1):
                parsed = parser.feed(Lines(batch.first, batch.text))
                done = Position(parser.name, batch.end_offset, batch.first + len(batch.text) - 1, parser.state())
                whole = batch.complete
                aside = tuple(Rejected(member.path, n, reason) for n, reason in batch.rejected)
                yield _piece(parsed, member, done, aside)
            rest = parser.finish()
            # a torn line, or a record that may go on, was read as it stands: when the log has grown it is read anew
            settled = whole and not rest.rejected and not any(t.num_rows for t in rest.rows.values())
            yield _piece(rest, member, done if settled else Position(parser.name))


def known(reader: str) -> type[Parser] | None:
    """The parser of that name, if it is (still) there: only it can read on where it stopped."""
    return next((parser for parser in parsers() if parser.name == reader), None)


def _piece(parsed: Parsed, member: Member, position: Position, aside: tuple[Rejected, ...] = ()) -> Piece:
    skip = {r.line for r in aside}  # an undecodable line came as an empty one: it is said once
    bad = tuple(Rejected(member.path, b.line, b.reason) for b in parsed.rejected if b.line not in skip)
    return Piece(raw=dict(parsed.rows), rejected=(*aside, *bad), passed=parsed.passed, position=position)
