"""The people of a house: who works there, since when, until when, in which role, how fast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import Column, Whole, dice
from headwater.simulation.house.calendar import Calendar
from headwater.simulation.house.heirs import heirs
from headwater.simulation.house.moves import moves
from headwater.simulation.house.nouns import FOREVER, Staff
from headwater.simulation.house.teams import Mask, Seats, heads, managers, seats
from headwater.simulation.made_people import names
from headwater.simulation.trades.trade import Trade

_TURNOVER = 0.18  # of the staff, a year, both ways
_FORMER = 0.08  # how many who left before the first day are still on the roster, for each who works
_NOTICE = (14, 45)  # days


@dataclass(frozen=True, slots=True)
class Careers:
    """When everybody came, gave notice and goes; ``settled``: is here from before the first to after the last day."""

    hired: Whole
    left: Whole
    resigned: Whole
    former: Mask
    outside: Mask
    settled: Mask


def staff(trade: Trade, calendar: Calendar, seed: int, count: int) -> Staff:
    """``count`` people who work in the span, those who left before it, and the partners outside.

    The share of an outside role is counted on top: a role with share 0.5 has one partner for every two of the staff.
    """
    if count < 20:
        raise ValueError("a made house needs at least 20 people")
    rng = dice(seed, "staff")
    role, former, outside = _roles(rng, trade, count)
    careers = _careers(rng, calendar, count, former, outside)
    seated = seats(dice(seed, "teams"), trade, role, former)
    leaders = heads(seated, careers.settled, former, careers.hired)
    careers = _keep(careers, leaders)
    movable = careers.settled & ~outside
    movable[leaders] = False
    after = moves(dice(seed, "moves"), trade, calendar, role, seated, movable)
    steady = careers.settled & (after.moved < -calendar.days)
    count = len(role)
    return Staff(
        employee=_numbers(rng, trade, careers),
        name=names(rng, count),
        role=after.role,
        team=after.team,
        branch=after.branch,
        role_before=role,
        team_before=seated.team,
        branch_before=seated.branch,
        moved=after.moved,
        manager=managers(after.team, leaders, seated, outside),
        grade=_grades(rng, leaders, seated, count),
        hired=careers.hired,
        left=careers.left,
        resigned=careers.resigned,
        account=np.arange(count),
        place=np.arange(count),
        pace=_pace(rng, count),
        outside=outside,
        manager_before=managers(seated.team, leaders, seated, outside),
        heir=heirs(rng, role, seated.team, steady),
    )


def _roles(rng: np.random.Generator, trade: Trade, count: int) -> tuple[Whole, Mask, Mask]:
    """Everybody's role: first those who work in the span, then the former, then the partners."""
    partner = np.array([role.outside for role in trade.roles])
    share = np.array([role.share for role in trade.roles])
    inside = np.where(partner, 0.0, share) / share[~partner].sum()
    least = np.where(partner, 0, 2 if count >= 2 * (~partner).sum() else 1)
    free = inside * (count - least.sum())
    sizes = least + np.diff(np.round(np.cumsum(free)), prepend=0).astype(np.int64)
    gone = rng.choice(len(share), max(6, round(_FORMER * count)), p=inside)
    others = np.where(partner, np.maximum(2, np.round(share * count)), 0).astype(np.int64)
    kinds = np.arange(len(share))
    role = np.concatenate([rng.permutation(np.repeat(kinds, sizes)), gone, np.repeat(kinds, others)])
    place = np.arange(len(role))
    return role, (place >= count) & (place < count + len(gone)), place >= count + len(gone)


def _careers(rng: np.random.Generator, calendar: Calendar, count: int, former: Mask, outside: Mask) -> Careers:
    """Hires on working days of the span, leavers with notice in it, and former people from the years before."""
    total, days = len(former), calendar.days
    hired = -(30 + rng.gamma(1.3, 1_100.0, total)).astype(np.int64)
    left, resigned = np.full(total, FOREVER), np.full(total, FOREVER)
    turning = max(1, round(_TURNOVER * count * days / 365))
    chosen = rng.permutation(count)
    new, going = chosen[:turning], chosen[turning : 2 * turning + 1]
    hired[new] = rng.choice(calendar.work_days(0.03, 0.97), len(new))
    left[going] = rng.integers(max(1, days // 8), days + 20, len(going))
    resigned[going] = left[going] - rng.integers(*_NOTICE, len(going)) * (rng.random(len(going)) < 0.9)
    gone = np.flatnonzero(former)
    left[gone] = -1 - rng.gamma(1.1, 220.0, len(gone)).astype(np.int64)
    resigned[gone] = left[gone] - rng.integers(*_NOTICE, len(gone))
    hired[gone] = resigned[gone] - 90 - rng.gamma(1.3, 900.0, len(gone)).astype(np.int64)
    return Careers(hired, left, resigned, former, outside, (hired < 0) & (left > days + 30))


def _keep(careers: Careers, leaders: Whole) -> Careers:
    """Leaders stay: a team whose people all come or go keeps one."""
    hired, left, resigned = careers.hired.copy(), careers.left.copy(), careers.resigned.copy()
    hired[leaders] = np.minimum(hired[leaders], -200)
    left[leaders] = resigned[leaders] = FOREVER
    settled = careers.settled.copy()
    settled[leaders] = True
    return Careers(hired, left, resigned, careers.former, careers.outside, settled)


def _numbers(rng: np.random.Generator, trade: Trade, careers: Careers) -> Column:
    """Numbers of employees in the order of their hire; partners have numbers of another kind."""
    rank = np.argsort(np.argsort(careers.hired, kind="stable"), kind="stable")
    number = 1_000 + np.cumsum(rng.integers(1, 4, len(rank)))[rank]
    pairs = zip(number.tolist(), careers.outside.tolist(), strict=True)
    return np.array([f"X{n:06d}" if out else f"{trade.employee_prefix}{n:05d}" for n, out in pairs], dtype=object)


def _grades(rng: np.random.Generator, leaders: Whole, seated: Seats, count: int) -> Column:
    grade = rng.choice(3, count, p=(0.45, 0.37, 0.18))
    grade[leaders] = 3
    chiefs = np.unique(np.searchsorted(seated.team_role, seated.team_role))
    grade[leaders[chiefs]] = 4
    return np.array(["G1", "G2", "G3", "G4", "G5"], dtype=object)[grade]


def _pace(rng: np.random.Generator, count: int) -> NDArray[np.float64]:
    """The median is about one; one in a hundred does four times as much and more."""
    pace = rng.lognormal(-0.08, 0.5, count) * (1 + 0.25 * rng.pareto(2.5, count))
    return np.clip(pace, 0.1, 10.0)
