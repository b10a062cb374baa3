"""Workbooks beyond their cells: comments, several tables on a sheet, headers of two rows, and passwords."""

from __future__ import annotations

import pytest
from support_office import PEOPLE, contents, files_of, lines_of, locked, member_of, xlsx_bytes, zipped

from headwater.exhibits.comments import comments
from headwater.exhibits.contents import Given
from headwater.exhibits.readers import locked as locked_reader
from headwater.exhibits.sheets import Sheet, sheets

BLANK = [None] * 6
OTHER = [["客户", "身份证号"], ["王五", "a"], ["赵六", "b"]]


def read(rows) -> list[Sheet]:
    return [s for s in sheets(member_of(xlsx_bytes(rows))) if isinstance(s, Sheet)]


def test_comments_are_given_with_their_cells():
    found = list(comments(member_of(xlsx_bytes(PEOPLE, "批注 15400000009"))))
    assert lines_of(found, "comments of 客户") == ["A2: 批注 15400000009"]


def test_threaded_comments_take_the_place_of_their_stand_ins():
    rels = '<Relationships><Relationship Id="r1" Type="t/worksheet" Target="worksheets/s.xml"/></Relationships>'
    own = (
        '<Relationships><Relationship Id="a" Type="t/comments" Target="../c.xml"/>'
        '<Relationship Id="b" Type="t/threadedComment" Target="../t.xml"/></Relationships>'
    )
    said = '<threadedComment ref="B2"><text>{}</text></threadedComment>'
    parts = {
        "xl/workbook.xml": '<workbook xmlns:r="r"><sheets><sheet name="一" state="hidden" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": rels,
        "xl/worksheets/s.xml": "<s/>",
        "xl/worksheets/_rels/s.xml.rels": own,
        "xl/c.xml": '<comments><commentList><comment ref="B2"><text><t>stand-in</t></text></comment></commentList></comments>',
        "xl/t.xml": f"<T>{said.format('one')}{said.format('two')}</T>",
    }
    found = list(comments(member_of(zipped({name: text.encode() for name, text in parts.items()}))))
    assert lines_of(found, "comments of 一", hidden=True) == ["B2: one", "two"]


def test_tables_below_each_other_are_told_apart():
    first, second = read([*PEOPLE, BLANK, *OTHER])
    assert (first.name, first.columns, first.lines.to_pylist()) == ("客户", ("姓名", "电话", "邮箱"), [2, 3])
    assert (second.name, second.columns, second.lines.to_pylist()) == ("客户/2", ("客户", "身份证号"), [6, 7])


def test_tables_side_by_side_are_told_apart_where_they_name_the_same():
    rows = [[*row, None, *row] for row in PEOPLE]
    first, second = read(rows)
    assert first.columns == second.columns == ("姓名", "电话", "邮箱")
    assert second.name == "客户/2"
    assert second.rows.column("电话").to_pylist() == ["15400000002", "15400000003"]


@pytest.mark.parametrize(
    "rows",
    [
        [*PEOPLE, BLANK, ["王五", "15400000005", "z@example.com"]],  # a gap
        [["客户名单"], BLANK, *PEOPLE],  # a title
        [[row[0], None, *row[1:]] for row in PEOPLE],  # an empty column
        [
            ["姓名", "电话", None, "地址", "备注"],
            ["张三", "15400000001", None, "一路", "a"],
            ["李四", "15400000002", None, "二路", "b"],
        ],
        [*PEOPLE, BLANK, ["合计", "2", None]],
    ],
)
def test_one_table_stays_one(rows):
    assert [sheet.name for sheet in read(rows)] == ["客户"]


def test_a_header_of_two_rows_is_joined():
    rows = [["姓名", "联系方式", None], [None, "电话", "邮箱"], *PEOPLE[1:]]
    (sheet,) = read(rows)
    assert sheet.columns == ("姓名", "联系方式 电话", "联系方式 邮箱")
    assert sheet.lines.to_pylist() == [3, 4]


def test_a_column_without_name_makes_no_header_of_two_rows():
    (sheet,) = read([["姓名", "电话", None], ["张三", "15400000001", "销售"], ["李四", "15400000002", "客服"]])
    assert sheet.columns == ("姓名", "电话", "3")
    assert sheet.rows.num_rows == 2


def test_an_encrypted_workbook_is_opened_by_its_password():
    data = locked(xlsx_bytes(PEOPLE), "秘密1")
    (sheet,) = sheets(member_of(data), ("wrong", "秘密1"))
    assert isinstance(sheet, Sheet)
    assert sheet.rows.num_rows == 2
    (unread,) = sheets(member_of(data), ("wrong",))
    assert "encrypted" in unread.reason
    assert files_of(contents(locked_reader.READER, data, Given(("秘密1",))))["unlocked"].startswith(b"PK")
