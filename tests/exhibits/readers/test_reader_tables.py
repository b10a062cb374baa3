"""dBase tables, property lists, Parquet, ORC and Avro are read row by row; damaged ones say so."""

from __future__ import annotations

import contextlib
import io
import plistlib
import random
import struct
from pathlib import Path

import fastavro
import pyarrow as pa
import pyarrow.orc
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.exhibits.support_exhibits import exhibit, zipped

from headwater.exhibits.contents import Content, Enclosed, Given, reader_of
from headwater.exhibits.limits import Limits
from headwater.exhibits.member import Member, plain
from headwater.exhibits.opening import members
from headwater.exhibits.readers import columnar, dbf, plist
from headwater.exhibits.sheets import Sheet
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

ROWS = [("王芳", "15400000001", "19900101", "1"), ("李伟", "15400000002", "", "2"), ("删除", "15400000003", "", "3")]


def member(folder: Path, data: bytes, name: str = "leaks/a.bin") -> Member:
    return plain(exhibit(folder, name, data))


def read(found: Member, **given_: bool) -> list[Content]:
    reader = reader_of(found)
    assert reader is not None
    return list(reader.read(found, Given(**given_)))


def rows(found: list[Content]) -> list[dict[str, object]]:
    return [row for sheet in found if isinstance(sheet, Sheet) for row in sheet.rows.to_pylist()]


def dbase(encoding: str = "gbk", page: int = 0, version: int = 0x03) -> bytes:
    """A table as dBase III writes it; the last record is marked as deleted."""
    fields = [("姓名".encode(encoding), "C", 12), (b"MOBILE", "C", 11), (b"BORN", "D", 8), (b"NOTE", "M", 10)]
    size = 1 + sum(length for _, _, length in fields)
    head = struct.pack("<BBBBLHH16xBBH", version, 124, 5, 6, len(ROWS), 32 + 32 * len(fields) + 1, size, 0, page, 0)
    for name, kind, length in fields:
        head += name.ljust(11, b"\0") + kind.encode() + bytes(4) + bytes([length, 0]) + bytes(14)
    out = head + b"\r"
    for row in ROWS:
        out += b"*" if row[0] == "删除" else b" "
        out += b"".join(cell.encode(encoding).ljust(f[2]) for cell, f in zip(row, fields, strict=True))
    return out + b"\x1a"


@pytest.mark.parametrize(("encoding", "page"), [("gbk", 0x4D), ("gbk", 0), ("utf-8", 0)])
def test_a_table_of_dbase(tmp_path: Path, encoding: str, page: int) -> None:
    found = member(tmp_path, dbase(encoding, page))
    assert reader_of(found) is dbf.READER
    sheet, said = read(found)
    assert isinstance(sheet, Sheet)
    assert rows([sheet]) == [
        {"姓名": "王芳", "MOBILE": "15400000001", "BORN": "1990-01-01", "NOTE": None},
        {"姓名": "李伟", "MOBILE": "15400000002", "BORN": None, "NOTE": None},
    ]
    assert sheet.lines.to_pylist() == [1, 2]
    assert isinstance(said, NotRead)
    assert "long texts" in said.reason


def test_deleted_records_come_where_they_are_asked_for(tmp_path: Path) -> None:
    _, deleted, _ = read(member(tmp_path, dbase()), deleted=True)
    assert isinstance(deleted, Sheet)
    assert (deleted.hidden, deleted.lines.to_pylist()) == (True, [3])
    assert rows([deleted])[0]["MOBILE"] == "15400000003"


def test_long_texts_beside_a_table(tmp_path: Path) -> None:
    texts = ["备注一", "备注二"]
    exhibit(
        tmp_path,
        "leaks/A.DBT",
        struct.pack("<L", 3).ljust(512, b"\0")
        + b"".join((text.encode("gbk") + b"\x1a\x1a").ljust(512, b"\0") for text in texts),
    )
    assert [row["NOTE"] for row in rows(read(member(tmp_path, dbase(version=0x83), "leaks/a.dbf")))] == texts
    (tmp_path / "leaks/A.DBT").unlink()
    fox = struct.pack(">LHH", 3, 0, 64).ljust(64, b"\0")
    for text in texts:
        fox += (struct.pack(">LL", 1, len(text.encode("gbk"))) + text.encode("gbk")).ljust(64, b"\0")
    exhibit(tmp_path, "leaks/a.fpt", fox)
    assert [row["NOTE"] for row in rows(read(member(tmp_path, dbase(version=0xF5), "leaks/a.dbf")))] == texts


def test_a_torn_table_says_how_much_is_missing(tmp_path: Path) -> None:
    found = read(member(tmp_path, dbase()[:-50]))
    assert next(f.reason for f in found if isinstance(f, NotRead)) == "is torn off: 2 records are missing"


