"""Reads the files of a made market back, by the published layouts and not by the code that wrote them."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from headwater.simulation.brokers import BrokerHabits

SMALL = BrokerHabits(
    members=40, orders=260, days=30, chatter=2.0, outside_contacts=10, bulk_files=8, bulk_rows=(20, 80)
)
TINY = replace(SMALL, orders=70, days=21, chatter=1.0, outside_contacts=5, bulk_files=2)
_SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HEADER = "localId,TalkerId,Type,SubType,IsSender,CreateTime,Status,StrContent,StrTime,Remark,NickName,Sender"


def digest(folder: Path) -> str:
    """One number for every name and byte below a folder."""
    total = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        total.update(path.relative_to(folder).as_posix().encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def wechat_rows(path: Path) -> list[list[str]]:
    """The messages of a CSV export: rows are as long as the header or longer."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.reader(stream))
    assert ",".join(rows[0]) == HEADER
    assert all(len(row) >= len(rows[0]) for row in rows[1:])
    return rows[1:]


def page_objects(path: Path) -> list[dict[str, Any]]:
    """The objects of the array ``chatMessages`` of a page, whether keys are bare or not."""
    body = path.read_text("utf-8").split("const chatMessages = [", 1)[1]
    body = body.split("];\nconst container", 1)[0].strip().rstrip(",")
    if not body.startswith("{ "):
        return list(json.loads(f"[{body}]"))
    return [_bare(line) for line in body.splitlines()]


def _bare(line: str) -> dict[str, Any]:
    pairs = re.findall(r"(\w+):(?:(-?\d+)|'((?:[^'\\]|\\.)*)')[,}]", line)
    return {name: int(number) if number else re.sub(r"\\(.)", _unescape, text) for name, number, text in pairs}


def _unescape(found: re.Match[str]) -> str:
    return "\n" if found[1] == "n" else found[1]


def text_messages(path: Path) -> list[tuple[str, str]]:
    """Time and the rest of the first line of each message of a TXT export."""
    return re.findall(r"^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) (.+)$", path.read_text("utf-8"), re.MULTILINE)


def chat_messages(case: Path) -> Iterator[tuple[str, int]]:
    """The form and the number of messages of each exported file."""
    for path in sorted((case / "chats").rglob("*")):
        if path.suffix == ".jsonl":
            yield "jsonl", len([json.loads(line) for line in path.read_text("utf-8").splitlines()])
        elif path.suffix == ".html":
            yield "html", len(page_objects(path))
        elif path.suffix == ".txt":
            yield "txt", len(text_messages(path))
        elif path.suffix == ".csv" and path.read_bytes().startswith(b"\xef\xbb\xbf"):
            yield "csv", len(wechat_rows(path))


def table(path: Path) -> list[list[str]]:
    """Any table of a bill as text cells."""
    if path.suffix == ".xlsx":
        return sheet(path)
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030")
    return [[cell.strip() for cell in row] for row in csv.reader(io.StringIO(text))]


def sheet(path: Path) -> list[list[str]]:
    """The cells of a spreadsheet's only sheet."""
    with zipfile.ZipFile(path) as archive:
        root = ElementTree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
    rows = []
    for row in root.iter(f"{_SHEET}row"):
        cells: list[str] = []
        for cell in row.iter(f"{_SHEET}c"):
            place = ord(re.sub(r"[0-9]", "", cell.attrib["r"])) - ord("A")
            cells += [""] * (place - len(cells)) + ["".join(cell.itertext())]
        rows.append(cells)
    return rows


def bill(path: Path) -> tuple[list[list[str]], list[dict[str, str]], list[list[str]]]:
    """What stands before the header, the rows by the names of their columns, and what stands behind them."""
    rows = table(path)
    place = next(n for n, row in enumerate(rows) if len([c for c in row if c]) >= 6)
    header = rows[place]
    full = [
        row for row in rows[place + 1 :] if (len(row) >= len(header) - 1 and row[0][:2] == "20") or _police(header, row)
    ]
    return rows[:place], [dict(zip(header, row, strict=False)) for row in full], rows[place + 1 + len(full) :]


def _police(header: list[str], row: list[str]) -> bool:
    return header[0] == "交易卡号" and len(row) >= 20


def amount(row: dict[str, str]) -> float:
    """The amount of a row with its sign: in is positive, out negative, money between one's own pockets nothing."""
    side = row.get("收/支") or row.get("收付标志") or row.get("借贷 Dc Flg") or ""
    for column in ("金额(元)", "金额", "金额（元）", "交易金额", "交易金额 Trans Amt"):
        if row.get(column):
            value = float(row[column].replace("¥", "").replace(",", ""))
            if not side:
                return value
            return {"收入": 1, "进": 1, "贷": 1, "入": 1, "贷 Cr": 1, "/": 0, "不计收支": 0}.get(side, -1) * value
    taken, given = (row[c].replace(",", "") for c in ("收入", "支出"))
    return float(taken or 0) - float(given or 0)


def every_text(case: Path) -> str:
    """All that can be read in a case: names of files and folders, and contents."""
    parts = [path.relative_to(case).as_posix() for path in sorted(case.rglob("*"))]
    for path in sorted(p for p in case.rglob("*") if p.is_file()):
        parts += (
            ["\n".join("\t".join(row) for row in table(path))]
            if path.suffix in (".csv", ".xlsx")
            else [path.read_text("utf-8")]
        )
    return "\n".join(parts)
