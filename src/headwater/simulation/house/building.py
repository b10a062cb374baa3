"""Building a house: everything that holds before the first event, from a trade, a seed and a few sizes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from headwater.simulation.events import dice
from headwater.simulation.house.accounts import accounts
from headwater.simulation.house.calendar import calendar
from headwater.simulation.house.enrolment import clients as enrolled
from headwater.simulation.house.house import House
from headwater.simulation.house.leave import absences
from headwater.simulation.house.persons import persons
from headwater.simulation.house.places import places
from headwater.simulation.house.rota import attendance
from headwater.simulation.house.staff import staff as people
from headwater.simulation.trades.trade import Trade

START = date(2024, 3, 4)


def build(trade: Trade, *, seed: int, staff: int, clients: int, days: int, start: date = START) -> House:
    """A house of a trade in which ``staff`` people work at some time of the span; partners outside come on top."""
    span = calendar(start, days, trade.month_end, dice(seed, "calendar"))
    who = people(trade, span, seed, staff)
    where, own, hosts = places(dice(seed, "places"), trade, who)
    who = replace(who, place=own)
    away = absences(dice(seed, "absences"), who, days)
    return House(
        seed=seed,
        trade=trade,
        calendar=span,
        staff=who,
        accounts=accounts(dice(seed, "accounts"), trade, who, hosts),
        places=where,
        clients=enrolled(trade, span, seed, clients, who, persons(seed)),
        absences=away,
        here=attendance(trade, span, who, away, seed),
    )
