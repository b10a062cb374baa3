"""Pieces of a page become rows, lines and tables, and photographed boxes are set straight."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.exhibits.contents import Passage
from headwater.exhibits.geometry import Piece, line_of, rows_of
from headwater.exhibits.page import page_contents
from headwater.exhibits.sheets import Sheet
from headwater.exhibits.straight import straightened

HEAD = ("姓名", "手机", "地址")
ROWS = (
    ("张三", "15400000001", "人民路1号"),
    ("李四", "15400000019", "解放路2号"),
    ("王五", "15400000027", "长江路3号"),
)


def placed(rows: tuple[tuple[str, ...], ...], edges: tuple[float, ...] = (0, 60, 190), step: float = 16) -> list[Piece]:
    return [
        Piece(cell, left, n * step, left + 9 * len(cell), n * step + 10)
        for n, row in enumerate(rows)
        for left, cell in zip(edges, row, strict=False)
        if cell
    ]


def only_sheet(pieces: list[Piece]) -> Sheet:
    (sheet,) = page_contents("page 1", pieces)
    assert isinstance(sheet, Sheet)
    return sheet


def lines(pieces: list[Piece]) -> list[str]:
    parts = list(page_contents("page 1", pieces))
    assert all(isinstance(part, Passage) for part in parts)
    return [line for part in parts if isinstance(part, Passage) for line in part.lines]


def test_rows_under_a_header_are_a_table() -> None:
    sheet = only_sheet(placed((HEAD, *ROWS)))
    assert sheet.columns == HEAD
    assert [tuple(row.values()) for row in sheet.rows.to_pylist()] == list(ROWS)
    assert sheet.lines.to_pylist() == [2, 3, 4]


def test_two_rows_are_lines() -> None:
    assert lines(placed(ROWS[:2])) == ["\t".join(row) for row in ROWS[:2]]


def test_a_missing_cell_is_null_and_lines_around_keep_their_numbers() -> None:
    rows = [Piece("客户名单", 0, -60, 200, -50), *placed((HEAD, ROWS[0], ("李四", "", "解放路2号"), *ROWS[1:]))]
    title, sheet, end = page_contents("page 1", [*rows, Piece("共四人", 0, 160, 40, 170)])
    assert isinstance(title, Passage) and isinstance(sheet, Sheet) and isinstance(end, Passage)
    assert sheet.rows.column("手机").null_count == 1
    assert (title.first_line, sheet.lines.to_pylist(), end.first_line) == (1, [3, 4, 5, 6], 7)


def test_a_cell_of_two_lines_is_one_cell() -> None:
    rows = placed((HEAD, *ROWS), step=30)
    more = [Piece("五栋702室", 190, 41 + 30 * n, 240, 51 + 30 * n) for n in range(3)]
    assert only_sheet([*rows, *more]).rows.column("地址").to_pylist() == [f"{row[2]}五栋702室" for row in ROWS]


def test_a_header_that_does_not_stand_over_its_values_names_them() -> None:
    pieces = [Piece("姓名", 0, 0, 20, 10), Piece("金额", 60, 0, 80, 10), Piece("手机", 160, 0, 180, 10)]
    for n in range(1, 5):
        values = (("张三", 0, 20), (f"{n}00", 100, 120), (f"1540000000{n}", 160, 220))
        pieces += [Piece(text, left, 16 * n, right, 16 * n + 10) for text, left, right in values]
    assert only_sheet(pieces).columns == ("姓名", "金额", "手机")


def test_a_form_is_lines() -> None:
    form = (
        ("姓名", "张三"),
        ("性别", "男"),
        ("手机", "15400000001"),
        ("住址", "人民路1号"),
        ("号码", "132101199001010010"),
    )
    assert lines(placed(form)) == ["\t".join(row) for row in form]


def test_text_in_two_columns_is_lines() -> None:
    text = "这一栏的文字从左边一直写到右边没有任何空白的地方"
    assert len(lines(placed(((text, text),) * 5, edges=(0, 260)))) == 5


def test_a_box_over_two_columns_is_cut_in_a_photograph() -> None:
    rows = placed(tuple((f"1000{n}", *row) for n, row in enumerate(ROWS, start=1)), edges=(0, 60, 110, 240))
    head = [Piece("编号姓名", 0, -16, 80, -6), Piece("手机", 110, -16, 130, -6), Piece("地址", 240, -16, 260, -6)]
    (sheet,) = page_contents("", [*head, *rows], exact=False)
    assert isinstance(sheet, Sheet)
    assert sheet.columns == ("编号", *HEAD)
    assert sheet.rows.column("姓名").to_pylist() == [row[0] for row in ROWS]


def test_numbers_of_rows_are_parted_from_names_in_a_photograph() -> None:
    rows = (("序号姓名", *HEAD[1:]), *((f"{n} {row[0]}", *row[1:]) for n, row in enumerate(ROWS, start=1)))
    (sheet,) = page_contents("", placed(rows), exact=False)
    assert isinstance(sheet, Sheet)
    assert sheet.columns == ("序号", *HEAD)
    assert sheet.rows.column("姓名").to_pylist() == [row[0] for row in ROWS]


def test_digits_in_boxes_are_one_number() -> None:
    boxes = [Piece(digit, 20 * n, 0, 20 * n + 6, 10) for n, digit in enumerate("132101199001010010")]
    assert line_of(rows_of(boxes)[0]) == "132101199001010010"


def test_a_page_of_ragged_text_takes_no_longer_than_its_length() -> None:
    pieces = [Piece("ab", x + n * 7 % 90, n * 12, x + 150, n * 12 + 10) for n in range(3000) for x in (0, 300)]
    start = time.process_time()
    list(page_contents("page 1", pieces))
    assert time.process_time() - start < 10


@given(
    exact=st.booleans(),
    drawn=st.lists(
        st.tuples(st.sampled_from(["a", "张三", "154"]), *[st.integers(0, 60)] * 2, *[st.integers(0, 12)] * 2),
        max_size=40,
    ),
)
def test_no_text_is_lost(exact: bool, drawn: list[tuple[str, int, int, int, int]]) -> None:
    pieces = [Piece(text, x, y, x + w, y + h) for text, x, y, w, h in drawn]
    told = ""
    for part in page_contents("page 1", pieces, exact=exact):
        if isinstance(part, Passage):
            told += "".join(part.lines)
        else:
            cells = [cell for row in part.rows.to_pylist() for cell in row.values() if cell]
            told += "".join([*cells, *part.columns])
    for letter in "a张三154":
        assert told.count(letter) >= sum(text.count(letter) for text, *_ in drawn)


@pytest.mark.parametrize("turn", [-12, 0, 7])
@pytest.mark.parametrize("far", [0.0, 0.0002])
def test_boxes_seen_at_an_angle_become_rows_and_columns(turn: float, far: float) -> None:
    flat = [(x, y, x + w, y + 18) for y in range(0, 600, 30) for x, w in ((0, 60), (100, 170), (330, 110))]
    corners = np.array([[(a, b), (c, b), (c, d), (a, d)] for a, b, c, d in flat], float) - [200, 300]
    angle = np.radians(turn)
    turned = corners @ np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    seen = turned / (1 + far * turned[..., :1] + far * turned[..., 1:])
    made = straightened(seen)
    rows = rows_of([Piece(f"{n // 3}", *map(float, box)) for n, box in enumerate(made)])
    assert [{piece.text for piece in row} for row in rows] == [{str(n)} for n in range(20)]
    assert all(len(row) == 3 for row in rows)
    (sheet,) = page_contents("", [piece for row in rows for piece in row])
    assert isinstance(sheet, Sheet) and sheet.rows.num_columns == 3
    assert sum(column.null_count for column in sheet.rows.columns) == 0


def test_no_boxes_and_boxes_without_size_are_borne() -> None:
    assert straightened(np.zeros((0, 4, 2))).shape == (0, 4)
    assert np.isfinite(straightened(np.zeros((9, 4, 2)))).all()
