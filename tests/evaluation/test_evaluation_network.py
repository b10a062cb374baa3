"""A small market worked out by hand: aliases, roles, tiers, paths, money and items."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.evaluation.small_worlds import result, truth, written

from headwater.evaluation.bcubed import BCubed, bcubed
from headwater.evaluation.masks import agree, mask_form
from headwater.evaluation.network import NetworkScore
from headwater.evaluation.scoring import score

Json = dict[str, Any]


def person(key: str, role: str, tier: int | None, *visible: str, **changes: Any) -> Json:
    usual: Json = {
        "id": key,
        "name": "",
        "role": role,
        "tier": tier,
        "aliases": list(visible),
        "visible_aliases": list(visible),
        "gains": 0,
        "paid": 0,
        "net": 0,
        "items": {},
    }
    return usual | changes


def order(name: str, path: list[str], seen: list[str], **changes: Any) -> Json:
    usual: Json = {
        "id": name,
        "subject": {"name": "张伟", "phone": "13812345678", "id_number": ""},
        "category": "track",
        "time": "2026-03-05T10:00:00+08:00",
        "path": path,
        "seen": seen,
        "fulfilled": True,
        "refunded": False,
        "hops": [],
    }
    return usual | changes


def said(name: str, role: str, tier: float | None, *aliases: str, **changes: Any) -> Json:
    return {"id": name, "role": role, "tier": tier, "aliases": list(aliases)} | changes


def asked(path: list[str], **changes: Any) -> Json:
    usual: Json = {
        "subject": {"token": "t", "name": "张*", "phone": "138****5678"},
        "category": "track",
        "asked": "2026-03-05T10:05:00+08:00",
        "path": path,
    }
    return usual | changes


PEOPLE = [
    person("C", "customer", 0, "wx_c", "13900001111", paid=300),
    person(
        "M",
        "middleman",
        1,
        "wx_m",
        "wx_m2",
        "6217000078224760119",
        name="李明",
        gains=300,
        paid=100,
        items={"track": 2},
    ),
    person("S", "source", 2, "wx_s", "赵强", name="赵强", gains=100, items={"track": 1, "credit": 1}),
    person("Q", "mule", None),
]
ORDERS = [order("O1", ["C", "M", "S"], ["C", "M", "S"]), order("O2", ["C", "M", "S"], ["C", "M"], category="credit")]


def scored(folder: Path, people: list[Json], orders: list[Json], made: Json | None = None) -> NetworkScore:
    market = made or {"people": PEOPLE, "orders": ORDERS, "bulk": [], "contacts": [], "merges": []}
    answer = result(network={"people": people, "orders": orders, "key_players": [], "flows": []})
    truths = truth(world="brokers", house={}, doings=[], network=market)
    found = score(written(folder, "result.json", answer), written(folder, "truth.json", truths))
    assert found.points == ()
    assert found.network is not None
    return found.network


RIGHT = [
    said("a", "customer", 0, "wx_c", "139****1111", gains=0, paid=300),
    said(
        "b",
        "middleman",
        1.2,
        "wx_m",
        "wx_m2",
        "6217 **** **** 0119",
        gains=309,
        paid=None,
        items={"sold": {"track": 2}},
    ),
    said("c", "source", 2, "wx_s", "赵*", gains=50, items={"track": {"sold": 1, "bought": 4}}),
]


def test_a_market_rebuilt_rightly(tmp_path: Path) -> None:
    got = scored(tmp_path, RIGHT, [asked(["a", "b", "c"]), asked(["a", "b"], category="credit")])
    assert (got.people, got.people_found, got.intruders) == (3, 3, 0)
    assert (got.aliases.precision, got.aliases.recall, got.aliases.f1) == (1, 1, 1)
    assert got.roles == {"customer > customer": 1, "middleman > middleman": 1, "source > source": 1}
    assert (got.tiers, got.tier_exact, got.tier_near) == (3, 3, 3)
    orders = got.orders
    assert (orders.orders, orders.shown, orders.whole, orders.named, orders.matched) == (2, 2, 1, 2, 2)
    assert (orders.seen_exact, orders.full_exact) == (2, 1)
    assert got.gains == pytest.approx((0.03, 0.5))
    assert got.paid == pytest.approx((0.0, 1.0))
    assert got.items == pytest.approx((0.0, 0.5))


def test_a_person_in_two_parts_and_two_in_one(tmp_path: Path) -> None:
    people = [
        said("a", "middleman", 3, "wx_c", "13900001111", "wx_m"),
        said("b", "middleman", 1, "wx_m2", "*0119"),
        said("z", "source", 2, "wx_z"),
    ]
    got = scored(tmp_path, people, [])
    # precision: c, phone 2/3 each, m 1/3, m2 and card 1 each: (2/3 + 2/3 + 1/3 + 1 + 1) / 5
    # recall: c, phone 1 each, m 1/3, m2 and card 2/3 each, two of the source 0: (1 + 1 + 1/3 + 2/3 + 2/3) / 7
    assert got.aliases.precision == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5)
    assert got.aliases.recall == pytest.approx((1 + 1 + 1 / 3 + 2 / 3 + 2 / 3) / 7)
    assert got.roles == {"customer > middleman": 1, "middleman > middleman": 1, "source > missing": 1}
    assert (got.tier_exact, got.tier_near, got.people_found, got.intruders) == (1, 1, 2, 1)


def test_an_answer_without_a_market(tmp_path: Path) -> None:
    got = scored(tmp_path, [], [])
    assert (got.people_found, got.aliases.f1, got.orders.matched, got.tier_near) == (0, 0, 0, 0)
    assert got.gains == (1.0, 1.0)


@pytest.mark.parametrize(
    ("changes", "matched"),
    [
        ({}, 1),
        ({"category": "hotel"}, 0),
        ({"asked": "2026-03-07T10:00:00+08:00"}, 1),
        ({"asked": "2026-03-07T10:00:01+08:00"}, 0),
        ({"asked": None}, 1),
        ({"subject": {"name": "", "phone": "138****5678"}}, 1),
        ({"subject": {"name": "张*", "phone": "138****5679"}}, 0),
        ({"subject": {"name": "李*", "phone": "138****5678"}}, 0),
        ({"subject": {"token": "t"}}, 0),
        ({"subject": {"name": "", "phone": "", "number": "4225**********1052"}}, 1),
        ({"subject": {"name": "", "phone": "", "number": "4225**********1053"}}, 0),
        ({"subject": {"name": "", "phone": "", "number": "京A***88"}}, 1),
        ({"subject": {"name": "李*", "phone": "", "number": "京A***88"}}, 0),
    ],
)
def test_orders_meet_by_masked_subject_category_and_time(tmp_path: Path, changes: Json, matched: int) -> None:
    numbers = {"id_number": "422526199202211052", "plate": "京A12388"}
    market = {"people": PEOPLE, "orders": [ORDERS[0] | {"subject": ORDERS[0]["subject"] | numbers}]}
    got = scored(tmp_path, RIGHT, [asked(["a", "b", "c"], **changes)], market)
    assert got.orders.matched == matched


def test_the_same_order_twice_is_matched_once_by_the_nearest(tmp_path: Path) -> None:
    later = order("O3", ["C", "M"], ["C", "M"], time="2026-03-06T10:00:00+08:00")
    market = {"people": PEOPLE, "orders": [ORDERS[0], later]}
    twice = [asked(["a", "b"], asked="2026-03-06T09:00:00+08:00"), asked(["a", "b", "c"])]
    got = scored(tmp_path, RIGHT, [*twice, asked(["a"])], market)
    assert (got.orders.named, got.orders.matched, got.orders.full_exact) == (3, 2, 2)


def test_a_path_through_somebody_unknown_is_not_exact(tmp_path: Path) -> None:
    got = scored(tmp_path, RIGHT, [asked(["a", "nobody", "c"])])
    assert (got.orders.matched, got.orders.seen_exact) == (1, 0)


def test_aliases_may_be_objects_too(tmp_path: Path) -> None:
    people = [said("a", "customer", 0) | {"aliases": [{"kind": "wxid", "value": "WX_C"}]}]
    assert scored(tmp_path, people, []).people_found == 1


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("13812345678", "138****5678", True),
        ("+86", "13812345678", False),
        ("138 1234 5678", "138****5678", True),
        ("6217000078224760119", "621700*********0119", True),
        ("422526199202211052", "4225**********1053", False),
        ("wrrrget227@example.com", "w***@example.com", True),
        ("欧阳修远", "欧阳**", True),
        ("张伟", "张**", False),
        ("", "张*", None),
    ],
)
def test_values_are_compared_behind_their_masks(one: str, other: str, same: bool | None) -> None:
    assert agree(one, other, {"欧阳修远", "张伟"}) is same
    assert agree(other, one, {"欧阳修远", "张伟"}) is same


@given(st.text(max_size=25))
def test_a_mask_form_is_its_own_mask_form(text: str) -> None:
    once = mask_form(text)
    assert mask_form(once) == once


def test_shared_aliases_and_extended_bcubed() -> None:
    # the nickname n is used by both people; the answer gives it to one of them
    true = {"a": {"P"}, "b": {"Q"}, "n": {"P", "Q"}}
    got = bcubed(true, {"a": {"1"}, "b": {"2"}, "n": {"1"}})
    # precision all 1. recall: a 1 (with a, n), b 1/2 (n is elsewhere),
    # n: with itself min(1, 2) / 2, with a 1, with b 0
    assert got.precision == 1
    assert got.recall == pytest.approx((1 + 1 / 2 + (1 / 2 + 1 + 0) / 3) / 3)


GROUPS = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from("PQRS").map(lambda g: {g}), min_size=1)


@given(GROUPS, GROUPS)
def test_bcubed_is_bounded_perfect_on_itself_and_mirrors(truth_groups: Any, said_groups: Any) -> None:
    assert bcubed(truth_groups, truth_groups).f1 == pytest.approx(1)
    got = bcubed(truth_groups, said_groups)
    assert 0 <= got.precision <= 1
    assert 0 <= got.recall <= 1
    if set(truth_groups) == set(said_groups):
        mirrored = bcubed(said_groups, truth_groups)
        assert (mirrored.precision, mirrored.recall) == pytest.approx((got.recall, got.precision))


@given(GROUPS)
def test_bcubed_of_one_heap_and_of_single_items(groups: Any) -> None:
    heap = bcubed(groups, {item: {"1"} for item in groups})
    assert heap.recall == pytest.approx(1)
    apart = bcubed(groups, {item: {item} for item in groups})
    assert apart.precision == pytest.approx(1)


def test_bcubed_of_nothing() -> None:
    assert bcubed({}, {}) == BCubed(0, 0, 0.0, 0.0)
    assert bcubed({}, {}).f1 == 0
