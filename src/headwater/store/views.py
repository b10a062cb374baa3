"""Views of a lake: what a workspace held when its last run had ended well, for readers, while other runs change it.

A view is a copy of the manifest and a second name (a hard link) for every part that it counts: parts are never written
again, only renamed into place and removed, so that a view stays as it was for as long as somebody reads it. It takes no
lock of the workspace. A view is only made of a lake that is whole: no run is at work on it, and none was cut there.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import TextIO

from headwater.model.errors import StoreError
from headwater.store.keys import token_key
from headwater.store.lake import Lake
from headwater.store.manifest import CHANGING, Manifest
from headwater.store.places import Places
from headwater.store.tokens import Tokeniser
from headwater.store.workspace import FORMAT, Workspace

FOLDER = "views"
MANIFEST = "manifest.sqlite"
_ABOUT, _LOCK, _LAKE = "view.json", "lock", "lake"
_TRIES = 3

Told = Callable[[Manifest], str]
"""Says what a lake is the lake of: the digest of all that was read into it."""


class UnsettledError(StoreError):
    """There is nothing whole to be shown: a run is at work, was cut, or has changed the lake since the answer was made."""


class View(Workspace):
    """A workspace as readers see it: its key, and one view of its lake. Nothing but :mod:`headwater.store.views` writes there."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root = root
        self.folder = folder
        self.spill = folder / f".spill-{os.getpid()}-{secrets.token_hex(4)}"
        with ExitStack() as opened:
            opened.enter_context(_shared(folder / _LOCK))
            opened.callback(shutil.rmtree, self.spill, ignore_errors=True)
            self.tokeniser = Tokeniser(token_key(root))
            self.places = Places(self.tokeniser)
            self.manifest = Manifest(folder / MANIFEST, self.places)
            opened.callback(self.manifest.close)
            _fits(self)
            self.lake = Lake(folder / _LAKE, self.manifest, self.places)
            self._opened = opened.pop_all()


@dataclass(frozen=True, slots=True)
class Card:
    """What is known of a view: of which lake it is (``digest``), and the how manieth it was."""

    folder: Path
    digest: str
    made: int


def current(root: Path, answer: str | None = None) -> Path | None:
    """The folder of the newest view of a workspace (of the lake with this digest), or ``None``. Reads a few small files."""
    known = [(card.made, card.folder) for card in _cards(root) if answer in (None, card.digest)]
    return max(known)[1] if known else None


def card(folder: Path) -> Card:
    """What is known of a view.

    :raises UnsettledError: where there is none (any more)
    """
    found = _card(folder / _ABOUT)
    if found is None:
        raise UnsettledError("this view was removed; open it again", str(folder))
    return found


def make(root: Path, told: Told, answer: str | None = None) -> Path:
    """The folder of a view of the lake as it is now, made if there is none yet; older ones that nobody reads are removed.

    Where the lake is not whole, or not that of the ``answer``, the newest view of the answer's lake is given.

    :raises UnsettledError: where there is none either
    """
    if not (root / MANIFEST).exists():
        raise StoreError("is no workspace", str(root))
    reason = "the lake changes while it is looked at; try again"
    for _try in range(_TRIES):
        try:
            folder = _made(root, told, answer)
        except UnsettledError as error:
            reason = str(error)
            break
        if folder is not None:
            _prune(root, folder)
            return folder
    if (known := current(root, answer)) is not None:
        return known
    raise UnsettledError(reason)


def is_changing(root: Path) -> bool:
    """Whether a run reads into a workspace's lake now, or was cut there."""
    with closing(sqlite3.connect(root / MANIFEST, timeout=60)) as db:
        return db.execute("select 1 from facts where name = ?", (CHANGING,)).fetchone() is not None


