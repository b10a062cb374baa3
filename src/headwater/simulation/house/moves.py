"""Moves between teams and roles: who goes where, and from which day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.simulation.events import Whole
from headwater.simulation.house.calendar import Calendar
from headwater.simulation.house.nouns import FOREVER
from headwater.simulation.house.teams import Mask, Seats
from headwater.simulation.trades.trade import Trade

_A_QUARTER = 0.03  # of the staff, each quarter (DETECTION.md section 6 takes 3 % movers)
_STAYS_IN_ROLE = 0.5


@dataclass(frozen=True, slots=True)
class Moves:
    """Everybody's role, team and branch after the move, and its day (far in the past for who never moved)."""

    role: Whole
    team: Whole
    branch: Whole
    moved: Whole


def moves(
    rng: np.random.Generator, trade: Trade, calendar: Calendar, role: Whole, seats: Seats, movable: Mask
) -> Moves:
    """A few of the movable go to another team: half within their role, half to another role."""
    after = Moves(role.copy(), seats.team.copy(), seats.branch.copy(), np.full(len(role), -FOREVER))
    inside = [n for n in range(len(seats.team_role)) if not trade.roles[seats.team_role[n]].outside]
    days, free = calendar.work_days(0.1, 0.9), np.flatnonzero(movable)
    count = min(len(free), max(1, round(_A_QUARTER * len(free) * calendar.days / 91)))
    if not len(days) or len(inside) < 2:
        return after
    for person in np.sort(rng.choice(free, count, replace=False)).tolist():
        team = _other(rng, seats, np.array(inside), int(seats.team[person]))
        after.role[person], after.team[person] = seats.team_role[team], team
        after.branch[person] = seats.team_branch[team]
        after.moved[person] = rng.choice(days)
    return after


def _other(rng: np.random.Generator, seats: Seats, inside: Whole, team: int) -> int:
    """Another team: of the same role where there is one and chance wills it."""
    elsewhere = inside[inside != team]
    same = seats.team_role[elsewhere] == seats.team_role[team]
    wanted = elsewhere[same == (rng.random() < _STAYS_IN_ROLE)]
    return int(rng.choice(wanted if len(wanted) else elsewhere))
