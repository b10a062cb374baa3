"""Databases of MySQL's kind are read and never written: held against a real MariaDB, which logs what it was sent."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from tests.mariadb_server import MariadbServer

from headwater.exhibits.live.doors import Door, door_of
from headwater.exhibits.live.entries import LiveExhibit
from headwater.exhibits.live.sql import Relation, opened
from headwater.exhibits.live.tables import exhibits, members
from headwater.exhibits.sheets import Sheet
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not MariadbServer.available(), reason="needs a MariaDB server"),
]

PASSWORD = "hunter2:ma/ria@"
TABLES = (
    """CREATE TABLE people (id INT PRIMARY KEY, 姓名 VARCHAR(40), gbk VARCHAR(40) CHARACTER SET gbk, west VARCHAR(40) CHARACTER SET latin1,
       told JSON, raw BLOB, fixed BINARY(16), born DATE, since TIMESTAMP NULL, owed DECIMAL(12, 2), sex ENUM('男', '女'), flag BIT(1))
       COMMENT '客户'""",
    "INSERT INTO people VALUES (1, '王芳', '李雷', 'café', '{\"手机\": \"15400000001\"}', X'B1B8D7A2', '15400000002', '1990-01-01',"
    " '2024-01-02 03:04:05', 12.50, '女', b'1')",
    "CREATE TABLE hidden (a INT)",
    "CREATE TABLE partly (a INT, b INT)",
    "CREATE TABLE unseen (a INT, `手 机` VARCHAR(20) INVISIBLE)",
    "INSERT INTO unseen (a, `手 机`) VALUES (1, '15400000003')",
    "CREATE TABLE parts (a INT) PARTITION BY RANGE (a) (PARTITION p0 VALUES LESS THAN (9), PARTITION p1 VALUES LESS THAN MAXVALUE)",
    "INSERT INTO parts VALUES (1), (11)",
    "CREATE TABLE `奇 怪.表/名%` (`列:a` TEXT, `b%s` INT)",
    "INSERT INTO `奇 怪.表/名%` VALUES ('x', 2)",
    "CREATE TABLE old (a VARCHAR(40) CHARACTER SET latin1, b VARCHAR(40) CHARACTER SET latin1)",
    "INSERT INTO old VALUES (CONVERT(X'CDF5B7BC' USING latin1), CONVERT(X'E78E8BE88AB3' USING latin1)), ('ÀÉ', 'Müller Ärzte')",
    "CREATE VIEW big AS SELECT seq AS id, CONCAT('王芳', seq) AS name, REPEAT('备', 80) AS note FROM seq_1_to_150000",
    "CREATE VIEW endless AS SELECT a.seq FROM seq_1_to_100000 a, seq_1_to_100000 b",
    "CREATE VIEW named AS SELECT 姓名 FROM people",
    "CREATE VIEW broken AS SELECT a FROM hidden",
    "DROP TABLE hidden",
    "CREATE TABLE hidden (b INT)",
    "CREATE VIEW slow AS SELECT SLEEP(30) AS a",
    "CREATE DATABASE hr",
    "CREATE TABLE hr.staff (a INT)",
)
READABLE = ("people", "unseen", "parts", "`奇 怪.表/名%`", "old", "big", "endless", "named", "broken", "slow")


@pytest.fixture(scope="module")
def server() -> Iterator[MariadbServer]:
    with MariadbServer() as made:
        for user in ("eve", "writer", "killed"):
            made.run(f"CREATE USER {user} IDENTIFIED BY '{PASSWORD}'")
        made.run(*TABLES, database="crm")
        made.run(
            *(f"GRANT SELECT ON {name} TO {user}" for name in READABLE for user in ("eve", "killed")), database="crm"
        )
        made.run("GRANT SELECT (a) ON crm.partly TO eve", "GRANT ALL ON crm.* TO writer")
        yield made


def door(server: MariadbServer, rest: str = "crm", user: str = "eve", scheme: str = "mysql") -> Door:
    return door_of(f"{scheme}://{user}@127.0.0.1:{server.port}/{rest}", lambda shown: PASSWORD)


def listed(at: Door) -> dict[str, LiveExhibit]:
    return {each.name[1]: each for each in exhibits(at) if isinstance(each, LiveExhibit)}


def read(exhibit: LiveExhibit) -> list[Sheet | NotRead]:
    return [content for table in members(exhibit) for content in table.sheets]


def rows(exhibit: LiveExhibit) -> list[dict[str, str | None]]:
    found = read(exhibit)
    assert all(isinstance(each, Sheet) for each in found), found
    return [row for each in found if isinstance(each, Sheet) for row in each.rows.to_pylist()]


@pytest.mark.parametrize("scheme", ["mysql", "mariadb"])
def test_every_table_and_view_of_the_database_is_listed_by_either_name_of_it(
    server: MariadbServer, scheme: str
) -> None:
    found = listed(door(server, scheme=scheme))
    assert set(found) == {each.strip("`") for each in READABLE} | {"partly"}
    people = found["people"]
    assert people.path == f"{scheme}://127.0.0.1:{server.port}/crm/crm.people"
    assert people.modified is not None
    assert people.access == {"grantees": ["'eve'@'%'"]}
    assert found["奇 怪.表/名%"].path.endswith("/crm.奇 怪.表%2F名%25")
    assert (found["named"].name[2], found["people"].name[2]) == ("sql view", "sql table")


def test_a_row_is_read_whatever_its_columns_are(server: MariadbServer) -> None:
    found = listed(door(server))
    (row,) = rows(found["people"])
    assert row == {
        **{"id": "1", "姓名": "王芳", "gbk": "李雷", "west": "café", "told": '{"手机": "15400000001"}', "raw": "备注"},
        **{"fixed": "15400000002", "born": "1990-01-01", "since": "2024-01-02 03:04:05", "owed": "12.50", "sex": "女"},
        "flag": None,
    }
    assert rows(found["奇 怪.表/名%"]) == [{"列:a": "x", "b%s": "2"}]
    assert rows(found["parts"]) == [{"a": "1"}, {"a": "11"}]
    assert rows(found["named"]) == [{"姓名": "王芳"}]


def test_a_column_that_a_star_does_not_give_is_read(server: MariadbServer) -> None:
    assert rows(listed(door(server))["unseen"]) == [{"a": "1", "手 机": "15400000003"}]


def test_chinese_in_a_column_declared_as_western_is_read(server: MariadbServer) -> None:
    assert rows(listed(door(server))["old"]) == [{"a": "王芳", "b": "王芳"}, {"a": "ÀÉ", "b": "Müller Ärzte"}]


def test_what_may_not_be_read_is_said_and_why(server: MariadbServer) -> None:
    found = listed(door(server))
    (partly,) = read(found["partly"])
    (broken,) = read(found["broken"])
    assert isinstance(partly, NotRead)
    assert partly.reason == "reading it ended early (the account may not)"
    assert isinstance(broken, NotRead)
    assert "rests on what is not there or may not be read" in broken.reason
    staff = [each for each in exhibits(door(server, "crm?schema=hr,CRM")) if isinstance(each, NotRead)]
    assert [(each.path.rpartition("/")[2], each.reason) for each in staff] == [
        ("hr", "the database has no such schema, or does not show it to the account")
    ]


def test_a_large_table_comes_in_stretches_while_the_server_still_sends(server: MariadbServer) -> None:
    reading = members(listed(door(server))["big"])  # the table is open while this is
    table = next(reading)
    first = next(table.sheets)
    assert isinstance(first, Sheet)
    assert first.lines.to_pylist()[:3] == [1, 2, 3]
    busy = server.run("SELECT COUNT(*) FROM information_schema.processlist WHERE user = 'eve' AND info LIKE '%big%'")
    assert busy == [(1,)]
    numbers = [first.rows.num_rows, *(each.rows.num_rows for each in table.sheets if isinstance(each, Sheet))]
    assert (len(numbers), sum(numbers)) == (3, 150_000)


def test_a_large_table_that_nobody_reads_on_is_left(server: MariadbServer) -> None:
    reading = members(listed(door(server))["endless"])
    assert isinstance(next(next(reading).sheets), Sheet)
    del reading
    at = door(server, user="writer")
    with opened(at.address, at.password) as source:
        coming = source.sheets(Relation("crm", "endless", True))
        assert isinstance(next(coming), Sheet)
        coming.close()
        (again,) = source.sheets(Relation("crm", "parts", False))
        assert isinstance(again, Sheet)
        with pytest.raises(sa.exc.DBAPIError, match="READ ONLY transaction"):
            source.connection.exec_driver_sql("DELETE FROM people")


def test_a_connection_that_is_lost_leaves_what_was_read_and_a_reason(server: MariadbServer) -> None:
    reading = members(listed(door(server, user="killed"))["big"])
    table = next(reading)
    assert isinstance(next(table.sheets), Sheet)
    server.run("KILL USER killed")
    *_, last = table.sheets
    assert isinstance(last, NotRead)
    assert last.reason == "reading it ended early (the connection was lost)"


def test_a_statement_that_takes_too_long_is_ended(server: MariadbServer) -> None:
    at = door(server)
    with opened(at.address, at.password, patience=0.3) as source:
        (ended,) = source.sheets(Relation("crm", "slow", True))
        assert isinstance(ended, NotRead)
        assert "longer" in ended.reason


@pytest.mark.parametrize(
    "words",
    [
        "INSERT INTO parts VALUES (2)",
        "DELETE FROM parts",
        "CREATE TABLE t (a INT)",
        "DROP TABLE parts",
        "TRUNCATE parts",
    ],
)
@pytest.mark.parametrize("after_an_error", [False, True])
def test_nothing_can_be_written_even_by_who_may_write(server: MariadbServer, words: str, after_an_error: bool) -> None:
    at = door(server, user="writer")
    with opened(at.address, at.password) as source:
        if after_an_error:
            list(source.sheets(Relation("crm", "missing", False)))
        with pytest.raises(sa.exc.DBAPIError, match="READ ONLY transaction"):
            source.connection.exec_driver_sql(words)
    assert server.run("SELECT COUNT(*) FROM crm.parts") == [(2,)]


def test_a_refused_password_is_said_and_not_told(server: MariadbServer) -> None:
    at = door_of(f"mysql://eve:hunter2-wrong@127.0.0.1:{server.port}/crm")
    with pytest.raises(UnreadableError, match="the account or its password is refused") as refused:
        listed(at)
    assert "hunter2" not in str(refused.value)
    with pytest.raises(UnreadableError, match=r"account or its password is refused|no such database"):
        listed(door(server, "none"))


def test_it_is_spoken_to_by_tls_and_its_certificate_is_held_where_that_is_asked(
    server: MariadbServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cipher(mode: str) -> str:
        at = door(server, f"crm{mode}")
        with opened(at.address, at.password) as source:
            return str(source.connection.exec_driver_sql("SHOW SESSION STATUS LIKE 'Ssl_cipher'").fetchall()[0][1])

    assert cipher("")
    assert cipher("?sslmode=require")
    assert not cipher("?sslmode=disable")
    with pytest.raises(UnreadableError):
        cipher("?sslmode=verify-full")
    monkeypatch.setenv("SSL_CERT_FILE", str(server.trusted))
    assert cipher("?sslmode=verify-full")


def test_only_questions_were_sent(server: MariadbServer) -> None:
    for exhibit in listed(door(server)).values():
        if exhibit.name[1] not in ("slow", "endless"):
            read(exhibit)
    sent = server.statements("eve")
    asking = re.compile(r"\s*(SELECT|SHOW|SET (NAMES|AUTOCOMMIT|SESSION)|START TRANSACTION READ ONLY|ROLLBACK)\b", re.I)
    assert len(sent) > 50
    assert [each for each in sent if not asking.match(each)] == []
