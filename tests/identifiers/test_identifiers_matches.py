"""Finds of very many texts are sorted and told apart by their texts."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from headwater.identifiers.matches import FOUND, _candidates, all_matches, apart
from headwater.identifiers.windows import blocks


@pytest.mark.parametrize("far", [3, 1 << 23, 1 << 24, (1 << 31) - 1])
def test_finds_at_one_place_of_texts_far_apart_do_not_lie_over_each_other(far: int) -> None:
    rows = [(place, "mobile", "15400000001", 0.9, start, start + 11) for place in (far, 0) for start in (40, 5)]
    rows.append((far, "qq", "400000001", 0.3, 7, 16))
    table = pa.table([pa.array(c, t) for c, t in zip(zip(*rows, strict=True), FOUND.types, strict=True)], schema=FOUND)
    found = apart(table)
    assert found["place"].to_pylist() == [0, 0, far, far]
    assert found["start"].to_pylist() == [5, 40, 5, 40]


def test_neither_a_window_nor_a_candidate_shows_what_stands_in_it() -> None:
    (block,) = blocks(pa.array(["电话15400000001, a@example.com"]))
    windows = list(block.windows())
    candidates = [candidate for window in windows for candidate in _candidates(window, None)]
    assert candidates
    shown = repr(windows) + repr(candidates)
    assert "15400000001" not in shown
    assert "example.com" not in shown


def test_what_lies_behind_a_null_is_not_found() -> None:
    data = "电话15400000001电话15400000002".encode()
    offsets = np.array([0, len(data) // 2, len(data)], np.int32)
    texts = pa.StringArray.from_buffers(2, pa.py_buffer(offsets), pa.py_buffer(data), pa.py_buffer(bytes([2])))
    assert all_matches(texts)["compact"].to_pylist() == ["15400000002"]
    assert all_matches(texts.slice(1))["place"].to_pylist() == [0]
