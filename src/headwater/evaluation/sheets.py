"""One table per topic, in words: the same rows for plain text, Markdown and the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from headwater.evaluation.words import Lang, word

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Column:
    """The head of a column, and the sentence that says what stands in it."""

    label: str
    meaning: str
    numeric: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table of one topic: title, what it means, columns, and rows of texts."""

    key: str
    title: str
    remark: str
    meaning: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Cell(Generic[Row]):
    """How one column is made of a row: the key of its words, whether it holds a figure, and its text."""

    key: str
    numeric: bool
    text: Callable[[Row], str]


def sheet(
    key: str, lang: Lang, cells: Sequence[Cell[Row]], rows: Iterable[Row], *, remark: str = "", name: str = ""
) -> Sheet:
    """The sheet of a topic; ``key`` finds its title and meaning, ``name`` tells two sheets of one topic apart."""
    return Sheet(
        key=name or key,
        title=word(f"{key}.title", lang),
        remark=remark,
        meaning=word(f"{key}.meaning", lang),
        columns=tuple(Column(word(f"c.{c.key}", lang), word(f"c.{c.key}.m", lang), c.numeric) for c in cells),
        rows=tuple(tuple(c.text(row) for c in cells) for row in rows),
    )
