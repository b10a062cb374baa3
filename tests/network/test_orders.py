"""Orders are rebuilt from what was asked and answered, whatever brokers do to the key on the way."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from tests.network.made_acts import Story

from headwater.network.frames import Hops
from headwater.network.orders import pairing, subjects
from headwater.network.orders.rebuild import orders


def mobile(n: int) -> str:
    return f"154{(n * 61803399 + 13) % 10**8:08}"


def name(n: int) -> str:
    return "赵钱孙李周吴郑王冯陈褚卫"[n % 12] + "一二三四五六七八九十"[n // 12 % 10] + "甲乙丙丁"[n // 120 % 4]


def climbs(story: Story, n: int, path: list[int], start: float, category: str = "location", spoil: str = "") -> None:
    """An order climbs a path and the answer comes down; ``spoil`` is the number from the second step on."""
    for level, (one, other) in enumerate(pairwise(path)):
        number = spoil if spoil and level else mobile(n)
        story.ask(start + 7 * level, one, other, category, mobile=number)
    for level in range(len(path) - 2, -1, -1):
        number = spoil if spoil and level else mobile(n)
        story.answer(start + 200 - 5 * level, path[level + 1], path[level], category, mobile=number)


def crowd(story: Story, count: int = 60, path: tuple[int, ...] = (0, 5, 8, 9)) -> None:
    """Other orders, from whom brokers' ways are learned."""
    for n in range(count):
        climbs(story, 100 + n, [n % 4, *path[1:]], 1000 + 13 * n)


def paths(hops: Hops) -> list[tuple[int, ...]]:
    """Every order's path of people."""
    made = []
    for _order, rows in hops.hops[hops.hops["on_path"]].groupby("order"):
        rows = rows.sort_values("level")
        made.append((int(rows["buyer"].iloc[0]), *(int(s) for s in rows["seller"])))
    return made


def of(story: Story, seen: Iterable[int] | None = None) -> Hops:
    return orders(*story.frames(seen))


def test_an_order_climbs_to_the_source_and_its_answer_comes_down() -> None:
    story = Story()
    climbs(story, 1, [0, 5, 8, 9], 0)
    made = of(story)
    assert paths(made) == [(0, 5, 8, 9)]
    assert made.hops["answered"].tolist() == [200 * 60_000_000, 195 * 60_000_000, 190 * 60_000_000]
    (order,) = made.orders.to_dict("records")
    assert (order["category"], order["outcome"], order["asked"]) == ("location", "answered", 0)
    assert made.subjects.iloc[order["subject"]]["phone"] == f"<{mobile(1)}>"
    assert order["confidence"] > 0.9


def test_many_at_once_do_not_get_mixed_up() -> None:
    story = Story()
    for n in range(200):
        climbs(story, n, [n % 5, 5 + n % 2, 8, 9 + n % 3], float(n))
    assert sorted(paths(of(story))) == sorted((n % 5, 5 + n % 2, 8, 9 + n % 3) for n in range(200))


@pytest.mark.parametrize("how", ["digit", "swap", "mask", "short"])
def test_a_spoilt_number_is_still_the_same_order(how: str) -> None:
    number = mobile(1)
    other = str((int(number[6]) + 1) % 10)
    spoilt = {
        "digit": number[:6] + other + number[7:],
        "swap": number[:8] + number[9] + number[8] + number[10:],
        "mask": number[:3] + "****" + number[7:],
        "short": number[:5] + number[6:],
    }[how]
    story = Story()
    crowd(story)
    climbs(story, 1, [1, 5, 8, 9], 1200, spoil=spoilt)
    made = paths(of(story))
    assert len(made) == 61 and set(made) == {(n, 5, 8, 9) for n in range(4)}


def test_a_picture_in_between_is_told_by_its_answer() -> None:
    story = Story()
    crowd(story)
    story.ask(1200, 2, 5, "owner", mobile=mobile(1))
    story.ask(1207, 5, 8, "owner", media=True)
    story.ask(1214, 8, 9, "owner", mobile=mobile(1))
    story.answer(1390, 9, 8, "owner", mobile=mobile(1))
    story.answer(1395, 8, 5, "owner", mobile=mobile(1))
    story.answer(1400, 5, 2, "owner", mobile=mobile(1))
    assert sorted(paths(of(story))).count((2, 5, 8, 9)) == 16 and len(paths(of(story))) == 61


