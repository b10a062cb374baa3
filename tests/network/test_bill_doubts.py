"""A bill that was edited is said with its line; what is not told one by one is counted."""

from __future__ import annotations

import pandas as pd

from headwater.network.bill_doubts import SHOWN, doubts_said

COLUMNS = ["source", "line", "what", "stated", "found"]


def test_each_bill_is_said_once_with_its_lines() -> None:
    rows = pd.DataFrame(
        [("b.csv", 9, "balance", 100.5, 90.0), ("a.csv", 4, "rows", 120.0, 118.0), ("b.csv", 3, "income", 7.0, 8.0)],
        columns=COLUMNS,
    )
    first, second = doubts_said(rows)
    assert first.en.startswith(
        "a.csv does not add up (line 4: rows 120, by its rows 118): it was edited, or is not whole."
    )
    assert "b.csv" in second.en
    assert second.en.index("line 3: income 7, by its rows 8") < second.en.index(
        "line 9: balance 100.50, by its rows 90"
    )
    assert "第 9 行：余额 100.50，按行为 90" in second.zh


def test_what_is_not_told_is_counted() -> None:
    rows = pd.DataFrame([("b.csv", n, "balance", 1.0, 2.0) for n in range(SHOWN + 2)], columns=COLUMNS)
    (text,) = doubts_said(rows)
    assert f"line {SHOWN - 1}" in text.en
    assert f"line {SHOWN}:" not in text.en
    assert "; 2 more)" in text.en
    assert "另有 2 处" in text.zh
    assert list(doubts_said(rows[:0])) == []
