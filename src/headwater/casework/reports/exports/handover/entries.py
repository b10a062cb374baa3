"""What stands in the list: files with category, format, size and digests, what was not read, and what each holder has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from headwater.casework.reports.records import records

CATEGORIES: Mapping[str, str] = MappingProxyType(
    {
        "logs": "log",
        "chats": "communication",
        "contacts": "communication",
        "payments": "transaction",
        "seized": "seized",
        "leaks": "leaked",
        "complaints": "complaint",
        "complaints.csv": "complaint",
        "hr": "organisation",
        "business": "business",
        "clients": "protected",
    }
)
"""The category of a file by the first part of its path in the case folder; all others are ``other``."""

OF_HOLDERS = frozenset({"seized", "chats", "payments", "contacts"})
GROUPS = ("n3", "n4", "n5")


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of the list. ``None`` and empty texts are what the result does not say: they are left to be filled in."""

    number: int
    path: str
    category: str
    format: str
    size: int | None
    sha256: str
    sm3: str
    holder: str
    rows: int | None
    rejected: int | None
    persons: int | None


@dataclass(frozen=True, slots=True)
class Held:
    """What one holder has: files, rows, persons, items by category, and the low and high count of each legal group."""

    holder: str
    files: int
    rows: int
    persons: int
    items: tuple[tuple[str, int], ...]
    groups: tuple[tuple[str, int, int], ...]


def entries(result: Mapping[str, Any]) -> Iterator[Entry]:
    """Every file that was read, in the order of the result."""
    persons = {
        str(f["path"]): f.get("persons") for h in result["holdings"] for f in records(h.get("files")) if "path" in f
    }
    for n, file in enumerate(records(result["read"]["files"]), 1):
        path = str(file["path"])
        yield Entry(
            n,
            path,
            category(path),
            str(file.get("format") or ""),
            file.get("bytes"),
            str(file.get("sha256") or ""),
            str(file.get("sm3") or ""),
            holder(path),
            file.get("rows"),
            file.get("rejected"),
            persons.get(path),
        )


def held(result: Mapping[str, Any]) -> Iterator[Held]:
    """Every holder, with the counts of the tally where there is one."""
    counts = {str(t.get("suspect")): t.get("items") for t in result["tally"] if t.get("suspect")}
    for holding in result["holdings"]:
        files, items = holding.get("files"), holding.get("items")
        yield Held(
            str(holding["holder"]),
            len(files) if isinstance(files, list | tuple) else int(files or 0),
            int(holding["rows"]),
            int(holding["persons"]),
            tuple(sorted((str(k), int(n)) for k, n in items.items())) if isinstance(items, Mapping) else (),
            tuple(_groups(counts.get(str(holding["holder"])))),
        )


def category(path: str) -> str:
    """What kind of electronic data a file is, by where it lies in the case folder.

    >>> category("seized/S1042/a.xlsx"), category("x.bin")
    ('seized', 'other')
    """
    return CATEGORIES.get(path.partition("/")[0], "other")


def holder(path: str) -> str:
    """With whom it was found, where the path says so.

    >>> holder("seized/S1042/a.xlsx"), holder("logs/crm/a.log"), holder("seized/a.xlsx")
    ('S1042', '', '')
    """
    first, *rest = path.split("/")
    return rest[0] if first in OF_HOLDERS and len(rest) > 1 else ""


def _groups(items: Any) -> Iterator[tuple[str, int, int]]:
    for group in GROUPS if isinstance(items, Mapping) else ():
        count = items.get(group)
        sides = count if isinstance(count, Mapping) else {"low": count or 0, "high": count or 0}
        yield group, int(sides.get("low") or 0), int(sides.get("high") or 0)
