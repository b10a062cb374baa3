"""A weighing as one entry of ``tally`` in result.json."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from headwater.law.articles import place
from headwater.law.counts import Range, Reading
from headwater.law.facts import Facts
from headwater.law.neighbours import Neighbour
from headwater.law.questions import OpenQuestion
from headwater.law.rule_set import GROUPS, Rule
from headwater.law.side import Entry, Side
from headwater.law.weighing import Weighing, said
from headwater.model.words import Lang, Text


def entry(weighing: Weighing, suspect: str | None, lang: Lang, persons: Range | None = None) -> dict[str, Any]:
    """One entry of ``tally``; ``suspect`` is who it is about, ``None`` for the case as a whole.

    ``grade`` is the low count's grade: what stands even where every doubt is taken for the suspect. ``persons`` is how many
    distinct people the items are about, where that is known.
    """
    counts = weighing.counts
    low, high = counts.low(), counts.high()
    return {
        "suspect": suspect,
        "insider": weighing.insider,
        "half": {"low": weighing.low.figures.insider, "high": weighing.high.figures.insider},
        "rule_set": {"id": weighing.rule_set, "version": weighing.version, "digest": weighing.digest},
        "items": {g: {"low": low.of(g), "high": high.of(g)} for g in GROUPS},
        **({"persons": {"low": persons.low, "high": persons.high}} if persons else {}),
        **_given(weighing.facts),
        "gains": {"low": counts.gains_low, "high": counts.gains_high},
        "grade": str(weighing.grade_low),
        "low": _side(weighing.low, low, lang),
        "high": _side(weighing.high, high, lang),
        "law": [_rule(r, lang) for r in weighing.law],
        "articles": _articles((weighing.low, weighing.high), lang),
        "cited": [_cited(c) for c in weighing.cited],
        "verified": weighing.verified,
        "arithmetic": _said(weighing.arithmetic, lang),
        "notes": _said(weighing.notes, lang),
        "changes": _said(weighing.changes, lang),
        "open": [_question(q, lang) for q in weighing.open],
        "against": [_rule(r, lang) for r in weighing.against],
        "lenient": weighing.lenient,
        "fine": None if weighing.fine is None else {"low": weighing.fine[0], "high": weighing.fine[1]},
        "neighbours": [_neighbour(n, lang) for n in weighing.beside],
        "counting": _said(weighing.counting, lang),
    }


def _given(facts: Facts) -> dict[str, Any]:
    """What was known beside the counts, so that a reader can weigh anew: facts, and which of the items were sold."""
    told: dict[str, Any] = {"given": {fact: str(known) for fact, known in sorted(facts.known.items())}}
    told |= {k: list(v) for k, v in (("groups_open", facts.unsure), ("groups_unconfirmed", facts.unverified)) if v}
    if facts.since is not None:
        told["since"] = str(facts.since)
    if facts.sold is not None:
        low, high = facts.sold.low(), facts.sold.high()
        told["sold_items"] = {g: {"low": low.of(g), "high": high.of(g)} for g in GROUPS}
    if facts.profit is not None:
        told["profit"] = {"low": float(facts.profit.low), "high": float(facts.profit.high)}
    return told


def _side(side: Side, reading: Reading, lang: Lang) -> dict[str, Any]:
    return {
        "grade": str(side.grade),
        "ratio": _cut(side.figures.ratio),
        "items": sum(reading.of(g) for g in GROUPS),
        "articles": _articles((side,), lang),
    }


def _cut(ratio: Fraction) -> float:
    """A sum with four decimals, cut off rather than rounded up to a limit that it does not reach."""
    return int(ratio * 10**4) / 10**4


def _articles(sides: Iterable[Side], lang: Lang) -> list[str]:
    """Each article once, in the order of the law."""
    names = {a for s in sides for a in s.articles}
    texts = {c.basis.article.zh: c.basis.article.said(lang) for s in sides for c in s.cited}
    return [texts[zh] for zh in sorted(names, key=place)]


def _cited(cited: Entry) -> dict[str, Any]:
    basis = cited.basis
    return {
        "id": cited.id,
        "source": basis.source,
        "as_of": str(basis.as_of),
        "in_force": str(basis.in_force),
        "certainty": basis.certainty,
        "verified": basis.verified,
    }


def _rule(rule: Rule, lang: Lang) -> dict[str, Any]:
    return {"article": rule.basis.article.said(lang), "text": said(rule).said(lang)}


def _question(question: OpenQuestion, lang: Lang) -> dict[str, Any]:
    would = question.would.said(lang) if question.would else None
    return {"fact": question.fact, "asks": question.asks.said(lang), "would": would}


def _neighbour(beside: Neighbour, lang: Lang) -> dict[str, Any]:
    return {
        "offence": beside.offence.id,
        "law": beside.offence.basis.article.said(lang),
        "text": beside.offence.says.said(lang),
        "low": str(beside.low),
        "high": str(beside.high),
        "articles": list(dict.fromkeys(c.basis.article.said(lang) for c in beside.cited)),
        "verified": all(c.basis.verified for c in (beside.offence, *beside.cited)),
        "arithmetic": _said(beside.arithmetic, lang),
    }


def _said(texts: Iterable[Text], lang: Lang) -> list[str]:
    return [t.said(lang) for t in texts]
