"""Day t scored by what was known before t: one world's results, cut at several moments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, tzinfo
from pathlib import Path

from headwater.evaluation.alerts import Story, day_of
from headwater.evaluation.answer import Claim, read_answer
from headwater.evaluation.errors import EvaluationError
from headwater.evaluation.made_world import House
from headwater.evaluation.scoring import Score, scored
from headwater.evaluation.truth import read_truth

RISE = 1.0
"""Bits by which a score must rise before a story that was told competes for attention again."""

Cut = tuple[datetime, Path]
Told = tuple[datetime, Sequence[Claim]]


def prequential(cuts: Sequence[Cut], truth_path: Path, house: House | None = None) -> Score:
    """The score of a method that was run at each of these moments, on what had happened until then.

    ``cuts``: moment (with zone) and ``result.json`` of the case cut there. A finding is raised at the first cut whose result holds
    one of the same detector about the same account (without accounts: the same person) with overlapping days; what a later
    result no longer holds stays raised. The last cut's result says who took the leaks, and everything else that is no alert.
    """
    if not cuts:
        raise EvaluationError("a prequential score needs at least one cut", truth_path.name)
    if any(moment.tzinfo is None for moment, _path in cuts):
        raise EvaluationError("every cut needs a moment with a zone", truth_path.name)
    truth = read_truth(truth_path, house)
    read = [(moment, read_answer(path)) for moment, path in sorted(cuts)]
    methods = sorted({answer.method for _moment, answer in read})
    if len(methods) > 1:
        raise EvaluationError(f"method: the cuts come from several: {', '.join(methods)}", truth_path.name)
    findings = stories([(moment, answer.findings) for moment, answer in read], truth.zone)
    incidents = stories([(moment, answer.incidents) for moment, answer in read], truth.zone)
    return scored(
        read[-1][1], truth, findings, incidents, spans([moment for moment, _ in read], truth.house, truth.zone)
    )


def stories(told: Iterable[Told], zone: tzinfo) -> list[Story]:
    """What was raised in the course of the cuts: each story with the versions in which it drew attention.

    Two findings of one cut are two stories. The first version is that of its first cut; a later one is added when its score
    is higher than all before by one bit at least, and then competes for the budget of its day if the story was not seen yet.
    """
    found: list[tuple[Claim, list[Claim]]] = []
    by_name: dict[tuple[str, str], list[int]] = {}
    for moment, claims in told:
        used: set[int] = set()
        for claim in sorted(claims, key=lambda c: (-c.bits, c.starts, c.id)):
            if claim.starts > moment:
                continue
            names = [(claim.detector, name) for name in claim.accounts or claim.employees]
            known = sorted({n for name in names for n in by_name.get(name, [])} - used)
            number = next((n for n in known if _overlap(found[n][0], claim, zone)), len(found))
            version = replace(claim, raised=moment)
            if number == len(found):
                found.append((claim, [version]))
            else:
                _told_again(found, number, version)
            used.add(number)
            for name in names:
                by_name.setdefault(name, []).append(number)
    return [tuple(versions) for _latest, versions in found]


def spans(moments: Sequence[datetime], house: House, zone: tzinfo) -> dict[date, int]:
    """For the day of each cut, the days since the one before (the first: since the beginning): so many budgets it has."""
    days = sorted({day_of(moment, zone) for moment in moments})
    before = [house.first or days[0], *days[:-1]]
    return {day: max(1, (day - earlier).days) for earlier, day in zip(before, days, strict=True)}


def _overlap(one: Claim, other: Claim, zone: tzinfo) -> bool:
    first = max(day_of(one.starts, zone), day_of(other.starts, zone))
    return first <= min(day_of(one.ends, zone), day_of(other.ends, zone))


def _told_again(found: list[tuple[Claim, list[Claim]]], number: int, version: Claim) -> None:
    latest, versions = found[number]
    span = replace(version, starts=min(latest.starts, version.starts), ends=max(latest.ends, version.ends))
    found[number] = (span, versions)
    if version.bits >= max(v.bits for v in versions) + RISE:
        versions.append(version)
