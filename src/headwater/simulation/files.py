"""Files of a made case: tables in the encoding and kind that the world asks for, and lines of text."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

from headwater.simulation.workbook import workbook

Packing = Literal["plain", "gz", "zst", "zip"]
TableKind = Literal["utf-8", "utf-8-sig", "gb18030", "xlsx"]


def write_log(path: Path, lines: Iterable[str]) -> None:
    """Write lines of UTF-8 text."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes("".join(f"{line}\n" for line in lines).encode())


def write_table(path: Path, rows: Sequence[Sequence[str]], kind: TableKind = "utf-8") -> Path:
    """Write a table, header first, as comma-separated text or as a spreadsheet (``.xlsx`` replaces the suffix)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if kind == "xlsx":
        path = path.with_suffix(".xlsx")
        path.write_bytes(workbook(rows))
    else:
        path.write_bytes(separated(rows).encode(kind))
    return path


def separated(rows: Iterable[Sequence[str]], separator: str = ",") -> str:
    """Rows as comma-separated text (RFC 4180, line feeds)."""
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=separator, lineterminator="\n").writerows(rows)
    return buffer.getvalue()
