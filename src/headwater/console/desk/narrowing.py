"""What a list can be narrowed by: the values of a column with how many rows have each, and which one was chosen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from headwater.console.desk.desk import Desk
from headwater.console.models import Shown

MOST = 200
"""So many values are offered; any other may be typed into the address."""


class Choice(Shown):
    """A value that can be chosen."""

    value: str
    text: str
    rows: int
    """How many rows of the whole list have it."""


class Filter(Shown):
    """A column by which a list can be narrowed."""

    name: str
    """The parameter of the address."""
    title: str
    chosen: str
    choices: list[Choice]


def narrowing(
    desk: Desk, table: str, column: str, chosen: str, title: str, called: Callable[[str], str] = str
) -> Filter:
    """The filter of a column."""
    values = [(value, rows) for value, rows in desk.facets(table, column).items() if value]
    choices = [Choice(value=value, text=called(value), rows=rows) for value, rows in values[:MOST]]
    if chosen and chosen not in {choice.value for choice in choices}:
        choices.append(Choice(value=chosen, text=called(chosen), rows=dict(values).get(chosen, 0)))
    return Filter(name=column, title=title, chosen=chosen, choices=choices)


def chosen(**values: Any) -> Mapping[str, Any]:
    """Only what was chosen."""
    return {name: value for name, value in values.items() if value not in (None, "")}
