"""The common point of compromise: whether complaints share a source, and which account had read who complained.

Each complaint gives a person and the day it was received; only earlier readings count, weighed by how long before it they
were. The search is in :mod:`headwater.attribution.complaining`: risk sets (who could have complained instead), evidence
that holds however often it is asked, sources one after the other, and what of the complaints is the base rate.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from headwater.attribution.complaining import places, shares, words
from headwater.attribution.complaining.searching import ALPHA, FEW, LEAST, Found, Source, search
from headwater.attribution.complaining.series import Series, received
from headwater.attribution.histories import Histories
from headwater.attribution.people import LINES, sat
from headwater.attribution.scan import Windows
from headwater.attribution.search import CAP, House
from headwater.detection.scene import Scene
from headwater.model.attribution import Complaints, Suspect
from headwater.model.evidence import Statement

NOTHING = Complaints()
CEILING = 0.99
"""No probability is printed above this: the history may lack what nobody logged."""
EPOCH = date(1970, 1, 1)


def common(scene: Scene, past: Mapping[str, Histories], draws: int, seed: int) -> Complaints:
    """What the complaints of our people have in common: a verdict, and the accounts that they lead to.

    ``past``: the reading histories of each data set; ``draws``: random sets of complaints for the null of the maximum.
    """
    told = received(scene, past)
    enough = [d for d, h in sorted(past.items()) if len(h.day) and len(told.of[d].record) >= LEAST]
    if not told.complaints:
        return NOTHING
    if not enough:
        few = (Statement(words.few(told.people), 0.0),)
        return Complaints(told.complaints, told.ours, persons=told.people, verdict="few", statements=few)
    asked = [_ask(scene, past[d], told.of[d], draws, seed, ALPHA / len(enough)) for d in enough]
    suspects = tuple(sorted((s for a in asked for s in _suspects(a, told.people)), key=lambda s: (-s.bits, s.account)))
    p_value = min(1.0, len(asked) * min(a.found.p for a in asked))
    p_always = min(1.0, len(asked) * float(np.exp(-max(a.found.score for a in asked))))
    verdict, statement = _verdict(asked, told.people, len(suspects), p_value, p_always)
    chance, low, high = shares.by_chance(told.people, [p for a in asked for p in a.parts])
    return Complaints(
        received=told.complaints,
        ours=told.ours,
        common=suspects,
        persons=told.people,
        verdict=verdict,
        p_value=p_value,
        p_always=p_always,
        by_chance=chance if suspects else None,
        chance_low=low if suspects else None,
        chance_high=high if suspects else None,
        statements=(statement, *_base(asked, told.people, (chance, low, high))),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was found in one data set's complaints. ``parts``: what each of the sources explains."""

    scene: Scene
    h: Histories
    found: Found
    parts: tuple[shares.Part, ...]
    alpha: float

    def day(self, offset: int) -> date:
        """The day of the calendar for a day of the histories."""
        return EPOCH + timedelta(days=self.h.first + offset)


def _ask(scene: Scene, h: Histories, series: Series, draws: int, seed: int, alpha: float) -> _Asked:
    services = frozenset(a for a in h.accounts if scene.org.kind(a) == "service")
    found = search(House(services=services), Windows(h), series, draws, seed, alpha)
    parts = tuple(shares.part(source, seed + i) for i, source in enumerate(found.sources))
    return _Asked(scene, h, found, parts, alpha)


def _verdict(
    asked: Sequence[_Asked], persons: int, named: int, p_value: float, p_always: float
) -> tuple[str, Statement]:
    """The verdict and its sentence. Where nobody is named a source must hold by both p-values."""
    lines = tuple(sorted({line for a in asked for line in a.found.series.lines}))[:LINES]
    if named or max(p_value, p_always) <= ALPHA:
        return "source", Statement(words.source(named, persons, p_value, p_always), 0.0, lines)
    found = [places.standing_out(a.scene.engine, a.h, a.found.series, a.alpha) for a in asked]
    best = max((f for f in found if f is not None), key=lambda f: f.score, default=None)
    if best is not None:
        return "place", Statement(words.place(best, persons), 0.0, lines)
    if persons < FEW:
        return "few", Statement(words.few(persons), 0.0)
    if p_value <= ALPHA:
        return "few", Statement(words.lead(persons, p_value), 0.0)
    return "chance", Statement(words.chance(persons, p_value), 0.0)


def _base(asked: Sequence[_Asked], persons: int, chance: tuple[float, float, float]) -> tuple[Statement, ...]:
    """The base rate, where sources are known: what they leave, and what came before them."""
    told = []
    if any(a.parts for a in asked):
        told.append(Statement(words.unexplained(*chance, persons), 0.0))
    for a in asked:
        rate = shares.rate(a.found)
        if rate is not None:
            told.append(Statement(words.base(rate, a.day(rate.last)), 0.0))
    return tuple(told)


def _suspects(asked: _Asked, persons: int) -> Iterator[Suspect]:
    for source, part in zip(asked.found.sources, asked.parts, strict=True):
        yield _suspect(asked, source, part, persons)


def _suspect(asked: _Asked, source: Source, part: shares.Part, persons: int) -> Suspect:
    """One source in words and figures, with who sat there."""
    h, best = asked.h, source.weighed
    account, series = h.accounts[best.account], source.weighing.risk.series
    prior = -float(np.log2(max(2, len(h.accounts))))
    starts, ends = asked.day(best.best[1]), asked.day(min(best.best[1] + best.best[2], h.days) - 1)
    where = sat(asked.scene, h.dataset, account, starts, ends, series.record[best.hits])
    lines = tuple(series.lines[i] for i in best.hits.tolist())[:LINES]
    bits = min(CAP, best.score / float(np.log(2)))
    low, high = part.bounds
    read = len(source.weighing.exposure(best.best).record)
    statements = [
        Statement(words.prior(len(h.accounts)), prior),
        Statement(words.hits(account, read, starts, ends, len(best.hits), part), bits, (*lines, *where.lines)),
        Statement(words.explained(part, low, high, persons), 0.0),
    ]
    if source.alike:
        statements.append(Statement(words.alike(source.alike), 0.0))
    alone = min(CEILING, 1 / (1 + 2.0 ** -(bits + prior)))
    return Suspect(
        account=account,
        complaints=len(best.hits),
        expected=part.expected,
        p_value=source.p,
        people=where.people,
        starts=where.first or starts,
        ends=where.last or ends,
        bits=bits + prior,
        probability=alone / (1 + len(source.alike)),
        share=part.mean / persons,
        share_low=low / persons,
        share_high=high / persons,
        silent=part.silent,
        to_come=part.to_come,
        delay=part.half,
        statements=tuple(statements),
        alike=source.alike,
    )
