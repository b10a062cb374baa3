"""Distinct values are numbered in the order of their first appearance, however many there are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.scanning.numbering import ends_of, numbered


def plainly(values: np.ndarray) -> tuple[list[int], int]:
    known: dict[int, int] = {}
    return [known.setdefault(value, len(known)) for value in values.tolist()], len(known)


@given(st.lists(st.integers(0, 2**64 - 1) | st.integers(0, 5), max_size=60))
def test_each_has_the_number_of_its_first_appearance(values: list[int]) -> None:
    numbers, count = numbered(np.array(values, np.uint64))
    assert (numbers.tolist(), count) == plainly(np.array(values, np.uint64))


@pytest.mark.parametrize(("size", "different"), [(200_000, 3), (200_000, 90_000), (300_000, 2**60)])
def test_many_are_dealt_out_and_keep_their_order(size: int, different: int) -> None:
    values = np.random.default_rng(5).integers(0, different, size).astype(np.uint64)
    for each in (values, values << np.uint64(20)):
        numbers, count = numbered(each)
        assert (numbers.tolist(), count) == plainly(each)


def test_values_are_looked_up_in_the_width_of_the_sorted_ones() -> None:
    ordered = np.array([1, 1, 4, 9], np.int32)
    assert ends_of(ordered, np.array([0, 1, 4, 5, 10], np.int64)).tolist() == [0, 0, 2, 3, 4]
