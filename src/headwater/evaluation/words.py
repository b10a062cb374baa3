"""What tables and the page say, in English and in Chinese: one data file, looked up by key."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Literal

Lang = Literal["en", "zh"]
LANGS: tuple[Lang, ...] = ("en", "zh")


@cache
def _words() -> dict[str, dict[str, str]]:
    held: dict[str, dict[str, str]] = json.loads((files("headwater.evaluation") / "words.json").read_text("utf-8"))
    return held


def word(key: str, lang: Lang) -> str:
    """The text of a key in a language; a ``KeyError`` where the data file has none."""
    return _words()[key][lang]


def known(name: str, lang: Lang) -> str:
    """The word for a kind, a strength, a role or an origin; the name as it is where the data file has none."""
    return _words()[f"k.{name}"][lang] if f"k.{name}" in _words() else name
