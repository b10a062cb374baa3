"""Who is in a leaked file: clients with the day on which their record was copied, and whose taking put them there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from headwater.simulation.events import Whole
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Doing
from headwater.simulation.outside.leak_spec import LeakSpec

LONG_AGO = -300  # the day of a theft that no log covers
_LATELY = -2  # the same, of records that do not live so long


@dataclass(frozen=True, slots=True)
class Drawn:
    """Clients by ordinal, each once; ``day`` is when their record was copied, ``source`` the place of the doing among
    all (-1: none of ours)."""

    client: Whole
    day: Whole
    source: Whole

    def __len__(self) -> int:
        return len(self.client)


def nobody(house: House, rng: np.random.Generator, leak: LeakSpec, count: int, found: int) -> Drawn:
    """People who happen to be clients: nobody here took them."""
    if leak.form == "nobody-old-theft":
        return long_ago(house, rng, count)
    day = min(found, house.calendar.days - 1)
    who = _popular(house, rng, count * 4 if leak.form == "nobody-book" else count, day)
    if leak.form == "nobody-book":
        branch = int(rng.choice(house.clients.branch[who])) if len(who) else 0
        there = np.flatnonzero((house.clients.branch == branch) & (house.clients.joined <= day))
        who = rng.choice(there, min(count, len(there)), replace=False)
    return _of_nobody(who, day)


def long_ago(house: House, rng: np.random.Generator, count: int) -> Drawn:
    """What was taken before any log begins: popular clients, as they were then."""
    enough = np.searchsorted(house.clients.joined, LONG_AGO, side="right") > len(house.clients) // 10
    day = LONG_AGO if enough else _LATELY
    return _of_nobody(_popular(house, rng, count, day), day)


def taken(
    house: House, rng: np.random.Generator, leak: LeakSpec, doings: Sequence[Doing], chosen: Sequence[int], count: int
) -> Drawn:
    """A part of what doings took, about as much of each as it took; who was taken twice belongs to the first."""
    client, at, source = [], [], []
    for place in chosen:
        once, first = np.unique(doings[place].taken, return_index=True)
        client.append(once)
        at.append(house.calendar.day_of(doings[place].taken_at[first]))
        source.append(np.full(len(once), place))
    whole = Drawn(*(np.concatenate(part) for part in (client, at, source)))
    _, first = np.unique(whole.client, return_index=True)
    weight = np.ones(len(first))
    if leak.form == "old":  # copied before they moved
        weight = np.where(house.clients.moved[whole.client[first]] > whole.day[first], 40.0, 1.0)
    places = rng.choice(first, min(count, len(first)), replace=False, p=weight / weight.sum())
    return Drawn(whole.client[places], whole.day[places], whole.source[places])


def together(one: Drawn, other: Drawn) -> Drawn:
    """Both, less those of the other who are in the first."""
    new = ~np.isin(other.client, one.client)
    return Drawn(
        np.concatenate([one.client, other.client[new]]),
        np.concatenate([one.day, other.day[new]]),
        np.concatenate([one.source, other.source[new]]),
    )


def _popular(house: House, rng: np.random.Generator, count: int, day: int) -> Whole:
    """Distinct clients of a day as life deals them out."""
    drawn = house.clients.popular(rng, 4 * count + 20)
    drawn = drawn[house.clients.joined[drawn] <= day]
    _, first = np.unique(drawn, return_index=True)
    return np.asarray(drawn[np.sort(first)][:count], dtype=np.int64)


def _of_nobody(who: Whole, day: int) -> Drawn:
    return Drawn(who, np.full(len(who), day), np.full(len(who), -1))
