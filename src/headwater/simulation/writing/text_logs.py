"""Logs as text files that grow day by day, rotated and packed as the house does it; nothing is held but a day."""

from __future__ import annotations

import gzip
import zipfile
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, Self

import numpy as np
import zstandard

from headwater.simulation.events import Events
from headwater.simulation.files import Packing
from headwater.simulation.house.house import House
from headwater.simulation.workbook import EPOCH
from headwater.simulation.writing.columns import texts
from headwater.simulation.writing.formats import Formats
from headwater.simulation.writing.layouts import Layout, layouts
from headwater.simulation.writing.noise import Noise, Written


class _File(Protocol):
    def write(self, content: bytes) -> None: ...
    def close(self) -> None: ...


class TextLogs:
    """The logs of a house below ``folder``, open for the days to come. A context: closing it completes the files."""

    def __init__(self, folder: Path, house: House, formats: Formats, noise: Noise) -> None:
        self._house, self._hostile = house, noise.hostile
        self._logs = {
            kind: _Log(folder, layout, formats.packing, noise)
            for kind, layout in layouts(house, formats, noise).items()
        }

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for log in self._logs.values():
            log.close()

    def tears(self, kind: str) -> bool:
        """Whether a log of this kind can hold torn lines."""
        return self._logs[kind].layout.tear > 0

    def write(self, kind: str, day: int, lines: Written) -> None:
        """Append the lines of one day."""
        if len(lines.events):
            events = texts(self._house, kind, lines.events, self._hostile)
            self._logs[kind].write(day, self._house.calendar.date(day), events, lines)


class _Log:
    def __init__(self, folder: Path, layout: Layout, packing: Packing, noise: Noise) -> None:
        self.layout = layout
        self._folder, self._packing, self._noise = folder, packing, noise
        self._file: _File | None = None
        self._part, self._lines, self._written = "", 0, 0

    def write(self, day: int, on: date, events: Events, lines: Written) -> None:
        """Append a day's lines, in the file that their day belongs to."""
        made = list(self.layout.lines(events, day, self._written))
        heading = len(made) - len(lines.events)  # a layout may say something before the first line
        made = made[:heading] + _spoilt(made[heading:], lines, self.layout.tear)
        part = self._next(on)
        if self._file is None or part != self._part:
            self.close()
            self._file = _open(self._folder / f"{self.layout.stem}{part}{self.layout.suffix}", self._packing)
            made = [*self.layout.head(day), *made]
            self._part, self._lines = part, 0
        self._file.write("".join([f"{line}\n" for line in made]).encode())
        self._lines += len(made)
        self._written += len(lines.events)

    def _next(self, on: date) -> str:
        if self._noise.rotation == "day":
            return f"-{on.isoformat()}"
        if self._noise.rotation == "week":
            year, week, _ = on.isocalendar()
            return f"-{year}-W{week:02d}"
        if self._noise.rotation == "size" and (not self._part or self._lines >= self._noise.rotate_lines):
            return f"-{int(self._part[1:] or 0) + 1:04d}"
        return self._part

    def close(self) -> None:
        """Complete the file that is being written."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _spoilt(lines: list[str], told: Written, tear: int) -> list[str]:
    for n in np.flatnonzero(told.torn).tolist():
        lines[n] = lines[n][: min(tear, len(lines[n]) // 2)]
    if told.doubled.any():
        times = np.repeat(np.arange(len(lines)), 1 + told.doubled)
        return [lines[n] for n in times.tolist()]
    return lines


def _open(path: Path, packing: Packing) -> _File:
    path.parent.mkdir(parents=True, exist_ok=True)
    if packing == "zip":
        return _Zip(path)
    stream = (path if packing == "plain" else path.with_name(f"{path.name}.{packing}")).open("ab")
    return _Stream(stream, packing)


class _Stream:
    """A plain file, or a packed one in members of its own for each day, so that what was written stays as it is."""

    def __init__(self, stream: BinaryIO, packing: Packing) -> None:
        self._stream, self._packing = stream, packing

    def write(self, content: bytes) -> None:
        if self._packing == "gz":
            content = gzip.compress(content, 6, mtime=0)
        elif self._packing == "zst":
            content = zstandard.ZstdCompressor(level=3).compress(content)
        self._stream.write(content)

    def close(self) -> None:
        self._stream.close()


class _Zip:
    """A zip with one file that grows."""

    def __init__(self, path: Path) -> None:
        self._archive = zipfile.ZipFile(path.with_name(f"{path.name}.zip"), "w")
        member = zipfile.ZipInfo(path.name, EPOCH)
        member.compress_type = zipfile.ZIP_DEFLATED
        self._member = self._archive.open(member, "w", force_zip64=True)

    def write(self, content: bytes) -> None:
        self._member.write(content)

    def close(self) -> None:
        self._member.close()
        self._archive.close()
