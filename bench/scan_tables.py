"""Tables of made people of any length, as CSV in any dialect and as XLSX, with the truth of whose each row is.

Some rows are of people who stand there already, some without an identity number, some with it written in another way; three columns
hold numbers that are nobody's: orders, times and serials. Everybody can be told by his mobile.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from bench import scan_people
from bench.scan_corpora import SEED
from bench.scan_truth import beside

KINDS = {
    "姓名": "name",
    "身份证号": "resident_id",
    "手机号": "mobile",
    "联系地址": "address",
    "保单号": "",
    "保费": "",
    "投保日期": "",
    "订单号": "",
    "创建时间": "",
    "序号": "",
}
"""The columns, and what each of them is ("": no identifier that a scan without a data set of its own would tell)."""
CHUNK = 500_000
_DIGITS = np.frombuffer(b"0123456789", dtype=np.uint8)
_CHECKS = np.frombuffer(b"10X98765432", dtype=np.uint8)
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2], dtype=np.int64)
_WORDS = 20_000
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"


@dataclass(frozen=True, slots=True)
class Shape:
    """What a table is like: rows, the share of rows of people met before, and the shares written otherwise or empty."""

    rows: int
    again: float = 0.2
    otherwise: float = 0.02
    without_id: float = 0.02
    seed: int = SEED


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a CSV is written."""

    separator: str = ","
    encoding: str = "utf-8"
    quoted: bool = False
    ending: str = "\n"
    header: bool = True


DIALECTS = (
    Dialect(),
    Dialect(";", "gb18030"),
    Dialect("\t", "utf-16"),
    Dialect("|", "utf-8-sig", ending="\r\n"),
    Dialect(",", "gb18030", quoted=True, ending="\r\n"),
    Dialect(",", header=False),
)


def persons(shape: Shape) -> np.ndarray:
    """Whose each row is: the numbers of people, the same for the same shape."""
    rng = np.random.default_rng(shape.seed)
    own = np.arange(1, shape.rows + 1, dtype=np.int64)
    again = rng.random(shape.rows) < shape.again
    again[0] = False
    fresh = own[~again]
    seen = np.searchsorted(fresh, own[again])
    own[again] = fresh[(rng.random(len(seen)) * seen).astype(np.int64)]
    return own


def tables(shape: Shape) -> Iterator[pa.Table]:
    """The rows in chunks of text columns."""
    whose, words = persons(shape), _Words()
    for first in range(0, shape.rows, CHUNK):
        yield _chunk(whose[first : first + CHUNK], first, shape, words)


def write_csv(file: Path, shape: Shape, dialect: Dialect | None = None) -> Path:
    """Write a CSV and, beside it, whose each row is."""
    how = dialect or Dialect()
    style = "all_valid" if how.quoted else "none"
    options = pa.csv.WriteOptions(include_header=how.header, delimiter=how.separator, quoting_style=style)
    with pa.csv.CSVWriter(file, _schema(), write_options=options) as out:
        for part in tables(shape):
            out.write_table(part)
    if (how.encoding, how.ending) != ("utf-8", "\n"):
        text = file.read_text("utf-8").replace("\n", how.ending)
        file.write_bytes(text.encode(how.encoding))
    _save(file, shape)
    return file


def write_xlsx(file: Path, shape: Shape) -> Path:
    """Write a workbook of one sheet, with shared strings as Excel does, and, beside it, whose each row is."""
    shared = _Shared()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as out:
        for name, text in _PARTS.items():
            out.writestr(name, _XML + text)
        with out.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            sheet.write((_XML + f'<worksheet xmlns="{_SHEET}"><sheetData>').encode())
            head = pa.table({name: pa.array([name]) for name in KINDS})
            first = 1
            for part in (head, *tables(shape)):
                sheet.write(_rows(part, first, shared))
                first += part.num_rows
            sheet.write(b"</sheetData></worksheet>")
        out.writestr("xl/sharedStrings.xml", shared.xml())
    _save(file, shape)
    return file


def _save(file: Path, shape: Shape) -> None:
    np.savez_compressed(beside(file), person=persons(shape), columns=np.array(list(KINDS.items())))


def resident_ids(numbers: np.ndarray) -> np.ndarray:
    """:func:`bench.scan_people.resident_id` for many people: rows of eighteen bytes."""
    mixed = numbers * scan_people._STRIDE % 2_520_000_000
    counties = np.array([int(code) for code in scan_people.retired()], dtype=np.int64)
    county, rest = counties[mixed % 500], mixed // 500
    day, rest = rest % 28 + 1, rest // 28
    month, rest = rest % 12 + 1, rest // 12
    year, order = 1990 + rest % 15, rest // 15 % 1000
    first = _digits(((county * 10_000 + year) * 100 + month) * 100_000 + day * 1000 + order, 17)
    check = _CHECKS[(first.astype(np.int64) - 48) @ _WEIGHTS % 11]
    return np.concatenate([first, check[:, None]], axis=1)


