"""Makes exhibits for the tests of this room."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from headwater.exhibits.limits import Limits
from headwater.exhibits.member import Member
from headwater.exhibits.opening import members
from headwater.model.exhibit import Exhibit, NotRead


def exhibit(folder: Path, path: str, data: bytes) -> Exhibit:
    file = folder / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data)
    return Exhibit(path, file, path.split("/")[0], None, len(data))


def only_member(folder: Path, path: str, data: bytes) -> Member:
    (member,) = members(exhibit(folder, path, data))
    assert isinstance(member, Member), member
    return member


def opened(
    found: Exhibit, limits: Limits | None = None, passwords: tuple[str, ...] = ()
) -> tuple[dict[str, bytes], list[NotRead]]:
    """What every member holds, read as it is given, and what could not be read."""
    contents: dict[str, bytes] = {}
    not_read: list[NotRead] = []
    for item in members(found, limits, passwords):
        if isinstance(item, NotRead):
            not_read.append(item)
        else:
            with item.open() as stream:
                contents[item.path] = stream.read()
    return contents, not_read


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def tarred(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def gz(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)
