"""Documents and presentations, old and new: everything in them is given, what is not shown as hidden, damage with its reason."""

from __future__ import annotations

import struct
import zlib

import pytest
from support_office import (
    MADE_DOC,
    PEOPLE,
    contents,
    docx_bytes,
    faults_of,
    files_of,
    fits,
    lines_of,
    locked,
    odt_bytes,
    ppt_bytes,
    pptx_bytes,
    record,
    sheets_of,
    word_bytes,
    xlsx_bytes,
    zipped,
)

from headwater.exhibits.contents import Given
from headwater.exhibits.ole_copy import compound_bytes
from headwater.exhibits.readers import doc, docx, odf, ole_package, ppt, pptx, rtf
from headwater.exhibits.readers import locked as locked_reader
from headwater.model.errors import UnreadableError


def _is_people(sheet) -> bool:
    names = [list(sheet.columns), *([*row.values()] for row in sheet.rows.to_pylist())]
    return sheet.header and names == PEOPLE and sheet.lines.to_pylist() == [2, 3]


def test_a_word_document_gives_all_its_parts():
    found = contents(docx.READER, docx_bytes())
    assert lines_of(found) == ["客户 张三 电话 15400000001", "shown "]
    assert _is_people(sheets_of(found)[0])
    form = sheets_of(found)[1]
    assert form.rows.to_pylist() == [{"姓名": "王五", "手机号码": "15400000004"}]
    assert lines_of(found, "hidden text", hidden=True) == ["暗 15400000007"]
    assert lines_of(found, "header 1") == ["页眉 15400000008"]
    assert lines_of(found, "comments") == ["批注 15400000009"]
    assert faults_of(found) == []


def test_deletions_text_boxes_fields_and_enclosed_files():
    box = "<w:p><w:r><w:txbxContent><w:p><w:r><w:t>box 1</w:t></w:r></w:p></w:txbxContent></w:r></w:p>"
    again = f'<w:p><x:AlternateContent xmlns:x="u"><x:Choice>{box}</x:Choice><x:Fallback>{box}</x:Fallback></x:AlternateContent></w:p>'
    gone = "<w:p><w:del><w:r><w:delText>gone 2</w:delText></w:r></w:del><w:r><w:t>kept</w:t></w:r></w:p>"
    field = "<w:p><w:r><w:instrText>HYPERLINK mailto:a@example.com</w:instrText></w:r></w:p>"
    found = contents(
        docx.READER, word_bytes(again + gone + field, {"word/media/i.png": b"png", "word/embeddings/b.xlsx": b"b"})
    )
    assert lines_of(found) == ["box 1", "kept"]
    assert lines_of(found, "deleted text", hidden=True) == ["gone 2"]
    assert lines_of(found, "hidden text", hidden=True) == ["HYPERLINK mailto:a@example.com"]
    assert files_of(found) == {"word/media/i.png": b"png", "word/embeddings/b.xlsx": b"b"}


def test_merged_cells_and_a_header_of_two_rows():
    def cell(text: str, marks: str = "") -> str:
        return f"<w:tc><w:tcPr>{marks}</w:tcPr><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>"

    down, goes_on, wide = '<w:vMerge w:val="restart"/>', "<w:vMerge/>", '<w:gridSpan w:val="2"/>'
    rows = [
        cell("姓名", down) + cell("联系方式", wide),
        cell("", goes_on) + cell("电话") + cell("邮箱"),
        cell("张三", down) + cell("15400000001") + cell("a@example.com"),
        cell("", goes_on) + cell("15400000002") + cell("b@example.com"),
    ]
    (sheet,) = sheets_of(
        contents(docx.READER, word_bytes(f"<w:tbl>{''.join(f'<w:tr>{r}</w:tr>' for r in rows)}</w:tbl>"))
    )
    assert sheet.columns == ("姓名", "联系方式 电话", "联系方式 邮箱")
    assert sheet.rows.column("姓名").to_pylist() == ["张三", "张三"]
    assert sheet.lines.to_pylist() == [3, 4]


