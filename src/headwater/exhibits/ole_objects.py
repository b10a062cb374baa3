"""Files and pictures that old Office documents enclose: packages, documents in storages of their own, and drawn pictures."""

from __future__ import annotations

import re
from collections.abc import Iterator

from headwater.exhibits.contents import Enclosed
from headwater.exhibits.names import shown
from headwater.exhibits.ole import Compound, Path
from headwater.exhibits.ole_copy import MOST, compound_bytes
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

NATIVE = "\x01Ole10Native"
_WHOLE = ("Package", "CONTENTS")
_DOCUMENTS = frozenset({"worddocument", "workbook", "book", "powerpoint document", "__properties_version1.0"})
_SIGNATURE = re.compile(rb"\x89PNG\r\n\x1a\n|\xff\xd8\xff|BM|II\*\0|MM\0\*")
_BLIPS = frozenset(range(0xF01D, 0xF02B))
_MOST_PICTURES = 5000


def objects(file: Compound, path: str) -> Iterator[Enclosed | NotRead]:
    """Give what lies in the storages of a compound file: each object once, by its storage."""
    for storage in sorted({stream[:-1] for stream in file.streams if len(stream) > 1}):
        name = "/".join(_plain(part) for part in storage)
        try:
            yield from _object(file, storage, name)
        except UnreadableError as error:
            yield NotRead(f"{path}!{name}", str(error))


def _object(file: Compound, storage: Path, name: str) -> Iterator[Enclosed]:
    streams = {stream[-1].lower(): stream for stream in file.below(*storage) if stream in file.streams}
    native = streams.get(NATIVE.lower())
    whole = next((streams[each.lower()] for each in _WHOLE if each.lower() in streams), None)
    if native is not None:
        label, data = unpackaged(file.read(*native))
        yield Enclosed(f"{name}/{label}" if label else name, data)
    elif whole is not None:
        yield Enclosed(name, file.read(*whole))
    elif not _DOCUMENTS.isdisjoint(streams):
        inner = {s[len(storage) :]: s for s in file.streams if s[: len(storage)] == storage}
        data_of = {short: file.read(*long) for short, long in inner.items()}
        if sum(map(len, data_of.values())) > MOST:
            raise UnreadableError(f"is a document of more than {MOST:,} bytes inside a document")
        yield Enclosed(name, compound_bytes(data_of))


def unpackaged(data: bytes) -> tuple[str, bytes]:
    """The name and the content of a file that was packaged for Office; as it is where it is none."""
    body = data[4:]
    if body[:2] != b"\x02\x00":
        return "", body if len(data) > 4 and int.from_bytes(data[:4], "little") <= len(body) else data
    label, _, rest = body[2:].partition(b"\0")
    _, _, rest = rest.partition(b"\0")
    if len(rest) < 8:
        return shown(label), rest
    skip = int.from_bytes(rest[4:8], "little")
    rest = rest[8 + skip :]
    size = int.from_bytes(rest[:4], "little")
    return shown(label), rest[4 : 4 + size]


def pictures(data: bytes, name: str) -> Iterator[Enclosed]:
    """Give the pictures that a stream holds as records of drawings: only where the record says how long each is."""
    count = 0
    for found in _SIGNATURE.finditer(data):
        at = found.start()
        for before in (17, 33):
            head = data[max(at - before - 8, 0) : at - before] if at >= before + 8 else b""
            kind, size = int.from_bytes(head[2:4], "little"), int.from_bytes(head[4:8], "little")
            if kind in _BLIPS and before < size <= len(data) - at + before:
                count += 1
                if count > _MOST_PICTURES:
                    return
                yield Enclosed(f"{name} picture {count}", data[at : at + size - before])
                break


def _plain(part: str) -> str:
    return "".join(c for c in part if c.isprintable())
