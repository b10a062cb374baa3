"""The allow-list: by normal form, by pattern, by path; with a last day; counted and never shown."""

from __future__ import annotations

from datetime import date

import pyarrow as pa

from headwater.model.settings import Allowed
from headwater.scanning.allowed import AllowList, told
from headwater.scanning.finds import Find

DAY = date(2026, 11, 23)
ENTRIES = (
    Allowed(1, "the house's own number", value="+86 154-0000-0001", expires=DAY),
    Allowed(2, "the test range", pattern="1549999[0-9]{4}"),
    Allowed(3, "printed forms", path="shared/templates/**"),
    Allowed(4, "long gone", value="15400000003", expires=date(2026, 11, 22)),
)
FIND = Find(
    "mobile",
    pa.array([1, 2, 3, 4]),
    pa.array(["15400000001", "15499990000", "15400000003", "15400000004"]),
    pa.array([0.9, 0.8, 0.7, 0.6]),
    start=pa.array([5, 6, 7, 8]),
    end=pa.array([16, 17, 18, 19]),
)


def test_values_by_normal_form_and_patterns_are_taken_out_and_counted() -> None:
    left, counts = AllowList.on(ENTRIES, DAY).over(FIND)
    assert counts == {1: 1, 2: 1}
    assert left is not None
    assert left.compact is not None
    assert left.compact.to_pylist() == ["15400000003", "15400000004"]
    assert left.lines.to_pylist() == [3, 4]
    assert left.start is not None
    assert left.start.to_pylist() == [7, 8]
    assert isinstance(left.confidence, pa.Array)
    assert left.confidence.to_pylist() == [0.7, 0.6]


def test_the_last_day_counts_and_the_next_does_not() -> None:
    later = AllowList.on(ENTRIES, date(2026, 11, 24))
    assert [e.block for e in later.expired] == [1, 4]
    left, counts = later.over(FIND)
    assert counts == {2: 1}
    assert left is not None
    assert len(left.lines) == 3


def test_nothing_left_is_nothing() -> None:
    left, counts = AllowList.on([Allowed(1, "all", pattern="154[0-9]+")], DAY).over(FIND)
    assert (left, counts) == (None, {1: 4})


def test_cells_without_a_form_are_let_be() -> None:
    balance = Find("balance", pa.array([1]), None, 0.7)
    assert AllowList.on(ENTRIES, DAY).over(balance) == (balance, {})


def test_paths_are_globs() -> None:
    allowed = AllowList.on(ENTRIES, DAY)
    entry = allowed.path("shared/templates/2026/form.docx")
    assert entry is not None
    assert entry.block == 3
    assert allowed.path("shared/template.docx") is None


def test_what_is_told_names_reasons_and_no_values() -> None:
    rows = told(ENTRIES, {1: 2}, DAY)
    assert rows[0] == {"reason": "the house's own number", "count": 2, "expires": "2026-11-23", "expired": False}
    assert rows[3]["expired"]
    assert "154" not in str(rows)
