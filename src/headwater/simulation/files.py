"""Files of a made case: tables and logs, in the encoding, packing and kind that the world asks for."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Literal

import zstandard

from headwater.simulation.workbook import workbook, zipped

Packing = Literal["plain", "gz", "zst", "zip"]
TableKind = Literal["utf-8", "utf-8-sig", "gb18030", "xlsx"]


def write_log(path: Path, lines: Iterable[str], packing: Packing = "plain") -> None:
    """Write lines of UTF-8 text; a packed file gets its packing's suffix added to the name."""
    content = "".join(f"{line}\n" for line in lines).encode()
    path.parent.mkdir(parents=True, exist_ok=True)
    if packing == "plain":
        path.write_bytes(content)
        return
    packed = {
        "gz": lambda: gzip.compress(content, 6, mtime=0),
        "zst": lambda: zstandard.ZstdCompressor(level=3).compress(content),
        "zip": lambda: zipped({path.name: content}),
    }[packing]()
    path.with_name(f"{path.name}.{packing}").write_bytes(packed)


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
