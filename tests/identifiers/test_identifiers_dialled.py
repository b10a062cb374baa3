"""Numbers of eleven digits that count, measure or key something are no telephones; people's numbers are, under whatever header."""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
import pyarrow as pa
import pytest
from made_ids import made_mobile

from headwater.identifiers.columns import recognise

DICE = np.random.default_rng(20261123)
LISTED = json.loads((files("headwater.identifiers") / "data" / "mobile_prefixes.json").read_text("utf-8"))["ordinary"]


def kind(header: str, values: list[str] | list[int]) -> str | None:
    found = recognise(header, pa.array([str(value) for value in values]))
    return None if found is None else found.kind


def uniform(count: int) -> list[int]:
    return [int(value) for value in DICE.integers(13 * 10**9, 20 * 10**9, count)]


def peoples(count: int) -> list[str]:
    """Numbers as people have them, each under a listed prefix; their last eight digits are drawn."""
    return [f"{DICE.choice(LISTED)}{DICE.integers(10**8):08}" for _ in range(count)]


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("id", [13_800_000_001 + n for n in range(50)]),
        ("", [13_800_000_001 + n for n in range(50)]),
        ("", [13_800_000_001 + 1000 * n for n in range(50)]),
        ("", sorted(13_800_000_001 + int(n) for n in DICE.integers(0, 1000, 50))),
        ("blob", [4096 * int(n) for n in DICE.integers(3_200_000, 4_800_000, 50)]),
        ("blob", [4096 * 3_700_001]),
        ("", [1000 * int(n) for n in DICE.integers(13_000_000, 19_000_000, 50)]),
        ("user_id", uniform(60)),
        ("设备号", uniform(60)),
        ("", uniform(60)),
        ("客户号", [13_512_345_678]),
        ("sum", sorted(13_000_000_000 + int(n) for n in DICE.integers(0, 10**9, 60))),
        ("memberId", [13_500_000_000 + int(n) for n in DICE.integers(0, 10**8, 60)]),
        ("rx", [13_912_345_678]),
    ],
)
def test_what_counts_measures_or_keys_is_no_telephone(header: str, values: list[int]) -> None:
    assert kind(header, values) is None


@pytest.mark.parametrize("header", ["", "b", "user_id", "f3", "login", "会员号", "备用"])
def test_peoples_numbers_are_known_under_headers_that_do_not_name_them(header: str) -> None:
    assert kind(header, peoples(60)) == "mobile"


@pytest.mark.parametrize("header", ["手机", "phone", "联系电话"])
def test_a_header_of_telephones_is_believed_over_numbers_that_count(header: str) -> None:
    assert kind(header, [made_mobile(n) for n in range(50)]) == "mobile"
    assert kind(header, uniform(60)) == "mobile"


def test_a_prefix_that_is_newer_than_the_list_is_no_doubt() -> None:
    values = [*peoples(50), *(f"160{n:08}" for n in DICE.integers(10**8, size=10))]
    assert kind("", values) == "mobile"


def test_counted_numbers_without_a_header_are_telephones_beside_people_only() -> None:
    values = pa.array([made_mobile(n) for n in range(50)])
    assert recognise("", values) is None
    beside = recognise("", values, beside_people=True)
    assert beside is not None
    assert beside.kind == "mobile"
    for header in ("id", "total", "积分", "会员"):
        assert recognise(header, values, beside_people=True) is None
