"""Encrypted 7z archives, unpacked with a password by py7zr (LGPL-2.1, extra ``archives``), which is imported only when one is met."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO

from headwater.exhibits.archives import ENCRYPTED, NO_PASSWORD
from headwater.exhibits.held import Held, unnamed
from headwater.exhibits.limits import Budget, LimitError, Meter
from headwater.exhibits.names import leads_out, shown
from headwater.model.errors import UnreadableError

_ABSENT = f"{ENCRYPTED}: to open it with a password, install the extra `archives`"


@dataclass(slots=True)
class Kept:
    """An unpacked file: its name, and where its bytes lie in the file that holds all of them."""

    name: str
    held: Held = field(repr=False)
    start: int
    meter: Meter
    length: int = 0


def with_password(
    stream: BinaryIO, passwords: Sequence[str], budget: Budget, only: frozenset[str] | None
) -> list[Kept]:
    """Unpack the files named (all of them if ``None``) with the first password that fits.

    :raises LimitError: if they come to more than the exhibit may unpack to
    :raises UnreadableError: if no password fits, or py7zr is not there
    """
    if not passwords:
        raise UnreadableError(ENCRYPTED)
    try:
        import py7zr
    except ImportError as error:
        raise UnreadableError(_ABSENT) from error
    for password in passwords:
        stream.seek(0)
        try:
            return _unpacked(py7zr, stream, password, budget, only)
        except LimitError:
            raise
        except Exception:  # a wrong password shows as damage, in as many ways as there are methods
            continue
    raise UnreadableError(NO_PASSWORD)


def _unpacked(library: Any, stream: BinaryIO, password: str, budget: Budget, only: frozenset[str] | None) -> list[Kept]:
    with library.SevenZipFile(stream, password=password) as archive:
        names = [
            name for name in archive.namelist() if not leads_out(name) and (only is None or shown_name(name) in only)
        ]
        factory = _Factory(budget)
        archive.extract(targets=names, factory=factory)
        return factory.kept


def shown_name(name: str) -> str:
    """A name as it is cited."""
    return shown(name.encode("utf-8", "backslashreplace"))


class _Factory:
    """Gives py7zr something to write each file into: one unnamed file for all of them."""

    def __init__(self, budget: Budget) -> None:
        self._held, self._budget = unnamed(), budget
        self.kept: list[Kept] = []

    def create(self, filename: str) -> _Writer:
        self.kept.append(Kept(shown_name(filename), self._held, self._end(), Meter(self._budget)))
        return _Writer(self.kept[-1])

    def _end(self) -> int:
        return self.kept[-1].start + self.kept[-1].length if self.kept else 0


class _Writer:
    """One file as it is unpacked."""

    def __init__(self, kept: Kept) -> None:
        self._kept, self._place = kept, 0

    def write(self, data: bytes | bytearray) -> int:
        self._kept.meter.reach(self._place + len(data))
        self._kept.held.stream.seek(self._kept.start + self._place)
        self._kept.held.stream.write(data)
        self._place += len(data)
        self._kept.length = max(self._kept.length, self._place)
        return len(data)

    def read(self, size: int | None = None) -> bytes:
        left = self._kept.length - self._place
        self._kept.held.stream.seek(self._kept.start + self._place)
        data = self._kept.held.stream.read(left if size is None else max(0, min(size, left)))
        self._place += len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        self._place = offset + {0: 0, 1: self._place, 2: self._kept.length}[whence]
        return self._place

    def flush(self) -> None:
        return

    def size(self) -> int:
        return self._kept.length

    def close(self) -> None:
        return
