"""What speaks against somebody and what speaks for him, side by side and alike in weight on the page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from headwater.casework.reports.records import records

OUTCOMES = ("stands", "untested", "weakened", "refuted")
"""What can come of testing an innocent explanation, the loudest first."""


AGAINST_THE_STORY = ("explained", "refuted", "unsure")
"""Verdicts of people that speak for whom the story accuses."""


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that speaks for or against. ``kind`` names what it is (``statement``, ``stands``, ``untested``, ``clears`` and so on)."""

    kind: str
    text: str
    bits: float | None = None
    evidence: Sequence[Mapping[str, Any]] = ()
    values: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Sides:
    """Both columns; ``who`` is the person they are about, or ``None`` where they are about the incident."""

    who: Mapping[str, Any] | None
    against: tuple[Point, ...]
    speaks_for: tuple[Point, ...]

    @property
    def silent(self) -> bool:
        """Whether no evidence that was read speaks for anybody here: what is left are questions."""
        return not any(
            p.kind in ("statement", "stands", "doubt", "ticket", "absence", "link", "verdict", "alike", "other_taker")
            for p in self.speaks_for
        )


def sides(incident: Mapping[str, Any]) -> tuple[Sides, ...]:
    """The columns of an incident, then those of each person thought to have acted."""
    named = [p for p in records(incident.get("people")) if p.get("employee") in (incident.get("employees") or ())]
    return (_of_incident(incident, named), *(_of_person(incident, p) for p in named))


def of_taker(leak: Mapping[str, Any], taker: Mapping[str, Any]) -> Sides:
    """The columns of an account to which rows of a leak are laid."""
    statements = records(taker.get("statements"))
    against = sorted(_statements(s for s in statements if _bits(s) > 0), key=lambda p: -(p.bits or 0))
    less = _statements(s for s in statements if _bits(s) < 0)
    others = [t for t in records(leak.get("takers")) if t.get("account") != taker.get("account")]
    alike = _texts(taker.get("alike"))
    speaks_for = [
        *([Point("alike", "", None, (), {"accounts": alike})] if alike else []),
        *less,
        *(Point("other_taker", "", None, (), t) for t in others[:3]),
        *_not_explained(leak),
    ]
    return Sides(taker, tuple(against), tuple(speaks_for))


def _not_explained(leak: Mapping[str, Any]) -> list[Point]:
    """Rows of a leak that nobody's reading here explains: they came from somewhere else too."""
    foreign, unexplained = (leak.get(key) or 0 for key in ("not_ours", "unexplained"))
    return (
        [Point("elsewhere", "", None, (), {"foreign": foreign, "unexplained": unexplained})]
        if foreign or unexplained
        else []
    )


def alternatives(incident: Mapping[str, Any]) -> dict[str, list[Mapping[str, Any]]]:
    """The innocent explanations of an incident by outcome; an outcome that is not known counts as untested."""
    found: dict[str, list[Mapping[str, Any]]] = {outcome: [] for outcome in OUTCOMES}
    for each in records(incident.get("alternatives")):
        outcome = str(each.get("outcome"))
        found[outcome if outcome in found else "untested"].append(each)
    return found


def _of_incident(incident: Mapping[str, Any], named: Sequence[Mapping[str, Any]]) -> Sides:
    statements = records(incident.get("statements"))
    less = _statements(s for s in statements if _bits(s) < 0)
    told = {p.text for p in less}
    tested = alternatives(incident)
    speaks_for = [
        *_verdicts(incident, AGAINST_THE_STORY),
        *(Point("stands", str(a.get("text") or ""), None, records(a.get("evidence")), a) for a in tested["stands"]),
        *less,
        *(Point("doubt", t) for t in _texts(incident.get("against")) if t not in told),
        *_untested(tested["untested"]),
        *_others(incident, named),
        *(
            Point("ticket", str(t.get("text") or "") if isinstance(t, Mapping) else str(t))
            for t in incident.get("tickets") or ()
        ),
        *(Point("clears", t) for t in _texts(incident.get("clears"))),
    ]
    against = _statements(s for s in statements if _bits(s) > 0)
    agreed = _verdicts(incident, ("confirmed",))
    return Sides(None, (*agreed, *sorted(against, key=lambda p: -(p.bits or 0))), tuple(speaks_for))


def _untested(several: Sequence[Mapping[str, Any]]) -> list[Point]:
    """Explanations that could not be tested, those for want of the same thing in one."""
    titles: dict[str, list[str]] = {}
    for each in several:
        titles.setdefault(str(each.get("text") or ""), []).append(str(each.get("title") or ""))
    return [Point("untested", text, None, (), {"title": "; ".join(names)}) for text, names in titles.items()]


def _verdicts(incident: Mapping[str, Any], said: Sequence[str]) -> list[Point]:
    """What people said of the incident, of those words that count."""
    verdict = incident.get("verdict")
    words = records(verdict.get("words")) if isinstance(verdict, Mapping) else ()
    return [Point("verdict", "", None, (), w) for w in words if w.get("counts") and w.get("said") in said]


def _of_person(incident: Mapping[str, Any], person: Mapping[str, Any]) -> Sides:
    statements = records(person.get("statements"))
    against = sorted(_statements(s for s in statements if _bits(s) > 0), key=lambda p: -(p.bits or 0))
    less = sorted(_statements(s for s in statements if _bits(s) < 0), key=lambda p: p.bits or 0)
    return Sides(person, tuple(against), (*less, *_absences(incident, str(person.get("employee") or ""))))


def _statements(several: Iterable[Mapping[str, Any]]) -> list[Point]:
    return [Point("statement", str(s.get("text") or ""), _bits(s), records(s.get("evidence"))) for s in several]


def _others(incident: Mapping[str, Any], named: Sequence[Mapping[str, Any]]) -> list[Point]:
    """Who else comes into question, the likeliest first."""
    rest = [p for p in records(incident.get("people")) if p not in named and float(p.get("probability") or 0) > 0]
    ranked = sorted(rest, key=lambda p: -float(p.get("probability") or 0))
    return [Point("runner_up", "", None, (), p) for p in ranked[:3]]


def _absences(incident: Mapping[str, Any], employee: str) -> list[Point]:
    """Days of the incident on which somebody was on recorded leave, by the years of its accounts."""
    days = set()
    for known in records(incident.get("year")):
        away = [s for s in records(known.get("absences")) if s.get("employee") == employee]
        days |= {d for d in _texts(known.get("incident")) if any(str(s["from"]) <= d <= str(s["to"]) for s in away)}
    return [Point("absence", "", None, (), {"days": sorted(days)})] if days else []


def _bits(statement: Mapping[str, Any]) -> float:
    value = statement.get("bits")
    return float(value) if isinstance(value, int | float) else 0.0


def _texts(values: Any) -> list[str]:
    return [str(v.get("text") if isinstance(v, Mapping) else v) for v in values or () if v]
