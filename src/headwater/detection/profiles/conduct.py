"""How unusual each person's day, week and month is, over everything that is counted of it.

Each counter is judged by own past and peers of the same job (``expectation``); counters of one family, which rise and
fall together, are merged by the weighted harmonic mean, which tolerates any dependence; families add up on the scale of
-log10 p. What such a sum is worth nobody knows beforehand, so it is ranked among all days of the house, and among those
of the same job, and the larger p counts (conformal; ``rarity``). Sums over 7 and 28 days against a baseline from before
them see what is small every day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.detection.profiles.counters import COUNTERS, FAMILIES, Counts, counts, families, matrix
from headwater.detection.profiles.expectation import Expectation, expect, mid_p
from headwater.detection.profiles.hours import at_work, out_of_hours
from headwater.detection.profiles.novelty import surprise
from headwater.detection.profiles.rarity import among_others, calibrated
from headwater.detection.profiles.seats import Seats
from headwater.detection.profiles.staff import Staff, staff
from headwater.model.organisation import Organisation
from headwater.store.engine import Engine

Floats = npt.NDArray[np.float64]
Small = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]

SPANS = (1, 7, 28)
"""Days that are judged together."""
BURN_IN = 10
"""So many days at work before anything can be called new or out of hours."""
BAND = 1000
"""A job with fewer person-days is no reference of its own."""
LEARNT = 10
"""Days from which a level must have been learnt before a sum is held against it."""
NEWS = (
    "odd_logons",
    "odd_sticks",
    "odd_files",
    "odd_reads",
    "new_devices",
    "new_hosts",
    "rare_visits",
    "new_addresses",
)
"""Counters that mean nothing while there is no past: the first days do not even teach what is usual."""
HABIT, CLEAR = 21, 1.25
"""What somebody did twice before so many days ago is a habit; a day must be so many times larger to be news."""
LAG = 14
"""A day is held against what was known so many days before: the first days of a campaign must not excuse the next."""
LEAST_P = 1e-30
STANDS_OUT, STANDS_OUT_DAYS = 0.002, 3


@dataclass(frozen=True, slots=True)
class Judged:
    """One counter: what was counted and expected; NaN where nobody was there."""

    counts: Small
    mean: Small
    peers: Small  # per person: the usual daily count of the job


@dataclass(frozen=True, slots=True)
class Conduct:
    """``p`` maps a span of days to the calibrated p-value of the days up to each (people by days)."""

    staff: Staff
    first: int  # the first day, since 1970
    there: Bools
    judged: Mapping[str, Judged]
    p: Mapping[int, Floats]
    span_p: Mapping[int, Mapping[str, Small]]  # of each counter alone
    used: pd.DataFrame  # person, device, day; is it ``new`` that day, is it an ``other``'s
    source: Mapping[str, str]  # which table a counter comes from
    odd: npt.NDArray[np.uint8]  # people, days, and the hours that are out of the usual, eight to a byte

    def odd_hours(self, person: int, day: int) -> list[int]:
        """The hours of a day (since 1970) that lie out of a person's usual ones."""
        return [int(h) for h in np.flatnonzero(np.unpackbits(self.odd[person, day - self.first]))]


def conduct(engine: Engine, org: Organisation, seats: Seats, tables: tuple[str, ...]) -> Conduct | None:
    """Judge everybody's days; ``None`` where nothing can be counted."""
    who = staff(engine, org, seats, tables)
    if not who.names:
        return None
    told = counts(engine, who, tables)
    everybody = pd.concat([f[["person", "day"]] for f in told.there.values()]).drop_duplicates()
    if everybody.empty:
        return None
    first, days = int(everybody["day"].min()), int(everybody["day"].max() - everybody["day"].min() + 1)
    there = matrix(everybody.assign(value=1), len(who.names), first, days) > 0
    young = there.cumsum(axis=1) <= BURN_IN
    judged: dict[str, Judged] = {}
    spans: dict[int, dict[str, Small]] = {s: {} for s in SPANS}
    odd = out_of_hours(_at_work(told.hours, len(who.names), first, days), who.groups)
    used = _whose(told.used, who, seats)
    for name, values in _values(told, who, used, odd, first, there).items():
        one, sums = _judged(name, values, who, first, young)
        judged[name] = one
        for span in SPANS:
            spans[span][name] = sums[span]
    p = {span: _calibrated(_merged(spans[span]), who) for span in SPANS}
    source = {name: told.table.get(name, "logons" if "logons" in told.there else "files") for name in judged}
    return Conduct(who, first, there, judged, p, spans, used, source, np.packbits(odd, axis=2))


