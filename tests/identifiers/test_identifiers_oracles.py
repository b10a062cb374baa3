"""What other libraries publish as right: python-stdnum's own examples, phonenumbers' example numbers, ICAO's specimens."""

from __future__ import annotations

import doctest
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator

import numpy as np
import phonenumbers
import pyarrow as pa
import pytest
import stdnum.iban
import stdnum.imei
import stdnum.luhn
from hypothesis import given, settings
from hypothesis import strategies as st
from stdnum import numdb

from headwater.identifiers import bank_card, iban, imei, mrz, national, phone
from headwater.identifiers.columns import recognise
from headwater.identifiers.kinds import KINDS
from headwater.identifiers.text import find

UNPUBLISHED = {"mu_nid"}  # its module shows no number
NATIONAL = sorted(set(national.numbers()) - UNPUBLISHED)


def published(module: str) -> Iterator[tuple[str, bool]]:
    """The numbers that a module of python-stdnum shows being validated, and whether they pass."""
    text = importlib.import_module(f"stdnum.{module}").__doc__ or ""
    for example in doctest.DocTestParser().get_examples(text):
        if shown := re.match(r"validate\(['\"](?:HR |PT )?([^'\"]+)['\"]\)", example.source.strip()):
            yield shown[1], example.exc_msg is None and "Traceback" not in example.want


@pytest.mark.parametrize("name", NATIONAL)
def test_numbers_that_the_library_publishes_pass_alone_in_columns_and_beside_their_word(name: str) -> None:
    number = national.numbers()[name]
    shown = list(published(number.module))
    right = [text for text, passes in shown if passes and re.fullmatch(number.pattern, text.upper())]
    assert right
    assert all(number.is_valid(text) for text in right)
    assert number.compact_array(pa.array(right)).null_count == 0
    assert not any(number.is_valid(text) for text, passes in shown if not passes)
    found = [m for m in find(f"{number.words[0]}: {right[0]}") if m.compact == number.compact(right[0])]
    assert found


@pytest.mark.parametrize("name", NATIONAL)
def test_a_national_number_needs_its_word(name: str) -> None:
    number = national.numbers()[name]
    right = next(
        text for text, passes in published(number.module) if passes and re.fullmatch(number.pattern, text.upper())
    )
    assert name not in {m.kind for m in find(f"x {right} y")}


def test_there_are_numbers_of_forty_countries_and_each_has_header_words() -> None:
    assert len({number.country for number in national.numbers().values()}) >= 40
    for name, row in national.rows().items():
        assert row["latin"], name
        assert row["words"], name


@pytest.mark.parametrize("name", ["pl_pesel", "kr_rrn", "za_id", "mx_curp", "us_itin"])
def test_the_share_that_passes_by_chance_is_as_recorded(name: str) -> None:
    number = national.numbers()[name]
    dice = np.random.default_rng(11)
    drawn = {"9": "0123456789", "A": "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "C": "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"}
    shape, draws = number.shapes[0], 8000
    columns = [dice.choice(list(drawn.get(c, c)), draws) for c in shape]
    texts = pa.array(["".join(row) for row in zip(*columns, strict=True)])
    passed = draws - number.compact_array(texts).null_count
    spread = 5 * (draws * number.chance) ** 0.5 + 3
    assert abs(passed - draws * number.chance) <= spread
    assert number.context == (number.chance > 1e-3)


def test_a_column_of_national_numbers_wants_its_header() -> None:
    shown = [text for text, passes in published("pl.pesel") if passes] * 5
    found = recognise("Nr PESEL", pa.array(shown))
    assert found is not None
    assert (found.kind, found.category) == ("pl_pesel", "id")
    assert recognise("", pa.array(shown)) is None
    assert recognise("주민등록번호", pa.array(["971013-9019902"])).kind == "kr_rrn"  # type: ignore[union-attr]
    assert recognise("個人番号", pa.array(["628547586798"] * 3)) is None


def example_numbers() -> list[tuple[str, str]]:
    numbers = []
    for region in sorted(phonenumbers.SUPPORTED_REGIONS - {"CN"}):
        example = phonenumbers.example_number_for_type(region, phonenumbers.PhoneNumberType.MOBILE)
        if example is not None and phonenumbers.is_valid_number(example):
            numbers.append((region, phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.INTERNATIONAL)))
    return numbers


