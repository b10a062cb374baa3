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
import numpy.typing as npt

from headwater.attribution.complaining import places, shares, words
from headwater.attribution.complaining.persons import by_person, persons
from headwater.attribution.complaining.searching import ALPHA, FEW, LEAST, Found, Source, search
from headwater.attribution.complaining.series import Series, received
from headwater.attribution.histories import Histories
from headwater.attribution.people import LINES, sat
from headwater.attribution.search import CAP, House
from headwater.attribution.windows import Windows
from headwater.detection.scene import Scene
from headwater.model.attribution import Complaints, Suspect
from headwater.model.evidence import Citation, Statement

Ints = npt.NDArray[np.int64]
NOTHING = Complaints()
CEILING = 0.99
"""No probability is printed above this: the history may lack what nobody logged."""
LEAST_P = 2.0**-CAP
"""No p-value is said to be below this, as no evidence counts for more than so many bits."""
EPOCH = date(1970, 1, 1)


def common(scene: Scene, past: Mapping[str, Histories], draws: int, seed: int) -> Complaints:
    """What the complaints of our people have in common: a verdict, and the accounts that they lead to.

    ``past``: the reading histories of each data set; ``draws``: random sets of complaints for the null of the maximum.
    """
    person = {d: persons(scene.engine, h) for d, h in past.items()}
    told = received(scene, past, person)
    enough = [d for d, h in sorted(past.items()) if len(h.day) and len(told.of[d].record) >= LEAST]
    if not told.complaints:
        return NOTHING
    if not enough:
        few = (Statement(words.few(told.people), 0.0),)
        return Complaints(told.complaints, told.ours, persons=told.people, verdict="few", statements=few)
    asked = [_ask(scene, past[d], person[d], told.of[d], draws, seed, ALPHA / len(enough)) for d in enough]
    suspects = tuple(sorted((s for a in asked for s in _suspects(a, told.people)), key=lambda s: (-s.bits, s.account)))
    p_value = min(1.0, len(asked) * min(a.found.p for a in asked))
    p_always = min(1.0, len(asked) * max(LEAST_P, float(np.exp(-max(a.found.score for a in asked)))))
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
        statements=(statement, *_base(asked, told.people, (chance, low, high)), *_handled(asked)),
    )


@dataclass(frozen=True, slots=True)
class _Asked:
    """What was found in one data set's complaints. ``h``: its histories by person; ``person`` of every record; ``parts``: what
    each of the sources explains."""

    scene: Scene
    h: Histories
    person: Ints
    found: Found
    parts: tuple[shares.Part, ...]
    alpha: float

    def day(self, offset: int) -> date:
        """The day of the calendar for a day of the histories."""
        return EPOCH + timedelta(days=self.h.first + offset)


def _ask(scene: Scene, read: Histories, person: Ints, series: Series, draws: int, seed: int, alpha: float) -> _Asked:
    h = by_person(read, person)
    services = frozenset(a for a in h.accounts if scene.org.kind(a) == "service")
    found = search(House(services=services), Windows(h), series, draws, seed, alpha, person)
    parts = tuple(shares.part(source, seed + i) for i, source in enumerate(found.sources))
    return _Asked(scene, h, person, found, parts, alpha)


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
    if any(a.found.handlers for a in asked):
        return "few", Statement(words.handling(persons), 0.0)
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


def _handled(asked: Sequence[_Asked]) -> Iterator[Statement]:
    """Who is not named because it may read people since they complain."""
    for a in asked:
        for one in a.found.handlers:
            yield Statement(words.handled(a.h.accounts[one.account], one.complaints, one.days), 0.0)


def _suspects(asked: _Asked, persons: int) -> Iterator[Suspect]:
    """One for each account, with all its windows, the strongest first."""
    windows = list(zip(asked.found.sources, asked.parts, strict=True))
    for account in dict.fromkeys(source.weighed.account for source, _part in windows):
        yield _suspect(asked, [w for w in windows if w[0].weighed.account == account], persons)


def _suspect(asked: _Asked, windows: Sequence[tuple[Source, shares.Part]], persons: int) -> Suspect:
    """One account in words and figures, with who sat there."""
    h, (first, _part) = asked.h, windows[0]
    account, part = h.accounts[first.weighed.account], shares.together([p for _s, p in windows])
    days = [s.weighed.best for s, _p in windows]
    starts = asked.day(min(start for _a, start, _l in days))
    ends = asked.day(max(start + length for _a, start, length in days) - 1)
    records = np.concatenate([s.weighing.risk.series.record[s.weighed.hits] for s, _p in windows])
    every = np.flatnonzero(np.isin(asked.person, records))
    where = sat(asked.scene, h.dataset, account, starts, ends, every)
    prior = Statement(words.prior(len(h.accounts)), -float(np.log2(max(2, len(h.accounts)))))
    hits, left = [], CAP
    for source, one in windows:
        bits = min(left, source.weighed.score / float(np.log(2)))
        left -= bits
        hits.append(_hits(asked, source, one, bits, where.lines if source is first else ()))
    low, high = part.bounds
    told = [Statement(words.explained(part, low, high, persons), 0.0), Statement(words.longer(account), 0.0)]
    told += [Statement(words.alike(first.alike), 0.0)] if first.alike else []
    total = sum(s.bits for s in (prior, *hits))
    alone = min(CEILING, 1 / (1 + 2.0**-total))
    return Suspect(
        account=account,
        complaints=len(records),
        expected=part.expected,
        p_value=first.p,
        people=where.people,
        starts=where.first or starts,
        ends=where.last or ends,
        bits=total,
        probability=alone / (1 + len(first.alike)),
        share=part.mean / persons,
        share_low=low / persons,
        share_high=high / persons,
        silent=part.silent,
        to_come=part.to_come,
        delay=part.half,
        statements=(prior, *hits, *told),
        alike=first.alike,
    )


def _hits(asked: _Asked, source: Source, part: shares.Part, bits: float, readings: tuple[Citation, ...]) -> Statement:
    """Who of those complained whom it read in one window, with the lines of their complaints and of the readings."""
    account, start, length = source.weighed.best
    series, read = source.weighing.risk.series, len(source.weighing.exposure(source.weighed.best).record)
    lines = tuple(series.lines[i] for i in source.weighed.hits.tolist())[:LINES]
    days, name = (asked.day(start), asked.day(start + length - 1)), asked.h.accounts[account]
    return Statement(words.hits(name, read, *days, len(source.weighed.hits), part), bits, (*lines, *readings))
