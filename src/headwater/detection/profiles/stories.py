"""The clearest stretch of days of each person: one day, several loud ones within four weeks, a week, a month."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
from scipy import stats

from headwater.detection.profiles.conduct import SPANS, Conduct
from headwater.model.organisation import Organisation

CLEARLY = 0.002
"""Days as rare as that are among the story's, whatever look tells it."""
ALIKE = 0.01
"""How much the days of one person resemble each other (intra-class correlation): believed, so that a new task of a
week is not taken for a week of coincidences."""
SPEAKS = 0.02
"""A counter below this p-value is one of the reasons."""
SHOWN = 8
JOB_DAY = 0.02
EPOCH = date(1970, 1, 1)
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Story:
    """``person`` is a row of the conduct; ``speaks``: the counters that are rare by themselves, the rarest first."""

    person: int
    span: int
    p: float
    rarest: float
    level: float  # how rare a loud day is, where several loud days are the clearest; else 0
    loud: int
    observed: int
    end: date  # the last day of the window, on which nothing may have happened
    dates: tuple[date, ...]
    speaks: tuple[str, ...]
    worst: Mapping[str, date]
    p_of: Mapping[str, float]

    @property
    def first(self) -> date:
        """The first of the days."""
        return self.dates[0]

    @property
    def last(self) -> date:
        """The last of the days."""
        return self.dates[-1]


def stories(conduct: Conduct, org: Organisation, loud: tuple[float, ...], together: int) -> Iterator[Story]:
    """One story per person who has any; days of a whole job, and days that a ticket covers, are left out."""
    own = {span: _of_their_own(conduct, span, org, together) for span in SPANS}
    for person in range(len(conduct.staff.names)):
        story = _story(conduct, person, {span: p[person] for span, p in own.items()}, loud)
        if story is not None:
            yield story


def _of_their_own(conduct: Conduct, span: int, org: Organisation, together: int) -> Floats:
    """p-values, nothing on days on which several of the job stand out at once, or that a ticket authorises."""
    daily = conduct.p[span].copy()
    out = np.nan_to_num(daily, nan=1.0) < JOB_DAY
    for group in np.unique(conduct.staff.groups):
        members = conduct.staff.groups == group
        several = out[members].sum(axis=0) >= np.maximum(together, 0.1 * members.sum())
        daily[np.ix_(members, several)] = 1.0
    number = {name: i for i, name in enumerate(conduct.staff.names)}
    for ticket in org.tickets:
        owner = org.owner(ticket.who)
        person = number.get(ticket.who, number.get(f"={ticket.who}", number.get(owner.employee, -1) if owner else -1))
        if person >= 0:
            start = max(0, (ticket.starts - EPOCH).days - conduct.first)
            end = max(0, min((ticket.ends - EPOCH).days - conduct.first + 1, daily.shape[1]))
            daily[person, start:end] = np.where(np.isnan(daily[person, start:end]), np.nan, 1.0)
    return daily


def _story(conduct: Conduct, person: int, own: Mapping[int, Floats], loud: tuple[float, ...]) -> Story | None:
    """The way of looking with the smallest p-value, each paid for by how many days or windows were tried."""
    daily = own[1]
    known = ~np.isnan(daily)
    days = int(known.sum())
    if not days:
        return None
    looks: list[_Look] = []
    best = int(np.nanargmin(daily))
    looks.append(_Look(float(daily[best]) * days, 1, best))
    looks += [_often(daily, known, level) for level in loud]
    for span in SPANS[1:]:
        p = own[span]
        if (~np.isnan(p)).any():
            end = int(np.nanargmin(np.where(np.isnan(p), 2.0, p)))
            inside = max(1.0, float(known[max(0, end - span + 1) : end + 1].sum()))
            looks.append(_Look(float(p[end]) * max(1.0, days / inside), span, end))
    best_look = min(looks, key=lambda look: (look.p, look.span, look.loud))
    if best_look.p * len(looks) >= 1:
        return None
    return _told(conduct, person, daily, replace(best_look, p=best_look.p * len(looks)))


@dataclass(frozen=True, slots=True)
class _Look:
    """One way of looking: its p-value, how many days it takes together, its last day; ``loud`` where days are counted."""

    p: float
    span: int
    end: int
    loud: float = 0.0


