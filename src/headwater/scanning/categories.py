"""The category of every kind, and the words by which sensitive columns without a check digit are known."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal
from headwater.identifiers.columns import filled
from headwater.identifiers.headers import Words, read_words
from headwater.identifiers.national import numbers
from headwater.model.settings import OwnRecogniser

_ENOUGH = 1 / 3
OWN = "own"
PERSONAL = frozenset({"name", "id", "contact", "address", "account"})
"""The categories of which one column at least stands beside a sensitive one that says ``beside = "person"``."""


@dataclass(frozen=True, slots=True)
class Category:
    """What a kind counts as: its category, its name in the rule sets of the law, its usual legal group.

    The others are set for sensitive columns only: ``words`` of a header that name it and ``unless`` that do not,
    ``content`` (a pattern of its cells), and ``beside``: ``person`` where a column of a person must stand in the same table.
    """

    kind: str
    category: str
    law: str
    group: str
    words: Words | None = None
    content: str = ""
    beside: str = "person"
    unless: Words | None = None


@cache
def categories() -> Mapping[str, Category]:
    """Every kind that the data file knows."""
    text = (files(__package__) / "data" / "categories.toml").read_text("utf-8")
    words = read_words(text)
    known = {kind: _category(kind, row, words.get(kind)) for kind, row in tomllib.loads(text).items()}
    return {**known, **{name: Category(name, "id", "identity", "n5") for name in numbers()}}


def _category(kind: str, row: Mapping[str, Any], words: Words | None) -> Category:
    unless = Words(tuple(row.get("not", ())), frozenset(row.get("not", ())))
    return Category(
        kind,
        row["category"],
        row["law"],
        row["group"],
        words,
        row.get("content", ""),
        row.get("beside", "person"),
        unless,
    )


def declared_category(row: OwnRecogniser) -> Category:
    """Give the category of the numbers that an organisation declares."""
    return Category(f"{OWN}:{row.name}", row.category, row.law, row.group)


def category_of(kind: str, declared: Mapping[str, Category] = MappingProxyType({})) -> Category:
    """Give the category of a kind; the numbers of a data set of its own (``own:COLUMN``) share one.

    ``declared`` are the kinds that the settings declare, each with a category of its own.
    """
    return declared.get(kind) or categories()[OWN if kind.startswith(f"{OWN}:") else kind]


def sensitive_kind(header: str, values: pa.Array, beside: Collection[str] | None = None) -> Category | None:
    """Tell by header and content whether a column holds sensitive data that has no form of its own, as a balance.

    ``beside`` are the kinds of the table's other columns: sensitive data are somebody's, so that one of them must be a
    person's (:data:`PERSONAL`), unless the category says ``beside = "nobody"``. ``None`` where nobody knows them.
    """
    named = [c for c in categories().values() if c.words is not None and c.words.name(header)]
    named = [c for c in named if not (c.unless and c.unless.name(header)) and _stands_beside(c, beside)]
    if not named:
        return None
    texts = pc.utf8_trim_whitespace(normal.as_text(values))
    texts = texts.filter(filled(texts))
    if len(texts) == 0:
        return None
    return next((c for c in named if normal.matching(texts, c.content).mean() >= _ENOUGH), None)


def sensitive_named(header: str) -> bool:
    """Tell whether a header names sensitive data of any kind; the content is not looked at."""
    return any(c.words is not None and c.words.name(header) for c in categories().values())


def _stands_beside(category: Category, kinds: Collection[str] | None) -> bool:
    if kinds is None or category.beside != "person":
        return True
    return any(category_of(kind).category in PERSONAL for kind in kinds)
