"""Tables are found by their content: layout, header, numbers of lines, and what was set aside."""

from __future__ import annotations

import csv
import datetime
import io
import zipfile

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support_exhibits import only_member, zipped

from headwater.exhibits import delimited, recoded
from headwater.exhibits.sheets import Sheet, sheets
from headwater.model.exhibit import NotRead

BODY = "张三,42252619900418972X,18183381926\n李四,412123199203049875,15829473943\n王五,222622200202219634,17780003417\n"


def read(folder, data: bytes | str, name: str = "leaks/x") -> list[Sheet | NotRead]:
    return list(sheets(only_member(folder, name, data.encode() if isinstance(data, str) else data)))


def read_one(folder, data: bytes | str) -> Sheet:
    (sheet,) = read(folder, data)
    assert isinstance(sheet, Sheet), sheet
    return sheet


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiter_encoding_and_header(tmp_path, encoding, delimiter):
    text = ("姓名,证件号,电话\n" + BODY).replace(",", delimiter)
    sheet = read_one(tmp_path, text.encode(encoding))
    assert sheet.columns == ("姓名", "证件号", "电话")
    assert sheet.header
    assert sheet.first_line == 2
    assert sheet.rows.column("姓名").to_pylist() == ["张三", "李四", "王五"]
    assert sheet.lines.to_pylist() == [2, 3, 4]


def test_a_table_without_header_gets_numbers(tmp_path):
    sheet = read_one(tmp_path, BODY)
    assert (sheet.columns, sheet.header, sheet.first_line) == (("1", "2", "3"), False, 1)
    assert sheet.rows.num_rows == 3


@pytest.mark.parametrize("header", ["姓名", "客户姓名", "name", "住址"])
def test_a_list_under_the_name_of_what_it_holds_is_a_column(tmp_path, header):
    sheet = read_one(tmp_path, f"{header}\r\n张三\r\n李四\r\n\r\n王五\r\n")
    assert sheet.columns == (header,)
    assert sheet.rows.column(header).drop_null().to_pylist() == ["张三", "李四", "王五"]


@pytest.mark.parametrize("header", ["备忘", "客户姓名：张三", "name of the game"])
def test_lines_under_another_word_are_a_text(tmp_path, header):
    (found,) = read(tmp_path, f"{header}\n张三\n李四\n王五\n")
    assert isinstance(found, NotRead)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("joint", ["----", "--", "|||", "::", "##", "，", "、", "\u3000"])
@pytest.mark.parametrize("header", ["", "姓名,证件号,电话\n"])
def test_lists_joined_by_other_signs_are_tables(tmp_path, encoding, joint, header):
    body = BODY + "赵六,412123199203049875,15829473944\n钱七,222622200202219634,17780003418\n"
    sheet = read_one(tmp_path, (header + body).replace("\n", "\r\n").replace(",", joint).encode(encoding))
    assert sheet.columns == (("姓名", "证件号", "电话") if header else ("1", "2", "3"))
    assert sheet.rows.column(0).to_pylist() == ["张三", "李四", "王五", "赵六", "钱七"]
    assert sheet.rows.column(2).to_pylist()[-1] == "17780003418"
    assert sheet.first_line == (2 if header else 1)


def test_uneven_lines_of_a_joined_list_are_kept(tmp_path):
    people = [f"张三----1380013{n:04d}----上海路{n}号" for n in range(20)]
    sheet = read_one(tmp_path, "\n".join([*people, "李四----13900139000", "", "王五----13900139001----一号----二楼"]))
    assert sheet.rows.slice(20).to_pylist() == [
        {"1": "李四", "2": "13900139000", "3": None},
        {"1": "王五", "2": "13900139001", "3": "一号----二楼"},
    ]
    assert sheet.lines.to_pylist()[-2:] == [21, 23]
    assert sheet.rejected == ()


@pytest.mark.parametrize("line", ["你好，我是张三，明天见", "2021-05-01 :: user :: GET", "a -- b -- c"])
def test_texts_with_joints_but_without_people_are_texts(tmp_path, line):
    (found,) = read(tmp_path, "\n".join([line] * 6))
    assert isinstance(found, NotRead)


def test_titles_above_the_header_are_passed_over(tmp_path):
    sheet = read_one(tmp_path, "2018年客户名单\n\n制表：销售部\n姓名,证件号,电话\n" + BODY)
    assert (sheet.columns, sheet.first_line) == (("姓名", "证件号", "电话"), 5)
    assert sheet.lines.to_pylist() == [5, 6, 7]


