"""Databases that run are read and never written: held against a real PostgreSQL, and SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
import sqlglot
from tests.postgres_server import PASSWORD, PostgresServer

from headwater.exhibits.live.credentials import VARIABLE, password_for
from headwater.exhibits.live.doors import door_of, is_address, local_path
from headwater.exhibits.live.sql import Relation, Source, opened
from headwater.exhibits.live.sql_catalogues import GRANTS, HIDDEN, MAINTAINED, PARTITIONS, STATISTICS
from headwater.exhibits.sheets import Sheet
from headwater.model.errors import CaseError, UnreadableError
from headwater.model.exhibit import NotRead

postgres = [
    pytest.mark.postgres,
    pytest.mark.skipif(not PostgresServer.available(), reason="needs PostgreSQL with pgaudit"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer({"pgaudit.log": "write,ddl"}) as made:
        made.run(
            f"create role reader login password '{PASSWORD}'; create role other; create role writer login password '{PASSWORD}'"
        )
        made.run("create table people (id int, name text, born date, x jsonb, b bytea)")
        made.run("comment on table people is '客户'")
        made.run(
            "insert into people select n, '王芳' || n, date '1990-01-01', '{\"a\": [1]}', convert_to('备注', 'UTF8')"
            " from generate_series(1, 70000) n"
        )
        made.run("create table hidden (a int)")
        made.run("create view named as select name from people where id < 4")
        made.run("grant select on people, named to reader; grant all on people, hidden to writer; analyze people")
        yield made
    made.remove()


def address(server: PostgresServer, user: str = "reader") -> str:
    return f"postgresql+pg8000://{user}@127.0.0.1:{server.port}/crm"


def sheets(source: Source, relation: Relation) -> list[Sheet]:
    found = list(source.sheets(relation))
    assert all(isinstance(sheet, Sheet) for sheet in found), found
    return [sheet for sheet in found if isinstance(sheet, Sheet)]


class TestPostgres:
    pytestmark = postgres

    def test_tables_and_views_come_in_numbered_batches(self, server: PostgresServer) -> None:
        with opened(address(server), PASSWORD) as source:
            found = {r.name: r for r in source.relations(["public"])}
            assert set(found) == {"people", "hidden", "named"}
            people = found["people"]
            assert (people.view, people.comment, people.rows) == (False, "客户", 70000)
            assert people.analysed
            assert found["named"].view
            parts = sheets(source, people)
            assert len(parts) == 2
            assert [n for part in parts for n in part.lines.to_pylist()] == list(range(1, 70001))
            assert parts[0].rows.slice(2, 1).to_pylist() == [
                {"id": "3", "name": "王芳3", "born": "1990-01-01", "x": '{"a": [1]}', "b": "备注"}
            ]
            (named,) = sheets(source, found["named"])
            assert (named.name, named.rows.num_rows) == ("public.named", 3)

    def test_stored_views_are_read_and_a_partition_with_its_table_only(self, server: PostgresServer) -> None:
        server.run("create schema parts; create table parts.whole (a int) partition by range (a)")
        server.run("create table parts.low partition of parts.whole for values from (0) to (9)")
        server.run("create materialized view parts.kept as select 1 as a; insert into parts.whole values (1)")
        with opened(address(server, "postgres"), PASSWORD) as source:
            found = source.relations(["parts"])
            assert [(r.name, r.view) for r in found] == [("kept", True), ("whole", False)]
            assert [sheets(source, r)[0].rows.num_rows for r in found] == [1, 1]
        server.run("drop schema parts cascade")

    def test_who_may_read_a_table(self, server: PostgresServer) -> None:
        with opened(address(server), PASSWORD) as source:
            assert source.readers_of(Relation("public", "people", False)) == ("postgres", "reader", "writer")
            assert source.readers_of(Relation("public", "hidden", False)) == ("postgres", "writer")

    def test_what_may_not_be_read_is_said_and_the_rest_goes_on(self, server: PostgresServer) -> None:
        with opened(address(server), PASSWORD) as source:
            (refused,) = source.sheets(Relation("public", "hidden", False))
            assert isinstance(refused, NotRead)
            assert refused.path.endswith("/crm#public.hidden")
            assert "the account may not" in refused.reason
            assert len(sheets(source, Relation("public", "people", False))) == 2

    @pytest.mark.parametrize(
        "words", ["insert into people values (1)", "delete from hidden", "create table t (a int)", "drop table hidden"]
    )
    @pytest.mark.parametrize("after_an_error", [False, True])
    def test_nothing_can_be_written_even_by_who_may_write(
        self, server: PostgresServer, words: str, after_an_error: bool
    ) -> None:
        with opened(address(server, "postgres"), PASSWORD) as source:
            if after_an_error:
                list(source.sheets(Relation("public", "missing", False)))
            with pytest.raises(sa.exc.DBAPIError, match="read-only transaction"):
                source.connection.exec_driver_sql(words)
        assert server.run("select count(*) from people, pg_tables where tablename = 'hidden'").strip() == "70000"

    def test_a_statement_that_takes_too_long_is_ended(self, server: PostgresServer) -> None:
        server.run("create or replace view slow as select pg_sleep(30)::text as a; grant select on slow to reader")
        with opened(address(server), PASSWORD, patience=0.2) as source:
            (ended,) = source.sheets(Relation("public", "slow", True))
            assert isinstance(ended, NotRead)
        server.run("drop view slow")

    def test_a_connection_that_is_lost_leaves_what_was_read_and_a_reason(self, server: PostgresServer) -> None:
        with opened(address(server, "writer"), PASSWORD) as source:
            reading = source.sheets(Relation("public", "people", False))
            assert isinstance(next(reading), Sheet)
            server.run(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'headwater%'"
            )
            *_, last = reading
            assert isinstance(last, NotRead)
            assert "ended early" in last.reason
            assert len(sheets(source, Relation("public", "people", False))) == 2
            with pytest.raises(sa.exc.DBAPIError, match="read-only transaction"):
                source.connection.exec_driver_sql("delete from people")

    def test_one_connection_is_enough(self, server: PostgresServer) -> None:
        with opened(address(server), PASSWORD) as source:
            reading = source.sheets(Relation("public", "people", False))
            next(reading)
            assert (
                int(server.run("select count(*) from pg_stat_activity where application_name like 'headwater%'")) == 1
            )
            reading.close()

    def test_a_wrong_password_is_refused_and_not_told(self, server: PostgresServer) -> None:
        with pytest.raises(UnreadableError) as refused, opened(address(server), "hunter2"):
            pass
        assert "hunter2" not in str(refused.value)

    def test_a_server_without_tls_is_refused_where_tls_is_asked_for(self, server: PostgresServer) -> None:
        for mode in ("require", "verify-full", "sometimes"):
            with pytest.raises(UnreadableError), opened(f"{address(server)}?sslmode={mode}", PASSWORD):
                pass
        with opened(f"{address(server)}?sslmode=disable", PASSWORD) as source:
            assert source.schemas() == ["public"]

    def test_nothing_was_written_at_all(self, server: PostgresServer) -> None:
        with opened(address(server), PASSWORD) as source:
            for relation in source.relations():
                list(source.sheets(relation))
        log = server.stderr_path.read_text()
        assert not [line for line in log.splitlines() if "AUDIT" in line and "headwater" in line]


def test_sqlite_through_the_same_door(tmp_path: Path) -> None:
    file = tmp_path / "a.db"
    with sqlite3.connect(file) as base:
        base.execute("CREATE TABLE t (a, b)")
        base.execute("INSERT INTO t VALUES (1, '王芳')")
    base.close()
    before = file.read_bytes()
    with opened(f"sqlite:///{file}") as source:
        (relation,) = source.relations()
        (sheet,) = sheets(source, relation)
        assert sheet.rows.to_pylist() == [{"a": "1", "b": "王芳"}]
        assert source.readers_of(relation) is None
        with pytest.raises(sa.exc.OperationalError, match="readonly"):
            source.connection.exec_driver_sql("INSERT INTO t VALUES (2, 3)")
    assert file.read_bytes() == before


def test_an_address_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError), opened("no address"):
        pass
    with pytest.raises(UnreadableError), opened("postgresql+pg8000://x@127.0.0.1:1/d", "hunter2"):
        pass


@pytest.mark.parametrize(
    ("scheme", "driver"), [("oracle", "oracledb"), ("mssql", "pytds"), ("sqlserver", "pytds"), ("mariadb", "pymysql")]
)
def test_a_database_that_no_test_meets_has_its_driver(scheme: str, driver: str) -> None:
    engine = sa.create_engine(door_of(f"{scheme}://eve@127.0.0.1:1/crm", lambda shown: "hunter2").address)
    assert (engine.dialect.driver, engine.dialect.dbapi is not None) == (driver, True)


@pytest.mark.parametrize(("backend", "grammar"), [("oracle", "oracle"), ("mssql", "tsql")])
def test_what_is_sent_to_a_database_that_no_test_meets_keeps_its_grammar(backend: str, grammar: str) -> None:
    asked = [told[backend] for told in (STATISTICS, PARTITIONS, HIDDEN, MAINTAINED, GRANTS) if backend in told]
    assert len(asked) > 1
    for words in asked:
        assert sqlglot.parse_one(words, read=grammar).find(sqlglot.exp.Select)


def test_passwords_come_from_the_environment_and_are_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "hunter2")
    assert password_for("x") == "hunter2"


def test_an_address_shows_no_user_no_password_and_no_parameter() -> None:
    door = door_of("mysql://eve:hunter%402@db:3306/crm?ssl_key=hunter2&schema=a,b&schema=c")
    assert (door.shown, door.schemas, door.password) == ("mysql://db:3306/crm", ("a", "b", "c"), "hunter@2")
    assert door.address == "mysql+pymysql://eve@db:3306/crm?ssl_key=hunter2"
    assert "hunter" not in repr(door)
    assert "eve" not in repr(door)


def test_a_password_is_asked_for_where_there_is_a_user_and_none_is_given() -> None:
    asked: list[str] = []
    for address in ("postgres://eve@db/x", "imaps://eve@mail", "sftp://eve@host/x", "s3://bucket/x", "sqlite:////x.db"):
        door_of(address, lambda shown: asked.append(shown) or "hunter2")
    assert asked == ["postgresql://eve@db", "imaps://eve@mail", "sftp://eve@host"]
    assert door_of("postgresql://eve@db/x", lambda shown: None).password is None


@pytest.mark.parametrize(
    "address",
    ["mysql://eve:hun/ter2@db/x", "mysql://eve:12/ter2@db/x", "sftp://h/a\x1bhunter2", "zip://hunter2.zip::s3://b/x"],
)
def test_an_address_that_cannot_be_is_refused_without_showing_it(address: str) -> None:
    with pytest.raises(CaseError) as refused:
        door_of(address)
    assert "ter2" not in str(refused.value)


def test_addresses_and_paths_are_told_apart() -> None:
    assert [is_address(t) for t in ("s3://b/x", "mssql+pytds://h/d", "a/b", "C:/x", "a: //b")] == [
        True,
        True,
        *[False] * 3,
    ]
    assert (local_path("file:///srv/x"), local_path("sqlite:////srv/a.db"), local_path("s3://b")) == (
        Path("/srv/x"),
        Path("/srv/a.db"),
        None,
    )


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="no such file"), opened(f"sqlite:///{tmp_path / 'none.db'}"):
        pass
    assert list(tmp_path.iterdir()) == []
