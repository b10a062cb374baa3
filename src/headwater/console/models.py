"""What pages show: frozen models that are a page's content and, as JSON, its twin's.

A :class:`Table` or :class:`Chart` anywhere in a model can be downloaded by its name. Charts hold an option of Apache
ECharts as plain JSON, the sentence that says what is seen, and the table of what is drawn.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import BaseModel, ConfigDict

MOST = 500
"""So many rows has a page at most."""
Limit = Annotated[int, Query(ge=1, le=MOST, description="So many rows at most.")]
After = Annotated[str | None, Query(max_length=2000, description="The cursor that the page before gave as `next`.")]
Sought = Annotated[str, Query(max_length=200, description="Words that must be in a row.")]


class Shown(BaseModel):
    """Something that a page shows."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Body(BaseModel):
    """What somebody sends: JSON in REST, the fields of a form in a page."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True, str_max_length=20_000)


class Link(Shown):
    """A text that leads somewhere."""

    text: str
    href: str


class Badge(Shown):
    """A short word with a tone, which is said by a sign and a word, never by colour alone."""

    text: str
    tone: Literal["plain", "good", "warn", "bad", "soft"] = "plain"


Cell = str | int | float | bool | Link | Badge | None
Kind = Literal["text", "number", "bits", "percent", "money", "when", "day", "size", "code", "badge"]


class Column(Shown):
    """A column of a table: the key of its cells, its heading, and how they are written."""

    key: str
    title: str
    kind: Kind = "text"
    sort: str = ""
    """The value of ``sort`` that orders by this column, where the server can."""


class Table(Shown):
    """Rows under headings. ``next`` is the cursor of the rows after these."""

    name: str
    title: str
    columns: list[Column]
    rows: list[dict[str, Cell]]
    next: str | None = None
    total: int | None = None
    """How many there are in all, where that is known."""
    more: bool = False
    """Whether ``total`` is a lower bound."""
    short: list[str] = []
    """Words that were asked for and passed over: a letter or two, one Chinese character."""


class Chart(Shown):
    """A picture with the sentence that says what it shows, and its data as a table."""

    name: str
    title: str
    words: str
    option: dict[str, Any]
    table: Table
    height: Literal["low", "middle", "high"] = "middle"


class Done(Shown):
    """Something was done; a page leads on to ``to``."""

    to: str
    said: str = ""
    """What was done, in a sentence."""
    id: str = ""
    """The id of what was made, where something was."""


def tables(model: BaseModel) -> Iterator[Table]:
    """Every table of a model, those of charts too, as deep as they lie."""
    for name in type(model).model_fields:
        yield from _within(getattr(model, name))


def _within(value: object) -> Iterator[Table]:
    if isinstance(value, Table):
        yield value
    elif isinstance(value, BaseModel):
        yield from tables(value)
    elif isinstance(value, dict):
        for part in value.values():
            yield from _within(part)
    elif isinstance(value, (list, tuple)):
        for part in value:
            yield from _within(part)
