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
    """A rule without a figure of its own: an offence, a way of counting, a trigger whatever the count.

    ``fact`` names the fact that must be known for it to apply, ``needs`` what else must be; with a ``group`` it applies
    only where there are items of it. ``when`` says in which weighings it is told (the names are those of :mod:`headwater.law.arguments`).
    """

    id: str
    role: str
    says: Text
    basis: Basis
    fact: str = ""
    needs: tuple[str, ...] = ()
    when: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of another measure than that of the group of items: from which number of ``fact`` an act is serious.

    ``especially`` is 0 where the law knows no graver tier. A fact that is true or not counts 1 or 0. ``parts`` makes it a
    proportional sum: each named fact over its own figure.
    """

    id: str
    offence: str
    fact: str
    covers: Text
    serious: Fraction
    especially: Fraction
    parts: tuple[str, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class Offence:
    """An offence beside the one of the rule set: it is weighed only where facts are given for it.

    ``table`` is the part of the facts that speaks of it, ``fact`` what must be true there, ``graver`` the rule that
    makes it especially serious (empty: no such tier), ``sentence`` what it carries.
    """

    id: str
    table: str
    fact: str
    graver: str
    says: Text
    basis: Basis


@dataclass(frozen=True, slots=True)
class Question:
    """A fact that only people can know, and how it is asked. ``favours``: it speaks for the suspect where it is true."""

    fact: str
    asks: Text
    favours: bool


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
    measures: tuple[Measure, ...] = ()
    offences: tuple[Offence, ...] = ()
    questions: tuple[Question, ...] = ()

    def items(self, group: str) -> Threshold:
        """The threshold of a group of items (``n3``, ``n4``, ``n5``)."""
        return next(t for t in self.thresholds if t.group == group)

    def only(self, kind: Kind) -> Threshold:
        """The one threshold of that kind (``ratio`` or ``gains``)."""
        return next(t for t in self.thresholds if t.kind == kind)

    def ruled(self, role: str) -> tuple[Rule, ...]:
        """The rules that play a role, in the order of the file."""
        return tuple(r for r in self.rules if r.role == role)

    def measured(self, offence: str) -> tuple[Measure, ...]:
        """The figures of an offence, in the order of the file."""
        return tuple(m for m in self.measures if m.offence == offence)

    def rule(self, identity: str) -> Rule:
        """The rule of that id."""
        return next(r for r in self.rules if r.id == identity)

    def category(self, name: str) -> Category | None:
        """The entry for items of that category, or ``None`` where the rule set does not know it."""
        return next((c for c in self.categories if name in c.names), None)
