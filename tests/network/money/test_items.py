"""Items are counted as 法释〔2017〕10号 Art. 11 has it."""

from __future__ import annotations

import pandas as pd
from tests.network.money.made_money import HOUR, START, hops

from headwater.network.frames import Hops
from headwater.network.money.items import items

A, B, C, SOURCE = 0, 1, 2, 3
FILES = ["seller", "buyer", "digest", "file", "rows"]


def given(*steps: tuple[int, int, int], **more: object) -> Hops:
    """Answered steps: order (and subject), buyer, seller."""
    rows = [
        {"order": o, "buyer": b, "seller": s, "asked": START + n * HOUR, "answered": START + n * HOUR, **more}
        for n, (o, b, s) in enumerate(steps)
    ]
    return hops(*rows)


def files(*rows: tuple[int, int, str, int]) -> pd.DataFrame:
    return pd.DataFrame([(s, b, d, "list.xlsx", n) for s, b, d, n in rows], columns=FILES)


def test_what_was_obtained_and_sold_counts_once() -> None:
    made = items(given((0, A, B), (0, B, SOURCE)), files())
    assert made.sold == {B: {"location": 1}, SOURCE: {"location": 1}}
    assert made.bought == {A: {"location": 1}}


def test_the_same_item_to_different_people_adds_up_and_to_one_does_not() -> None:
    made = items(given((0, A, B), (0, C, B), (0, A, B)), files())
    assert made.sold == {B: {"location": 2}}


def test_what_failed_counts_for_nothing() -> None:
    assert items(given((0, A, B), outcome="failed"), files()).sold == {}


def test_an_untold_category_is_other() -> None:
    assert items(given((0, A, B), category=""), files()).sold == {B: {"other": 1}}


def test_rows_of_files_add_up_by_recipient_and_count_once_when_sold_on() -> None:
    made = items(
        given(),
        files((SOURCE, B, "d1", 300), (B, A, "d1", 300), (B, C, "d1", 300), (B, A, "d1", 300), (SOURCE, A, "d2", 40)),
    )
    assert made.rows_sold == {SOURCE: 340, B: 600}
    assert made.rows_bought == {A: 340, C: 300}
