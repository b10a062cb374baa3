"""How many items of each legal group somebody holds or sold: a low and a high count."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from headwater.law.rule_set import GROUPS, RuleSet

LOW_FIRST = {"out": 0, "n5": 1, "n4": 2, "n3": 3}


@dataclass(frozen=True, slots=True)
class Range:
    """What the low and the high count say of the same thing.

    In one group ``low`` may be above ``high``: an item that can be argued into a graver group leaves the lighter one.
    """

    low: int = 0
    high: int = 0

    def __post_init__(self) -> None:
        if self.low < 0 or self.high < 0:
            raise ValueError("a count cannot be below zero")


@dataclass(frozen=True, slots=True)
class Counts:
    """Items by legal group and gains in the rule set's currency, each low and high."""

    n3: Range = Range()
    n4: Range = Range()
    n5: Range = Range()
    gains_low: float = 0
    gains_high: float = 0

    def __post_init__(self) -> None:
        if not 0 <= self.gains_low <= self.gains_high:
            raise ValueError("gains must not be below zero, nor the low above the high figure")

    def low(self) -> Reading:
        """The low count."""
        return Reading(self.n3.low, self.n4.low, self.n5.low, Fraction(str(self.gains_low)))

    def high(self) -> Reading:
        """The high count."""
        return Reading(self.n3.high, self.n4.high, self.n5.high, Fraction(str(self.gains_high)))


@dataclass(frozen=True, slots=True)
class Reading:
    """One of the two counts, as plain figures."""

    n3: int
    n4: int
    n5: int
    gains: Fraction

    def of(self, group: str) -> int:
        """Items of a group."""
        return {"n3": self.n3, "n4": self.n4, "n5": self.n5}[group]

    def ratio(self, rules: RuleSet) -> Fraction:
        """The proportional sum: each group's items over the figure from which they alone are serious."""
        return sum((Fraction(self.of(g)) / rules.items(g).serious.any for g in GROUPS), start=Fraction(0))


def row_groups(categories: Iterable[str], rules: RuleSet) -> tuple[str, str]:
    """The lightest and the gravest group of a row that holds items of these categories.

    A row that is traded as one is one item, so it has the group of its gravest part. A category that the rule set does
    not know is personal information of the last group. A row without any category is ``out`` in both.
    """
    lows, highs = ["out"], ["out"]
    for name in categories:
        entry = rules.category(name)
        lows.append(entry.low if entry else "n5")
        highs.append(entry.high if entry else "n5")
    return max(lows, key=LOW_FIRST.__getitem__), max(highs, key=LOW_FIRST.__getitem__)


def unsure(rows: Iterable[Iterable[str]], rules: RuleSet) -> tuple[str, ...]:
    """The categories that put one of these rows into a graver group in the high count than in the low one."""
    found: set[str] = set()
    for categories in rows:
        known = {n: c for n in categories if (c := rules.category(n)) is not None}
        low, high = row_groups(known, rules)
        found |= {n for n, c in known.items() if c.low != c.high == high != low}
    return tuple(sorted(found))


def unverified(rows: Iterable[Collection[str]], rules: RuleSet) -> tuple[str, ...]:
    """The categories that alone put one of these rows into its group, and whose place there no lawyer has confirmed."""
    found: set[str] = set()
    for categories in rows:
        known = [c for c in (rules.category(n) for n in categories) if c is not None]
        for side, group in zip(("low", "high"), row_groups([n for c in known for n in c.names], rules), strict=True):
            deciding = [c for c in known if getattr(c, side) == group]
            if group != "out" and deciding and not any(c.verified for c in deciding):
                found |= {n for c in deciding for n in c.names if n in categories}
    return tuple(sorted(found))


def count_rows(
    rows: Mapping[frozenset[str], Range], rules: RuleSet, gains_low: float = 0, gains_high: float = 0
) -> Counts:
    """Count rows into legal groups.

    ``rows`` says, for each set of categories that occurs together in a row, how many such rows there are: ``low``
    those that are named, valid and no duplicate, ``high`` all.
    """
    low, high = dict.fromkeys(LOW_FIRST, 0), dict.fromkeys(LOW_FIRST, 0)
    for categories, number in rows.items():
        lightest, gravest = row_groups(categories, rules)
        low[lightest] += number.low
        high[gravest] += number.high
    n3, n4, n5 = (Range(low[g], high[g]) for g in GROUPS)
    return Counts(n3, n4, n5, gains_low=gains_low, gains_high=gains_high)
