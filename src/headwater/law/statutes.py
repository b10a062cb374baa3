"""Bodies of administrative law: what is forbidden, what is owed, and what a breach costs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import cache
from typing import Any

from headwater.law.reading import basis, citation_problems, content, day, made, sources, text, twice
from headwater.law.rule_set import Basis, Rule, Source
from headwater.model.words import Text

BODIES = ("cn_admin",)
"""The data files of administrative law that come with Headwater."""

WHO = ("organisation", "person")
TIERS = ("simple", "grave")
UNITS = ("CNY", "days", "times", "share")


@dataclass(frozen=True, slots=True)
class Penalty:
    """What a breach costs: a range in ``unit`` (CNY, days of detention, times the gains, share of turnover).

    ``breach`` is the rule that is broken; ``who`` pays, ``organisation`` or ``person``; ``low`` is 0 where the text gives no
    least figure.
    """

    id: str
    breach: str
    who: str
    tier: str
    unit: str
    low: Fraction
    high: Fraction
    covers: Text
    basis: Basis


@dataclass(frozen=True, slots=True)
class Statutes:
    """A body of administrative law, as data: known by its version and the digest of its file."""

    id: str
    version: str
    digest: str
    jurisdiction: str
    currency: str
    name: Text
    in_force: date
    as_of: date
    sources: tuple[Source, ...]
    rules: tuple[Rule, ...]
    penalties: tuple[Penalty, ...]

    def ruled(self, role: str) -> tuple[Rule, ...]:
        """The rules that play a role, in the order of the file."""
        return tuple(r for r in self.rules if r.role == role)

    def costs(self, breach: str, who: str | None = None) -> tuple[Penalty, ...]:
        """What breaking a rule costs an organisation, a person, or either."""
        return tuple(p for p in self.penalties if p.breach == breach and who in (None, p.who))


@cache
def load_statutes(name: str) -> Statutes:
    """Load the body of law ``rules/NAME.toml`` that comes with Headwater."""
    return parse_statutes(content(name), f"{name}.toml")


def parse_statutes(raw: bytes, place: str = "body of law") -> Statutes:
    """Read a body of law from the bytes of its TOML file and check it. Raises :class:`RuleSetError`."""
    return made(raw, place, _statutes, _problems)


def _statutes(data: Mapping[str, Any], digest: str) -> Statutes:
    head = data["rule_set"]
    return Statutes(
        id=head["id"],
        version=head["version"],
        digest=digest,
        jurisdiction=head["jurisdiction"],
        currency=head["currency"],
        name=text(head["name"]),
        in_force=day(head["in_force"]),
        as_of=day(head["as_of"]),
        sources=sources(data),
        rules=tuple(Rule(r["id"], r["role"], text(r["says"]), basis(r)) for r in data["rule"]),
        penalties=tuple(_penalty(p) for p in data["penalty"]),
    )


def _penalty(entry: Mapping[str, Any]) -> Penalty:
    return Penalty(
        id=entry["id"],
        breach=entry["breach"],
        who=entry["who"],
        tier=entry["tier"],
        unit=entry["unit"],
        low=Fraction(str(entry["low"])),
        high=Fraction(str(entry["high"])),
        covers=text(entry["covers"]),
        basis=basis(entry),
    )


def _problems(found: Statutes) -> Iterator[str]:
    based: tuple[Rule | Penalty, ...] = (*found.rules, *found.penalties)
    yield from twice([b.id for b in based])
    known = {s.id for s in found.sources}
    for entry in based:
        yield from citation_problems(entry.id, entry.basis, known)
    rules = {r.id for r in found.rules}
    for penalty in found.penalties:
        if penalty.breach not in rules:
            yield f"{penalty.id}: no such rule: {penalty.breach}"
        if penalty.who not in WHO or penalty.tier not in TIERS or penalty.unit not in UNITS:
            yield f"{penalty.id}: who, tier or unit is none of {', '.join((*WHO, *TIERS, *UNITS))}"
        if not 0 <= penalty.low < penalty.high:
            yield f"{penalty.id}: its range is out of order"
