"""Who takes money for a seller is told from friends, from namesakes, and from whoever keeps what he gets."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.network.money.made_money import DAY, HOUR, START, acts, hops, messages, moved, names, people, traffic

from headwater.network.frames import Hops
from headwater.network.money.laying import Laid, laid

BUYER, SELLER, HOLDER, FRIEND, OTHER = 0, 1, 2, 3, 4


def at(hours: float) -> int:
    return START + int(hours * HOUR)


def asked(order: int, hours: float, buyer: int = BUYER) -> dict[str, object]:
    return {"order": order, "buyer": buyer, "seller": SELLER, "asked": at(hours), "answered": at(hours + 2)}


def lay(rows: list[tuple[int, int, int, float]], owed: Hops, called: pd.DataFrame | None = None) -> Laid:
    whole = traffic(messages(), moved(*sorted(rows)))
    return laid(replace(whole, facts=names() if called is None else called), people(), acts(), owed)


def daily(days: int, hours: float, payee: int, payer: int = BUYER) -> list[tuple[int, int, int, float]]:
    return [(at(24 * day + hours), payer, payee, 200.0 + day) for day in range(days)]


def irregular(days: int) -> list[float]:
    """Hours of requests: one or so every other day, at any hour of the day."""
    return (np.cumsum(np.random.default_rng(5).uniform(20, 90, days)) + 1).tolist()


def test_who_is_paid_at_every_request_stands_for_the_seller() -> None:
    hours = irregular(14)
    made = lay([(at(h + 0.2), BUYER, HOLDER, 300.0) for h in hours], hops(*(asked(n, h) for n, h in enumerate(hours))))
    assert set(made.payments["seller"]) == {SELLER}
    assert made.hops["paid"].tolist() == [300.0] * 14


def test_a_friend_who_is_paid_at_the_hour_of_requests_stands_for_nobody() -> None:
    owed = hops(*(asked(n, 24 * n) for n in range(40)))  # every evening a request, every evening dinner
    made = lay(daily(40, 0.5, FRIEND) + [(at(24 * 7 * n + 5), FRIEND, SELLER, 60.0) for n in range(5)], owed)
    assert set(made.payments["seller"]) == {FRIEND, SELLER}
    assert (made.payments["what"] == "other").all()
    assert made.hops["paid"].sum() == 0


def test_a_payee_who_bears_the_sellers_name_is_the_seller() -> None:
    hours = irregular(14)
    called = names((HOLDER, "north star", START, START + 90 * DAY), (SELLER, "north star", START, START + DAY))
    owed = hops(*(asked(n, h) for n, h in enumerate(hours)))
    made = lay([(at(h + 0.2), BUYER, HOLDER, 300.0) for h in hours], owed, called)
    assert set(made.payments["payee"]) == set(made.payments["seller"]) == {SELLER}


def test_a_namesake_whose_payments_a_chat_shows_is_himself() -> None:
    hours = irregular(14)
    called = names((HOLDER, "north star", START, START + 90 * DAY), (SELLER, "north star", START, START + DAY))
    paid = moved(*((at(h + 0.2), BUYER, HOLDER, 300.0) for h in hours), message=0)
    whole = traffic(messages({"time": at(0), "sender": BUYER, "receiver": HOLDER, "shape": ""}), paid)
    owed = hops(*(asked(n, h) for n, h in enumerate(hours)))
    made = laid(replace(whole, facts=called), people(), acts(), owed)
    assert set(made.payments["payee"]) == {HOLDER}


def test_a_mule_whom_buyers_know_by_name_only_is_the_one_of_that_name_who_pays_the_seller() -> None:
    hours = irregular(14)
    called = names((HOLDER, "star", START, START + 90 * DAY), (OTHER, "star", START, START + DAY))
    taken = [(at(h + 0.2), BUYER, HOLDER, 300.0) for h in hours]
    owed = hops(*(asked(n, h) for n, h in enumerate(hours)))
    given = [(at(hours[-1] + 30 + n), OTHER, SELLER, 800.0) for n in range(5)]
    made = lay(taken + given, owed, called)
    assert set(made.payments["payee"]) == {OTHER, SELLER}
    assert made.payments["what"].tolist()[-1] == "pass_on"
    few = lay(taken + given[:2], owed, called)  # a relative of the seller, who bears the name by chance
    assert set(few.payments["payee"]) == {HOLDER, SELLER}


@pytest.mark.parametrize("back", [0, 1])
def test_money_from_the_seller_is_money_back_unless_they_trade_both_ways(back: int) -> None:
    both = [asked(0, 0)] + [{**asked(1, 50), "buyer": SELLER, "seller": BUYER}] * back
    made = lay([(at(0.1), BUYER, SELLER, 300.0), (at(700), SELLER, BUYER, 77.0)], hops(*both))
    assert made.payments["what"].tolist() == ["order", "other" if back else "refund"]
