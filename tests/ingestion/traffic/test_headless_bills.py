"""Statements that nobody put names above are read where their balances follow from their sums, and only there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from bill_reading import book, read, table

OWN, OTHER = "6200000000000005", "6205500000000000004"
MOVED = [(100.0, "李娜"), (-50.5, "超市"), (-49.5, "张伟"), (300.0, "王芳"), (-20.25, "张伟"), (7.0, "李娜")]


def rows() -> list[list[Any]]:
    made, left = [], 1000.0
    for n, (sum_, name) in enumerate(MOVED):
        left += sum_
        made.append(
            [
                f"2022-01-{n + 1:02}",
                "10:00:00",
                OWN,
                sum_,
                left,
                "消费" if name == "超市" else "转账",
                name,
                OTHER if n % 2 else "6222****0005",
            ]
        )
    return made


EXPECTED = [("in" if sum_ > 0 else "out", abs(sum_), name) for sum_, name in MOVED]


def told(got: Any) -> list[tuple[Any, ...]]:
    return [(row["direction"], row["amount"], row["other_name"]) for row in got.payments]


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("signed", [False, True])
@pytest.mark.parametrize("delimiter", [",", "\t", "|"])
def test_sums_and_balances_tell_each_other(tmp_path: Path, backwards: bool, signed: bool, delimiter: str) -> None:
    made = [[*row[:3], row[3] if signed else abs(row[3]), *row[4:]] for row in rows()]
    made = made[::-1] if backwards else made
    got = read(tmp_path, "a.csv", table(made, delimiter).encode("gb18030"))
    first = 6 if backwards else 1
    untold = [] if signed else [(first, "does not tell whether money came in or went out")]  # no balance before it
    expected = EXPECTED if signed else EXPECTED[1:]
    assert (got.reader, got.rejected, got.doubts) == ("bank-headless", untold, [])
    assert told(got) == (expected[::-1] if backwards else expected)
    assert got.column("line") == [n for n in range(1, 7) if signed or n != first] and set(got.column("account")) == {
        OWN
    }
    assert set(got.column("other")) == {OTHER, "6222****0005"} and got.clocks[0].endswith("10:00:00")


def test_two_columns_of_sums_in_a_workbook(tmp_path: Path) -> None:
    made = [
        [f"{d} {t}", max(s, 0) or "", max(-s, 0) or "", left, name, what] for d, t, _, s, left, what, name, _ in rows()
    ]
    got = read(tmp_path, "a.xlsx", book(made))
    assert (got.reader, got.rejected, got.doubts) == ("bank-headless", [], []) and told(got) == EXPECTED


def test_an_edited_sum_is_found_all_the_same(tmp_path: Path) -> None:
    made = rows()
    made[2][3] = -9.5
    got = read(tmp_path, "a.csv", table(made))
    assert [(each.line, each.what, each.stated, each.found) for each in got.doubts] == [(3, "balance", 1000.0, 1040.0)]


@pytest.mark.parametrize(
    "text",
    [
        table([[row[0], row[6], row[3], n * n + 1, row[5]] for n, row in enumerate(rows())]),
        table([[row[6], row[3], row[4], row[5]] for row in rows()]),
        table(rows()[:3]),
        "2022-01-01,买菜\n2022-01-02,吃饭\n" * 4,
        table([["2022-01-01", "x", 0, 0, 0]] * 9),
    ],
)
def test_what_does_not_add_up_is_no_statement(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, "a.csv", text).reader is None
