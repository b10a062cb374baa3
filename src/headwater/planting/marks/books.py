"""A workbook (XLSX) as an export: texts of its first sheet are exchanged in the sheet's own XML, all other parts are copied."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from xml.sax.saxutils import escape

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits import workbook
from headwater.exhibits.headers import SAMPLE_ROWS, find_header
from headwater.exhibits.member import Member
from headwater.exhibits.zips import open_zip
from headwater.model.errors import UnreadableError
from headwater.planting.marks.sources import Edit, as_table

_CELL = re.compile(r'(<c r="[A-Z]{1,3}\d{1,7}"(?: [a-z]+="[^"<>]*")*(?:/>|>.*?</c>))', re.S)
_ITEM = re.compile(r"<si(?:/>|>(.*?)</si>)", re.S)
_PLAIN = r"^<t(?: [^<>]*)?>([^<>]*)</t>$"


@dataclass(frozen=True, slots=True)
class _Cells:
    """A sheet's XML taken apart: what stands between cells, the cells, their columns (letters) and rows, and their texts."""

    pieces: list[str] = field(repr=False)
    cells: pa.Array = field(repr=False)
    column: pa.Array = field(repr=False)
    row: np.ndarray = field(repr=False)
    held: pa.Array = field(repr=False)

    def at(self, column: int, skip: int, table: pa.Table) -> tuple[np.ndarray, pa.Array]:
        """Which cells are texts of a column, as the reader has them, and where in the table each stands."""
        row = self.row - 1 - skip
        mine = np.asarray(pc.equal(self.column, _letters(column))) & (row >= 0) & (row < table.num_rows)
        at = pa.array(np.where(mine, row, 0))
        same = (
            pc.equal(self.held, table.column(column).combine_chunks().take(at))
            if table.num_rows
            else pa.nulls(len(row), pa.bool_())
        )
        return mine & np.asarray(pc.fill_null(same, False)), at


@dataclass(frozen=True, slots=True)
class Book:
    """The first sheet of a workbook: the part that holds it, its rows below the header, and its cells as they are written."""

    member: Member
    columns: tuple[str, ...]
    part: str
    skip: int
    grid: pa.Table = field(repr=False)
    cells: _Cells = field(repr=False)
    movable: bool = False
    encoding: str = "utf-8"

    @classmethod
    def open(cls, member: Member) -> Book:
        """Find the sheet.

        :raises UnreadableError: where it is no XLSX, is encrypted or damaged, or its first sheet cannot be found
        """
        with member.open() as stream:
            data = stream.read(workbook.LARGEST + 1)
        if len(data) > workbook.LARGEST or workbook.is_ole(data):
            raise UnreadableError("only XLSX workbooks below 1 GiB can be marked", member.path)
        first = next((each for each in workbook.grids(data) if isinstance(each, workbook.Grid)), None)
        archive = open_zip(io.BytesIO(data), workbook.LIMITS)
        part = _first_part(archive)
        if first is None or part is None:
            raise UnreadableError("holds no sheet of an XLSX workbook", member.path)
        head = [[cell or "" for cell in row.values()] for row in first.cells.slice(0, SAMPLE_ROWS).to_pylist()]
        header = find_header(head, first.cells.num_columns)
        try:
            cells = _taken_apart(archive.read(part).decode("utf-8"), _shared(archive))
        except UnicodeError as error:
            raise UnreadableError("the sheet is not written in UTF-8", member.path) from error
        return cls(member, header.names, part, header.skip, first.cells.slice(header.skip), cells)

    @property
    def fixed(self) -> frozenset[int]:
        """Columns most of whose cells are no plain texts: numbers, days, formulas, texts of several styles."""
        table = next(self.batches())
        texts = [int(self.cells.at(place, self.skip, table)[0].sum()) for place in range(table.num_columns)]
        filled = [table.num_rows - column.null_count for column in table.columns]
        return frozenset(p for p, (count, of) in enumerate(zip(texts, filled, strict=True)) if 2 * count < of)

    def batches(self) -> Iterator[pa.Table]:
        """All rows below the header, empty ones too."""
        yield as_table([pa.concat_arrays([pa.array([], pa.string()), *column.chunks]) for column in self.grid.columns])

    def write(self, out: Path, edit: Edit) -> int:
        """Write the workbook with its changes; gives the number of rows."""
        table = next(self.batches())
        change = edit(0, table)
        with self.member.open() as stream, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
            archive = open_zip(io.BytesIO(stream.read()), workbook.LIMITS)
            for info in archive.infolist():
                content = (
                    archive.read(info) if info.filename != self.part else self._exchanged(change.texts, table).encode()
                )
                made.writestr(info, content, zipfile.ZIP_DEFLATED)
        return int(table.num_rows)

    def _exchanged(self, new: dict[int, pa.Array], table: pa.Table) -> str:
        cells = self.cells.cells
        for column, texts in new.items():
            mine, at = self.cells.at(column, self.skip, table)
            wanted = texts.take(at)
            chosen = pa.array(mine & np.asarray(pc.fill_null(pc.not_equal(wanted, self.cells.held), False)))
            parts = pc.extract_regex(cells.filter(chosen), r'^<c r="(?P<r>[A-Z]+\d+)"(?P<s>(?: s="\d+")?)')
            inner = pa.array([escape(each) for each in wanted.filter(chosen).to_pylist()], pa.string())
            name, style = pc.struct_field(parts, [0]), pc.struct_field(parts, [1])
            made = pc.binary_join_element_wise(
                '<c r="', name, '"', style, ' t="inlineStr"><is><t xml:space="preserve">', inner, "</t></is></c>", ""
            )
            cells = pc.replace_with_mask(cells, chosen, made)
        pieces = list(self.cells.pieces)
        pieces[1::2] = cells.to_pylist()
        return "".join(pieces)


