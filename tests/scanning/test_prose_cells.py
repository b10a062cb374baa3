"""Sentences in the cells of a table, as of remarks and of chats whose lines have equally many commas, are searched for names like texts."""

from __future__ import annotations

import pyarrow as pa
import pytest
from made_rows import TOKENISER, made_name

from headwater.exhibits.sheets import Sheet
from headwater.identifiers.text import Names
from headwater.scanning.scanner import Scanner

NAMES = [made_name(n) for n in range(0, 400, 4)]
WARES = (
    "手机壳 红色 加厚",
    "高山乌龙茶 250克 礼盒",
    "张裕干红葡萄酒 六瓶",
    "王守义十三香 调料",
    "李宁跑步鞋 男款",
    "周大福足金项链",
)


def names(cells: list[str], how: Names) -> set[int]:
    """The rows in which a name is found."""
    rows = pa.table({"备注": pa.array(cells)})
    sheet = Sheet("", ("备注",), rows, 2, True, pa.array(range(len(cells))))
    scanner = Scanner(TOKENISER, names=how)
    finds = scanner.finds_of(sheet, scanner.judged(sheet))
    return {line for find in finds if find.kind == "name" for line in find.lines.to_pylist()}


@pytest.mark.parametrize("sentence", ["请联系{}确认一下这笔款", "我跟{}说好了明天上午过来", "客户{}让我把资料再发一遍"])
def test_names_in_remarks_are_found(sentence: str) -> None:
    cells = [sentence.format(name) for name in NAMES]
    assert len(names(cells, Names.ALL)) >= 0.9 * len(NAMES)


def test_wares_are_no_sentences() -> None:
    assert names(list(WARES) * 20, Names.ALL) == set()


def test_an_investigation_takes_labelled_names_only() -> None:
    assert names([f"我跟{name}说好了明天上午过来" for name in NAMES], Names.LABELLED) == set()