def _values(told: Counts, who: Staff, used: pd.DataFrame, odd: Bools, first: int, there: Bools) -> dict[str, Floats]:
    """Every counter as an array of people by days: NaN where the person was away or the log is silent."""
    people, days = there.shape
    known = {t: _running(matrix(f.assign(value=1), people, first, days) > 0) for t, f in told.there.items()}
    frames = dict(told.daily)
    source = dict(told.table)
    for name, frame in told.odd.items():
        out = odd[frame["person"].to_numpy(int), frame["day"].to_numpy(int) - first, frame["hour"].to_numpy(int)]
        frames[name] = frame[out].groupby(["person", "day"], as_index=False)["value"].sum()
    if len(used):
        machines = _machines(used, who)
        frames |= machines
        source |= dict.fromkeys(machines, "logons" if "logons" in told.there else "files")
    made = {}
    for name in COUNTERS:
        frame = frames.get(name)
        if frame is None or frame.empty:
            continue
        values = matrix(frame, people, first, days)
        values[~there | ~known[source[name]][None, :]] = np.nan
        made[name] = values
    return made


def _at_work(hours: pd.DataFrame, people: int, first: int, days: int) -> Bools:
    place = (hours["person"].to_numpy(int), hours["day"].to_numpy(int) - first, hours["hour"].to_numpy(int))
    parts = []
    for values in (hours["logons"], hours["logoffs"], np.ones(len(hours))):
        array = np.zeros((people, days, 24), np.float32)
        array[place] = np.asarray(values)
        parts.append(array)
    return at_work(parts[0], parts[1], parts[2] > 0)


def _running(seen: Bools) -> Bools:
    """Days on which a log says anything of anybody."""
    return np.asarray(seen.any(axis=0))


def _whose(used: pd.DataFrame, who: Staff, seats: Seats) -> pd.DataFrame:
    """The devices that people used by day: whether each was ``new`` that day, and whether it is an ``other``'s."""
    number = {name: i for i, name in enumerate(who.names)}
    resident = used["device"].map({d: number.get(e, -1) for d, e in seats.residents.items()}).fillna(-1)
    first = used.groupby(["person", "device"])["day"].transform("min")
    return used.assign(new=used["day"] == first, other=(resident >= 0) & (resident != used["person"]))


def _machines(used: pd.DataFrame, who: Staff) -> dict[str, pd.DataFrame]:
    """Different devices of a person and day, new ones in bits, and those at which somebody else usually sits."""
    daily = used.groupby(["person", "day"], as_index=False)["device"].nunique().rename(columns={"device": "value"})
    firsts = used.groupby(["person", "device"], as_index=False)["day"].min()
    firsts["thing"] = pd.factorize(firsts["device"])[0]
    firsts["group"] = who.groups[firsts["person"]]
    firsts["value"] = surprise(firsts, daily.rename(columns={"value": "things"}))
    news = firsts.groupby(["person", "day"], as_index=False)["value"].sum()
    others = used[used["other"]]
    return {
        "devices": daily,
        "new_devices": news.assign(value=np.round(news["value"])),
        "others_devices": others.groupby(["person", "day"], as_index=False)["device"]
        .nunique()
        .rename(columns={"device": "value"}),
    }


def _judged(name: str, values: Floats, who: Staff, first: int, young: Bools) -> tuple[Judged, dict[int, Small]]:
    weekdays = (np.arange(values.shape[1]) + first + 3) % 7  # 1 January 1970 was a Thursday
    values = np.where(young, np.nan, values) if name in NEWS else values
    expected = _expected(values, who, weekdays.astype(np.int64))
    sums = {span: _window_p(values, expected, span) for span in SPANS}
    usual = CLEAR * _habit(values, young)
    sums[1][(values <= usual) & ~np.isnan(sums[1])] = 1.0
    sums[1][young] = np.nan
    made = {span: _ranked(p) for span, p in sums.items()}
    return Judged(*(a.astype(np.float32) for a in (values, expected.mean, expected.peers))), made


def _expected(values: Floats, who: Staff, weekdays: npt.NDArray[np.int64]) -> Expectation:
    """What was to be expected of those who were ever there; of the others nothing."""
    seen = ~np.isnan(values).all(axis=1)
    found = expect(values[seen], who.groups[seen], weekdays, who.alone[seen])
    made: list[Floats] = []
    for part in (getattr(found, field.name) for field in fields(found)):
        whole = np.full((len(values), *part.shape[1:]), np.nan)
        whole[seen] = part
        made.append(whole)
    return Expectation(*made)


def _habit(values: Floats, young: Bools) -> Floats:
    """The second largest count of the first days at work, and of those more than HABIT days ago."""
    known = ~np.isnan(values)
    early = np.sort(np.where(young & known, values, 0.0), axis=1)
    first, second = early[:, -1], early[:, -2] if early.shape[1] > 1 else np.zeros(len(values))
    habit = np.zeros(values.shape)
    for t in range(values.shape[1]):
        old = max(0, t - HABIT)
        new = np.where(known[:, old] & ~young[:, old] & (t >= HABIT), values[:, old], 0.0)
        second = np.maximum(second, np.minimum(first, new))
        first = np.maximum(first, new)
        habit[:, t] = second
    return habit


