"""Linking takes time by what there is, whatever stands beside what."""

from __future__ import annotations

import time

import numpy as np
import pytest

from headwater.scanning.linking import NAME, NUMBER, SHARED_BY, linked


def line_of(names: int, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A row in which a name (one of some, in turn) stands beside each of many numbers."""
    mark = np.arange(2 * count, dtype=np.uint64) + np.uint64(1000)
    mark[0::2] = np.arange(count, dtype=np.uint64) % np.uint64(names) + np.uint64(1)
    return np.zeros(2 * count, np.int64), np.array([NAME, NUMBER] * count, np.int8), mark


@pytest.mark.parametrize("names", [1, SHARED_BY])
def test_a_line_of_one_name_and_many_numbers_is_linked_in_linear_time(names: int) -> None:
    linked(*line_of(names, 10))
    start = time.process_time()
    found = linked(*line_of(names, 80_000))
    assert time.process_time() - start < 3  # it took many times that
    assert found.count == 80_000


@pytest.mark.parametrize(("names", "persons"), [(1, 1), (SHARED_BY, 1), (SHARED_BY + 1, 2)])
def test_a_number_is_shared_from_one_name_more_on(names: int, persons: int) -> None:
    """Beside few names, however often they come, a number is one person's; beside more it is anew with each."""
    row = np.array([0] * (3 * names) + [0, 1, 1], np.int64)
    role = np.array([NAME] * (3 * names) + [NUMBER, NUMBER, NAME], np.int8)
    mark = np.array([*range(1, names + 1)] * 3 + [99, 99, names], np.uint64)
    found = linked(row, role, mark)
    assert found.row.tolist() == [0, 1]
    assert found.count == persons
