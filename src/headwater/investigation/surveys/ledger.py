"""What a scan remembers: each file by path, size and time, what it gave, and where its finds lie, so that it is read once.

One JSON line a file, written when the file is done: a scan that was cut off goes on where it was. The folder also keeps the key of the
fingerprints, for its owner only.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from headwater.exhibits.live.entries import LiveExhibit
from headwater.model.errors import StoreError
from headwater.model.exhibit import Exhibit

_LEDGER, _KEY, _LOCK, _SCHEMA = "ledger.jsonl", "key", "lock", "headwater/survey-state/1"
_KEY_BYTES = 32


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep other scans from the memory in a folder, which is made, until this one is done.

    The system lets go of the lock with the process that holds it: one that was killed keeps nobody out.

    :raises StoreError: if another scan is at work on it
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600), "w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StoreError(
                "another scan is using this state: wait until it is done, or name another", str(folder)
            ) from error
        yield


@dataclass(slots=True)
class Ledger:
    """The memory of scans in one folder. ``mark`` says what scanning depends on: after a change of it everything is read anew.

    ``bounds`` are the memory (MB) and the time (s) that a worker may take: what was given up is read again where either has grown.
    """

    folder: Path
    mark: str
    bounds: tuple[float, float] = (0.0, 0.0)
    known: dict[str, Mapping[str, Any]] = field(default_factory=dict, repr=False)

    @classmethod
    def open(cls, folder: Path, mark: str, bounds: tuple[float, float] = (0.0, 0.0)) -> Ledger:
        """Open a folder's memory, or begin one. Raises StoreError where it is damaged otherwise than a killed scan leaves it."""
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        ledger = cls(folder, mark, bounds)
        file = folder / _LEDGER
        if file.exists():
            ledger._read(file)
        return ledger

    def _read(self, file: Path) -> None:
        """Take what is known. The last line has no end where a scan was killed while it was written: it goes."""
        data = file.read_bytes()
        whole = data.rfind(b"\n") + 1
        for number, line in enumerate(data[:whole].splitlines(), start=1):
            try:
                row = json.loads(line)
                self.known[row["path"]] = row
            except (ValueError, KeyError, TypeError) as error:
                raise StoreError("is torn; remove the folder and scan anew", f"{file}:{number}") from error
        if whole < len(data):
            with file.open("r+b") as stream:
                stream.truncate(whole)

    @property
    def key(self) -> bytes:
        """The secret key of the fingerprints; made when it is asked for first."""
        file = self.folder / _KEY
        if not file.exists():
            aside = self.folder / f".{_KEY}.{secrets.token_hex(4)}"
            with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
                stream.write(secrets.token_bytes(_KEY_BYTES))
                os.fsync(stream.fileno())
            aside.replace(file)
        key = file.read_bytes()
        if len(key) != _KEY_BYTES:
            raise StoreError("is no key; remove the folder and scan anew", str(file))
        return key

    def same(self, exhibit: Exhibit) -> Mapping[str, Any] | None:
        """What an unchanged file gave; ``None`` for one that is new, has changed, or lies where nobody can tell."""
        row = self.known.get(exhibit.path)
        if isinstance(exhibit, LiveExhibit) and (exhibit.version is None or not _is_whole(row)):
            return None  # what a network let go may come the next time
        if row is None or row["schema"] != _SCHEMA or row["mark"] != self.mark or row["state"] != state_of(exhibit):
            return None
        if any(now > then for now, then in zip(self.bounds, row.get("given_up", self.bounds), strict=True)):
            return None
        return row if all((self.folder / each["finds"]).exists() for each in row["files"]) else None

    def keep(
        self,
        exhibit: Exhibit,
        files: list[dict[str, Any]],
        not_read: list[dict[str, str]],
        allowed: Mapping[int, int] | None = None,
        *,
        given_up: bool = False,
    ) -> Mapping[str, Any]:
        """Remember what a file gave; ``allowed`` says how often what is allowed was left out, by block of the settings.

        ``given_up`` says that some of it took more than the bounds, or brought a worker down.
        """
        row: dict[str, Any] = {
            "schema": _SCHEMA, "path": exhibit.path, "mark": self.mark, "state": state_of(exhibit),
            "files": files, "not_read": not_read, "allowed": {str(block): count for block, count in (allowed or {}).items()},
        }  # fmt: skip
        if given_up:
            row["given_up"] = list(self.bounds)
        with (self.folder / _LEDGER).open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(row, sort_keys=True) + "\n")
        self.known[exhibit.path] = row
        return row

    def place(self, number: int) -> Path:
        """A folder that no file has used yet, for the finds of one file; ``number`` is that of the job."""
        folder = self.folder / "finds"
        folder.mkdir(exist_ok=True)
        return folder / f"{secrets.token_hex(4)}-{number}"

    def tidy(self) -> None:
        """Take away the finds of files that are not known any more, and write the memory without what was replaced."""
        used = {Path(each["finds"]).parts[1] for row in self.known.values() for each in row["files"]}
        for folder in (self.folder / "finds").glob("*"):
            if folder.name not in used:
                shutil.rmtree(folder)
        aside = self.folder / f".{_LEDGER}.new"
        rows = [json.dumps(self.known[path], sort_keys=True) + "\n" for path in sorted(self.known)]
        aside.write_text("".join(rows), "utf-8")
        aside.replace(self.folder / _LEDGER)


def _is_whole(row: Mapping[str, Any] | None) -> bool:
    return row is not None and not row["not_read"] and all(each["row"]["status"] == "read" for each in row["files"])


def state_of(exhibit: Exhibit) -> list[int] | list[str]:
    """What tells that a file has changed: size, and times of content and of its entry in nanoseconds.

    Of what lies behind a door it is the version that its source tells.
    """
    if isinstance(exhibit, LiveExhibit):
        return [exhibit.version] if exhibit.version is not None else []
    try:
        status = exhibit.file.stat()
    except OSError:
        return []
    return [status.st_size, status.st_mtime_ns, status.st_ctime_ns]
