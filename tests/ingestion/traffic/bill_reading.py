"""Reads a bill or an address book from bytes, as the stage does: the reader is chosen by what the file holds."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl

from headwater.exhibits.member import plain
from headwater.ingestion.traffic.bills import choosing as bills
from headwater.ingestion.traffic.books import choosing as books
from headwater.ingestion.traffic.raw import RAW_FACTS, RAW_MESSAGES, RAW_PAYMENTS, Doubt
from headwater.model.exhibit import Exhibit, NotRead

ZONE = ZoneInfo("Asia/Shanghai")
SCHEMAS = {"payments": RAW_PAYMENTS, "facts": RAW_FACTS, "messages": RAW_MESSAGES}


@dataclass(frozen=True, slots=True)
class Read:
    """What came of one file."""

    reader: str | None
    payments: list[dict[str, Any]]
    facts: list[dict[str, Any]]
    messages: list[dict[str, Any]]
    rejected: list[tuple[int, str]]
    doubts: list[Doubt]
    not_read: list[str]

    def column(self, name: str) -> list[Any]:
        return [row[name] for row in self.payments]

    @property
    def clocks(self) -> list[str]:
        return [row["time"].astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S") for row in self.payments]

    @property
    def told(self) -> set[tuple[str, str, str]]:
        return {(row["account"], row["kind"], row["value"]) for row in self.facts}

    def total(self, direction: str) -> float:
        return round(sum(row["amount"] for row in self.payments if row["direction"] == direction), 2)


def read(folder: Path, name: str, content: bytes | str, part: str = "payments") -> Read:
    """Write a file and read it."""
    file = folder / name
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_file(file, f"{part}/holder/{name}", part)


def read_file(file: Path, path: str, part: str = "payments") -> Read:
    member = plain(Exhibit(path, file, part, "holder", file.stat().st_size))
    with member.open() as stream:
        reader = (bills if part == "payments" else books).choose(member, stream.read(1 << 16))
    got = Read(reader and reader.name, [], [], [], [], [], [])
    for piece in reader.read(member, ZONE) if reader else ():
        if isinstance(piece, NotRead):
            got.not_read.append(piece.reason)
            continue
        assert piece.rows.schema == SCHEMAS[piece.table]
        getattr(got, piece.table).extend(piece.rows.to_pylist())
        got.rejected.extend((each.line, each.reason) for each in piece.rejected)
        assert all(each.source == path for each in piece.rejected)
        got.doubts.extend(piece.doubts)
    return got


def book(*sheets: list[list[object]]) -> bytes:
    """The bytes of a workbook."""
    made, out = openpyxl.Workbook(), io.BytesIO()
    made.remove(made.active)
    for number, rows in enumerate(sheets, start=1):
        sheet = made.create_sheet(f"表{number}")
        for row in rows:
            sheet.append(row)
    made.save(out)
    return out.getvalue()


def table(rows: list[list[object]], delimiter: str = ",") -> str:
    """The text of a delimited table."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator="\r\n").writerows(rows)
    return out.getvalue()
