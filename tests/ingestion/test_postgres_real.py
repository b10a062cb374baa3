"""What a real PostgreSQL with pgaudit writes, read from both of its logs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from tests.ingestion.reading import Outcome, read
from tests.postgres_server import PostgresServer

from headwater.ingestion.parsers.pg_csvlog import PgCsvlog
from headwater.ingestion.parsers.pg_stderr import PgStderr

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(not PostgresServer.available(), reason="no PostgreSQL with pgaudit here"),
]

# made people: county codes that were gone before their births (set A: births from 1985 on)
PEOPLE = [
    ("C100001", "张甲", "15400000001", "132101199001010010", 12000),
    ("C100002", "李乙", "15400000002", "132101199101010018", 22000),
    ("C100003", "王丙", "15400000003", "132101199201010015", 32000),
    ("C100004", "赵丁", "15400000004", "132101199301010012", 42000),
    ("C100005", "钱戊", "15400000005", "13210119940101001X", 52000),
]
SCHEMA = f"""
create schema crm;
create table crm.policyholders (client_id text primary key, name text, phone text, id_number text, premium int);
insert into crm.policyholders values {", ".join(map(str, PEOPLE))};
create table crm.claims (claim text, client_id text);
insert into crm.claims values ('K1', 'C100001'), ('K2', 'C100002');
create function crm.find(wanted text) returns setof crm.policyholders language sql
    as $$ select * from crm.policyholders where client_id = wanted $$;
create role u1011 login password 'made';
create role u1013 login password 'made';
create role u1099 login password 'made';
create role auditor;
grant usage on schema crm to u1011, u1013;
grant select on all tables in schema crm to u1011, u1013;
grant select on crm.claims to auditor;
"""
KEY = "select * from crm.policyholders where client_id = 'C100001'"
RANGE = 'select name, -- "why", he said\n  phone\nfrom crm.policyholders where premium between 20000 and 45000'
LISTED = "select name from crm.policyholders where client_id in ('C100001', 'C100004', 'C999999')"
LIMITED = "select client_id, premium from crm.policyholders where premium > 15000 limit 3"
COPY = "copy crm.policyholders to stdout"
COPY_SOME = "copy (select name, phone from crm.policyholders limit 2) to stdout csv"
JOINED = "select p.name, c.claim from crm.policyholders p join crm.claims c using (client_id)"
CALLED = "select name from crm.find('C100003')"
REFUSED = "select * from crm.policyholders"


def work(server: PostgresServer) -> None:
    """A morning in the database: every way of reading once."""
    server.run(SCHEMA)
    server.run(KEY, user="u1011", application="DBeaver, the 'tool'")
    server.run(RANGE, user="u1011")
    for statement in (LISTED, LIMITED, COPY, COPY_SOME, JOINED, CALLED):
        server.run(statement, user="u1013")
    server.run(
        "prepare p(text) as select name from crm.policyholders where client_id = $1; execute p('C100002')", user="u1013"
    )
    server.run_with_parameters(
        "select name from crm.policyholders where client_id = :id and premium > :least",
        {"id": "C100005", "least": "5"},
        user="u1011",
    )
    server.run(REFUSED, user="u1099", check=False)
    server.run("select 1", user="u1013", password="wrong", check=False)


@dataclass
class Logs:
    csvlog: Outcome
    stderr: Outcome


def logs_of(settings: Mapping[str, str], size: int) -> Logs:
    with PostgresServer(settings) as server:
        work(server)
    try:
        csvlog, stderr = (p.read_text(encoding="utf-8") for p in (server.csvlog_path, server.stderr_path))
    finally:
        server.remove()
    assert PgCsvlog.sniff(csvlog.splitlines()[:50]) > PgStderr.sniff(csvlog.splitlines()[:50])
    assert PgStderr.sniff(stderr.splitlines()[:50]) > PgCsvlog.sniff(stderr.splitlines()[:50])
    return Logs(
        read(PgCsvlog, csvlog.removesuffix("\n").split("\n"), size=size),
        read(PgStderr, stderr.removesuffix("\n").split("\n"), size=size),
    )


@pytest.fixture(scope="module")
def full() -> Iterator[Logs]:
    """Everything that pgaudit can say."""
    yield logs_of(
        {
            "pgaudit.log": "read,write,function",
            "pgaudit.log_rows": "on",
            "pgaudit.log_relation": "on",
            "pgaudit.log_parameter": "on",
            "pgaudit.role": "auditor",
            "log_line_prefix": "%t [%p]: user=%u,db=%d,app=%a,client=%h ",
        },
        size=7,
    )


@pytest.fixture(scope="module")
def plain() -> Iterator[Logs]:
    """pgaudit as it comes, with the server's own prefix and log_statement beside it."""
    yield logs_of(
        {
            "pgaudit.log": "read,function",
            "log_statement": "all",
            "log_min_duration_statement": "0",
            "log_line_prefix": "%m [%p] ",
        },
        size=50,
    )


