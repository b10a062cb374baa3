"""Defects that other scanners showed, one by one: what concerns identifiers in text and in columns, each with its neighbours."""

from __future__ import annotations

import hashlib
import time
import uuid

import numpy as np
import pyarrow as pa
import pytest
from made_ids import made_card, made_id, made_mobile

from headwater.identifiers import bank_card, resident_id, uscc
from headwater.identifiers.columns import recognise
from headwater.identifiers.text import find, find_array

DICE = np.random.default_rng(20261123)


def kinds(text: str) -> list[str]:
    return [match.kind for match in find(text)]


def found(text: str, kind: str) -> list[str]:
    return [match.compact for match in find(text) if match.kind == kind]


def share(texts: list[str]) -> float:
    """The share of texts in which anything is found."""
    table = find_array(pa.array(texts))
    return len(set(table["place"].to_pylist())) / len(texts)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("身份证11010519491231002X号", "resident_id", "11010519491231002X"),
        ("本人身份证号码为11010519491231002x。", "resident_id", "11010519491231002X"),
        ("邮箱a@b.cn请收", "email", "a@b.cn"),
        ("发到li.si@example.com吧", "email", "li.si@example.com"),
    ],
)
def test_1_chinese_letters_are_no_part_of_a_number_or_an_address(text: str, kind: str, value: str) -> None:
    assert found(text, kind) == [value]


def test_2_districts_that_no_list_knows_are_found_and_weigh_less() -> None:
    firsts = [f"{area}{year}0101001" for area in ("330113", "659013", "779999", "320222") for year in (1960, 2001)]
    numbers = [first + resident_id.check_character(first) for first in firsts]
    for number in numbers:
        assert found(f"证件 {number}", "resident_id") == [number]
    weights = {number[:6]: resident_id.confidence(number) for number in numbers}
    assert weights["779999"] < weights["320222"]


def wrong_ids(passes: object) -> list[str]:
    """Eighteen digits like a resident id with a wrong check character that pass another check."""
    assert callable(passes)
    made = (made_id(n)[:17] + str(d) for n in range(3000) for d in range(10))
    return [text for text in made if not resident_id.is_valid(text) and passes(text)][:500]


@pytest.mark.parametrize("passes", [bank_card.is_valid, uscc.is_valid])
def test_3_a_wrong_check_character_is_no_card_and_no_credit_code(passes: object) -> None:
    wrong = wrong_ids(passes)
    assert share([f"见 {text} 行" for text in wrong] or ["x"]) == 0


@pytest.mark.parametrize(
    "written",
    ["110105491231002", "110105 19491231 002X", "１１０１０５１９４９１２３１００２ｘ", "1101 0519 4912 3100 2X"],
)
def test_4_every_written_form_of_an_id_is_found(written: str) -> None:
    assert found(f"身份证号：{written}", "resident_id") == ["11010519491231002X"]


def test_5_timestamps_are_no_mobiles() -> None:
    seconds = DICE.integers(1_300_000_000, 1_999_999_999, 2000)
    assert share([f"ts={s}{ms:03}" for s, ms in zip(seconds, range(2000), strict=True)]) == 0
    assert share([f"{s}{ms:04} done" for s, ms in zip(seconds, range(2000), strict=True)]) == 0
    assert share([f"20{y:02}1123{h:02}2330 ok" for y in range(20, 30) for h in range(24)]) == 0


def test_6_mobiles_inside_longer_digits_codes_and_digests_are_none() -> None:
    assert share([f"SKU{made_mobile(n)}" for n in range(300)]) == 0
    assert share([f"{n:04}{made_mobile(n)}{n:03}" for n in range(300)]) == 0
    digests = [hashlib.md5(str(n).encode(), usedforsecurity=False).hexdigest() for n in range(4000)]
    assert share(digests) == 0
    assert share([f"AB-021-5{n:07}" for n in range(300)]) == 0


@pytest.mark.parametrize("text", ["护照EA1234567", "护照号码：E12345678", "passport no EB7654321", "护照 G12345678"])
def test_7_passports_of_both_series_are_found(text: str) -> None:
    assert len(found(text, "passport")) == 1


@pytest.mark.parametrize("text", ["保单号G123456781234", "保单G12345678", "PLG12345678", "G12345678"])
def test_7_and_not_inside_policy_numbers(text: str) -> None:
    assert found(text, "passport") == []


