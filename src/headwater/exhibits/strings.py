"""Text that lies in files of no known kind, as memory dumps: runs of six characters and more in UTF-8, GB18030 and UTF-16.

A run is believed to be Chinese where most of its characters are everyday ones: any two bytes are a character otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, BinaryIO

import numpy as np

from headwater.exhibits.contents import Passage
from headwater.identifiers.compiled import compiled

FEWEST = 6
"""Shorter runs of printable characters are everywhere in binary data."""
PAGE = 4096
"""A passage is the text that begins in one page of the file; its name gives the place of the page."""

_BLOCK = 1 << 22
_LONGEST = 1 << 16
_ENCODINGS = ("utf-8", "gb18030", "utf-16-le")


def _everyday() -> np.ndarray[Any, Any]:
    """The characters of everyday Chinese, by code point: 1 is everyday, 2 is any other that may stand in a text."""
    table = np.zeros(1 << 16, np.uint8)
    table[0x4E00:0xA000] = 2
    for lead in range(0xB0, 0xD8):
        for trail in range(0xA1, 0xFF):
            text = bytes((lead, trail)).decode("gb18030", "ignore")
            if len(text) == 1 and 0x4E00 <= ord(text) < 0xA000:
                table[ord(text)] = 1
    for first, last in ((0x3001, 0x3011), (0xFF01, 0xFF5E), (0x2018, 0x201D), (0x2026, 0x2026)):
        table[first : last + 1] = 1
    return table


_COMMON = _everyday()
_NARROW, _GB = 1, 2
_KINDS = np.array(
    [
        _NARROW | _GB
        if 0x20 <= byte < 0x7F or byte == 9
        else (_NARROW if 0xC2 <= byte < 0xF5 else 0) | (_GB if 0x81 <= byte < 0xFF else 0)
        for byte in range(256)
    ],
    np.uint8,
)


def passages(stream: BinaryIO) -> Iterator[Passage]:
    """Give the text of a file from where the stream stands, page by page, each run as a line.

    Memory is bounded whatever the file holds. A run of more than 64 KB comes in pieces.
    """
    rest, offset = b"", stream.tell()
    while True:
        block = stream.read(_BLOCK)
        data = rest + block
        array = np.frombuffer(data, np.uint8)
        runs, seen = _runs(array, _COMMON, _KINDS, not block)
        yield from _paged(array, runs, offset)
        if not block:
            return
        rest = data[seen:]
        offset += seen


def _paged(data: Any, runs: Any, offset: int) -> Iterator[Passage]:
    if not len(runs):
        return
    texts = np.empty(len(runs), object)
    for number, encoding in enumerate(_ENCODINGS):
        chosen = runs[:, 2] == number
        if chosen.any():
            texts[chosen] = _texts(data, runs[chosen], encoding)
    pages = (offset + runs[:, 0]) // PAGE
    edges = [0, *(np.flatnonzero(np.diff(pages)) + 1).tolist(), len(runs)]
    lines = texts.tolist()
    for first, last in pairwise(edges):
        yield Passage(f"offset {pages[first] * PAGE}", tuple(lines[first:last]))


def _texts(data: Any, runs: Any, encoding: str) -> list[str]:
    """All runs of one encoding, read at once: one by one would take longer than finding them."""
    end = np.frombuffer("\n".encode(encoding), np.uint8)
    texts = _listed(data, runs, end).tobytes().decode(encoding, "replace").split("\n")
    if len(texts) == len(runs) + 1:
        return list(texts[:-1])
    return [data[start:end].tobytes().decode(encoding, "replace") for start, end, _ in runs.tolist()]


@compiled
def _listed(data: Any, runs: Any, end: Any) -> Any:
    """The bytes of the runs after one another, each with a line end."""
    size = 0
    for at in range(len(runs)):
        size += runs[at, 1] - runs[at, 0] + end.size
    out = np.empty(size, np.uint8)
    place = 0
    for at in range(len(runs)):
        length = runs[at, 1] - runs[at, 0]
        out[place : place + length] = data[runs[at, 0] : runs[at, 1]]
        out[place + length : place + length + end.size] = end
        place += length + end.size
    return out


@compiled
def _runs(data: Any, common: Any, kinds: Any, last: bool) -> Any:
    """Places of the runs (start, end, encoding), and how far the data was seen: a run at its end waits for what follows."""
    size = data.size
    found = np.empty((size // FEWEST + 1, 3), np.int64)
    count, place = 0, 0
    seen = dead_gb = dead_even = dead_odd = 0
    while place < size:
        kind = kinds[data[place]]
        end, chars, wide, encoding = place, 0, 0, 0
        if kind & _NARROW and place >= seen:
            end, chars, wide = _utf8_run(data, place)
            seen = end if chars < FEWEST else seen
        if (
            kind & _GB
            and wide == 0
            and place >= dead_gb
            and end + 1 < size
            and data[end] >= 0x81
            and data[end + 1] >= 0x40
        ):
            gb_end, gb_chars, good = _gb_run(data, place)
            if good and gb_chars >= FEWEST:
                end, chars, encoding = gb_end, gb_chars, 1
            else:
                dead_gb = max(gb_end, place + 1)
        dead = dead_odd if place & 1 else dead_even
        if chars < FEWEST and place + 5 < size and place >= dead and _begins_wide(data, place, common):
            w_end, w_chars, w_good = _wide_run(data, place, common)
            if w_good and w_chars >= FEWEST:
                end, chars, encoding = w_end, w_chars, 2
            elif place & 1:
                dead_odd = w_end
            else:
                dead_even = w_end
        if not last and end >= size - 3 and size - place < _LONGEST:
            break
        if chars >= FEWEST:
            found[count, 0], found[count, 1], found[count, 2] = place, end, encoding
            count += 1
            place = end
        else:
            place += 1
    return found[:count], place


@compiled
def _begins_wide(data: Any, place: int, common: Any) -> bool:
    """Whether the first three characters from here can be those of a text in UTF-16."""
    for step in range(0, 6, 2):
        high, low = data[place + step + 1], data[place + step]
        if high == 0:
            if not (0x20 <= low < 0x7F or low == 9):
                return False
        elif common[(np.int64(high) << 8) | np.int64(low)] == 0:
            return False
    return True


@compiled
def _utf8_run(data: Any, place: int) -> Any:
    start, chars, wide = place, 0, 0
    stop = min(data.size, start + _LONGEST)
    while place < stop:
        byte = data[place]
        if 0x20 <= byte < 0x7F or byte == 9:
            place += 1
        else:
            length = 2 if 0xC2 <= byte < 0xE0 else 3 if 0xE0 <= byte < 0xF0 else 4 if 0xF0 <= byte < 0xF5 else 0
            if length == 0 or place + length > data.size:
                break
            good = True
            for step in range(1, length):
                good = good and 0x80 <= data[place + step] < 0xC0
            if byte == 0xC2 and data[place + 1] < 0xA0:
                good = False
            if (byte == 0xE0 and data[place + 1] < 0xA0) or (byte == 0xED and data[place + 1] >= 0xA0):
                good = False
            if (byte == 0xF0 and data[place + 1] < 0x90) or (byte == 0xF4 and data[place + 1] >= 0x90):
                good = False
            if not good:
                break
            place += length
            wide += 1
        chars += 1
    return place, chars, wide


@compiled
def _gb_run(data: Any, place: int) -> Any:
    start, chars, pairs, everyday = place, 0, 0, 0
    stop = min(data.size, start + _LONGEST)
    while place < stop:
        byte = data[place]
        if 0x20 <= byte < 0x7F or byte == 9:
            place += 1
        elif (
            0x81 <= byte < 0xFF and place + 1 < data.size and 0x40 <= data[place + 1] < 0xFF and data[place + 1] != 0x7F
        ):
            pairs += 1
            trail = data[place + 1]
            if trail >= 0xA1 and (0xB0 <= byte <= 0xD7 or byte == 0xA1 or byte == 0xA3):
                everyday += 1
            place += 2
        else:
            break
        chars += 1
    return place, chars, pairs > 0 and everyday * 10 >= pairs * 7


@compiled
def _wide_run(data: Any, place: int, common: Any) -> Any:
    start, chars, chinese, everyday = place, 0, 0, 0
    stop = min(data.size - 1, start + _LONGEST)
    while place < stop:
        unit = int(data[place]) | int(data[place + 1]) << 8
        if not (0x20 <= unit < 0x7F or unit == 9):
            if common[unit] == 0:
                break
            chinese += 1
            if common[unit] == 1:
                everyday += 1
        chars += 1
        place += 2
    return place, chars, everyday * 10 >= chinese * 7