@pytest.mark.parametrize("kind", [plistlib.FMT_XML, plistlib.FMT_BINARY])
def test_a_property_list_by_its_paths(tmp_path: Path, kind: plistlib.PlistFormat) -> None:
    inner = plistlib.dumps({"a": 1}, fmt=plistlib.FMT_BINARY)
    data = plistlib.dumps({"people": [{"name": "王芳", "n": 5}], "blob": "备注".encode("gbk"), "in": inner}, fmt=kind)
    found = member(tmp_path, data)
    assert reader_of(found) is plist.READER
    contents = read(found)
    assert {row["key"]: row["value"] for row in rows(contents)} == {
        "people.1.name": "王芳", "people.1.n": "5", "blob": "备注"}  # fmt: skip
    assert [c.name for c in contents if isinstance(c, Enclosed)] == ["in"]


def test_a_property_list_that_unfolds_is_stopped(tmp_path: Path) -> None:
    inner: object = "x" * 5
    for _ in range(40):
        inner = [inner, inner]
    found = [
        c for c in read(member(tmp_path, plistlib.dumps(inner, fmt=plistlib.FMT_BINARY))) if isinstance(c, NotRead)
    ]
    assert "was not read" in found[0].reason


TABLE = pa.table(
    {
        "name": ["王芳", None, ""],
        "n": [1, 2, 3],
        "list": [[1], None, []],
        "b": ["备注".encode("gbk"), b"\0\1\xff", None],
    }
)
EXPECTED = [
    {"name": "王芳", "n": "1", "list": "[1]", "b": "备注"},
    {"name": None, "n": "2", "list": None, "b": None},
    {"name": None, "n": "3", "list": "[]", "b": None},
]


def as_parquet(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out, row_group_size=2)
    return out.getvalue()


def as_orc(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pyarrow.orc.write_table(table, out)
    return out.getvalue()


def as_avro(table: pa.Table) -> bytes:
    kinds = {
        "name": ["null", "string"],
        "n": "long",
        "list": ["null", {"type": "array", "items": "long"}],
        "b": ["null", "bytes"],
    }
    fields = [{"name": name, "type": kinds[name]} for name in table.column_names]
    out = io.BytesIO()
    fastavro.writer(out, {"type": "record", "name": "r", "fields": fields}, table.to_pylist(), codec="deflate")
    return out.getvalue()


@pytest.mark.parametrize("pack", [as_parquet, as_orc, as_avro])
@pytest.mark.parametrize("packed", [False, True])
def test_files_of_columns(tmp_path: Path, pack, packed: bool) -> None:
    found = member(tmp_path, pack(TABLE))
    if packed:
        found = next(
            m for m in members(exhibit(tmp_path, "leaks/z.zip", zipped({"a": pack(TABLE)}))) if isinstance(m, Member)
        )
    assert reader_of(found) is columnar.READER
    contents = read(found)
    assert rows(contents) == EXPECTED
    assert [n for sheet in contents if isinstance(sheet, Sheet) for n in sheet.lines.to_pylist()] == [1, 2, 3]


def test_big_files_of_columns_come_in_batches(tmp_path: Path) -> None:
    table = pa.table({"n": list(range(150_000))})
    for pack in (as_parquet, as_orc):
        contents = read(member(tmp_path, pack(table)))
        assert len(contents) >= 3
        assert [row["n"] for row in rows(contents)] == [str(n) for n in range(150_000)]


SAMPLES = {
    "dbf": dbase(),
    "plist": plistlib.dumps({"a": [1, {"b": "c"}], "d": b"x"}, fmt=plistlib.FMT_BINARY),
    "xml": plistlib.dumps({"a": [1, {"b": "c"}]}),
    "parquet": as_parquet(TABLE),
    "orc": as_orc(TABLE),
    "avro": as_avro(TABLE),
}


@pytest.mark.parametrize("kind", list(SAMPLES))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9), cut=st.floats(0, 1), flips=st.integers(0, 5))
def test_damaged_files_raise_only_what_they_may(tmp_path: Path, kind: str, seed: int, cut: float, flips: int) -> None:
    data, dice = bytearray(SAMPLES[kind]), random.Random(seed)
    for _ in range(flips):
        data[dice.randrange(4, len(data))] = dice.randrange(256)
    found = exhibit(tmp_path, "leaks/x", bytes(data[: max(4, int(cut * len(data)))]))
    for item in members(found, Limits(total=1 << 28)):
        reader = reader_of(item) if isinstance(item, Member) else None
        if reader is not None and isinstance(item, Member):
            with contextlib.suppress(UnreadableError, OSError):
                list(reader.read(item, Given(deleted=True)))
