"""What a scan of any files is asked for, and what it tells while it works."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DatasetFile:
    """A protected data set that lies in a file: its name, where it lies, and the column that tells its persons apart."""

    name: str
    path: Path
    key: str


@dataclass(frozen=True, slots=True)
class Options:
    """What may be chosen for a scan; the defaults are those of the command line.

    ``holder`` names whom everything under the paths was found with (None: not known). ``passwords`` are tried on
    locked files. ``memory_mb`` and ``seconds_per_file`` bound each worker process. ``state`` is the folder that
    remembers what was read, ``finds`` the file that takes single finds as JSON lines, ``samples`` how many masked
    samples of a kind a file shows, ``settings`` a case's headwater.toml, ``today`` the day on which its allow-list is
    read: without one, entries that have a last day allow nothing.
    """

    holder: str | None = None
    datasets: tuple[DatasetFile, ...] = ()
    passwords: tuple[str, ...] = ()
    pictures: bool = True
    deleted: bool = False
    jobs: int | None = None
    memory_mb: int | None = None
    seconds_per_file: float | None = None
    state: Path | None = None
    finds: Path | None = None
    samples: int = 5
    engine: str = "duckdb"
    settings: Path | None = None
    today: date | None = None

    def __repr__(self) -> str:
        # a password is a secret of somebody: it may reach no log
        return f"Options(holder={self.holder!r}, datasets={len(self.datasets)}, engine={self.engine!r})"


@dataclass(frozen=True, slots=True)
class Event:
    """A file is done: which, its bytes, how many files are done so far, and about how many persons stand in them.

    ``persons`` is an estimate: of each file, as many as there are finds of the commonest kind that leads to a person. Who stands in
    several rows or files is counted again; the answer alone counts each person once.
    """

    path: str
    bytes: int
    files_done: int
    persons: int


Progress = Callable[[Event], None]


def silent(event: Event) -> None:
    """Progress that nobody watches."""
