"""Makes documents, pages and mails of made people for the tests of their readers."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Sequence
from email.message import EmailMessage
from pathlib import Path

import docx
import msoffcrypto
import openpyxl
import pptx
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from headwater.exhibits.contents import Content, Enclosed, Given, Passage, Reader
from headwater.exhibits.limits import Budget, Limits, Meter
from headwater.exhibits.member import Member
from headwater.exhibits.ole_copy import compound_bytes
from headwater.exhibits.sheets import Sheet
from headwater.model.exhibit import Exhibit, NotRead

MADE_DOC = Path(__file__).parent / "samples" / "made.doc"
"""Written by LibreOffice from the document of :func:`docx_bytes`, with two small pictures more."""

PEOPLE = [["姓名", "电话", "邮箱"], ["张三", "15400000002", "x@example.com"], ["李四", "15400000003", "y@example.com"]]


def member_of(data: bytes, path: str = "seized/a/x") -> Member:
    """A file in memory."""
    whole = Exhibit(path, Path(path), "seized", "a", len(data))
    return Member(path, whole, len(data), None, lambda: io.BytesIO(data), Meter(Budget(Limits(), len(data))))


def fits(reader: Reader, data: bytes) -> bool:
    return reader.fits(data[: 1 << 16], member_of(data))


def contents(reader: Reader, data: bytes, given: Given | None = None) -> list[Content]:
    assert fits(reader, data)
    return list(reader.read(member_of(data), given or Given()))


def lines_of(found: Sequence[Content], name: str = "", *, hidden: bool = False) -> list[str]:
    """The lines of a part, blank ones left out."""
    parts = [c for c in found if isinstance(c, Passage) and c.name == name and c.hidden == hidden]
    return [line for part in parts for line in part.lines if line.strip()]


def sheets_of(found: Sequence[Content]) -> list[Sheet]:
    return [c for c in found if isinstance(c, Sheet)]


def files_of(found: Sequence[Content]) -> dict[str, bytes]:
    return {c.name: c.data for c in found if isinstance(c, Enclosed)}


def faults_of(found: Sequence[Content]) -> list[str]:
    return [c.reason for c in found if isinstance(c, NotRead)]


def docx_bytes() -> bytes:
    document = docx.Document()
    document.add_paragraph("客户 张三 电话 15400000001")
    _table(document, PEOPLE)
    _table(document, [["姓名", "王五"], ["手机号码", "15400000004"]])
    run = document.add_paragraph("shown ").add_run("暗 15400000007")
    run.font.hidden = True
    document.sections[0].header.paragraphs[0].text = "页眉 15400000008"
    document.add_comment(document.paragraphs[0].runs, text="批注 15400000009", author="a")
    return saved(document)


def _table(document, rows) -> None:
    table = document.add_table(rows=len(rows), cols=len(rows[0]))
    for place, row in enumerate(rows):
        for column, cell in enumerate(row):
            table.cell(place, column).text = cell


def saved(document) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def word_bytes(body: str, extra: dict[str, bytes] | None = None) -> bytes:
    """The smallest document with that markup as its body."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    parts = {"[Content_Types].xml": b"<x/>", "word/styles.xml": b"<x/>", **(extra or {})}
    if body:
        parts["word/document.xml"] = f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'.encode()
    return zipped(parts)


