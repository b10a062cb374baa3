"""SQLite databases are read table by table, never written, and deleted rows come back where they are asked for."""

from __future__ import annotations

import contextlib
import random
import sqlite3
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.exhibits.support_exhibits import exhibit, zipped

from headwater.exhibits.contents import Enclosed, Given, Passage, reader_of
from headwater.exhibits.member import Member, plain
from headwater.exhibits.opening import members
from headwater.exhibits.readers.sqlite import READER
from headwater.exhibits.sheets import Sheet
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead


def database(folder: Path, *steps: str, rows: int = 3) -> bytes:
    file = folder / "made.db"
    file.unlink(missing_ok=True)
    with sqlite3.connect(file) as base:
        base.execute("PRAGMA secure_delete=OFF")
        base.execute("CREATE TABLE people (id INTEGER PRIMARY KEY, name TEXT, mobile INTEGER, note BLOB, x JSON)")
        base.executemany(
            "INSERT INTO people (name, mobile, note, x) VALUES (?, ?, ?, ?)",
            [(f"王芳{n}", 15400000000 + n, f"备注{n}".encode("gbk"), '{"a": 1}') for n in range(rows)],
        )
        for step in steps:
            base.execute(step)
    base.close()
    return file.read_bytes()


def member(folder: Path, data: bytes) -> Member:
    return plain(exhibit(folder, "leaks/a.db", data))


def read(found: Member, **given_: bool) -> list[object]:
    return list(READER.read(found, Given(**given_)))


def test_tables_are_read_with_their_columns_and_row_numbers(tmp_path: Path) -> None:
    data = database(tmp_path, 'CREATE TABLE "o""dd" (a)', "CREATE VIEW v AS SELECT name FROM people")
    people, odd = read(member(tmp_path, data))
    assert isinstance(people, Sheet)
    assert isinstance(odd, Sheet)
    assert (people.name, people.columns) == ("people", ("id", "name", "mobile", "note", "x"))
    assert people.rows.to_pylist()[1] == {
        "id": "2",
        "name": "王芳1",
        "mobile": "15400000001",
        "note": "备注1",
        "x": '{"a": 1}',
    }
    assert people.lines.to_pylist() == [1, 2, 3]
    assert (odd.name, odd.rows.num_rows) == ('o"dd', 0)


def test_big_tables_come_in_batches_that_go_on_counting(tmp_path: Path) -> None:
    found = read(member(tmp_path, database(tmp_path, rows=70_000)))
    assert all(isinstance(s, Sheet) for s in found)
    numbers = [n for s in found if isinstance(s, Sheet) for n in s.lines.to_pylist()]
    assert len(found) == 2
    assert numbers == list(range(1, 70_001))


def test_it_is_found_by_content_and_read_inside_an_archive(tmp_path: Path) -> None:
    (inside,) = members(exhibit(tmp_path, "leaks/a.zip", zipped({"photo.jpg": database(tmp_path)})))
    assert isinstance(inside, Member)
    assert reader_of(inside) is READER
    (people,) = read(inside)
    assert isinstance(people, Sheet)
    assert people.rows.num_rows == 3


def test_the_file_is_not_touched(tmp_path: Path) -> None:
    found = member(tmp_path, database(tmp_path, "PRAGMA user_version=3"))
    assert found.file
    before = (found.file.read_bytes(), found.file.stat().st_mtime_ns, sorted(found.file.parent.iterdir()))
    read(found, deleted=True)
    assert before == (found.file.read_bytes(), found.file.stat().st_mtime_ns, sorted(found.file.parent.iterdir()))


def test_rows_that_stand_only_in_the_log_are_said_to_be_missing(tmp_path: Path) -> None:
    file = tmp_path / "leaks" / "w.db"
    file.parent.mkdir()
    base = sqlite3.connect(file)
    base.execute("PRAGMA journal_mode=WAL")
    base.execute("CREATE TABLE t (a)")
    base.commit()
    notes = [n for n in read(plain(exhibit(tmp_path, "leaks/c.db", file.read_bytes()))) if isinstance(n, NotRead)]
    assert notes == [] or "write-ahead" not in notes[0].reason
    from headwater.model.exhibit import Exhibit

    here = plain(Exhibit("leaks/w.db", file, "leaks", None, file.stat().st_size))
    said = []
    try:
        said = [n.reason for n in READER.read(here, Given()) if isinstance(n, NotRead)]
    except UnreadableError as error:
        said = [str(error)]
    base.close()
    assert any("write-ahead log" in reason or "damaged" in reason for reason in said)


def test_files_in_cells_are_given_as_files(tmp_path: Path) -> None:
    data = database(tmp_path, f"INSERT INTO people (note) VALUES (X'{zipped({'a': b'1'}).hex()}')")
    found = read(member(tmp_path, data))
    (inner,) = [f for f in found if isinstance(f, Enclosed)]
    assert (inner.name, inner.data[:2]) == ("people.4", b"PK")


@pytest.mark.parametrize("where", ["id = 2", "id % 2 = 0", "id > 0"])
def test_deleted_rows_come_back(tmp_path: Path, where: str) -> None:
    data = database(tmp_path, f"DELETE FROM people WHERE {where}", rows=400)
    found = member(tmp_path, data)
    assert not [p for p in read(found) if isinstance(p, Passage)]
    lines = [line for p in read(found, deleted=True) if isinstance(p, Passage) and p.hidden for line in p.lines]
    left = data.count("备注".encode("gbk")) - sum(s.rows.num_rows for s in read(found) if isinstance(s, Sheet))
    whole = [line for line in lines if "王芳" in line and "\t154000" in line and "备注" in line]
    assert len(whole) >= max(1, 0.95 * left)


def test_an_encrypted_or_damaged_one_is_said_to_be_so(tmp_path: Path) -> None:
    data = bytearray(database(tmp_path))
    data[100:] = random.Random(1).randbytes(len(data) - 100)
    with pytest.raises(UnreadableError, match="damaged or encrypted"):
        read(member(tmp_path, bytes(data)))


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9), cut=st.floats(0.01, 1), flips=st.integers(0, 12))
def test_damaged_databases_raise_only_what_they_may(tmp_path: Path, seed: int, cut: float, flips: int) -> None:
    file = tmp_path / "kept"
    if not file.exists():
        file.write_bytes(
            database(tmp_path, "DELETE FROM people WHERE id % 3 = 0", "CREATE INDEX i ON people (name)", rows=200)
        )
    data, dice = bytearray(file.read_bytes()), random.Random(seed)
    for _ in range(flips):
        data[dice.randrange(16, len(data))] = dice.randrange(256)
    with contextlib.suppress(UnreadableError, OSError):
        read(member(tmp_path, bytes(data[: max(1, int(cut * len(data)))])), deleted=True)
