from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.iso7064 import mod_11_2

from headwater.simulation.house.persons import persons
from headwater.simulation.scatter import scattered

ALL = np.arange(30_000)
FIELDS = ("name", "id_number", "phone", "address")


@pytest.mark.parametrize("field", FIELDS)
def test_a_value_does_not_depend_on_what_else_is_asked_for(field: str) -> None:
    made = persons(7)
    whole = made.values(ALL, field, False)
    some = np.array([29_999, 3, 3, 12_345])
    assert (made.values(some, field, False) == whole[some]).all()
    assert (persons(7).values(ALL[:50], field, False) == whole[:50]).all()
    assert not (persons(8).values(ALL[:50], field, False) == whole[:50]).all()


def test_phones_are_distinct_before_and_after_a_move() -> None:
    made = persons(7)
    both = np.concatenate([made.values(ALL, "phone", before) for before in (False, True)])
    assert len(set(both.tolist())) == 2 * len(ALL)
    assert {len(phone) for phone in both} == {11}
    weak = np.mean([phone[:3] in {"154", "164", "168", "169", "194"} for phone in both])
    assert weak == pytest.approx(0.6, abs=0.02)


def test_the_share_of_unassigned_phones_can_be_told() -> None:
    phones = persons(7, unassigned=0.0).values(ALL[:500], "phone", False)
    assert not any(phone[:3] in {"154", "164", "168", "169", "194"} for phone in phones)


def test_only_phone_and_address_change_with_a_move() -> None:
    made = persons(7)
    for field, same in zip(FIELDS, (1.0, 1.0, 0.0, 0.0), strict=True):
        assert (made.values(ALL, field, False) == made.values(ALL, field, True)).mean() == pytest.approx(
            same, abs=0.001
        )


def test_resident_numbers_are_distinct_valid_and_of_counties_gone_before_the_birth() -> None:
    numbers = persons(7).values(ALL, "id_number", False).tolist()
    codes = set(json.loads((files("headwater.simulation") / "retired_counties.json").read_text("utf-8"))["codes"])
    assert len(set(numbers)) == len(ALL)
    assert all(mod_11_2.is_valid(number) for number in numbers)
    assert {number[:6] for number in numbers} <= codes
    assert {int(number[6:10]) for number in numbers} == set(range(1985, 2004))


def test_names_are_as_frequent_as_they_should_be() -> None:
    names = persons(7).values(ALL, "name", False).tolist()
    assert sum(name[0] == "王" for name in names) > 3 * sum(name[0] == "嘉" for name in names)
    assert {len(name) for name in names} == {2, 3, 4}


def test_far_ordinals_have_values_too() -> None:
    made = persons(7)
    far = np.array([9_999_999, 49_999_999])
    assert all(len(made.values(far, field, True)) == 2 for field in FIELDS)
    with pytest.raises(ValueError, match="can differ"):
        made.values(np.array([50_000_000]), "phone", False)


@given(seed=st.integers(0, 2**31), high=st.integers(1, 60), low=st.integers(1, 60))
def test_no_two_ordinals_meet(seed: int, high: int, low: int) -> None:
    upper, lower = scattered(seed, "any", np.arange(high * low), high, low)
    assert len(np.unique(upper * low + lower)) == high * low
    assert upper.min() >= 0
    assert upper.max() < high
    assert lower.max() < low
