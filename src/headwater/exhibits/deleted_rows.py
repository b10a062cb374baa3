"""Rows of a SQLite database that were deleted and not yet written over: in free pages, and in the gaps of pages in use.

What can be read as a row is given as its cells with tabs between; of the rest, the runs of text.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import BinaryIO

from headwater.exhibits.batches import text_of
from headwater.exhibits.contents import Passage
from headwater.exhibits.member import Member
from headwater.exhibits.strings import passages

NAME = "deleted rows"
_HEADERS = {0x02: 12, 0x05: 12, 0x0A: 8, 0x0D: 8}
"""What a page of a tree begins with, and how long its own header is: what is a branch now was a leaf once."""
_BATCH = 4096
_SIZES = {0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 6: 8, 7: 8, 8: 0, 9: 0}
_LONGEST_HEADER = 1 << 12


def deleted_rows(member: Member, widths: frozenset[int]) -> Iterator[Passage]:
    """Give what is left of deleted rows, as passages that nobody sees who opens the database.

    ``widths`` are the numbers of columns that its tables have.
    """
    with member.open() as stream:
        held: list[str] = []
        for line in _lines(stream, widths):
            held.append(line)
            if len(held) >= _BATCH:
                yield Passage(NAME, tuple(held), hidden=True)
                held = []
        if held:
            yield Passage(NAME, tuple(held), hidden=True)


def _lines(stream: BinaryIO, widths: frozenset[int]) -> Iterator[str]:
    head = stream.read(100)
    if len(head) < 100:
        return
    size = struct.unpack_from(">H", head, 16)[0]
    size = 65536 if size == 1 else size
    if size < 512 or size & (size - 1):
        return
    usable = size - head[20]
    free = _free_pages(stream, head, size)
    number = 0
    stream.seek(0)
    while len(page := stream.read(size)) == size:
        number += 1
        for gap in _gaps(page[:usable], 100 if number == 1 else 0, free.get(number)):
            yield from _read(gap, widths)


def _free_pages(stream: BinaryIO, head: bytes, size: int) -> dict[int, int]:
    """Free pages by number, and where the data in them begins: a trunk of the list has numbers in front."""
    found: dict[int, int] = {}
    trunk = struct.unpack_from(">L", head, 32)[0]
    while trunk and trunk not in found:
        stream.seek((trunk - 1) * size)
        page = stream.read(size)
        if len(page) < size:
            break
        following, count = struct.unpack_from(">LL", page)
        count = min(count, size // 4 - 2)
        found[trunk] = 8 + 4 * count
        for leaf in struct.unpack_from(f">{count}L", page, 8):
            found.setdefault(leaf, 0)
        trunk = following
    return found


def _gaps(page: bytes, start: int, free: int | None) -> Iterator[bytes]:
    """The stretches of a page that hold nothing any more."""
    if free is not None:
        yield page[free:]
        return
    header = _HEADERS.get(page[start])
    if header is None:
        return
    block, cells, content = struct.unpack_from(">HHH", page, start + 1)
    yield page[start + header + 2 * cells : content or 65536]
    seen = set()
    while block and block not in seen and block + 4 <= len(page):
        seen.add(block)
        following, length = struct.unpack_from(">HH", page, block)
        yield page[block : block + length]
        block = following


def _read(gap: bytes, widths: frozenset[int]) -> Iterator[str]:
    """Rows where they can be told, and the text of what lies between them."""
    at = told = 0
    while at < len(gap) - 4:
        found = _whole_row(gap, at) if gap[at] else None
        found = found or _freed_row(gap, at, widths)
        if found is None:
            at += 1
            continue
        end, cells = found
        yield from _text(gap[told:at])
        yield "\t".join(cells)
        at = told = end
    yield from _text(gap[told:])


def _text(data: bytes) -> Iterator[str]:
    if data.strip(b"\0"):
        for passage in passages(io.BytesIO(data)):
            yield from passage.lines


def _whole_row(gap: bytes, at: int) -> tuple[int, list[str]] | None:
    try:
        length, place = _number(gap, at)
        _, place = _number(gap, place)
        size, types = _number(gap, place)
    except IndexError:
        return None
    if not 2 <= size <= length or size > _LONGEST_HEADER or place + length > len(gap):
        return None
    kinds = _types(gap, types, place + size)
    return _cells(gap, kinds, place + size, place + length) if kinds else None


def _freed_row(gap: bytes, at: int, widths: frozenset[int]) -> tuple[int, list[str]] | None:
    """A row whose first four bytes were written over: the types follow, all of them or (a rowid of one byte) but the first.

    Their number is that of a table's columns, and the cells have to be such as the types say.
    """
    if at + 8 > len(gap) or not struct.unpack_from(">H", gap, at + 2)[0] >= 8:
        return None
    for width in sorted(widths, reverse=True):
        for first, count in ((at + 4, width), (at + 4, width - 1), (at + 5, width)):
            place, kinds = first, list[int]()
            try:
                while len(kinds) < count:
                    kind, place = _number(gap, place)
                    kinds.append(kind)
            except IndexError:
                continue
            end = place + sum(map(_size, kinds))
            if count and end <= len(gap) and (found := _cells(gap, kinds, place, end)):
                return found
    return None


def _size(kind: int) -> int:
    return _SIZES.get(kind, 1 << 31) if kind < 12 else (kind - 12) // 2


def _types(gap: bytes, at: int, end: int) -> list[int] | None:
    kinds = []
    try:
        while at < end:
            kind, at = _number(gap, at)
            kinds.append(kind)
    except IndexError:
        return None
    return kinds if at == end else None


def _cells(gap: bytes, kinds: list[int], body: int, end: int) -> tuple[int, list[str]] | None:
    """The cells of a row of these types, whose contents have to fill the place exactly, with a text among them."""
    sizes = [_size(kind) for kind in kinds]
    if sum(sizes) != end - body or not any(kind >= 15 and kind % 2 for kind in kinds):
        return None
    cells = []
    for kind, size in zip(kinds, sizes, strict=True):
        cell = _cell(gap[body : body + size], kind)
        if cell is None:
            return None
        cells.append(cell)
        body += size
    return end, [cell for cell in cells if cell]


def _cell(data: bytes, kind: int) -> str | None:
    if kind == 0 or (kind >= 12 and not data):
        return ""
    if kind in (8, 9):
        return str(kind - 8)
    if kind == 7:
        return repr(struct.unpack(">d", data)[0])
    if kind < 7:
        return str(int.from_bytes(data, "big", signed=True))
    text = text_of(data)
    return text if text is not None or kind % 2 else ""


def _number(data: bytes, at: int) -> tuple[int, int]:
    """A number of one to nine bytes, seven bits each."""
    value = 0
    for place in range(8):
        byte = data[at + place]
        value = value << 7 | byte & 0x7F
        if byte < 0x80:
            return value, at + place + 1
    return value << 8 | data[at + 8], at + 9
