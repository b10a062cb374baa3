"""Identifiers in free text: the defects that other scanners showed are the cases here."""

from __future__ import annotations

import time

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_ids import made_card, made_id, made_mobile

from headwater.identifiers import mobile, resident_id
from headwater.identifiers.text import Names, find, find_array, mask_line, mask_text


def kinds(text: str) -> list[tuple[str, str]]:
    return [(match.kind, match.compact) for match in find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("身份证11010519491231002X号", [("resident_id", "11010519491231002X")]),
        ("邮箱a@b.cn请收", [("email", "a@b.cn")]),
        ("身份证：110105 19491231 002x。", [("resident_id", "11010519491231002X")]),
        ("身份证110105491231002", [("resident_id", "11010519491231002X")]),
        ("１１０１０５１９４９１２３１００２Ｘ", [("resident_id", "11010519491231002X")]),
        ("卡号6200 0000 0000 0005到账", [("bank_card", "6200000000000005")]),
        ("me@my-own-domain.example.com", [("email", "me@my-own-domain.example.com")]),
        ("拨14900000001", [("mobile", "14900000001")]),
        ("护照EA1234567", [("passport", "EA1234567")]),
        ("地址：上海市某某区龙湖路12号3室，请速来", [("address", "上海市某某区龙湖路12号3室")]),
        ("姓名：王小明 电话：15400000001", [("name", "王小明"), ("mobile", "15400000001")]),
    ],
)
def test_written_forms_are_found(text: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(text) == expected


@pytest.mark.parametrize("behind", [made_mobile(7), made_id(7)])
@pytest.mark.parametrize(
    "text",
    ["杭州市西湖区文三路9号 {}", "张晓明，杭州市西湖区文三路9号，{}", "地址、电话：杭州市拱墅区莫干山路100号 {}"],
)
def test_an_address_ends_before_a_number_of_a_person(text: str, behind: str) -> None:
    found = find_array(pa.array([text.format(behind)]), Names.ALL).to_pylist()
    assert behind in [row["compact"] for row in found]
    assert "address" in [row["kind"] for row in found]


def test_an_address_without_a_province_is_found() -> None:
    (found,) = find("龙港镇泰和小区3栋2单元501室")
    assert found.kind == "address"


@pytest.mark.parametrize(
    "text",
    [
        "110105194912310021",  # wrong check
        "622526199004189727",  # eighteen digits that are no id need a label to be a card
        "1300000000123",  # milliseconds
        "13000000001234",
        "SKU15400000001",
        "d41d8cd98f00b20415400000001e9800",
        "9915400000001",
        "52800000001",
        "保单G12345678",
        "6212345678901234568",
        "internationalization administrator",
        "3.15400000001",
        "0f8fad5b-d9cb-469f-a165-708677289500",
        "123456789",
        "2024-01-02 10:11:12.123456",
        "192.0.2.130:8080",
    ],
)
def test_other_numbers_are_let_go(text: str) -> None:
    assert kinds(text) == []


def test_a_word_of_doubt_ranks_lower_and_keeps() -> None:
    (sure,), (doubted,) = find("卡号6200000000000005"), find("测试卡号6200000000000005")
    assert doubted.compact == sure.compact
    assert doubted.confidence < sure.confidence


def test_an_unknown_area_or_prefix_ranks_lower() -> None:
    first = "77010119900101001"
    (unknown,) = find(first + resident_id.check_character(first))
    (known,) = find(made_id(3))
    assert unknown.confidence < known.confidence
    assert find("电话15400000001")[0].confidence < find("电话14900000001")[0].confidence


def test_a_match_never_shows_its_value() -> None:
    assert made_id(9) not in repr(find(made_id(9)))


@pytest.mark.parametrize("unit", ["1", "@", "a", "a@", "1 ", "a@b.cn ", "15400000001 ", "上海市", "姓名"])
def test_long_lines_take_linear_time(unit: str) -> None:
    short, long = unit * (20_000 // len(unit)), unit * (160_000 // len(unit))
    quick, slow = (min(_seconds(text) for _ in range(3)) for text in (short, long))
    assert slow < 0.5 + 30 * quick  # eight times in proportion, 64 by the square


def _seconds(text: str) -> float:
    start = time.process_time()
    find(text)
    mask_line(text)
    return time.process_time() - start


RAW = st.one_of(
    st.integers(0, 9999).map(made_id), st.integers(0, 9999).map(made_mobile), st.integers(0, 9999).map(made_card)
)
AROUND = st.text("abc张号 /._-:,;，。=&?@中", max_size=6)


@settings(deadline=None)
@given(AROUND, RAW, AROUND)
def test_masking_never_leaves_the_raw_value(before: str, raw: str, after: str) -> None:
    assert raw not in mask_line(before + raw + after)
    assert raw not in mask_text(pa.array([before + raw + after]))[0].as_py()


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=60), RAW), max_size=8))
def test_arrays_agree_with_lines(texts: list[str | None]) -> None:
    masked = mask_text(pa.array(texts, pa.string())).to_pylist()
    assert masked == [None if text is None else mask_line(text) for text in texts]
    found = find_array(pa.array(texts, pa.string())).to_pylist()
    lines = [(place, m.kind, m.compact) for place, text in enumerate(texts) if text for m in find(text)]
    assert [(row["place"], row["kind"], row["compact"]) for row in found] == lines


@settings(deadline=None)
@given(st.text())
def test_text_without_identifiers_comes_back_as_it_was(text: str) -> None:
    if not find(text) and not any(c.isdigit() or c == "@" or c == "＠" for c in text):
        assert mask_line(text) == text


def test_masks_are_those_of_the_identifiers() -> None:
    text = f"/api?phone={made_mobile(5)}&x=1"
    assert mask_text(pa.array([text, None, text]).dictionary_encode()).to_pylist() == [
        f"/api?phone={mobile.mask(made_mobile(5))}&x=1",
        None,
        f"/api?phone={mobile.mask(made_mobile(5))}&x=1",
    ]


def test_a_mistyped_id_is_covered_though_not_found() -> None:
    number = made_id(8)
    wrong = number[:-1] + ("1" if number[-1] != "1" else "2")
    assert find(wrong) == []
    assert wrong not in mask_line(f"证件 {wrong} 有误")
