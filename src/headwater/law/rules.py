"""Loads a rule set from its file and refuses one that cites badly."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from importlib.resources import files
from typing import Any

from headwater.law.rule_set import (
    CERTAINTIES,
    GROUPS,
    Basis,
    Category,
    Limit,
    Rule,
    RuleSet,
    Source,
    Threshold,
)
from headwater.model.errors import HeadwaterError
from headwater.model.words import Text

JURISDICTIONS: Mapping[str, str] = {"cn": "cn_criminal"}
"""Which file weighs a case of which jurisdiction."""


class RuleSetError(HeadwaterError):
    """A rule set cannot be used: the message names the entry."""


def for_jurisdiction(jurisdiction: str) -> RuleSet | None:
    """The rule set that weighs cases of that jurisdiction (``cn``), or ``None`` where there is none yet."""
    name = JURISDICTIONS.get(jurisdiction)
    return load(name) if name else None


def load(name: str) -> RuleSet:
    """Load the rule set ``rules/NAME.toml`` that comes with Headwater."""
    place = files("headwater.law") / "rules" / f"{name}.toml"
    return parse(place.read_bytes(), f"{name}.toml")


def parse(content: bytes, place: str = "rule set") -> RuleSet:
    """Read a rule set from the bytes of its TOML file and check it.

    Every number must name article, date, a listed source, certainty and whether it is verified; what is known from
    memory or by inference only can not be verified. Raises :class:`RuleSetError`.
    """
    try:
        made = _rule_set(tomllib.loads(content.decode("utf-8")), hashlib.sha256(content).hexdigest())
    except KeyError as missing:
        raise RuleSetError(f"an entry lacks {missing}", place) from missing
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, TypeError, ValueError) as wrong:
        raise RuleSetError(str(wrong), place) from wrong
    problems = tuple(_problems(made))
    if problems:
        raise RuleSetError("; ".join(problems), place)
    return made


def _rule_set(data: Mapping[str, Any], digest: str) -> RuleSet:
    head = data["rule_set"]
    return RuleSet(
        id=head["id"],
        version=head["version"],
        digest=digest,
        jurisdiction=head["jurisdiction"],
        currency=head["currency"],
        name=_text(head["name"]),
        in_force=_day(head["in_force"]),
        as_of=_day(head["as_of"]),
        sources=tuple(Source(s["id"], s["where"], _day(s["as_of"])) for s in data["source"]),
        thresholds=tuple(_threshold(t) for t in data["threshold"]),
        rules=tuple(Rule(r["id"], r["role"], _text(r["says"]), _basis(r)) for r in data.get("rule", ())),
        categories=tuple(
            Category(tuple(c["names"]), c["low"], c["high"], c["certainty"], c["verified"])
            for c in data.get("category", ())
        ),
    )


def _threshold(entry: Mapping[str, Any]) -> Threshold:
    return Threshold(
        id=entry["id"],
        kind=entry["kind"],
        group=entry.get("group", ""),
        covers=_text(entry["covers"]),
        serious=_limit(entry["serious"]),
        especially=_limit(entry["especially"]),
        basis=_basis(entry),
    )


def _basis(entry: Mapping[str, Any]) -> Basis:
    return Basis(
        article=_text(entry["article"]),
        in_force=_day(entry["in_force"]),
        source=entry["source"],
        as_of=_day(entry["as_of"]),
        certainty=entry["certainty"],
        verified=entry["verified"],
    )


def _limit(entry: Mapping[str, Any]) -> Limit:
    # via text, so that 0.1 is a tenth and not the nearest binary number
    return Limit(Fraction(str(entry["any"])), Fraction(str(entry["insider"])))


def _text(entry: Mapping[str, str]) -> Text:
    return Text(en=entry["en"], zh=entry["zh"])


def _day(value: object) -> date:
    if not isinstance(value, date):
        raise TypeError(f"not a date: {value!r}")
    return value


def _problems(made: RuleSet) -> Iterator[str]:
    ids = [t.id for t in made.thresholds] + [r.id for r in made.rules]
    yield from (f"{i} is there twice" for i in sorted({i for i in ids if ids.count(i) > 1}))
    known = {s.id for s in made.sources}
    bases = [(t.id, t.basis) for t in made.thresholds] + [(r.id, r.basis) for r in made.rules]
    for identity, basis in bases:
        yield from _citation_problems(identity, basis, known)
    for threshold in made.thresholds:
        yield from _limit_problems(threshold)
    yield from _set_problems(made)
    for category in made.categories:
        yield from _category_problems(category)


def _citation_problems(identity: str, basis: Basis, known: set[str]) -> Iterator[str]:
    if not (basis.article.en.strip() and basis.article.zh.strip()):
        yield f"{identity} cites no article"
    if basis.source not in known:
        yield f"{identity} cites a source that is not listed: {basis.source}"
    yield from _certainty_problems(identity, basis.certainty, basis.verified)


def _certainty_problems(identity: str, certainty: str, verified: bool) -> Iterator[str]:
    if certainty not in CERTAINTIES:
        yield f"{identity} has no such certainty: {certainty}"
    if verified not in (True, False):
        yield f"{identity} must say verified = true or false"
    if verified and certainty in ("from memory", "inference"):
        yield f"{identity} is known {certainty} only and cannot be verified"


def _limit_problems(threshold: Threshold) -> Iterator[str]:
    for limit in (threshold.serious, threshold.especially):
        if not 0 < limit.insider <= limit.any:
            yield f"{threshold.id}: an insider's limit must be above 0 and at most everybody's"
    serious, especially = threshold.serious, threshold.especially
    if serious.any >= especially.any or serious.insider >= especially.insider:
        yield f"{threshold.id}: especially serious must lie above serious"


def _set_problems(made: RuleSet) -> Iterator[str]:
    groups = [t.group for t in made.thresholds if t.kind == "items"]
    if sorted(groups) != sorted(GROUPS):
        yield f"thresholds must be there once for each of {', '.join(GROUPS)}"
    kinds = [t.kind for t in made.thresholds]
    for kind in ("ratio", "gains"):
        if kinds.count(kind) != 1:
            yield f"one threshold of kind {kind} is needed"
    if kinds.count("ratio") == 1:
        yield from _ratio_problems(made)


def _ratio_problems(made: RuleSet) -> Iterator[str]:
    """The sum decides only where one number that is met alone always brings the sum to its own limit."""
    whole = made.only("ratio")
    for part in (t for t in made.thresholds if t.kind == "items"):
        limits = ((part.serious, whole.serious), (part.especially, whole.especially))
        for limit, bar in limits:
            if (limit.any / part.serious.any, limit.insider / part.serious.any) != (bar.any, bar.insider):
                yield f"{part.id} and {whole.id} contradict each other"


def _category_problems(category: Category) -> Iterator[str]:
    name = "category " + ", ".join(category.names)
    if category.low not in (*GROUPS, "out") or category.high not in GROUPS:
        yield f"{name}: no such group"
    yield from _certainty_problems(name, category.certainty, category.verified)
