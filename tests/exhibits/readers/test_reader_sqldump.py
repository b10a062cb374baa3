"""Dumps of MySQL, PostgreSQL, SQL Server and Oracle become tables; nothing within quotes parts a row or a value."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.exhibits.support_exhibits import exhibit
from tests.postgres_server import PostgresServer

from headwater.exhibits.contents import Given, Passage, reader_of
from headwater.exhibits.member import Member, plain
from headwater.exhibits.readers.sqldump import READER
from headwater.exhibits.sheets import Sheet
from headwater.exhibits.sql_values import row_at
from headwater.model.exhibit import NotRead

MYSQL = r"""-- MySQL dump 10.13  Distrib 8.0
/*!40101 SET NAMES utf8mb4 */;
CREATE TABLE `people` (
  `id` int NOT NULL,
  `name` varchar(20) COMMENT '姓名, (full)',
  `say` text,
  PRIMARY KEY (`id`),
  KEY `k` (`name`)
) ENGINE=InnoDB;
INSERT INTO `people` VALUES (1,'王芳','a),(b'),(2,'O\'Neil','c\\'),(3,NULL,'line\nnext');
INSERT INTO `people` (`name`,`id`) VALUES ('it''s',4);
"""


def member(folder: Path, text: str, encoding: str = "utf-8", name: str = "leaks/a.sql") -> Member:
    return plain(exhibit(folder, name, text.encode(encoding)))


def tables(
    folder: Path, text: str, encoding: str = "utf-8"
) -> dict[tuple[str, tuple[str, ...]], list[tuple[object, ...]]]:
    """Rows with their lines, by table and columns."""
    found: dict[tuple[str, tuple[str, ...]], list[tuple[object, ...]]] = {}
    for content in READER.read(member(folder, text, encoding), Given()):
        if isinstance(content, Sheet):
            rows = [tuple(row.values()) for row in content.rows.to_pylist()]
            numbered = [(line, *row) for line, row in zip(content.lines.to_pylist(), rows, strict=True)]
            found.setdefault((content.name, content.columns), []).extend(numbered)
    return found


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_dump_of_mysql(tmp_path: Path, encoding: str) -> None:
    found = tables(tmp_path, MYSQL, encoding)
    assert found["people", ("id", "name", "say")] == [
        (10, "1", "王芳", "a),(b"),
        (10, "2", "O'Neil", "c\\"),
        (10, "3", None, "line\nnext"),
    ]
    assert found["people", ("name", "id")] == [(11, "it's", "4")]


def test_what_is_no_row_stays_text_with_its_lines(tmp_path: Path) -> None:
    found = [c for c in READER.read(member(tmp_path, MYSQL), Given()) if isinstance(c, Passage)]
    assert [(p.first_line, p.lines[0]) for p in found] == [(1, "-- MySQL dump 10.13  Distrib 8.0")]
    assert "姓名, (full)" in "".join(found[0].lines)


def test_rows_on_lines_of_their_own_keep_their_lines(tmp_path: Path) -> None:
    text = "INSERT INTO t (a, b) VALUES\n(1, 'x'),\n(2, 'y\nz'),\n(3, 'w');\nSELECT 1;\n"
    assert tables(tmp_path, text) == {("t", ("a", "b")): [(2, "1", "x"), (3, "2", "y\nz"), (5, "3", "w")]}


def test_a_script_of_sql_server(tmp_path: Path) -> None:
    text = (
        "SET IDENTITY_INSERT [dbo].[客户] ON\nGO\n"
        "INSERT [dbo].[客户] ([id], [name], [born], [path]) VALUES (1, N'王芳', CAST(N'1990-01-01' AS Date), N'C:\\')\n"
        "INSERT [dbo].[客户] ([id], [name], [born], [path]) VALUES (2, N'it''s, (ok)', NULL, N'D:\\')\nGO\n"
    )
    (rows,) = tables(tmp_path, text).values()
    assert rows == [(3, "1", "王芳", "1990-01-01", "C:\\"), (4, "2", "it's, (ok)", None, "D:\\")]


def test_a_script_of_oracle(tmp_path: Path) -> None:
    text = (
        "Insert into CRM.CLIENT (ID,NAME,BORN) values (1,'王芳',to_date('1990-01-01','YYYY-MM-DD'));\n"
        "INSERT ALL\n  INTO client (id) VALUES ('a')\n  INTO client (id) VALUES ('b' || chr(10) || 'c')\nSELECT * FROM dual;\n"
    )
    found = tables(tmp_path, text)
    assert found["CRM.CLIENT", ("ID", "NAME", "BORN")] == [(1, "1", "王芳", "1990-01-01")]
    assert found["client", ("id",)] == [(3, "a"), (4, "bc")]


def test_blocks_of_copy(tmp_path: Path) -> None:
    text = "SET x;\nCOPY public.people (id, name) FROM stdin;\n1\t王芳\n2\t\\N\n3\ta\\tb\\\\c\\n\n\\.\nSELECT 1;\n"
    assert tables(tmp_path, text) == {
        ("public.people", ("id", "name")): [(3, "1", "王芳"), (4, "2", None), (5, "3", "a\tb\\c\n")]
    }


def test_several_statements_on_a_line(tmp_path: Path) -> None:
    assert tables(tmp_path, "INSERT INTO a VALUES (1); INSERT INTO b VALUES ('x;y');\n") == {
        ("a", ("1",)): [(1, "1")],
        ("b", ("1",)): [(1, "x;y")],
    }


def test_a_statement_that_never_ends_is_given_as_text(tmp_path: Path) -> None:
    text = "INSERT INTO t VALUES (1, 'open\nmobile 15400000001\n"
    found = list(READER.read(member(tmp_path, text), Given()))
    assert [c.lines for c in found if isinstance(c, Passage)] == [("(1, 'open", "mobile 15400000001")]


def test_big_dumps_come_in_batches(tmp_path: Path) -> None:
    row = ",".join(f"({n},'王芳{n}')" for n in range(1000))
    found = [
        c for c in READER.read(member(tmp_path, f"INSERT INTO t VALUES {row};\n" * 80), Given()) if isinstance(c, Sheet)
    ]
    assert [s.rows.num_rows for s in found] == [1 << 16, 80_000 - (1 << 16)]
    assert found[1].lines[0].as_py() == 66


def test_it_is_told_by_its_statements_and_prose_is_not_taken_for_one(tmp_path: Path) -> None:
    assert reader_of(member(tmp_path, MYSQL, name="leaks/x.txt")) is READER
    assert not READER.fits(b"we INSERT the key\nand COPY it FROM there\nname,mobile\n1,2\n", member(tmp_path, "x"))


def test_the_custom_format_says_what_to_do(tmp_path: Path) -> None:
    (said,) = READER.read(member(tmp_path, "PGDMP\x01\x0e"), Given())
    assert isinstance(said, NotRead)
    assert "custom format" in said.reason


@pytest.mark.postgres
@pytest.mark.skipif(not PostgresServer.available(), reason="needs PostgreSQL with pgaudit")
@pytest.mark.parametrize("options", [[], ["--inserts"], ["--column-inserts", "--rows-per-insert=2"]])
def test_dumps_that_pg_dump_writes(tmp_path: Path, options: list[str]) -> None:
    values = ["王芳", "a'b", "c\\d", "e\tf\ng", "h;i),(", ""]
    with PostgresServer() as server:
        server.run("create table people (id int, name text)")
        quoted = ", ".join(f"({n}, $q${value}$q$)" for n, value in enumerate(values))
        server.run(f"insert into people values {quoted}")
        text = server._client(
            ["pg_dump", "--data-only", *options, "--schema=public"], "", "postgres", "crm", "pg_dump", "made", True
        )
        text = server._client(["pg_dump", *options], "", "postgres", "crm", "pg_dump", "made", True)
    server.remove()
    (rows,) = tables(tmp_path, text).values()
    assert [row[1:] for row in rows] == [(str(n), value or None) for n, value in enumerate(values)]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(alphabet="ab',()\\;\"`-$\n 王", max_size=12)), min_size=1, max_size=5))
def test_any_values_come_back(values: list[str | None]) -> None:
    for backslash in (False, True):
        texts = []
        for value in values:
            escaped = (value or "").replace("\\", "\\\\" if backslash else "\\").replace("'", "''")
            texts.append("NULL" if value is None else f"'{escaped}'")
        written = f"({','.join(texts)})"
        assert row_at(written + ",('", 0, backslash=backslash) == (len(written), values)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9), cut=st.floats(0, 1), flips=st.integers(0, 8))
def test_damaged_dumps_raise_nothing(tmp_path: Path, seed: int, cut: float, flips: int) -> None:
    data, dice = bytearray(MYSQL.encode() * 2), random.Random(seed)
    for _ in range(flips):
        data[dice.randrange(len(data))] = dice.randrange(256)
    list(READER.read(plain(exhibit(tmp_path, "leaks/d.sql", bytes(data[: 1 + int(cut * len(data))]))), Given()))


def test_hostile_dumps_take_no_time(tmp_path: Path) -> None:
    for text in (
        "INSERT INTO t VALUES (" + "(" * 200_000,
        "INSERT INTO t VALUES ('" + "')\n" * 5_000,
        "INSERT INTO " + "a" * 500_000,
        "INSERT INTO t (" + "a," * 200_000,
        "INSERT INTO t\n" * 5_000,
        "CREATE TABLE t (" + "'" * 100_000,
        "INSERT INTO t VALUES (\n" + ")(\n" * 20_000,
    ):
        list(READER.read(member(tmp_path, text), Given()))
