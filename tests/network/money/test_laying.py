"""Payments find their orders, straight and by detours; what went back is told; words count where no bill can show."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
from tests.network.money.made_money import DAY, HOUR, MINUTE, START, acts, hops, messages, moved, people, traffic

from headwater.network.frames import NONE, Acts, Hops
from headwater.network.money.laying import Laid, laid

BUYER, SELLER, MULE, FRIEND = 0, 1, 2, 3


def asked(order: int, hours: float, wait: float = 3, **more: object) -> dict[str, object]:
    time = START + int(hours * HOUR)
    return {
        "order": order,
        "buyer": BUYER,
        "seller": SELLER,
        "asked": time,
        "answered": time + int(wait * HOUR),
        **more,
    }


def lay(paid: pd.DataFrame, owed: Hops, said: pd.DataFrame | None = None, told: Acts | None = None) -> Laid:
    return laid(traffic(messages() if said is None else said, paid, "ab"), people(), told or acts(), owed)


def at(hours: float) -> int:
    return START + int(hours * HOUR)


def test_a_payment_tells_the_price_of_its_hop() -> None:
    made = lay(moved((at(0.1), BUYER, SELLER, 260.0)), hops(asked(0, 0)))
    assert made.hops.iloc[0][["price", "paid", "priced", "how"]].tolist() == [260.0, 260.0, "paid", "pre"]
    assert made.payments.iloc[0][["what", "laid"]].tolist() == ["order", 260.0]


def test_a_price_in_pieces_of_red_packets_is_one_payment() -> None:
    made = lay(moved((at(0.1), BUYER, SELLER, 200.0), (at(0.11), BUYER, SELLER, 130.0)), hops(asked(0, 0)))
    assert made.hops.iloc[0]["paid"] == 330.0
    assert list(made.parts["amount"]) == [200.0, 130.0]


def test_what_a_chat_and_a_bill_show_by_two_accounts_of_one_person_is_paid_once() -> None:
    bill = moved((at(0.1), BUYER, SELLER, 300.0))
    chat = moved((at(0.11), BUYER, 4, 300.0), message=0, billed=False, payer_billed=False, payee_billed=False)
    whole = pd.concat([bill, chat], ignore_index=True)
    said = messages({"time": at(0.11), "sender": BUYER, "receiver": 4, "shape": ""})
    one = replace(people(), of=np.array([0, 1, 2, 3, 1, 5]))
    made = laid(traffic(said, whole, "ab"), one, acts(), hops(asked(0, 0)))
    assert made.payments["amount"].tolist() == [300.0]
    assert len(lay(whole, hops(asked(0, 0)), said).payments) == 2  # two people's stay two


def test_a_quotation_is_the_price_though_nobody_pays() -> None:
    quote = {"message": 0, "time": at(0.1), "sender": SELLER, "receiver": BUYER, "act": "quote", "amount": 480.0}
    said = messages({"time": at(0.1), "sender": SELLER, "receiver": BUYER, "shape": "480"})
    made = lay(moved(), hops(asked(0, 0)), said, acts(quote))
    assert made.hops.iloc[0][["price", "paid", "priced"]].tolist() == [480.0, 0.0, "told"]


def test_half_of_the_money_comes_back_for_what_failed() -> None:
    paid = moved((at(0.1), BUYER, SELLER, 150.0), (at(9), SELLER, BUYER, 75.0))
    made = lay(paid, hops(asked(0, 0, outcome="failed")))
    assert made.hops.iloc[0][["paid", "refunded"]].tolist() == [150.0, 75.0]
    assert list(made.payments["what"]) == ["order", "refund"]


def test_money_taken_by_a_mule_is_the_sellers() -> None:
    owed = hops(*(asked(n, 30 * n) for n in range(6)))
    paid = [(at(30 * n + 0.1), BUYER, MULE, 300.0) for n in range(6)] + [(at(200), MULE, SELLER, 1700.0)]
    made = lay(moved(*paid), owed)
    assert made.hops["paid"].tolist() == [300.0] * 6
    assert set(made.payments["seller"]) == {SELLER}
    assert made.payments["what"].tolist()[-1] == "pass_on"


def test_what_friends_send_at_any_hour_is_for_no_order() -> None:
    owed = hops(*(asked(n, 30 * n) for n in range(6)))
    paid = [(at(41 * n + 17), BUYER, FRIEND, 300.0) for n in range(5)]
    made = lay(moved(*paid), owed)
    assert made.hops["paid"].sum() == 0
    assert set(made.payments["what"]) == {"other"}


def test_an_escrow_lets_go_of_the_price_and_keeps_its_fee() -> None:
    paid = moved((at(0.1), BUYER, MULE, 515.0), (at(6), MULE, SELLER, 500.0))
    said = messages({"time": at(0.15), "sender": MULE, "receiver": SELLER, "shape": "担保单 款已到515"})
    told = acts({"message": 0, "time": at(0.15), "sender": MULE, "receiver": SELLER, "act": "escrow", "amount": 515.0})
    assert lay(paid, hops(asked(0, 0)), said, told).hops.iloc[0]["paid"] == 500.0
    assert lay(paid, hops(asked(0, 0))).hops.iloc[0]["paid"] == 0.0  # one payment that nobody explains proves no escrow


def test_what_an_escrow_gives_back_was_never_paid() -> None:
    owed = hops(asked(0, 0, outcome="failed"), asked(1, 100))
    paid = [
        (0.1, BUYER, MULE, 515.0),
        (6.0, MULE, BUYER, 500.0),
        (100.1, BUYER, MULE, 310.0),
        (106.0, MULE, SELLER, 300.0),
    ]
    made = lay(moved(*((at(h), a, b, s) for h, a, b, s in paid)), owed)
    assert made.hops["paid"].tolist() == [0.0, 300.0]
    assert "pass_back" in set(made.payments["what"])


def _notice(text: str = "转了110") -> tuple[pd.DataFrame, Acts]:
    said = messages({"time": at(3.2), "sender": BUYER, "receiver": SELLER, "shape": text})
    act = {"message": 0, "time": at(3.2), "sender": BUYER, "receiver": SELLER, "act": "pay_notice", "amount": 110.0}
    return said, acts(act)


def test_words_of_a_payment_count_where_no_bill_was_read() -> None:
    made = lay(moved(), hops(asked(0, 0)), *_notice())
    assert made.payments[["claimed", "transfer", "message"]].iloc[0].tolist() == [True, NONE, 0]
    assert made.hops.iloc[0]["paid"] == 110.0


def test_words_of_a_payment_that_stands_in_a_bill_are_not_a_second_one() -> None:
    made = lay(moved((at(3.19), BUYER, SELLER, 110.0)), hops(asked(0, 0)), *_notice())
    assert made.payments["claimed"].tolist() == [False]


def test_words_alone_are_not_believed_where_the_bill_that_would_show_it_does_not() -> None:
    paid = moved((at(500), BUYER, FRIEND, 5.0), channel="bank")
    made = lay(paid, hops(asked(0, 0)), *_notice("打卡里了 110"))
    assert not made.payments["claimed"].any()


def test_money_to_oneself_returned_money_and_foreign_money_pay_nothing() -> None:
    paid = pd.concat(
        [
            moved((at(0.1), BUYER, BUYER, 100.0)),
            moved((at(0.1), BUYER, SELLER, 100.0), status="returned"),
            moved((at(0.1), BUYER, SELLER, 100.0), currency="USD"),
        ],
        ignore_index=True,
    )
    assert not len(lay(paid, hops(asked(0, 0))).payments)


def test_nothing_at_all_is_laid_to_nothing() -> None:
    made = lay(moved(), hops())
    assert (len(made.hops), len(made.parts), len(made.payments)) == (0, 0, 0)


def test_a_settlement_of_unknown_prices_is_split_by_what_the_next_step_cost() -> None:
    rows, paid = [], []
    for n, price in enumerate([100.0, 200.0, 160.0, 240.0, 120.0, 300.0]):
        below = asked(n, 48 * n)
        rows += [below, {**below, "level": 1, "buyer": SELLER, "seller": FRIEND, "asked": below["asked"] + 20 * MINUTE}]  # type: ignore[operator]
        paid.append((at(48 * n + 0.5), SELLER, FRIEND, price / 2))
        if n < 4:
            paid.append((at(48 * n + 0.1), BUYER, SELLER, price))
    paid.append((START + 14 * DAY, BUYER, SELLER, 420.0))
    made = lay(moved(*paid), hops(*rows))
    last = made.hops[made.hops["level"] == 0].tail(2)
    assert last["price"].tolist() == [120.0, 300.0]
    assert set(last["priced"]) == {"shared"}
