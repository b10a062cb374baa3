"""The files that are carried between the sides: a signed head that says what it is, and sections of equal items.

Layout: the line ``headwater/match/1``; one line of JSON, the head; then the sections one after another, each so many items of
so many bytes. The head names the kind, the fields, every section with its items and width, the BLAKE2b digest of all sections,
the signer's public key, and the Ed25519 signature of all this. The size of a file follows from its head, and is compared
before anything is read: a torn file and one of a hostile size are refused at once. Items are read in blocks, or as one array of
bytes whose size the head told.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO, cast

import numpy as np
import numpy.typing as npt

from headwater.exchange.errors import ExchangeError, TamperedError
from headwater.exchange.identity import Identity, is_hex, verify

SCHEMA = "headwater/match/1"
MOST_ITEMS = 1 << 26
"""The most items of one section that are read or written: four times the ten million of a large list, with room."""
MOST_HEAD = 1 << 16
_MAGIC = SCHEMA.encode() + b"\n"
_MOST_WIDTH = 1 << 12
_MOST_SECTIONS = 32
_BLOCK = 1 << 22
Bytes = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Section:
    """A row of items of ``width`` bytes each; ``start`` is where it begins in the file."""

    name: str
    items: int
    width: int
    start: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """A section to be written: blocks of whole items."""

    name: str
    width: int
    blocks: Iterable[bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A carried file whose signature holds. ``by`` is the public key of who signed it."""

    file: Path
    kind: str
    fields: Mapping[str, Any] = field(repr=False)
    sections: Mapping[str, Section]
    by: str
    head: Mapping[str, Any] = field(repr=False)

    @property
    def digest(self) -> str:
        """What tells this very file from any other: of the head, which holds the digest of the rest."""
        return blake2b(_canonical(self.head), digest_size=32).hexdigest()

    def text(self, name: str) -> str:
        """A field that is a text; :class:`TamperedError` when there is none."""
        value = self.fields.get(name)
        if not isinstance(value, str):
            raise TamperedError(f"the file has no {name}", str(self.file))
        return value

    def number(self, name: str) -> int:
        """A field that is a whole number from 0; :class:`TamperedError` when there is none."""
        value = self.fields.get(name)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise TamperedError(f"the file has no {name}", str(self.file))
        return value

    def section(self, name: str, width: int) -> Section:
        """A section that must be there, with items of that width."""
        found = self.sections.get(name)
        if found is None or found.width != width:
            raise TamperedError(f"the file has no {name} of {width} bytes each", str(self.file))
        return found

    def blocks(self, name: str, items: int) -> Iterator[list[bytes]]:
        """The items of a section, so many at a time."""
        section = self.sections[name]
        with self.file.open("rb") as stream:
            stream.seek(section.start)
            for first in range(0, section.items, items):
                count = min(items, section.items - first)
                data = stream.read(count * section.width)
                yield [data[i : i + section.width] for i in range(0, len(data), section.width)]

    def array(self, name: str) -> Bytes:
        """The items of a section as one array of bytes: a row for each."""
        section = self.sections[name]
        flat = np.fromfile(self.file, np.uint8, section.items * section.width, offset=section.start)
        return flat.reshape(section.items, section.width)


Fields = Mapping[str, Any]


