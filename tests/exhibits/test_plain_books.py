"""Workbooks that are read fast are read as the reader of every workbook reads them, and what is not plain is left to it."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time

import pyarrow as pa
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.exhibits import plain_book, sheet_cells, workbook
from headwater.exhibits.limits import Budget
from headwater.exhibits.sheet_styles import class_of
from headwater.exhibits.sheet_values import NotPlainError, day_text

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
FORMATS = (
    "0",
    "General",
    "#,##0.00",
    "yyyy/m/d;@",
    'yyyy"年"m"月"d"日"',
    "h:mm:ss",
    "yyyy-mm-dd hh:mm:ss",
    "[$-804]yyyy/m/d",
    "0.00E+00",
)


def grids(data: bytes) -> list[tuple[str, bool, list[list[str | None]]]]:
    return [(g.name, g.hidden, columns(g.cells)) for g in workbook.grids(data) if isinstance(g, workbook.Grid)]


def columns(cells: pa.Table) -> list[list[str | None]]:
    return [column.to_pylist() for column in cells.columns]


def slowly(data: bytes) -> list[tuple[str, bool, list[list[str | None]]]]:
    return [(g.name, g.hidden, columns(g.cells)) for g in workbook._any(workbook._open(data), None)]


def fast(data: bytes) -> list[pa.Table | None]:
    book = plain_book.plain_book(io.BytesIO(data), Budget(workbook.LIMITS, len(data)))
    return [plain_book.grid_of(book, sheet) for sheet in book.sheets] if book else [None]


def book(sheet: str, shared: str = "", head: str = '<?xml version="1.0" encoding="UTF-8"?>', pr: str = "") -> bytes:
    """A workbook of one sheet, written as given."""
    made = io.BytesIO()
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{types}"><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" '
            'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>',
        )
        target = f'<Relationship Id="r1" Type="{OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
        archive.writestr("_rels/.rels", f'<Relationships xmlns="{PACKAGE}">{target}</Relationships>')
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">{pr}<sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        relations = (
            f'<Relationship Id="r1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="r2" Type="{OFFICE}/sharedStrings" Target="sharedStrings.xml"/>'
        )
        archive.writestr("xl/_rels/workbook.xml.rels", f'<Relationships xmlns="{PACKAGE}">{relations}</Relationships>')
        archive.writestr(
            "xl/worksheets/sheet1.xml", f'{head}<worksheet xmlns="{MAIN}"><sheetData>{sheet}</sheetData></worksheet>'
        )
        archive.writestr("xl/sharedStrings.xml", f'{head}<sst xmlns="{MAIN}">{shared}</sst>')
    return made.getvalue()


ROW = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1"><v>15400000001</v></c></row>'


@pytest.mark.parametrize(
    ("sheet", "shared", "told"),
    [
        (ROW, "<si><t>a&amp;b&#x4e2d;</t></si>", [["a&b中"], ["15400000001"]]),
        (ROW, '<si><t> a </t></si><si><t xml:space="preserve"> b </t></si>', [["a"], ["15400000001"]]),
        (ROW.replace(">0<", ">1<"), '<si/><si><t xml:space="preserve"> b </t></si>', [[" b "], ["15400000001"]]),
        (ROW, "<si><r><t>张</t></r><r><rPr><b/></rPr><t>三</t></r><rPh sb='0' eb='1'><t>zs</t></rPh></si>", [["张三"], ["15400000001"]]),
        ("<row><c><v>1</v></c><c><v>2.5</v></c></row><row/><row><c><v>3</v></c></row>", "", [["1", None, "3"], ["2.5", None, None]]),
        ('<row r="3"><c r="C3" t="b"><v>1</v></c><c r="D3" t="e"><v>#N/A</v></c><c r="E3"/></row>', "", [[None, None, "true"]]),
        ('<row><c t="str"><f>B1&amp;"x>"</f><v>x</v></c><c t="inlineStr"><is><t>y</t></is></c></row>', "", [["x"], ["y"]]),
        ('<row r="2">\n <c r="AB2">\n<v>7</v>\n</c></row>\n', "", [[None, "7"]]),
        ("", "", []),
    ],
)  # fmt: skip
def test_a_plain_sheet_is_read_fast_and_right(sheet, shared, told):
    data = book(sheet, shared)
    (cells,) = fast(data)
    assert cells is not None
    assert columns(cells) == told
    assert columns(cells) == [c for c in slowly(data)[0][2] if any(c)]


@pytest.mark.parametrize(
    "data",
    [
        book(ROW.replace("<v>0", "<v>9"), "<si><t>a</t></si>"),
        book("<!-- " + ROW + " -->" + ROW, "<si><t>a</t></si>"),
        book(ROW, "<!-- <si><t>b</t></si> --><si><t>a</t></si>"),
        book(ROW, "<si><t><![CDATA[a]]></t></si>"),
        book(ROW.replace("<c ", "<x:c ").replace("</c>", "</x:c>"), "<si><t>a</t></si>"),
        book(ROW.replace('"', "'"), "<si><t>a</t></si>"),
        book(ROW, "<si><t>a</t></si>", head='<?xml version="1.0" encoding="GBK"?>'),
        book(ROW.replace("A1", "A7"), "<si><t>a</t></si>"),
        book('<row r="1"><c r="A1" t="d"><v>2024-01-02T00:00:00</v></c></row>'),
        book('<row r="1"><c r="A1"><v>abc</v></c></row>'),
        book(ROW, "<si><t>a</t></si>", pr='<workbookPr date1904="1"/>'),
        book(ROW[:-20], "<si><t>a</t></si>"),
        book(ROW, "<si><t>a</t>"),
        book(ROW, "<si><t>a&nbsp;</t></si>").replace(b"&nbsp;", b"&nope;"),
    ],
)  # fmt: skip
def test_what_is_not_plain_is_left_to_the_reader_of_every_workbook(data):
    assert fast(data) in ([None], []), "it was taken for plain"


DAYS = {date: "yyyy-mm-dd", datetime: "yyyy-mm-dd hh:mm:ss", time: "hh:mm:ss"}
CELL = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=12),
    st.sampled_from(["132101199001010010", " x ", "a&b<c>", "二\n三", "1.0", "=1", "6200000000000005", "_x000D_"]),
    st.integers(-(10**14), 10**14),
    st.floats(-1e5, 1e5).map(lambda x: round(x, 2)),
    st.booleans(),
    st.datetimes(datetime(1901, 1, 1), datetime(2099, 1, 1)).map(lambda x: x.replace(microsecond=0)),
    st.dates(date(1901, 1, 1), date(2099, 1, 1)),
    st.times().map(lambda x: x.replace(microsecond=0)),
)


@given(st.lists(st.lists(CELL, max_size=5), max_size=6), st.booleans(), st.sampled_from(FORMATS), st.booleans())
@settings(max_examples=60, deadline=None)
def test_what_a_program_wrote_is_read_as_the_other_reader_reads_it(rows, in_place, form, hidden):
    made = io.BytesIO()
    options = {"in_memory": True, "constant_memory": in_place, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(made, options) as written:
        styled = written.add_format({"num_format": form})
        days = {kind: written.add_format({"num_format": form}) for kind, form in DAYS.items()}
        sheets = [written.add_worksheet("一"), written.add_worksheet("二")]
        if hidden:
            sheets[1].hide()
        for sheet in sheets:
            for number, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if type(cell) in days:
                        sheet.write_datetime(number, place, cell, days[type(cell)])
                    elif cell is not None:
                        sheet.write(
                            number, place, cell, styled if isinstance(cell, int) and 0 < cell < 90_000 else None
                        )
    data = made.getvalue()
    assert all(cells is not None for cells in fast(data))
    one, other = grids(data), slowly(data)
    assert [each[:2] for each in one] == [each[:2] for each in other]
    for (_, _, mine), (_, _, theirs) in zip(one, other, strict=True):
        assert _bare(mine) == _bare(theirs)


def _bare(cells: list[list[str | None]]) -> list[list[str | None]]:
    """Without what either reader says of columns and rows where nothing stands, and of texts that look like ``1.0``."""
    height = max([row + 1 for column in cells for row, cell in enumerate(column) if cell], default=0)
    return [[cell and cell.removesuffix(".0") for cell in column[:height]] for column in cells if any(column)]


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_damage_is_never_read_as_something_else_in_silence(data):
    """Whatever is done to the XML, the passes end, and stay within it."""
    sheet = f"<sheetData>{ROW}<row r='2'/></sheetData>".replace("'", '"').encode()
    place, many = data.draw(st.integers(0, len(sheet) - 1)), data.draw(st.integers(0, 9))
    torn = sheet[:place] + data.draw(st.binary(max_size=6)) + sheet[place + many :]
    buffer = plain_book._bytes(torn)
    count, rows, places, kinds, begins, ends = sheet_cells.cells(
        buffer, 11, len(torn) - 12, plain_book._bytes(b""), len(torn)
    )
    assert count == -1 or len(rows) == count
    texts = [b <= e <= len(torn) for k, b, e in zip(kinds, begins, ends, strict=True) if k != sheet_cells.SHARED]
    assert all(texts)
    assert (places >= 0).all()


def test_styles_that_are_of_a_day_are_told_from_numbers():
    assert [class_of(code) for code in FORMATS] == [0, 0, 0, 1, 1, 1, 1, 1, 0]
    assert class_of("0;;x d") == 2


def test_the_last_moment_before_the_year_10000_is_left_to_the_other_reader():
    assert day_text(b"2958465.5") == b"9999-12-31 12:00:00"
    with pytest.raises(NotPlainError):
        day_text(b"2958465.999999999")
