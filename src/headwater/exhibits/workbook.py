"""Reads the sheets of workbooks (XLSX, XLSB, XLS, ODS), hidden ones too, as texts with their row numbers."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import fastexcel
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.exhibits.biff import check_sizes
from headwater.exhibits.limits import Budget, LimitError, Limits
from headwater.exhibits.ole import compound_in
from headwater.exhibits.ole_copy import MOST, compound_bytes
from headwater.exhibits.plain_book import PlainBook, grid_of, plain_book
from headwater.exhibits.streams import FAULTS
from headwater.exhibits.zips import content, open_zip
from headwater.model.errors import UnreadableError

LIMITS = Limits(total=4 << 30, ratio=200.0, ratio_from=1 << 29)
"""What a workbook may unpack to: its reader holds a sheet in memory."""

LARGEST = 1 << 30
_STREAMS = ("Workbook", "Book")
T = TypeVar("T")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MIDNIGHT = r"^(\d{4}-\d{2}-\d{2})[ T]00:00:00(?:\.0+)?$"
_CLOCK = r"^1899-12-3[01][ T](\d{2}:\d{2}:\d{2})(?:\.0+)?$"
_WHOLE = r"^(-?\d+)\.0+$"
_LONG = r"^\d{16,22}$"


@dataclass(frozen=True, slots=True)
class Grid:
    """A sheet as it lies in the workbook: every cell a text, from row 1 on, the header not told from the rest."""

    name: str
    hidden: bool
    cells: pa.Table = field(repr=False)


def is_ole(head: bytes) -> bool:
    """Tell whether a file begins like the old Office formats, and like encrypted new ones."""
    return head.startswith(_OLE)


def grids(data: bytes) -> Iterator[Grid | tuple[str, str]]:
    """Give each sheet of a workbook, or its name and the reason why it cannot be read.

    :raises UnreadableError: if the workbook as a whole cannot be read
    """
    book = _plain(data)
    if book is None:
        _check(data)
        yield from _any(_open(_anew(data) if is_ole(data) else data), None)
        return
    slow: fastexcel.ExcelReader | None = None
    for sheet in book.sheets:
        cells = _limited(partial(grid_of, book, sheet))
        if cells is not None:
            yield Grid(sheet.name, sheet.hidden, cells)
            continue
        if slow is None:
            _check(data)
            slow = _open(data)
        yield from _any(slow, sheet.name)


def _plain(data: bytes) -> PlainBook | None:
    """The workbook, where it is one that is read fast: the reader of every workbook is for the others."""
    return None if is_ole(data) else _limited(lambda: plain_book(io.BytesIO(data), Budget(LIMITS, len(data))))


def _limited(read: Callable[[], T]) -> T:
    try:
        return read()
    except LimitError as error:
        raise UnreadableError(f"the workbook {error}") from error


def _any(book: fastexcel.ExcelReader, wanted: str | None) -> Iterator[Grid | tuple[str, str]]:
    if not book.sheet_names:
        raise UnreadableError("is no workbook, or a damaged one")
    for place, name in enumerate(book.sheet_names):
        if wanted in (None, name):
            try:
                yield _guarded(partial(_grid, book, place))
            except UnreadableError as error:
                yield name, str(error)


def _anew(data: bytes) -> bytes:
    """An old workbook in a container made anew, since the reader goes round for ever in one whose chains run in circles."""
    with compound_in(io.BytesIO(data)) as file:
        name = next((name for name in _STREAMS if file.has(name)), None)
        if name is None:
            raise UnreadableError("is no workbook, or a damaged one")
        stream = file.read(name)
    check_sizes(stream)
    if len(stream) > MOST:
        return data  # its chains were followed to their ends, and no copy can hold so much
    return compound_bytes({(name,): stream})


def _check(data: bytes) -> None:
    if is_ole(data):
        if _ENCRYPTED in data:
            raise UnreadableError("the workbook is encrypted")
        return
    budget = Budget(LIMITS, len(data))
    try:
        archive = open_zip(io.BytesIO(data), LIMITS)
        for info in archive.infolist():
            for chunk in content(archive, info):
                budget.spend(len(chunk))
    except LimitError as error:
        raise UnreadableError(f"the workbook {error}") from error
    except FAULTS as error:
        raise UnreadableError("the workbook is damaged") from error


def _open(data: bytes) -> fastexcel.ExcelReader:
    return _guarded(lambda: fastexcel.read_excel(data))


def _guarded(read: Callable[[], T]) -> T:
    """Run the reader; its errors, and the panics of its Rust core, become one error without anything of the content."""
    try:
        return read()
    except (fastexcel.FastExcelError, ValueError, RuntimeError, zipfile.BadZipFile) as error:
        locked = "password" in str(error).lower() or "encrypted" in str(error).lower()
        raise UnreadableError("the workbook is encrypted" if locked else "is no workbook, or a damaged one") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableError("the workbook is damaged") from error


def _grid(book: fastexcel.ExcelReader, place: int) -> Grid:
    sheet = book.load_sheet(place, header_row=None, skip_rows=0, dtypes="string")
    return Grid(sheet.name, sheet.visible != "visible", _texts(pa.Table.from_batches([sheet.to_arrow()])))


def _texts(cells: pa.Table) -> pa.Table:
    arrays = [_text(column.combine_chunks().cast(pa.string())) for column in cells.columns]
    return pa.table(arrays, names=[str(place + 1) for place in range(len(arrays))])


def _text(cells: pa.Array) -> pa.Array:
    for pattern in (_MIDNIGHT, _CLOCK, _WHOLE):
        cells = pc.replace_substring_regex(cells, pattern=pattern, replacement=r"\1")
    return _long_numbers(pc.if_else(pc.equal(cells, ""), None, cells))


def _long_numbers(cells: pa.Array) -> pa.Array:
    """Write long numbers as the workbook does: a number cell holds 15 to 17 digits, and ends in zeros after them.

    The reader writes out the binary number instead, with digits that nobody typed. Texts of digits are not touched:
    whether a column holds numbers or texts is told by whether all of them are binary numbers exactly.
    """
    long = pc.fill_null(pc.match_substring_regex(cells, _LONG), False)
    values = cells.filter(long).to_pylist()
    exact = np.array([int(float(value)) == int(value) for value in values], dtype=bool)
    if len(values) < 2 or exact.mean() < 0.9:
        return cells
    written = [_shortest(value) if is_exact else value for value, is_exact in zip(values, exact, strict=True)]
    return pc.replace_with_mask(cells, long, pa.array(written, pa.string()))


def _shortest(value: str) -> str:
    digits, _, exponent = repr(float(value)).partition("e")
    if not exponent:
        return digits.removesuffix(".0")
    whole, _, fraction = digits.partition(".")
    return whole + fraction.ljust(int(exponent), "0")