@pytest.mark.parametrize(
    ("body", "kept"),
    [
        (
            "<w:p><w:r><w:t>first</w:t></w:r></w:p><w:p><w:r><w:t>" + "x 154 " * 2_500_000 + "</w:t></w:r></w:p>",
            ["first"],
        ),
        ("<w:p><w:r><w:t>first</w:t></w:r></w:p>" + "<w:p>" * 5000, ["first"]),
        ("", []),
    ],
    ids=["one text of 15 MB", "nested without end", "no body"],
)
def test_what_cannot_be_read_of_a_document_is_said(body, kept):
    found = contents(docx.READER, word_bytes(body))
    assert lines_of(found) == kept
    assert len(faults_of(found)) == 1


def test_entities_are_not_unfolded_and_files_not_fetched():
    bomb = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY x SYSTEM "file:///etc/hostname">]>'
    text = f'{bomb}<w:d xmlns:w="u"><w:p><w:r><w:t>A&b;B&x;C</w:t></w:r></w:p></w:d>'
    found = contents(docx.READER, zipped({"[Content_Types].xml": b"", "word/document.xml": text.encode()}))
    assert lines_of(found) == ["A&b;B&x;C"]


def test_a_bomb_in_a_document_is_stopped():
    data = word_bytes("<w:p><w:r><w:t>first</w:t></w:r></w:p>", {"word/media/a.bin": bytes(300 << 20)})
    found = contents(docx.READER, data)
    assert lines_of(found) == ["first"]
    assert len(faults_of(found)) == 1


def test_a_damaged_name_in_the_directory_stops_nothing_else():
    data = bytearray(word_bytes("<w:p><w:r><w:t>first</w:t></w:r></w:p>", {"x/y": b"z"}))
    data[data.rindex(b"x/y")] = 0  # a name ends at its first zero byte
    assert lines_of(contents(docx.READER, bytes(data))) == ["first"]


def test_a_presentation_gives_slides_tables_notes_and_its_charts_workbook():
    found = contents(pptx.READER, pptx_bytes())
    assert lines_of(found, "slide 1") == ["标题 15400000011", "正文", "第二行 15400000012"]
    assert _is_people(sheets_of(found)[0])
    assert lines_of(found, "slide 1 notes") == ["备注 15400000013"]
    assert lines_of(found, "slide 2", hidden=True) == ["隐藏 15400000014"]
    assert [name for name in files_of(found) if name.endswith(".xlsx")] == [
        "ppt/embeddings/Microsoft_Excel_Sheet1.xlsx"
    ]


def test_an_old_word_document_gives_what_the_new_one_does():
    found = contents(doc.READER, MADE_DOC.read_bytes())
    assert lines_of(found) == ["客户 张三 电话 15400000001 <end>", "after table", "vis  more"]
    assert _is_people(sheets_of(found)[0])
    assert lines_of(found, "hidden text", hidden=True) == ["HIDDEN15400000007"]
    assert lines_of(found, "headers and footers") == ["页眉15400000008"]
    assert lines_of(found, "comments") == ["批注 15400000009"]
    assert [data[:3] for data in files_of(found).values()] == [b"\x89PN", b"\xff\xd8\xff"]


def test_an_old_presentation_tells_older_versions_from_the_last():
    found = contents(ppt.READER, ppt_bytes())
    assert lines_of(found, "slide 2") == ["新 15400000022"]
    assert lines_of(found, "notes 1") == ["备注 15400000023"]
    assert lines_of(found, "slide 1, an older version", hidden=True) == ["old 15400000021"]


def test_an_object_in_an_old_presentation_is_given():
    packed = record(0x1011, struct.pack("<I", 5) + zlib.compress(b"hello"), 0x10)
    found = contents(ppt.READER, compound_bytes({("PowerPoint Document",): packed}))
    assert files_of(found) == {"object": b"hello"}


def test_opendocument_text_notes_comments_and_deletions():
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone 1</text:p></text:deletion></text:changed-region>"
        "</text:tracked-changes><text:p>a<text:s text:c='2'/>b<office:annotation><text:p>note 2</text:p></office:annotation></text:p>"
        "<text:p>c<text:note><text:note-body><text:p>foot 3</text:p></text:note-body></text:note></text:p><table:table>"
        + "".join(
            "<table:table-row>"
            + "".join(f"<table:table-cell><text:p>{c}</text:p></table:table-cell>" for c in row)
            + "</table:table-row>"
            for row in PEOPLE
        )
        + "</table:table>"
    )
    found = contents(odf.READER, odt_bytes(body))
    assert lines_of(found) == ["a  b", "c"]
    assert lines_of(found, "comments") == ["note 2"]
    assert lines_of(found, "notes") == ["foot 3"]
    assert lines_of(found, "deleted text", hidden=True) == ["gone 1"]
    assert _is_people(sheets_of(found)[0])