def test_a_header_of_words_only_over_words_only(tmp_path):
    sheet = read_one(tmp_path, "employee_id,name,department\nE1,张三,销售部\nE2,李四,客服部\n")
    assert (sheet.columns, sheet.header) == (("employee_id", "name", "department"), True)
    sheet = read_one(tmp_path, "张三,上海,销售部\n李四,上海,客服部\n")
    assert not sheet.header


def test_a_header_alone_is_an_empty_table(tmp_path):
    sheet = read_one(tmp_path, "employee_id,from,to,kind\n")
    assert (sheet.columns, sheet.rows.num_rows, sheet.header) == (("employee_id", "from", "to", "kind"), 0, True)


def test_quoted_cells_with_delimiters_quotes_and_line_ends(tmp_path):
    text = 'id,what,phone\n1,"a, ""b""\nsecond line",138\n2,plain,139\n3,"x\r\ny\nz",140\n4,q,141\n'
    sheet = read_one(tmp_path, text)
    assert sheet.rows.column("what").to_pylist() == ['a, "b"\nsecond line', "plain", "x\r\ny\nz", "q"]
    assert sheet.lines.to_pylist() == [2, 4, 5, 8]
    assert sheet.rejected == ()


def test_ragged_rows_are_set_aside_with_their_line(tmp_path):
    text = "id,name,phone\n" + "1,a,138\n" * 5 + "2,b\n3,c,139\n\n4,d,140,extra\n5,e,141\n"
    sheet = read_one(tmp_path, text)
    assert sheet.rows.column("id").to_pylist() == ["1"] * 5 + ["3", "5"]
    assert sheet.lines.to_pylist() == [2, 3, 4, 5, 6, 8, 11]
    assert sheet.rejected == ((7, "has 2 cells instead of 3"), (10, "has 4 cells instead of 3"))


def test_a_quotation_mark_that_is_never_closed_does_not_swallow_the_rest(tmp_path):
    rows = [f"{n},name{n},{n * 7}" for n in range(50)]
    rows[20] = '20,"name20,140'
    sheet = read_one(tmp_path, "id,name,phone\n" + "\n".join(rows) + "\n")
    assert sheet.rows.num_rows == 50
    assert sheet.rejected == ()
    assert sheet.lines.to_pylist() == list(range(2, 52))
    assert sheet.rows.column("name").to_pylist()[20] == '"name20'


def test_the_same_with_a_file_larger_than_a_block(tmp_path, monkeypatch):
    monkeypatch.setattr(recoded, "BLOCK_BYTES", 200)
    rows = [f"{n},name{n},{n * 7}" for n in range(500)]
    rows[300] = '300,"name300,140'
    rows[100] = "100,short"
    rows[150] = '150,"two\nlines",1'
    sheet = read_one(tmp_path, "id,name,phone\n" + "\n".join(rows) + "\n")
    assert sheet.rows.num_rows >= 498
    assert (102, "has 2 cells instead of 3") in sheet.rejected
    expected = {
        row[0]: row[1] for row in zip(sheet.rows.column("id").to_pylist(), sheet.lines.to_pylist(), strict=True)
    }
    assert expected["99"] == 101
    assert expected["149"] == 151
    assert expected["400"] == 403


def test_empty_cells_are_null_and_unnamed_empty_columns_fall(tmp_path):
    sheet = read_one(tmp_path, 'id,name,phone,\n1,,"",\n2,b,139,\n')
    assert sheet.columns == ("id", "name", "phone")
    assert sheet.rows.to_pydict() == {"id": ["1", "2"], "name": [None, "b"], "phone": [None, "139"]}


def test_twin_and_missing_names(tmp_path):
    sheet = read_one(tmp_path, "id,phone,phone,,phone\n1,138,139,x,140\n2,141,142,y,143\n")
    assert sheet.columns == ("id", "phone", "phone_2", "4", "phone_3")


@pytest.mark.parametrize(
    "text",
    [
        "这是说明，不是表格。\n都是文字，没有别的。\n",
        "一行字\n",
        "",
        "a\nb\nc\n",
    ],
)
def test_what_is_no_table_is_said_so(tmp_path, text):
    (found,) = read(tmp_path, text)
    assert isinstance(found, NotRead)


