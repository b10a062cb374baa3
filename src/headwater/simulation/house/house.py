"""A made house before anything happens in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import Whole, dice
from headwater.simulation.house.calendar import Calendar
from headwater.simulation.house.clients import Clients
from headwater.simulation.house.nouns import Absence, Accounts, Places, Staff
from headwater.simulation.trades.trade import Trade


@dataclass(frozen=True, slots=True)
class House:
    """Everything that holds before the first event. ``here`` tells who is at work when (people x days)."""

    seed: int
    trade: Trade
    calendar: Calendar
    staff: Staff
    accounts: Accounts
    places: Places
    clients: Clients
    absences: tuple[Absence, ...]
    here: NDArray[np.bool_]

    def dice(self, part: str, day: int | None = None) -> np.random.Generator:
        """The random source of one part of this world, of one day of it when a day is said."""
        return dice(self.seed, part if day is None else f"{part} {day}")

    def of(self, role: str, day: int = 0) -> Whole:
        """Who works in a role on a day and is neither gone nor yet to come."""
        staff = self.staff
        mine = staff.role_on(day) == self.trade.role(role)
        return np.flatnonzero(mine & (staff.hired <= day) & (staff.left >= day))
