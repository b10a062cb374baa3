"""An export opened by what it holds, not by its name."""

from __future__ import annotations

from pathlib import Path

from headwater.exhibits.encodings import HEAD
from headwater.exhibits.sheets import table_format
from headwater.model.errors import UnreadableError
from headwater.planting.marks import sql
from headwater.planting.marks.books import Book
from headwater.planting.marks.columnar import Columnar
from headwater.planting.marks.dumps import Dump
from headwater.planting.marks.sources import Source, member_of
from headwater.planting.marks.texts import Delimited


def open_source(file: Path) -> Source:
    """Open an export: Parquet, workbook, SQL dump or delimited text.

    :raises UnreadableError: when it is none of these, or is damaged
    """
    member = member_of(file)
    with member.open() as stream:
        head = stream.read(HEAD)
    kind = table_format(head)
    if kind == "parquet":
        return Columnar(member)
    if kind == "workbook":
        return Book.open(member)
    if kind == "delimited":
        return Dump.open(member) if sql.LIKELY.search(head) else Delimited.open(member)
    raise UnreadableError("is no CSV, workbook, Parquet file or SQL dump", str(file))
