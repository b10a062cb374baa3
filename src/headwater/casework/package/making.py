"""A package from the case folder, the workspace and the output: digested, listed, signed, stamped, sealed, written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import rfc8785
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey

from headwater.casework.package.answer import counts, exact, findings, said_of_clocks
from headwater.casework.package.container import Container, Member, container
from headwater.casework.package.keys import Signer, fingerprint
from headwater.casework.package.notes import NOTES
from headwater.casework.package.parameters import parameters
from headwater.casework.package.reading import DIFFERENT, ReadFile, Watch, read_files, totals
from headwater.casework.package.readme import readme
from headwater.casework.package.record import NOTHING_SAID, ChainHead, Record
from headwater.casework.package.sealing import CIPHER, Sealed, Watched, sealed_size
from headwater.casework.package.tool import machine, tool
from headwater.casework.package.written import older, written
from headwater.exhibits.folder import CaseFolder
from headwater.model.errors import CaseError
from headwater.store.manifest import Manifest
from headwater.store.workspace import Workspace
from headwater_verify import FORMAT, MANIFEST, MOST, SEAL, SIGNATURE, SLOW, STAMP, Digester, seal_of

RESULT = "files/result.json"
Stamp = Callable[[bytes], bytes]
"""Gives a time stamp over a signature, or nothing (``b""``)."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be packed, and what is to be said of it.

    ``at`` is the time that the package tells, with zone; ``further`` are files of ``out`` beside those that are always
    packed; ``chains`` are heads of hash-chained lists; ``clocks`` is what :func:`headwater.casework.package.clocks.clocks` gave.
    """

    out: Path
    to: Path
    at: datetime
    record: Record = NOTHING_SAID
    further: tuple[Path, ...] = ()
    chains: tuple[ChainHead, ...] = ()
    clocks: Mapping[str, Any] | None = None
    command: tuple[str, ...] = ()
    with_machine: bool = False
    recipient: X25519PublicKey | None = None
    """To whom the case's own files are encrypted and packed too; ``None``: they stay out."""


@dataclass(frozen=True, slots=True)
class Packed:
    """A package that was written: the files it speaks of, its members, and its signature."""

    file: Path
    read: tuple[ReadFile, ...]
    members: tuple[Member, ...]
    signature: bytes
    stamped: bool
    chains: tuple[ChainHead, ...] = ()
    older: tuple[str, ...] = ()
    """Files that may have been made of an earlier result."""

    @property
    def different(self) -> list[ReadFile]:
        """Files that are not as they were when they were read."""
        return [file for file in self.read if file.state in DIFFERENT]


def make_package(
    case: CaseFolder,
    workspace: Workspace,
    order: Order,
    signer: Signer,
    stamp: Stamp | None = None,
    watch: Watch | None = None,
) -> Packed:
    """Write a package and say what is in it. The same input, key and time give the same bytes.

    :raises CaseError: when there is no result, or it was made of other files than the workspace has read
    """
    files = written(order.out, order.further, workspace.root)
    result, digest = _result(files)
    _must_belong(result, workspace.manifest)
    digester = Digester()
    if digester.slow and sum(exhibit.size for exhibit in case.exhibits) > SLOW:
        digester.close()
        raise CaseError(
            "the OpenSSL of this Python has no SM3, and without it so many bytes would take days: use one that has (OpenSSL 3)"
        )
    try:
        read = read_files(case, workspace, digester, watch)
        names = _names(read, order)
        told = _told(case, workspace, order, signer, result, read, names)
        with container(order.to, digester) as out:
            members = [out.add_bytes("README.txt", readme(told).encode())]
            if order.recipient:
                members += list(_exhibits(out, read, names, signer, order.recipient))
            members += [out.add_file(name, file) for name, file in files.items()]
            if digest not in (m.sha256 for m in members if m.name == RESULT):
                raise CaseError("was changed while the package was made", RESULT)
            signature, stamped = _close(out, told | {"members": [m.told() for m in members]}, signer, stamp)
    finally:
        digester.close()
    return Packed(order.to, tuple(read), tuple(members), signature, stamped, order.chains, tuple(older(files)))


