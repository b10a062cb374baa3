"""How large a market must be to write about so many messages and payments."""

from __future__ import annotations

from headwater.model.errors import HeadwaterError
from headwater.simulation.brokers.habits import BrokerHabits

_STANDARD = BrokerHabits()
_STANDARD_EVENTS = 330_000  # what the standard market writes; measured, as the two below
_TRADE_OF_AN_ORDER = 46  # messages about an order and rows of bills
_LIFE_OF_AN_ORDER = 43  # messages of ordinary life, for each unit of chatter
_QUIETEST, _LOUDEST = 2.5, 12.0


def brokers_of_size(events: int) -> BrokerHabits:
    """A market that writes about ``events`` messages and rows of bills, from ten thousand to ten million.

    More orders come with more people, days and files, each less than in proportion, and drown in more chatter.

    :raises HeadwaterError: for any other number
    """
    if not 10_000 <= events <= 10_000_000:
        raise HeadwaterError("a made market writes ten thousand to ten million messages and payments")
    chatter = min(max(_STANDARD.chatter * (events / _STANDARD_EVENTS) ** 0.25, _QUIETEST), _LOUDEST)
    orders = events / (_TRADE_OF_AN_ORDER + _LIFE_OF_AN_ORDER * chatter)
    grown = orders / _STANDARD.orders
    return BrokerHabits(
        orders=round(orders),
        members=min(max(round(_STANDARD.members * grown**0.5), 24), 600),
        days=min(max(round(_STANDARD.days * grown**0.4), 21), 365),
        bulk_files=min(max(round(_STANDARD.bulk_files * grown**0.5), 6), 240),
        chatter=chatter,
    )
