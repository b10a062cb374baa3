"""Pages and XML: tables as tables, text without what draws it, what is not shown as hidden; logs are not taken for either."""

from __future__ import annotations

import pytest
from support_office import contents, faults_of, files_of, fits, lines_of, sheets_of

from headwater.exhibits.readers import html, xml

PAGE = """<!DOCTYPE html><html><head><meta charset=gb2312><title>标题</title><style>p{}</style>
<script>var d={"phone":"15400000001"};</script><script>function f(){return 1}</script></head>
<body><p>你好<b>张三</b>15400000002<br>第二行<!-- 15400000003 -->
<table><tr><th rowspan=2>姓名<th colspan=2>联系方式</tr><tr><th>电话<th>邮箱</tr>
<tr><td rowspan=2>张三<td>15400000004<td>a@example.com<tr><td>15400000005<td>b@example.com<tr><td>李四<td>15400000006<td></table>
<input type=hidden name=id value=15400000007><input name=q value=visible><div style="display: none">暗 15400000008</div>
<a href="mailto:c@example.com">尾</a><img src="data:image/gif;base64,R0lGODdh"></body></html>"""


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8", "utf-16"])
def test_a_page_gives_tables_text_and_what_it_hides(encoding):
    said = PAGE if encoding == "gb18030" else PAGE.replace("gb2312", "utf-8" if encoding == "utf-8" else "gb2312")
    found = contents(html.READER, said.encode(encoding))
    (sheet,) = sheets_of(found)
    assert sheet.columns == ("姓名", "联系方式 电话", "联系方式 邮箱")
    assert sheet.rows.column(0).to_pylist() == ["张三", "张三", "李四"]
    assert sheet.rows.column(2).to_pylist() == ["a@example.com", "b@example.com", None]
    assert lines_of(found) == ["标题", "你好张三15400000002", "第二行", "visible", "尾"]
    assert lines_of(found, "script data", hidden=True) == ['var d={"phone":"15400000001"};']
    assert lines_of(found, "comments", hidden=True) == [" 15400000003 "]
    assert lines_of(found, "hidden inputs", hidden=True) == ["id: 15400000007"]
    assert lines_of(found, "hidden text", hidden=True) == ["暗 15400000008"]
    assert lines_of(found, "links", hidden=True) == ["mailto:c@example.com"]
    assert files_of(found) == {"picture 1": b"GIF87a"}


def test_a_table_within_a_table_is_one_of_its_own():
    inner = "<table><tr><td>姓名<td>电话<tr><td>张三<td>15400000001</table>"
    found = contents(html.READER, f"<html><body><table><tr><td>menu<td>{inner}</table></body></html>".encode())
    assert [sheet.columns for sheet in sheets_of(found)] == [("姓名", "电话")]
    assert lines_of(found, "table 2") == ["menu"]


def test_depth_and_length_do_no_harm():
    deep = b"<html><body>" + b"<div>" * 100_000 + b"15400000001"
    assert lines_of(contents(html.READER, deep)) == ["15400000001"]
    long = b"<html><body><p>" + b"154 " * 1_000_000
    lines = lines_of(contents(html.READER, long + b"</p></body></html>"))
    assert sum(map(len, lines)) >= 3_999_000
    assert max(map(len, lines)) <= 1 << 18
    wide = (
        b"<html><body><table><tr><td colspan=99999 rowspan=99999>a<td>b" + b"<tr><td>c" * 50 + b"</table></body></html>"
    )
    assert sheets_of(contents(html.READER, wide))[0].rows.num_rows <= 51


LOG = "2024-01-01 GET <html> 200\n2024-01-01 <table><tr><td>\n"


@pytest.mark.parametrize(
    "text", [LOG, "<14>Oct 1 host app: <body>\n", "a,b\n<html>,1\n", "<event id='1'/>\n<event id='2'/>\n", "<b>x</b>"]
)
def test_logs_and_tables_are_neither_pages_nor_xml(text):
    assert not fits(html.READER, text.encode())
    assert not fits(xml.READER, text.encode())


def test_elements_that_repeat_are_rows_and_nothing_else_is_lost():
    text = (
        '<?xml version="1.0" encoding="GBK"?><!-- c --><root v="9"><meta a="1">x</meta>'
        '<person id="1"><name>张三</name><tel>15400000001</tel><tel>15400000002</tel></person>'
        '<person id="2"><name>李四</name><tel type="m">15400000003</tel></person>tail<note>para <b>bold</b> more</note></root>'
    )
    found = contents(xml.READER, text.encode("gbk"))
    (sheet,) = sheets_of(found)
    assert sheet.rows.to_pylist() == [
        {"id": "1", "name": "张三", "tel": "15400000001\n15400000002", "tel.type": None},
        {"id": "2", "name": "李四", "tel": "15400000003", "tel.type": "m"},
    ]
    assert sorted(lines_of(found)) == sorted(["para", "b: bold", "more", "tail", "meta: x\tmeta.a: 1", "v: 9"])


def test_a_flat_workbook_of_2003():
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    row = "<Row><Cell><Data>姓名</Data></Cell><Cell><Data>电话</Data></Cell></Row>"
    said = "<Comment><Data>批注</Data></Comment>"
    far = f'<Row ss:Index="4"><Cell><Data>张三</Data></Cell><Cell><Data>15400000001</Data>{said}</Cell></Row>'
    opened = f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}">'
    text = f'{opened}<Worksheet ss:Name="客户"><Table>{row}{far}</Table></Worksheet></Workbook>'
    found = contents(xml.READER, text.encode())
    (sheet,) = sheets_of(found)
    assert (sheet.name, sheet.columns, sheet.lines.to_pylist()) == ("客户", ("姓名", "电话"), [4])
    assert lines_of(found, "comments of 客户") == ["批注"]


def test_a_flat_document_of_2003():
    text = '<?xml version="1.0"?><w:wordDocument xmlns:w="u"><w:body><w:p><w:r><w:t>正文</w:t></w:r></w:p></w:body></w:wordDocument>'
    assert lines_of(contents(xml.READER, text.encode())) == ["正文"]


def test_torn_xml_gives_what_stands_before_the_tear():
    text = "<?xml version='1.0'?><r>" + "".join(f"<p><n>a{n}</n><m>b</m></p>" for n in range(50)) + "<p><n>a"
    found = contents(xml.READER, text.encode())
    assert sheets_of(found)[0].rows.num_rows >= 49
    assert len(faults_of(found)) == 1
