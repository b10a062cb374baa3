"""Roles by scenario: one that fits, one beside each threshold, and nobody without trade."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tests.network.ranks.made_hops import hops_of, keeping, market, paid_of

from headwater.network.frames import Hops
from headwater.network.ranks.roles import Evidence, Standing, roles
from headwater.network.ranks.tiers import tiers
from headwater.network.ranks.trades import INTRUDER, trade_of, trades

NOTHING = paid_of()
CHAIN = (0, 1, 2, 3)


def stand(
    hops: Hops,
    count: int,
    paid: pd.DataFrame = NOTHING,
    seized: tuple[int, ...] = (),
    said: tuple[tuple[int, str], ...] = (),
) -> tuple[Standing, ...]:
    read = np.zeros(count, dtype=bool)
    read[list(seized)] = True
    talk = pd.DataFrame({
        "person": [p for p, _ in said], "kind": [k for _, k in said], "message": np.arange(len(said))
    })  # fmt: skip
    return roles(Evidence(hops, paid, tiers(hops, paid, count, read), read, talk))


def asked(*paths: tuple[int, ...], times: int = 10) -> list[tuple[int, ...]]:
    return [path for path in paths for _ in range(times)]


def test_customer_middlemen_and_source_of_a_chain_with_their_facts() -> None:
    found = stand(hops_of(asked(CHAIN)), 4, seized=(0, 1, 2, 3))
    assert [s.role for s in found] == ["customer", "middleman", "middleman", "source"]
    assert [s.grade for s in found] == ["", "lower", "upper", ""]
    assert [s.tier for s in found] == pytest.approx([0, 1, 2, 3], abs=0.01)
    assert found[3].trade == "telecom"
    assert all(s.member and s.facts and 0.9 < s.confidence < 1 for s in found)
    assert all(f.text.en and f.text.zh and f.text.en != f.text.zh for s in found for f in s.facts)
    assert "10 of 10" in found[1].facts[0].text.en


def test_whole_markets_are_told_whole() -> None:
    for seed in range(2):
        hops, tier = market(seed)
        found = stand(hops, len(tier), seized=tuple(range(0, len(tier), 2)))
        said = np.array([s.role for s in found])
        assert (said[tier == 0] == "customer").all()
        assert (said[tier == 4] == "source").all()
        assert (said[(tier > 0) & (tier < 4)] == "middleman").all()


def test_half_of_the_phones_missing_costs_little() -> None:
    right = total = 0
    for seed in range(4):
        hops, tier = market(seed)
        seized = np.random.default_rng(seed).random(len(tier)) < 0.5
        seen = seized[hops.hops["buyer"]] | seized[hops.hops["seller"]]
        found = stand(keeping(hops, seen), len(tier), seized=tuple(np.flatnonzero(seized).tolist()))
        true = np.where(tier == 0, "customer", np.where(tier == 4, "source", "middleman"))
        right += sum(s.role == t for s, t in zip(found, true, strict=True) if s.role)
        total += sum(bool(s.role) for s in found)
    assert right / total >= 0.93


@pytest.mark.parametrize(("seized", "sure"), [((3,), True), ((), False)])
def test_a_source_whose_phone_is_missing_is_less_sure_and_says_so(seized: tuple[int, ...], sure: bool) -> None:
    paths = asked(CHAIN) + asked((0, 1, 2, 4))
    items = ["hotel"] * 10 + ["credit", "owner", "property", "family"] * 2 + ["vehicle", "express"]
    source = stand(hops_of(paths, items), 5, seized=(1, 2, *seized))[3]
    assert source.role == "source"
    assert (source.confidence > 0.95) == sure
    assert any("unseen" in f.text.en for f in source.facts) != sure


def test_who_answers_everything_at_a_high_price_is_a_middleman_whose_purchases_are_unseen() -> None:
    items = ["hotel", "credit", "owner", "property", "family", "vehicle"] * 5
    paths = [(0, 1, 2)] * 30 + [(0, 3, 4 + n % 6) for n in range(30)]
    prices = [[100.0, 70.0]] * 30 + [[100.0, 30.0]] * 30
    found = stand(hops_of(paths, items * 2, prices), 10, seized=(0, 1, 3))
    assert found[2].role == "middleman"
    assert {found[p].role for p in range(4, 10)} == {"source"}
    assert min(f.bits for f in found[2].facts) < -3


def test_unrelated_categories_are_an_intruders() -> None:
    assert trade_of({"credit": 5, "transaction": 5})[0] == "bank"
    assert trade_of({"credit": 5, "hotel": 5})[0] == INTRUDER
    assert trade_of({"hotel": 79, "credit": 21})[0] == INTRUDER
    assert trade_of({"hotel": 80, "credit": 20})[0] == "hotel"
    assert trade_of({})[0] == ""
    assert len({t.name for t in trades()}) == len(trades())


@pytest.mark.parametrize(("sales", "role"), [(3, "customer"), (12, "middleman")])
def test_a_few_sales_of_other_things_do_not_make_a_customer_a_middleman(sales: int, role: str) -> None:
    paths = asked((0, 1, 2), times=20) + asked((3, 0), times=sales) + asked((4, 1, 2))
    assert stand(hops_of(paths), 5, seized=(1,))[0].role == role


def test_selling_on_what_one_bought_makes_a_middleman() -> None:
    paths = asked((0, 1, 2), times=20) + asked((3, 0, 1, 2), times=4)
    found = stand(hops_of(paths), 4, seized=(0, 1))
    assert found[0].role == "middleman"


@pytest.mark.parametrize(("customers", "lists", "role"), [(5, 2, "shop"), (4, 2, "middleman"), (5, 1, "middleman")])
def test_a_shop_has_many_customers_and_posts_price_lists(customers: int, lists: int, role: str) -> None:
    paths = asked(*[(10 + n, 1, 2) for n in range(customers)], times=3)
    found = stand(hops_of(paths), 16, seized=(1,), said=((1, "price_list"),) * lists)
    assert found[1].role == role
    assert "middleman" in found[1].roles


TRADE = [*asked((0, 5, 7)), *asked((1, 5, 7)), *asked((2, 6, 7))]


@pytest.mark.parametrize(("holds", "gives", "role"), [(2, 2, "escrow"), (2, 1, ""), (1, 2, "")])
def test_an_escrow_says_that_money_came_in_and_went_out(holds: int, gives: int, role: str) -> None:
    found = stand(hops_of(TRADE), 9, said=((8, "holds"),) * holds + ((8, "releases"),) * gives)
    assert found[8].role == role
    assert found[8].tier is None


def test_a_mule_takes_money_of_buyers_and_hands_it_to_their_sellers() -> None:
    paid = paid_of((0, 8, 900, 9, 900), (1, 8, 800, 8, 800), (8, 5, 1600, 9, 0))
    mule = stand(hops_of(TRADE), 9, paid)[8]
    assert mule.role == "mule"
    assert mule.tier is None
    assert any("94%" in f.text.en for f in mule.facts)


@pytest.mark.parametrize(
    "paid",
    [
        paid_of((5, 8, 4000, 9, 4000), (8, 5, 9000, 9, 0)),  # lives with one of them
        paid_of((0, 8, 900, 9, 900), (1, 8, 800, 8, 800), (5, 8, 800, 9, 0), (8, 5, 1600, 9, 0)),  # a seller's friend
        paid_of((0, 8, 900, 9, 0)),  # a friend of one customer
        paid_of((0, 8, 900, 1, 0), (8, 5, 100, 1, 0)),  # knows both sides, keeps most
        paid_of((5, 8, 900, 9, 0), (6, 8, 900, 9, 0)),  # two sellers pay him, too few to be their head
        paid_of((8, 0, 500, 3, 0), (8, 5, 500, 3, 0)),  # gives to people of the market
    ],
)
def test_money_from_a_few_people_of_the_market_makes_nobody_a_member(paid: pd.DataFrame) -> None:
    found = stand(hops_of(TRADE), 9, paid)[8]
    assert (found.role, found.member, found.facts) == ("", False, ())


def test_money_out_that_only_nicknames_tell_makes_no_mule_and_no_head() -> None:
    hops = hops_of([*TRADE, *asked((2, 4, 7))])
    paid = paid_of((0, 8, 900, 9, 900), (1, 8, 800, 8, 800), (8, 5, 1600, 9, 0))
    firm = [True, True, True]
    assert stand(hops, 9, paid.assign(firm=firm))[8].role == "mule"
    assert stand(hops, 9, paid.assign(firm=[False, False, True]))[8].role == "mule"
    assert stand(hops, 9, paid.assign(firm=[True, True, False]))[8].role == ""
    head = paid_of(*[(seller, 8, 300, 5, 0) for seller in (4, 5, 6)])
    assert [stand(hops, 9, head.assign(firm=sure))[8].role for sure in (True, False)] == ["middleman", ""]


@pytest.mark.parametrize(
    ("others", "seized", "taken", "role"),
    [(2, (), 2, "mule"), (2, (), 1, ""), (1, (8,), 2, "mule"), (1, (8,), 1, ""), (1, (), 9, "")],
)
def test_who_takes_what_follows_requests_to_a_seller_is_a_mule_though_his_own_payments_are_unseen(
    others: int, seized: tuple[int, ...], taken: int, role: str
) -> None:
    rows = [(n, 8, 90, 9, 9) for n in range(3)]  # of one seller: it may be another account of his
    paid = paid_of(*rows).assign(for_another=taken, others=others)
    found = stand(hops_of(TRADE), 9, paid, seized=seized)[8]
    assert found.role == role
    assert any("far more often than chance" in f.text.en for f in found.facts) == (role == "mule")


def test_who_takes_money_of_several_customers_and_gives_all_of_it_on_is_a_mule_by_his_own_bills() -> None:
    paid = paid_of(*[(n, 8, 500, 5, 0) for n in (0, 1, 2)], (8, 30, 1400, 5, 0))
    assert [stand(hops_of(TRADE), 31, paid, seized=s)[8].role for s in ((8,), ())] == ["mule", ""]


def test_who_holds_both_sides_money_and_gives_part_back_is_an_escrow_without_saying_so() -> None:
    paid = paid_of(*[(n, 8, 500, 5, 0) for n in (0, 1, 2, 3)], (8, 5, 1000, 5, 0), (8, 6, 500, 5, 0), (8, 0, 200, 2, 0))
    found = stand(hops_of([*TRADE, *asked((3, 6, 7))]), 9, paid)[8]
    assert found.roles == ("escrow", "mule")


@pytest.mark.parametrize(("times", "role"), [(3, "middleman"), (2, "")])
def test_a_silent_head_is_paid_by_several_sellers_again_and_again(times: int, role: str) -> None:
    paths = [*TRADE, *asked((2, 4, 7))]
    paid = paid_of(*[(seller, 8, 300, times, 0) for seller in (4, 5, 6)])
    head = stand(hops_of(paths), 9, paid)[8]
    assert head.role == role
    if role:
        assert head.roles == ("middleman", "head")
        assert head.tier == pytest.approx(2, abs=0.1)


@pytest.mark.parametrize(
    ("sure", "orders", "member"), [(0.5, 5, False), (0.5, 6, True), (0.9, 2, True), (0.9, 1, False)]
)
def test_faint_orders_make_nobody_a_member(sure: float, orders: int, member: bool) -> None:
    frame = hops_of([(0, 1)] * 20 + [(2, 1)] * orders).hops.copy()
    frame.loc[20:, "confidence"] = sure
    hops = Hops(frame, hops_of([(0, 1)] * (20 + orders)).orders, pd.DataFrame())
    assert stand(hops, 3)[2].member == member


def test_ordinary_people_have_no_role() -> None:
    found = stand(hops_of(TRADE), 40, paid_of((0, 30, 50, 1, 0), (31, 0, 20, 2, 0)))
    assert [s.role for s in found[8:]] == [""] * 32
    assert stand(hops_of([]), 3) == tuple(Standing(p) for p in range(3))
