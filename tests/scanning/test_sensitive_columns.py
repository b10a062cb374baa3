"""Columns without a check digit: known by header and cells, and only where a column of a person stands in the same table."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from made_rows import csv, made_row, scanned

from headwater.identifiers.kinds import KINDS
from headwater.scanning.categories import categories, sensitive_kind

AMOUNTS = ["1,200.50", "￥3000", "0", "12万元", "-5.00"]
WORDS = ["糖尿病", "高血压", "冠心病"]
NAMES = ["张三", "李四", "王五"]
CASES = [
    ("账户余额", AMOUNTS, "balance"),
    ("帳戶餘額", AMOUNTS, "balance"),
    ("zhye", AMOUNTS, "balance"),
    ("AvailableBalance", AMOUNTS, "balance"),
    ("公积金余额", AMOUNTS, "balance"),
    ("房产证号", ["苏2020吴县0001", "苏2020吴县0002"], "real_estate"),
    ("名下房产", ["两套", "一套别墅"], "real_estate"),
    ("月薪", ["12000", "15k", "1.2万"], "salary"),
    ("annual_income", AMOUNTS, "salary"),
    ("芝麻分", ["650", "701"], "credit"),
    ("逾期天数", ["0", "45"], "credit"),
    ("loan_amount", AMOUNTS, "credit"),
    ("行程轨迹", ["上海虹桥-吴县", "3月5日 吴县宾馆"], "track"),
    ("经度", ["121.473701", "120.1234"], "track"),
    ("车次", ["G1234", "D301"], "track"),
    ("聊天内容", ["明天来吗 等你", "好的 我去接你"], "message"),
    ("入住时间", ["2026-03-05 14:00"], "lodging"),
    ("RoomNo", ["302", "1408"], "lodging"),
    ("通话时长", ["35", "1200"], "call_record"),
    ("对方号码", ["15400000001"], "call_record"),
    ("诊断结果", WORDS, "health"),
    ("zdmc", WORDS, "health"),
    ("ICD10", ["E11.9", "I10"], "health"),
    ("血型", ["A", "O"], "health"),
    ("人脸特征", ["0.1,0.2,0.3,0.4"], "biometric"),
    ("配偶姓名", NAMES, "family"),
    ("emergency_contact", NAMES, "family"),
    ("婚姻状况", ["已婚", "未婚"], "marital"),
    ("宗教信仰", ["佛教", "无宗教信仰"], "religion"),
    ("民族", ["汉", "回"], "ethnicity"),
    ("政治面貌", ["群众", "党员"], "politics"),
    ("前科", ["有", "盗窃 2019"], "crime_record"),
    ("消费金额", AMOUNTS, "transaction"),
    ("jyje", AMOUNTS, "transaction"),
    ("保费", AMOUNTS, "policy"),
    ("快递单号", ["SF0000000001", "YT0000000002"], "waybill"),
    ("病历号", ["BL000001", "BL000002"], "medical_number"),
    ("密码", ["Abc@12345", "qwe123"], "password"),
]


@pytest.mark.parametrize(("header", "cells", "kind"), CASES)
def test_a_sensitive_column_counts_beside_a_person_and_not_alone(header: str, cells: list[str], kind: str) -> None:
    beside_a_person = sensitive_kind(header, pa.array(cells), ["mobile"])
    assert beside_a_person is not None
    if kind not in {"medical_number", "message"}:  # two words of one header can both fit
        assert beside_a_person.kind == kind
    assert sensitive_kind(header, pa.array(cells), []) is None
    assert sensitive_kind(header, pa.array(cells), ["uscc", "vin"]) is None


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("余额", ["见附件", "略"]),
        ("库存余额", AMOUNTS),
        ("产品余额", AMOUNTS),
        ("font_family", ["Arial", "Helvetica"]),
        ("health_check_url", ["http://example.com"]),
        ("location", ["a.c", "b.c"]),
        ("passwordExpired", ["true", "false"]),
        ("营业收入", AMOUNTS),
        ("酒店类型", ["经济型"]),
        ("credit_card", ["6200000000000005"]),
    ],
)
def test_headers_and_cells_that_only_look_like_it(header: str, cells: list[str]) -> None:
    found = sensitive_kind(header, pa.array(cells), ["mobile"])
    assert found is None or found.kind in {"transaction"}


def test_every_sensitive_category_is_tried() -> None:
    sensitive = {kind for kind, row in categories().items() if row.words is not None}
    assert sensitive - {kind for _, _, kind in CASES} == {"vehicle_owned"}


def test_every_word_of_a_category_is_of_one_law_and_group() -> None:
    for kind, row in categories().items():
        assert bool(row.law) == (kind not in {"uscc", "site_address", "site_phone", "role_email"}), kind
        assert row.beside in {"person", "nobody"}
    assert set(KINDS) <= set(categories())


def kinds_of(folder: Path, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> set[str]:
    file = folder / "table.csv"
    file.write_text(csv(header, rows), encoding="utf-8")
    return {kind for found in scanned(file) for kind in found.holdings["kind"].to_pylist()}


def test_a_stock_list_and_an_index_of_code_hold_nobody(tmp_path: Path) -> None:
    stock = [(f"A{n:05}", str(n * 7), f"{n}.50") for n in range(60)]
    assert kinds_of(tmp_path, ("货号", "库存", "余额"), stock) == set()
    code = [(f"src/module_{n}.py", f"line {n}", "def") for n in range(60)]
    assert kinds_of(tmp_path, ("file", "location", "symbol"), code) == set()


def test_the_same_balance_beside_people_counts(tmp_path: Path) -> None:
    rows = [(*made_row(n)[:1], made_row(n)[2], f"{n}.50") for n in range(60)]
    assert {"name", "mobile", "balance"} <= kinds_of(tmp_path, ("姓名", "手机", "余额"), rows)