def book(*sheets_of_rows: list[list[object]], hidden: int | None = None) -> bytes:
    workbook = openpyxl.Workbook()
    workbook.remove(workbook.active)
    for place, rows in enumerate(sheets_of_rows):
        sheet = workbook.create_sheet(f"表{place}")
        for row in rows:
            sheet.append(row)
        if place == hidden:
            sheet.sheet_state = "hidden"
    out = io.BytesIO()
    workbook.save(out)
    return out.getvalue()


def test_workbooks_with_titles_dates_numbers_and_hidden_sheets(tmp_path):
    day = datetime.datetime(2018, 5, 1)
    first = [
        ["客户名单"],
        [],
        ["姓名", "证件", "日期", "保费", "时刻"],
        ["张三", "42252619900418972X", day, 3071.0, day.replace(hour=8, minute=3)],
        [],
        ["李四", "412123199203049875", day, 30.5, day],
    ]
    one, two = read(tmp_path, book(first, [["a", "b"], ["", "1"], ["x", "2"]], hidden=1))
    assert isinstance(one, Sheet)
    assert isinstance(two, Sheet)
    assert (one.name, one.hidden, two.hidden) == ("表0", False, True)
    assert one.columns == ("姓名", "证件", "日期", "保费", "时刻")
    assert one.lines.to_pylist() == [4, 6]
    assert one.rows.to_pylist()[0] == {
        "姓名": "张三",
        "证件": "42252619900418972X",
        "日期": "2018-05-01",
        "保费": "3071",
        "时刻": "2018-05-01 08:03:00",
    }
    assert one.rows.column("证件").to_pylist()[1] == "412123199203049875"
    assert one.rows.column("保费").to_pylist()[1] == "30.5"


def test_long_numbers_keep_the_digits_that_are_there(tmp_path):
    texts = [["id", "name"], *[[f"42212619900418{n:04d}", "x"] for n in range(30)]]
    (sheet,) = read(tmp_path, book(texts))
    assert sheet.rows.column("id").to_pylist() == [row[0] for row in texts[1:]]
    numbers = [["id", "name"], *[[float(422126199004180000 + n * 1000), "x"] for n in range(30)]]
    (sheet,) = read(tmp_path, book(numbers))
    assert sheet.rows.column("id").to_pylist() == [str(422126199004180000 + n * 1000) for n in range(30)]


def test_a_workbook_inside_a_zip(tmp_path):
    member = only_member(tmp_path, "leaks/a.zip", zipped({"b/客户.xlsx": book([["姓名", "电话"], ["张三", "138"]])}))
    assert member.path == "leaks/a.zip!b/客户.xlsx"
    (sheet,) = sheets(member)
    assert isinstance(sheet, Sheet)
    assert sheet.rows.to_pydict() == {"姓名": ["张三"], "电话": ["138"]}


def test_encrypted_and_broken_workbooks_are_not_read(tmp_path):
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
    (found,) = read(tmp_path, ole + "EncryptedPackage".encode("utf-16-le") + bytes(600))
    assert found == NotRead("leaks/x", "the workbook is encrypted")
    (found,) = read(tmp_path, ole)
    assert isinstance(found, NotRead)
    whole = bytearray(book([["姓名", "电话"], ["张三", "138"]]))
    torn = whole.index(b"xl/worksheets/sheet1.xml") + 40
    whole[torn : torn + 60] = b"\xff" * 60
    (found,) = read(tmp_path, bytes(whole))
    assert isinstance(found, NotRead)


def test_a_bomb_in_a_workbook_is_not_read(tmp_path, monkeypatch):
    from headwater.exhibits import workbook
    from headwater.exhibits.limits import Limits

    monkeypatch.setattr(workbook, "LIMITS", Limits(total=1 << 22, ratio=50, ratio_from=1 << 20))
    parts = {"[Content_Types].xml": b"<x/>", "xl/worksheets/sheet1.xml": bytes(1 << 24)}
    (found,) = read(tmp_path, zipped(parts, zipfile.ZIP_DEFLATED))
    assert isinstance(found, NotRead)
    assert "bomb" in found.reason or "more than" in found.reason


