"""Whom a part fits: the kind of work, whether they stay, whether they really left or gave notice."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import Whole
from headwater.simulation.house import accounts
from headwater.simulation.house.house import House
from headwater.simulation.trades.trade import Crime, CrimeKind, Role

Likes = Callable[[Role], float]
STRANGERS: tuple[CrimeKind, ...] = ("rented-account", "hijacked-account")
"""Kinds in which somebody outside reads from an address that is none of the house's."""
_LEAST_PACE = 0.4  # of the median: who hardly reads at all has no ordinary level to hide in
_NOTICE = (0.05, 0.85)  # shares of the span between which a leaver's notice may lie
_SOME_DAYS = 3
_LAST_DAYS = 6  # days of work that a leaver has at least between notice and departure


def may(role: Role, action: str) -> bool:
    """Whether a role has the right to an action."""
    return any(right.action in (action, "*") for right in role.rights)


def _reads(role: Role) -> float:
    return role.lookups if may(role, "lookup") else 0.0


def _answers(role: Role) -> float:
    """Clerks whom anybody may call: a stranger's record is nothing unusual there."""
    callers = sum(source.share for source in role.sources if source.kind in ("caller", "any", "recent"))
    return _reads(role) * (0.2 + callers)


def _lists(role: Role) -> float:
    return (2.0 if may(role, "export") and role.exports > 0 else 1.0) * _reads(role)


def _books(role: Role) -> float:
    return (3.0 if role.book else 1.0) * _reads(role)


def _engineers(role: Role) -> float:
    return role.queries if may(role, "sql") else 0.0


def _office(role: Role) -> float:
    """Whoever is surely at home by night."""
    return _reads(role) * {"office": 1.0, "night": 0.01}.get(role.shift, 0.3)


LIKES: Mapping[CrimeKind, Likes] = {
    "bulk": _lists,
    "slow-drip": _books,
    "lookup-for-hire": _answers,
    "leaver": _books,
    "borrowed-account": _books,
    "rented-account": _answers,
    "scraping": _reads,
    "hijacked-account": _office,
    "database-administrator": _engineers,
    "screen-photos": _answers,
    "snooping": _answers,
}
"""How well each kind of work fits a part; 0 where it does not."""


def liking(house: House, likes: Likes) -> NDArray[np.float64]:
    """How well everybody's work fits."""
    roles = np.array([likes(role) for role in house.trade.roles])
    return roles[house.staff.role]


def settled(house: House) -> NDArray[np.bool_]:
    """Who is on the roster, neither new nor moving nor leaving, mostly at work, and with some work to do."""
    staff = house.staff
    still = (staff.role == staff.role_before) & (staff.team == staff.team_before)
    mostly = house.here.mean(axis=1) >= 0.6 * house.calendar.working.mean()
    return np.asarray(staying(house) & still & mostly & (staff.pace >= _LEAST_PACE), dtype=np.bool_)


def staying(house: House) -> NDArray[np.bool_]:
    """Who is on the roster for the whole span."""
    staff, days = house.staff, house.calendar.days
    stays = (staff.hired < 0) & (staff.left >= days) & (staff.resigned >= days) & ~staff.outside
    return np.asarray(stays, dtype=np.bool_)


def there(house: House, crime: Crime) -> NDArray[np.bool_]:
    """Who works on some days at least of the span of a crime."""
    days = house.calendar.days
    first, last = round(crime.begins * days), round(crime.ends * days)
    return np.asarray(house.here[:, first:last].sum(axis=1) >= _SOME_DAYS, dtype=np.bool_)


def leavers(house: House) -> Whole:
    """Who gives notice within the span and still works some days before leaving."""
    staff, days = house.staff, house.calendar.days
    inside = (staff.resigned >= _NOTICE[0] * days) & (staff.resigned <= _NOTICE[1] * days) & ~staff.outside
    going = np.flatnonzero(inside & (staff.left < 2 * days + 60))
    worked = [int(house.here[p, staff.resigned[p] : staff.left[p] + 1].sum()) for p in going.tolist()]
    return going[np.array(worked, dtype=np.int64) >= _LAST_DAYS]


def ghosts(house: House) -> Whole:
    """Who left before the first day and whose account was never disabled."""
    return accounts.ghosts(house.accounts, house.staff)


def partners(house: House) -> Whole:
    """Outside partners with an account of their own since before the first day."""
    return np.flatnonzero(house.staff.outside & (house.staff.hired < 0))


def strangers(crime: Crime) -> int:
    """How many outside addresses a crime needs."""
    return crime.people if crime.kind in STRANGERS else 0
