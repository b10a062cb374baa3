"""Names that stand bare beside a number, or are masked in another message of the order, are covered."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import pytest

from headwater.casework.bare_names import cover_names, coverer
from headwater.casework.network_part import NetworkPart
from headwater.casework.reports.json import dumps
from headwater.model.network import Hop, Market, Order, Step


def order(*texts: str, name: str = "") -> Order:
    steps = tuple(Step(None, "order", "N1", "N2", text) for text in texts)
    hop = Hop("N1", "N2", None, None, "answered", None, 0.0, 0.0, 0.9, steps=steps)
    return Order("O1", "t", name, "", "", "location", ("N1", "N2"), (hop,), "answered", 0.9)


def shown(*texts: str, name: str = "") -> list[str]:
    made = order(*texts, name=name)
    cover = coverer(made, cover_names(Market(orders=(made,))))
    return [cover(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "covered"),
    [
        ("加急 李雨婷，154****0001  行踪", "加急 李**，154****0001  行踪"),
        ("李雨婷154****0001 全家福", "李**154****0001 全家福"),
        ("154****0001 李雨婷", "154****0001 李**"),
        ("李雷：山西省***平 抵押无", "李*：山西省***平 抵押无"),
        ("户主周** 妻韩梅 子李雷 户籍", "户主周** 妻韩* 子李* 户籍"),
        ("3226**********428X 全户 马芳 李** 共4人", "3226**********428X 全户 马* 李** 共4人"),
        ("154****0001 话单4页 常联马芳", "154****0001 话单4页 常联马*"),
        ("全户 马芳 共4人", "全户 马芳 共4人"),
        ("地址：没有", "地址：没有"),
        ("户主在职 妻子 子女余额", "户主在职 妻子 子女余额"),
        ("实时位置 154****0001 名下房产", "实时位置 154****0001 名下房产"),
        ("全家福154****0001", "全家福154****0001"),
        ("反查 154****0001，余额", "反查 154****0001，余额"),
    ],
)
def test_what_stands_beside_a_number_and_has_the_odds_of_a_name_is_covered(text: str, covered: str) -> None:
    assert shown(text) == [covered]


def test_a_name_that_is_masked_in_one_message_is_covered_in_all_of_the_order() -> None:
    assert shown("李* 154****0001", "李雷：空的", "户主李雷 妻周*") == ["李* 154****0001", "李*：空的", "户主李* 妻周*"]
    assert shown("李雷：空的", name="李*") == ["李*：空的"]
    assert shown("李雷空的") == ["李雷空的"], "nothing says here that this is a name"


def test_places_that_are_written_with_a_surname_stay() -> None:
    assert shown("江苏省***附近", name="江*") == ["江苏省***附近"]
    assert shown("江苏省***附近", name="苏*") == ["江苏省***附近"]


def test_the_answer_goes_through_this_door() -> None:
    made = NetworkPart("en", ZoneInfo("Asia/Shanghai")).make(Market(orders=(order("查 李雨婷154****0001"),)))
    assert json.loads(dumps(made))["orders"][0]["hops"][0]["steps"][0]["text"] == "查 李**154****0001"