def _names(read: Sequence[ReadFile], order: Order) -> dict[str, str]:
    """Under which names the case's own files are packed: numbers, for their own names may name people."""
    if not order.recipient:
        return {}
    return {file.path: f"exhibits/{number:08}.enc" for number, file in enumerate(read, 1) if file.file}


def _exhibits(
    out: Container, read: Sequence[ReadFile], names: Mapping[str, str], signer: Signer, to: X25519PublicKey
) -> Iterator[Member]:
    for file in read:
        if file.file and file.path in names:
            with file.file.open("rb") as source:
                same = Watched(source)
                sealed = Sealed(same, file.sha256, signer, to)
                yield out.add(names[file.path], sealed, sealed_size(file.size))
            if same.sha256 != file.sha256:
                raise CaseError("was changed while the package was made", file.shown)


def _close(out: Container, told: dict[str, Any], signer: Signer, stamp: Stamp | None) -> tuple[bytes, bool]:
    """Write the manifest, its signature, the time stamp if there is one, and the seal over the latter two."""
    manifest = rfc8785.dumps(told)
    if len(manifest) > MOST[MANIFEST]:
        raise CaseError("there are more files than one package can list")
    signature = signer.key.sign(manifest)
    token = stamp(signature) if stamp else b""
    out.add_bytes(MANIFEST, manifest)
    out.add_bytes(SIGNATURE, signature)
    if token:
        out.add_bytes(STAMP, token)
    out.add_bytes(SEAL, signer.key.sign(seal_of(signature, token)))
    return signature, bool(token)


def _result(files: Mapping[str, Path]) -> tuple[dict[str, Any], str]:
    """The result, and the digest of its file, which must still be that when it is packed."""
    file = files.get(RESULT)
    if file is None:
        raise CaseError("there is no result.json; `headwater investigate CASE --out OUT` writes one")
    data = file.read_bytes()
    try:
        result: dict[str, Any] = json.loads(data)
        if not str(result["schema"]).startswith("headwater/result/"):
            raise ValueError
    except (ValueError, KeyError, TypeError):
        raise CaseError("is no result of Headwater", str(file)) from None
    return result, hashlib.sha256(data).hexdigest()


def _must_belong(result: Mapping[str, Any], manifest: Manifest) -> None:
    """Insist that the result is of the files that the workspace has read."""
    read = {(i.path, i.sha256) for i in manifest.inputs() if i.reader}
    told = {(f["path"], f["sha256"]) for f in result["read"]["files"]}
    if read != told:
        raise CaseError(
            "result.json was made of other files than this workspace has read; `headwater report` makes it anew"
        )


def _told(
    case: CaseFolder,
    workspace: Workspace,
    order: Order,
    signer: Signer,
    result: Mapping[str, Any],
    read: Sequence[ReadFile],
    names: Mapping[str, str],
) -> dict[str, Any]:
    at, zone = order.at.astimezone(UTC), ZoneInfo(case.settings.timezone)
    told = {
        "format": FORMAT,
        "case": exact({name: result["case"][name] for name in sorted(result["case"])}),
        "made": {
            "at": {"utc": at.isoformat(), "local": at.astimezone(zone).isoformat(), "zone": case.settings.timezone},
            "command": list(order.command),
        },
        "parameters": parameters(case.settings, workspace.root),
        "record": order.record.told(),
        "tool": tool(),
        "clocks": {**(order.clocks or {}), "said": said_of_clocks(result)},
        "inputs": {
            "totals": totals(read),
            "files": [f.told(names.get(f.path), with_time=order.with_machine) for f in read],
            "not_read": [{"path": n.path, "reason": n.reason} for n in workspace.manifest.not_read()],
        },
        "findings": findings(result),
        "counts": counts(result, workspace.manifest.rejected(), workspace.manifest.fact("key") or ""),
        "chains": [chain.told() for chain in order.chains],
        "notes": [{"en": note.en, "zh": note.zh} for note in NOTES],
        "signer": {"algorithm": "Ed25519", "public_key": signer.public.hex(), "fingerprint": signer.fingerprint},
    }
    if order.recipient:
        told["exhibits"] = {"cipher": CIPHER, "recipient": fingerprint(order.recipient.public_bytes_raw())}
    return told | ({"machine": machine()} if order.with_machine else {})
