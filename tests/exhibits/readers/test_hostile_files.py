"""Files changed in depth (parts of archives, lengths, tags) never break or hold up a reader, and no message tells what they hold."""

from __future__ import annotations

import io
import random
import struct
import time
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from support_office import (
    MADE_DOC,
    PEOPLE,
    docx_bytes,
    mail_bytes,
    msg_bytes,
    odt_bytes,
    ppt_bytes,
    pptx_bytes,
    xlsx_bytes,
    zipped,
)
from test_reader_office import RTF
from test_reader_sqldump import MYSQL
from test_reader_tables import SAMPLES
from test_reader_web import PAGE

from headwater.exhibits.contents import Given
from headwater.exhibits.limits import Limits
from headwater.exhibits.ole_copy import compound_bytes
from headwater.exhibits.opened import opened
from headwater.exhibits.opening import members
from headwater.model.exhibit import Exhibit, NotRead

SECRETS = ("132101199001010010", "15400000001", "15400000002", "张三丰")
TABLE = "姓名,身份证号,手机\n" + "".join(f"张三丰,{SECRETS[0]},{mobile}\n" for mobile in SECRETS[1:3]) * 30
ROUNDS = 12
_LONGEST = 20.0
_EDGES = (
    b"\0",
    b"\xff",
    b"\xff\xff\xff\xff",
    b"\x7f\xff\xff\xff",
    b"\0\0\0\0",
    b"<",
    b">",
    b"&#0;",
    b"%s",
    b"\n" * 40,
    b'"',
)


@cache
def samples() -> dict[str, bytes]:
    people = [["姓名", "身份证号", "手机"], *([SECRETS[3], SECRETS[0], SECRETS[1]] for _ in range(9))]
    made: dict[str, Callable[[], bytes]] = {
        "doc": MADE_DOC.read_bytes,
        "docx": docx_bytes,
        "xlsx": lambda: xlsx_bytes(people, "批注"),
        "odt": lambda: odt_bytes(f"<text:p>{SECRETS[0]}</text:p>"),
        "ppt": ppt_bytes,
        "pptx": pptx_bytes,
        "mail": mail_bytes,
        "msg": msg_bytes,
        "rtf": lambda: RTF,
        "page": PAGE.encode,
        "dump": MYSQL.encode,
        "csv": TABLE.encode,
        "csv in gb18030": lambda: TABLE.encode("gb18030"),
        "csv in utf-16": lambda: TABLE.encode("utf-16"),
        "json": lambda: b'[{"id":"132101199001010010","tel":"15400000001"},{"id":"1","tel":[{"a":null}]}]',
        "vcard": lambda: b"BEGIN:VCARD\nVERSION:3.0\nTEL;TYPE=CELL:15400000001\nEND:VCARD\n",
        "zip": lambda: zipped({"a.csv": TABLE.encode(), "b.xlsx": xlsx_bytes(PEOPLE)}),
    }
    return {**{name: make() for name, make in made.items()}, **SAMPLES}


def changed(data: bytes, dice: random.Random) -> bytes:
    """The data with stretches cut out, doubled, moved, or overwritten by what often breaks a reader."""
    for _ in range(dice.randint(1, 5)):
        if not data:
            return data
        place, other = dice.randrange(len(data)), dice.randrange(len(data))
        length = dice.choice((1, 2, 4, 16, 200, 5000))
        piece = data[other : other + length]
        way = dice.randrange(5)
        if way == 0:
            data = data[:place] + data[place + length :]
        elif way == 1:
            data = data[:place] + piece * dice.choice((1, 2, 30)) + data[place:]
        elif way == 2:
            edge = dice.choice(_EDGES)
            data = data[:place] + edge + data[place + len(edge) :]
        elif way == 3:
            data = data[:place] + bytes([data[place] ^ 1 << dice.randrange(8)]) + data[place + 1 :]
        else:
            data = data[:place]
    return data


def deeply(data: bytes, dice: random.Random) -> bytes:
    """The same done to the parts of an archive, which is then whole again."""
    if not data.startswith(b"PK") or dice.random() < 0.2:
        return changed(data, dice)
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        chosen = set(dice.sample(old.namelist(), dice.randint(1, min(3, len(old.namelist())))))
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, changed(part, dice) if name in chosen else part)
    return out.getvalue()


def read(folder: Path, data: bytes) -> list[str]:
    """Read a file to its end: every reason that was given."""
    (folder / "x").write_bytes(data)
    found = Exhibit("leaks/x", folder / "x", "leaks", None, len(data))
    told = []
    for member in members(found, Limits(total=1 << 26), ("a",)):
        if isinstance(member, NotRead):
            told.append(member.reason)
            continue
        for piece in opened(member, Given(("a",), pictures=False, deleted=True)):
            if isinstance(piece.content, NotRead):
                told.append(piece.content.reason)
            elif getattr(piece.content, "rejected", ()):
                told += [reason for _, reason in piece.content.rejected]
    return told


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", sorted(samples()))
def test_no_change_breaks_a_reader_or_makes_it_tell_what_it_read(tmp_path: Path, name: str) -> None:
    for seed in range(ROUNDS):
        data = deeply(samples()[name], random.Random(zlib.crc32(name.encode()) + seed))
        begun = time.process_time()
        told = read(tmp_path, data)
        assert time.process_time() - begun < _LONGEST, f"round {seed}"
        assert not [reason for reason in told if "its reader failed" in reason], f"round {seed}"
        assert not [reason for reason in told for secret in SECRETS if secret in reason], f"round {seed}"


def circling(stream: bytes) -> bytes:
    """An old workbook whose chain of sectors runs in a circle."""
    data = bytearray(compound_bytes({("Workbook",): stream}))
    table = 512 * (struct.unpack_from("<L", data, 76)[0] + 1)
    places = [n for n in range(2, 128) if struct.unpack_from("<L", data, table + 4 * n)[0] == n + 1]
    struct.pack_into("<L", data, table + 4 * places[len(places) // 2], places[0])
    return bytes(data)


def dimensions(rows: int, columns: int) -> bytes:
    start = struct.pack("<HHHHHHLL", 0x809, 16, 0x600, 5, 0, 0, 0, 0)
    return start + struct.pack("<HHLLHHH", 0x200, 14, 0, rows, 0, columns, 0) + struct.pack("<HH", 0x0A, 0)


@pytest.mark.timeout(60)
@pytest.mark.parametrize(
    "data",
    [
        circling(bytes(9000)),
        compound_bytes({("Workbook",): dimensions(1 << 31, 4)}),
        compound_bytes({("Workbook",): dimensions(4, 60_000)}),
        compound_bytes({("Workbook",): dimensions(4, 4) + struct.pack("<HHHHH", 0x201, 6, 1, 40_000, 0)}),
        compound_bytes({("Other",): bytes(9000)}),
    ],
)
def test_an_old_workbook_cannot_ask_for_more_memory_than_it_may_fill(tmp_path: Path, data: bytes) -> None:
    told = read(tmp_path, data)
    assert [reason for reason in told if "workbook" in reason or "damaged" in reason]


def test_packed_rows_that_are_damaged_are_told(tmp_path: Path) -> None:
    data = SAMPLES["avro"]
    for place in range(len(data) // 2, len(data) - 20, 7):
        told = read(tmp_path, data[:place] + b"\xff" * 5 + data[place + 5 :])
        assert not [reason for reason in told if "its reader failed" in reason]
