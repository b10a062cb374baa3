"""Objects of a JSON text of any size, at the depth where its messages lie, with what stands around them. Bounded in memory."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from headwater.exhibits.recoded import Utf8Stream
from headwater.ingestion.traffic.talks.messages import TORN

_BLOCK = 8 << 20
_LONGEST = 64 << 20
_FRAME = 1 << 16
_DEEPEST = 40
_LOOKED_AT, _LEAST = 16 << 20, 2000  # bytes that are decoded to find the first message
_NONE = np.zeros(0, np.int64)
_SIMPLE = re.compile(r'"((?:[^"\\]|\\.){1,80})"\s*:\s*("(?:[^"\\]|\\.){0,400}"|-?\d+(?:\.\d+)?|true|false)')
Whole = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Run:
    """Objects that stand one after another in a list: their texts and lines, and the simple values around that list."""

    frame: dict[str, str] = field(repr=False)
    text: pa.Array = field(repr=False)
    lines: pa.Array = field(repr=False)
    rejected: tuple[tuple[int, str], ...] = ()


def depth_of(head: str, is_message: Callable[[dict[str, Any]], bool]) -> int | None:
    """How deep the first object lies that is a message, or ``None`` if there is none in the beginning of the text."""
    data = head.encode("utf-8", "replace")
    scanned = _scan(np.frombuffer(data, np.uint8), 0)
    closed = {
        int(depth): scanned.places[(scanned.signs == 0x7D) & (scanned.depths == depth)] for depth in range(_DEEPEST)
    }
    left = _LOOKED_AT
    for place, depth in zip(scanned.places[scanned.signs == 0x7B].tolist(), _outer(scanned), strict=True):
        ends = closed.get(depth, _NONE)
        after = int(np.searchsorted(ends, place))
        if after == len(ends):
            continue
        text = data[place : int(ends[after]) + 1]
        left -= len(text) + _LEAST
        if left < 0:
            return None
        value = _decoded(text)
        if isinstance(value, dict) and is_message(value) and not _holds(value, is_message):
            return depth
    return None


def _outer(scanned: _Scan) -> list[int]:
    """How deep it is around each object that begins."""
    depths: list[int] = (scanned.depths[scanned.signs == 0x7B] - 1).tolist()
    return depths


def _decoded(text: bytes) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _holds(value: dict[str, Any], is_message: Callable[[dict[str, Any]], bool]) -> bool:
    lists = (each for each in value.values() if isinstance(each, list) and each and isinstance(each[0], dict))
    return any(is_message(each[0]) for each in lists)


def runs(stream: BinaryIO, encoding: str, depth: int) -> Iterator[Run]:
    """Give the objects at a depth, in runs of those that stand in one list."""
    source = io.BufferedReader(Utf8Stream(stream, encoding), _BLOCK)
    walk = _Walk(depth)
    while block := source.read(_BLOCK):
        yield from walk.feed(block)
    yield from walk.finish()


@dataclass(frozen=True, slots=True)
class _Scan:
    """The brackets outside of texts: where they are, which, and how deep it is behind each."""

    places: Whole
    signs: Bytes
    depths: Whole


def _scan(data: Bytes, depth: int) -> _Scan:
    quotes = np.flatnonzero(data == 0x22)
    plain = data != 0x5C
    if not plain.all():  # a quotation mark behind an odd number of backslashes ends nothing
        last = np.maximum.accumulate(np.where(plain, np.arange(len(data)), -1))
        before = np.where(quotes > 0, last[quotes - 1], -1)
        quotes = quotes[(quotes - 1 - before) % 2 == 0]
    brackets = np.flatnonzero((data == 0x7B) | (data == 0x7D) | (data == 0x5B) | (data == 0x5D))
    outside = brackets[np.searchsorted(quotes, brackets) % 2 == 0]
    signs = data[outside]
    steps = np.where((signs == 0x7B) | (signs == 0x5B), 1, -1)
    return _Scan(outside, signs, depth + np.cumsum(steps))


class _Walk:
    """Cuts the text into objects; what is not whole waits for the next block."""

    def __init__(self, depth: int) -> None:
        self._depth, self._at, self._line = depth, 0, 1
        self._rest, self._frame = b"", ""
        self._values: dict[str, str] = {}

    def feed(self, block: bytes) -> Iterator[Run]:
        data = self._rest + block
        scan = _scan(np.frombuffer(data, np.uint8), self._at)
        starts = scan.places[(scan.signs == 0x7B) & (scan.depths == self._depth + 1)]
        ends = scan.places[(scan.signs == 0x7D) & (scan.depths == self._depth)] + 1
        count = min(len(starts), len(ends))
        starts, ends, left = starts[:count], ends[:count], starts[count:]
        keep = int(left[0]) if len(left) else self._safe(data, scan)
        yield from self._cut(data, starts, ends, keep)
        below = np.searchsorted(scan.places, keep)
        self._at = int(scan.depths[below - 1]) if below else self._at
        self._line += data.count(b"\n", 0, keep)
        self._rest = data[keep:]
        if len(self._rest) > _LONGEST:
            yield self._lost()

    def finish(self) -> Iterator[Run]:
        """Say that the last object is torn off, if it is."""
        if self._rest.lstrip().startswith(b"{") and self._at == self._depth:
            yield self._lost()

    def _lost(self) -> Run:
        self._rest = b""
        empty = pa.array([], pa.string())
        return Run({}, empty, pa.array([], pa.int64()), ((self._line, TORN),))

    def _safe(self, data: bytes, scan: _Scan) -> int:
        """Where the text may be cut when no object is open: behind the last bracket, outside of any text."""
        return int(scan.places[-1]) + 1 if len(scan.places) else 0

    def _cut(self, data: bytes, starts: Whole, ends: Whole, keep: int) -> Iterator[Run]:
        newlines = np.flatnonzero(np.frombuffer(data, np.uint8) == 0x0A)
        lines = self._line + np.searchsorted(newlines, starts)
        between = [data[a:b] for a, b in zip(ends[:-1].tolist(), starts[1:].tolist(), strict=True)]
        breaks = [place + 1 for place, text in enumerate(between) if text.strip(b" \t\r\n,")]
        before = 0
        for first, last in zip([0, *breaks], [*breaks, len(starts)], strict=True):
            if first == last:
                continue
            self._see(data[before : int(starts[first])])
            texts = [data[a:b] for a, b in zip(starts[first:last].tolist(), ends[first:last].tolist(), strict=True)]
            yield Run(dict(self._values), pa.array(texts, pa.binary()).cast(pa.string()), pa.array(lines[first:last]))
            before = int(ends[last - 1])
        self._frame += data[before:keep].decode("utf-8", "replace")[-_FRAME:]

    def _see(self, data: bytes) -> None:
        """Take the values that stand before a run; an object that is closed takes its values along."""
        frame = (self._frame + data.decode("utf-8", "replace"))[-_FRAME:]
        self._frame = ""
        if frame.strip(" \t\r\n,"):
            found = {_plain(f'"{name}"'): _plain(value) for name, value in _SIMPLE.findall(frame)}
            inner = frame.count("}") > 0 or not self._values
            self._values = found if inner else self._values | found


def _plain(value: str) -> str:
    try:
        read = json.loads(value)
    except ValueError:
        return value.strip('"')
    return read.encode("utf-8", "replace").decode() if isinstance(read, str) else value
