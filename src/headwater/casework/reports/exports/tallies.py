"""Tallies as rows: what the law makes of the counts of each suspect, low and high, with what is open and what speaks against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from headwater.casework.reports.records import records

Row = Mapping[str, Any]

SIDES = ("low", "high")
_SIDED = ("n3", "n4", "n5", "gains", "persons", "half", "fine")

COLUMNS = (
    *("part", "suspect", "insider", "rule_set", "since"),
    *(f"{name}_{side}" for name in _SIDED for side in SIDES),
    *("grade", "low", "high", "articles", "verified", "arithmetic", "changes", "law", "against", "lenient", "open"),
    *("given", "neighbours", "notes"),
)


def rows(result: Row) -> Iterator[Row]:
    """One row for each suspect of the case and of the market."""
    for part, entries in (("case", result["tally"]), ("market", records(result["network"].get("tally")))):
        for entry in entries:
            yield {**entry, "part": part, **_sides(entry), **_told(entry)}


def _sides(entry: Row) -> dict[str, Any]:
    """Every count that has a low and a high one as two columns."""
    items = entry.get("items")
    pairs = dict(items) if isinstance(items, Mapping) else {}
    pairs |= {name: entry[name] for name in ("gains", "persons", "half", "fine") if entry.get(name) is not None}
    told: dict[str, Any] = {}
    for name, pair in pairs.items():
        both = pair if isinstance(pair, Mapping) else dict.fromkeys(SIDES, pair)
        told |= {f"{name}_{side}": both.get(side) for side in SIDES}
    for side in SIDES:
        graded = entry.get(side)
        told[side] = graded.get("grade") if isinstance(graded, Mapping) else graded
    rules = entry.get("rule_set")
    told["rule_set"] = f"{rules.get('id')} {rules.get('version')}" if isinstance(rules, Mapping) else rules
    return told


def _told(entry: Row) -> dict[str, Any]:
    return {
        "law": said(entry.get("law")),
        "against": said(entry.get("against")),
        "open": asked(entry),
        "neighbours": [
            f"{n.get('offence')} ({n.get('law')}): {n.get('low')} – {n.get('high')}"
            for n in records(entry.get("neighbours"))
        ],
    }


def said(entries: Any) -> list[str]:
    """Sentences of the law with their articles."""
    return [f"{e.get('article')}: {e.get('text')}" for e in records(entries)]


def asked(entry: Row) -> list[str]:
    """What a count cannot answer, and what it would change."""
    return [
        " ".join(filter(None, (str(q.get("asks") or ""), str(q.get("would") or ""))))
        for q in records(entry.get("open"))
    ]
