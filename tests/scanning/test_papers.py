"""Papers of all countries are persons, several in one row one person's; lesser numbers tell a person where nothing better does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from made_rows import csv, made_id, made_name, made_row
from stdnum.br import cpf
from stdnum.pt import nif

from headwater.exhibits.contents import Given
from headwater.exhibits.member import plain
from headwater.exhibits.opened import opened
from headwater.identifiers import hk_id
from headwater.model.exhibit import Exhibit
from headwater.scanning.fingerprints import Printer
from headwater.scanning.linking import LESSER, PAPER, Linked
from headwater.scanning.persons import role_of
from headwater.scanning.scanner import Scanner
from headwater.scanning.survey.gathering import Gatherer
from headwater.scanning.survey.holdings import Source, everything
from headwater.store.tokens import Tokeniser

COUNT = 40
RANGE = range(COUNT)


def persons(folder: Path, columns: dict[str, list[str]]) -> Linked:
    file = folder / "x.csv"
    file.write_text(csv(tuple(columns), list(zip(*columns.values(), strict=True))), encoding="utf-8")
    pieces = opened(plain(Exhibit("seized/x", file, "seized", None, file.stat().st_size)), Given())
    gatherer = Gatherer(Scanner(Tokeniser(bytes(32))), Printer(bytes(32)), folder)
    (told, place) = next(iter(gatherer.gather(pieces)))
    return everything([Source("x", place, tuple(told.kinds), told.rows, sum(told.found))]).persons()


def hong_kong(number: int) -> str:
    return next(text for check in "0123456789A" if hk_id.is_valid(text := f"Z{number:06}({check})"))


def checked(first: str, is_valid: Callable[[str], bool]) -> str:
    return next(text for check in range(100) if is_valid(text := f"{first}{check:02}"))


NAMES = [made_name(n) for n in RANGE]
HONG_KONG = [hong_kong(n) for n in RANGE]
PERMITS = [f"H{n:08}" for n in RANGE]
BRAZIL = [checked(f"{n + 100_000_001}", cpf.is_valid) for n in RANGE]
FIRMS = [first + nif.calc_check_digit(first) for first in (f"5{n:07}" for n in RANGE)]


def test_each_paper_is_a_person_who_is_named(tmp_path: Path) -> None:
    for header, papers in (("香港身份证", HONG_KONG), ("回乡证号", PERMITS), ("CPF", BRAZIL)):
        told = persons(tmp_path, {header: papers})
        assert (told.count, int(told.named.sum())) == (COUNT, COUNT), header


def test_papers_of_one_row_are_one_persons(tmp_path: Path) -> None:
    ids = [made_id(n) for n in RANGE]
    columns = {"姓名": NAMES, "身份证号": ids, "香港身份证": HONG_KONG, "回乡证号": PERMITS}
    assert persons(tmp_path, columns).count == COUNT
    del columns["身份证号"]
    assert persons(tmp_path, columns).count == COUNT


def test_two_papers_of_one_kind_in_a_row_are_two_persons(tmp_path: Path) -> None:
    other = [hong_kong(n + 500) for n in RANGE]
    assert persons(tmp_path, {"香港身份证": HONG_KONG, "香港身份证2": other}).count == 2 * COUNT


def test_a_number_that_firms_have_too_is_nobody(tmp_path: Path) -> None:
    assert persons(tmp_path, {"NIF": FIRMS, "empresa": [f"Firma {n} Lda" for n in RANGE]}).count == 0
    assert role_of("pt_nif") is None
    role = role_of("br_cpf")
    assert role is not None and PAPER <= role < LESSER


@pytest.mark.parametrize("header", ["QQ", "QQ号"])
def test_a_lesser_number_tells_a_person_where_nothing_better_does(tmp_path: Path, header: str) -> None:
    numbers = [str(300_000_007 + 7919 * n) for n in RANGE]
    assert persons(tmp_path, {header: numbers, "备注": ["好友"] * COUNT}).count == COUNT
    mobiles = [made_row(n * 7)[2] for n in RANGE]
    shifted = mobiles[::2] + mobiles[::2]  # each twice, beside another QQ number
    assert persons(tmp_path, {header: numbers, "手机号": shifted}).count == COUNT // 2
