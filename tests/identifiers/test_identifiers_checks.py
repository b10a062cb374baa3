"""Single identifiers: published vectors, one test for each check, and the arrays against the scalars."""

from __future__ import annotations

import json
from datetime import date
from importlib.resources import files

import numpy as np
import pyarrow as pa
import pytest
import stdnum.cn.uscc
import stdnum.luhn
from hypothesis import given, settings
from hypothesis import strategies as st
from made_ids import RETIRED, made_card, made_id

from headwater.identifiers import bank_card, email, landline, mobile, name, passport, plate, resident_id, uscc
from headwater.identifiers.columns import compact_array
from headwater.identifiers.errors import WrongCheckDigitError, WrongDateError, WrongShapeError
from headwater.identifiers.kinds import KINDS


@pytest.mark.parametrize(
    "number", ["11010519491231002X", "440524188001010014", "132101199001010010", "320222200806150017"]
)
def test_published_and_retired_numbers_pass(number: str) -> None:
    assert resident_id.validate(number) == number


@pytest.mark.parametrize(
    ("number", "error"),
    [
        ("11010519491231", WrongShapeError),
        ("110105194912310021", WrongCheckDigitError),
        ("132101198902300018", WrongCheckDigitError),
    ],
)
def test_the_error_names_the_check_and_not_the_number(number: str, error: type[Exception]) -> None:
    with pytest.raises(error) as caught:
        resident_id.validate(number)
    assert number not in str(caught.value)


@pytest.mark.parametrize("birth", ["18691231", "19900230", "19001301", "19000229"])
def test_impossible_births_fail_with_a_right_check_character(birth: str) -> None:
    first = f"132101{birth}001"
    with pytest.raises(WrongDateError):
        resident_id.validate(first + resident_id.check_character(first))
    assert compact_array("resident_id", pa.array([first + resident_id.check_character(first)])).null_count == 1


def test_a_birth_after_the_reference_day_fails_only_when_a_day_is_given() -> None:
    first = "13210120300101001"
    number = first + resident_id.check_character(first)
    assert resident_id.is_valid(number)
    assert not resident_id.is_valid(number, on=date(2026, 11, 21))


def test_an_unknown_area_weighs_less_and_rejects_nothing() -> None:
    first = "77010119900101001"
    number = first + resident_id.check_character(first)
    assert resident_id.is_valid(number)
    assert resident_id.confidence(number) < resident_id.confidence(made_id(1))


@pytest.mark.parametrize("first", ["81000019900101001", "82000019900101001", "83000019900101001", "91115619900101001"])
def test_permits_and_foreign_cards_pass(first: str) -> None:
    number = first + resident_id.check_character(first)
    assert resident_id.confidence(resident_id.validate(number)) == 0.99


def test_every_retired_county_passes_in_the_array() -> None:
    firsts = [f"{code}19990101001" for code in RETIRED]
    numbers = [first + resident_id.check_character(first) for first in firsts]
    assert compact_array("resident_id", pa.array(numbers)).null_count == 0


@pytest.mark.parametrize(
    "written", ["110105 19491231 002x", "１１０１０５１９４９１２３１００２Ｘ", "110105-491231-002", " 110105491231002"]
)
def test_written_forms_of_one_number_have_one_normal_form(written: str) -> None:
    assert resident_id.validate(written) == "11010519491231002X"
    assert compact_array("resident_id", pa.array([written])).to_pylist() == ["11010519491231002X"]


def test_a_number_damaged_by_a_spreadsheet_is_told_apart() -> None:
    assert resident_id.is_damaged("132101199001010000")
    assert not resident_id.is_damaged(made_id(1))
    assert bank_card.is_damaged("6205500000000000000")


@pytest.mark.parametrize(
    "written", ["+86 154-0000-0001", "0086154 0000 0001", "86-15400000001", "１５４０００００００１", "15400000001.0"]
)
def test_mobile_forms(written: str) -> None:
    assert mobile.validate(written) == "15400000001"
    assert compact_array("mobile", pa.array([written])).to_pylist() == ["15400000001"]


@pytest.mark.parametrize(
    ("valid", "text"),
    [
        (plate.is_valid, "粤BD12345"),
        (plate.is_valid, "粤B12345D"),
        (plate.is_valid, "京A1234警"),
        (passport.is_valid, "E12345678"),
        (name.is_valid, "阿依古丽·买买提"),
        (name.is_valid, "欧阳小明"),
        (landline.is_valid, "+86 21 5012 3456"),
        (email.is_valid, "li@sub.my-site.com"),
        (uscc.is_valid, "91350100M000100Y43"),
    ],
)
def test_further_forms(valid: object, text: str) -> None:
    assert callable(valid)
    assert valid(text)


