"""Cells and columns of names and addresses, among columns of words, places, firms and titles."""

from __future__ import annotations

import pyarrow as pa
import pytest

from headwater.identifiers.columns import recognise
from headwater.identifiers.naming import score_array

NAMES = [a + b for a in "王李张刘陈杨赵黄周吴徐孙" for b in ("伟", "芳芳", "小明", "静", "丽华")]
LATIN = [
    "Chan Tai Man",
    "Wong Siu-ming",
    "Zhang Wei",
    "LI Na",
    "John Smith",
    "Maria Santos",
    "Emily Johnson",
    "Lin Yu-chun",
]
STREETS = [f"{n} Nathan Road, Kowloon, Hong Kong" for n in range(1, 30)]


@pytest.mark.parametrize(
    "cell", ["王小明", "陳大文", "王 明", "欧阳娜娜", "阿卜杜拉·买买提", "Wong Siu-ming", "佐藤健一", "於菟丽"]
)
def test_a_name_is_likelier_than_words(cell: str) -> None:
    assert score_array(pa.array([cell]))[0] > 0


@pytest.mark.parametrize(
    "cell",
    [
        "健康险",
        "高兴",
        "马上",
        "销售部",
        "张家口",
        "Pro Max",
        "Industrial Bank",
        "康师傅",
        "张女士",
        "",
        None,
        "王",
        "12345",
    ],
)
def test_words_are_likelier_than_a_name(cell: str | None) -> None:
    assert score_array(pa.array([cell], pa.string()))[0] < 0


@pytest.mark.parametrize(
    ("header", "values"), [(h, NAMES) for h in ("姓名", "", "备注", "产品")] + [(h, LATIN) for h in ("xm", "", "备注")]
)
def test_columns_of_names_are_known_whatever_the_header(header: str, values: list[str]) -> None:
    held = recognise(header, pa.array(values))
    assert held is not None
    assert held.kind == "name"


@pytest.mark.parametrize("header", ["", "name", "备注"])
@pytest.mark.parametrize(
    "values",
    [
        ["黄山", "张家口", "常州", "温州", "高邮", "石家庄", "安庆", "周口"] * 5,
        ["健康险", "高兴", "金额", "温度", "方便", "任何", "马上", "康师傅"] * 5,
        ["万科地产", "金山软件", "方正科技", "高德地图", "白云山", "安踏体育"] * 5,
        ["Pro Max", "Air Mini", "Industrial Bank", "Ultra Plus", "Vitamin Water", "Green Tea"] * 5,
    ],
    ids=["places", "words", "firms", "products"],
)
def test_columns_of_words_are_no_names(header: str, values: list[str]) -> None:
    assert recognise(header, pa.array(values)) is None


def test_street_addresses_in_latin_script_are_addresses() -> None:
    held = recognise("", pa.array(STREETS))
    assert held is not None
    assert held.kind == "address"


@pytest.mark.parametrize(
    "values",
    [
        [f"龙港镇泰和小区{n}栋{n}单元" for n in range(1, 30)],
        [f"学府村{n}组{n}号" for n in range(1, 30)],
        [f"臺北市大安區和平東路二段{n}號" for n in range(1, 30)],
    ],
)
def test_addresses_without_a_province_are_addresses(values: list[str]) -> None:
    held = recognise("备注", pa.array(values))
    assert held is not None
    assert held.kind == "address"
