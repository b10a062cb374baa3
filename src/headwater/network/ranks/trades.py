"""What kind of place a source works at, by the categories that he answers himself."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from headwater.model.words import Text

FITS = 0.8
"""Share of a source's answers that must be of one trade's categories."""
INTRUDER = "hacker"
"""Answers of several unrelated trades: nobody can look that up at one place of work."""


@dataclass(frozen=True, slots=True)
class Trade:
    """A trade, the categories that people in it can look up, and its name."""

    name: str
    categories: frozenset[str]
    said: Text


@cache
def trades() -> tuple[Trade, ...]:
    """All trades of the data file, in its order."""
    read = tomllib.loads(files(__package__).joinpath("trades.toml").read_text("utf-8"))
    return tuple(Trade(n, frozenset(r["categories"]), Text(r["en"], r["zh"])) for n, r in read.items())


def trade_of(answers: Mapping[str, float]) -> tuple[str, Text, float]:
    """Trade, its name, and the share of the answers that it explains; ``hacker`` where none fits, "" without answers.

    >>> trade_of({"credit": 30, "balance": 12})[0], trade_of({"hotel": 9, "credit": 9, "express": 9})[0]
    ('bank', 'hacker')
    """
    known = {category: weight for category, weight in answers.items() if category and category != "other"}
    total = sum(known.values())
    if not total:
        return "", Text("", ""), 0.0
    shares = [sum(w for c, w in known.items() if c in trade.categories) / total for trade in trades()]
    share, _, best = max(
        (round(s, 6), -len(t.categories), -n) for n, (s, t) in enumerate(zip(shares, trades(), strict=True))
    )
    if share < FITS:
        return INTRUDER, Text("no single trade", "不属于同一行业"), share
    found = trades()[-best]
    return found.name, found.said, share
