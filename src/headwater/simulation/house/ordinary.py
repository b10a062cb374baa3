"""Ordinary life of a house, one day at a time: everything that happens when nobody does anything wrong."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from headwater.simulation.events import Events
from headwater.simulation.house import client_books, open_cases, presence
from headwater.simulation.house.browsing import browsing
from headwater.simulation.house.building import build
from headwater.simulation.house.desk import signing_on
from headwater.simulation.house.documents import documents
from headwater.simulation.house.house import House
from headwater.simulation.house.mailing import mailing
from headwater.simulation.house.nouns import KINDS, Day, Relations
from headwater.simulation.house.querying import querying
from headwater.simulation.house.reading import again_and_changes, reading
from headwater.simulation.house.searching import exporting, sought
from headwater.simulation.house.services import services
from headwater.simulation.house.tempo import tempo
from headwater.simulation.trades.trade import Trade

_SAMPLE, _SAMPLE_DAYS = 120, 28  # people and days of the house in which the rate is counted


def ordinary(house: House, day: Day, relations: list[Relations]) -> dict[str, list[Events]]:
    """All ordinary events of one day by kind; the business reasons recorded on that day are added to ``relations``.

    The day depends on the house and its number alone, so days can be made in any order.
    """
    asked = tempo(house, day)
    read = reading(house, day, asked, relations)
    relations.append(open_cases.on_record(house, day.number))
    drawn, sheets = exporting(house, day, asked)
    served = services(house, day.number)
    made = {
        "access": [
            read.events,
            *again_and_changes(house, house.dice("changes", day.number), day, read),
            *sought(house, house.dice("searching", day.number), day, read),
            drawn,
        ],
        "queries": [querying(house, day, asked)],
        "web": browsing(house, day),
        "logons": signing_on(house, day),
        "files": [*documents(house, day), *sheets],
        "mail": mailing(house, day),
    }
    return {kind: _some([*made[kind], *served.get(kind, [])]) for kind in KINDS}


def standing(house: House) -> list[Relations]:
    """The business reasons that hold from the start: whose clients are whose, and the cases open on the first day."""
    before = [open_cases.on_record(house, -age) for age in range(open_cases.DAYS - 1, 0, -1)]
    return [each for each in (*client_books.on_record(house), *before) if len(each)]


def rate(trade: Trade) -> float:
    """How many ordinary events a member of the staff and a calendar day bring, counted in a sample of the trade."""
    house = build(
        trade,
        seed=0,
        staff=_SAMPLE,
        clients=_SAMPLE * trade.clients_per_head,
        days=_SAMPLE_DAYS,
        start=date(2024, 3, 4),
    )
    days = range(0, _SAMPLE_DAYS, 3)  # every weekday comes up
    found = [ordinary(house, presence.on(house, day), []) for day in days]
    return sum(len(part) for kinds in found for parts in kinds.values() for part in parts) / (_SAMPLE * len(days))


def _some(parts: Iterable[Events]) -> list[Events]:
    return [part for part in parts if len(part)]
