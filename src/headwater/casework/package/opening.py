"""Opens the encrypted files of a package again: after the package was checked, and each held against its digest."""

from __future__ import annotations

import hashlib
import io
import os
from pathlib import Path
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from headwater.casework.package.sealing import ExhibitError, Readable, unsealed
from headwater_verify import WRONG, AlteredError, Digester, Package, local_header, members, plain_name, signatures


def open_exhibits(package: Path, key: X25519PrivateKey, folder: Path, signer: bytes | None = None) -> list[Path]:
    """Write the raw files of a package below a new folder, for its owner alone, and give where they are.

    :param signer: the public key or fingerprint that the package must be signed with; ``None`` takes any
    :raises ExhibitError: when the package is not whole, the key is not the recipient's, or the folder is not empty
    """
    read = _whole(package, signer)
    wanted = [f for f in read.manifest["inputs"]["files"] if "exhibit" in f]
    if not wanted:
        raise ExhibitError("holds no encrypted files", str(package))
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise ExhibitError("is not empty", str(folder))
    places = {
        name.decode(): (offset + len(local_header(name, size, crc)), size) for name, size, crc, offset in read.entries
    }
    opened = []
    with package.open("rb") as stream:
        for number, file in enumerate(wanted, 1):
            start, size = places[file["exhibit"]]
            stream.seek(start)
            path = file["path"] if plain_name(file["path"]) else f"{number:06}"
            _write(_Slice(stream, size), file["sha256"], key, folder / path)
            opened.append(folder / path)
    return opened


def _whole(package: Path, signer: bytes | None) -> Package:
    digester = Digester()
    try:
        read = Package(package, digester)
        wrong = [said for mark, said, _ in (*members(read, digester), *signatures(read, signer)) if mark == WRONG]
    except AlteredError as error:
        wrong = [str(error.args[0])]
    except OSError as error:
        wrong = [f"cannot be read: {error.strerror}"]
    finally:
        digester.close()
    if wrong:
        raise ExhibitError(f"is not as it was signed: {wrong[0]}", str(package))
    return read


class _Slice(io.RawIOBase):
    """So many bytes of a stream."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        self._stream, self._left = stream, size

    def read(self, size: int = -1) -> bytes:
        """The next of them."""
        data = self._stream.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        return data


def _write(source: Readable, sha256: str, key: X25519PrivateKey, file: Path) -> None:
    """Write one file aside and name it when its digest is right."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = file.with_name(f".{file.name}.new")
    state = hashlib.sha256()
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            for piece in unsealed(source, sha256, key):
                state.update(piece)
                out.write(piece)
        if state.hexdigest() != sha256:
            raise ExhibitError("is not what was read", file.name)
        aside.replace(file)
    finally:
        aside.unlink(missing_ok=True)