def write(
    path: Path, kind: str, fields: Fields | Callable[[], Fields], parts: Sequence[Part], identity: Identity
) -> Parcel:
    """Write and sign a file; it appears whole or not at all.

    The blocks of the parts are asked for in their order, and ``fields``, where it is a function, after the last of them.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=path.parent) as body:
            sections, digest = _fill(cast(BinaryIO, body), parts)
            head = {
                "schema": SCHEMA,
                "kind": kind,
                "fields": dict(fields() if callable(fields) else fields),
                "sections": [[s.name, s.items, s.width] for s in sections],
                "body": digest,
                "by": identity.card.signing,
            }
            head["signature"] = identity.sign(_canonical(head))
            line = _canonical(head) + b"\n"
            if len(line) > MOST_HEAD:
                raise ExchangeError(f"what is said about the file takes more than {MOST_HEAD:,} bytes", str(path))
            with aside.open("wb") as out:
                out.write(_MAGIC + line)
                shutil.copyfileobj(body, out, _BLOCK)
        aside.replace(path)
    except OSError as error:
        raise ExchangeError(f"cannot be written: {error.strerror}", str(path)) from error
    finally:
        aside.unlink(missing_ok=True)
    return open_parcel(path, kind, body=False)


def _fill(body: BinaryIO, parts: Sequence[Part]) -> tuple[list[Section], str]:
    digest, sections = blake2b(digest_size=32), []
    for part in parts:
        size = 0
        for block in part.blocks:
            body.write(block)
            digest.update(block)
            size += len(block)
        if size % part.width or size // part.width > MOST_ITEMS:
            raise ExchangeError(f"{part.name}: more than {MOST_ITEMS:,} items, or half of one")
        sections.append(Section(part.name, size // part.width, part.width))
    body.seek(0)
    return sections, digest.hexdigest()


def open_parcel(path: Path, kind: str | None = None, *, body: bool = True) -> Parcel:
    """Open a carried file: compare its size, check its signature and, unless told otherwise, the digest of its items.

    :raises TamperedError: when it is none, torn, changed, or of another kind than the one asked for
    """
    place = str(path)
    try:
        with path.open("rb") as stream:
            if stream.read(len(_MAGIC)) != _MAGIC:
                raise TamperedError(f"is no file of private matching ({SCHEMA})", place)
            line = stream.readline(MOST_HEAD)
            parcel = _parsed(path, line, len(_MAGIC) + len(line), place)
            _check_size(parcel, path.stat().st_size, len(_MAGIC) + len(line), place)
            if body and _digest(stream) != parcel.head["body"]:
                raise TamperedError("was changed: its items have not the digest that was signed", place)
    except OSError as error:
        raise ExchangeError(f"cannot be read: {error.strerror}", place) from error
    if kind is not None and parcel.kind != kind:
        raise TamperedError(f"is a {parcel.kind} and no {kind}", place)
    return parcel


def from_head(head: object, kind: str, place: str) -> Parcel:
    """A parcel of which only the head was kept, as a receipt in another file; its signature is checked."""
    line = json.dumps(head).encode()[:MOST_HEAD] + b"\n"
    parcel = _parsed(Path(place), line, 0, place)
    if parcel.kind != kind:
        raise TamperedError(f"holds the head of a {parcel.kind} and no {kind}", place)
    return parcel


def _parsed(path: Path, line: bytes, start: int, place: str) -> Parcel:
    try:
        head = json.loads(line) if line.endswith(b"\n") else None
    except (ValueError, RecursionError):
        head = None
    if not isinstance(head, dict) or head.get("schema") != SCHEMA or not _has_shape(head):
        raise TamperedError("its head is torn, or was changed", place)
    try:
        told = _canonical({name: value for name, value in head.items() if name != "signature"})
    except ValueError as error:  # half a character, or a number that is none
        raise TamperedError("its head was changed", place) from error
    verify(head["by"], told, head["signature"], place)
    sections: dict[str, Section] = {}
    for name, items, width in head["sections"]:
        sections[name] = Section(name, items, width, start)
        start += items * width
    return Parcel(path, head["kind"], head["fields"], sections, head["by"], head)


def _has_shape(head: Mapping[str, Any]) -> bool:
    sections = head.get("sections")
    return (
        isinstance(head.get("kind"), str)
        and isinstance(head.get("fields"), dict)
        and is_hex(head.get("body"), 64)
        and is_hex(head.get("by"), 64)
        and is_hex(head.get("signature"), 128)
        and isinstance(sections, list)
        and len(sections) <= _MOST_SECTIONS
        and all(_is_section(section) for section in sections)
        and len({section[0] for section in sections}) == len(sections)
    )


def _is_section(value: object) -> bool:
    if not isinstance(value, list) or len(value) != 3 or not isinstance(value[0], str):
        return False
    items, width = value[1], value[2]
    whole = type(items) is int and type(width) is int
    return whole and 0 <= items <= MOST_ITEMS and 1 <= width <= _MOST_WIDTH


def _check_size(parcel: Parcel, size: int, start: int, place: str) -> None:
    due = start + sum(section.items * section.width for section in parcel.sections.values())
    if size != due:
        raise TamperedError(f"is torn: it has {size:,} bytes where its head tells of {due:,}", place)


def _digest(stream: BinaryIO) -> str:
    digest = blake2b(digest_size=32)
    while block := stream.read(_BLOCK):
        digest.update(block)
    return digest.hexdigest()


def _canonical(value: Mapping[str, Any]) -> bytes:
    """JSON with sorted keys and no blanks: the bytes that are signed."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
