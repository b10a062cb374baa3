"""Who was at a desk: traces that people leave there under accounts of their own, before, during and after a sitting.

Machines are shared: two shifts have one desk, a counter has one for several. The account that was lent names nobody,
but whoever sat there read, posted, wrote or logged on under an own account too, on that desk, near in time. How much
that says is counted in the house itself: every ten minutes of somebody's own reading at a desk that several use are
set aside in turn, and his other traces there are compared with those of the others who use it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
from ibis import _

from headwater.detection.profiles.seats import HABIT_DAYS, Seats, at_the_machine
from headwater.detection.reads import seconds
from headwater.model.organisation import Organisation
from headwater.store.engine import Engine

STEP = 600
"""Traces are kept in steps of so many seconds."""
BESIDE, AROUND = 30 * 60, 90 * 60
"""Seconds to a trace on one side, and to traces on both sides, that put a person beside or around a sitting."""
LEARNT = 200
"""Days at shared desks from which the house's own figures are counted."""
PLACES = ("around", "beside", "that day", "none")
"""How near somebody's own traces at that desk are."""
_ACTED, _ELSE = (13.0, 4.0, 2.4, 0.6), (1.6, 2.4, 4.0, 12.0)
"""Believed, and outweighed by what the house shows: of twenty who sat there and of twenty others who use the desk."""
MOSTLY = 0.8
"""A desk is somebody's by habit, beside its resident, from this share of his days at desks."""
LEAST, MOST = 0.1, 30.0
"""Whoever uses another's account may use no own one that day; and nearness is no proof."""

Times = tuple[list[float], list[float]]
"""First and last moments of a person's traces at a desk on a day, in order, in seconds."""


@dataclass(frozen=True, slots=True)
class Presence:
    """``traces``: desk and day to person to times; ``claimants``: desk to those whose it is, by roster or by habit."""

    traces: Mapping[tuple[str, date], Mapping[str, Times]] = field(default_factory=dict)
    claimants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ratios: Mapping[str, float] = field(default_factory=lambda: _ratios((0,) * 4, (0,) * 4))

    def people(self, seat: str, day: date) -> tuple[str, ...]:
        """Everybody whose desk it is or who left a trace there on that day."""
        return tuple(sorted({*self.claimants.get(seat, ()), *self.traces.get((seat, day), ())}))

    def where(self, person: str, seat: str, day: date, first: float, last: float) -> str:
        """How near the person's traces are to a stretch of that day (seconds), as one of PLACES."""
        return _place(self.traces.get((seat, day), {}).get(person), first, last)

    def apart(self, person: str, seat: str, day: date, first: float, last: float) -> tuple[float | None, float | None]:
        """Seconds from the person's last trace before a stretch, and to the first one after it; 0 within it."""
        return _gaps(self.traces.get((seat, day), {}).get(person), first, last)


def presence(engine: Engine, org: Organisation, seats: Seats, sittings: pd.DataFrame, foreign: pd.Index) -> Presence:
    """Learn who was at the desks of the ``foreign`` sittings. Costs a semi-join of each event table with those days."""
    claimants = _claimants(org, seats, _habitual(engine, org, seats, sittings))
    shared = _shared(sittings)
    wanted = pd.concat([sittings.loc[foreign], shared])
    if wanted.empty:
        return Presence({}, claimants)
    traces = _traces(seats.seated(_events(engine, _places(wanted, org)), org))
    learnt = set(zip(shared["seat"], shared["day"], strict=True))
    return Presence(traces, claimants, _learnt(traces, claimants, learnt))


def _traces(seen: pd.DataFrame) -> dict[tuple[str, date], dict[str, Times]]:
    """The steps of each person at each desk, whichever account and log they come from."""
    keys = ["seat", "day", "owner", "step"]
    steps = (
        seen[seen["owner"].notna()]
        .groupby(keys, sort=True, as_index=False)
        .agg(first=("first", "min"), last=("last", "max"))
    )
    traces: dict[tuple[str, date], dict[str, Times]] = defaultdict(dict)
    columns = (steps[c].tolist() for c in ("seat", "day", "owner", "first", "last"))
    for seat, day, owner, first, last in zip(*columns, strict=True):
        firsts, lasts = traces[(seat, day)].setdefault(owner, ([], []))
        firsts.append(float(first))
        lasts.append(float(last))
    return dict(traces)


def _habitual(engine: Engine, org: Organisation, seats: Seats, sittings: pd.DataFrame) -> Iterator[tuple[str, str]]:
    """Desks where somebody in service is nearly always, whatever the roster says: (desk, employee).

    Who reads nowhere else and logs on nowhere else sits there: the roster is old, or two have one desk. Somebody whose
    account is lent is himself at work elsewhere.
    """
    logons = at_the_machine(engine.table("logons")).filter(_.account.notnull() & _.device.notnull())
    logged = engine.arrow(logons.select("account", "device", "ip", "day").distinct()).to_pandas()
    seen = pd.concat([sittings[["owner", "seat", "day"]], seats.seated(logged, org)[["owner", "seat", "day"]]])
    seen = seen[seen["owner"].notna() & (seen["seat"] != "?")].drop_duplicates()
    in_service = np.array([org.people[e].here(d) for e, d in zip(seen["owner"], seen["day"], strict=True)], bool)
    days = seen[in_service].groupby(["owner", "seat"])["day"].nunique()
    share = days / days.groupby("owner").transform("sum")
    for employee, seat in days.index[(days >= HABIT_DAYS) & (share >= MOSTLY)]:
        yield str(seat), str(employee)


