"""Tickets of every day: work that was asked for and made no waves."""

from __future__ import annotations

import numpy as np

from headwater.simulation.house.benign.stage import Stage
from headwater.simulation.house.nouns import Doing, Ticket

_PURPOSES = ("日常取数", "数据修复", "权限内查询", "客户投诉核查", "报表核对", "系统巡检", "资料更正")
_A_MONTH = (0.12, 1.5)  # tickets of a reader, and of somebody who writes SQL or draws lists


def routine(stage: Stage) -> list[Doing]:
    """One doing that left no trace and names nobody: the tickets of ordinary work, of which a thief may hold one too."""
    house, rng = stage.house, stage.rng
    often = np.where(stage.does("queries", 2) | stage.does("exports", 0.3), _A_MONTH[1], _A_MONTH[0])
    often = np.where(house.staff.outside | (house.staff.left < 0), 0.0, often * house.calendar.days / 30)
    people = np.repeat(np.arange(len(house.staff)), rng.poisson(often))
    days, lengths = rng.integers(house.calendar.days, size=len(people)), rng.geometric(0.4, len(people))
    staff = house.staff
    tickets = [
        Ticket(
            str(staff.employee[who]), _PURPOSES[number % len(_PURPOSES)], stage.chief(who), first, first + length - 1
        )
        for number, (who, first, length) in enumerate(
            zip(people.tolist(), days.tolist(), lengths.tolist(), strict=True)
        )
        if staff.hired[who] <= first <= staff.left[who]
    ]
    span = (0, house.calendar.days - 1)
    return [Doing("", "routine-tickets", "", (), (), tickets=tuple(tickets), papers=True, span=span)] if tickets else []
