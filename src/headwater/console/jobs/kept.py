"""What a stage found, kept in the workspace until something that it rests on changes: a job that is taken up goes on behind it."""

from __future__ import annotations

import base64
import hashlib
import os
import pickle
import sys
import zlib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import headwater
from headwater import __version__
from headwater.detection.detector import load
from headwater.exhibits.blocks import SETTINGS_FILE
from headwater.investigation.case import Investigation
from headwater.model.errors import StoreError
from headwater.store.casebook.sealing import Sealer

FOLDER = "stages"
DETECTORS = "headwater.detectors"
"""The group of entry points by which other distributions bring detectors."""
ROOMS = (
    *("investigation", "casework", "law", "network", "attribution", "detection", "planting", "ingestion", "scanning"),
    *("exhibits", "store", "identifiers", "model"),
)
"""What is found rests on these rooms of the program."""


class Kept:
    """The kept findings of a workspace, sealed with a key made from the workspace's: they name people, and nobody else can make them."""

    def __init__(self, work: Investigation) -> None:
        self._root = work.workspace.root
        self._sealer = Sealer(work.workspace.tokeniser.derived("kept stages"))
        self._base = _lines(_beneath(work))

    def digest(self, *more: str, beside: Iterable[str] = ()) -> str:
        """What a stage rests on: the program, the lake, the case folder, ``more`` of its own, and files ``beside`` the lake."""
        files = (_file(file) for name in sorted(beside) for file in _under(self._root / name))
        return _lines([self._base, *more, *files])

    def load(self, name: str, digest: str) -> Any:
        """What was found from just this, or ``None``."""
        try:
            sealed = (self._root / FOLDER / f"{name}.sealed").read_bytes()
            text = self._sealer.unseal(sealed, FOLDER, name, digest)
        except (FileNotFoundError, StoreError):
            return None  # of another day, or of another key: it is found anew
        return pickle.loads(zlib.decompress(base64.b85decode(text)))

    def save(self, name: str, digest: str, found: Any) -> None:
        """Keep what was found; what was kept of that stage before goes."""
        text = base64.b85encode(zlib.compress(pickle.dumps(found), 1)).decode("ascii")
        folder = self._root / FOLDER
        folder.mkdir(mode=0o700, exist_ok=True)
        aside = folder / f".{name}.new"
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            out.write(self._sealer.seal(text, FOLDER, name, digest))
        aside.replace(folder / f"{name}.sealed")


def _beneath(work: Investigation) -> Iterator[str]:
    yield __version__
    yield _program()
    yield from _brought()
    yield work.case.declared
    yield repr(work.options.engine)
    yield _file(work.case.root / SETTINGS_FILE)
    for exhibit in work.case.exhibits:
        yield _file(exhibit.file)
    for read in work.workspace.manifest.inputs():
        yield repr(read)
    yield from sorted(work.workspace.manifest.files())


@cache
def _program() -> str:
    """A digest of when and how large the program's modules and lists are: a changed one finds anew."""
    root = Path(headwater.__file__).parent
    found = (f for room in ROOMS for f in sorted((root / room).rglob("*")) if f.suffix != ".pyc" and f.is_file())
    return _lines(map(_file, found))


def _brought() -> Iterator[str]:
    """Detectors of other distributions: what they are called, their versions, and when and how large their modules are."""
    for entry in sorted(entry_points(group=DETECTORS), key=lambda e: (e.name, e.value)):
        yield f"{entry.name}\0{entry.value}\0{entry.dist.version if entry.dist else ''}"
    for detector in load().detectors:
        module = sys.modules.get(type(detector).__module__)
        if not type(detector).__module__.startswith(f"{headwater.__name__}."):
            yield _file(Path(str(getattr(module, "__file__", None))))


def _under(place: Path) -> list[Path]:
    return sorted(p for p in place.rglob("*") if p.is_file()) if place.is_dir() else [place]


def _file(file: Path) -> str:
    try:
        told = file.stat()
    except FileNotFoundError:
        return f"{file}\0-"
    return f"{file}\0{told.st_size}\0{told.st_mtime_ns}"


def _lines(parts: Iterable[str]) -> str:
    state = hashlib.sha256()
    for part in parts:
        state.update(part.encode("utf-8", "surrogateescape") + b"\n")
    return state.hexdigest()
