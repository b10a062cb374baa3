"""A market's people under the rule set: low is what was laid to orders, high is all that came from people of the market."""

from __future__ import annotations

from dataclasses import replace

import pytest

from headwater.casework.holdings import Holding
from headwater.casework.market_weighing import COUNTED_AS, gains, gains_by_holder, market_tallies, sure_items
from headwater.casework.weighing import tallies
from headwater.law.rules import for_jurisdiction
from headwater.model.network import Amounts, Hop, Market, Member, Order
from headwater.model.organisation import Organisation
from headwater.scanning.counting import Items


def member(low: float, high: float, back: float = 0.0, **known: object) -> Member:
    return Member("N1", (), low=Amounts(low, 0, back, 0), high=Amounts(high, 0, back, 0), **known)  # type: ignore[arg-type]


def one(person: Member, *orders: Order) -> dict[str, dict[str, object]]:
    (told,) = market_tallies("cn", Market(people=(person,), orders=orders), "en")
    return told


def order(number: int, category: str, seller: str = "N1", sure: float = 0.95, inferred: bool = False) -> Order:
    hop = Hop("N2", seller, None, None, "answered", None, 0.0, 0.0, sure, inferred)
    return Order(f"O{number}", f"t{number}", "", "", "", category, ("N2", seller), (hop,), "answered", sure)


@pytest.mark.parametrize(
    ("low", "high", "back", "grades"),
    [
        (4_999, 4_999, 0, ("none", "none")),
        (4_999, 5_000, 0, ("none", "serious")),
        (5_000, 49_999, 0, ("serious", "serious")),
        (5_000, 50_000, 0, ("serious", "especially serious")),
        (50_000, 60_000, 0, ("especially serious", "especially serious")),
        (5_000, 50_000, 1, ("none", "serious")),
    ],
)
def test_the_low_grade_takes_low_gains_and_the_high_one_high_gains(
    low: float, high: float, back: float, grades: tuple[str, str]
) -> None:
    told = one(member(low, high, back))
    assert (told["low"]["grade"], told["high"]["grade"]) == grades
    assert told["gains"] == {"low": low - back, "high": high - back}


def test_what_is_passed_up_is_not_taken_off_and_low_is_never_above_high() -> None:
    assert gains(Member("N1", (), low=Amounts(100, 90), high=Amounts(100, 90))) == (100, 100)
    assert gains(Member("N1", (), low=Amounts(100, 0, 0), high=Amounts(100, 0, 30))) == (70, 70)
    assert gains(Member("N1", (), low=Amounts(0, 0, 5), high=Amounts(0, 0, 5))) == (0, 0)


def test_items_are_counted_in_the_lightest_and_in_the_gravest_group() -> None:
    person = member(0, 0, sold={"location": 60, "family": 7, "credit": 3}, rows_sold=900)
    orders = [*(order(n, "location") for n in range(60)), *(order(n, "family") for n in range(60, 67))]
    told = one(person, *orders, order(70, "credit"), order(71, "credit", sure=0.89), order(72, "credit", inferred=True))
    assert told["items"] == {"n3": {"low": 1, "high": 63}, "n4": {"low": 0, "high": 0}, "n5": {"low": 67, "high": 907}}
    assert (told["low"]["grade"], told["high"]["grade"]) == ("none", "serious")


def test_what_was_obtained_and_sold_is_sure_once_and_what_was_kept_too() -> None:
    bought, sold = order(1, "credit", "N9"), order(1, "credit", "N2")
    on = Hop("N3", "N2", None, None, "answered", None, 0.0, 0.0, 0.95)
    both = replace(sold, hops=(on, *bought.hops))
    assert sure_items(Market(orders=(both,))) == {"N2": {"credit": 1}, "N9": {"credit": 1}, "N3": {"credit": 1}}
    assert sure_items(Market(orders=(both, both)))["N2"] == {"credit": 1}


def test_every_category_is_one_that_the_rule_set_knows() -> None:
    rules = for_jurisdiction("cn")
    assert rules is not None
    assert all(rules.category(name) for pair in COUNTED_AS.values() for name in pair)


def test_nobody_is_weighed_without_items_or_money_or_rules() -> None:
    assert market_tallies("cn", Market(people=(member(0, 0),)), "en") == []
    assert market_tallies("xx", Market(people=(member(9_000, 9_000),)), "en") == []


def test_a_holder_of_seized_files_has_his_gains_of_the_market() -> None:
    market = Market(people=(member(6_000, 70_000, holder="L1"),))
    assert gains_by_holder(market) == {"L1": (6_000, 70_000)}
    held = Holding("L1", "seized", (), 1, 1, (), (Items("L1", frozenset({"credit"}), 1, 1),), ())
    seized, case = tallies("cn", [held], [], Organisation(), "en", market)
    assert (seized["suspect"], seized["low"]["grade"], seized["high"]["grade"]) == (
        "L1",
        "serious",
        "especially serious",
    )
    assert case["gains"] == {"low": 0, "high": 0}, "the same money passes through several hands"
    two = Market(people=(member(1, 1, holder="L1"), member(2, 2, holder="L1")))
    assert gains_by_holder(two) == {}


def test_of_everybody_it_is_told_what_figures_would_change_and_how_many_people_it_is_about() -> None:
    person = member(6_000, 6_000, sold={"credit": 3}, rows_sold=5)
    told = one(
        person, order(1, "credit"), order(2, "credit"), order(3, "credit", sure=0.5), order(4, "credit", inferred=True)
    )
    assert told["persons"] == {"low": 2, "high": 4 + 5}
    assert told["changes"][0].startswith("The low grade rests on the gains of 6,000 alone")
    assert not any("whatever the count" in text for text in told["changes"])
    assert "open" not in told
    assert told["verified"] is False, "gains are income, and that costs are not taken off is not confirmed"
