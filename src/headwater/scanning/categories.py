"""The category of every kind, and the words by which sensitive columns without a check digit are known."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal
from headwater.identifiers.columns import filled
from headwater.identifiers.headers import Words, read_words

_ENOUGH = 1 / 3
OWN = "own"


@dataclass(frozen=True, slots=True)
class Category:
    """What a kind counts as: its category, its name in the rule sets of the law, its usual legal group.

    ``words`` and ``content`` (a pattern of its cells) are set for sensitive columns only.
    """

    kind: str
    category: str
    law: str
    group: str
    words: Words | None = None
    content: str = ""


@cache
def categories() -> Mapping[str, Category]:
    """Every kind that the data file knows."""
    text = (files(__package__) / "data" / "categories.toml").read_text("utf-8")
    words = read_words(text)
    return {
        kind: Category(kind, row["category"], row["law"], row["group"], words.get(kind), row.get("content", ""))
        for kind, row in tomllib.loads(text).items()
    }


def category_of(kind: str) -> Category:
    """Give the category of a kind; the numbers of a data set of its own (``own:COLUMN``) share one."""
    return categories()[OWN if kind.startswith(f"{OWN}:") else kind]


def sensitive_kind(header: str, values: pa.Array) -> Category | None:
    """Tell by header and content whether a column holds sensitive data that has no form of its own, as a balance."""
    named = [c for c in categories().values() if c.words is not None and c.words.name(header)]
    if not named:
        return None
    texts = pc.utf8_trim_whitespace(normal.as_text(values))
    texts = texts.filter(filled(texts))
    if len(texts) == 0:
        return None
    return next((c for c in named if normal.matching(texts, c.content).mean() >= _ENOUGH), None)
