"""What a worker process does: one file at a time, read and scanned, so that a bomb or a crash costs that file and no more."""

from __future__ import annotations

import hashlib
import logging
import os
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path

from headwater.exhibits.contents import Given
from headwater.exhibits.live.reading import members, pieces
from headwater.exhibits.member import Member
from headwater.exhibits.opened import Piece
from headwater.identifiers.text import Names
from headwater.model.exhibit import Exhibit, NotRead
from headwater.scanning.fingerprints import Printer
from headwater.scanning.housed import House, HousedScanner
from headwater.scanning.own import OwnShape
from headwater.scanning.scanner import Scanner
from headwater.scanning.survey.gathering import Gathered, Gatherer
from headwater.scanning.survey.lines import LinesFile
from headwater.store.tokens import Tokeniser

_CHUNK = 1 << 20
_TELLING = 0.5  # seconds
_LARGE = 1 << 26
_ORDINARY = 1 << 24
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Setting:
    """What every worker of a scan has to know."""

    key: bytes = field(repr=False)
    given: Given
    own: tuple[OwnShape, ...] = ()
    samples: int = 5
    lines: bool = False
    house: House = field(default_factory=House)


@dataclass(frozen=True, slots=True)
class Job:
    """A file to be scanned: its number in the scan, and where its finds go.

    ``skip`` are files in it that are passed over, because they are done or brought a worker down; ``turn`` says how often one was, and
    ``kept`` names what those workers wrote of files that are done.
    """

    number: int
    exhibit: Exhibit
    folder: Path
    skip: frozenset[str] = frozenset()
    turn: int = 0
    kept: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class At:
    """A worker has come to this file, or file within a file, or to its next piece; ``size`` is in bytes, 0 where it is not known."""

    path: str
    size: int = 0


@dataclass(frozen=True, slots=True)
class File:
    """What one file gave, its digest, and where its finds (and lines) lie."""

    gathered: Gathered
    sha256: str
    finds: Path
    lines: Path | None


@dataclass(frozen=True, slots=True)
class Done:
    """A job is done: every file that came out of it, what could not be opened at all, and how often what is allowed was left out.

    ``allowed`` counts by block of the settings. ``given_up`` says that something took more than it may, or brought a worker down.
    """

    files: tuple[File, ...]
    not_read: tuple[NotRead, ...]
    allowed: Mapping[int, int] = field(default_factory=dict)
    given_up: bool = False


@dataclass(frozen=True, slots=True)
class Sofar:
    """What came of those files of an archive that are done: it holds whatever the next one does to the worker."""

    files: tuple[File, ...]
    not_read: tuple[NotRead, ...]
    allowed: Mapping[int, int]


def serve(setting: Setting, here: Connection) -> None:
    """Work on jobs as they come over the connection, until ``None`` comes or nobody is left to listen.

    What libraries of other languages print (a panic may quote what it read) goes nowhere.
    """
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):
        while (job := here.recv()) is not None:
            here.send(_scan(setting, job, here))


def _scan(setting: Setting, job: Job, here: Connection) -> Done:
    not_read: list[NotRead] = []
    files: list[File] = []
    allowed = Counter[int]()
    try:
        folder = job.folder
        folder.mkdir(parents=True, exist_ok=True)
        for left in folder.iterdir():  # of a worker that came to an end here
            if left.name not in job.kept:
                left.unlink()
        printer = Printer(setting.key)
        for number, member in enumerate(_members(job, setting.given, here, files, not_read, allowed)):
            scanner = _scanner(setting, member)
            own = f"{job.turn}.{number}" if job.turn else str(number)
            lines = _lines(setting, folder / f"{own}.jsonl", printer)
            gatherer = Gatherer(scanner, printer, folder, setting.samples, lines, _threads(member), f"{own}-")
            _one(member, setting, gatherer, lines, files, not_read, here)
            if isinstance(scanner, HousedScanner):
                allowed.update(scanner.counts)
    except Exception as error:  # what it says may hold what was read
        not_read.append(_failed(job.exhibit.path, error))
    return Done(tuple(files), tuple(not_read), allowed)


def _one(
    member: Member,
    setting: Setting,
    gatherer: Gatherer,
    lines: LinesFile | None,
    files: list[File],
    not_read: list[NotRead],
    here: Connection,
) -> None:
    """Scan one file, with those within it."""
    digests = {member.path: _digest(member)}
    done: list[tuple[Gathered, Path]] = []
    try:
        done += gatherer.gather(_noted(pieces(member, setting.given), digests, member, here))
    except Exception as error:  # what it says may hold what was read
        not_read.append(_failed(member.path, error))
    written = lines.close() if lines else None
    files += [File(gathered, digests.get(gathered.path, ""), place, written) for gathered, place in done]


def _failed(path: str, error: Exception) -> NotRead:
    reason = f"could not be scanned ({type(error).__name__})"
    _log.warning("%s: %s", path, reason)
    return NotRead(path, reason)


def _scanner(setting: Setting, member: Member) -> Scanner:
    tokeniser, names = Tokeniser(setting.key), _names(member)
    if setting.house:
        return setting.house.scanner(tokeniser, setting.own, names, member.path)
    return Scanner(tokeniser, setting.own, names=names)


def _lines(setting: Setting, file: Path, printer: Printer) -> LinesFile | None:
    return LinesFile(file, printer, setting.house.categories, setting.house.masks) if setting.lines else None


def _names(member: Member) -> Names:
    """Names without a label are looked for everywhere in files of ordinary size, and near other finds in large ones."""
    return Names.ALL if member.size is not None and member.size <= _ORDINARY else Names.NEAR


def _threads(member: Member) -> int:
    """A large file is scanned by all cores at once; small ones go to several workers."""
    return os.cpu_count() or 1 if (member.size or 0) > _LARGE else 1


def _members(
    job: Job, given: Given, here: Connection, files: list[File], not_read: list[NotRead], allowed: Counter[int]
) -> Iterator[Member]:
    """The files of an exhibit. Before each, what came of those before it is told: an archive may hold what brings a worker down."""
    here.send(At(job.exhibit.path, job.exhibit.size))
    for member in members(job.exhibit, given.passwords):
        if member.path in job.skip:
            continue
        if isinstance(member, NotRead):
            read = next((file for file in files if file.gathered.path == member.path), None)
            if read is None:
                not_read.append(member)
            else:  # it tore while it was read
                read.gathered.reasons.append(member.reason)
        else:
            if files:
                here.send(Sofar(tuple(files), tuple(not_read), dict(allowed)))
                for told in (files, not_read, allowed):
                    told.clear()
            here.send(At(member.path, member.size or 0))
            yield member


def _noted(pieces: Iterable[Piece], digests: dict[str, str], member: Member, here: Connection) -> Iterator[Piece]:
    """The pieces, while the digest of each file within is noted, and it is told now and then that they come."""
    told = time.monotonic()
    for piece in pieces:
        if time.monotonic() - told > _TELLING:
            here.send(At(member.path, member.size or 0))
            told = time.monotonic()
        if piece.member.path not in digests:
            digests[piece.member.path] = _digest(piece.member)
        yield piece


def _digest(member: Member) -> str:
    state = hashlib.sha256()
    try:
        with member.open() as stream:
            while chunk := stream.read(_CHUNK):
                state.update(chunk)
    except OSError:
        return ""
    return state.hexdigest()
