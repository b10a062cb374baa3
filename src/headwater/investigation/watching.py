"""Day by day: what would have been raised on each evening, by what was known then, under a budget.

:func:`replay` is the preview: it goes over evenings that have passed and keeps nothing. :func:`watch` goes on from the
evening where it stopped, and keeps what it raised beside the lake. Both ask the detectors about the lake as it was on
that evening (:mod:`headwater.detection.evening`): nothing about a day uses a later day.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from headwater.casework import alerting, ledgers
from headwater.casework.alerting import Evening, Ledger
from headwater.casework.budget import PER_10000, Bucket, Budget
from headwater.casework.incidents import stories
from headwater.detection.detector import Detector, detect
from headwater.detection.scene import Scene
from headwater.investigation.case import Investigation
from headwater.model.alert import Verdict
from headwater.model.attribution import Attribution

FIRST = timedelta(days=14)
"""Of the first two weeks nothing is raised that rests on what is usual: nobody knows it yet. Facts are."""


@dataclass(frozen=True, slots=True)
class Span:
    """The first and the last day of which the lake has readings, log-ons or other doings."""

    first: date
    last: date


def span(scene: Scene) -> Span | None:
    """Over which days the events of the lake go; ``None`` where there is none."""
    ends: list[date] = []
    for name in ("access", "logons", "web", "files", "mail"):
        if scene.has(name):
            rows = scene.engine.table(name)
            told = scene.engine.arrow(rows.agg(first=rows.day.min(), last=rows.day.max())).to_pylist()[0]
            ends += [d for d in told.values() if d is not None]
    return Span(min(ends), max(ends)) if ends else None


def staff(scene: Scene) -> int:
    """How many people the budget is for: the roster, or the accounts where there is none."""
    return max(1, len(scene.listed.people) or len(scene.listed.accounts) or 1)


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
        found = detect(then, detectors).findings
        if whole is not None and day < whole.first + FIRST:
            found = tuple(f for f in found if f.fact)
        yield alerting.evening(day, stories(found, Attribution(), then.org), ledger, verdicts)


def replay(
    work: Investigation, scene: Scene, days: int, per_10000: float = PER_10000, step: int = 1
) -> Iterator[Evening]:
    """What the last ``days`` evenings would have raised (every ``step``-th is looked at, and the last)."""
    whole = span(scene)
    if whole is None:
        return
    start = max(whole.first, whole.last - timedelta(days=days - 1))
    ledger = Ledger(Bucket(Budget(per_10000, staff(scene))))
    yield from evenings(scene, _days(start, whole.last, step), ledger, ledgers.verdicts(work.workspace.root))


def watch(work: Investigation, scene: Scene, per_10000: float = PER_10000) -> Iterator[Evening]:
    """Go on from where it stopped: the days that have come since, and the running day as far as it is known.

    The ledger is kept after each evening, so that a run that is cut goes on. The running day is asked again next time:
    it costs no tokens twice, since a story that was raised is known.
    """
    root = work.workspace.root
    whole = span(scene)
    if whole is None:
        return
    ledger, done = ledgers.load(root, Budget(per_10000, staff(scene)))
    start = whole.last - timedelta(days=FIRST.days) if done is None else done
    for told in evenings(scene, _days(max(whole.first, start), whole.last, 1), ledger, ledgers.verdicts(root)):
        ledgers.save(root, ledger, told.day)
        yield told


def _days(first: date, last: date, step: int) -> list[date]:
    """Every so manieth day, counted back from the last."""
    count = (last - first).days
    return [last - timedelta(days=back) for back in range(count - count % step, -1, -step)]