def test_telephones_of_every_region_pass_alone_in_columns_and_in_texts() -> None:
    numbers = example_numbers()
    assert len(numbers) > 200
    written = pa.array([text for _, text in numbers])
    assert phone.compact_array(written).null_count == 0
    missed = [(r, t) for r, t in numbers if "phone" not in {m.kind for m in find(f"call {t}.")}]
    assert missed == []


def test_national_forms_are_read_where_the_region_is_known() -> None:
    for region, text in example_numbers()[::17]:
        parsed = phonenumbers.parse(text)
        inland = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
        assert phone.of_region(region).is_valid(inland), region


def test_mainland_numbers_stay_mobiles() -> None:
    (found,) = find("电话+86 154 0000 0001")
    assert (found.kind, found.compact) == ("mobile", "15400000001")


def test_lengths_of_account_numbers_agree_with_another_list() -> None:
    listed = numdb.get("iban")
    for country, length in iban.lengths().items():
        told = listed.info(country)[0][1].get("bban")
        if told:
            assert length == 4 + sum(int(n) for n in re.findall(r"(\d+)!", told)), country


@pytest.mark.parametrize(
    "number",
    ["GB82WEST12345698765432", "DE89 3704 0044 0532 0130 00", "FR1420041010050500013M02606", "NO9386011117947"],
)
def test_published_account_numbers_pass(number: str) -> None:
    assert iban.is_valid(number)
    assert stdnum.iban.is_valid(number)


@settings(deadline=None, max_examples=60)
@given(st.from_regex("86[0-9]{13}", fullmatch=True))
def test_imei_agrees_with_stdnum(number: str) -> None:
    assert imei.is_valid(number) == stdnum.imei.is_valid(number)


@settings(deadline=None, max_examples=60)
@given(st.from_regex("3[47][0-9]{13}|36[0-9]{12}|5[1-5][0-9]{14}", fullmatch=True))
def test_shorter_cards_agree_with_luhn_and_have_a_scheme(number: str) -> None:
    assert bank_card.is_valid(number) == stdnum.luhn.is_valid(number)
    assert bank_card.scheme(number) in {"american express", "diners club", "mastercard"}


TD3 = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
TD2 = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
TD1 = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"


@pytest.mark.parametrize(("zone", "number"), [(TD3, "L898902C3"), (TD2, "D23145890"), (TD1, "D23145890")])
def test_specimens_of_icao_give_number_name_and_birth(zone: str, number: str) -> None:
    told = mrz.holder(zone)
    assert (told.number, told.name, told.birth, told.nationality) == (number, "ERIKSSON ANNA MARIA", "740812", "UTO")
    assert number not in repr(told)
    (found,) = find(f"scan:\n{zone}\n")
    assert (found.kind, found.compact) == ("mrz", mrz.compact(zone))


@pytest.mark.parametrize("zone", [TD3, TD2, TD1])
def test_every_digit_of_a_zone_is_checked(zone: str) -> None:
    compact = mrz.validate(zone)
    digits = [place for place, c in enumerate(compact) if c.isdigit()]
    wrong = [compact[:p] + str((int(compact[p]) + 1) % 10) + compact[p + 1 :] for p in digits]
    assert not any(mrz.is_valid(text) for text in wrong)


def test_the_name_line_may_be_lost() -> None:
    last = TD3.split("\n")[1]
    assert mrz.compact(TD3) == mrz.compact(last)
    assert mrz.holder(last).name == ""


def test_no_kind_is_slow_to_import() -> None:
    code = "import sys, headwater.identifiers.kinds; print({'stdnum', 'phonenumbers'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


def test_every_kind_has_a_place_among_the_categories() -> None:
    assert len(KINDS) == len(set(KINDS))
    assert {"hk_id", "mrz", "iban", "phone", "us_ssn", "balance"} <= set(KINDS)
