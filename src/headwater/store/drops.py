"""Files that somebody dropped to be matched: kept below the workspace, for its owner alone, never in the case folder.

``WORKSPACE/dropped/ID/`` has the file itself under a name of ours, ``drop.json`` with what is known of it, and what
matching it gave. A folder counts only when it is whole. What a file was called is kept masked.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from errno import ENOSPC
from pathlib import Path
from typing import Any

from headwater.model.errors import CaseError, StoreError
from headwater.model.exhibit import Exhibit
from headwater.store.places import Places

FOLDER = "dropped"
LARGEST = 1 << 29
"""A file may have so many bytes; larger ones are put into the case folder by hand."""
MOST = 200
"""So many files are kept."""
ROOM = 1 << 30
"""So many bytes of the disk are left free."""
LONGEST = 200
"""Of a longer name its end is kept."""
_LETTERS = "abcdefghjkmnpqrstuvwxyz"  # a number in a path could be taken for somebody's
_ID = re.compile(f"[{_LETTERS}]{{16}}")
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,8}$")
_ABOUT, _ANSWER = "drop.json", "answer.json"


@dataclass(frozen=True, slots=True)
class Drop:
    """A file that was dropped: how it may be called, its size and digest, when, and by which user of the casebook."""

    id: str
    name: str
    size: int
    sha256: str
    at: datetime
    by: str
    ending: str = ""
    folder: Path = field(default=Path(), repr=False, compare=False)

    @property
    def file(self) -> Path:
        """Where its content lies."""
        return self.folder / f"content{self.ending}"

    @property
    def exhibit(self) -> Exhibit:
        """The file as if it lay among the leaked ones of the case."""
        return Exhibit(f"leaks/{self.id}{self.ending}", self.file, "leaks", None, self.size)

    @property
    def answer_stamp(self) -> tuple[int, int, int] | None:
        """What tells the answer on it from an earlier one; ``None`` where there is none. Costs a look at the file's date."""
        with suppress(FileNotFoundError):
            told = (self.folder / _ANSWER).stat()
            return told.st_ino, told.st_mtime_ns, told.st_size
        return None

    @property
    def answer(self) -> dict[str, Any] | None:
        """What matching it gave; ``None`` where it was not matched yet, or that is damaged: it can be matched again."""
        with suppress(FileNotFoundError, ValueError, TypeError):
            return dict(json.loads((self.folder / _ANSWER).read_text("utf-8")))
        return None


def keep(
    root: Path, chunks: Iterable[bytes], name: str, by: str, now: datetime, places: Places, largest: int = LARGEST
) -> Drop:
    """Keep a file of a workspace. What is too large is refused while it comes, and nothing of it is left.

    :raises CaseError: for an empty or too large one, when there are too many, or the disk is full
    """
    if len(drops(root)) >= MOST:
        raise CaseError(f"{MOST} dropped files are kept already: remove some")
    id = "".join(secrets.choice(_LETTERS) for _ in range(16))
    ending = found[0].lower() if (found := _ENDING.search(name)) else ""
    home = root / FOLDER
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    sweep(root)
    with _held(home, fcntl.LOCK_SH):
        aside = home / f".{id}"
        aside.mkdir(mode=0o700)
        try:
            size, sha = _written(aside / f"content{ending}", chunks, largest, shutil.disk_usage(home).free - ROOM)
            shown = places.shown("leaks/" + re.split(r"[\\/]", name)[-1][-LONGEST:])[len("leaks/") :]
            drop = Drop(id, shown or id, size, sha, now, by, ending, home / id)
            write_aside(aside / _ABOUT, _plain(drop))
            aside.rename(home / id)
        except BaseException as error:
            shutil.rmtree(aside, ignore_errors=True)
            if isinstance(error, OSError) and error.errno == ENOSPC:
                raise CaseError("the disk is full") from error
            raise
    return drop


def sweep(root: Path) -> None:
    """Remove what is left of files that were cut while they came, or while they were removed; nothing while one comes."""
    home = root / FOLDER
    with suppress(OSError), _held(home, fcntl.LOCK_EX | fcntl.LOCK_NB):
        for folder in home.glob(".*"):
            if _ID.fullmatch(folder.name[1:]):
                shutil.rmtree(folder, ignore_errors=True)


def drops(root: Path) -> list[Drop]:
    """Every file that was dropped, the newest first; what was cut while it came is none."""
    found = [d for folder in (root / FOLDER).glob("*") if _ID.fullmatch(folder.name) and (d := _read(folder))]
    return sorted(found, key=lambda d: (d.at, d.id), reverse=True)


def drop(root: Path, id: str) -> Drop | None:
    """The dropped file of that id, or ``None``; an id is never a path."""
    return _read(root / FOLDER / id) if _ID.fullmatch(id) else None


def answered(drop: Drop, answer: dict[str, Any]) -> None:
    """Keep what matching a file gave."""
    write_aside(drop.folder / _ANSWER, answer)


def remove(drop: Drop) -> None:
    """Remove a file with all that was found of it.

    :raises StoreError: where something of it stays
    """
    gone = drop.folder.with_name(f".{drop.id}")
    with suppress(FileNotFoundError):
        drop.folder.rename(gone)  # half of a folder is never seen
    shutil.rmtree(gone, ignore_errors=True)
    if gone.exists():
        raise StoreError("could not be removed whole", drop.id)


@contextmanager
def _held(home: Path, how: int) -> Iterator[None]:
    """Whoever writes a file holds the folder with others; whoever sweeps holds it alone."""
    handle = os.open(home, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, how)
        yield
    finally:
        os.close(handle)


def write_aside(file: Path, value: object) -> None:
    """Write JSON for the owner alone; whoever reads sees the old or the new, never half."""
    aside = file.with_name(f".{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        json.dump(value, out, ensure_ascii=False, sort_keys=True)
        out.flush()
        os.fsync(out.fileno())
    aside.replace(file)


def _written(file: Path, chunks: Iterable[bytes], largest: int, room: int) -> tuple[int, str]:
    size, state = 0, hashlib.sha256()
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as out:
        for chunk in chunks:
            size += len(chunk)
            if size > largest:
                raise CaseError("is larger than a dropped file may be; put it into the case folder, below leaks/")
            if size > room:
                raise CaseError("the disk is full")
            state.update(chunk)
            out.write(chunk)
    if not size:
        raise CaseError("the file is empty")
    return size, state.hexdigest()


def _plain(drop: Drop) -> dict[str, Any]:
    told = {"id": drop.id, "name": drop.name, "size": drop.size, "sha256": drop.sha256}
    return told | {"at": drop.at.isoformat(), "by": drop.by, "ending": drop.ending}


def _read(folder: Path) -> Drop | None:
    try:
        told = json.loads((folder / _ABOUT).read_text("utf-8"))
        at = datetime.fromisoformat(told["at"])
        return Drop(told["id"], told["name"], told["size"], told["sha256"], at, told["by"], told["ending"], folder)
    except (OSError, ValueError, KeyError, TypeError):
        return None