def zipped(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def pptx_bytes() -> bytes:
    show = pptx.Presentation()
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text = "标题 15400000011"
    slide.placeholders[1].text = "正文\n第二行 15400000012"
    table = slide.shapes.add_table(3, 3, Inches(1), Inches(4), Inches(4), Inches(1)).table
    for place, row in enumerate(PEOPLE):
        for column, cell in enumerate(row):
            table.cell(place, column).text = cell
    slide.notes_slide.notes_text_frame.text = "备注 15400000013"
    unseen = show.slides.add_slide(show.slide_layouts[5])
    unseen._element.set("show", "0")
    unseen.shapes.title.text = "隐藏 15400000014"
    data = CategoryChartData()
    data.categories = ["张三", "李四"]
    data.add_series("S", (1, 2))
    unseen.shapes.add_chart(XL_CHART_TYPE.PIE, 0, 0, Inches(3), Inches(3), data)
    return saved(show)


def record(kind: int, body: bytes, version: int = 0) -> bytes:
    """A record of an old presentation."""
    return struct.pack("<HHI", version, kind, len(body)) + body


def ppt_bytes() -> bytes:
    """A presentation of two savings: the first slide of the first one is no part of the last."""
    old = record(1006, record(0x0FA8, b"old 15400000021"), 0xF)
    slide = record(1006, record(0xF00D, record(0x0FA0, "新 15400000022".encode("utf-16-le")), 0xF), 0xF)
    notes = record(1008, record(0x0FA0, "备注 15400000023".encode("utf-16-le")), 0xF)
    stream = old + slide + notes
    directory = record(0x1772, struct.pack("<III", 1 | 2 << 20, len(old), len(old) + len(slide)))
    edit = record(0x0FF5, struct.pack("<IIIIII", 0, 0, 0, len(stream), 1, 2))
    current = struct.pack("<HHIIII", 0, 0x0FF6, 20, 20, 0xE391C05F, len(stream) + len(directory))
    return compound_bytes({("PowerPoint Document",): stream + directory + edit, ("Current User",): current})


def odt_bytes(body: str) -> bytes:
    spaces = " ".join(
        f'xmlns:{n}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"' for n in ("office", "text", "table", "draw")
    )
    text = f"<office:document-content {spaces}><office:body><office:text>{body}</office:text></office:body></office:document-content>"
    parts = {
        "mimetype": b"application/vnd.oasis.opendocument.text",
        "META-INF/manifest.xml": b"<m/>",
        "content.xml": text.encode(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def mail_bytes() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Cc"] = "张三 <a@example.com>", "b@example.com", "c@example.com"
    mail["Subject"], mail["Date"] = "客户名单 15400000031", "Mon, 01 Jan 2024 08:00:00 +0800"
    mail.set_content("姓名,电话\n张三,15400000032\n", charset="gb18030")
    page = "<html><body><p>姓名,电话<p>张三,15400000032<p>more<table><tr><td>姓名<td>电话<tr><td>李四<td>15400000033</table></body></html>"
    mail.add_alternative(page, subtype="html")
    mail.add_attachment(b"x,y\n1,2\n", maintype="text", subtype="csv", filename="客户.csv")
    inner = EmailMessage()
    inner["From"], inner["Subject"] = "d@example.com", "内"
    inner.set_content("inner 15400000034")
    mail.add_attachment(inner)
    return mail.as_bytes()


def msg_bytes() -> bytes:
    """A message of Outlook with a recipient, an attachment and a message inside."""
    wide = {
        0x0037: "客户名单",
        0x0C1A: "张三",
        0x5D01: "a@example.com",
        0x0E04: "李四",
        0x1000: "正文 15400000041",
        0x3A1C: "15400000045",
    }
    sent = struct.pack("<HHIQ", 0x40, 0x39, 6, 133_485_408_000_000_000)
    streams = _properties((), wide, bytes(32) + sent)
    streams |= _properties(("__recip_version1.0_#00000000",), {0x3001: "李四", 0x39FE: "b@example.com"}, bytes(8))
    first, second = ("__attach_version1.0_#00000000",), ("__attach_version1.0_#00000001",)
    streams |= _properties(first, {0x3707: "客户.csv"}, bytes(8))
    streams[(*first, "__substg1.0_37010102")] = b"x,y\n1,2\n"
    streams |= _properties(second, {0x3001: "内"}, bytes(8))
    inside = {0x0037: "内", 0x1000: "inner 15400000042"}
    streams |= _properties((*second, "__substg1.0_3701000D"), inside, bytes(24))
    return compound_bytes(streams)


def _properties(at: tuple[str, ...], texts: dict[int, str], fixed: bytes) -> dict[tuple[str, ...], bytes]:
    streams = {(*at, f"__substg1.0_{number:04X}001F"): text.encode("utf-16-le") for number, text in texts.items()}
    return streams | {(*at, "__properties_version1.0"): fixed}


def xlsx_bytes(rows: Sequence[Sequence[str | None]], comment: str = "") -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "客户"
    for row in rows:
        sheet.append(list(row))
    if comment:
        sheet["A2"].comment = openpyxl.comments.Comment(comment, "a")
    return saved(book)


def locked(data: bytes, password: str) -> bytes:
    """The document encrypted as Office does it today."""
    out = io.BytesIO()
    msoffcrypto.OfficeFile(io.BytesIO(data)).encrypt(password, out)
    return out.getvalue()
