"""Tables of parts that a result may have or not: duties, prevention, other explanations, an account's year."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from headwater.casework.reports.csv import table
from headwater.casework.reports.records import records

Row = Mapping[str, Any]

DUTY = (
    *(
        "id",
        "place",
        "to",
        "who",
        "title",
        "status",
        "levels",
        "within",
        "counted_from",
        "counted",
        "manner",
        "binding",
    ),
    *("after", "rests", "unless", "contains", "article", "in_force", "source", "as_of", "certainty", "verified"),
    *("standing", "notes"),
)
PLACE = ("id", "name", "version", "digest", "as_of", "zone", "counting")
FACT = ("fact", "text", "holds", "low", "high", "because")
CASE = ("incident", "leak")
CONTROL = (
    *CASE,
    *(
        "control",
        "title",
        "does",
        "stopped",
        "at",
        "day",
        "row",
        "rows_before",
        "persons_before",
        "saved",
        "share_saved",
    ),
    *("saved_if_followed", "persons_if_followed", "denied_acts", "denied_persons", "denied_days", "parameters"),
    *("limits", "statements", "assumptions", "evidence"),
)
SET = (*CASE, "allowed", "share", "controls", "through", "innocent_days")
CANNOT = (*CASE, "control", "title", "text")
OTHER = ("incident", "id", "title", "outcome", "text", "how", "numbers", "evidence")
DAY = ("incident", "account", "owner", "day", "read", "in_story")


def export(result: Mapping[str, Any]) -> dict[str, bytes]:
    """A table for each part that is there, by file name."""
    found = {name: (columns, list(rows(result))) for name, (columns, rows) in _TABLES.items()}
    return {f"{name}.csv": table(rows, columns) for name, (columns, rows) in found.items() if rows}


def _duties(part: str) -> Callable[[Row], Iterator[Row]]:
    def rows(result: Row) -> Iterator[Row]:
        found = result.get("duties")
        yield from records(found.get(part)) if isinstance(found, Mapping) else ()

    return rows


def _prevention(part: str) -> Callable[[Row], Iterator[Row]]:
    def rows(result: Row) -> Iterator[Row]:
        for case in records(result.get("prevention")):
            for entry in records(case.get(part)):
                cost = entry.get("innocent_denied")
                denied = {f"denied_{key}": n for key, n in cost.items()} if isinstance(cost, Mapping) else {}
                yield {**entry, **denied, **{key: case.get(key) for key in CASE}}

    return rows


def _alternatives(result: Row) -> Iterator[Row]:
    for incident in records(result.get("incidents")):
        for entry in records(incident.get("alternatives")):
            yield {**entry, "incident": incident.get("rank")}


def _year(result: Row) -> Iterator[Row]:
    """One row a day of an account's year: how many records were read, and whether the day is of the story."""
    for incident in records(result.get("incidents")):
        for year in records(incident.get("year")):
            first, story = date.fromisoformat(str(year["from"])), set(year.get("incident") or ())
            for n, read in enumerate(year["read"]):
                day = (first + timedelta(days=n)).isoformat()
                yield {**year, "incident": incident.get("rank"), "day": day, "read": read, "in_story": day in story}


_TABLES: Mapping[str, tuple[Sequence[str], Callable[[Row], Iterator[Row]]]] = MappingProxyType(
    {
        "duties": (DUTY, _duties("entries")),
        "duty_facts": (FACT, _duties("facts")),
        "duty_places": (PLACE, _duties("places")),
        "prevention": (CONTROL, _prevention("controls")),
        "prevention_sets": (SET, _prevention("combined")),
        "prevention_cannot": (CANNOT, _prevention("cannot")),
        "alternatives": (OTHER, _alternatives),
        "year": (DAY, _year),
    }
)
"""Columns and rows by name."""
