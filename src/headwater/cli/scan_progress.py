"""The progress bar of a scan: bytes, files, and a running estimate of persons, on standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from headwater.casework.reports.figures import number, size
from headwater.casework.reports.scan_table import shortened
from headwater.casework.reports.visible import visible
from headwater.exhibits.live.doors import is_address
from headwater.investigation.survey_options import Event, silent
from headwater.investigation.survey_options import Progress as Watch
from headwater.model.words import Lang, Text

_COUNTS = Text("{files} files, {bytes}, about {persons} persons", "{files} 个文件，{bytes}，约 {persons} 人")


@contextmanager
def bar(paths: Sequence[str], lang: Lang) -> Iterator[Watch]:
    """Whom a scan tells of each file; nothing is shown where standard error is no terminal."""
    if not sys.stderr.isatty():
        yield silent
        return
    columns = (
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[counts]}", markup=False),
        TextColumn("{task.fields[path]}", markup=False, style="dim"),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task("", total=max(1, total(paths)), counts="", path="")
        read = 0

        def watch(event: Event) -> None:
            nonlocal read
            read += event.bytes
            counts = counted(event.files_done, read, event.persons, lang)
            progress.update(task, advance=event.bytes, counts=counts, path=shortened(visible(event.path), 40))

        yield watch


def counted(files: int, read: int, persons: int, lang: Lang) -> str:
    """How far a scan is.

    >>> counted(1200, 3_000_000, 45_678, "en")
    '1,200 files, 3.0 MB, about 45,678 persons'
    """
    return _COUNTS.said(lang).format(files=number(files), bytes=size(read), persons=number(persons))


def total(paths: Sequence[str]) -> int:
    """The bytes of all files below the paths; links are not followed, what cannot be seen counts nothing."""
    return sum(_bytes(Path(path)) for path in paths if not is_address(path))


def _bytes(path: Path) -> int:
    if not path.is_dir():
        return _size(path)
    return sum(_size(Path(folder) / name) for folder, _, names in os.walk(path) for name in names)


def _size(file: Path) -> int:
    try:
        return file.lstat().st_size
    except OSError:
        return 0
