"""Which headers are shown: words that name columns, and none that is or may be somebody's value."""

from __future__ import annotations

import doctest

import pytest

from headwater.scanning.survey import showing
from headwater.scanning.survey.showing import shown_header


@pytest.mark.parametrize(
    "header",
    [
        "单价",
        "高度",
        "方向",
        "温度",
        "单位",
        "金额",
        "利润率",
        "平均值",
        "成本",
        "费率",
        "安全",
        "Unit Price",
        "Order Date",
        "qty",
    ],
)
def test_words_that_name_columns_are_shown(header: str) -> None:
    assert shown_header(header) == header


@pytest.mark.parametrize(
    "header",
    ["张三", "王小明", "高明", "单静", "司马光", "方正", "何时", "John Smith", "Xu Li", "15400000001", "a@example.com"],
)
def test_what_may_be_a_value_is_not(header: str) -> None:
    assert shown_header(header) is None


def test_examples_hold() -> None:
    assert doctest.testmod(showing).failed == 0
