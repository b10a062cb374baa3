"""Checks a result against its contract, key by key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

Check = Callable[[Any, str], Iterator[str]]
"""Gives the problems of a value at a path; the value itself is never repeated."""

SCHEMA = "headwater/result/1"


def check(result: Mapping[str, Any]) -> tuple[str, ...]:
    """What is wrong with a result, one sentence per place (``result.incidents[0].rank: not a whole number``).

    Keys that the contract does not name are allowed: a newer program may say more.
    """
    return tuple(RESULT(result, "result"))


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

CASE = record({"name": text}, {"organisation": text, "jurisdiction": text, "timezone": text, "program": text})

READ = record(
    {
        "files": listed(
            record({"path": text}, {"format": maybe(text), "bytes": count, "rows": count, "rejected": count})
        ),
        "not_read": listed(record({"path": text, "reason": text}, {"code": text, "first_line": maybe(text)})),
    },
    {"totals": mapped(count)},
)

FINDING = record(
    {
        **{"id": text, "detector": text, "title": text, "severity": text},
        **{"accounts": TEXTS, "employees": TEXTS, "devices": TEXTS},
        **{"subjects": count, "bits": number, "statements": STATEMENTS, "evidence": listed(LINE)},
        **SPAN,
    },
    {"p_value": maybe(chance), "techniques": TEXTS, "clears": TEXTS},
)

PERSON = record(
    {"employee": text, "probability": chance},
    {"name": maybe(text), "department": maybe(text), "bits": number, "statements": STATEMENTS},
)

INCIDENT = record(
    {
        **{"rank": count, "title": text, "accounts": TEXTS, "employees": TEXTS, "findings": TEXTS},
        **{"bits": number, "subjects": count, "story": TEXTS},
        **SPAN,
    },
    {
        **{"devices": TEXTS, "departed": TEXTS, "notes": TEXTS, "clears": TEXTS, "against": TEXTS},
        **{"people": listed(PERSON), "statements": listed(STATEMENT), "prior": number},
        "timeline": listed(record({"time": moment, "lane": text}, {"text": text, "count": count, "to": maybe(moment)})),
        "channel": listed(record({"host": text}, {"bytes": maybe(count), "posts": maybe(count)})),
        "tickets": listed(anything),
    },
)

TAKER = record(
    {"rows_explained": count, "probability": chance},
    {
        **{"account": maybe(text), "employee": maybe(text), "devices": TEXTS, "share": chance, "bits": number},
        **{"statements": STATEMENTS, "from": maybe(either(moment, day)), "to": maybe(either(moment, day))},
    },
)

LEAK = record(
    {"leak": text, "rows": count, "ours": count, "not_ours": count, "takers": listed(TAKER), "unexplained": count},
    {
        **{"persons": count, "perhaps": count, "note": maybe(text)},
        "dated": maybe(
            record({}, {"not_before": maybe(either(moment, day)), "not_after": maybe(either(moment, day))}),
        ),
    },
)

SUSPECT = record(
    {"account": text, "complaints": count},
    {
        **{"expected": number, "p_value": maybe(chance), "employees": TEXTS, "from": maybe(day), "to": maybe(day)},
        **{"share": chance, "share_low": chance, "share_high": chance, "probability": chance, "bits": number},
        **{"silent": count, "to_come": maybe(number), "delay": count, "statements": STATEMENTS, "alike": TEXTS},
    },
)

COMPLAINTS = record(
    {"received": count, "ours": count, "common": listed(SUSPECT)},
    {
        **{"persons": count, "verdict": text, "p_value": maybe(chance), "p_always": maybe(chance)},
        **{"by_chance": maybe(number), "chance_low": maybe(number), "chance_high": maybe(number)},
        "statements": STATEMENTS,
    },
)

HOLDING = record(
    {"holder": text, "rows": count, "persons": count},
    {
        "files": either(count, TEXTS, listed(mapped(anything))),
        "items": ITEMS,
        "datasets": anything,
        "overlap": anything,
    },
)

SIDE = record({"grade": text}, {"ratio": number, "items": count})
TALLY = record(
    {"grade": text, "articles": TEXTS},
    {
        **{"suspect": maybe(text), "insider": flag, "rule_set": either(text, mapped(text)), "items": ITEMS},
        **{"gains": either(number, mapped(number)), "low": either(text, SIDE), "high": either(text, SIDE)},
        **{"notes": TEXTS, "arithmetic": TEXTS, "changes": TEXTS, "counting": TEXTS, "verified": flag},
    },
)

_PART = listed(mapped(anything))
NETWORK = either(
    listed(anything),
    record({"people": _PART, "orders": _PART}, {"key_players": listed(anything), "flows": _PART}),
)


RESULT = record(
    {
        **{"schema": check_schema(SCHEMA), "case": CASE, "read": READ, "findings": listed(FINDING)},
        **{"incidents": listed(INCIDENT), "attribution": listed(LEAK), "complaints": COMPLAINTS},
        **{"holdings": listed(HOLDING), "network": NETWORK, "tally": listed(TALLY)},
        "limits": listed(either(text, mapped(anything))),
    },
    {"answer": TEXTS},
)