@contextmanager
def open_view(root: Path, folder: Path) -> Iterator[View]:
    """Open a view of a workspace for reading; it is not removed meanwhile."""
    opened = View(root, folder)
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def private(of: View, folder: Path) -> Iterator[View]:
    """A view's double that is one's own: more may be recorded in it, and it is removed at the end."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    try:
        _double(of.folder / MANIFEST, folder / MANIFEST)
        if not _linked(of.folder / _LAKE, folder):
            raise UnsettledError("a part of the lake is not there", str(of.folder))
        shutil.copyfile(of.folder / _ABOUT, folder / _ABOUT)
        with open_view(of.root, folder) as opened:
            yield opened
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _made(root: Path, told: Told, answer: str | None) -> Path | None:
    """A view of the lake as it is; ``None`` where it changed meanwhile."""
    seal = _seal(root)
    cards = _cards(root)
    there = root / FOLDER / seal
    for card in cards:
        if card.folder == there:
            _insist(card.digest, answer)
            return there
    aside = root / FOLDER / f".new-{os.getpid()}-{secrets.token_hex(4)}"
    aside.mkdir(parents=True, mode=0o700)
    try:
        _double(root / MANIFEST, aside / MANIFEST)
        with closing(Manifest(aside / MANIFEST, Places(Tokeniser(token_key(root))))) as manifest:
            digest = told(manifest)
        _insist(digest, answer)
        if not _linked(root / _LAKE, aside) or _seal(root) != seal:
            return None
        made = 1 + max((card.made for card in cards), default=0)
        (aside / _ABOUT).write_text(json.dumps({"digest": digest, "made": made}) + "\n", "utf-8")
        (aside / _LOCK).touch(0o600)
        with suppress(OSError):  # somebody else was quicker, with the same
            aside.rename(there)
        return there
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _seal(root: Path) -> str:
    """A digest of everything that the manifest counts.

    :raises UnsettledError: where a run is at work on it, or was cut there
    """
    state = blake2b(digest_size=12)
    try:
        with closing(sqlite3.connect(root / MANIFEST, timeout=60)) as db:
            db.execute("begin")
            if db.execute("select 1 from facts where name = ?", (CHANGING,)).fetchone():
                raise UnsettledError(
                    "the lake is being read into, or a run was cut there; it is shown when a run has ended"
                )
            for rows in (
                "select stage, path, sha256, state, offset, rows, rejected from inputs order by 1, 2",
                "select tbl, file, rows, stage, path from parts order by 1, 2",
            ):
                for row in db.execute(rows):
                    state.update(repr(row).encode())
            files = [row[0] for row in db.execute("select file from parts order by file")]
    except sqlite3.DatabaseError as error:
        raise StoreError(f"the manifest is damaged: {error}", str(root / MANIFEST)) from error
    for file in files:  # a part of the same name and another make is another part
        with suppress(OSError):
            told = (root / _LAKE / file).stat()
            state.update(f"{told.st_ino} {told.st_mtime_ns} {told.st_size}".encode())
    return state.hexdigest()


def _double(file: Path, to: Path) -> None:
    """Copy a database as it is at one moment, whoever writes to it."""
    with closing(sqlite3.connect(file, timeout=60)) as there, closing(sqlite3.connect(to)) as here:
        there.backup(here)
    to.chmod(0o600)


def _linked(lake: Path, folder: Path) -> bool:
    """Give every part that the folder's manifest counts a second name below it; false where one is gone."""
    with closing(sqlite3.connect(folder / MANIFEST)) as db:
        files = [str(row[0]) for row in db.execute("select file from parts order by file")]
    for place in {(folder / _LAKE / file).parent for file in files} | {folder / _LAKE}:
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    for file in files:
        try:
            _link(lake / file, folder / _LAKE / file)
        except FileNotFoundError:
            return False
    return True


def _link(file: Path, to: Path) -> None:
    try:
        os.link(file, to)
    except FileNotFoundError:
        raise
    except OSError:  # a disk without hard links
        shutil.copyfile(file, to)


def _cards(root: Path) -> list[Card]:
    return [found for file in sorted((root / FOLDER).glob(f"*/{_ABOUT}")) if (found := _card(file)) is not None]


def _card(file: Path) -> Card | None:
    try:
        told = json.loads(file.read_text("utf-8"))
        return Card(file.parent, str(told["digest"]), int(told["made"]))
    except (OSError, ValueError, KeyError, TypeError):  # removed or damaged: as if it were not there
        return None


def _insist(digest: str, answer: str | None) -> None:
    if answer not in (None, digest):
        raise UnsettledError("the lake was changed since the answer was made; investigate the case again")


def _prune(root: Path, kept: Path) -> None:
    """Remove the views that nobody reads, but for one, and what makers that were killed have left."""
    for folder in (root / FOLDER).iterdir():
        if folder == kept:
            continue
        made = folder.name.startswith(".new-")
        if made and not is_alive(folder.name.split("-")[1]):
            shutil.rmtree(folder, ignore_errors=True)
        elif not made:
            _remove(folder)


def _remove(folder: Path) -> None:
    """Remove a view unless somebody reads it; its card goes first, so that nobody takes it up."""
    try:
        with (folder / _LOCK).open("r+") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            (folder / _ABOUT).unlink(missing_ok=True)
            shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        return


def is_alive(process: str) -> bool:
    """Whether a process of that number runs; what another one left beside a file will not be finished."""
    try:
        os.kill(int(process), 0)
    except (OSError, ValueError):
        return False
    return True


def _shared(file: Path) -> TextIO:
    """Hold a view as one of its readers."""
    try:
        handle = file.open("a+")
    except OSError as error:
        raise UnsettledError("this view was removed; open it again", str(file.parent)) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError as error:
        handle.close()
        raise UnsettledError("this view is being removed; open it again", str(file.parent)) from error
    return handle


def _fits(view: View) -> None:
    for name, value in (("format", FORMAT), ("key", view.tokeniser.fingerprint())):
        if view.manifest.fact(name) not in (None, value):
            raise StoreError(f"the workspace was made with another {name}: make a new one", str(view.root))
