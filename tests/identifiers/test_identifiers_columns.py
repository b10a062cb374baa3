"""A column votes: its header and all its cells together."""

from __future__ import annotations

import pyarrow as pa
import pytest
from made_ids import made_card, made_id, made_mobile

from headwater.identifiers.columns import compact_own, mask_array, recognise
from headwater.identifiers.headers import named_kinds

MANY = range(400)
NAMES = [a + b for a in "王李张刘陈杨赵黄周吴徐孙" for b in ("伟", "芳芳", "小明", "静", "丽华")]
SCATTERED = [made_mobile(7919 * n * n % 10**8) for n in MANY]  # as people's numbers lie, not counted
ADDRESSES = [f"江苏省吴县龙湖路{n}弄{n}号{n}室" for n in MANY]


@pytest.mark.parametrize("header", ["身份证号码", "sfzh", "ID_Number", "cust_idNo", ""])
def test_resident_ids_are_known_with_and_without_a_header(header: str) -> None:
    found = recognise(header, pa.array([made_id(n) for n in MANY]))
    assert found is not None
    assert (found.kind, found.category, found.share) == ("resident_id", "id", 1.0)


@pytest.mark.parametrize(
    ("header", "kind", "values"),
    [
        ("手机", "mobile", [made_mobile(n) for n in MANY]),
        ("", "mobile", SCATTERED),
        ("卡号", "bank_card", [made_card(n) for n in MANY]),
        ("", "bank_card", [made_card(n) for n in MANY]),
        ("姓名", "name", NAMES),
        ("xm", "name", NAMES),
        ("", "name", NAMES),
        ("住址", "address", ADDRESSES),
        ("", "address", ADDRESSES),
        ("mail", "email", [f"u{n}@example.com" for n in MANY]),
        ("车牌号", "plate", [f"沪A{n:05}" for n in MANY]),
        ("座机", "landline", [f"021-5{n:07}" for n in MANY]),
        ("护照号", "passport", [f"E{n:08}" for n in MANY]),
        ("统一社会信用代码", "uscc", ["91350100M000100Y43"] * 3),
        ("联系电话", "mobile", [made_mobile(n) if n % 3 else f"021-5{n:07}" for n in MANY]),
        ("证件号", "resident_id", [made_id(n) if n % 4 else f"E{n:08}" for n in MANY]),
    ],
)
def test_kinds_are_recognised(header: str, kind: str, values: list[str]) -> None:
    found = recognise(header, pa.array(values))
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("", [str(6200000000000000 + 7919 * n) for n in MANY]),  # a tenth passes Luhn by chance
        ("卡号", [str(6200000000000000 + 7919 * n) for n in MANY]),
        ("订单号", [f"13800{n:06}" for n in MANY]),
        ("时间", [str(1_700_000_000_000 + n) for n in MANY]),
        ("", [str(1_700_000_000_000 + n) for n in MANY]),
        ("serial", [f"{100_000_000 + n}" for n in MANY]),
        ("id", [f"{n}" for n in MANY]),
        ("guid", ["0f8fad5b-d9cb-469f-a165-70867728950e"] * 9),
        ("产品", ["健康险", "寿险", "车险", "意外险"] * 99),
        ("", ["江苏省", "安徽省", "黑龙江省", "山东省", "云南省"] * 99),
        ("部门", ["销售部", "财务部", "人事部", "高级客服"] * 99),
        ("price", [f"{n}.{n:02}" for n in MANY]),
        ("手机", ["138****5678"] * 50),
        ("手机", []),
        ("姓名", [None, "", "-", "无"]),
    ],
)
def test_other_columns_are_let_go(header: str, values: list[str]) -> None:
    assert recognise(header, pa.array(values, pa.string())) is None


def test_one_hit_among_many_is_noise() -> None:
    assert recognise("", pa.array([f"订单{n}" for n in range(999)] + [made_id(5)])) is None


def test_empty_cells_have_no_vote() -> None:
    found = recognise("", pa.array([None, "", "-", "NULL"] * 100 + [made_id(n) for n in range(20)]))
    assert found is not None
    assert found.share == 1.0


def test_a_header_makes_surer() -> None:
    values = pa.array(SCATTERED)
    with_header, without = recognise("手机", values), recognise("", values)
    assert with_header is not None
    assert without is not None
    assert with_header.confidence > without.confidence


def test_latin_header_words_are_whole_words() -> None:
    assert named_kinds("hotel") == frozenset()
    assert "mobile" in named_kinds("custTelNo")
    assert "name" not in named_kinds("hostname")


def test_numbers_of_ones_own_have_one_form() -> None:
    values = pa.array([" pl-593580118", "PL593580118", "", None, "-"])
    assert compact_own(values).to_pylist() == ["PL593580118", "PL593580118", None, None, None]


def test_masks_of_a_column() -> None:
    assert mask_array("name", pa.array(["张三", None, "张三"])).to_pylist() == ["张*", None, "张*"]


THINGS = [
    "Red Shirt",
    "Blue Jeans",
    "Leather Boots",
    "Wool Scarf",
    "Rain Jacket",
    "Real Madrid",
    "US Dollar",
    "Cost Center",
]
PERSONS = ["John Smith", "Mary Ann Lee", "Peter Parker", "Ngozi Okafor", "Igor Stravinsky", "Xu Li"]


@pytest.mark.parametrize("header", ["name", "Name", "product_name", "currencyName"])
def test_names_of_things_are_no_names_of_people(header: str) -> None:
    assert recognise(header, pa.array(THINGS)) is None
    assert recognise(header, pa.array(THINGS[:1])) is None
    found = recognise(header, pa.array(PERSONS))
    assert found is not None
    assert found.kind == "name"


@pytest.mark.parametrize("header", ["customer_name", "full name", "姓名"])
def test_a_header_of_peoples_names_is_believed_over_unusual_ones(header: str) -> None:
    found = recognise(header, pa.array(["Ngozi Okafor", "Igor Stravinsky"]))
    assert found is not None
    assert found.kind == "name"


def test_names_of_whatever_are_peoples_beside_what_leads_to_people() -> None:
    values = pa.array(["Ngozi Okafor", "Igor Stravinsky"])
    assert recognise("name", values) is None
    beside = recognise("name", values, beside_people=True)
    assert beside is not None
    assert beside.kind == "name"
