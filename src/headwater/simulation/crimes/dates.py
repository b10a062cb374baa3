"""Dates that a part needs: an employee who gives notice, and one who left long ago."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from headwater.simulation.events import Whole
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import FOREVER, Absence
from headwater.simulation.trades.trade import Crime


def leaving(house: House, person: int, crime: Crime) -> House:
    """This person gives notice inside the span of the crime and leaves two to five weeks later."""
    rng, days = house.dice(f"notice {person}"), house.calendar.days
    length = int(np.clip(rng.integers(14, 36), 7, max(7, 0.5 * days)))
    latest = max(1, min(0.85 * days, days - length - 1))
    wanted = crime.begins + rng.uniform(0.05, 0.5) * (crime.ends - crime.begins)
    notice = int(np.clip(wanted * days, 0.06 * days, latest))
    left = min(notice + length, days - 1)
    staff = replace(
        house.staff,
        resigned=_set(house.staff.resigned, person, notice),
        left=_set(house.staff.left, person, left),
        heir=_without(house.staff.heir, person),
    )
    disabled = _set(house.accounts.disabled, int(house.staff.account[person]), left + 1)
    here = house.here.copy()
    here[person, left + 1 :] = False
    away = tuple(a for a in house.absences if a.person != person or a.last < notice)
    dropped = [a for a in house.absences if a.person == person and a.last >= notice]
    for absence in dropped:  # who is about to go has no leave left
        span = np.arange(max(0, absence.first), min(left, absence.last) + 1)
        here[person, span] = house.calendar.working[span]
    return replace(house, staff=staff, accounts=replace(house.accounts, disabled=disabled), here=here, absences=away)


def departed(house: House, person: int) -> House:
    """This person left some weeks before the first day; the account was forgotten, the book went to colleagues."""
    rng, staff = house.dice(f"departure {person}"), house.staff
    left = -int(rng.integers(20, 100))
    hired = min(int(staff.hired[person]), left - 200)
    dated = replace(
        staff,
        hired=_set(staff.hired, person, hired),
        left=_set(staff.left, person, left),
        resigned=_set(staff.resigned, person, left - 30),
        heir=_without(staff.heir, person),
    )
    account = int(staff.account[person])
    accounts = replace(
        house.accounts,
        created=_set(house.accounts.created, account, min(int(house.accounts.created[account]), hired)),
        disabled=_set(house.accounts.disabled, account, FOREVER),
    )
    here = house.here.copy()
    here[person] = False
    away: tuple[Absence, ...] = tuple(a for a in house.absences if a.person != person)
    owner = house.clients.owner
    clients = replace(house.clients, owner=np.where(owner == person, staff.heir[person], owner))
    return replace(house, staff=dated, accounts=accounts, here=here, absences=away, clients=clients)


def _without(heir: Whole, person: int) -> Whole:
    """The heirs of everybody when this person is no longer one: whose heir it was, inherits from the next."""
    changed = heir.copy()
    changed[heir == person] = heir[person]
    return changed


def _set(column: Whole, index: int, value: int) -> Whole:
    changed = column.copy()
    changed[index] = value
    return changed
