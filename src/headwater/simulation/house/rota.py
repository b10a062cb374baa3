"""Which days are whose working days: weekdays, Saturday rotas, shifts around the clock, leave, hire and departure."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import Whole, dice
from headwater.simulation.house.calendar import Calendar
from headwater.simulation.house.nouns import Absence, Staff
from headwater.simulation.trades.trade import Shift, Trade

Grid = NDArray[np.bool_]
# chances in 256
_OVERTIME = 2  # an office worker comes on a day off
_SATURDAY = 230  # who is on Saturday's rota does come
_HOLIDAY = 128  # who works in turns works on a day on which the house is closed
_SHUT = 15  # who is always there is not


def attendance(trade: Trade, calendar: Calendar, staff: Staff, absences: Iterable[Absence], seed: int) -> Grid:
    """Who is at work on which day (people x days): nobody before the hire, after the last day, or in an absence.

    The coins thrown depend on the number of people and days alone, so a change of somebody's dates changes no other.
    """
    rng, days = dice(seed, "rota"), np.arange(calendar.days)
    coins = rng.integers(256, size=(len(staff), calendar.days), dtype=np.uint8)
    habit = rng.integers(7, size=len(staff))
    here = _turns(trade, calendar, staff.role, coins, habit)
    movers = np.flatnonzero((staff.role != staff.role_before) & (staff.moved > 0))
    earlier = _turns(trade, calendar, staff.role_before[movers], coins[movers], habit[movers])
    here[movers] = np.where(days < staff.moved[movers, None], earlier, here[movers])
    here &= (staff.hired[:, None] <= days) & (days <= staff.left[:, None])
    for away in absences:
        here[away.person, max(0, away.first) : away.last + 1] = False
    return here


def shifts(trade: Trade, role: Whole) -> NDArray[np.str_]:
    """The shift of each of these roles."""
    return np.array([each.shift for each in trade.roles])[role]


def _turns(trade: Trade, calendar: Calendar, role: Whole, coins: NDArray[np.uint8], habit: Whole) -> Grid:
    shift = shifts(trade, role)
    here = np.zeros(coins.shape, dtype=np.bool_)
    for kind in np.unique(shift).tolist():
        mine = shift == kind
        here[mine] = _turn(kind, calendar, coins[mine], habit[mine, None])
    return here


def _turn(shift: Shift, calendar: Calendar, coins: NDArray[np.uint8], habit: Whole) -> Grid:
    """The days of one shift: ``habit`` (0 to 6) tells who has which Saturdays and which days off."""
    days = np.arange(calendar.days)
    weekday = (days + calendar.start.weekday()) % 7
    if shift == "office":
        return np.asarray(calendar.working | (coins < _OVERTIME))
    if shift == "late":
        saturday = (weekday == 5) & ((days // 7 + habit) % 2 == 0)
        return np.asarray(calendar.working | (saturday & (coins < _SATURDAY)))
    if shift == "always":
        return np.asarray(coins >= _SHUT)
    closed = (weekday < 5) & ~calendar.working
    return np.asarray(((days + days // 28 + habit) % 7 < 5) & (~closed | (coins < _HOLIDAY)))