@settings(deadline=None)
@given(st.from_regex("[3-9][0-9]{15,18}", fullmatch=True))
def test_luhn_agrees_with_stdnum(number: str) -> None:
    assert bank_card.is_valid(number) == stdnum.luhn.is_valid(number)
    assert (compact_array("bank_card", pa.array([number])).null_count == 0) == stdnum.luhn.is_valid(number)


@settings(deadline=None)
@given(st.from_regex("9[1-3][0-9]{6}[0-9A-HJ-NP-RTUWXY]{8}", fullmatch=True))
def test_credit_codes_agree_with_stdnum(first: str) -> None:
    own_checked = first + stdnum.cn.uscc.calc_check_digit(first + "0")
    for own in "0123456789X":
        code = first + own
        code += stdnum.cn.uscc.calc_check_digit(code)
        assert stdnum.cn.uscc.is_valid(code)
        found = uscc.is_valid(code)
        assert found == (compact_array("uscc", pa.array([code])).null_count == 0)
    assert own_checked


TEXT = st.one_of(
    st.text(max_size=40),
    st.text("0123456789Xx-+ .'０１８ａＸ沪A张王李·@号路市区", max_size=24),
    st.from_regex("[0-9]{11}|[0-9]{15}|[0-9]{17}[0-9X]|[0-9]{16}|[0-9]{19}", fullmatch=True),
)


FIRST = list(KINDS)[:10]  # those that stand in nearly every file
LATER = [kind for kind in KINDS if kind not in FIRST]
FEW = settings(deadline=None, max_examples=12)


def never_crashes(kind: str, text: str) -> None:
    identifier = KINDS[kind].identifier
    compact = identifier.compact(text)
    assert identifier.compact(compact) == compact
    if identifier.is_valid(text):
        assert identifier.validate(text) == compact
        assert identifier.validate(compact) == compact
    if compact.strip("*"):
        assert compact not in identifier.mask(text)


def agrees_with_its_array(kind: str, texts: list[str | None]) -> None:
    identifier = KINDS[kind].identifier
    expected = [identifier.compact(t) if t is not None and identifier.is_valid(t) else None for t in texts]
    assert compact_array(kind, pa.array(texts, pa.string())).to_pylist() == expected


@pytest.mark.parametrize("kind", FIRST)
@settings(deadline=None)
@given(text=TEXT)
def test_parsers_never_crash_compact_is_idempotent_and_a_mask_never_shows_the_value(kind: str, text: str) -> None:
    never_crashes(kind, text)


@pytest.mark.parametrize("kind", LATER)
@FEW
@given(text=TEXT)
def test_the_same_of_all_further_kinds(kind: str, text: str) -> None:
    never_crashes(kind, text)


@pytest.mark.parametrize("kind", FIRST)
@settings(deadline=None)
@given(texts=st.lists(st.one_of(st.none(), TEXT), max_size=6))
def test_arrays_agree_with_scalars(kind: str, texts: list[str | None]) -> None:
    agrees_with_its_array(kind, texts)


@pytest.mark.parametrize("kind", LATER)
@FEW
@given(texts=st.lists(st.one_of(st.none(), TEXT), max_size=6))
def test_arrays_of_all_further_kinds_agree_with_scalars(kind: str, texts: list[str | None]) -> None:
    agrees_with_its_array(kind, texts)


def test_a_million_ids_keep_their_place() -> None:
    numbers = [made_id(n) for n in range(50_000)]
    values = pa.chunked_array([pa.array(numbers), pa.array([None, "x", *numbers])])
    compact = compact_array("resident_id", values)
    assert compact.null_count == 2
    assert compact[50_002].as_py() == numbers[0]
    assert compact_array("resident_id", values.slice(7, 5)).to_pylist() == numbers[7:12]
    assert compact_array("resident_id", pa.array(numbers[:9]).dictionary_encode()).to_pylist() == numbers[:9]


def test_random_numbers_pass_no_more_often_than_chance() -> None:
    dice = np.random.default_rng(7)
    values = pa.array([f"{n:018d}" for n in dice.integers(1e17, 9e17, 20_000)])
    assert 20_000 - compact_array("resident_id", values).null_count <= 2
    assert made_card(3).startswith("62")


def test_the_area_lists_say_where_they_come_from() -> None:
    folder = files("headwater.identifiers") / "data"
    for file in ("gb2260_codes.json", "retired_county_codes.json", "mobile_prefixes.json", "surnames.json"):
        assert json.loads((folder / file).read_text("utf-8"))["about"]["made"]