RTF = (
    rb"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 x;}{\f1\fcharset0 y;}}{\info{\author a}}\f0 \'d5\'c5\'c8\'fd 154\par"
    rb"\f1\uc1 \u26446?\u22235? {\v hid}{\deleted del} \{x\}\par{\header top}{\*\unknown no}"
    rb"\trowd\intbl\f0\'d0\'d5\'c3\'fb\cell \'b5\'e7\'bb\'b0\cell\row\intbl a\cell 15400000001\cell\row\pard"
    rb" after{\footnote foot}{\pict\pngblip 89504e470d0a1a0a00}\bin3 {{{\par}"
)


def test_rich_text_in_its_code_pages():
    found = contents(rtf.READER, RTF)
    assert lines_of(found) == ["张三 154", "李四  {x}", "after"]
    (sheet,) = sheets_of(found)
    assert (sheet.columns, sheet.rows.to_pylist()) == (("姓名", "电话"), [{"姓名": "a", "电话": "15400000001"}])
    assert lines_of(found, "hidden text", hidden=True) == ["hid"]
    assert lines_of(found, "deleted text", hidden=True) == ["del"]
    assert lines_of(found, "header") == ["top"]
    assert lines_of(found, "footnotes") == ["foot"]
    assert files_of(found) == {"object 1": bytes.fromhex("89504e470d0a1a0a00")}


def test_a_file_that_office_packaged_is_given():
    name = "客户.csv".encode("gb18030")
    body = b"\x02\x00" + name + b"\0p\0" + struct.pack("<II", 0x30000, 2) + b"p\0" + struct.pack("<I", 3) + b"a,b"
    data = compound_bytes({("\x01Ole10Native",): struct.pack("<I", len(body)) + body})
    assert files_of(contents(ole_package.READER, data)) == {"客户.csv": b"a,b"}


def test_a_document_inside_an_old_document_is_opened_as_a_file_of_its_own():
    inner = {
        ("ObjectPool", "_1", *path): data for path, data in {("WordDocument",): bytes(5000), ("1Table",): b"t"}.items()
    }
    found = contents(doc.READER, compound_bytes({("WordDocument",): b"no text", **inner}))
    assert fits(doc.READER, files_of(found)["ObjectPool/_1"])
    assert len(faults_of(found)) == 1


def test_an_encrypted_document_is_opened_by_its_password_or_listed():
    data = locked(docx_bytes(), "秘密1")
    assert not fits(docx.READER, data)
    assert faults_of(contents(locked_reader.READER, data, Given(("wrong",)))) == ["is encrypted"]
    opened = files_of(contents(locked_reader.READER, data, Given(("wrong", "秘密1"))))
    assert lines_of(contents(docx.READER, opened["unlocked"]), "comments") == ["批注 15400000009"]


def test_readers_keep_to_their_own_formats():
    samples = {"docx": docx_bytes(), "pptx": pptx_bytes(), "doc": MADE_DOC.read_bytes(), "ppt": ppt_bytes(), "opendocument": odt_bytes(""),
               "rtf": RTF, "workbook": xlsx_bytes(PEOPLE)}  # fmt: skip
    readers = [
        docx.READER,
        pptx.READER,
        doc.READER,
        ppt.READER,
        odf.READER,
        rtf.READER,
        locked_reader.READER,
        ole_package.READER,
    ]
    for kind, data in samples.items():
        assert [r.name for r in readers if fits(r, data)] == ([kind] if kind != "workbook" else [])


def test_a_lock_that_takes_for_ever_is_not_tried():
    data = locked(docx_bytes(), "a")
    usual, endless = b'    <p:encryptedKey spinCount="100000"', b'   <p:encryptedKey spinCount="9999999"'
    assert usual in data
    with pytest.raises(UnreadableError, match="minutes"):
        contents(locked_reader.READER, data.replace(usual, endless))