def _often(daily: Floats, known: npt.NDArray[np.bool_], loud: float) -> _Look:
    """The four weeks with the most loud days: how likely are so many among so many?"""
    span = SPANS[-1]
    is_loud = known & (np.nan_to_num(daily, nan=1.0) < loud)
    best = _Look(1.0, span, int(np.flatnonzero(known)[-1]), loud)
    for end in np.flatnonzero(is_loud).tolist():
        window = slice(max(0, end - span + 1), end + 1)
        n, k = int(known[window].sum()), int(is_loud[window].sum())
        p = _by_chance(k, n, loud) * max(1.0, known.sum() / n) if k > 1 else 1.0
        best = min(best, _Look(p, span, end, loud), key=lambda look: (look.p, look.end))
    return best


def _by_chance(k: int, n: int, level: float) -> float:
    """The probability of so many loud days among n, when the days of one person resemble each other."""
    if not 0 < level < 1:
        return 1.0
    rest = 1 / ALIKE - 1
    return float(stats.betabinom.sf(k - 1, n, level * rest, (1 - level) * rest))


def _told(conduct: Conduct, person: int, daily: Floats, look: _Look) -> Story | None:
    window = np.arange(max(0, look.end - look.span + 1), look.end + 1)
    there = window[~np.isnan(daily[window])]
    is_loud = there[daily[there] < (look.loud or CLEARLY)]
    chosen = is_loud if look.loud else there
    speaks, worst, p_of = _speaking(conduct, person, chosen, 1 if look.loud else look.span, look.end)
    if not speaks:
        return None
    if not look.loud and look.span > 1:
        chosen = np.array(sorted({(worst[c] - EPOCH).days - conduct.first for c in speaks} | set(is_loud.tolist())))
    return Story(
        person=person,
        span=look.span,
        p=look.p,
        rarest=float(conduct.p[1 if look.loud else look.span][person, look.end]),
        level=look.loud,
        loud=len(is_loud),
        observed=len(there) if look.loud else int(np.sum(~np.isnan(daily))),
        end=EPOCH + timedelta(days=int(conduct.first + look.end)),
        dates=tuple(EPOCH + timedelta(days=int(conduct.first + j)) for j in chosen),
        speaks=speaks,
        worst=worst,
        p_of=p_of,
    )


def _speaking(
    conduct: Conduct, person: int, days: npt.NDArray[np.int64], span: int, end: int
) -> tuple[tuple[str, ...], dict[str, date], dict[str, float]]:
    """Counters that are rare by themselves, the rarest first, and the day on which each had most."""
    p_of, worst = {}, {}
    for name, p in conduct.span_p[span].items():
        values = p[person, days] if span == 1 else p[person, [end]]
        counts = np.nan_to_num(conduct.judged[name].counts[person, days])
        if not np.isnan(values).all() and float(np.nanmin(values)) < SPEAKS and counts.max() > 0:
            p_of[name] = float(np.nanmin(values))
            worst[name] = EPOCH + timedelta(days=int(conduct.first + days[int(np.argmax(counts))]))
    ordered = sorted(p_of, key=lambda n: (p_of[n], n))[:SHOWN]
    return tuple(ordered), {n: worst[n] for n in ordered}, {n: p_of[n] for n in ordered}


def own_past(conduct: Conduct, story: Story, name: str) -> tuple[int, float, int]:
    """What was counted on a counter's worst day, what was to be expected, and the most of any day before the story."""
    judged, at = conduct.judged[name], (story.worst[name] - EPOCH).days - conduct.first
    start = (story.first - EPOCH).days - conduct.first
    before = judged.counts[story.person, : max(start, 0)]
    before = before[~np.isnan(before)]
    usual = float(np.nan_to_num(judged.mean[story.person, at]))
    return int(judged.counts[story.person, at]), usual, int(before.max()) if len(before) else 0


def peers(conduct: Conduct, story: Story, name: str) -> tuple[float, float, int]:
    """The range of the daily counts of the others of the job, without the outermost in a hundred, and how many they are."""
    members = conduct.staff.groups == conduct.staff.groups[story.person]
    members[story.person] = False
    values = conduct.judged[name].counts[members]
    values = values[~np.isnan(values)]
    if not len(values) or conduct.staff.alone[story.person]:
        return 0.0, 0.0, 0
    low, high = np.quantile(values, (0.01, 0.99))
    return float(low), float(high), int(members.sum())
