"""Money as a chat shows it: transfers sent and taken in, red packets, and words about what went another way."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from headwater.simulation.brokers.lines import ACCEPTED, PACKET, RETURNED, TEXT, TRANSFER, Line
from headwater.simulation.brokers.span import DAY
from headwater.simulation.brokers.words import phrase
from headwater.simulation.brokers.world import Pair, World


def money_lines(made: World, pair: Pair, place: int, rng: np.random.Generator) -> Iterator[Line]:
    """The lines of one payment in the chat of payer and seller."""
    payment, number = made.ledger.payments[place], str(made.ledger.number[place])
    payer = int(made.accounts.rows[pair[0]].person != payment.payer)
    time, amount = payment.time, float(payment.amount)
    yield from _announced(place, payment.what, time, payer, payment.amount, len(payment.hops))
    if payment.channel == "transfer":
        yield Line(time, payer, TRANSFER, "", amount, number, place)
        if payment.returned:
            yield Line(time + DAY, 1 - payer, RETURNED, "", amount, number, place)
        else:
            yield Line(accepted(payment.time, place), 1 - payer, ACCEPTED, "", amount, number, place)
    elif payment.channel == "packet":
        yield Line(time, payer, PACKET, "恭喜发财，大吉大利", amount, number, place)
    elif payment.channel in ("alipay", "bank") and rng.random() < 0.85:
        if payment.payee != payment.seller:
            payee = str(made.people.name[payment.payee])
            yield Line(
                time - 300,
                1 - payer,
                TEXT,
                phrase("pay_mule", place).format(payee=payee),
                told=((payment.payee, payee),),
            )
        yield Line(time + 20, payer, TEXT, phrase(f"pay_{payment.channel}", place).format(amount=payment.amount))


def accepted(time: int, place: int) -> int:
    """When a transfer was taken in: soon after, by a rule that chat and bill share."""
    return time + 15 + 37 * place % 240


def _announced(place: int, what: str, time: int, payer: int, amount: int, orders: int) -> Iterator[Line]:
    if what == "settlement":
        yield Line(time - 200, 1 - payer, TEXT, phrase("settle", place).format(amount=amount, count=orders))
    elif what == "deposit":
        yield Line(time - 40, payer, TEXT, phrase("deposit", place).format(amount=amount))
    elif what == "refund":
        yield Line(time - 30, payer, TEXT, phrase("refund", place).format(amount=amount))
    elif place % 4 == 0:
        yield Line(time + 5, payer, TEXT, phrase("pay_note", place))
