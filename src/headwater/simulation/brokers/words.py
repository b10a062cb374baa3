"""The two lists that this world is written from: what is sold, and how people talk."""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files

_HERE = files("headwater.simulation.brokers")
PHRASES: dict[str, list[str]] = json.loads((_HERE / "phrases.json").read_text("utf-8"))
_CATALOGUE = json.loads((_HERE / "catalogue.json").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class Item:
    """One thing on the price list: its category, who can get it, and what the last customer pays."""

    name: str
    source: str
    share: float
    end: tuple[int, int]
    keys: tuple[str, ...]
    words: tuple[str, ...]
    answers: tuple[str, ...]


ITEMS: tuple[Item, ...] = tuple(
    Item(
        i["name"],
        i["source"],
        i["share"],
        (i["end"][0], i["end"][1]),
        *(tuple(i[k]) for k in ("keys", "words", "answers")),
    )
    for i in _CATALOGUE["items"]
)
BULK_KINDS: tuple[tuple[str, str], ...] = tuple((b["name"], b["source"]) for b in _CATALOGUE["bulk"])
SOURCE_KINDS: tuple[str, ...] = tuple(sorted({i.source for i in ITEMS}))


def phrase(kind: str, number: int) -> str:
    """The phrase of that kind at a place that wraps around."""
    choices = PHRASES[kind]
    return choices[number % len(choices)]
