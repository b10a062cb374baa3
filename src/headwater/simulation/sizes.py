"""How large a house must be to bring a wanted number of events.

Staff grows with the 0.7th power of the events, from 20 people at 10^4 events and below 160 at 10^6 to 20,000 at 10^9, so
that larger worlds are longer too: days at 10^4, about two months at 10^6, more than a year at 10^9. The days follow
from what a member of the staff brings on a day, which is counted in a sample of the trade (``ordinary.rate``); the
clients from the trade's own number for each head. What is given is kept, and the rest follows from it.
"""

from __future__ import annotations

from dataclasses import dataclass

from headwater.model.errors import HeadwaterError
from headwater.simulation.house.ordinary import rate
from headwater.simulation.trades.trade import Trade

USUAL_EVENTS = 500_000
_LEAST_STAFF, _MOST_STAFF = 20, 200_000
_LEAST_DAYS, _MOST_DAYS = 10, 1_500
_MOST_CLIENTS = 10_000_000


@dataclass(frozen=True, slots=True)
class Size:
    """Staff, clients and days of a house."""

    staff: int
    clients: int
    days: int


def size_for(
    trade: Trade,
    events: int | None = None,
    *,
    staff: int | None = None,
    clients: int | None = None,
    days: int | None = None,
) -> Size:
    """The size of a house with about so many ordinary events; what is said is kept.

    :raises HeadwaterError: if there can be no such house
    """
    _sensible(events=events, staff=staff, clients=clients, days=days)
    wanted = events or USUAL_EVENTS
    if staff is None or days is None:
        each = rate(trade)
        if staff is None and days is None:
            staff = _within(round(20_000 * (wanted / 1e9) ** 0.7), _LEAST_STAFF, _MOST_STAFF)
        if staff is None:
            staff = _within(round(wanted / each / (days or 1)), _LEAST_STAFF, _MOST_STAFF)
        if days is None:
            days = _within(round(wanted / each / staff), _LEAST_DAYS, _MOST_DAYS)
    return Size(staff, clients or min(staff * trade.clients_per_head, _MOST_CLIENTS), days)


def _within(value: int, least: int, most: int) -> int:
    return max(least, min(most, value))


def _sensible(**sizes: int | None) -> None:
    least = {"events": 1, "staff": 20, "clients": 200, "days": 5}
    for name, value in sizes.items():
        if value is not None and value < least[name]:
            raise HeadwaterError(f"a world needs at least {least[name]} {name}, not {value:,}")
