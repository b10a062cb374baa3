"""Each filter by itself: what it lets go or doubts, and what it keeps."""

from __future__ import annotations

import pytest

from headwater.identifiers.filters import DOUBTS, FILTERS, doubts
from headwater.identifiers.text import find


def told(name: str, text: str) -> bool:
    """Ask a predicate about the part of a text between two bars."""
    before, value, after = text.split("|")
    return {**FILTERS, **DOUBTS}[name](before + value + after, len(before), len(before) + len(value))


LETS_GO = {
    "is_continued_number": ["3.|15400000001|", "|15400000001|-22", "|1540|.5"],
    "is_in_a_code": ["SKU|15400000001|", "|15400000001|ab", "|15400000001|-x"],
    "is_serial": [
        "订单号：|15400000001|",
        "trace id=|15400000001|",
        "流水|15400000001|",
        "查|15400000001|这个订单号查不到",
    ],
    "is_one_of_numbers": [
        "[583029128112, |15400000001|, 742480255004]",
        "编号 |15400000001|, 742480",
        "1160942080，|15400000001|",
    ],
    "is_in_a_path": ["GET /api/v1/item/|15400000001|?t=1 HTTP/1.1", "https://shop.example/p/|15400000001|"],
    "is_position": ["CA |+4942-09709| Winnipeg", "US |+404251-0740023|"],
    "is_all_digits": ["|123456|"],
    "has_no_digit": ["|ASIAPACIFIC|", "key: |access_token=abcdef|"],
    "is_timestamp": [
        "|1700000000|",
        "|1700000000123|",
        "|20261123042330|",
        "|1700000000123456789|",
        "|20261123042330123|",
    ],
    "is_in_a_digest": ["d41d8cd98f00b204|15400000001|e9800", "0f8fad5b-d9cb-469f-a165-|708677289500|"],
    "is_version": ["version |1.2.3.4|", "v|10.2.0.1|", "版本号:|1.2.3.4|"],
    "is_template": ["|手机：XXXXXXXXXXX|", "|【姓名】|", "|${PASSWORD}|", "|<your key>|", "|请填写|"],
    "is_source_code": [
        "x = |password=None|",
        "|token = request.headers|",
        "def f(|password: str|):",
        "|get_token|()",
        "let |a.token|;",
    ],
    "is_advertising": ["最高|贷款30万|，点击申请", "|消费满200元|减20"],
    "is_nobodys": ["|13800138000|", "|11111111111|", "|138-0013-8000|"],
    "is_sequential": ["|12345678|", "|13812345678|", "|98765432|", "|6212345678901234567|", f"|{'0123456789' * 5}1|"],
    "is_repeated": ["|13800000000|", "|15400000000|", "|88888888|"],
    "is_test_data": ["测试|15400000001|", "|15400000001| (sample)", "|li@example.com|", "|li@mail.test|"],
}
KEEPS = {
    "is_continued_number": ["电话|15400000001|。", "|15400000001|.", "|15400000001|- "],
    "is_in_a_code": ["tel|15400000001|", "电话|15400000001|号", "m|15400000001|"],
    "is_serial": [
        "电话：|15400000001|",
        "下了订单，请拨打我的手机|15400000001|",
        "工单备注：|15400000001|",
        "拨|15400000001|，订单已发",
    ],
    "is_one_of_numbers": [
        "15400000002, |15400000001|, 15400000003",
        "张三, |15400000001|, 上海",
        "2024, |15400000001|",
    ],
    "is_in_a_path": [
        "GET /api/phone/|15400000001|",
        "张三/|15400000001|",
        "16400000001/|15400000001|",
        "电话/|15400000001|",
        "|15400000001|/x",
    ],
    "is_position": ["|+44 20 7946 0018|", "|+4962-09709|", "|+1212-5550123|", "|+ 4942-09709|"],
    "is_all_digits": ["|12345X|"],
    "has_no_digit": ["|AKIA0000|"],
    "is_timestamp": ["|15400000001|", "|4200000000|", "|20261323042330|", "|9700000000123|"],
    "is_in_a_digest": ["电话|15400000001|abc", "|15487293615|", "12-|15487293615|-33"],
    "is_version": ["IP |192.0.2.1|", "server |192.0.2.1|"],
    "is_template": ["|手机15487293615|", "|Abc@12345|"],
    "is_source_code": ["密码：|Abc@12345|", "Cookie: |JSESSIONID=0123456789|", "我的|password: hunter22|."],
    "is_advertising": ["他|欠款8000元|没还"],
    "is_nobodys": ["|15487293615|", "|111111|"],
    "is_sequential": ["|15487293615|", "|123456|", "|15412389765|"],
    "is_repeated": ["|15487293615|", "|15400012345|"],
    "is_test_data": ["电话|15400000001|", "|li@mail.cn|"],
}


def cases(of: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, text) for name, texts in of.items() for text in texts]


@pytest.mark.parametrize(("name", "text"), cases(LETS_GO))
def test_lets_go(name: str, text: str) -> None:
    assert told(name, text)


@pytest.mark.parametrize(("name", "text"), cases(KEEPS))
def test_keeps(name: str, text: str) -> None:
    assert not told(name, text)


def test_every_filter_is_tried_on_both_sides() -> None:
    assert set(LETS_GO) == set(KEEPS) == {*FILTERS, *DOUBTS}


def test_any_doubt_is_doubtful() -> None:
    text = "电话13812345678"
    assert doubts(text, 2, 13)
    assert not doubts("电话15487293615", 2, 13)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("[15400000001, 15400000002, 585747694]", []),
        ("编号 69104253702, 15400000001]", []),
        ("剩余编号 40554871414, 154001052584, 69104253702, 15400000001]", []),
        ("15400000001, 15400000002、15400000003", ["mobile"] * 3),
        ("132101199001010010,15400000001,6200000000000005", ["resident_id", "mobile", "bank_card"]),
        ("021-50123456，15400000001", ["landline", "mobile"]),
    ],
)
def test_a_number_in_a_list_of_other_numbers_counts_something_else(text: str, found: list[str]) -> None:
    assert [match.kind for match in find(text)] == found
