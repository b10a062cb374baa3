"""The head of the log, kept outside the database: how many entries there were, and the digest of the last.

A file of mode 0600 beside the key, signed with it. It is written after the database has committed and before anybody
is told so: a process that is killed between leaves entries more than it counts, which is no harm; fewer mean that
somebody cut the log.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from headwater.model.errors import StoreError
from headwater.store.casebook.sealing import Sealer

START = "0" * 64
PURPOSE = "head of the log"


@dataclass(frozen=True, slots=True)
class Head:
    """How many entries a log had, and the digest of the last."""

    count: int
    digest: str

    def __str__(self) -> str:
        return f"{self.count}:{self.digest}"


EMPTY = Head(0, START)


@dataclass(frozen=True, slots=True)
class HeadFile:
    """The file in which this machine remembers the head of one casebook's log."""

    file: Path
    sealer: Sealer = field(repr=False)

    def read(self) -> Head | None:
        """The head, or ``None`` where there is no file.

        :raises StoreError: when the file was changed, or others may write it
        """
        try:
            if self.file.stat().st_mode & 0o077:
                raise StoreError("the head of the log can be read by others; make it mode 0600", str(self.file))
            told = json.loads(self.file.read_text("ascii", errors="replace"))
            head = Head(int(told["count"]), str(told["digest"]))
            signature = str(told["mac"])
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError) as error:
            raise StoreError("is no head of a log", str(self.file)) from error
        if not self.sealer.is_signed(PURPOSE, str(head), signature):
            raise StoreError("the head of the log was changed, or another key signed it", str(self.file))
        return head

    def begin(self) -> None:
        """Note that there is a log of no entries yet, before the first is made; a head that is there stays."""
        with self._alone():
            if self.read() is None:
                self._write(EMPTY)

    def advance(self, head: Head) -> None:
        """Remember a head that is further on; the file is on the disk when this returns."""
        with self._alone():
            known = self.read()
            if known is None or known.count < head.count:
                self._write(head)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        self.file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.file.with_name(f".{self.file.name}.lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _write(self, head: Head) -> None:
        told = {"count": head.count, "digest": head.digest, "mac": self.sealer.signature(PURPOSE, str(head))}
        aside = self.file.with_name(f".{self.file.name}.new")
        descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as out:
            out.write(json.dumps(told, sort_keys=True) + "\n")
            out.flush()
            os.fsync(out.fileno())
        aside.replace(self.file)
        folder = os.open(self.file.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