def _claimants(org: Organisation, seats: Seats, habits: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    made: dict[str, set[str]] = defaultdict(set)
    for seat, who in (*habits, *seats.residents.items()):
        made[seat].add(who)
    for person in org.people.values():
        for place in (person.workstation, person.ip):
            if place:
                made[place].add(person.employee)
    return {seat: tuple(sorted(them)) for seat, them in made.items()}


def _shared(sittings: pd.DataFrame) -> pd.DataFrame:
    """Some sittings at desks that several people use under their own accounts, from the whole span."""
    owned = sittings[sittings["owner"].notna()]
    users = owned.groupby("seat")["owner"].nunique()
    both = owned[owned["seat"].isin(users[users > 1].index)].drop_duplicates(["seat", "day"])
    return both.iloc[:: max(1, -(-len(both) // LEARNT))]


def _places(wanted: pd.DataFrame, org: Organisation) -> pa.Table:
    """The names under which logs may know these desks, with the days."""
    known = {p.workstation: p.ip for p in org.people.values() if p.workstation and p.ip}
    rows: set[tuple[str, date]] = set()
    for seat, device, ip, day in zip(wanted["seat"], wanted["device"], wanted["ip"], wanted["day"], strict=True):
        rows |= {(name, day) for name in (seat, device, ip, known.get(seat)) if isinstance(name, str)}
    ordered = sorted(rows)
    return pa.table(
        {
            "w_place": pa.array([r[0] for r in ordered], pa.string()),
            "w_day": pa.array([r[1] for r in ordered], pa.date32()),
        }
    )


def _events(engine: Engine, places: pa.Table) -> pd.DataFrame:
    """What accounts did at these places on these days: account, device, ip, day, first and last second of each step."""
    wanted = engine.memory("presence", places)
    parts = []
    for name in ("access", "logons", "files", "web"):
        rows = engine.table(name)
        rows = rows.filter(rows.account.notnull())
        if name == "logons":
            rows = at_the_machine(rows.filter(rows.action.isin(["logon", "logoff", "unlock"])))
        rows = rows.mutate(at=seconds(rows.time)).select("account", "device", "ip", "day", "at")
        for place in ("device", "ip"):
            there = rows.semi_join(wanted, [rows[place] == wanted.w_place, rows.day == wanted.w_day])
            parts.append(there.mutate(step=(there["at"] / STEP).floor().cast("int64")))
    together: ibis.Table = reduce(lambda a, b: a.union(b), parts)
    keys = ["account", "device", "ip", "day"]
    steps = together.group_by([*keys, "step"]).agg(first=together["at"].min(), last=together["at"].max())
    return engine.arrow(steps).to_pandas()


def _gaps(times: Times | None, first: float, last: float) -> tuple[float | None, float | None]:
    if times is None:
        return None, None
    firsts, lasts = times
    i = bisect_left(lasts, first)  # the first trace that ends within the stretch or after it
    if i < len(firsts) and firsts[i] <= last:
        return 0.0, 0.0
    j = bisect_right(firsts, last)
    before = first - lasts[i - 1] if i else None
    return before, firsts[j] - last if j < len(firsts) else None


def _place(times: Times | None, first: float, last: float) -> str:
    before, after = _gaps(times, first, last)
    if before is None and after is None:
        return "none"
    if before is not None and after is not None and max(before, after) <= AROUND:
        return "around"
    near = min(gap for gap in (before, after) if gap is not None)
    return "beside" if near <= BESIDE else "that day"


def _learnt(
    traces: Mapping[tuple[str, date], Mapping[str, Times]],
    claimants: Mapping[str, Sequence[str]],
    days: set[tuple[str, date]],
) -> dict[str, float]:
    """How near the traces of those who sat there are, and those of the others who use the desk."""
    users: dict[str, set[str]] = defaultdict(set)
    for (seat, _day), by_person in traces.items():
        users[seat] |= {*by_person, *claimants.get(seat, ())}
    acted, others = dict.fromkeys(PLACES, 0), dict.fromkeys(PLACES, 0)
    for seat, day in days:
        for person, times in traces.get((seat, day), {}).items():
            for first, last, rest in _in_turn(times):
                acted[_place(rest, first, last)] += 1
                for other in users[seat] - {person}:
                    others[_place(traces[(seat, day)].get(other), first, last)] += 1
    return _ratios(tuple(acted.values()), tuple(others.values()))


def _in_turn(times: Times) -> Iterator[tuple[float, float, Times | None]]:
    """Each step of somebody's traces, and what is left of them without it."""
    firsts, lasts = times
    for i, (first, last) in enumerate(zip(firsts, lasts, strict=True)):
        rest = (firsts[:i] + firsts[i + 1 :], lasts[:i] + lasts[i + 1 :])
        yield first, last, rest if rest[0] else None


def _ratios(acted: Sequence[int], others: Sequence[int]) -> dict[str, float]:
    """Likelihood ratio of each place, with the believed figures as twenty people's worth."""
    shares = [np.array(counted, float) + believed for counted, believed in ((acted, _ACTED), (others, _ELSE))]
    ratio: Any = np.clip((shares[0] / shares[0].sum()) / (shares[1] / shares[1].sum()), LEAST, MOST)
    return dict(zip(PLACES, ratio.tolist(), strict=True))
