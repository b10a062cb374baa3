"""Day by day: what would have been raised on each evening, by what was known then, under a budget.

:func:`replay` is the preview: it goes over evenings that have passed and keeps nothing. :func:`watch` goes on from the
evening where it stopped, and keeps what it raised beside the lake. Both ask the detectors about the lake as it was on
that evening (:mod:`headwater.detection.evening`): nothing about a day uses a later day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta

from headwater.casework import alerting, ledgers
from headwater.casework.alerting import Evening, Ledger
from headwater.casework.budget import PER_10000, Bucket, Budget
from headwater.casework.incidents import stories
from headwater.casework.judging.watched import verdicts
from headwater.detection.detector import Detector, detect
from headwater.detection.scene import Scene
from headwater.investigation.case import Investigation
from headwater.investigation.days import GAP, Span, span
from headwater.model.alert import Verdict
from headwater.model.attribution import Attribution

FIRST = timedelta(days=14)
"""Of the first two weeks nothing is raised that rests on what is usual: nobody knows it yet. Facts are."""

Tell = Callable[[Evening, bool], bool]
"""Told an evening, and whether other detectors than before see nothing; false when somebody could not be reached."""

__all__ = ["FIRST", "Span", "evenings", "replay", "span", "staff", "watch"]


def staff(scene: Scene, day: date) -> int:
    """How many people the budget is for: those of the roster who are here that day, or the accounts where there is none."""
    listed = scene.listed
    return max(1, sum(p.here(day) for p in listed.people.values()) if listed.people else len(listed.accounts))


def evenings(
    scene: Scene,
    days: Sequence[date],
    ledger: Ledger,
    verdicts: Sequence[Verdict] = (),
    detectors: Sequence[Detector] | None = None,
) -> Iterator[Evening]:
    """Ask every detector on each evening, in order, and enter what it says into the ledger."""
    whole = span(scene)
    for day in days:
        then = scene.at(day)
        detected = detect(then, detectors)
        found = detected.findings
        if whole is not None and day < whole.first + FIRST:
            found = tuple(f for f in found if f.fact)
        ledger.bucket.budget = replace(ledger.bucket.budget, staff=staff(then, day))
        told = alerting.evening(day, stories(found, Attribution(), then.org), ledger, verdicts)
        yield replace(told, blind=detected.blind, broken=detected.broken)


def replay(
    work: Investigation,
    scene: Scene,
    days: int,
    per_10000: float = PER_10000,
    step: int = 1,
    detectors: Sequence[Detector] | None = None,
) -> Iterator[Evening]:
    """What the last ``days`` evenings would have raised (every ``step``-th is looked at, and the last).

    ``detectors``: those that are asked, all of them when left out.
    """
    whole = span(scene)
    if whole is None:
        return
    start = max(whole.first, whole.last - timedelta(days=days - 1))
    ledger = Ledger(Bucket(Budget(per_10000, 1)), work.workspace.tokeniser)
    yield from evenings(scene, _days(start, whole.last, step), ledger, _said(work), detectors)


def watch(
    work: Investigation,
    scene: Scene,
    per_10000: float = PER_10000,
    tell: Tell | None = None,
    detectors: Sequence[Detector] | None = None,
) -> Iterator[Evening]:
    """Go on from where it stopped: the days that have come since, and the running day as far as it is known.

    The ledger is kept after each evening, so that a run that is cut goes on, and again when ``tell`` has said what is
    new: what nobody was told of is told by the next run. The running day is asked again next time: it costs no tokens
    twice, since a story that was raised is known.
    """
    root = work.workspace.root
    whole = span(scene)
    if whole is None:
        return
    ledger, done = ledgers.load(root, Budget(per_10000, 1), work.workspace.tokeniser)
    start = _start(whole, done, ledger)
    for told in evenings(scene, _days(start, whole.last, 1), ledger, _said(work), detectors):
        ledgers.save(root, ledger, told.day)
        failing = tuple(sorted({name for name, _why in (*told.blind, *told.broken)}))
        told = _with_late(told, ledger)
        if tell is None or tell(told, failing != ledger.troubles):
            ledger.heard()
            ledger.troubles = failing
            ledgers.save(root, ledger, told.day)
        yield told


def _said(work: Investigation) -> tuple[Verdict, ...]:
    return verdicts(work.workspace.root, work.name, work.options.casebook)


def _with_late(told: Evening, ledger: Ledger) -> Evening:
    """The evening with what an earlier run let through and could not say."""
    said = {a.id for a in (*told.released, *told.updated)}
    return replace(told, released=(*(a for a in ledger.untold() if a.id not in said), *told.released))


def _start(whole: Span, done: date | None, ledger: Ledger) -> date:
    """The first evening to be asked. A ledger that went further than the lake now goes comes back."""
    bucket = ledger.bucket
    if bucket.day is not None and bucket.day > whole.last + GAP:
        bucket.day = whole.last
    begin = whole.last - FIRST if done is None else min(done, whole.last)
    return max(whole.first, begin)


def _days(first: date, last: date, step: int) -> list[date]:
    """Every so manieth day, counted back from the last."""
    count = (last - first).days
    return [last - timedelta(days=back) for back in range(count - count % step, -1, -step)]
