"""The protected data set: policyholders, with a history of moves and new numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import Column, Whole
from headwater.simulation.insurer.calendar import Calendar
from headwater.simulation.insurer.habits import Habits
from headwater.simulation.made_people import People, addresses, people, phones

PRODUCTS = ("车险", "健康险", "寿险", "意外险", "家财险")
BRANCHES = ("虹口", "闵行", "昆山", "嘉兴")
_FIELDS = ("name", "id_number", "phone", "address")


@dataclass(frozen=True, slots=True)
class Clients:
    """Policyholders by ordinal, in the order of their keys.

    ``moved`` is the day from which ``phone`` and ``address`` of ``people`` hold; before it those of ``before`` do.
    Days are numbers of the calendar; ``joined`` may be negative, ``moved`` is far in the past for who never moved.
    """

    key: Column
    people: People
    before: People
    product: Column
    branch: Column
    premium: Whole
    policy: Column
    joined: Whole
    moved: Whole
    popularity: Column  # chance to be dealt with, adds up to one

    def __len__(self) -> int:
        return len(self.key)

    def there(self, day: int) -> NDArray[np.bool_]:
        """Which clients are in the data set on a day."""
        return np.asarray(self.joined <= day, dtype=np.bool_)

    def known(self, who: Whole, day: Whole, column: str) -> Column:
        """A column of people as the data set had it on a day."""
        now, then = getattr(self.people, column), getattr(self.before, column)
        found: Column = np.where(np.asarray(day) >= self.moved[who], now[who], then[who])
        return found


def clients(rng: np.random.Generator, count: int, days: int, habits: Habits) -> Clients:
    """Policyholders with gaps in their numbers, a few who join within the span, and some who have moved."""
    number = 300_000 + np.cumsum(1 + rng.geometric(0.85, count) - 1)
    persons = people(rng, count, habits.unassigned_phones)
    old = People(persons.name, persons.id_number, phones(rng, count, habits.unassigned_phones), addresses(rng, count))
    joined = np.sort(np.where(rng.random(count) < 0.985, -rng.integers(30, 3_000, count), rng.integers(0, days, count)))
    weight = rng.lognormal(0.0, 1.1, count)
    return Clients(
        key=np.array([f"{habits.client_prefix}{n}" for n in number], dtype=object),
        people=persons,
        before=old,
        product=np.array(PRODUCTS, dtype=object)[rng.choice(5, count, p=(0.42, 0.2, 0.18, 0.12, 0.08))],
        branch=np.array(BRANCHES, dtype=object)[rng.choice(4, count, p=(0.4, 0.3, 0.2, 0.1))],
        premium=np.round(rng.lognormal(8.2, 0.9, count)).astype(np.int64),
        policy=np.array([f"BD{n:010d}" for n in rng.integers(10**9, 10**10, count)], dtype=object),
        joined=joined,
        moved=_moves(rng, joined, days),
        popularity=weight / weight.sum(),
    )


def client_rows(clients: Clients, calendar: Calendar) -> list[list[str]]:
    """The snapshot as a table with ``valid_from`` and ``valid_to``: one row for each version of a record."""
    header = ["cust_no", "cust_name", "id_card", "mobile", "home_address", "policy", "product", "branch", "premium"]
    rows = [[*header, "valid_from", "valid_to"]]
    persons = [getattr(clients.people, name).tolist() for name in _FIELDS]
    earlier = [getattr(clients.before, name).tolist() for name in _FIELDS]
    rest = [column.tolist() for column in (clients.policy, clients.product, clients.branch)]
    for n, (key, joined, moved) in enumerate(
        zip(clients.key.tolist(), clients.joined.tolist(), clients.moved.tolist(), strict=True)
    ):
        tail = [column[n] for column in rest] + [str(clients.premium[n])]
        since = calendar.date(max(joined, moved)).isoformat()
        if moved > joined:
            old = [column[n] for column in earlier]
            rows.append([key, *old, *tail, calendar.date(joined).isoformat(), since])
        rows.append([key, *(column[n] for column in persons), *tail, since, ""])
    return rows


def _moves(rng: np.random.Generator, joined: Whole, days: int) -> Whole:
    moved = np.where(
        rng.random(len(joined)) < 0.5, rng.integers(-400, 0, len(joined)), rng.integers(0, days, len(joined))
    )
    never = (rng.random(len(joined)) > 0.03) | (moved <= joined)
    return np.where(never, -100_000, moved)
