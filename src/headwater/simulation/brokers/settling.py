"""Who pays whom for what: the terms of each pair carried out, hop by hop."""

from __future__ import annotations

import numpy as np

from headwater.simulation.brokers.cast import Cast
from headwater.simulation.brokers.habits import BrokerHabits
from headwater.simulation.brokers.ledger import Payment
from headwater.simulation.brokers.market import STEP
from headwater.simulation.brokers.orders import Hops, Orders
from headwater.simulation.brokers.span import DAY, HOUR, Span
from headwater.simulation.brokers.terms import Terms, way
from headwater.simulation.events import Whole

_SUNDAY_EVENING = 20 * HOUR
_UNACCEPTED = (
    0.015  # of the transfers are not taken in and go back after a day; the day is published, the share assumed
)
_ESCROW_FEE = 0.03  # assumed


class Settling:
    """Carries out the terms and collects the payments; ``paid`` and ``refunded`` are CNY per hop."""

    def __init__(
        self, people: Cast, made: Orders, hops: Hops, habits: BrokerHabits, days: Span, rng: np.random.Generator
    ) -> None:
        self._people, self._orders, self._hops, self._habits, self._days = people, made, hops, habits, days
        self._rng = rng
        self.payments: list[Payment] = []
        self.paid: Whole = np.zeros(len(hops), dtype=np.int64)
        self.refunded: Whole = np.zeros(len(hops), dtype=np.int64)
        self._good = made.fulfilled[hops.order]
        self._escrow = made.escrow[hops.order] & (hops.level == 0)

    def all(self, terms: Terms) -> None:
        """Settle every pair."""
        carry_out = {
            "deposit": self._deposit,
            "half": self._half,
            "post": self._post,
            "weekly": self._weekly,
            "prepaid": self._prepaid,
        }
        for place, hops in enumerate(terms.hops):
            between = (
                int(terms.buyer[place]),
                int(terms.seller[place]),
                str(terms.channel[place]),
                int(terms.mule[place]),
            )
            priced = hops[self._hops.price[hops] > 0]
            direct = priced[~self._escrow[priced]]
            if len(direct):
                carry_out[str(terms.policy[place])](between, direct)
            for hop in priced[self._escrow[priced]].tolist():
                self._through_escrow(between, hop)

    def _prepaid(self, between: tuple[int, int, str, int], hops: Whole) -> None:
        asked, start = np.unique(self._hops.asked[hops], return_index=True)
        for time, batch in zip(asked.tolist(), np.split(hops, start[1:]), strict=True):
            amount = int(self._hops.price[batch].sum())
            if self._pay(between, time + int(self._rng.integers(20, 600)), amount, "order", batch):
                self.paid[batch] = self._hops.price[batch]
        self._give_back(between, hops[~self._good[hops]])

    def _half(self, between: tuple[int, int, str, int], hops: Whole) -> None:
        for hop in hops.tolist():
            price = int(self._hops.price[hop])
            first = -(-price // 2 // STEP) * STEP
            if not self._pay(
                between, int(self._hops.asked[hop]) + int(self._rng.integers(20, 900)), first, "half", [hop]
            ):
                continue
            self.paid[hop] = first
            later = int(self._hops.answered[hop]) + int(self._rng.integers(60, 2 * HOUR))
            if self._good[hop] and price > first and self._rng.random() >= self._habits.unpaid:
                self.paid[hop] += (price - first) * self._pay(between, later, price - first, "rest", [hop])
        self._give_back(between, hops[~self._good[hops]])

    def _post(self, between: tuple[int, int, str, int], hops: Whole) -> None:
        for hop in hops[self._good[hops]].tolist():
            price = int(self._hops.price[hop])
            later = int(self._hops.answered[hop]) + int(self._rng.integers(60, 4 * HOUR))
            if self._rng.random() >= self._habits.unpaid:
                self.paid[hop] = price * self._pay(between, later, price, "order", [hop])

    def _weekly(self, between: tuple[int, int, str, int], hops: Whole) -> None:
        answered = hops[self._good[hops]]
        answered = answered[np.argsort(self._hops.answered[answered], kind="stable")]
        week = (self._hops.answered[answered] - self._days.start) // (7 * DAY)
        for number in np.unique(week).tolist():
            owed = answered[week == number]
            sunday = self._days.start + (7 * number + 7) * DAY + _SUNDAY_EVENING - DAY
            time = max(sunday, int(self._hops.answered[owed[-1]])) + int(self._rng.integers(60, 3 * HOUR))
            if self._pay(between, time, int(self._hops.price[owed].sum()), "settlement", owed):
                self.paid[owed] = self._hops.price[owed]

    def _deposit(self, between: tuple[int, int, str, int], hops: Whole) -> None:
        left = 0
        for hop in hops.tolist():
            price = int(self._hops.price[hop])
            if left < price:
                amount = -(-max(500, 4 * price) // 100) * 100
                left += amount * self._pay(between, int(self._hops.asked[hop]) + 60, amount, "deposit", [])
            if self._good[hop] and left >= price:
                left -= price
                self.paid[hop] = price

    def _through_escrow(self, between: tuple[int, int, str, int], hop: int) -> None:
        buyer, seller, channel, _ = between
        middle = self._people.of("escrow")
        if not len(middle):
            return self._prepaid(between, np.array([hop]))
        trusted, price = int(middle[buyer % len(middle)]), int(self._hops.price[hop])
        fee = max(STEP, round(price * _ESCROW_FEE / STEP) * STEP)
        asked, answered = int(self._hops.asked[hop]), int(self._hops.answered[hop])
        if not self._pay((buyer, trusted, channel, -1), asked + 120, price + fee, "escrow", [hop]):
            return None
        later = answered + int(self._rng.integers(300, 3 * HOUR))
        if not self._good[hop]:
            self._pay((trusted, buyer, channel, -1), later, price, "escrow-back", [hop])
        elif self._pay((trusted, seller, channel, -1), later, price, "released", [hop]):
            self.paid[hop] = price
        return None

    def _give_back(self, between: tuple[int, int, str, int], failed: Whole) -> None:
        """Published: half refunds, and another search in place of the money; both besides whole refunds."""
        buyer, seller, channel, _ = between
        for hop in failed.tolist():
            paid = int(self.paid[hop])
            if paid and self._rng.random() < self._habits.refunds:
                amount = paid if self._rng.random() < 0.6 else -(-paid // 2 // STEP) * STEP
                time = int(self._hops.answered[hop]) + int(self._rng.integers(60, 6 * HOUR))
                self.refunded[hop] = amount * self._pay((seller, buyer, channel, -1), time, amount, "refund", [hop])

    def _pay(
        self, between: tuple[int, int, str, int], time: int, amount: int, what: str, hops: Whole | list[int]
    ) -> bool:
        """Write one payment down; false when the market was closed before it could be made."""
        payer, seller, usual, mule = between
        channel = way(usual, amount, mule, self._rng)
        named = tuple(int(hop) for hop in hops)
        if channel == "transfer" and self._rng.random() < _UNACCEPTED and time + 2 * DAY < self._days.end:
            self.payments.append(Payment(time, payer, seller, amount, channel, what, seller, True, named, -1))
            time += DAY + 600
        if time >= self._days.end - 300:
            return False
        payee = mule if mule >= 0 and channel in ("code", "alipay", "bank") else seller
        self.payments.append(Payment(time, payer, payee, amount, channel, what, seller, False, named, -1))
        return True
