"""Sums of people: matched to orders, and all; what mules passed on is not counted twice."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.network.money.made_money import DAY, HOUR, START, acts, hops, messages, moved, people, traffic

from headwater.model.network import Amounts
from headwater.network.frames import NONE
from headwater.network.money.amounts import Sums, flows, sums
from headwater.network.money.laying import Laid, laid
from headwater.network.money.prices import prices
from headwater.network.money.sales import sales

BUYER, SELLER, MULE, OTHER = 0, 1, 2, 3
MARKET = np.array([True, True, True, True, False, False, False])
NO_FILES = pd.DataFrame({"payment": [], "price": []})
ZONE = "Asia/Shanghai"


def at(hours: float) -> int:
    return START + int(hours * HOUR)


def asked(order: int, hours: float, **more: object) -> dict[str, object]:
    return {"order": order, "buyer": BUYER, "seller": SELLER, "asked": at(hours), "answered": at(hours + 3), **more}


def lay(paid: list[tuple[int, int, int, float]], *owed: dict[str, object]) -> Laid:
    return laid(traffic(messages(), moved(*paid)), people(), acts(), hops(*owed))


def total(made: Laid) -> Sums:
    return sums(made, NO_FILES, MARKET)


def test_low_is_what_orders_explain_and_high_is_all() -> None:
    made = total(lay([(at(0.1), BUYER, SELLER, 300.0), (at(90), BUYER, SELLER, 41.0)], asked(0, 0)))
    assert made.low == {BUYER: Amounts(passed_up=300.0), SELLER: Amounts(received=300.0)}
    assert made.high == {BUYER: Amounts(passed_up=341.0), SELLER: Amounts(received=341.0)}


def test_refunds_stand_apart_from_what_was_received() -> None:
    made = total(lay([(at(0.1), BUYER, SELLER, 300.0), (at(4), SELLER, BUYER, 150.0)], asked(0, 0, outcome="failed")))
    assert made.low[SELLER] == Amounts(received=300.0, refunded=150.0)
    assert made.low[BUYER] == Amounts(passed_up=300.0, returned=150.0)
    assert made.low[SELLER].kept == 150.0


def test_a_mule_has_its_fee_and_the_seller_the_money() -> None:
    paid = [(at(30 * n + 0.1), BUYER, MULE, 300.0) for n in range(6)]
    owed = [asked(n, 30 * n) for n in range(6)]
    made = total(lay([*paid, (at(200), MULE, SELLER, 1710.0)], *owed))
    assert made.high[SELLER].received == made.low[SELLER].received == 1800.0
    assert made.high[MULE] == Amounts(received=90.0)
    assert set(made.entries.loc[made.entries["person"] == SELLER, "via"]) == {MULE}


def test_what_a_mule_passed_on_for_buyers_nobody_saw_counts_high() -> None:
    paid = [(at(30 * n + 0.1), BUYER, MULE, 300.0) for n in range(6)]
    made = total(lay([*paid, (at(200), MULE, SELLER, 2500.0)], *(asked(n, 30 * n) for n in range(6))))
    assert made.high[SELLER].received == 2500.0
    assert made.low[SELLER].received == 1800.0


def test_people_out_of_the_market_count_for_nothing() -> None:
    made = total(lay([(at(0.1), BUYER, SELLER, 300.0), (at(5), 4, SELLER, 999.0)], asked(0, 0)))
    assert made.high[SELLER].received == 300.0
    assert 4 not in made.high


def test_every_figure_is_the_sum_of_its_payments() -> None:
    made = total(
        lay([(at(0.1 + 24 * n), BUYER, SELLER, 100.0 + n) for n in range(5)], *(asked(n, 24 * n) for n in range(5)))
    )
    entries = made.entries[(made.entries["person"] == SELLER) & (made.entries["figure"] == "received")]
    assert entries["amount"].sum() == made.high[SELLER].received == 510.0
    assert sorted(entries["transfer"]) == [0, 1, 2, 3, 4]


def test_months_are_local() -> None:
    last = pd.Timestamp("2024-01-31T20:00:00Z").value // 1000
    made = flows(lay([(last, BUYER, SELLER, 10.0), (last + DAY, BUYER, SELLER, 30.0)]), ZONE, MARKET)
    assert made[["month", "amount", "payments"]].values.tolist() == [["2024-02", 40.0, 2]]


def test_the_price_list_tells_what_items_cost_at_each_tier() -> None:
    made = lay(
        [(at(24 * n + 0.1), BUYER, SELLER, 100.0 + 10 * n) for n in range(3)], *(asked(n, 24 * n) for n in range(3))
    )
    listed = prices(made, np.array([0.0, 1.2, np.nan, np.nan, 0, 0]), ZONE)
    assert [(p.category, p.tier, p.orders, p.median) for p in listed] == [("location", 1, 3, 110.0)]
    assert listed[0].low < 110 < listed[0].high


def test_money_of_nobody_has_no_sums() -> None:
    made = total(lay([]))
    assert (dict(made.low), dict(made.high), len(made.entries)) == ({}, {}, 0)


FILE = {"kind": "file", "shape": "list.xlsx", "file": "list.xlsx", "digest": "d1"}


def sold(
    *said: dict[str, object],
    told: tuple[dict[str, object], ...] = (),
    paid: tuple[tuple[int, int, int, float], ...] = (),
) -> pd.DataFrame:
    story = traffic(messages(*said), moved(*paid))
    known = acts(*told)
    rows = pd.DataFrame({"sha256": ["d1"], "rows": [300], "persons": [280]})
    return sales(story, people(), known, laid(story, people(), known, hops()), rows)


def test_a_file_of_people_that_was_sent_is_a_sale_with_its_offer_and_payment() -> None:
    offer = {"time": at(0), "sender": SELLER, "receiver": BUYER, "shape": "300条 150要吗"}
    said = {"message": 0, "time": at(0), "sender": SELLER, "receiver": BUYER, "act": "sale", "amount": 150.0}
    sent = {"time": at(2), "sender": SELLER, "receiver": BUYER, **FILE}
    made = sold(offer, sent, told=(said,), paid=((at(1), BUYER, SELLER, 150.0),))
    assert made[["seller", "buyer", "rows", "persons", "price", "payment"]].values.tolist() == [
        [SELLER, BUYER, 300, 280, 150.0, 0]
    ]


def test_a_payment_tells_the_price_that_no_offer_does() -> None:
    made = sold({"time": at(2), "sender": SELLER, "receiver": BUYER, **FILE}, paid=((at(1), BUYER, SELLER, 75.0),))
    assert made["price"].tolist() == [75.0]


@pytest.mark.parametrize("other", [{"digest": "unknown"}, {"file": "photo.jpg"}, {"receiver": NONE}])
def test_other_files_are_no_sales(other: dict[str, object]) -> None:
    assert not len(sold({"time": at(2), "sender": SELLER, "receiver": BUYER, **FILE, **other}))
