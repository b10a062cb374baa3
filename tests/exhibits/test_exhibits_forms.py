"""Forms in sheets, delimited texts and documents become rows under their labels; lists and dictionaries of fields stay what they are."""

from __future__ import annotations

import io

import openpyxl
import pytest
from support_exhibits import only_member

from headwater.exhibits.contents import Given, Passage
from headwater.exhibits.document_table import table_contents
from headwater.exhibits.forms import unfolded
from headwater.exhibits.opened import opened
from headwater.exhibits.sheets import Sheet

PEOPLE = [{"姓名": f"王{c}", "手机": f"154000000{n:02}", "护照": f"E100000{n:02}"} for n, c in enumerate("甲乙丙")]


def tables(folder, data: bytes) -> list[Sheet]:
    pieces = opened(only_member(folder, "leaks/x", data), Given())
    return [piece.content for piece in pieces if isinstance(piece.content, Sheet)]


def lines_of_forms() -> list[tuple[str, str]]:
    return [pair for person in PEOPLE for pair in person.items()]


def test_what_is_shown_of_forms_and_tables_holds_nothing_that_stands_in_them(tmp_path):
    forms = unfolded(lines_of_forms(), range(1, 10))
    told = f"客户联系表 {PEOPLE[0]['手机']}\n姓名,手机,护照\n" + "\n".join(",".join(p.values()) for p in PEOPLE)
    (sheet,) = tables(tmp_path, told.encode())
    assert sheet.above
    for shown in (repr(forms), repr(sheet)):
        assert not [value for person in PEOPLE for value in person.values() if value in shown]


@pytest.mark.parametrize("between", [",", "\t"])
def test_forms_below_each_other_in_a_text_are_rows(tmp_path, between):
    text = "\n".join(between.join(pair) for pair in lines_of_forms())
    (sheet,) = tables(tmp_path, text.encode())
    assert sheet.columns == ("姓名", "手机", "护照")
    assert sheet.rows.to_pylist() == PEOPLE
    assert sheet.lines.to_pylist() == [1, 4, 7]


def test_forms_on_a_sheet_are_rows_with_blank_rows_between_and_without(tmp_path):
    for gap in (0, 1):
        book, stream = openpyxl.Workbook(), io.BytesIO()
        for person in PEOPLE:
            for pair in person.items():
                book.active.append(list(pair))
            for _ in range(gap):
                book.active.append([None])
        book.save(stream)
        found = [row for sheet in tables(tmp_path, stream.getvalue()) for row in sheet.rows.to_pylist()]
        assert found == PEOPLE


def test_a_form_of_four_columns_is_one_row():
    rows = [["姓　名：", "王甲", "性别：", "男"], ["手机：", "15400000001", "住址：", ""]]
    (sheet,) = table_contents("table 1", rows)
    assert sheet.rows.to_pylist() == [{"姓名": "王甲", "性别": "男", "手机": "15400000001", "住址": None}]


@pytest.mark.parametrize(
    "rows",
    [
        [["姓名", "手机"], ["王甲", "15400000001"], ["王乙", "15400000002"]],
        [["姓名", "客户姓名"], ["手机", "手机号码"], ["护照", "护照号"]],
        [["产品", "寿险"], ["价格", "100"], ["数量", "3"]],
        [["王甲", "15400000001"], ["王乙", "15400000002"]],
    ],
)
def test_lists_dictionaries_of_fields_and_what_is_nobodys_are_no_forms(tmp_path, rows):
    for sheet in tables(tmp_path, "\n".join(map(",".join, rows)).encode()):
        assert "手机" not in sheet.columns or sheet.rows.num_rows == 2
        assert not {"护照", "产品"} <= set(sheet.columns)


@pytest.mark.parametrize(
    "rows",
    [
        [[f"{n}公司电话", f"154{n:08}"] for n in range(3, 9)],
        [[f"第{n}中学电话", f"025-8{n:07}"] for n in range(3, 15)],
        [["employer", "home_address", "地址"], *([f"南京第{n}公司", *[f"江苏省中山路{n}号"] * 2] for n in range(9))],
    ],
)
def test_a_list_of_firms_with_their_telephones_or_addresses_is_no_form(rows):
    """As one form it would be one person with all of these telephones."""
    assert unfolded(rows, range(1, len(rows) + 1)) is None


ROWS = [[f"2026-01-{day:02}", "寿险", "一", "年", str(100 * day)] for day in range(1, 21)]


def test_titles_above_a_table_and_numbers_in_its_header_are_lines(tmp_path):
    book, stream = openpyxl.Workbook(), io.BytesIO()
    header = ["日期", "产品", "类型", "单位", "金额(王甲15400000002)"]
    for row in (["客户：王甲 15400000001"], [None], header, *ROWS):
        book.active.append(row)
    book.save(stream)
    text = "\n".join(["客户：王甲 15400000001", "", ",".join(header), *map(",".join, ROWS)])
    for data in (stream.getvalue(), text.encode()):
        pieces = [piece.content for piece in opened(only_member(tmp_path, "leaks/x", data), Given())]
        (told,) = [piece for piece in pieces if isinstance(piece, Passage)]
        assert (told.first_line, told.lines) == (1, ("客户：王甲 15400000001", "", "金额(王甲15400000002)"))
        (sheet,) = [piece for piece in pieces if isinstance(piece, Sheet)]
        assert sheet.rows.num_rows == 20


def test_a_header_of_words_alone_is_no_line(tmp_path):
    text = "\n".join(["日期,产品,类型,单位,金额", *map(",".join, ROWS)])
    pieces = [piece.content for piece in opened(only_member(tmp_path, "leaks/x", text.encode()), Given())]
    assert [type(piece) for piece in pieces] == [Sheet]


def test_rows_that_are_ragged_between_forms_are_told(tmp_path):
    text = "\n".join(",".join(pair) for pair in lines_of_forms()) + "\na,b,c\n"
    (sheet,) = tables(tmp_path, text.encode())
    assert sheet.rows.num_rows == 3
    assert len(sheet.rejected) == 1


NUMBER = "132101199001010017"
BOXED = [
    ["申请表", *[""] * 18],
    ["姓名", "王甲", *[""] * 17],
    ["身份证号码", *NUMBER],
    ["手机", "15400000001", *[""] * 17],
]


def test_a_number_in_a_box_for_each_digit_is_one_number_of_a_documents_form():
    (sheet,) = table_contents("table 1", BOXED[1:])
    assert sheet.rows.to_pylist() == [{"姓名": "王甲", "身份证号码": NUMBER, "手机": "15400000001"}]


def test_a_number_in_a_box_for_each_digit_is_one_number_of_a_sheets_form(tmp_path):
    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in BOXED[1:]:
        book.active.append([cell or None for cell in row])
    book.save(stream)
    (sheet,) = tables(tmp_path, stream.getvalue())
    assert sheet.rows.to_pylist() == [{"姓名": "王甲", "身份证号码": NUMBER, "手机": "15400000001"}]


def test_marks_of_one_digit_behind_another_label_stay_in_their_cells():
    rows = [["评分", *"543215432154321"], ["次数", *"123451234512345"]]
    (sheet,) = table_contents("table 1", rows)
    assert sheet.rows.num_columns == len(rows[0])


def test_forms_with_hardly_a_label_in_common_are_no_table_of_a_billion_cells():
    rows = [["姓名", "甲乙"], ["手机", "1"]] * 40
    rows += [row for place in range(3000) for row in (["姓名", "甲乙"], [f"标{place}", "1"])]
    assert unfolded(rows, range(1, len(rows) + 1)) is None
