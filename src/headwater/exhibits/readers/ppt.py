"""Presentations of 1997 to 2003 (.ppt, .pps): text of slides, notes and comments, older versions of slides, enclosed files."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator

from headwater.exhibits.contents import Content, Enclosed, Given
from headwater.exhibits.locked import is_locked
from headwater.exhibits.member import Member
from headwater.exhibits.ole import compound, has_stream
from headwater.exhibits.ole_objects import objects, pictures
from headwater.exhibits.passages import passages
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

_MAIN = "PowerPoint Document"
_TOPS = {1000: "outline", 1006: "slide", 1008: "notes", 1016: "master", 4041: "handout"}
_WIDE, _NARROW, _STRING, _OBJECT = 0x0FA0, 0x0FA8, 0x0FBA, 0x1011
_EDIT, _DIRECTORY = 0x0FF5, 0x1772
_MOST_EDITS, _MOST_OBJECT = 10_000, 256 << 20

Record = tuple[int, int, int, int]
"""Version, type, start and end of a record's content."""


class Ppt:
    """Reads presentations in the compound format."""

    name = "ppt"

    def fits(self, head: bytes, member: Member) -> bool:
        """Tell by the stream that holds the slides; an encrypted one belongs to another reader."""
        if not has_stream(head, member, _MAIN):
            return False
        with member.open() as stream:
            return is_locked(io.BytesIO(stream.read())) is not True

    def read(self, member: Member, given: Given) -> Iterator[Content]:
        """Give the text of each part, then objects and pictures."""
        with compound(member) as file:
            data = file.read(_MAIN)
            try:
                live = _live(data, file.read("Current User"))
            except UnreadableError:
                live = set()
            numbers = dict.fromkeys(_TOPS.values(), 0)
            for version, kind, start, end in _records(data, 0, len(data)):
                if kind in _TOPS and version == 0xF:
                    name = _TOPS[kind]
                    numbers[name] += 1
                    old = bool(live) and start - 8 not in live
                    title = f"{name} {numbers[name]}{', an older version' if old else ''}"
                    yield from passages(title, _texts(data, start, end), hidden=old or name in ("master", "handout"))
                elif kind == _OBJECT:
                    yield _object(data[start:end], version, member.path)
            yield from objects(file, member.path)
            if file.has("Pictures"):
                yield from pictures(file.read("Pictures"), "Pictures")


def _records(data: bytes, start: int, end: int) -> Iterator[Record]:
    """The records that lie side by side; one that claims more than there is ends where the data ends."""
    while start + 8 <= end:
        first, kind, size = struct.unpack_from("<HHI", data, start)
        stop = min(start + 8 + size, end)
        yield first & 0xF, kind, start + 8, stop
        start = stop


def _texts(data: bytes, start: int, end: int) -> Iterator[str]:
    """The texts of a container, in the order of its records and without recursion."""
    waiting = [_records(data, start, end)]
    while waiting:
        record = next(waiting[-1], None)
        if record is None:
            waiting.pop()
            continue
        version, kind, begin, stop = record
        if version == 0xF and stop > begin:
            waiting.append(_records(data, begin, stop))
        elif kind in (_WIDE, _STRING):
            yield data[begin:stop].decode("utf-16-le", "replace")
        elif kind == _NARROW:
            yield data[begin:stop].decode("latin-1")


def _live(data: bytes, current: bytes) -> set[int]:
    """Where the parts lie that the last saving of the presentation still has; empty where that is not told."""
    places: dict[int, int] = {}
    edit, seen = int.from_bytes(current[16:20], "little"), set[int]()
    while 0 < edit <= len(data) - 28 and edit not in seen and len(seen) < _MOST_EDITS:
        seen.add(edit)
        _, kind, _, _, _, before, directory = struct.unpack_from("<HHIIIII", data, edit)
        if kind != _EDIT:
            break
        for number, place in _directory(data, directory):
            places.setdefault(number, place)
        edit = before
    return set(places.values())


def _directory(data: bytes, start: int) -> Iterator[tuple[int, int]]:
    for _, kind, at, end in _records(data, start, len(data)):
        if kind != _DIRECTORY:
            return
        while at + 4 <= end:
            head = int.from_bytes(data[at : at + 4], "little")
            first, count = head & 0xFFFFF, head >> 20
            at += 4
            for number in range(min(count, (end - at) // 4)):
                yield first + number, int.from_bytes(data[at + 4 * number : at + 4 * number + 4], "little")
            at += 4 * count
        return


def _object(body: bytes, version: int, path: str) -> Content:
    try:
        unpacker = zlib.decompressobj()
        data = unpacker.decompress(body[4:], _MOST_OBJECT)
    except zlib.error:
        data = body
    return Enclosed("object", data) if data else NotRead(f"{path}!object", "the enclosed object is damaged")


READER = Ppt()
