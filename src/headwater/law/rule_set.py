"""What a rule set is: thresholds, rules and categories, each with article, date, source and certainty."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Literal

from headwater.model.words import Text

GROUPS = ("n3", "n4", "n5")
CERTAINTIES = ("opened", "excerpt", "from memory", "inference")

Kind = Literal["items", "ratio", "gains"]


@dataclass(frozen=True, slots=True)
class Source:
    """The copy of a legal text, or the page about it, that was read, and the day it dates from."""

    id: str
    where: str
    as_of: date


@dataclass(frozen=True, slots=True)
class Basis:
    """What a number or a rule rests on.

    ``in_force`` is the day the article took effect, ``as_of`` the date of the copy that was read; ``verified`` is false
    for everything that a lawyer has yet to confirm.
    """

    article: Text
    in_force: date
    source: str
    as_of: date
    certainty: str
    verified: bool


@dataclass(frozen=True, slots=True)
class Limit:
    """A figure that is reached at or above: for anybody, and for an insider who sells or provides."""

    any: Fraction
    insider: Fraction

    def of(self, insider: bool) -> Fraction:
        """The figure that applies."""
        return self.insider if insider else self.any


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number of the law: from how many items, which proportional sum or what gains an act is serious."""

    id: str
    kind: Kind
    group: str
    covers: Text
    serious: Limit
    especially: Limit
    basis: Basis


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule without a figure of its own: an offence, a way of counting, a trigger whatever the count."""

    id: str
    role: str
    says: Text
    basis: Basis


@dataclass(frozen=True, slots=True)
class Category:
    """Which legal group items of these categories belong to: the lightest and the gravest that can be argued.

    ``low`` is ``"out"`` where the low count leaves such items out.
    """

    names: tuple[str, ...]
    low: str
    high: str
    certainty: str
    verified: bool


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The law of one place, as data: immutable, and known by its version and the digest of its file."""

    id: str
    version: str
    digest: str
    jurisdiction: str
    currency: str
    name: Text
    in_force: date
    as_of: date
    sources: tuple[Source, ...]
    thresholds: tuple[Threshold, ...]
    rules: tuple[Rule, ...]
    categories: tuple[Category, ...]

    def items(self, group: str) -> Threshold:
        """The threshold of a group of items (``n3``, ``n4``, ``n5``)."""
        return next(t for t in self.thresholds if t.group == group)

    def only(self, kind: Kind) -> Threshold:
        """The one threshold of that kind (``ratio`` or ``gains``)."""
        return next(t for t in self.thresholds if t.kind == kind)

    def ruled(self, role: str) -> tuple[Rule, ...]:
        """The rules that play a role, in the order of the file."""
        return tuple(r for r in self.rules if r.role == role)

    def category(self, name: str) -> Category | None:
        """The entry for items of that category, or ``None`` where the rule set does not know it."""
        return next((c for c in self.categories if name in c.names), None)
