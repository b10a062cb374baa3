"""Reads ``duty.toml``: what a person says of a case that no log can show."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from headwater.law.duties.duty import MOMENTS
from headwater.law.duties.facts import Facts, vocabulary
from headwater.law.duties.ranges import Range
from headwater.law.duties.reading import known_places
from headwater.model.errors import CaseError

ALL = "all"
"""The key of ``[persons]`` for everybody whose data leaked, wherever they live."""


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody said: facts, of one place or of all, and how many persons the law of each place counts."""

    facts: Facts = field(default_factory=Facts)
    persons: Mapping[str, Range] = field(default_factory=dict)
    kinds_complete: bool = False


def read(file: Path) -> Told:
    """Read a file of facts.

    :raises CaseError: where it cannot be read, or says something that no rule asks for
    """
    try:
        data = tomllib.loads(file.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise CaseError(f"cannot be read: {error.strerror}", file.name) from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CaseError("is no TOML in UTF-8", file.name) from error
    return parse(data, file.name)


def parse(data: Mapping[str, Any], where: str = "duty.toml") -> Told:
    """What the tables of such a file say; raises :class:`CaseError` as :func:`read` does."""
    rest = dict(data)
    complete = rest.pop("kinds_complete", False)
    persons = rest.pop("persons", {})
    places = rest.pop("place", {})
    if not isinstance(complete, bool):
        raise CaseError("kinds_complete must be true or false", where)
    counted = {k: _range(v, f"[persons] {k}", where) for k, v in _table(persons, "[persons]", where).items()}
    own = {k: _facts(_table(v, f"[place.{k}]", where), where) for k, v in _table(places, "[place]", where).items()}
    for name in sorted({*counted, *own} - {ALL, *known_places()}):
        raise CaseError(f"no duties of {name!r} are known; there are {', '.join(known_places())}", where)
    made = _facts(rest, where)
    return Told(Facts(made.flags, made.counts, made.sectors, made.moments, own), counted, complete)


def _facts(table: Mapping[str, Any], where: str) -> Facts:
    flags: dict[str, bool] = {}
    counts: dict[str, Range] = {}
    moments: dict[str, datetime] = {}
    sectors: frozenset[str] | None = None
    for key, value in table.items():
        asked = vocabulary().get(key)
        if key in MOMENTS:
            moments[key] = _moment(value, key, where)
        elif asked is None or key == "persons":
            known = ", ".join(
                [*MOMENTS, *(k for k in vocabulary() if k != "persons"), "kinds_complete", "[persons]", "[place.X]"]
            )
            raise CaseError(f"unknown key {key!r}; known are {known}", where)
        elif asked.kind == "flag":
            flags[key] = _flag(value, key, where)
        elif asked.kind == "count":
            counts[key] = _range(value, key, where)
        else:
            sectors = _names(value, key, where)
    return Facts(flags, counts, sectors, moments)


def _table(value: Any, name: str, where: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise CaseError(f"{name} must be a table", where)
    return value


def _flag(value: Any, key: str, where: str) -> bool:
    if not isinstance(value, bool):
        raise CaseError(f"{key} must be true or false; leave it out where nobody knows", where)
    return value


def _range(value: Any, key: str, where: str) -> Range:
    """``480``, or ``{low = 480, high = 520}``; either end may be left out."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        return Range(value, value)
    if isinstance(value, Mapping) and value and set(value) <= {"low", "high"}:
        low, high = value.get("low", 0), value.get("high")
        whole = all(isinstance(n, int) and not isinstance(n, bool) for n in (low, 0 if high is None else high))
        if whole and low >= 0 and (high is None or high >= low):
            return Range(low, high)
    raise CaseError(f"{key} must be a whole number, or {{low = …, high = …}}", where)


def _moment(value: Any, key: str, where: str) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise CaseError(f"{key} must be a time with its zone, e.g. 2026-11-20T09:00:00+08:00", where)
    return value


def _names(value: Any, key: str, where: str) -> frozenset[str]:
    if isinstance(value, str):
        return frozenset({value})
    if isinstance(value, list) and all(isinstance(v, str) for v in value):
        return frozenset(value)
    raise CaseError(f"{key} must be a word or a list of words", where)
