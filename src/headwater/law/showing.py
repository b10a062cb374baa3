"""The rule sets themselves as plain values: every entry with its article, dates, source, certainty and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from headwater.law.labels import Cell, Labels, load_labels
from headwater.law.rule_set import Basis, Measure, Offence, Rule, RuleSet, Threshold
from headwater.law.rules import JURISDICTIONS, load
from headwater.law.statutes import BODIES, Penalty, Statutes, load_statutes
from headwater.law.sums import figure
from headwater.model.words import Lang, Text

MARKS = {"opened": "O", "excerpt": "X", "from memory": "M", "inference": "I"}
Body = RuleSet | Statutes | Labels
Shown = Threshold | Rule | Measure | Offence | Penalty


def bodies() -> tuple[Body, ...]:
    """Every body of law that Headwater carries, each loaded and checked."""
    criminal = tuple(load(name) for name in sorted(set(JURISDICTIONS.values())))
    return (*criminal, *(load_statutes(name) for name in BODIES), load_labels())


def body(identity: str) -> Body | None:
    """The body of law of that id (``cn.criminal``), or ``None``."""
    return next((b for b in bodies() if b.id == identity), None)


def head(found: Body, lang: Lang) -> dict[str, Any]:
    """What a body of law is: id, version, digest, name, dates, sources, how many entries and how many are not verified."""
    shown = list(entries(found, lang))
    return {
        "id": found.id,
        "version": found.version,
        "digest": found.digest,
        "name": found.name.said(lang),
        "as_of": str(found.as_of),
        "sources": [{"id": s.id, "where": s.where, "as_of": str(s.as_of)} for s in found.sources],
        "entries": len(shown),
        "unverified": sum(not e["verified"] for e in shown),
    }


def entries(found: Body, lang: Lang) -> Iterator[dict[str, Any]]:
    """Every entry of a body of law."""
    if isinstance(found, Labels):
        yield from (_told(x.id, "label", x.says, "", x.basis, lang) for x in found.labels)
        yield from (told for item in found.items for told in cells(found, item.id, lang))
        return
    if isinstance(found, RuleSet):
        yield from (_shown(t, lang) for t in found.thresholds)
        yield from (_shown(o, lang) for o in found.offences)
        yield from (_shown(m, lang) for m in found.measures)
    yield from (_shown(r, lang) for r in found.rules)
    if isinstance(found, Statutes):
        yield from (_shown(p, lang) for p in found.penalties)
        return
    for category in found.categories:
        groups = category.low if category.low == category.high else f"{category.low}–{category.high}"
        yield {
            "id": ", ".join(category.names),
            "kind": "category",
            "text": groups,
            "certainty": category.certainty,
            "verified": category.verified,
        }


SAID_ZH = {"yes": "是", "no": "否", "no (many together may be)": "否（汇聚后可能是）", "by content": "视内容而定"}
"""What cells of labels say in Chinese; groups of the criminal law, classes and what is not known stand as they are."""


def cells(table: Labels, category: str, lang: Lang) -> Iterator[dict[str, Any]]:
    """What each label says of a category, with its certainty."""
    item = table.of(category)
    by = {label.id: label for label in table.labels}
    for name, cell in table.say(category).items():
        yield {
            "id": f"{item.id if item else category}, {name}",
            "kind": "cell",
            "article": by[name].basis.article.said(lang),
            "text": SAID_ZH.get(said(cell), said(cell)) if lang == "zh" else said(cell),
            "certainty": cell.certainty,
            "verified": cell.verified,
        }


def said(cell: Cell) -> str:
    """What a cell says; the criminal law's low and high count apart where they differ."""
    return f"{cell.says}–{cell.high}" if cell.high and cell.high != cell.says else cell.says


def _shown(entry: Shown, lang: Lang) -> dict[str, Any]:
    if isinstance(entry, Threshold):
        serious, especially = entry.serious, entry.especially
        told = f"≥ {figure(serious.any)} ({figure(serious.insider)}) / ≥ {figure(especially.any)} ({figure(especially.insider)})"
        return _told(entry.id, "threshold", entry.covers, told, entry.basis, lang)
    if isinstance(entry, Measure):
        graver = f" / ≥ {figure(entry.especially)}" if entry.especially else ""
        return _told(entry.id, "measure", entry.covers, f"≥ {figure(entry.serious)}{graver}", entry.basis, lang)
    if isinstance(entry, Penalty):
        told = f"{figure(entry.low)}–{figure(entry.high)} {entry.unit}, {entry.who}, {entry.tier}"
        return _told(entry.id, "penalty", entry.covers, told, entry.basis, lang)
    role = entry.role if isinstance(entry, Rule) else "neighbour"
    return _told(entry.id, role, entry.says, "", entry.basis, lang)


def _told(identity: str, kind: str, text: Text, figures: str, basis: Basis, lang: Lang) -> dict[str, Any]:
    return {
        "id": identity,
        "kind": kind,
        "article": basis.article.said(lang),
        "in_force": str(basis.in_force),
        "text": text.said(lang),
        "figures": figures,
        "source": basis.source,
        "as_of": str(basis.as_of),
        "certainty": basis.certainty,
        "verified": basis.verified,
    }