def test_8_a_149_mobile_is_found_and_eleven_random_digits_are_not() -> None:
    assert found("电话14900000001", "mobile") == ["14900000001"]
    others = [f"{d}{n:010}" for d in (2, 3, 4, 5, 6, 7, 8, 9) for n in DICE.integers(0, 10**10, 250)]
    assert share([f"x {text} y" for text in others]) == 0


def test_9_a_card_in_groups_of_four_is_one_card() -> None:
    for n in range(50):
        card = made_card(n)
        spaced = " ".join(card[i : i + 4] for i in range(0, 16, 4))
        assert [(m.kind, m.compact) for m in find(f"卡号 {spaced} 请转")] == [("bank_card", card)]


def test_a_card_without_a_word_or_groups_is_as_likely_chance() -> None:
    card = made_card(913572468)
    groups = " ".join(card[place : place + 4] for place in range(0, 16, 4))
    (bare,), (grouped,), (named,) = (find(text) for text in (f"ref {card} x", f"ref {groups} x", f"卡号 {card}"))
    assert bare.confidence <= 0.5 < grouped.confidence < named.confidence


def test_10_hyphens_in_a_domain_do_no_harm() -> None:
    assert found("mail to li-si@my-own-site.example.com, thanks", "email") == ["li-si@my-own-site.example.com"]


def test_11_nineteen_digits_without_luhn_and_plain_words_are_nothing() -> None:
    numbers = [f"62{n:017}" for n in DICE.integers(0, 10**17, 2000)]
    assert share([f"见 {text}。" for text in numbers if not bank_card.is_valid(text)]) == 0
    words = [
        "internationalization",
        "administrator",
        "configuration_manager",
        "AbstractSingletonProxyFactoryBean",
        "wx_configuration",
    ]
    assert share(words) == 0


def test_12_a_column_of_names_is_names() -> None:
    names = [a + b for a in "王李张刘陈杨赵黄周吴徐孙" for b in ("伟", "芳芳", "小明", "静", "丽华")]
    for header in ("姓名", "", "NAME", "客户姓名"):
        verdict = recognise(header, pa.array(names))
        assert verdict is not None
        assert verdict.kind == "name"


@pytest.mark.parametrize("doubt", ["测试卡号", "test card ", "示例 卡号", "dummy card "])
def test_14_a_word_of_tests_ranks_a_valid_card_lower_and_keeps_it(doubt: str) -> None:
    (doubted,) = find(f"{doubt}6200000000000005")
    (sure,) = find("卡号6200000000000005")
    assert doubted.compact == sure.compact
    assert doubted.confidence < sure.confidence


def test_15_decimals_guids_tab_ids_and_serials_are_nothing() -> None:
    assert share([f"{x:.11f}" for x in DICE.random(1000) * 100]) == 0
    assert share([str(uuid.UUID(bytes=DICE.bytes(16))) for _ in range(4000)]) == 0
    assert share([f"tab-{n}\t{n * 7}\t{n * 13}" for n in range(100_000_000, 100_001_000)]) == 0
    assert recognise("", pa.array([str(n) for n in DICE.integers(1e8, 1e9, 500)])) is None
    assert recognise("serial", pa.array([str(n) for n in DICE.integers(1e8, 1e9, 500)])) is None


@pytest.mark.parametrize("digits", range(5, 21))
@pytest.mark.parametrize("header", ["", "id", "no", "value", "count", "seq"])
def test_15_columns_of_random_digits_of_any_length_are_nothing(digits: int, header: str) -> None:
    values = ["".join(map(str, row)) for row in DICE.integers(0, 10, (300, digits))]
    verdict = recognise(header, pa.array(values))
    assert verdict is None


@pytest.mark.parametrize(
    "unit", ["1", "@", "+1 ", "eyJ", "A1", "62", "轨迹", "密码:", "<", "QQ1", "wxid_", "::", "1.", "ip "]
)
def test_21_five_megabytes_of_one_line_take_linear_time(unit: str) -> None:
    times = []
    for size in (60_000, 480_000):
        text = unit * (size // len(unit))
        start = time.process_time()
        find(text)
        times.append(time.process_time() - start)
    assert times[1] < 1 + 24 * times[0]
