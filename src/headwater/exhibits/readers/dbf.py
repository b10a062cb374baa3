"""Tables of dBase, FoxPro and Clipper, with their long texts where the file of these lies beside; deleted records where wanted."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import ExitStack

from headwater.exhibits.batches import sheets_of
from headwater.exhibits.contents import Content, Given
from headwater.exhibits.dbf_layout import Column, Layout, Memo, layout_of, memo_in, moment, page_of
from headwater.exhibits.encodings import HEAD
from headwater.exhibits.member import Member
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

_READ = 1 << 20
_MEMO = frozenset("MGPB")


class _Dbf:
    """Reads tables of dBase and its kin."""

    name = "dbf"

    def fits(self, head: bytes, member: Member) -> bool:
        """Its head has to add up: the lengths of all columns are that of a record."""
        return layout_of(head) is not None

    def read(self, member: Member, given: Given) -> Iterator[Content]:
        """Give the records by their numbers, and those that are marked as deleted as a sheet of their own."""
        with ExitStack() as opened:
            stream = opened.enter_context(member.open())
            head = stream.read(HEAD)
            layout = layout_of(head)
            if layout is None:
                raise UnreadableError("is no table of dBase, or a damaged one", member.path)
            table = _Table(member, layout, page_of(layout, head[layout.start :]), _memo(member, layout, opened))
            names = [column.name.decode(table.page, "replace") for column in layout.columns if column.kind != "0"]
            yield from sheets_of("", names, table.records(deleted=False))
            if given.deleted:
                rows = list(sheets_of("deleted records", names, table.records(deleted=True), hidden=True))
                yield from (sheet for sheet in rows if sheet.rows.num_rows)
            yield from (NotRead(member.path, fault) for fault in table.faults())


READER = _Dbf()


def _memo(member: Member, layout: Layout, opened: ExitStack) -> Memo | None:
    """The file with the long texts, found beside the table on the disk, however its name is written."""
    if member.file is None or not any(column.kind in _MEMO for column in layout.columns):
        return None
    for beside in sorted(member.file.parent.glob("*")):
        if beside.stem.lower() == member.file.stem.lower() and beside.suffix.lower() in (".dbt", ".fpt"):
            return memo_in(opened.enter_context(beside.open("rb")), fox=beside.suffix.lower() == ".fpt")
    return None


class _Table:
    """The records of a table."""

    def __init__(self, member: Member, layout: Layout, page: str, memo: Memo | None) -> None:
        self.page = page
        self._member, self._layout, self._memo = member, layout, memo
        self._missing = self._torn = 0

    def records(self, *, deleted: bool) -> Iterator[tuple[int, list[str | None]]]:
        size, number = self._layout.size, 0
        columns = [column for column in self._layout.columns if column.kind != "0"]
        with self._member.open() as stream:
            stream.seek(self._layout.start)
            rest = b""
            while data := stream.read(_READ):
                data = rest + data
                for at in range(0, len(data) - size + 1, size):
                    if data[at] == 0x1A and number >= self._layout.records:
                        return
                    number += 1
                    if (data[at] == 0x2A) == deleted:
                        yield number, [self._cell(data[at + c.start : at + c.start + c.size], c) for c in columns]
                rest = data[len(data) // size * size :]
        if not deleted:
            self._torn = max(0, self._layout.records - number)

    def faults(self) -> Iterator[str]:
        if self._torn:
            yield f"is torn off: {self._torn:,} records are missing"
        if self._missing:
            yield f"the file with the long texts (.dbt, .fpt) was not there: {self._missing:,} of them were not read"

    def _cell(self, raw: bytes, column: Column) -> str | None:
        kind, size = column.kind, column.size
        try:
            if kind in "I+" and size == 4:
                return str(struct.unpack("<l", raw)[0])
            if kind in "T@" and size == 8:
                return moment(raw)
            if kind == "Y" and size == 8:
                return f"{struct.unpack('<q', raw)[0] / 10000:.4f}"
            if kind in "BO" and size == 8:
                return repr(struct.unpack("<d", raw)[0]).removesuffix(".0")
        except (struct.error, OverflowError, ValueError):
            return None
        if kind in _MEMO and size in (4, 10):
            return self._long(raw)
        text = raw.decode(self.page, "replace").strip(" \0")
        return _day(text) if kind == "D" else text or None

    def _long(self, raw: bytes) -> str | None:
        digits = raw.strip(b" \0")
        number = int.from_bytes(raw, "little") if len(raw) == 4 else int(digits) if digits.isdigit() else 0
        if not number:
            return None
        if self._memo is None:
            self._missing += 1
            return None
        return self._memo.text(number).decode(self.page, "replace").strip(" \0") or None


def _day(text: str) -> str | None:
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if len(text) == 8 and text.isdigit() else text or None
