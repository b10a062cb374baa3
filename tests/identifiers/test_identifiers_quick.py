"""The quick way tells of a cell nothing but what the longer way tells too."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_ids import made_card, made_id, made_mobile

from headwater.identifiers.columns import compact_array, filled
from headwater.identifiers.kinds import KINDS
from headwater.identifiers.quick import is_code, quick
from headwater.identifiers.text import find_array

CHINESE = st.text("王李欧阳张三丰伟芳测试险部上海市某区龙湖路號号臺室里花园栋幢", max_size=14)
PIECES = st.one_of(
    st.integers(0, 9999).map(made_id),
    st.integers(0, 9999).map(made_mobile),
    st.integers(0, 9999).map(made_card),
    CHINESE,
    st.builds("上海市{}路{}号{}室".format, CHINESE, st.integers(0, 999), st.integers(0, 99)),
    st.integers(0, 10**20).map(str),
    st.text("0123456789X-./: TAbz,", max_size=22),
    st.sampled_from(["", "2024-01-02", "2024-01-02 10:11:12", "12.50", "PLG2026000000000", "１３", " ", "a@b.cn"]),
)
CELLS = st.lists(st.one_of(st.none(), PIECES, st.builds("{}{}".format, PIECES, PIECES)), max_size=12)


@pytest.mark.parametrize("kind", ["resident_id", "mobile", "name", "address"])
@settings(deadline=None, max_examples=150)
@given(CELLS, st.integers(0, 3))
def test_what_is_told_quickly_is_a_normal_form(kind: str, cells: list[str | None], skip: int) -> None:
    values = pa.array(cells, pa.string()).slice(skip)
    done = quick(kind, values)
    plain = KINDS[kind].identifier.compact_array(values).to_pylist()
    if done is not None:
        for cell, is_done, compact in zip(cells[skip:], done, plain, strict=True):
            assert not is_done or compact == cell
    assert compact_array(kind, values).to_pylist() == plain


def test_most_of_an_ordinary_column_goes_the_quick_way() -> None:
    for kind, cells in (
        ("resident_id", [made_id(n) for n in range(200)]),
        ("mobile", [made_mobile(n) for n in range(200)]),
        ("name", ["王小明", "李伟", "张三丰"]),
        ("address", ["上海市某某区龙湖路12号3室", "龙港镇泰和小区3栋2单元501室"]),
    ):
        done = quick(kind, pa.array(cells))
        assert done is not None
        assert done.mean() > 0.9


@settings(deadline=None, max_examples=300)
@given(CELLS)
def test_codes_hold_nothing_that_is_sure_by_itself(cells: list[str | None]) -> None:
    values = pa.array([cell or "" for cell in cells], pa.string())
    codes = is_code(values)
    for row in find_array(values).to_pylist():
        if codes[row["place"]]:
            cell = cells[row["place"]] or ""
            # a number without a check that fills its cell is judged with its column, and never by itself
            assert KINDS[row["kind"]].chance >= 0.01
            assert len(cell) <= len(row["compact"]) + 8


@pytest.mark.parametrize(
    "cell", ["12.50", "2026392956518236188", "2024-01-02", "2024-01-02 10:11:12", "PLG2026000000000", "17"]
)
def test_numbers_times_and_codes_are_codes(cell: str) -> None:
    assert is_code(pa.array([cell]))[0]


@pytest.mark.parametrize("cell", ["", made_id(1), f"{made_mobile(1)} {made_mobile(2)}", "上海", "a b", "154-0000-0001"])
def test_other_cells_are_looked_through(cell: str) -> None:
    assert not is_code(pa.array([cell]))[0]


@settings(deadline=None, max_examples=150)
@given(
    st.lists(
        st.one_of(
            st.none(),
            st.sampled_from(["", " ", "-", "NULL", "未知", "　　　", "\u2003\u2003\u2003x", "N/A    "]),
            PIECES,
        ),
        max_size=9,
    )
)
def test_filled_cells_are_told_as_before(cells: list[str | None]) -> None:
    nothing = {"", "-", "--", "/", "无", "空", "未知", "NULL", "null", "None", "nan", "NaN", "N/A", "n/a"}
    wanted = [cell is not None and cell.strip() not in nothing for cell in cells]
    assert filled(pa.array(cells, pa.string())).to_pylist() == wanted
