"""A made house before anything happens in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import Whole, dice
from headwater.simulation.house.calendar import Calendar
from headwater.simulation.house.clients import Clients
from headwater.simulation.house.nouns import Absence, Accounts, Places, Staff
from headwater.simulation.trades.trade import Trade


@dataclass(frozen=True, slots=True)
class House:
    """Everything that holds before the first event. ``here`` tells who is at work when (people x days).

    ``kept`` holds what has been worked out of the other columns once and is wanted every day, such as the order of
    the client books; a house with other columns begins with none.
    """

    seed: int
    trade: Trade
    calendar: Calendar
    staff: Staff
    accounts: Accounts
    places: Places
    clients: Clients
    absences: tuple[Absence, ...]
    here: NDArray[np.bool_]
    kept: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)

    def dice(self, part: str, day: int | None = None) -> np.random.Generator:
        """The random source of one part of this world, of one day of it when a day is said."""
        return dice(self.seed, part if day is None else f"{part} {day}")

    def of(self, role: str, day: int = 0) -> Whole:
        """Who works in a role on a day and is neither gone nor yet to come."""
        staff = self.staff
        mine = staff.role_on(day) == self.trade.role(role)
        return np.flatnonzero(mine & (staff.hired <= day) & (staff.left >= day))