def test_two_customers_who_ask_the_same_are_told_apart_by_what_was_asked() -> None:
    story = Story()
    climbs(story, 1, [0, 5, 9], 0, "location")
    climbs(story, 1, [1, 5, 10], 1, "credit")
    assert sorted(paths(of(story))) == [(0, 5, 9), (1, 5, 10)]


def test_a_second_try_is_the_path_where_the_first_failed() -> None:
    story = Story()
    story.ask(0, 0, 5, "hotel", mobile=mobile(1))
    story.ask(5, 5, 9, "hotel", mobile=mobile(1))
    story.say(30, 9, 5, "failure", mobile=mobile(1))
    story.ask(40, 5, 10, "hotel", mobile=mobile(1))
    story.answer(90, 10, 5, "hotel", mobile=mobile(1))
    story.answer(95, 5, 0, "hotel", mobile=mobile(1))
    made = of(story)
    assert paths(made) == [(0, 5, 10)]
    assert len(made.hops) == 3 and made.hops[~made.hops["on_path"]]["outcome"].tolist() == ["failed"]


def test_what_is_sold_again_is_an_order_of_its_own_and_says_of_which() -> None:
    story = Story()
    climbs(story, 1, [0, 5, 9], 0)
    story.ask(5000, 1, 5, "location", mobile=mobile(1))
    story.answer(5010, 5, 1, "location", mobile=mobile(1))
    made = of(story)
    assert sorted(paths(made)) == [(0, 5, 9), (1, 5)]
    assert sorted(made.orders["resale_of"].tolist()) == [-1, 0]


def test_phones_that_nobody_has_are_bridged_and_said_to_be_inferred() -> None:
    story = Story()
    crowd(story)
    story.ask(1200, 0, 6, "credit", mobile=mobile(1))  # 6 and 7 are unseen: what they said to each other is not known
    story.ask(1214, 7, 9, "credit", mobile=mobile(1))
    story.answer(1390, 9, 7, "credit", mobile=mobile(1))
    story.answer(1400, 6, 0, "credit", mobile=mobile(1))
    made = of(story, seen=set(range(12)) - {6, 7})
    assert (0, 6, 7, 9) in paths(made)
    (step,) = made.hops[made.hops["inferred"]].to_dict("records")
    assert (step["buyer"], step["seller"]) == (6, 7)
    assert step["direct"] == 0.5  # somebody whom nothing shows may stand between them
    order = made.orders[(made.hops.drop_duplicates("order")["order"] == step["order"]).to_numpy()]
    assert order["confidence"].item() > 0.5  # that both sides are one order is another question


def test_people_who_were_seen_are_not_bridged() -> None:
    story = Story()
    crowd(story)
    story.ask(1200, 0, 6, "credit", mobile=mobile(1))
    story.ask(1214, 7, 9, "credit", mobile=mobile(1))
    assert not of(story).hops["inferred"].any()


def test_asked_again_is_asked_once() -> None:
    story = Story()
    for minute in (0, 60, 120):
        story.ask(minute, 0, 5, "credit", mobile=mobile(1), name=name(1))
    story.answer(200, 5, 0, "credit", mobile=mobile(1))
    made = of(story)
    assert len(made.orders) == 1 and made.orders["asked"].tolist() == [0]


def test_rivals_are_kept_where_the_key_does_not_choose() -> None:
    story = Story()
    for customer in (0, 1):
        story.ask(customer, customer, 5, "credit", name=name(1))
    for source in (9, 10):
        story.ask(10 + source, 5, source, "credit", name=name(1))
    made = of(story)
    assert len(made.orders) == 2 and len(made.rivals) == 2
    assert made.orders["confidence"].between(0.2, 0.8).all()


def test_an_answer_tells_of_a_request_that_is_gone() -> None:
    story = Story()
    crowd(story)
    story.ask(1200, 2, 5, "credit", mobile=mobile(1))
    story.answer(1390, 8, 5, "credit", mobile=mobile(1))  # what 5 asked of 8 was deleted
    story.answer(1400, 5, 2, "credit", mobile=mobile(1))
    made = of(story)
    (order,) = np.flatnonzero(made.orders["category"] == "credit")
    path = made.hops[(made.hops["order"] == order) & made.hops["on_path"]].sort_values("level")
    assert list(zip(path["buyer"], path["seller"], path["implied"], strict=True)) == [(2, 5, False), (5, 8, True)]


