"""Files in a store that is not a folder: S3, HDFS, SMB, SFTP, HTTP and whatever else fsspec reaches; listed and opened for reading only.

Each store needs its own package of fsspec's (``s3fs``, ``smbprotocol``, ``paramiko`` …); the reason says which one is missing.
"""

from __future__ import annotations

import errno
import io
import shutil
import stat
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import itemgetter
from typing import Any, BinaryIO, cast
from urllib.parse import unquote

import fsspec

from headwater.exhibits.held import Held, HeldSlice, unnamed
from headwater.exhibits.limits import Budget, Limits, Meter
from headwater.exhibits.live.doors import Door
from headwater.exhibits.live.entries import LiveExhibit, live
from headwater.exhibits.live.known_hosts import policy
from headwater.exhibits.live.times import moment
from headwater.exhibits.live.walked import files, kind
from headwater.exhibits.member import Member
from headwater.exhibits.names import shown
from headwater.exhibits.opening import Packed, expanded
from headwater.exhibits.streams import buffered
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

_SECRETS = {
    "sftp": "password",
    "ssh": "password",
    "smb": "password",
    "ftp": "password",
    "s3": "secret",
    "s3a": "secret",
}
_OPTIONS = {"smb": {"share_access": "rwd", "register_session_retries": 1}}
"""A file of a share that is opened without a word is kept from everybody else for so long."""
_PATIENCE = 20.0  # seconds until a server of SSH has answered
_TAGS = ("etag", "ETag", "md5Hash", "checksum")
_TIMES = ("mtime", "LastModified", "last_modified", "updated", "modified", "modificationTime")
_ASIDE = 1 << 30  # bytes: a larger file is read from its store each time, not laid aside
_COPY = 1 << 20


def exhibits(door: Door, holder: str | None = None) -> Iterator[LiveExhibit | NotRead]:
    """List every file below an address, by its path, and every folder that cannot be listed.

    :raises UnreadableError: if the store is unknown, its package is missing, or it cannot be listed
    """
    store, root = _store(door)
    try:
        found = sorted(files(store, root), key=itemgetter(0))
    except Exception as error:  # every store has errors of its own
        raise UnreadableError(f"the store cannot be opened or listed ({kind(error)})", door.shown) from None
    for path, told in found:
        cited = _cited(door.shown, root, path)
        if isinstance(told, NotRead):
            yield NotRead(cited, told.reason)
            continue
        times = [each for key in _TIMES if (each := moment(told.get(key))) is not None]
        version, modified, access = _version(told), next(iter(times), None), _access(told)
        yield live(cited, door, (path,), _size(told), holder=holder, version=version, modified=modified, access=access)


def members(
    exhibit: LiveExhibit, passwords: Sequence[str] = (), limits: Limits | None = None, aside: int = _ASIDE
) -> Iterator[Member | NotRead]:
    """Give a remote file, unpacked like one of a case folder, and a reason for each that cannot be read.

    One of at most ``aside`` bytes is fetched once, a larger one is read from its store each time.
    """
    store, _ = _store(exhibit.door)
    store.invalidate_cache()
    (path,) = exhibit.name
    meter = Meter(Budget(limits or Limits(), exhibit.size))
    opener = _fetched(store, path, exhibit.size) if exhibit.size <= aside else lambda: buffered(_Reading(store, path))
    yield from expanded(Packed(exhibit.path, exhibit, exhibit.size or None, None, opener, meter, tuple(passwords)), 0)


def _store(door: Door) -> tuple[Any, str]:
    scheme, _, rest = door.address.partition("://")
    options: dict[str, Any] = dict(_OPTIONS.get(scheme, {}))
    if door.password is not None:
        if scheme not in _SECRETS:
            raise UnreadableError("this store takes no password: it finds its account in its environment", door.shown)
        options[_SECRETS[scheme]] = door.password
        user, _, below = rest.partition("@")
        if _SECRETS[scheme] == "secret":
            options["key"], rest = unquote(user), below
    try:
        if scheme in ("sftp", "ssh"):
            options |= {
                "host_key_policy": policy(),
                "timeout": _PATIENCE,
                "banner_timeout": _PATIENCE,
                "auth_timeout": _PATIENCE,
            }
        store, root = fsspec.core.url_to_fs(f"{scheme}://{rest}", **options)
    except ImportError as error:
        raise UnreadableError(f"needs a package that is not installed: {_package(error)}", door.shown) from None
    except Exception as error:  # every store has errors of its own
        raise UnreadableError(f"the store cannot be opened ({kind(error)})", door.shown) from None
    return store, str(root)


def _fetched(store: Any, path: str, size: int) -> Callable[[], BinaryIO]:
    """Opens a file that is fetched once, when it is opened first, and lies in an unnamed file from then on."""
    held: list[tuple[Held, int]] = []

    def opener() -> BinaryIO:
        if not held:
            aside = unnamed()
            with buffered(_Reading(store, path)) as stream:
                shutil.copyfileobj(stream, aside.stream, _COPY)
            if (got := aside.stream.tell()) < size:
                raise OSError(errno.EIO, f"the store gave {got:,} of {size:,} bytes")
            held.append((aside, aside.stream.tell()))
        return buffered(HeldSlice(held[0][0], 0, held[0][1]))

    return opener


def _size(details: Mapping[str, Any]) -> int | None:
    size = details.get("size")
    return int(size) if isinstance(size, int) else None


def _version(details: Mapping[str, Any]) -> str | None:
    """What changes with the content: the store's own mark or time, with the size; ``None`` where it tells neither."""
    mark = next((str(details[key]) for key in (*_TAGS, *_TIMES) if details.get(key)), None)
    return f"{details.get('size')} {mark}" if mark is not None else None


def _access(details: Mapping[str, Any]) -> dict[str, Any] | None:
    """Owner, group and mode, as far as the store has such."""
    mode = details.get("mode")
    bits = f"{stat.S_IMODE(mode):04o}" if isinstance(mode, int) else None
    told = {
        "owner": _text(details.get("owner", details.get("uid"))),
        "group": _text(details.get("group", details.get("gid"))),
        "mode": bits or (f"{details['permission']:0>4}" if str(details.get("permission", "")).isdigit() else None),
    }
    return told if any(told.values()) else None


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _cited(place: str, root: str, path: str) -> str:
    rest = path.removeprefix(root)  # a store may have both a/b and a//b
    between = "/" if rest and not rest.startswith("/") else ""
    return shown(f"{place}{between}{rest}".encode("utf-8", "backslashreplace"))


def _package(error: ImportError) -> str:
    """The first word of the sentence in which fsspec names what is missing, or the module's name."""
    return error.name or str(error).split(" ")[1 if str(error).startswith("Install ") else 0]


class _Reading(io.RawIOBase):
    """A remote file, opened for reading when it is read; every error of its store is an OSError here."""

    def __init__(self, store: Any, path: str) -> None:
        super().__init__()
        try:
            self._file = cast(BinaryIO, store.open(path, "rb"))
        except Exception as error:
            raise OSError(errno.EIO, f"the store refused the file ({kind(error)})") from None

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
        self._file.seek(offset, whence)  # Paramiko's does not say where it is
        return self._file.tell()

    def readinto(self, buffer: object) -> int:
        """Fill the buffer with what comes next; 0 at the end."""
        view = memoryview(cast(bytearray, buffer)).cast("B")
        try:
            data = self._file.read(len(view))
        except Exception as error:
            raise OSError(errno.EIO, f"the store failed while the file was read ({kind(error)})") from None
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close the remote file."""
        if not self.closed:
            self._file.close()
        super().close()
