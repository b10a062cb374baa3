"""A table may be written as JSON: in lists, in wrapped lists, and one object a line."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support_exhibits import only_member

from headwater.exhibits import json_table
from headwater.exhibits.sheets import Sheet, sheets
from headwater.model.exhibit import NotRead

ROWS = [
    {"姓名": "张三", "手机": "18183381926", "户": {"地址": "通县"}},
    {"姓名": "李四", "手机": 15829473943},
    {"姓名": "王五", "手机": None, "标签": ["a", "b"]},
]


def read(folder, text: str, encoding: str = "utf-8") -> Sheet | NotRead:
    (found,) = sheets(only_member(folder, "leaks/x", text.encode(encoding)))
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize(
    ("text", "lines"),
    [
        (json.dumps(ROWS, ensure_ascii=False), [1, 1, 1]),
        (json.dumps(ROWS, ensure_ascii=False, indent=1), [2, 9, 13]),
        ("\n".join(json.dumps(row, ensure_ascii=False) for row in ROWS), [1, 2, 3]),
        (json.dumps({"code": 0, "data": {"total": 3, "list": ROWS}}, ensure_ascii=False), [1, 1, 1]),
    ],
)
def test_objects_are_rows(tmp_path, text, lines, encoding):
    sheet = read(tmp_path, text, encoding)
    assert isinstance(sheet, Sheet)
    assert sheet.columns == ("姓名", "手机", "户.地址", "标签")
    assert sheet.rows.column("手机").to_pylist() == ["18183381926", "15829473943", None]
    assert sheet.rows.column("户.地址").to_pylist() == ["通县", None, None]
    assert sheet.rows.column("标签").to_pylist() == [None, None, '["a", "b"]']
    assert (sheet.lines.to_pylist(), sheet.first_line, sheet.header) == (lines, lines[0], True)


@pytest.mark.parametrize(
    "text",
    ['{"a": 1}', '["a", "b"]', "{ no json", "[" * 100_000, '[{"a": 1}, 2, 3, 4]', "{}\n{}\n{"],
)
def test_what_is_no_table_stays_a_text(tmp_path, text):
    assert isinstance(read(tmp_path, text), NotRead)


def test_too_many_bytes_or_columns_are_no_table(tmp_path, monkeypatch):
    text = json.dumps([{f"k{n}": 1} for n in range(500)])
    assert isinstance(read(tmp_path, text), NotRead)
    monkeypatch.setattr(json_table, "LARGEST", 20)
    assert isinstance(read(tmp_path / "b", json.dumps(ROWS)), NotRead)


@given(st.text(alphabet='[]{}",:1a\n ', max_size=60))
def test_no_text_breaks_it(tmp_path_factory, text):
    found = list(sheets(only_member(tmp_path_factory.mktemp("j"), "leaks/x", ("{" + text).encode())))
    assert len(found) == 1
