"""What is wrong in the papers of a house, as in any house: late entries, wrong owners, a machine that was swapped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from headwater.simulation.events import Whole
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import FOREVER

_LATE_HIRES, _LATE_LEAVES, _LATE_MOVES = 0.25, 0.2, 0.3  # of those that there are
_OTHER_DESK = 0.012  # of the roster
_LEAST_LATE, _LATE = 3, 14.0  # days: at least, and the median of what comes on top


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that the papers have wrong, with the accounts and people it is about and the days it holds for."""

    kind: str
    accounts: tuple[int, ...]
    people: tuple[int, ...]
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Untidy:
    """The mistakes of a house's papers; none by default.

    ``swapped`` are pairs of accounts with each other's owner, ``missing`` accounts without one. ``hires``, ``leaves``
    and ``moves`` tell on which day the change of a person was entered; a late hire keeps that day as its date.
    ``desks`` gives the place that the roster names for a person.
    """

    swapped: tuple[tuple[int, int], ...] = ()
    missing: tuple[int, ...] = ()
    hires: Mapping[int, int] = field(default_factory=dict)
    leaves: Mapping[int, int] = field(default_factory=dict)
    moves: Mapping[int, int] = field(default_factory=dict)
    desks: Mapping[int, int] = field(default_factory=dict)


def untidy(house: House) -> Untidy:
    """The mistakes in the papers of this house."""
    rng, staff, days = house.dice("untidy"), house.staff, house.calendar.days
    inside = ~staff.outside & (staff.left >= 0)
    there = rng.permutation(np.flatnonzero(inside & (staff.hired < 0) & (staff.left == FOREVER)))
    swapped = _pairs(house, there, 1 + len(staff) // 500)
    rest = there[~np.isin(staff.account[there], swapped)]
    gaps = 1 + len(staff) // 400
    desks = rest[gaps:][: max(1, round(_OTHER_DESK * len(there)))]
    return Untidy(
        swapped=swapped,
        missing=tuple(staff.account[rest[:gaps]].tolist()),
        hires=_late(rng, np.flatnonzero(inside & (staff.hired > 0)), staff.hired, _LATE_HIRES),
        leaves=_late(rng, np.flatnonzero(inside & (staff.left < days)), staff.left, _LATE_LEAVES),
        moves=_late(rng, np.flatnonzero(staff.moved > 0), staff.moved, _LATE_MOVES),
        desks={person: _old_desk(rng, house, person) for person in sorted(desks.tolist())},
    )


def flaws(house: House, wrong: Untidy, until: int | None = None) -> list[Flaw]:
    """The mistakes that the papers of a day (the last of the span by default) still show, one by one."""
    staff, days = house.staff, house.calendar.days
    last = days - 1 if until is None else until
    found = [_about(house, "owner-rows-swapped", pair) for pair in wrong.swapped]
    found += [_about(house, "owner-missing", (account,)) for account in wrong.missing]
    found += [_about(house, "wrong-workstation", (int(staff.account[person]),)) for person in wrong.desks]
    late = (
        ("hire-entered-late", wrong.hires, staff.hired, True),
        ("leave-entered-late", wrong.leaves, staff.resigned, False),
        ("move-entered-late", wrong.moves, staff.moved, False),
    )
    for kind, entered, since, stays in late:
        for person, day in entered.items():
            if since[person] <= last and (stays or last < day):
                accounts = (int(staff.account[person]),)
                found.append(Flaw(kind, accounts, (person,), max(0, int(since[person])), min(day - 1, last)))
    return found


def _about(house: House, kind: str, accounts: tuple[int, ...]) -> Flaw:
    people = tuple(int(house.accounts.owner[account]) for account in accounts)
    return Flaw(kind, accounts, people, 0, house.calendar.days - 1)


def _late(rng: np.random.Generator, people: Whole, since: Whole, share: float) -> dict[int, int]:
    """The day of entry of some of these: days or weeks after the fact, seldom months; at least one where any is."""
    chosen = np.sort(rng.permutation(people)[: max(1, round(share * len(people)))])
    lag = _LEAST_LATE + rng.lognormal(np.log(_LATE), 0.9, len(chosen)).astype(np.int64)
    return dict(zip(chosen.tolist(), (since[chosen] + lag).tolist(), strict=True))


def _pairs(house: House, people: Whole, many: int) -> tuple[tuple[int, int], ...]:
    """The accounts of people and their heirs, who sit in the same team: clerks mix up such rows. Nobody is in two."""
    staff, pairs, used = house.staff, list[tuple[int, int]](), set[int]()
    for one, other in zip(people.tolist(), staff.heir[people].tolist(), strict=True):
        if len(pairs) < many and one != other and not used & {one, other}:
            pairs.append((int(staff.account[one]), int(staff.account[other])))
            used |= {one, other}
    return tuple(pairs)


def _old_desk(rng: np.random.Generator, house: House, person: int) -> int:
    """A machine of somebody who left, or of a colleague."""
    staff = house.staff
    others = np.unique(staff.place[~staff.outside & (staff.place != staff.place[person])])
    old = np.intersect1d(others, staff.place[staff.left < 0])
    return int(rng.choice(old if len(old) and rng.random() < 0.5 else others))
