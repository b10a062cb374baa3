"""Rows of two tables pair one to one, the nearest in time first."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from headwater.network.money.pairing import Span, nearest_pairs, same_codes

NEAR = Span(10, 10)


def pairs(left: list[tuple[int, int]], right: list[tuple[int, int]], span: Span = NEAR) -> list[tuple[int, int]]:
    one, other = (np.array(side, dtype=np.int64).reshape(-1, 2) for side in (left, right))
    found = nearest_pairs((one[:, 0], other[:, 0]), (one[:, 1], other[:, 1]), span)
    return list(zip(found[0].tolist(), found[1].tolist(), strict=True))


def test_the_nearer_of_two_has_the_row_and_the_other_goes_on() -> None:
    assert pairs([(1, 100), (1, 104)], [(1, 105), (1, 96)]) == [(0, 1), (1, 0)]


def test_nothing_pairs_out_of_the_span_or_without_a_key() -> None:
    assert pairs([(1, 100), (-1, 100)], [(1, 111), (-1, 100)]) == []


def test_a_row_is_looked_for_where_it_is_expected() -> None:
    assert pairs([(1, 100)], [(1, 101), (1, 109)], Span(0, 20, expected=9)) == [(0, 1)]


def test_a_queue_of_equal_keys_pairs_in_full() -> None:
    left = [(7, n) for n in range(25)]
    assert len(pairs(left, [(7, n + 1) for n in range(25)], Span(30, 30))) == 25


_rows = st.lists(st.tuples(st.integers(0, 2), st.integers(0, 60)), max_size=25)


@given(left=_rows, right=_rows)
def test_pairs_are_one_to_one_near_and_of_one_key(left: list[tuple[int, int]], right: list[tuple[int, int]]) -> None:
    found = pairs(left, right)
    assert len({a for a, _ in found}) == len({b for _, b in found}) == len(found)
    for a, b in found:
        assert left[a][0] == right[b][0]
        assert abs(left[a][1] - right[b][1]) <= 10
    free = [(r, n) for n, r in enumerate(right) if n not in {b for _, b in found}]
    for a, row in enumerate(left):
        if a not in {p for p, _ in found}:
            assert not any(row[0] == r[0] and abs(row[1] - r[1]) <= 10 for r, _ in free)


def test_equal_combinations_have_equal_codes() -> None:
    one, other = same_codes([np.array(["a", "b"]), np.array([1, 2])], [np.array(["b", "a"]), np.array([2, 2])])
    assert one[1] == other[0]
    assert len({*one.tolist(), *other.tolist()}) == 3
