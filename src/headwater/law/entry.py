"""A grade as one entry of ``tally`` in result.json."""

from __future__ import annotations

from typing import Any

from headwater.law.counts import Reading
from headwater.law.grade import Grade
from headwater.law.rule_set import GROUPS
from headwater.law.tally import Graded
from headwater.model.words import Lang, Text


def entry(graded: Graded, suspect: str | None, lang: Lang) -> dict[str, Any]:
    """One entry of ``tally``; ``suspect`` is who it is about, ``None`` for the case as a whole.

    ``grade`` is the low count's grade: what stands even where every doubt is taken for the suspect.
    """
    low, high = graded.counts.low(), graded.counts.high()
    return {
        "suspect": suspect,
        "insider": graded.insider,
        "rule_set": {"id": graded.rule_set, "version": graded.version, "digest": graded.digest},
        "items": {g: {"low": low.of(g), "high": high.of(g)} for g in GROUPS},
        "gains": {"low": graded.counts.gains_low, "high": graded.counts.gains_high},
        "grade": str(graded.grade_low),
        "low": _side(graded.grade_low, graded.ratio_low, low),
        "high": _side(graded.grade_high, graded.ratio_high, high),
        "articles": [c.basis.article.said(lang) for c in graded.cited],
        "cited": [_cited(c.id, c.basis.source, str(c.basis.as_of), c.basis.verified) for c in graded.cited],
        "verified": graded.verified,
        "arithmetic": _said(graded.arithmetic, lang),
        "notes": _said(graded.notes, lang),
        "changes": _said(graded.changes, lang),
        "counting": _said(graded.counting, lang),
    }


def _side(grade: Grade, ratio: float, reading: Reading) -> dict[str, Any]:
    return {"grade": str(grade), "ratio": ratio, "items": sum(reading.of(g) for g in GROUPS)}


def _cited(identity: str, source: str, as_of: str, verified: bool) -> dict[str, Any]:
    return {"id": identity, "source": source, "as_of": as_of, "verified": verified}


def _said(texts: tuple[Text, ...], lang: Lang) -> list[str]:
    return [t.said(lang) for t in texts]
