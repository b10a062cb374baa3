"""Files of made people for scans, and every way in which a raw value of theirs may be written."""

from __future__ import annotations

import email.message
import io
import json
import sqlite3
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path

import openpyxl

from headwater.identifiers import resident_id

HEADER = ("姓名", "身份证号", "手机")
Row = tuple[str, str, str]
_CODES = json.loads((files("headwater.identifiers") / "data" / "retired_county_codes.json").read_text("utf-8"))
_SURNAMES, _GIVEN = "王李张刘陈杨赵黄周吴", "伟芳静敏军磊洋艳勇杰"
_ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")


def person(number: int) -> Row:
    """Name, id and mobile of a made person; every number below 100,000 gives another."""
    area = _CODES["never_after_1983"][number % 500]
    first = f"{area}{1990 + number // 500 % 10}{1 + number % 12:02}{1 + number % 28:02}{number // 500 % 1000:03}"
    name = _SURNAMES[number % 10] + _GIVEN[number // 10 % 10] + _GIVEN[number // 100 % 10]
    return name, first + resident_id.check_character(first), f"154{10_000_000 + number * 7:08}"


def people(numbers: Iterable[int]) -> list[Row]:
    """Several made persons."""
    return [person(number) for number in numbers]


def csv(rows: Iterable[Sequence[str]], header: Sequence[str] = HEADER) -> bytes:
    """A table as comma-separated text."""
    return "".join(",".join(row) + "\r\n" for row in (header, *rows)).encode()


def workbook(rows: Iterable[Sequence[str]], header: Sequence[str] = HEADER) -> bytes:
    """A table as a workbook of one sheet."""
    book, out = openpyxl.Workbook(), io.BytesIO()
    sheet = book.worksheets[0]
    for row in (header, *rows):
        sheet.append(list(row))
    book.save(out)
    return out.getvalue()


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def mail(text: str, attached: Mapping[str, bytes]) -> bytes:
    """A mail with attachments."""
    made = email.message.EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@example.com", "b@example.com", "list"
    made.set_content(text)
    for name, data in attached.items():
        made.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return made.as_bytes()


def database(file: Path, rows: Iterable[Row]) -> None:
    """An SQLite database of one table."""
    base = sqlite3.connect(file)
    base.execute("CREATE TABLE clients (姓名, 身份证号, 手机)")
    base.executemany("INSERT INTO clients VALUES (?, ?, ?)", rows)
    base.commit()
    base.close()


def write(folder: Path, contents: Mapping[str, bytes]) -> Path:
    """Write files below a folder."""
    for name, data in contents.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    return folder


def mixed(folder: Path) -> tuple[Path, list[Row]]:
    """A folder of seized files of several formats, and everybody who stands in it."""
    everybody = people(range(120))
    write(
        folder,
        {
            "seized/E1/a.csv": csv(everybody[:60]),
            "seized/E1/b.xlsx": workbook(everybody[40:80]),
            "seized/E2/chat.txt": "\n".join(f"{n}的身份证{i}，电话{m}" for n, i, m in everybody[70:90]).encode(
                "gb18030"
            ),
            "seized/E2/mail.eml": mail(f"身份证号 {everybody[0][1]}", {"c.csv": csv(everybody[80:100])}),
            "seized/E2/deep/pack.zip": zipped({"d.csv": csv(everybody[90:120]), "in.zip": zipped({"e.txt": b"none"})}),
        },
    )
    database(folder / "seized/E2/f.db", everybody[:30])
    return folder, everybody


def written(rows: Iterable[Row]) -> Iterator[bytes]:
    """Every raw value in every encoding: names of two and more characters, ids, mobiles."""
    for row in rows:
        for value in row:
            for encoding in _ENCODINGS:
                yield value.encode(encoding)


_READER = """
import ctypes
import mmap
import os
import time
from headwater.exhibits.contents import Passage

class Hostile:
    name = "hostile"

    def fits(self, head, member):
        if head.startswith(b"HOSTILE unfit"):
            raise RuntimeError(head.decode())
        return head.startswith(b"HOSTILE ")

    def read(self, member, given):
        with member.open() as stream:
            said = stream.read().decode()
        how = said.split()[1]
        yield Passage("", (said,))
        for number in range(5 if how == "slow" else 0):
            begun = time.monotonic()
            while time.monotonic() - begun < 1:
                pass
            yield Passage(f"page {number}", (said,))
        if how == "crash":
            ctypes.string_at(0)
        elif how == "hang":
            while True:
                pass
        elif how == "eat":
            eaten = []
            while True:
                eaten.append(mmap.mmap(-1, 1 << 26, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | mmap.MAP_POPULATE))
        elif how == "leave":
            os._exit(0)
        elif how == "fail":
            raise RuntimeError(said)

READER = Hostile()
"""
_BROKEN = "raise ImportError('wants a library')\n"
ID = person(7)[1]
"""What stands in every hostile file, and in the error of its reader."""


def plugged(folder: Path) -> Path:
    """A package of plug-ins as an installer leaves it: modules, and a record that names them."""
    points = "[headwater.readers]\nhostile = hostile_reader\nbroken = broken_reader\n"
    return write(
        folder,
        {
            "hostile_reader.py": _READER.encode(),
            "broken_reader.py": _BROKEN.encode(),
            "hostile_reader-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: hostile-reader\nVersion: 1.0\n",
            "hostile_reader-1.0.dist-info/entry_points.txt": points.encode(),
        },
    )


def hostile(how: str) -> bytes:
    """A file whose reader crashes, hangs, eats memory, leaves, fails, or gives a page a second (``slow``)."""
    return f"HOSTILE {how} 身份证号 {ID}\n".encode()
