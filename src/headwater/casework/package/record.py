"""What people say of the collection: who took what, from whom, how, before which witness, and who had it since."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, replace
from pathlib import Path
from typing import Any

from headwater.identifiers.text import mask_line
from headwater.model.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Custody:
    """One link of the chain of custody: when, what was done with which exhibit, by whom, from whom, to whom, and why.

    ``sha256`` is the exhibit's; ``same`` says, where it was looked at, whether the file still was what had been taken.
    """

    at: str
    what: str
    by: str
    exhibit: str = ""
    sha256: str = ""
    giver: str = ""
    to: str = ""
    because: str = ""
    same: str = ""


@dataclass(frozen=True, slots=True)
class Derived:
    """A file that was made from another before Headwater read it: a copy, an extract, a redaction."""

    path: str
    parent: str
    what: str


@dataclass(frozen=True, slots=True)
class ChainHead:
    """Where a hash-chained list stood: how many entries it had, the digest of the last, and whether it was whole."""

    name: str
    entries: int
    last: str
    whole: bool = True

    def told(self) -> dict[str, Any]:
        """The head as the manifest has it."""
        return {"name": self.name, "entries": self.entries, "last": self.last, "whole": self.whole}


@dataclass(frozen=True, slots=True)
class Record:
    """What a package says that no file can tell. Empty texts are written as empty: nothing is made up.

    ``second`` is the second person who collected; ``holder`` who held the data (and is no investigator when they are the
    organisation's own staff); ``clock_check`` how the clocks were held against a right one; ``before`` and ``after``
    tell when the collection began and ended.
    """

    number: str = ""
    authority: str = ""
    cause: str = ""
    place: str = ""
    source: str = ""
    method: str = ""
    write_protection: str = ""
    clock_check: str = ""
    began: str = ""
    ended: str = ""
    collector: str = ""
    second: str = ""
    holder: str = ""
    witness: str = ""
    custody: tuple[Custody, ...] = ()
    derived: tuple[Derived, ...] = ()

    def told(self) -> dict[str, Any]:
        """The record as the manifest has it."""
        plain = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("custody", "derived")}
        return plain | {"custody": _rows(self.custody), "derived": _rows(self.derived)}

    def with_people(self, people: Mapping[str, str]) -> Record:
        """The record with what was said on the command line."""
        said: dict[str, Any] = {name: mask_line(text) for name, text in people.items()}
        return replace(self, **said)

    def with_custody(self, entries: Sequence[Custody]) -> Record:
        """The record with further links, those of the casebook for instance, in the order of their times."""
        return replace(self, custody=tuple(sorted((*self.custody, *entries), key=lambda c: c.at)))


NOTHING_SAID = Record()


def read_record(file: Path) -> Record:
    """Read a record from a TOML file: the keys of :class:`Record`, ``[[custody]]`` and ``[[derived]]``.

    Identifiers in any text (a witness's telephone, an identity number) are masked: a package names people, no more.

    :raises SettingsError: for a key that is not known, or a value that is no text
    """
    try:
        told = tomllib.loads(file.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"is no TOML: {error}", str(file)) from None
    except OSError as error:
        raise SettingsError(f"cannot be read: {error.strerror}", str(file)) from None
    plain = {k: v for k, v in told.items() if k not in ("custody", "derived")}
    return Record(
        **_texts(plain, Record, str(file), but=("custody", "derived")),
        custody=tuple(Custody(**_texts(row, Custody, f"{file} [[custody]]")) for row in _list(told, "custody", file)),
        derived=tuple(Derived(**_texts(row, Derived, f"{file} [[derived]]")) for row in _list(told, "derived", file)),
    )


def _list(told: Mapping[str, Any], name: str, file: Path) -> list[Mapping[str, Any]]:
    rows = told.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise SettingsError(f"must be written as [[{name}]]", str(file))
    return rows


def _texts(told: Mapping[str, Any], kind: type[Any], place: str, but: Sequence[str] = ()) -> dict[str, str]:
    known = [f.name for f in fields(kind) if f.name not in but]
    if unknown := sorted(set(told) - set(known)):
        raise SettingsError(f"unknown key {unknown[0]!r}; known are {', '.join(known)}", place)
    if missing := [f.name for f in fields(kind) if f.default is MISSING and f.name not in told]:
        raise SettingsError(f"lacks {missing[0]!r}", place)
    if wrong := sorted(name for name, value in told.items() if not isinstance(value, str)):
        raise SettingsError(f"{wrong[0]} must be a text in quotes", place)
    return {name: mask_line(value) for name, value in told.items()}


def _rows(rows: Sequence[Any]) -> list[dict[str, str]]:
    return [{f.name: getattr(row, f.name) for f in fields(row)} for row in rows]