def _taken_apart(text: str, shared: pa.Array) -> _Cells:
    pieces = _CELL.split(text)
    cells = pa.array(pieces[1::2], pa.string())
    place = pc.extract_regex(cells, r'^<c r="(?P<c>[A-Z]+)(?P<r>\d+)"')
    row = pc.struct_field(place, [1]).cast(pa.int64()).to_numpy(zero_copy_only=False)
    return _Cells(pieces, cells, pc.struct_field(place, [0]), row, _held(cells, shared))


def _held(cells: pa.Array, shared: pa.Array) -> pa.Array:
    """The text of each cell where it is a plain one, else null."""
    number = pc.extract_regex(cells, r't="s"[^>]*><v>(?P<n>\d{1,9})</v></c>$')
    index = pc.fill_null(pc.struct_field(number, [0]).cast(pa.int64()), -1)
    far = pc.or_(pc.less(index, 0), pc.greater_equal(index, len(shared)))
    from_shared = shared.take(pc.if_else(far, pa.scalar(None, pa.int64()), index))
    inline = pc.struct_field(
        pc.extract_regex(cells, r't="inlineStr"[^>]*><is><t[^>]*>(?P<t>[^<>]*)</t></is></c>$'), [0]
    )
    texts = [None if each is None else unescape(each) for each in inline.to_pylist()]
    return pc.coalesce(from_shared, pa.array(texts, pa.string()))


def _shared(archive: zipfile.ZipFile) -> pa.Array:
    """The workbook's shared texts; those with runs of several styles are null."""
    name = next((n for n in archive.namelist() if n.lower() == "xl/sharedstrings.xml"), None)
    items = _ITEM.findall(archive.read(name).decode("utf-8")) if name else []
    plain = pc.struct_field(pc.extract_regex(pa.array(items, pa.string()), _PLAIN.replace("([", "(?P<t>[")), [0])
    return pa.array([None if each is None else unescape(each) for each in plain.to_pylist()], pa.string())


def _first_part(archive: zipfile.ZipFile) -> str | None:
    """The part of the archive that holds the first sheet."""
    names = set(archive.namelist())
    if "xl/workbook.xml" not in names or "xl/_rels/workbook.xml.rels" not in names:
        return None
    sheet = re.search(r'<sheet [^>]*?r:id="([^"]+)"', archive.read("xl/workbook.xml").decode("utf-8", "replace"))
    links = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    link = next(
        (each for each in re.findall(r"<Relationship [^>]*>", links) if sheet and f'Id="{sheet[1]}"' in each), ""
    )
    target = re.search(r'Target="([^"]+)"', link)
    part = "" if target is None else target[1].removeprefix("/")
    return next((each for each in (part, f"xl/{part}") if each in names), None)


def _letters(place: int) -> str:
    letters = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