@pytest.fixture(scope="module")
def statements_only() -> Iterator[Logs]:
    """No pgaudit: log_statement alone."""
    yield logs_of({"log_statement": "all", "log_line_prefix": "%m %c %u %d %r "}, size=1000)


READS = [
    ("u1011", "SELECT", "crm.policyholders", KEY, 1),
    ("u1011", "SELECT", "crm.policyholders", RANGE, 3),
    ("u1013", "SELECT", "crm.policyholders", LISTED, 2),
    ("u1013", "SELECT", "crm.policyholders", LIMITED, 3),
    ("u1013", "COPY", None, COPY, None),  # pgaudit says 0
    ("u1013", "COPY", "crm.policyholders", COPY_SOME, 2),
    ("u1013", "SELECT", "crm.claims crm.policyholders", JOINED, 2),
    ("u1013", "SELECT", "crm.find", CALLED, 1),
    ("u1013", "SELECT", "crm.policyholders", "select * from crm.policyholders where client_id = wanted", 1),
    ("u1013", "SELECT", "crm.policyholders", "select name from crm.policyholders where client_id = 'C100002'", 1),
    (
        "u1011",
        "SELECT",
        "crm.policyholders",
        "select name from crm.policyholders where client_id = 'C100005' and premium > '5'",
        1,
    ),
    ("u1099", "SELECT", None, REFUSED, None),
]


def reads(outcome: Outcome) -> list[tuple[object, ...]]:
    return [
        (row["account"], row["command"], row["object"], str(row["statement"]).strip(" \n;"), row["rows"])
        for row in outcome["queries"]
        if row["account"] != "postgres" and row["command"] != "PREPARE"
    ]


@pytest.mark.parametrize("log", ["csvlog", "stderr"])
def test_every_statement_with_its_account_relations_and_rows(full: Logs, log: str) -> None:
    assert reads(getattr(full, log)) == READS


@pytest.mark.parametrize("log", ["csvlog", "stderr"])
def test_without_relations_rows_and_parameters(plain: Logs, log: str) -> None:
    found = reads(getattr(plain, log))
    assert [(account, statement) for account, _, _, statement, _ in found] == [(a, s) for a, _, _, s, _ in READS]
    assert {rows for *_, rows in found} == {None}


@pytest.mark.parametrize("log", ["csvlog", "stderr"])
def test_without_pgaudit(statements_only: Logs, log: str) -> None:
    found = reads(getattr(statements_only, log))
    inner = "select * from crm.policyholders where client_id = wanted"
    assert [(account, statement) for account, _, _, statement, _ in found] == [
        (a, s) for a, _, _, s, _ in READS if s != inner
    ]


@pytest.mark.parametrize("log", ["csvlog", "stderr"])
@pytest.mark.parametrize("logs", ["full", "plain", "statements_only"])
def test_nothing_is_rejected_and_addresses_times_and_outcomes_are_right(
    logs: str, log: str, request: pytest.FixtureRequest
) -> None:
    outcome: Outcome = getattr(request.getfixturevalue(logs), log)
    assert outcome.rejected == []
    mine = [row for row in outcome["queries"] if row["account"] != "postgres"]
    assert {row["ip"] for row in mine} == {"127.0.0.1"}
    assert {row["database"] for row in mine} == {"crm"}
    assert [row["account"] for row in mine if row["outcome"] == "denied"] == ["u1099"]
    now = datetime.now(UTC)
    assert all(isinstance(row["time"], datetime) and abs(row["time"] - now) < timedelta(minutes=30) for row in mine)
    if log == "csvlog":
        assert mine[0]["application"] == "DBeaver, the 'tool'"


@pytest.mark.parametrize("log", ["csvlog", "stderr"])
def test_log_ons(full: Logs, log: str) -> None:
    found = [row for row in getattr(full, log)["logons"] if row["account"] != "postgres"]
    assert {row["ip"] for row in found} == {"127.0.0.1"}
    assert [row["account"] for row in found if row["action"] == "failure"] == ["u1013"]
    ons = [row["account"] for row in found if row["action"] == "logon"]
    offs = [row["account"] for row in found if row["action"] == "logoff"]
    assert sorted(map(str, ons)) == sorted(map(str, offs))
    assert ons.count("u1099") == 1
