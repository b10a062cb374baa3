"""What one buyer pays one seller for, on every term of the trade."""

from __future__ import annotations

from math import nan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.network.money.made_money import HOUR, START

from headwater.network.money.ledger import Ledger, Owed, shares


def owed(asked: float, answered: float | None, price: float = nan, usual: float = nan) -> Owed:
    """A hop asked and answered so many hours after the start."""
    return Owed(START + int(asked * HOUR), -1 if answered is None else START + int(answered * HOUR), price, usual)


def paid(
    hops: list[Owed], *payments: tuple[float, float], orders: int = 0, put_down: bool = False
) -> list[tuple[int, int, float, str]]:
    """Parts of payments made so many hours after the start."""
    ledger = Ledger(hops)
    for number, (hours, amount) in enumerate(payments):
        ledger.take(number, START + int(hours * HOUR), amount, orders, put_down)
    ledger.draw()
    return [(part.payment, part.hop, part.amount, part.how) for part in ledger.parts]


def test_money_right_after_asking_is_for_what_was_asked() -> None:
    assert paid([owed(0, 5), owed(3, 8)], (0.1, 100), (3.1, 80)) == [(0, 0, 100, "pre"), (1, 1, 80, "pre")]


def test_money_after_the_answer_is_for_what_was_answered() -> None:
    assert paid([owed(0, 5)], (5.5, 100)) == [(0, 0, 100, "post")]


def test_nothing_is_owed_for_what_failed_unless_paid_before() -> None:
    assert paid([owed(0, None)], (9, 100)) == []
    assert paid([owed(0, None)], (0.1, 100)) == [(0, 0, 100, "pre")]


def test_the_price_decides_where_it_is_known() -> None:
    assert paid([owed(0, 5, price=300), owed(0.2, 5, price=90)], (0.3, 300), (0.4, 90)) == [
        (0, 0, 300, "pre"),
        (1, 1, 90, "pre"),
    ]


def test_half_before_and_half_after() -> None:
    told = paid([owed(0, 5, price=325)], (0.1, 165), (5.2, 160))
    assert told == [(0, 0, 165, "half"), (1, 0, 160, "rest")]
    untold = paid([owed(0, 5)], (0.1, 115), (5.2, 115))
    assert [(p, h, a) for p, h, a, _ in untold] == [(0, 0, 115), (1, 0, 115)]


def test_several_asked_in_one_breath_are_paid_together() -> None:
    hops = [owed(0, 5, usual=100), owed(0.001, 6, usual=200)]
    assert paid(hops, (0.1, 300)) == [(0, 0, 100, "together"), (0, 1, 200, "together")]


def test_the_seller_counts_what_the_evening_is_for() -> None:
    hops = [owed(0, 1), owed(2, 3), owed(4, None), owed(5, 6)]
    assert [h for _, h, _, _ in paid(hops, (14, 450), orders=3)] == [0, 1, 3]


def test_a_week_is_settled_by_prices_that_add_up() -> None:
    hops = [owed(24 * n, 24 * n + 2, price=p) for n, p in enumerate([110, 250, 80, 300])]
    assert paid(hops, (100, 740)) == [(0, n, p, "settled") for n, p in enumerate([110, 250, 80, 300])]


def test_a_sum_of_some_leaves_the_others_open() -> None:
    hops = [owed(0, 1, price=110), owed(2, 3, price=250), owed(4, 5, price=85), owed(6, 7, price=330)]
    assert [h for _, h, _, _ in paid(hops, (30, 440))] == [0, 3]


def test_what_is_put_down_is_drawn_in_the_order_of_asking() -> None:
    hops = [owed(1, 2, usual=100), owed(3, None, usual=100), owed(5, 6, usual=100), owed(7, 8, usual=100)]
    assert paid(hops, (0.9, 250), put_down=True) == [(0, 0, 100, "drawn"), (0, 2, 100, "drawn")]


def test_a_sum_that_nothing_explains_stays_open() -> None:
    assert paid([owed(0, 1, price=100)], (2, 7777)) == []


def test_what_is_long_past_is_not_paid_now() -> None:
    assert paid([owed(0, 1)], (24 * 30, 100)) == []


@pytest.mark.parametrize("amount", [0.01, 3, 1e9])
def test_odd_sums_do_no_harm(amount: float) -> None:
    assert sum(part[2] for part in paid([owed(0, 1, usual=100), owed(2, 3, usual=50)], (4, amount))) in (
        0,
        pytest.approx(amount),
    )


_prices = st.one_of(st.just(nan), st.integers(1, 400).map(lambda n: n * 5.0))


@given(
    amount=st.integers(2, 2000).map(lambda n: n * 5.0),
    told=st.lists(st.tuples(_prices, _prices), min_size=1, max_size=7),
)
def test_shares_add_up_to_the_payment(amount: float, told: list[tuple[float, float]]) -> None:
    made = shares(amount, [t for t, _ in told], [t if t == t else u for t, u in told])
    assert sum(made) == pytest.approx(amount, abs=0.01)
    assert all(m >= 0 for m in made)


@given(
    asked=st.lists(st.tuples(st.integers(0, 300), st.one_of(st.none(), st.integers(0, 60)), _prices), max_size=12),
    payments=st.lists(st.tuples(st.integers(0, 400), st.integers(1, 300).map(lambda n: n * 5.0)), max_size=12),
)
def test_no_payment_is_spent_twice(
    asked: list[tuple[int, int | None, float]], payments: list[tuple[int, float]]
) -> None:
    hops = [owed(a, None if w is None else a + w, price) for a, w, price in sorted(asked, key=lambda row: row[0])]
    made = paid(hops, *((float(t), a) for t, a in sorted(payments)))
    spent: dict[int, float] = {}
    for payment, _, amount, _ in made:
        spent[payment] = spent.get(payment, 0.0) + amount
    assert all(total <= sorted(payments)[p][1] + 0.01 for p, total in spent.items())


def test_a_busy_pair_is_laid_in_little_time() -> None:
    hops = [owed(n * 0.05, n * 0.05 + 1, usual=100) for n in range(4000)]
    made = paid(hops, *((n * 0.05 + 0.01, 100.0) for n in range(4000)))
    assert len({h for _, h, _, _ in made}) > 3900
