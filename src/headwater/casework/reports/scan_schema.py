"""Checks the answer of a scan against its contract, key by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from headwater.casework.reports.checks import (
    Check,
    chance,
    check_schema,
    count,
    day,
    flag,
    listed,
    maybe,
    moment,
    number,
    record,
    text,
)

SCHEMA = "headwater/scan/1"

STATUSES = ("read", "partly read", "unread")

SAMPLES = 5
"""At most so many samples of one kind stand beside a file."""


def check(answer: Mapping[str, Any]) -> tuple[str, ...]:
    """What is wrong with the answer of a scan, one sentence per place (``scan.files[0].rows: below zero``).

    Keys that the contract does not name are allowed: a newer program may say more.
    """
    return tuple(SCAN(answer, "scan"))


def one_of(*values: str) -> Check:
    """One of a few words."""

    def checked(value: Any, path: str) -> Iterator[str]:
        if value not in values:
            yield f"{path}: not one of {', '.join(values)}"

    return checked


TEXTS = listed(text)

ITEM = record(
    {"kind": text, "category": text, "found": count, "distinct": count},
    {"law": text, "group": text, "confidence": chance},
)

PEOPLE = {"rows": count, "persons": count, "named": count}

ACCESS = record(
    {},
    {"owner": maybe(text), "group": maybe(text), "mode": maybe(text), "others": maybe(flag), "grantees": TEXTS},
)
"""Who can read a file, or a table."""

COLUMN = record(
    {"place": count},
    {"header": maybe(text), "kind": maybe(text), "share": maybe(chance), "confidence": maybe(chance)},
)

PART = record(
    {"name": text, "rows": count, "persons": count},
    {"hidden": flag, "columns": listed(COLUMN)},
)

SAMPLE = record(
    {"part": text, "line": maybe(count), "kind": text, "mask": text},
    {"column": maybe(text), "confidence": maybe(chance)},
)

FILE = record(
    {
        **{"path": text, "holder": maybe(text), "format": maybe(text), "bytes": count, "status": one_of(*STATUSES)},
        **{"reasons": TEXTS, **PEOPLE, "items": listed(ITEM)},
    },
    {
        **{
            "codes": TEXTS,
            "sha256": maybe(text),
            "modified": maybe(moment),
            "parts": listed(PART),
            "samples": listed(SAMPLE),
        },
        "suppressed": listed(record({"filter": text, "count": count})),
        "origins": listed(record({"dataset": text, "persons": count, "share": chance})),
        "access": maybe(ACCESS),
    },
)

TOTALS = record(
    {
        **{"files": count, "read": count, "partly_read": count, "unread": count, "unchanged": count, "bytes": count},
        **PEOPLE,
    }
)

GROUP = {"group": text, "low": count, "high": count}

SCAN = record(
    {
        **{"schema": check_schema(SCHEMA), "version": text, "paths": TEXTS, "totals": TOTALS, "items": listed(ITEM)},
        **{"tally": listed(record({"laws": TEXTS, **GROUP})), "groups": listed(record(GROUP))},
        "holders": listed(record({"holder": maybe(text), "files": count, **PEOPLE, "items": listed(ITEM)})),
        "files": listed(FILE),
        "overlaps": listed(record({"a": text, "b": text, "persons": count})),
        "duplicates": listed(record({"how": text, "files": TEXTS})),
        "lineage": listed(
            record({"file": text, "of": text, "how": text}, {"shared": count, "share": number, "sentence": text})
        ),
        "datasets": listed(record({"dataset": text, "persons": count, "found": count})),
        "allowed": listed(record({"reason": text, "count": count}, {"expires": maybe(day), "expired": flag})),
        "not_read": listed(record({"path": text, "reason": text}, {"code": text})),
        "limits": TEXTS,
    }
)
