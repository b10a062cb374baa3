"""Files in a store that is not a folder: S3, HDFS, SMB, SFTP, HTTP and whatever else fsspec reaches; listed and opened for reading only.

Each store needs its own package of fsspec's (``s3fs``, ``smbprotocol``, ``paramiko`` …); the reason says which one is missing.
"""

from __future__ import annotations

import io
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

import fsspec

from headwater.exhibits.limits import Budget, Limits, Meter
from headwater.exhibits.live.credentials import without_secrets
from headwater.exhibits.member import Member
from headwater.exhibits.names import shown
from headwater.exhibits.opening import Packed, expanded
from headwater.exhibits.streams import buffered
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import Exhibit, NotRead


def remote_members(
    address: str,
    options: Mapping[str, Any] | None = None,
    limits: Limits | None = None,
    passwords: Sequence[str] = (),
) -> Iterator[Member | NotRead]:
    """Give every file below an address, unpacked like those of a case folder, and a reason for each that cannot be read.

    ``options`` are those of the store (an account, a key). They are handed on and kept nowhere.

    :raises UnreadableError: if the store is unknown, its package is missing, or it cannot be listed
    """
    place = without_secrets(address).rstrip("/")
    try:
        store, root = fsspec.core.url_to_fs(address, **dict(options or {}))
        found = store.find(root, detail=True)
        if not found and store.isfile(root):
            found = {root: store.info(root)}
    except ImportError as error:
        raise UnreadableError(f"needs a package that is not installed: {_package(error)}", place) from error
    except Exception as error:  # every store has errors of its own
        raise UnreadableError(f"the store cannot be opened or listed ({type(error).__name__})", place) from error
    for path in sorted(found):
        yield from _one(
            store, path, _cited(place, root, path), _size(found[path]), limits or Limits(), tuple(passwords)
        )


def _one(
    store: Any, path: str, cited: str, size: int | None, limits: Limits, passwords: tuple[str, ...]
) -> Iterator[Member | NotRead]:
    exhibit = Exhibit(cited, Path(os.devnull), "live", None, size or 0)
    meter = Meter(Budget(limits, size or 0))
    yield from expanded(
        Packed(cited, exhibit, size, None, lambda: buffered(_Reading(store, path)), meter, passwords), 0
    )


def _size(details: Mapping[str, Any]) -> int | None:
    size = details.get("size")
    return int(size) if isinstance(size, int) else None


def _cited(place: str, root: str, path: str) -> str:
    rest = path.removeprefix(root).lstrip("/")
    return shown((f"{place}/{rest}" if rest else place).encode("utf-8", "backslashreplace"))


def _package(error: ImportError) -> str:
    """The first word of the sentence in which fsspec names what is missing, or the module's name."""
    return error.name or str(error).split(" ")[1 if str(error).startswith("Install ") else 0]


class _Reading(io.RawIOBase):
    """A remote file, opened for reading when it is read; every error of its store is an OSError here."""

    def __init__(self, store: Any, path: str) -> None:
        super().__init__()
        try:
            self._file = cast(BinaryIO, store.open(path, "rb"))
        except OSError:
            raise
        except Exception as error:
            raise OSError(f"the store refused the file ({type(error).__name__})") from error

    def readable(self) -> bool:
        """Say yes."""
        return True

    def seekable(self) -> bool:
        """Say whether the store lets one seek."""
        return self._file.seekable()

    def tell(self) -> int:
        """Give the place in the file."""
        return self._file.tell()

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place."""
        return self._file.seek(offset, whence)

    def readinto(self, buffer: object) -> int:
        """Fill the buffer with what comes next; 0 at the end."""
        view = memoryview(cast(bytearray, buffer)).cast("B")
        try:
            data = self._file.read(len(view))
        except OSError:
            raise
        except Exception as error:
            raise OSError(f"the store failed while the file was read ({type(error).__name__})") from error
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the remote file."""
        if not self.closed:
            self._file.close()
        super().close()
