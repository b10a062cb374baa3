"""Every payment of the trade, whether anybody will ever see it or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from headwater.simulation.brokers.accounts import Accounts
from headwater.simulation.events import Column, Whole

TRADE = frozenset({"order", "half", "rest", "settlement", "deposit", "released", "bulk"})
"""Kinds of payments that a seller receives for what he sold."""
BUBBLES = frozenset({"transfer", "packet"})
"""Channels that show in the chat of payer and payee."""


class Payment(NamedTuple):
    """One payment; ``seller`` is whom it is meant for where somebody else's account takes it in."""

    time: int
    payer: int
    payee: int
    amount: int  # CNY
    channel: str  # transfer, packet, code (all WeChat), alipay, bank
    what: str  # one of TRADE, or refund, escrow, escrow-back, mule, share
    seller: int
    returned: bool  # nobody took it in, so it went back after a day
    hops: tuple[int, ...]
    deal: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """The payments in the order of their times, with the accounts and the order number of each.

    ``paid`` and ``refunded`` are CNY per hop: what the buyer paid for it in the end, and what he got back of that.
    """

    payments: tuple[Payment, ...]
    payer_account: Whole
    payee_account: Whole
    number: Column
    paid: Whole
    refunded: Whole

    def __len__(self) -> int:
        return len(self.payments)


def ledger(payments: list[Payment], owned: Accounts, paid: Whole, refunded: Whole, rng: np.random.Generator) -> Ledger:
    """Put the payments in order and give each its accounts and its number."""
    ordered = tuple(sorted(payments, key=lambda p: (p.time, p.payer, p.payee, p.amount, p.hops)))
    time, payer, payee = (
        np.array([getattr(p, name) for p in ordered], np.int64) for name in ("time", "payer", "payee")
    )
    return Ledger(
        payments=ordered,
        payer_account=owned.between(payer, payee, time),
        payee_account=owned.between(payee, payer, time),
        number=np.array(
            [f"10000{n:09d}{m:014d}" for n, m in enumerate(rng.integers(10**14, size=len(ordered)).tolist())],
            dtype=object,
        ),
        paid=paid,
        refunded=refunded,
    )
