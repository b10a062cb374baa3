"""Checks of values in an answer: each gives the problems of a value at a path, and never repeats the value itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

Check = Callable[[Any, str], Iterator[str]]
"""Gives the problems of a value at a path."""


def text(value: Any, path: str) -> Iterator[str]:
    """Any text."""
    if not isinstance(value, str):
        yield f"{path}: not text"


def count(value: Any, path: str) -> Iterator[str]:
    """A whole number, zero or more."""
    if isinstance(value, bool) or not isinstance(value, int):
        yield f"{path}: not a whole number"
    elif value < 0:
        yield f"{path}: below zero"


def number(value: Any, path: str) -> Iterator[str]:
    """A number that is finite."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield f"{path}: not a number"
    elif value != value or abs(value) == float("inf"):
        yield f"{path}: not finite"


def chance(value: Any, path: str) -> Iterator[str]:
    """A probability or a share."""
    problems = tuple(number(value, path))
    yield from problems
    if not problems and not 0 <= value <= 1:
        yield f"{path}: not between 0 and 1"


def flag(value: Any, path: str) -> Iterator[str]:
    """True or false."""
    if not isinstance(value, bool):
        yield f"{path}: not true or false"


def moment(value: Any, path: str) -> Iterator[str]:
    """An ISO 8601 time with zone."""
    try:
        zoned = datetime.fromisoformat(value).tzinfo is not None
    except (TypeError, ValueError):
        yield f"{path}: not a time"
        return
    if not zoned:
        yield f"{path}: a time without zone"


def day(value: Any, path: str) -> Iterator[str]:
    """An ISO 8601 date."""
    try:
        date.fromisoformat(value)
    except (TypeError, ValueError):
        yield f"{path}: not a date"


def check_schema(name: str) -> Check:
    """The name and version of the contract itself."""

    def checked(value: Any, path: str) -> Iterator[str]:
        if value != name:
            yield f"{path}: not {name}"

    return checked


def anything(value: Any, path: str) -> Iterator[str]:
    """No condition."""
    yield from ()


def maybe(inner: Check) -> Check:
    """Null is fine too."""
    return lambda value, path: iter(()) if value is None else inner(value, path)


def either(*options: Check) -> Check:
    """One of several forms; the problems of the last are told."""

    def checked(value: Any, path: str) -> Iterator[str]:
        problems: tuple[str, ...] = ()
        for option in options:
            problems = tuple(option(value, path))
            if not problems:
                return
        yield from problems

    return checked


def listed(inner: Check) -> Check:
    """A list of values of one form."""

    def checked(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, list | tuple):
            yield f"{path}: not a list"
            return
        for i, item in enumerate(value):
            yield from inner(item, f"{path}[{i}]")

    return checked


def mapped(inner: Check) -> Check:
    """A mapping from text to values of one form."""

    def checked(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield f"{path}: not a mapping"
            return
        for key, item in value.items():
            yield from inner(item, f"{path}.{key}")

    return checked


def record(needed: Mapping[str, Check], optional: Mapping[str, Check] | None = None) -> Check:
    """A mapping with named keys."""

    def checked(value: Any, path: str) -> Iterator[str]:
        if not isinstance(value, Mapping):
            yield f"{path}: not a mapping"
            return
        yield from (f"{path}.{key}: missing" for key in needed if key not in value)
        for key, inner in {**needed, **(optional or {})}.items():
            if key in value:
                yield from inner(value[key], f"{path}.{key}")

    return checked


TEXTS = listed(text)
LINE = record({"source": text, "line": count}, {"text": text})
STATEMENT = record({"text": text, "bits": number}, {"evidence": listed(LINE), "kind": text, "without": maybe(chance)})
STATEMENTS = listed(either(text, STATEMENT))
SPAN = {"from": maybe(moment), "to": maybe(moment)}
ITEMS = mapped(either(count, record({"low": count, "high": count})))
