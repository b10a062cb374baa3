"""Whose name and number a column holds: of whom the row is about, of whoever serves him, of who is called in need."""

from __future__ import annotations

import doctest
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from made_rows import csv, made_name, made_row

from headwater.exhibits import forms
from headwater.exhibits.contents import Given
from headwater.exhibits.member import plain
from headwater.exhibits.opened import opened
from headwater.exhibits.sheets import Sheet
from headwater.model.exhibit import Exhibit
from headwater.scanning import parties as parties_module
from headwater.scanning import split_names
from headwater.scanning.fingerprints import Printer
from headwater.scanning.linking import Linked
from headwater.scanning.parties import parties
from headwater.scanning.scanner import Scanner
from headwater.scanning.survey.gathering import Gatherer
from headwater.scanning.survey.holdings import Source, everything
from headwater.store.tokens import Tokeniser

PHONE, NAME, ID = "mobile", "name", "resident_id"


def persons(folder: Path, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> Linked:
    """The persons of a table, as a scan tells them."""
    file = folder / "x.csv"
    file.write_text(csv(header, rows), encoding="utf-8")
    pieces = opened(plain(Exhibit("seized/x", file, "seized", None, file.stat().st_size)), Given())
    gatherer = Gatherer(Scanner(Tokeniser(bytes(32))), Printer(bytes(32)), folder)
    (told, place) = next(iter(gatherer.gather(pieces)))
    return everything([Source("x", place, tuple(told.kinds), told.rows, sum(told.found))]).persons()


@pytest.mark.parametrize(
    ("headers", "kinds", "wanted"),
    [
        (["姓名", "手机", "身份证号"], [NAME, PHONE, ID], (0, 0, 0)),
        (["手机", "客户经理"], [PHONE, NAME], (0, 1)),
        (["客户经理", "客户经理电话"], [NAME, PHONE], (0, 0)),
        (["公司", "负责人", "电话"], [None, NAME, PHONE], (0, 0, 0)),
        (["收件人", "收件人电话", "寄件人", "寄件人电话"], [NAME, PHONE, NAME, PHONE], (0, 0, 1, 1)),
        (["driver_name", "phone"], [NAME, PHONE], (0, 0)),
        (["name", "contact_phone"], [NAME, PHONE], (0, 0)),
        (["caller", "callee", "duration"], [PHONE, PHONE, None], (0, 1, 0)),
        (["产品", "价格"], [None, None], (0, 0)),
    ],
)
def test_columns_of_one_party_have_one_number(headers, kinds, wanted) -> None:
    assert parties(headers, kinds) == wanted


def test_a_second_person_of_a_row_is_another_person(tmp_path: Path) -> None:
    rows = [(*made_row(n)[::2], made_name(n + 50), f"154{n + 700:08}") for n in range(40)]
    told = persons(tmp_path, ("姓名", "手机", "紧急联系人", "紧急联系人电话"), rows)
    assert (told.count, int(told.named.sum())) == (80, 80)
    assert np.bincount(told.row).tolist() == [2] * 40


def test_who_serves_many_joins_and_splits_nobody(tmp_path: Path) -> None:
    rows = [(*made_row(n // 8)[::2], made_name(200 + n % 8), f"154{900 + n % 3:08}") for n in range(80)]
    told = persons(tmp_path, ("姓名", "手机", "客户经理", "客户经理电话"), rows)
    assert told.count == 10 + 8 * 3  # a telephone that more than three managers share is told apart by their names


def test_calls_join_nobody_to_whom_he_calls(tmp_path: Path) -> None:
    rows = [(f"154{7919 * n % 10**8:08}", f"154{7919 * (n + 1) % 10**8:08}") for n in range(50)]
    assert persons(tmp_path, ("主叫号码", "被叫号码"), rows).count == 51


def test_names_in_two_columns_are_one(tmp_path: Path) -> None:
    rows = [("三丰", "张", "u0@example.com"), ("Ann", "Lee", "u1@example.com"), ("Mary", "Clark", "u2@example.com")]
    told = persons(tmp_path, ("first_name", "last_name", "email"), rows)
    assert (told.count, int(told.named.sum())) == (3, 3)


@pytest.mark.parametrize(
    "headers", [("first_stop", "last_stop"), ("FirstCategory", "LastCategory"), ("first_city_name", "last_city_name")]
)
def test_the_first_and_the_last_of_something_are_no_names(headers: tuple[str, str]) -> None:
    """Cities that are called like people would make whole names."""
    cities = ["Jackson", "Lincoln", "Madison", "Charlotte", "Victoria", "Savannah", "Austin", "Houston"]
    firsts, lasts = pa.array(cities * 3), pa.array([*cities[3:], *cities[:3]] * 3)
    sheet = Sheet("", headers, pa.table([firsts, lasts], names=headers), 2, True, pa.array(range(2, 26), pa.int64()))
    assert [verdict.family for verdict in Scanner(Tokeniser(bytes(32))).judged(sheet)] == [None, None]


@pytest.mark.parametrize("module", [parties_module, split_names, forms])
def test_examples_hold(module) -> None:
    found = doctest.testmod(module)
    assert found.attempted
    assert not found.failed