def test_an_answer_by_name_belongs_to_the_number_that_the_case_knows_for_it() -> None:
    story = Story()
    story.ask(0, 0, 5, "balance", name=name(1), mobile=mobile(1))
    for n in (1, 2):
        story.ask(5 + n, 5, 8, "balance", mobile=mobile(n))
    story.answer(60, 8, 5, "balance", name=name(1))
    story.answer(70, 5, 0, "balance", name=name(1))
    made = of(story)
    answered = made.hops[made.hops["outcome"] == "answered"]
    assert (0, 5, 8) in paths(made)
    assert answered["asked"].tolist() == [0, 6 * 60_000_000]


def test_a_request_for_another_customer_is_no_second_try() -> None:
    story = Story()
    climbs(story, 1, [0, 5, 9], 0)
    story.ask(30, 5, 10, "location", mobile=mobile(1))  # the phone that asked 5 for it was not read
    story.answer(90, 10, 5, "location", mobile=mobile(1))
    assert sorted(paths(of(story))) == [(0, 5, 9), (5, 10)]


def test_every_order_is_told_where_two_brokers_ask_each_other() -> None:
    story = Story()
    story.ask(0, 1, 2, "hotel", mobile=mobile(1))
    story.ask(1, 2, 1, "hotel", mobile=mobile(1))
    story.ask(140, 1, 3, "hotel", mobile=mobile(1))
    story.answer(200, 3, 1, "hotel", mobile=mobile(1))
    made = of(story)
    assert made.hops.groupby("order")["on_path"].any().tolist() == [True] * len(made.orders)
    assert (1, 3) in paths(made) and made.orders["outcome"].tolist().count("answered") == 1


def test_another_thing_about_the_same_person_is_another_order() -> None:
    story = Story()
    story.ask(0, 0, 5, "location", mobile=mobile(1))
    story.ask(5, 5, 9, "credit", mobile=mobile(1))
    assert sorted(paths(of(story))) == [(0, 5), (5, 9)]


def test_what_came_after_the_answer_was_given_is_no_part_of_it() -> None:
    story = Story()
    crowd(story)
    story.ask(1200, 0, 6, "credit", mobile=mobile(1))
    story.answer(1250, 6, 0, "credit", mobile=mobile(1))
    story.ask(1300, 7, 9, "credit", mobile=mobile(1))
    story.answer(1390, 9, 7, "credit", mobile=mobile(1))
    made = of(story, seen=set(range(12)) - {6, 7})
    assert (0, 6) in paths(made) and (7, 9) in paths(made)


def test_nothing_is_lost_where_nothing_is_asked() -> None:
    made = of(Story())
    assert made.hops.empty and made.orders.empty


def test_how_many_pairs_are_weighed_at_once_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    story = Story()
    crowd(story, 30)
    whole = of(story)
    monkeypatch.setattr(pairing, "BLOCK", 7)
    monkeypatch.setattr(subjects, "BLOCK", 5)
    parts = of(story)
    pd.testing.assert_frame_equal(whole.hops, parts.hops)
    pd.testing.assert_frame_equal(whole.rivals, parts.rivals)


def test_the_order_of_the_acts_does_not_matter() -> None:
    story = Story()
    crowd(story, 30)
    traffic, people, acts = story.frames()
    mixed = np.random.default_rng(1).permutation(len(acts.acts))
    places = np.argsort(mixed)
    keys = acts.keys.assign(act=places[acts.keys["act"].to_numpy()])
    other = type(acts)(acts.acts.iloc[mixed].reset_index(drop=True), keys)
    one, two = orders(traffic, people, acts), orders(traffic, people, other)
    told = ["buyer", "seller", "asked", "answered", "outcome", "category", "level"]
    pd.testing.assert_frame_equal(
        one.hops[told].sort_values(told).reset_index(drop=True), two.hops[told].sort_values(told).reset_index(drop=True)
    )
