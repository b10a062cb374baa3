"""A delimited export in any encoding and dialect, rewritten cell by cell and otherwise byte for byte."""

from __future__ import annotations

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from headwater.exhibits.digest import digest
from headwater.exhibits.member import Member
from headwater.exhibits.sheets import delimited_layout
from headwater.model.errors import UnreadableError
from headwater.planting.marks import cutting
from headwater.planting.marks.sources import Edit, as_table

BLOCK = 4 << 20
_LONGEST = 64 << 20
_KEEP = "surrogateescape"


@dataclass(frozen=True, slots=True)
class Delimited:
    """A delimited text: its encoding, its delimiter, and how many lines lie above its first row."""

    member: Member
    columns: tuple[str, ...]
    encoding: str
    joint: str
    skip: int
    movable: bool = True
    fixed: frozenset[int] = frozenset()

    @classmethod
    def open(cls, member: Member) -> Delimited:
        """Tell the layout and make sure that every byte can be written again.

        :raises UnreadableError: where the text is no table, or its encoding is not kept by a reader
        """
        layout = delimited_layout(member)
        if layout is None or len(layout[1].delimiter.encode()) != 1:
            raise UnreadableError("is a text but no table with a delimiter of one character", member.path)
        encoding, dialect = layout
        whole(member, encoding)
        return cls(member, dialect.columns, encoding, dialect.delimiter, dialect.skip)

    def batches(self) -> Iterator[pa.Table]:
        """The rows, some at a time."""
        for cut in self._cuts():
            if len(cut.rows):
                yield as_table([cut.cells(place) for place in range(len(self.columns))])

    def write(self, out: Path, edit: Edit) -> int:
        """Write the export with its changes; gives the number of rows written."""
        first = written = 0
        with out.open("wb") as stream:
            for cut in self._cuts():
                if not len(cut.rows):
                    stream.write(coded(cut.text.tobytes(), self.encoding))
                    continue
                change = edit(first, as_table([cut.cells(place) for place in range(len(self.columns))]))
                first += len(cut.rows)
                written += len(cut.rows) if change.order is None else len(change.order)
                stream.write(coded(cut.exchanged(change.texts, change.order), self.encoding))
        return written

    def _cuts(self) -> Iterator[cutting.Cut]:
        rest, skip = b"", self.skip
        for block in utf8(self.member, self.encoding):
            rest += block
            while skip and b"\n" in rest:
                line, _, rest = rest.partition(b"\n")
                skip -= 1
                yield cutting.delimited(line + b"\n", self.joint, len(line) + 3)
            mark = codecs.BOM_UTF8 if not self.skip and rest.startswith(codecs.BOM_UTF8) else b""
            if mark:
                rest = rest[len(mark) :]
                yield cutting.delimited(mark, self.joint, len(self.columns) + 9)
            cut = cutting.delimited(rest, self.joint, len(self.columns))
            end = int(cut.edges[-2]) if len(cut.edges) > 1 else 0
            if not end and len(rest) < _LONGEST:
                continue
            end = end or len(rest)
            yield cutting.delimited(rest[:end], self.joint, len(self.columns))
            rest = rest[end:]
        if rest and not skip:
            yield cutting.delimited(rest, self.joint, len(self.columns))
        elif rest:
            yield cutting.delimited(rest, self.joint, len(rest) + 3)


def utf8(member: Member, encoding: str) -> Iterator[bytes]:
    """The text as UTF-8, in blocks; bytes that are none stay recognisable and are written back as they were."""
    decoder = codecs.getincrementaldecoder(encoding)(_KEEP)
    with member.open() as stream:
        while block := stream.read(BLOCK):
            yield decoder.decode(block).encode("utf-8", "surrogatepass")
        yield decoder.decode(b"", final=True).encode("utf-8", "surrogatepass")


def coded(text: bytes, encoding: str) -> bytes:
    """UTF-8 in the encoding of the export."""
    return text.decode("utf-8", "surrogatepass").encode(encoding, _KEEP)


def whole(member: Member, encoding: str) -> None:
    """Make sure that the text can be written again byte for byte.

    :raises UnreadableError: where it cannot
    """
    state = hashlib.sha256()
    try:
        for block in utf8(member, encoding):
            state.update(coded(block, encoding))
    except UnicodeError as error:
        raise UnreadableError(f"the text is not {encoding} throughout", member.path) from error
    if member.file is None or state.hexdigest() != digest(member.file):
        raise UnreadableError(f"the text cannot be read as {encoding} and written again without a change", member.path)