def _window_p(values: Floats, expected: Expectation, span: int) -> Floats:
    """The sum over some days against the level from before them, so that a campaign is not its own measure.

    The variance holds each day's own, the doubt about a level learnt from so few days, and a tenth for drift. A single
    day without such a past is held against what was expected of it; a longer sum then says nothing.
    """
    known = ~np.isnan(values) & ~np.isnan(expected.mean)
    total, there = _window(np.where(known, values, 0.0), span), _window(known.astype(float), span)
    level, past = _before(np.where(known, expected.mean / np.maximum(expected.lifted, 1e-9), 0.0), known, span)
    m = level * _window(np.where(known, expected.lifted, 0.0), span)
    learnt = known & (past >= LEARNT)
    if span == 1:
        m, past = np.where(learnt, m, expected.mean), np.maximum(past, LEARNT)
    enough = known & (m > 0) & ((span == 1) | (learnt & (there >= span / 3)))
    r = np.array([np.median(row[at]) if at.any() else 1.0 for row, at in zip(expected.size, known, strict=True)])
    own = m + m**2 / np.maximum(r, 1e-6)[:, None] / np.maximum(there, 1.0)
    plain, spread = _plain(values, known, span)
    m = np.fmax(m, plain * there)  # shrinkage must not hold a lone user of sticks to his colleagues' level
    own = np.fmax(own, m + spread * there)
    excess = own * (1 + there / np.maximum(past, 1.0)) - m + (0.1 * m) ** 2
    p = np.full(values.shape, np.nan)
    p[enough] = mid_p(total[enough], m[enough], m[enough] ** 2 / np.maximum(excess[enough], 1e-9))
    p[enough & (total <= m)] = 1.0
    return p


def _ranked(p: Floats) -> Small:
    """A counter's p-value among all days of the house: the model's own tail is much too thin.

    Where nearly all days are alike no tail can be fitted to the others: no p-value is taken below a hundredth of what
    so many days can show.
    """
    scores = np.maximum(-np.log10(np.maximum(p, LEAST_P)), 0.0)
    least = 0.01 / (np.sum(~np.isnan(scores)) + 1.0)
    return np.asarray(np.maximum(_twice(scores), least), np.float32)


def _plain(values: Floats, known: Bools, span: int) -> tuple[Floats, Floats]:
    """Mean of all of a person's counts up to LAG days (or the window) before, and their variance beyond it."""
    lag = max(span, LAG)
    kept = np.where(known, values, 0.0)
    sums = [np.cumsum(a, axis=1) for a in (known.astype(float), kept, kept**2)]
    n, total, squares = (np.hstack([np.zeros_like(a[:, :lag]), a[:, :-lag]])[:, : values.shape[1]] for a in sums)
    mean = total / np.maximum(n, 1.0)
    return mean, np.maximum(squares / np.maximum(n, 1.0) - mean**2 - mean, 0.0)


def _before(ratio: Floats, known: Bools, span: int) -> tuple[Floats, Floats]:
    """How a person stood to the job in the week before a window began (a single day: LAG days before), and the days known.

    ``ratio``: the person's expectation over the job's.
    """
    lag = max(span, LAG)
    week, there = _window(ratio, 7), _window(known.astype(float), 7)
    level = np.where(there > 0, week / np.maximum(there, 1.0), 0.0)
    days = np.cumsum(known, axis=1).astype(float)
    lagged, past = np.zeros(ratio.shape), np.zeros(ratio.shape)
    lagged[:, lag:], past[:, lag:] = level[:, :-lag], days[:, :-lag]
    return lagged, past


def _window(values: Floats, span: int) -> Floats:
    summed = np.cumsum(values, axis=1)
    before = np.zeros_like(summed)
    before[:, span:] = summed[:, :-span]
    return np.asarray(summed - before)


def _merged(p: Mapping[str, Small]) -> Floats:
    """-log10 of what the counters say together: harmonic within a family, a weighted sum over families."""
    total: Floats | None = None
    for family, names in families(tuple(p)).items():
        inverse, weight = np.zeros(p[names[0]].shape), np.zeros(p[names[0]].shape)
        for name in names:
            known = ~np.isnan(p[name])
            inverse += np.where(known, COUNTERS[name].weight / np.where(known, p[name], 1.0), 0.0)
            weight += np.where(known, COUNTERS[name].weight, 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            score = np.where(weight > 0, np.log10(inverse / weight), np.nan)
        score = FAMILIES[family] * np.maximum(score, 0.0)
        total = score if total is None else np.where(np.isnan(total), score, total + np.nan_to_num(score))
    assert total is not None
    return total


def _calibrated(scores: Floats, who: Staff) -> Floats:
    """p-values among everybody else's days, and among those of the same job where there are enough: the larger."""
    house = among_others(scores, np.zeros(len(scores), np.int64))
    known = np.sum(~np.isnan(scores), axis=1)
    bands = np.array([g if known[who.groups == g].sum() >= BAND else -1 for g in who.groups], np.int64)
    large = bands >= 0
    house[large] = np.fmax(house[large], among_others(scores[large], bands[large]))
    return house


def _twice(scores: Floats) -> Floats:
    """Ranked once, and again without those who stand out on several days: one must not hide the next."""
    once = calibrated(scores)
    aside = np.sum(np.nan_to_num(once, nan=1.0) < STANDS_OUT, axis=1) >= STANDS_OUT_DAYS
    return np.fmin(once, calibrated(scores, aside)) if not aside.all() else once