def test_parquet(tmp_path):
    out = io.BytesIO()
    table = pa.table(
        {"id": [1, 2], "name": pa.array(["张三", ""]).dictionary_encode(), "day": [datetime.date(2018, 5, 1), None]}
    )
    pq.write_table(table, out)
    sheet = read_one(tmp_path, out.getvalue())
    assert sheet.rows.to_pydict() == {"id": ["1", "2"], "name": ["张三", None], "day": ["2018-05-01", None]}
    (found,) = read(tmp_path, out.getvalue()[:-20])
    assert isinstance(found, NotRead)


def test_no_value_is_in_the_representation(tmp_path):
    assert "18183381926" not in repr(read_one(tmp_path, "姓名,证件号,电话\n" + BODY))


CELL = st.text(st.sampled_from('ab,;"\n 张三138'), max_size=6)


@settings(max_examples=150, deadline=None)
@given(
    rows=st.lists(st.lists(CELL, min_size=3, max_size=3), min_size=1, max_size=25),
    block=st.sampled_from([300, 1 << 20]),
)
def test_what_a_csv_writer_wrote_is_read_with_the_right_lines(tmp_path_factory, rows, block):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["employee_id", "name", "what_for"])
    starts = []
    for row in rows:
        starts.append(out.getvalue().count("\n") + 1)
        writer.writerow(row)
    kept = recoded.BLOCK_BYTES
    recoded.BLOCK_BYTES = block
    try:
        dialect = delimited.Dialect(",", ("employee_id", "name", "what_for"), True, 1)
        parts = list(delimited.read_delimited(io.BytesIO(out.getvalue().encode()), dialect, "utf-8"))
    finally:
        recoded.BLOCK_BYTES = kept
    found = [tuple(row.values()) for part in parts for row in part.table.to_pylist()]
    assert found == [tuple(cell or None for cell in row) for row in rows if any(row)]
    assert [n for part in parts for n in part.lines.to_pylist()] == [
        start for start, row in zip(starts, rows, strict=True) if any(row)
    ]


@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=600), start=st.sampled_from([b"", b"a,b\n1,2\n", b"PAR1", b"PK\x03\x04", b'x,"y\n']))
def test_no_bytes_stop_the_run(tmp_path_factory, data, start):
    folder = tmp_path_factory.mktemp("x")
    from support_exhibits import exhibit

    from headwater.exhibits.member import plain

    for sheet in sheets(plain(exhibit(folder, "leaks/x", start + data))):
        assert sheet


def people(count: int, first: int = 0) -> str:
    return "".join(f"张三丰{n},{15400000000 + n},上海市龙湖路{n}号\n" for n in range(first, first + count))


@pytest.mark.parametrize("block", [97, 1 << 22])
@pytest.mark.parametrize("pair", [("utf-8", "gb18030"), ("gb18030", "utf-8")])
def test_a_table_whose_encoding_changes_midway_loses_no_cell(tmp_path, monkeypatch, pair, block):
    monkeypatch.setattr(recoded, "BLOCK_BYTES", block)
    head = "姓名,手机号,地址\n" + people(1200)  # longer than what the encoding is told by
    assert len(head.encode(pair[0])) > 1 << 15
    data = (head + people(1200, 1200)).encode(pair[0]) + people(40, 2400).encode(pair[1])
    sheet = read_one(tmp_path, data + people(3, 2440).encode(pair[0]))
    assert sheet.rows.num_rows == 2443
    assert sheet.rows.column("姓名").to_pylist()[-5:] == [f"张三丰{n}" for n in range(2438, 2443)]
    assert sheet.rejected == ()


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_bytes_that_are_in_no_encoding_are_told_with_their_line(tmp_path, encoding):
    data = ("姓名,手机号,地址\n" + people(9)).encode(encoding).split(b"\n")
    data[4] = data[4].replace("海".encode(encoding), b"\xff\xff")
    sheet = read_one(tmp_path, b"\n".join(data))
    assert sheet.rows.column("手机号").to_pylist() == [str(15400000000 + n) for n in range(9)]
    ((line, reason),) = sheet.rejected
    assert line == 5
    assert encoding in reason


def test_the_same_where_a_quotation_mark_is_never_closed(tmp_path):
    data = ("姓名,手机号,地址\n" + people(60)).encode().split(b"\n")
    data[20] = b'"' + data[20]
    data[30] = b"\xff" + data[30]
    data[4] = b"\xff" + data[4]
    sheet = read_one(tmp_path, b"\n".join(data))
    assert sheet.rows.num_rows == 60
    assert [line for line, _ in sheet.rejected] == [5, 31]
