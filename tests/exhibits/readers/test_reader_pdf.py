"""PDFs as people make them: text, tables, forms, attachments, scans, locked, torn and hostile ones."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table
from tests.exhibits.readers.support_pages import (
    CHINESE,
    contents,
    enclosed_of,
    lines_of,
    packed,
    pdf,
    reasons,
    sheets_of,
    written,
)
from tests.exhibits.support_exhibits import only_member

from headwater.exhibits.contents import Given
from headwater.exhibits.readers.pdf import READER
from headwater.model.errors import UnreadableError

PERSON = "姓名：张三 手机 15400000001 身份证号：132101199001010010"
UNSEEN = Given(pictures=False)


def letter(canvas: Any) -> None:
    canvas.drawString(72, 780, PERSON)
    canvas.drawString(72, 740, "第二行 15400000019")


LETTER = pdf(letter)


def scan(text: str = "Tel. 15400000001") -> bytes:
    return packed(written([text], width=1240), "PDF", resolution=150)


def test_chinese_text_is_given_page_by_page(tmp_path: Path) -> None:
    def two(canvas: Any) -> None:
        letter(canvas)
        canvas.showPage()
        canvas.setFont(CHINESE, 12)
        canvas.drawString(72, 700, "下一页")

    parts = contents(tmp_path, pdf(two))
    assert lines_of(parts, "page 1") == [PERSON, "第二行 15400000019"]
    assert lines_of(parts, "page 2") == ["下一页"]
    assert reasons(parts) == []


def test_text_under_a_black_box_is_read(tmp_path: Path) -> None:
    def redacted(canvas: Any) -> None:
        letter(canvas)
        canvas.setFillColorRGB(0, 0, 0)
        canvas.rect(60, 770, 400, 30, fill=1)

    assert PERSON in lines_of(contents(tmp_path, pdf(redacted)))


def test_lines_drawn_out_of_order_come_in_reading_order(tmp_path: Path) -> None:
    def backwards(canvas: Any) -> None:
        for number in (3, 1, 2):
            canvas.drawString(72, 800 - 40 * number, f"第{number}行")

    assert lines_of(contents(tmp_path, pdf(backwards)), "page 1") == ["第1行", "第2行", "第3行"]


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_turned_pages_and_turned_text_are_read(tmp_path: Path, turn: int) -> None:
    def turned(canvas: Any) -> None:
        canvas.setPageRotation(turn)
        canvas.translate(300, 400)
        canvas.rotate(turn)
        canvas.drawString(-200, 20, PERSON)
        canvas.rotate(35)
        canvas.drawString(0, 150, "内部资料 15400000027")

    assert lines_of(contents(tmp_path, pdf(turned)), "page 1") == [PERSON, "内部资料 15400000027"]


def test_a_table_is_a_sheet_with_cells_of_several_lines(tmp_path: Path) -> None:
    style = ParagraphStyle("cell", fontName=CHINESE, fontSize=9)
    address = "江苏省吴县人民路88号某某花园三期五栋六单元702室"
    rows = [[f"王{n}", f"154{n:08}", Paragraph(address, style)] for n in range(1, 41)]
    table = Table(
        [["姓名", "手机", "地址"], *rows], [60, 90, 110], style=[("FONT", (0, 0), (-1, -1), CHINESE, 9)], repeatRows=1
    )
    out = io.BytesIO()
    SimpleDocTemplate(out).build([Paragraph("客户名单", style), table, Paragraph("以上共四十人", style)])
    parts = contents(tmp_path, out.getvalue())
    sheets = sheets_of(parts)
    assert {sheet.columns for sheet in sheets} == {("姓名", "手机", "地址")}
    told = [tuple(row.values()) for sheet in sheets for row in sheet.rows.to_pylist()]
    assert told == [(f"王{n}", f"154{n:08}", address) for n in range(1, 41)]
    assert [line for line in lines_of(parts) if line in ("客户名单", "以上共四十人")] == ["客户名单", "以上共四十人"]


def test_labels_and_values_are_lines(tmp_path: Path) -> None:
    form = (
        ("姓名", "张三"),
        ("性别", "男"),
        ("手机", "15400000001"),
        ("住址", "人民路"),
        ("号码", "132101199001010010"),
    )

    def filled(canvas: Any) -> None:
        for number, (label, value) in enumerate(form):
            canvas.drawString(72, 700 - 24 * number, label)
            canvas.drawString(172, 700 - 24 * number, value)

    parts = contents(tmp_path, pdf(filled))
    assert lines_of(parts, "page 1") == [f"{label}\t{value}" for label, value in form]
    assert sheets_of(parts) == []


def test_notes_fields_links_and_properties_are_given(tmp_path: Path) -> None:
    def noted(canvas: Any) -> None:
        letter(canvas)
        canvas.setTitle("名单")
        canvas.setAuthor("王小明")
        canvas.bookmarkPage("one")
        canvas.addOutlineEntry("第一章 张三", "one")
        canvas.linkURL("mailto:zhang@example.com", (72, 740, 200, 750))
        canvas.textAnnotation("批注 15400000027", (100, 100, 120, 120))
        canvas.acroForm.textfield(name="phone", value="15400000035", x=100, y=300, width=100, height=20)

    parts = contents(tmp_path, pdf(noted))
    assert set(lines_of(parts, "page 1 annotations")) == {"mailto:zhang@example.com", "批注 15400000027"}
    assert lines_of(parts, "page 1 form fields") == ["phone: 15400000035"]
    assert {"Title: 名单", "Author: 王小明"} <= set(lines_of(parts, "properties"))
    assert lines_of(parts, "bookmarks") == ["第一章 张三"]


def test_attachments_are_files_of_their_own(tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument(LETTER)
    document.new_attachment("名单.csv").set_data("姓名\n张三\n".encode())
    out = io.BytesIO()
    document.save(out)
    document.close()
    assert enclosed_of(contents(tmp_path, out.getvalue())) == {"名单.csv": "姓名\n张三\n".encode()}


def test_a_locked_document_opens_with_a_given_password(tmp_path: Path) -> None:
    locked = pdf(letter, encrypt=StandardEncryption("secret", "owner", strength=128))
    assert reasons(contents(tmp_path, locked)) == ["is encrypted"]
    assert reasons(contents(tmp_path, locked, Given(passwords=("wrong", "错误")))) == ["is encrypted"]
    assert PERSON in lines_of(contents(tmp_path, locked, Given(passwords=("wrong", "secret"))))


def test_a_scan_that_is_not_read_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert reasons(contents(tmp_path, scan(), UNSEEN)) == ["page 1 is a picture, and pictures were not to be read"]
    monkeypatch.setitem(sys.modules, "rapidocr", None)  # as where the extra is not installed
    (reason,) = reasons(contents(tmp_path, scan()))
    assert "headwater[ocr]" in reason


@pytest.mark.slow
def test_a_scan_and_a_photograph_in_a_letter_are_read(tmp_path: Path) -> None:
    assert lines_of(contents(tmp_path, scan()), "page 1 picture") == ["Tel. 15400000001"]
    photograph = tmp_path / "photograph.png"
    photograph.write_bytes(packed(written(["ID 132101199001010010"], width=700), "PNG"))

    def pasted(canvas: Any) -> None:
        letter(canvas)
        canvas.setPageRotation(90)
        canvas.translate(200, 200)
        canvas.rotate(90)
        canvas.drawImage(str(photograph), 0, 0, 350, 80)

    parts = contents(tmp_path, pdf(pasted))
    assert [line.replace(" ", "") for line in lines_of(parts, "page 1 picture")] == ["ID132101199001010010"]
    assert PERSON in lines_of(parts, "page 1")


@pytest.mark.slow
def test_letters_drawn_as_shapes_are_read(tmp_path: Path) -> None:
    def shapes(canvas: Any) -> None:
        picture = written(["15400000001"]).convert("L").reduce(2)
        for y in range(picture.height):
            for x in range(picture.width):
                if picture.getpixel((x, y)) < 128:
                    canvas.rect(72 + x, 700 - y, 1.1, 1.1, stroke=0, fill=1)

    assert lines_of(contents(tmp_path, pdf(shapes)), "page 1 picture") == ["15400000001"]


def test_a_text_behind_a_picture_is_not_read_twice(tmp_path: Path) -> None:
    photograph = tmp_path / "page.png"
    photograph.write_bytes(packed(Image.new("RGB", (1240, 1754), "white"), "PNG"))

    def searchable(canvas: Any) -> None:
        canvas.drawImage(str(photograph), 0, 0, 595, 842)
        hidden = canvas.beginText(72, 780)
        hidden.setTextRenderMode(3)
        hidden.textLine(PERSON)
        canvas.drawText(hidden)

    parts = contents(tmp_path, pdf(searchable), UNSEEN)
    assert lines_of(parts, "page 1") == [PERSON]
    assert reasons(parts) == []


def test_a_torn_document_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    def many(canvas: Any) -> None:
        for number in range(5):
            canvas.setFont(CHINESE, 12)
            canvas.drawString(72, 700, f"第{number}页 15400000001")
            canvas.showPage()

    whole = pdf(many)
    torn = contents(tmp_path, whole[: whole.rindex(b"xref")])
    assert lines_of(torn, "page 3") == ["第2页 15400000001"]
    assert reasons(torn) == ["the end of the PDF is missing: it was read as far as it goes"]
    broken = whole.replace(b"startxref\n", b"startxref\n9")
    assert lines_of(contents(tmp_path, broken), "page 3") == ["第2页 15400000001"]


def test_what_is_no_pdf_is_refused_without_its_content(tmp_path: Path) -> None:
    for data in (b"%PDF-1.4\n15400000001 " * 50, b"%PDF-1.7"):
        with pytest.raises(UnreadableError) as refused:
            contents(tmp_path, data)
        assert "15400000001" not in str(refused.value)


def test_a_picture_of_too_many_pixels_is_not_unfolded(tmp_path: Path) -> None:
    bomb = scan().replace(b"/Width 1240", b"/Width 99999").replace(b"/Height 160", b"/Height 9999")
    assert "holds a picture of too many pixels to be unfolded" in reasons(contents(tmp_path, bomb))


def test_pages_without_anything_are_no_fault(tmp_path: Path) -> None:
    parts = contents(tmp_path, pdf(lambda canvas: canvas.showPage()))
    assert reasons(parts) == []


@settings(max_examples=150)
@given(
    cut=st.integers(0, len(LETTER)),
    changes=st.lists(st.tuples(st.integers(0, len(LETTER) - 1), st.integers(0, 255)), max_size=8),
)
def test_damage_never_raises_anything_else(
    tmp_path_factory: pytest.TempPathFactory, cut: int, changes: list[tuple[int, int]]
) -> None:
    data = bytearray(LETTER)
    for place, value in changes:
        data[place] = value
    member = only_member(
        tmp_path_factory.mktemp("pdf"), "seized/file", b"%PDF-1.4" + bytes(data[:cut] if cut % 3 else data)
    )
    try:
        list(READER.read(member, UNSEEN))
    except UnreadableError as error:
        assert "15400000001" not in str(error)
