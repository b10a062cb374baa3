"""Writes small, valid EVTX files: one chunk per call's worth of records, events as plain binary XML (no templates).

After the published description of the format (libevtx documentation by Joachim Metz). For tests only.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

Element = tuple[str, Mapping[str, str], "list[Element] | str"]
_CHUNK = 65536
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def event(number: int, computer: str, time: datetime, data: Mapping[str, str], provider: str) -> Element:
    """One event as a tree: System and EventData."""
    return (
        "Event",
        {"xmlns": "http://schemas.microsoft.com/win/2004/08/events/event"},
        [
            (
                "System",
                {},
                [
                    ("Provider", {"Name": provider}, ""),
                    ("EventID", {}, str(number)),
                    ("TimeCreated", {"SystemTime": time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")}, ""),
                    ("Computer", {}, computer),
                ],
            ),
            ("EventData", {}, [("Data", {"Name": name}, value) for name, value in data.items()]),
        ],
    )


def file_of(records: Iterable[tuple[datetime, Element]]) -> bytes:
    """A whole file, its records numbered from 1."""
    chunk, count = _chunk(list(records))
    header = struct.pack("<8sQQQIHHHH", b"ElfFile\0", 0, 0, count + 1, 128, 1, 3, 4096, 1).ljust(120, b"\0")
    header += struct.pack("<II", 0, zlib.crc32(header))
    return header.ljust(4096, b"\0") + chunk


def _chunk(records: list[tuple[datetime, Element]]) -> tuple[bytes, int]:
    body = b""
    last = 512
    for number, (time, root) in enumerate(records, 1):
        last = 512 + len(body)
        xml = b"\x0f\x01\x01\x00" + _element(root, last + 24 + 4) + b"\x00"
        size = 24 + len(xml) + 4
        ticks = int((time - _EPOCH).total_seconds() * 10_000_000)
        body += struct.pack("<4sIQQ", b"**\0\0", size, number, ticks) + xml + struct.pack("<I", size)
    count = len(records)
    head = struct.pack(
        "<8sQQQQIIII", b"ElfChnk\0", 1, count, 1, count, 128, last, 512 + len(body), zlib.crc32(body)
    ).ljust(120, b"\0")
    tables = bytes(384)
    head += struct.pack("<II", 0, zlib.crc32(head + tables))
    assert 512 + len(body) <= _CHUNK, "one chunk only"
    return (head + tables + body).ljust(_CHUNK, b"\0"), count


def _element(element: Element, at: int) -> bytes:
    """An element whose first byte stands at that offset of the chunk."""
    name, attributes, content = element
    start = at + 1 + 4 + 4
    parts = _name(name, start)
    if attributes:
        listed = b""
        first = start + len(parts) + 4
        for i, (key, value) in enumerate(attributes.items(), 1):
            token = b"\x46" if i < len(attributes) else b"\x06"
            name_at = first + len(listed) + 1 + 4
            listed += token + struct.pack("<I", name_at) + _name(key, name_at) + _text(value)
        parts += struct.pack("<I", len(listed)) + listed
    parts += b"\x02"
    if isinstance(content, str):
        parts += _text(content) if content else b""
    else:
        for child in content:
            parts += _element(child, start + len(parts))
    parts += b"\x04"
    token = b"\x41" if attributes else b"\x01"
    return token + struct.pack("<II", 4 + len(parts), start) + parts


def _name(name: str, at: int) -> bytes:
    text = name.encode("utf-16-le")
    value = 0
    for unit in struct.unpack(f"<{len(text) // 2}H", text):
        value = (value * 65599 + unit) & 0xFFFFFFFF
    return struct.pack("<IHH", 0, value & 0xFFFF, len(text) // 2) + text + b"\0\0"


def _text(value: str) -> bytes:
    text = value.encode("utf-16-le")
    return b"\x05\x01" + struct.pack("<H", len(text) // 2) + text
