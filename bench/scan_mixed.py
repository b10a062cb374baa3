"""A folder of small files of many formats, made from a seed, with the truth: the people of each file, and which files nobody can read."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from html import escape
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

from openpyxl import Workbook

from bench.scan_corpora import SEED, code, log
from bench.scan_people import Person, person

People = list[Person]
Maker = Callable[[People, Random], bytes]
HEADER = ("姓名", "身份证号", "手机号", "地址", "订单号")
_DAY = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def _rows(people: People, rng: Random) -> list[tuple[str, ...]]:
    return [(p.name, p.resident_id, p.mobile, p.address, f"2026{rng.randrange(10**15):015}") for p in people]


def _sentences(people: People) -> str:
    said = (f"客户姓名：{p.name}，身份证{p.resident_id}，手机{p.mobile}，地址：{p.address}" for p in people)
    return "今天的名单\n" + "\n".join(said) + "\n其余的明天再发\n"


def _text(encoding: str) -> Maker:
    return lambda people, rng: _sentences(people).encode(encoding)


def _csv(separator: str, encoding: str, ending: str = "\n") -> Maker:
    def made(people: People, rng: Random) -> bytes:
        return ending.join([separator.join(row) for row in (HEADER, *_rows(people, rng))] + [""]).encode(encoding)

    return made


def _json(people: People, rng: Random) -> bytes:
    rows = [dict(zip(HEADER, row, strict=True)) for row in _rows(people, rng)]
    return json.dumps({"客户": rows}, ensure_ascii=rng.random() < 0.3, indent=rng.choice((None, 2))).encode()


def _jsonl(people: People, rng: Random) -> bytes:
    rows = (json.dumps(dict(zip(HEADER, row, strict=True)), ensure_ascii=False) for row in _rows(people, rng))
    return ("\n".join(rows) + "\n").encode()


def _html(people: People, rng: Random) -> bytes:
    rows = ("".join(f"<td>{escape(cell)}</td>" for cell in row) for row in _rows(people, rng))
    head = "".join(f"<th>{name}</th>" for name in HEADER)
    body = f"<tr>{head}</tr>" + "".join(f"<tr>{row}</tr>" for row in rows)
    return f'<html><head><meta charset="utf-8"></head><body><h1>名单</h1><table>{body}</table></body></html>'.encode()


def _xml(people: People, rng: Random) -> bytes:
    rows = (
        f"<c><xm>{p.name}</xm><sfz>{p.resident_id}</sfz><sj>{p.mobile}</sj><dz>{p.address}</dz></c>" for p in people
    )
    return f'<?xml version="1.0" encoding="UTF-8"?><list>{"".join(rows)}</list>'.encode()


def _mail(people: People, rng: Random) -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "staff@example.com", "buyer@example.org", "名单"
    mail["Date"] = format_datetime(_DAY)
    mail["Message-ID"] = f"<{rng.getrandbits(64):x}@example.com>"
    half = len(people) // 2
    mail.set_content(_sentences(people[:half]), cte="base64")
    mail.add_attachment(_csv(",", "gb18030")(people[half:], rng), maintype="text", subtype="csv", filename="名单.csv")
    mail.set_boundary(f"b{rng.getrandbits(64):x}")
    return mail


def _eml(people: People, rng: Random) -> bytes:
    return _mail(people, rng).as_bytes()


def _mbox(people: People, rng: Random) -> bytes:
    parts = (people[at : at + 3] for at in range(0, len(people), 3))
    return b"".join(b"From staff@example.com Mon Jan  5 09:00:00 2026\n" + _eml(p, rng) + b"\n\n" for p in parts)


def _sql(people: People, rng: Random) -> bytes:
    quoted = (", ".join(f"'{cell}'" for cell in row) for row in _rows(people, rng))
    table = "CREATE TABLE `clients` (`xm` varchar(20), `sfz` char(18), `sj` char(11), `dz` varchar(99), `ddh` varchar(20));\n"
    return ("-- MySQL dump 10.13\n" + table + f"INSERT INTO `clients` VALUES ({'),('.join(quoted)});\n").encode()


def _sqlite(people: People, rng: Random) -> bytes:
    with tempfile.TemporaryDirectory() as space:
        file = Path(space) / "a.db"
        base = sqlite3.connect(file)
        base.execute("create table clients (xm text, sfz text, sj text, dz text, ddh text)")
        base.executemany("insert into clients values (?, ?, ?, ?, ?)", _rows(people, rng))
        base.commit()
        base.close()
        return file.read_bytes()


def _xlsx(people: People, rng: Random) -> bytes:
    book = Workbook(write_only=True)
    book.properties.created = book.properties.modified = _DAY.replace(tzinfo=None)
    sheet = book.create_sheet("客户")
    for row in (HEADER, *_rows(people, rng)):
        sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _docx(people: People, rng: Random) -> bytes:
    spoken = "".join(f"<w:p><w:r><w:t>{escape(line)}</w:t></w:r></w:p>" for line in _sentences(people).splitlines())
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"
    package = "http://schemas.openxmlformats.org/package/2006"
    return _zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override '
            f'PartName="/word/document.xml" ContentType="{kind}"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="rId1" Type="{relation}" '
            'Target="word/document.xml"/></Relationships>',
            "word/document.xml": f'<w:document xmlns:w="{space}"><w:body>{spoken}</w:body></w:document>',
        }
    )


def _zipped(parts: Mapping[str, str | bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(zipfile.ZipInfo(name, (2026, 1, 5, 9, 0, 0)), content)
    return out.getvalue()


def _zip(people: People, rng: Random) -> bytes:
    half = len(people) // 2
    return _zipped(
        {"名单/a.csv": _csv(",", "utf-8")(people[:half], rng), "b.txt": _text("gb18030")(people[half:], rng)}
    )


def _tar(people: People, rng: Random) -> bytes:
    out, inside = io.BytesIO(), _csv("\t", "utf-8")(people, rng)
    with tarfile.open(fileobj=out, mode="w") as packed:
        entry = tarfile.TarInfo("list.tsv")
        entry.size = len(inside)
        packed.addfile(entry, io.BytesIO(inside))
    return out.getvalue()


def _gz(people: People, rng: Random) -> bytes:
    return gzip.compress(_csv(",", "utf-8")(people, rng), mtime=0)


def _broken(people: People, rng: Random) -> bytes:
    return _xlsx(people, rng)[: rng.randint(200, 2000)]


MAKERS: Mapping[str, Maker] = MappingProxyType(
    {
        "txt": _text("utf-8"),
        "gb.txt": _text("gb18030"),
        "u16.txt": _text("utf-16"),
        "bom.txt": _text("utf-8-sig"),
        "csv": _csv(",", "utf-8"),
        "gb.csv": _csv(",", "gb18030", "\r\n"),
        "semi.csv": _csv(";", "utf-8-sig"),
        "tsv": _csv("\t", "utf-16"),
        "pipe.csv": _csv("|", "utf-8"),
        "json": _json,
        "jsonl": _jsonl,
        "html": _html,
        "xml": _xml,
        "eml": _eml,
        "mbox": _mbox,
        "sql": _sql,
        "db": _sqlite,
        "xlsx": _xlsx,
        "docx": _docx,
        "zip": _zip,
        "tar": _tar,
        "csv.gz": _gz,
        "log": lambda people, rng: log(0.004, rng.getrandbits(32))[0].encode(),
        "py": lambda people, rng: code(0.004, rng.getrandbits(32))[0].encode(),
        "empty": lambda people, rng: b"",
        "broken.xlsx": _broken,
    }
)
"""A maker of bytes for each ending."""
NOBODY = frozenset({"log", "py", "empty", "broken.xlsx"})
"""Endings of files that hold nobody's data."""
UNREADABLE = ("broken.xlsx",)


def make_folder(folder: Path, count: int, seed: int = SEED) -> dict[str, Any]:
    """Write so many files in folders of a hundred; gives the truth, which is not written among them.

    Two in ten people stand in several files. Same seed and count, same people and names; all bytes are the same but those of workbooks and
    of databases, which carry versions of their libraries.
    """
    rng, files, number = Random(f"folder {seed}"), {}, 0
    for place in range(count):
        ending = list(MAKERS)[place % len(MAKERS)]
        people: People = []
        for _ in range(0 if ending in NOBODY else rng.randint(2, 12)):
            number += 1
            people.append(person(rng.randint(1, number) if rng.random() < 0.2 else number))
        name = f"{place:05}.{ending}"
        into = folder / f"{place // 100:03}"
        into.mkdir(parents=True, exist_ok=True)
        made = MAKERS[ending](people or [person(1)], rng)
        (into / name).write_bytes(made)
        files[name] = {"format": ending, "people": sorted({p.number for p in people})}
    everybody = {number for file in files.values() for number in file["people"]}
    return {"files": files, "persons": len(everybody), "unreadable": list(UNREADABLE)}
