"""The package's one file, written in one pass: a ZIP archive of which every byte follows from its members."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from headwater.casework.package.sealing import Readable
from headwater.model.errors import CaseError, StoreError
from headwater_verify import Digester, Entry, local_header, plain_name, tail


@dataclass(frozen=True, slots=True)
class Member:
    """A member as it was written."""

    name: str
    size: int
    sha256: str
    sm3: str

    def told(self) -> dict[str, str | int]:
        """The member as the manifest has it."""
        return {"path": self.name, "bytes": self.size, "sha256": self.sha256, "sm3": self.sm3}


@dataclass(slots=True)
class Container:
    """An archive that is being written; members are added in the order of their names."""

    _out: BinaryIO
    _digester: Digester
    _entries: list[Entry] = field(default_factory=list)

    def add(self, name: str, source: Readable, size: int) -> Member:
        """Write one member of so many bytes, digesting it on the way.

        :raises CaseError: when the source has other than so many bytes, for it is being written to
        """
        raw, offset = name.encode(), self._out.tell()
        if not plain_name(name) or (self._entries and raw <= self._entries[-1][0]):
            raise CaseError("is no name that can follow in a package", name)
        self._out.write(local_header(raw, size, 0))
        sha256, sm3, crc, done = self._digester.take(source, size, self._out.write)
        if done != size or source.read(1):
            raise CaseError("was changed while the package was made", name)
        end = self._out.tell()
        self._out.seek(offset)
        self._out.write(local_header(raw, size, crc))
        self._out.seek(end)
        self._entries.append((raw, size, crc, offset))
        return Member(name, size, sha256, sm3)

    def add_bytes(self, name: str, data: bytes) -> Member:
        """Write a member that is in memory."""
        return self.add(name, io.BytesIO(data), len(data))

    def add_file(self, name: str, file: Path) -> Member:
        """Write a member from a file."""
        with file.open("rb") as source:
            return self.add(name, source, os.fstat(source.fileno()).st_size)

    def end(self) -> None:
        """Write what stands behind the last member."""
        self._out.write(tail(self._entries, self._out.tell()))


@contextmanager
def container(file: Path, digester: Digester) -> Iterator[Container]:
    """Write an archive aside and give it its name when it is whole and on the disk.

    A run that is killed leaves nothing under that name; what it left aside, the next one overwrites.
    """
    aside = file.with_name(f".{file.name}.new")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with aside.open("wb") as out:
            made = Container(out, digester)
            yield made
            made.end()
            out.flush()
            os.fsync(out.fileno())
        aside.replace(file)
        _keep_name(file.parent)
    except OSError as error:
        raise StoreError(
            f"the package cannot be written: {error.strerror or error}", str(error.filename or file)
        ) from error
    finally:
        with suppress(OSError):
            aside.unlink(missing_ok=True)


def _keep_name(folder: Path) -> None:
    """See to it that the new name survives a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
