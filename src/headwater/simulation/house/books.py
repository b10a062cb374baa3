"""Client books in other hands: before somebody comes, and after somebody leaves or moves on, an heir looks after them."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import Column, Whole
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import FOREVER, Relations
from headwater.simulation.house.shelves import LONG_AGO, shelf

_LATE = 0.4  # of the changes of hands are put on record some days late


def ends(house: House) -> Whole:
    """The last day on which each person has the book that was theirs: until they leave, or move to other work."""
    staff = house.staff
    keeps = (staff.role == staff.role_before) & (staff.branch == staff.branch_before)
    return np.where(keeps, staff.left, np.minimum(staff.left, staff.moved - 1))


def holders(house: House, day: int) -> Whole:
    """Who looks after each person's book on a day: that person or the heir."""
    staff = house.staff
    here = (staff.hired <= day) & (day <= ends(house))
    return np.where(here, np.arange(len(staff)), staff.heir)


def held(house: House, day: int) -> Whole:
    """How many clients everybody looks after on a day, in their own and inherited books."""
    own = shelf(house, "owner").held(np.arange(len(house.staff)), day)
    return np.bincount(holders(house, day), own, len(house.staff)).astype(np.int64)


def drawn(house: House, rng: np.random.Generator, person: Whole, since: Whole | int, day: int) -> Whole:
    """A client of a book that each of these people looks after, -1 where there is none who joined ``since``."""
    everybody, books = np.arange(len(house.staff)), shelf(house, "owner")
    holder = holders(house, day)
    order = np.argsort(holder, kind="stable")
    begin, end = books.bounds(order, LONG_AGO if isinstance(since, int) else int(since.max(initial=day)), day)
    mass = np.concatenate([[0.0], np.cumsum(books.mass[end] - books.mass[begin])])
    first, last = np.searchsorted(holder[order], person), np.searchsorted(holder[order], person, "right")
    aim = mass[first] + rng.random(len(person)) * (mass[last] - mass[first])
    at = np.minimum(np.maximum(np.searchsorted(mass, aim, "right") - 1, first), np.maximum(last - 1, 0))
    return books.draw(rng, np.where(last > first, everybody[order[at]], -2), since, day)


def on_record(house: House) -> list[Relations]:
    """Whose clients are whose, from when to when, as far as it is put on record at all."""
    staff, clients, rng = house.staff, house.clients, house.dice("books on record")
    owned = np.flatnonzero(clients.owner >= 0)
    kind, share = _kinds(house)
    owned = owned[rng.random(len(owned)) < share[staff.role_before[clients.owner[owned]]]]
    owner, joined, last = clients.owner[owned], clients.joined[owned], ends(house)
    late = np.where(rng.random(len(staff)) < _LATE, rng.geometric(0.35, len(staff)), 0)
    what = kind[staff.role_before[owner]]
    first = np.where(staff.hired[owner] > 0, np.maximum(joined, staff.hired[owner]), joined)
    spans = (
        (staff.heir[owner], joined, np.where(staff.hired[owner] > 0, staff.hired[owner] - 1, -FOREVER)),
        (owner, first, last[owner]),
        (staff.heir[owner], np.maximum(joined, last[owner] + 1 + late[owner]), np.full(len(owner), FOREVER)),
    )
    return [_between(house, who, owned, what, begin, end) for who, begin, end in spans]


def _between(house: House, person: Whole, client: Whole, kind: Column, first: Whole, last: Whole) -> Relations:
    """These reasons, without those of no day of the span."""
    real = (first <= np.minimum(last, house.calendar.days - 1)) & (last >= 0)
    last = np.where(last >= house.calendar.days, FOREVER, last)
    return Relations(person[real], client[real], kind[real], first[real], last[real])


def _kinds(house: House) -> tuple[Column, np.ndarray[tuple[int], np.dtype[np.float64]]]:
    own = [[source for source in role.sources if source.kind == "own"] for role in house.trade.roles]
    kind = np.array([mine[0].relation if mine else "" for mine in own], dtype=object)
    return kind, np.array([mine[0].recorded if mine and mine[0].relation else 0.0 for mine in own])
