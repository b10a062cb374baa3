"""Complaints of people whose data is in wrong hands, and of those who only think so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from headwater.simulation.events import Column, Whole
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Doing
from headwater.simulation.made_people import people
from headwater.simulation.outside.wording import of_trade

_HEADER = ["complaint", "received", "name", "phone", "id_number", "what"]
_SOLD = 0.55  # of the complaints come from the taken, where something was taken
_STRANGERS = 0.12  # of the others are no clients
_LATER = 45  # days within which somebody who was taken is called


def complaints(
    house: House, doings: Sequence[Doing], until: int, sold: Sequence[str] = ()
) -> tuple[list[list[str]], dict[str, Any]]:
    """The table of complaints received until a day, and their truth; the taken call some days after the taking.

    ``sold`` are ids of doings of which a file went round: complaints go back to the first of these, or else to the
    doing that took most.
    """
    rng, clients = house.dice("complaints"), house.clients
    source = _source(doings, sold)
    count = int(np.clip(len(clients) // 300, 24, 400))
    who, day = clients.popular(rng, count), rng.integers(0, house.calendar.days, count)
    victim = np.zeros(count, dtype=np.bool_)
    if source is not None:
        taking = rng.integers(len(source.taken), size=count)
        called = house.calendar.day_of(source.taken_at[taking]) + 2 + rng.integers(0, _LATER, count)
        victim = rng.random(count) < _SOLD
        who, day = np.where(victim, source.taken[taking], who), np.where(victim, called, day)
    stranger = ~victim & ((rng.random(count) < _STRANGERS) | (clients.joined[who] > day))
    shown = np.argsort(day, kind="stable")
    rows = _rows(house, rng, who, day, stranger)
    known = [n for n in shown.tolist() if day[n] <= until]
    accounts = [str(house.accounts.name[n]) for n in source.accounts] if source is not None else []
    from_theft = int(victim[known].sum())
    table = [_HEADER, *([f"TS{number:05d}", *rows[n]] for number, n in enumerate(known, 1))]
    return table, {"received": len(known), "from_theft": from_theft, "accounts": accounts if from_theft else []}


def _source(doings: Sequence[Doing], sold: Sequence[str]) -> Doing | None:
    named = [doing for doing in doings if doing.id in sold and len(doing.taken)]
    most = sorted((doing for doing in doings if len(doing.taken)), key=lambda doing: -len(doing.taken))
    return next(iter([*named, *most]), None)


def _rows(house: House, rng: np.random.Generator, who: Whole, day: Whole, stranger: Column) -> list[list[str]]:
    """The cells of all complaints but their number; one in eight gives the resident number too."""
    others = people(rng, len(who))
    words = of_trade("complaints", house.trade.name)
    name, phone, number = (
        np.where(stranger, getattr(others, field), house.clients.values(who, day, field)).tolist()
        for field in ("name", "phone", "id_number")
    )
    said = rng.random(len(who)) < 0.125
    what = rng.integers(len(words), size=len(who)).tolist()
    return [
        [house.calendar.date(d).isoformat(), name[n], phone[n], number[n] if said[n] else "", words[what[n]]]
        for n, d in enumerate(day.tolist())
    ]