def mobiles(numbers: np.ndarray) -> np.ndarray:
    """:func:`bench.scan_people.mobile` for many people: rows of eleven bytes."""
    prefixes = np.array([int(prefix) for prefix in scan_people.PREFIXES], dtype=np.int64)
    return _digits(prefixes[numbers % 5] * 10**8 + numbers * 7_907 // 5 % 10**8, 11)


def _digits(values: np.ndarray, width: int) -> np.ndarray:
    powers = 10 ** np.arange(width - 1, -1, -1, dtype=np.int64)
    return _DIGITS[values[:, None] // powers % 10]


def _text(letters: np.ndarray) -> pa.Array:
    width = letters.shape[1]
    offsets = pa.py_buffer(np.arange(0, len(letters) * width + 1, width, dtype=np.int32))
    return pa.StringArray.from_buffers(len(letters), offsets, pa.py_buffer(np.ascontiguousarray(letters)))


class _Words:
    """Names and parts of addresses to choose from."""

    def __init__(self) -> None:
        rng = Random("words of tables")
        self.names = pa.array([scan_people.name(rng) for _ in range(_WORDS)])
        places = [scan_people.address(rng).split("号", 1) for _ in range(_WORDS)]
        self.roads = pa.array([place[0].rstrip("0123456789") for place in places])
        self.houses = pa.array(["号" + place[1] for place in places])


def _chunk(whose: np.ndarray, first: int, shape: Shape, words: _Words) -> pa.Table:
    rng = np.random.default_rng([shape.seed, first])
    count, mixed = len(whose), whose * 2_654_435_761 % 2**32
    house = pc.cast(pa.array(mixed // 7 % 1999 + 1), pa.string())
    places = (words.roads.take(pa.array(mixed % _WORDS)), house, words.houses.take(pa.array(mixed // 3 % _WORDS)))
    days = pa.array(rng.integers(15_000, 20_500, count).astype(np.int32)).cast(pa.date32())
    made = {
        "姓名": words.names.take(pa.array(mixed // 11 % _WORDS)),
        "身份证号": _ids(whose, shape, rng),
        "手机号": _text(mobiles(whose)),
        "联系地址": pc.binary_join_element_wise(*places, ""),
        "保单号": pc.binary_join_element_wise(
            "PLG", _text(_digits(np.arange(first, first + count) + 2026 * 10**9, 13)), ""
        ),
        "保费": pc.cast(pa.array(np.round(rng.random(count) * 90_000, 2)), pa.string()),
        "投保日期": pc.cast(days, pa.string()),
        "订单号": pc.binary_join_element_wise("2026", _text(_digits(rng.integers(0, 10**15, count), 15)), ""),
        "创建时间": pc.cast(pa.array(rng.integers(1_400_000_000_000, 1_799_999_999_999, count)), pa.string()),
        "序号": _text(_digits(rng.integers(10**10, 2 * 10**10, count), 11)),
    }
    return pa.table(made)


def _ids(whose: np.ndarray, shape: Shape, rng: Any) -> pa.Array:
    plain, chance = _text(resident_ids(whose)), rng.random(len(whose))
    spaced = pc.binary_join_element_wise(pc.utf8_slice_codeunits(plain, 0, 6), pc.utf8_slice_codeunits(plain, 6), " ")
    written = pc.if_else(pa.array(chance < shape.otherwise / 2), spaced, plain)
    written = pc.if_else(pa.array(chance > 1 - shape.otherwise / 2), pc.utf8_lower(plain), written)
    return pc.if_else(pa.array(rng.random(len(whose)) < shape.without_id), "", written)


def _schema() -> pa.Schema:
    return pa.schema([(name, pa.string()) for name in KINDS])


class _Shared:
    """The strings of a workbook, each once."""

    def __init__(self) -> None:
        self._parts: list[pa.Array] = []
        self._count = 0

    def places(self, column: pa.ChunkedArray) -> pa.Array:
        """Where the strings of a column stand; the strings of one chunk are kept once."""
        encoded = column.combine_chunks().dictionary_encode()
        self._parts.append(encoded.dictionary)
        places = pc.add(encoded.indices.cast(pa.int64()), self._count)
        self._count += len(encoded.dictionary)
        return places.cast(pa.string())

    def xml(self) -> bytes:
        """The part that holds them."""
        whole = pc.binary_join_element_wise("<si><t>", pa.concat_arrays(self._parts), "</t></si>", "")
        body = b"".join(s.as_buffer().to_pybytes() for s in [pc.binary_join(pa.array([whole.to_pylist()]), "")[0]])
        return (
            f'{_XML}<sst xmlns="{_SHEET}" count="{self._count}" uniqueCount="{self._count}">'.encode()
            + body
            + b"</sst>"
        )


def _rows(part: pa.Table, first: int, shared: _Shared) -> bytes:
    numbers = pc.cast(pa.array(np.arange(first, first + part.num_rows)), pa.string())
    pieces: list[Any] = ['<row r="', numbers, '">']
    for letter, column in zip("ABCDEFGHIJ", part.columns, strict=True):
        pieces += [f'<c r="{letter}', numbers, '" t="s"><v>', shared.places(column), "</v></c>"]
    rows = pc.binary_join_element_wise(*pieces, "</row>", "")
    return "".join(rows.to_pylist()).encode()


_PARTS = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/>'
    f'<Override PartName="/xl/sharedStrings.xml" ContentType="{_TYPES}.sharedStrings+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": f'<workbook xmlns="{_SHEET}" xmlns:r="{_OFFICE}"><sheets><sheet name="客户" sheetId="1" r:id="rId1"/>'
    "</sheets></workbook>",
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
    f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{_OFFICE}/sharedStrings" '
    'Target="sharedStrings.xml"/></Relationships>',
}
