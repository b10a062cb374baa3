"""A SQL dump (INSERT statements) as an export, rewritten literal by literal and otherwise byte for byte."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from headwater.exhibits.encodings import HEAD, encoding_of
from headwater.exhibits.member import Member
from headwater.model.errors import UnreadableError
from headwater.planting.marks import sql
from headwater.planting.marks.cutting import Cut
from headwater.planting.marks.sources import Edit, as_table
from headwater.planting.marks.texts import coded, utf8, whole

_LONGEST = 32 << 20


@dataclass(frozen=True, slots=True)
class Dump:
    """The rows that a dump's statements put into one table, the one with the most statements at its beginning."""

    member: Member
    columns: tuple[str, ...]
    encoding: str
    table: bytes
    slashes: bool
    movable: bool = False
    fixed: frozenset[int] = frozenset()

    @classmethod
    def open(cls, member: Member) -> Dump:
        """Tell the table and its columns.

        :raises UnreadableError: where the text holds no whole INSERT statement with VALUES
        """
        with member.open() as stream:
            head = stream.read(HEAD)
        encoding = encoding_of(head) or "utf-8"
        whole(member, encoding)
        slashes = sql.escapes(head)
        for text in _statements(member, encoding, slashes):
            found = sql.table_of(text, slashes)
            if found is not None and found[1]:
                return cls(member, found[1], encoding, found[0], slashes)
        raise UnreadableError("holds no INSERT statement with VALUES", member.path)

    def batches(self) -> Iterator[pa.Table]:
        """The rows, some at a time.

        :raises UnreadableError: behind the rows that can be told, where the text is torn or a statement too long
        """
        for cut in self._cuts():
            if len(cut.rows):
                yield as_table([cut.cells(place) for place in range(len(self.columns))])

    def write(self, out: Path, edit: Edit) -> int:
        """Write the dump with its changes; gives the number of rows."""
        first = 0
        with out.open("wb") as stream:
            for cut in self._cuts():
                texts = {}
                if len(cut.rows):
                    texts = edit(first, as_table([cut.cells(place) for place in range(len(self.columns))])).texts
                first += len(cut.rows)
                stream.write(coded(cut.exchanged(texts), self.encoding))
        return first

    def _cuts(self) -> Iterator[Cut]:
        for text in _statements(self.member, self.encoding, self.slashes):
            yield sql.tuples(text, self.table, len(self.columns), self.slashes)


def _statements(member: Member, encoding: str, slashes: bool) -> Iterator[bytes]:
    """The text in pieces of whole statements."""
    rest = b""
    for block in utf8(member, encoding):
        rest += block
        end = sql.last_end(sql.quiet(rest, slashes)[1])
        if not end and len(rest) > _LONGEST:
            raise UnreadableError(f"holds a statement of more than {_LONGEST:,} bytes", member.path)
        if end:
            yield rest[:end]
            rest = rest[end:]
    if rest:
        yield rest
        if sql.is_open(rest, slashes):
            raise UnreadableError("ends within quotation marks or within a row", member.path)
