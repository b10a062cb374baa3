"""Money that follows no order: mules who pass on what they took in, and the shares of silent heads.

Published: mules pass on 80 % or more, heads are seen in payments only. That heads get a fifth of the margin of those
under them, weekly, is assumed.
"""

from __future__ import annotations

from collections import defaultdict

import numpy as np

from headwater.simulation.brokers.cast import Cast
from headwater.simulation.brokers.ledger import TRADE, Payment
from headwater.simulation.brokers.span import DAY, HOUR, Span

_KEPT = (0.02, 0.1)
_SHARE = 0.2
_LEAST = 200


def passed_on(payments: list[Payment], days: Span, rng: np.random.Generator) -> list[Payment]:
    """What mules hand to those they work for, every third day or so."""
    taken: dict[tuple[int, int, int], list[Payment]] = defaultdict(list)
    for payment in payments:
        if payment.payee != payment.seller:
            taken[payment.payee, payment.seller, (payment.time - days.start) // (3 * DAY)].append(payment)
    found = []
    for (mule, seller, _), held in sorted(taken.items()):
        amount = int(sum(p.amount for p in held) * (1 - rng.uniform(*_KEPT)))
        time = max(p.time for p in held) + int(rng.integers(HOUR, 20 * HOUR))
        if time < days.end - 60:
            channel = str(rng.choice(["bank", "alipay"], p=[0.7, 0.3]))
            found.append(Payment(time, mule, seller, amount, channel, "mule", seller, False, (), -1))
    return found


def shares(people: Cast, payments: list[Payment], days: Span, rng: np.random.Generator) -> list[Payment]:
    """What the highest middlemen pay to those who never chat."""
    heads = np.flatnonzero(people.silent & (people.role == "middleman")).tolist()
    if not heads:
        return []
    fronts = {front: heads[place % len(heads)] for place, front in enumerate(people.at(people.tiers).tolist())}
    margin: dict[tuple[int, int], int] = defaultdict(int)
    for payment in payments:
        week = (payment.time - days.start) // (7 * DAY)
        if payment.what in TRADE and not payment.returned:
            margin[payment.seller, week] += payment.amount
            margin[payment.payer, week] -= payment.amount
    found = []
    for (front, week), left in sorted(margin.items()):
        amount = round(left * _SHARE / 100) * 100
        time = days.start + (7 * week + 7) * DAY + 10 * HOUR + int(rng.integers(4 * HOUR))
        if front in fronts and amount >= _LEAST and time < days.end - 60:
            channel = str(rng.choice(["bank", "alipay"]))
            found.append(Payment(time, front, fronts[front], amount, channel, "share", fronts[front], False, (), -1))
    return found
