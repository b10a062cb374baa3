"""Files of many made people, sold down the tiers, cut and merged on the way.

Published: three levels of dealers and 0.15, 0.4, 0.7 to 0.8, 1.2 to 1.5 CNY a row from the source down.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from headwater.simulation.brokers.cast import Cast
from headwater.simulation.brokers.habits import BrokerHabits
from headwater.simulation.brokers.ledger import Payment
from headwater.simulation.brokers.span import DAY, HOUR, Span
from headwater.simulation.brokers.words import BULK_KINDS, PHRASES
from headwater.simulation.events import Whole, dice

Piece = tuple[int, int, int]
_ROW_PRICES = ((0.15, 0.15), (0.4, 0.4), (0.7, 0.8), (1.2, 1.5), (1.3, 1.5), (1.3, 1.5))
_MOST_DEALS = 8  # from one origin; assumed


@dataclass(frozen=True, slots=True)
class Deal:
    """One sale of a file; ``pieces`` are (origin, first row, row after the last)."""

    file: str
    pieces: tuple[Piece, ...]
    layout: int
    seller: int
    buyer: int
    price: int
    time: int

    @property
    def rows(self) -> int:
        """How many rows the file has, without its header."""
        return sum(stop - start for _, start, stop in self.pieces)


def deals(people: Cast, supplier: Whole, habits: BrokerHabits, days: Span, seed: int) -> tuple[Deal, ...]:
    """Every sale of every file, by time."""
    found: list[Deal] = []
    for origin in range(habits.bulk_files):
        found += _chain(origin, people, supplier, habits, days, dice(seed, f"brokers/bulk/{origin}"))
    return tuple(sorted(found, key=lambda d: (d.time, d.file, d.buyer)))


def _chain(
    origin: int, people: Cast, supplier: Whole, habits: BrokerHabits, days: Span, rng: np.random.Generator
) -> list[Deal]:
    kind, source_kind = BULK_KINDS[origin % len(BULK_KINDS)]
    seller = int(rng.choice(np.flatnonzero(people.kind == source_kind)))
    rows = int(rng.integers(habits.bulk_rows[0], habits.bulk_rows[1] + 1))
    name = f"{rng.choice(PHRASES['provinces'])}{kind}{rows}_{origin}"
    start = days.start + int(rng.integers(0, max(days.days - 10, 1))) * DAY + int(rng.integers(9 * HOUR, 21 * HOUR))
    open_sales: list[tuple[int, int, tuple[Piece, ...], str, int]] = [
        (seller, people.tiers, ((origin, 0, rows),), name, start)
    ]
    found: list[Deal] = []
    while open_sales and len(found) < _MOST_DEALS:
        seller, tier, pieces, name, time = open_sales.pop(0)
        for buyer in _buyers(people, supplier, seller, tier, rng):
            sold, called = _cut(pieces, name, len(found), origin, rng)
            deal = _deal(
                called, sold, (seller, buyer), people.tiers - tier, time + int(rng.integers(HOUR, 2 * DAY)), rng
            )
            if deal.time >= days.end - HOUR or len(found) >= _MOST_DEALS:
                break
            found.append(deal)
            if tier > 0 and rng.random() < habits.resale:
                open_sales.append((buyer, tier - 1, sold, called, deal.time + int(rng.integers(HOUR, 3 * DAY))))
    return found


def _buyers(people: Cast, supplier: Whole, seller: int, tier: int, rng: np.random.Generator) -> list[int]:
    """One to three of the tier below, those who buy from the seller anyway if there are any."""
    below = people.at(tier) if tier else people.of("customer")
    known = below[(supplier[below] == seller).any(axis=(1, 2))] if tier else below
    group = known if len(known) else below
    group = group[group != seller]
    return [int(b) for b in rng.choice(group, min(int(rng.integers(1, 4)), len(group)), replace=False)]


def _cut(
    pieces: tuple[Piece, ...], name: str, number: int, origin: int, rng: np.random.Generator
) -> tuple[tuple[Piece, ...], str]:
    """The file as it was bought, or a part of its rows under a name of its own."""
    if number == 0 or rng.random() < 0.5:
        return pieces, name
    source, start, stop = pieces[0]
    kept = max(10, int((stop - start) * rng.uniform(0.3, 0.8)))
    first = start + int(rng.integers(0, max(stop - start - kept, 1)))
    cut = (source, first, min(first + kept, stop))
    return (cut,), f"{rng.choice(['精准', '优质资料', '最新资料', '一手资料'])}{cut[2] - cut[1]}条{origin}{number}"


def _deal(
    name: str, pieces: tuple[Piece, ...], sides: tuple[int, int], depth: int, time: int, rng: np.random.Generator
) -> Deal:
    rows = sum(stop - start for _, start, stop in pieces)
    price = max(5, round(rows * rng.uniform(*_ROW_PRICES[min(depth, len(_ROW_PRICES) - 1)]) / 5) * 5)
    layout = sum(name.encode()) % 4  # the same file looks the same wherever it goes
    return Deal(f"{name}.{'csv' if layout == 3 else 'xlsx'}", pieces, layout, *sides, price, time)


def paid_for(found: tuple[Deal, ...], days: Span, rng: np.random.Generator) -> list[Payment]:
    """A payment for each sale, made before the file is sent."""
    made = []
    for place, deal in enumerate(found):
        channel = str(rng.choice(["transfer", "alipay", "bank"], p=[0.7, 0.15, 0.15]))
        time = deal.time - int(rng.integers(60, 1_800))
        made.append(Payment(time, deal.buyer, deal.seller, deal.price, channel, "bulk", deal.seller, False, (), place))
    return made
