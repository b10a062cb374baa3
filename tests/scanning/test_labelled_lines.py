"""Labels with their values, line below line, are one person's; the same label again, or whom to call in need, is another one's."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest
from tests.identifiers.made_ids import made_id, made_mobile

from headwater.investigation.surveying import survey
from headwater.scanning import labelled_lines


def test_examples_hold() -> None:
    assert doctest.testmod(labelled_lines).failed == 0


def persons(folder: Path, text: str) -> tuple[int, int]:
    (folder / "a.txt").write_text(text, "utf-8")
    totals = survey([folder])["totals"]
    return totals["persons"], totals["named"]


def chat(n: int) -> str:
    return f"2025-03-0{n} 10:00:00 小美\n收件人: 王建{'华明强芳'[n]}\n手机号码: {made_mobile(7919 * n + 3)}\n好的亲\n"


@pytest.mark.parametrize("gap", ["", "\n"])
def test_forms_in_a_chat_are_persons(tmp_path: Path, gap: str) -> None:
    assert persons(tmp_path, gap.join(map(chat, range(4)))) == (4, 4)


def test_a_form_on_a_page_is_one_person(tmp_path: Path) -> None:
    lines = [
        "申请表",
        "申请人姓名  王建华",
        f"手机号码  {made_mobile(9173)}",
        f"身份证号码  {made_id(37)}",
        "电子邮箱\tjh@example.org",
    ]
    assert persons(tmp_path, "\n".join(lines)) == (1, 1)


def test_whom_to_call_is_another_person(tmp_path: Path) -> None:
    lines = [f"姓名：王建华\n手机：{made_mobile(9173)}", f"紧急联系人：李秀英\n联系电话：{made_mobile(5471)}"]
    assert persons(tmp_path, "\n".join(lines)) == (2, 2)


def test_the_same_label_again_is_another_person(tmp_path: Path) -> None:
    lines = [f"手机：{made_mobile(7919 * n + 5)}" for n in range(4)]
    assert persons(tmp_path, "\n".join(lines)) == (4, 0)


def test_a_label_that_says_nothing_of_people_parts_what_stands_around_it(tmp_path: Path) -> None:
    lines = ["姓名：王建华", f"身份证：{made_id(37)}", "备注：另一位", f"手机：{made_mobile(5471)}"]
    assert persons(tmp_path, "\n".join(lines)) == (2, 1)
