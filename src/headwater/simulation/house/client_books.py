"""Work on client books: whose clients come up, how many there are, and what is on record about them."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import Column, Whole
from headwater.simulation.house.books import keepers
from headwater.simulation.house.house import House
from headwater.simulation.house.ladders import Ladder, ladder, remembered
from headwater.simulation.house.nouns import FOREVER, Relations
from headwater.simulation.house.shelves import LONG_AGO, NOBODY, shelf

_LATE = 0.4  # of the changes of hands are put on record some days late


def held(house: House, day: int) -> Whole:
    """How many clients everybody looks after on a day, in their own and inherited books."""
    own = shelf(house, "owner").held(np.arange(len(house.staff)), day)
    return np.bincount(keepers(house, day), own, len(house.staff)).astype(np.int64)


def drawn(house: House, rng: np.random.Generator, person: Whole, since: Whole | int, day: int) -> Whole:
    """A client of a book that each of these people looks after, -1 where there is none who joined ``since``."""
    whose = remembered(house, "books", day, lambda: _by_keeper(house, day)).draw(rng, person)
    return shelf(house, "owner").draw(rng, np.where(whose < 0, NOBODY, whose), since, day)


def _by_keeper(house: House, day: int) -> Ladder:
    """The books of each keeper; those with more to do that day weigh more."""
    books, lifetime = shelf(house, "owner"), house.trade.lifetime
    owner = np.arange(len(house.staff))
    begin, end = books.bounds(owner, LONG_AGO if lifetime is None else day - lifetime, day)
    return ladder(keepers(house, day), books.mass[end] - books.mass[begin])


def on_record(house: House) -> list[Relations]:
    """Whose clients are whose, from when to when, as far as it is put on record at all."""
    staff, clients, rng = house.staff, house.clients, house.dice("books on record")
    kind, share = _kinds(house)
    owned = np.flatnonzero(clients.owner >= 0)
    owned = owned[rng.random(len(owned)) < share[staff.role_before[clients.owner[owned]]]]
    owner, what = clients.owner[owned], kind[staff.role_before[clients.owner[owned]]]
    joined, last = clients.joined[owned], last_days(house)
    late = np.where(rng.random(len(staff)) < _LATE, rng.geometric(0.35, len(staff)), 0)
    comes, after = staff.hired > 0, np.minimum(last + 1, FOREVER)
    spans = (
        (
            _keeper_at(house, np.where(comes, staff.hired - 1, FOREVER)),
            joined,
            np.where(comes, staff.hired - 1, -FOREVER),
        ),
        (np.arange(len(staff)), np.where(comes[owner], np.maximum(joined, staff.hired[owner]), joined), last),
        (_keeper_at(house, after), np.maximum(joined, (after + late)[owner]), np.full(len(staff), FOREVER)),
    )
    return [_between(house, who[owner], owned, what, begin, end[owner]) for who, begin, end in spans]


def last_days(house: House) -> Whole:
    """The last day on which each person has the book that was theirs: until they leave, or move to other work."""
    staff = house.staff
    keeps = (staff.role == staff.role_before) & (staff.branch == staff.branch_before)
    return np.where(keeps, staff.left, np.minimum(staff.left, staff.moved - 1))


def _keeper_at(house: House, day: Whole) -> Whole:
    """Who looks after each person's book on that person's day; days after the span do not matter."""
    keeper = np.arange(len(day))
    days = np.clip(day, 0, house.calendar.days)
    for number in np.unique(days[days < house.calendar.days]).tolist():
        mine = days == number
        keeper[mine] = keepers(house, number)[mine]
    return keeper


def _between(house: House, person: Whole, client: Whole, kind: Column, first: Whole, last: Whole) -> Relations:
    """These reasons, without those of no day of the span."""
    real = (first <= np.minimum(last, house.calendar.days - 1)) & (last >= 0)
    last = np.where(last >= house.calendar.days, FOREVER, last)
    return Relations(person[real], client[real], kind[real], first[real], last[real])


def _kinds(house: House) -> tuple[Column, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    own = [[source for source in role.sources if source.kind == "own"] for role in house.trade.roles]
    kind = np.array([mine[0].relation if mine else "" for mine in own], dtype=object)
    return kind, np.array([mine[0].recorded if mine and mine[0].relation else 0.0 for mine in own])
