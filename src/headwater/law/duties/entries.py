"""A weighed duty as an entry of ``duties`` in result.json, with and without its clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from headwater.law.duties.assessing import Assessed
from headwater.law.duties.conditions import Atom
from headwater.law.duties.duty import Duty, Place
from headwater.model.words import Lang, Text

NO_DAY = date(9999, 12, 31)
"""What a rule file writes where no day is set from which a text applies."""

COUNTED = {
    "known": Text("when the organisation knew", "本单位知悉时"),
    "assessed": Text("when it was assessed to be notifiable", "评估认定须通报时"),
    "occurred": Text("when it happened", "事件发生时"),
    "handled": Text("when handling it was over", "处置工作结束时"),
    "told": Text("when the persons were told", "通知个人时"),
}


def entry(found: Assessed, lang: Lang) -> dict[str, Any]:
    """The duty without a clock: who, within how long, counted from what, and whether it is due."""
    duty = found.duty
    return {
        "id": duty.id,
        "place": found.place.id,
        "to": duty.to,
        "who": duty.who().said(lang),
        "title": duty.title().said(lang),
        "status": found.status,
        "within": duty.delay.iso if duty.delay else None,
        "after": duty.delay.start if duty.delay else "moment",
        "binding": duty.delay.binding if duty.delay else True,
        "manner": duty.manner.said(lang),
        "counted_from": duty.moment,
        "counted": COUNTED[duty.moment].said(lang),
        "rests": [_atom(a, lang) for a in found.rests],
        "unless": [_atom(a, lang) for a in found.excuses],
        "levels": [v.name.said(lang) for v in found.levels],
        "contains": list(duty.contains),
        "notes": [t.said(lang) for t in (duty.earlier, duty.note) if t is not None],
        **_basis(duty, lang),
        "verified": found.verified(),
    }


def timed(found: Assessed, lang: Lang) -> dict[str, Any]:
    """The same with its clock: ``deadline``, its ``zone``, and seconds left (``left`` is negative when it is over)."""
    clock = found.clock
    return entry(found, lang) | {
        "deadline": clock.ends.isoformat() if clock else None,
        "zone": str(found.place.zone),
        "latest": clock.latest if clock else False,
        "left": int(clock.left.total_seconds()) if clock and clock.left is not None else None,
        "overdue": clock.overdue() if clock else False,
    }


def place_entry(where: Place, lang: Lang) -> dict[str, Any]:
    """A jurisdiction: its rule file, the zone in which its days end, and how it counts."""
    return {
        "id": where.id,
        "name": where.name.said(lang),
        "version": where.version,
        "digest": where.digest,
        "as_of": where.as_of.isoformat(),
        "zone": str(where.zone),
        "counting": where.counting.said(lang),
        "note": where.note.said(lang) if where.note else None,
        "sources": [{"id": s.id, "where": s.where, "as_of": s.as_of.isoformat()} for s in where.sources],
    }


def places_of(found: Sequence[Assessed]) -> tuple[Place, ...]:
    """The jurisdictions of weighed duties, each once, in their order."""
    return tuple({a.place.id: a.place for a in found}.values())


def _atom(atom: Atom, lang: Lang) -> dict[str, Any]:
    told: dict[str, Any] = {"fact": atom.fact, "text": atom.said().said(lang), "holds": atom.holds}
    if atom.figure is not None:
        told |= {"figure": atom.figure, "above": atom.strictly}
    if atom.known is not None:
        told |= {"low": atom.known.low, "high": atom.known.high}
    return told


def _basis(duty: Duty, lang: Lang) -> dict[str, Any]:
    basis = duty.basis
    return {
        "standing": duty.standing,
        "article": basis.article.said(lang),
        "in_force": None if basis.in_force == NO_DAY else basis.in_force.isoformat(),
        "source": basis.source,
        "as_of": basis.as_of.isoformat(),
        "certainty": basis.certainty,
    }
