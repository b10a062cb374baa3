"""The rows that a real PostgreSQL returned are the rows that the replay gives."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pyarrow as pa
import pytest
from made_clients import COLUMNS, Ask, rows, snapshot
from tests.postgres_server import PostgresServer

from headwater.ingestion.parsing import RAW
from headwater.ingestion.sql.interpret import Interpreted, interpret
from headwater.store.tokens import Tokeniser

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(not PostgresServer.available(), reason="no PostgreSQL with pgaudit"),
]

CONDITIONS = [
    "client_id = 'C1005'",
    "client_id BETWEEN 'C1005' AND 'C1010'",
    "client_id IN ('C1005', 'C1006', 'none')",
    "client_id = ANY(ARRAY['C1001', 'C1002'])",
    "client_id = ANY('{C1001,C1002}'::text[])",
    "premium = ANY('{37,24}')",
    "city <> ALL(ARRAY['north', 'south'])",
    "phone LIKE '154%3'",
    "name ILIKE 'ANN_'",
    "note LIKE '50\\%'",
    "note LIKE 'a!_b' ESCAPE '!'",
    "note = 'it''s' OR note = E'x\\\\y' OR note = $$50%$$",
    "name ~ '^Ann[0-3]$'",
    "name !~* 'ann'",
    "name SIMILAR TO '(Ann|bob)%'",
    "city IS NULL AND phone IS NOT NULL",
    "city IS DISTINCT FROM 'north'",
    "NOT (city = 'north')",
    "(city = 'north') IS NOT TRUE",
    "premium > -5 AND premium < 10",
    "premium BETWEEN SYMMETRIC 20 AND 10",
    "premium / 7 = 3 OR premium % 7 = 1",
    "(premium - 40) / 7 = -2 OR (premium - 40) % 7 = -3",
    "fee * 2 > 50.5",
    "round(fee) = 8 OR round(fee, 1) = 14.2",
    "premium::text LIKE '3_' AND fee::text LIKE '%.10'",
    "fee::int = 8",
    "premium = '37' OR fee = '7.10'",
    "left(name, 3) = 'Ann' AND right(client_id, 1) = '3'",
    "substr(client_id, 0, 3) = 'C1' OR substring(name FROM 2 FOR 2) = 'yd'",
    "upper(city) = 'EAST' AND lower(name) LIKE 'b%'",
    "trim(both 'A' from name) = 'nn3' OR ltrim(name, 'b') = 'ob1'",
    "length(note) = 3 AND position('%' in note) > 0",
    "split_part(note, '_', 2) = 'b'",
    "replace(name, 'Ann', 'x') = 'x3' OR concat(city, name) = 'Cyd5'",
    "name || city = 'Ann0north'",
    "md5(name) = md5('Ann3')",
    "coalesce(city, 'none') = 'none' OR nullif(premium, 37) IS NULL",
    "since >= '2015-01-01' AND since < DATE '2016-06-01'",
    "since > '20170101'",
    "extract(year FROM since) = 2015 OR date_part('month', since) = 3",
    "extract(dow FROM since) = 0 OR extract(isodow FROM since) = 7",
    "date_trunc('month', since) = '2015-06-01'",
    "to_char(since, 'YYYY-MM') = '2015-06' OR to_char(since, 'YYYYMMDD') < '20110401'",
    "since = to_date('2013-04-13', 'YYYY-MM-DD') OR since::text LIKE '%-13'",
    "since + interval '1 month' > '2018-01-01' AND since - 30 < '2018-06-01'",
    "since - DATE '2015-01-01' BETWEEN 0 AND 400",
    "since < current_date - interval '10 years'",
    "CASE WHEN city = 'north' THEN premium > 30 ELSE premium < 3 END",
    "CASE city WHEN 'north' THEN 1 WHEN 'south' THEN 2 ELSE 3 END = 2",
    "(city, premium) IN (('north', 0), ('south', 37))",
    "client_id IN (SELECT client_id FROM crm.clients WHERE premium > 45)",
    "client_id NOT IN (SELECT client_id FROM crm.clients WHERE premium > 5)",
    "client_id NOT IN ('C1001', NULL)",
    "city COLLATE \"C\" > 'f'",
    "premium NOT IN (37, 24, 11)",
    "starts_with(name, 'Cyd') AND abs(premium - 25) <= 5 AND ceil(fee) >= floor(fee)",
]

STATEMENTS = [
    "SELECT client_id FROM crm.clients ORDER BY client_id LIMIT 7",
    "SELECT client_id FROM crm.clients ORDER BY client_id DESC OFFSET 3 LIMIT 4",
    "SELECT client_id FROM crm.clients ORDER BY premium, client_id LIMIT 20",
    "SELECT client_id FROM crm.clients ORDER BY premium DESC, client_id LIMIT 20",
    "SELECT client_id FROM crm.clients ORDER BY premium DESC NULLS LAST, 1 DESC LIMIT 5",
    'SELECT client_id AS k FROM crm.clients ORDER BY city COLLATE "C" NULLS FIRST, k FETCH FIRST 9 ROWS ONLY',
    "SELECT client_id FROM crm.clients OFFSET 60",
    "SELECT client_id FROM crm.clients LIMIT 60",
    "SELECT DISTINCT client_id FROM crm.clients WHERE premium > 30",
    "SELECT client_id, count(*) FROM crm.clients WHERE premium > 30 GROUP BY client_id",
    "WITH a AS (SELECT * FROM crm.clients WHERE premium > 10) SELECT client_id FROM a WHERE city = 'north'",
    "SELECT s.k FROM (SELECT client_id AS k, premium AS p FROM crm.clients ORDER BY client_id LIMIT 20) s WHERE p > 9",
    "SELECT a.client_id FROM crm.clients a JOIN crm.clients b USING (client_id) WHERE b.premium > 30 AND a.fee < 9",
    "SELECT a.client_id FROM crm.clients a LEFT JOIN crm.clients b ON a.client_id = b.client_id AND b.premium > 30",
    "SELECT c.client_id FROM crm.clients c LEFT JOIN claims k ON k.client_id = c.client_id WHERE c.premium > 30",
    "SELECT client_id FROM crm.clients WHERE premium > 45 UNION ALL "
    "SELECT client_id FROM crm.clients WHERE premium < 3",
    "COPY (SELECT client_id FROM crm.clients WHERE premium > 30 ORDER BY client_id LIMIT 4) TO STDOUT",
    "COPY crm.clients (client_id) TO STDOUT",
    "TABLE crm.clients",
]

SUPERSETS = [
    "SELECT client_id FROM crm.clients WHERE premium > 30 LIMIT 5",
    "SELECT client_id FROM crm.clients ORDER BY city LIMIT 7",
    "SELECT c.client_id FROM crm.clients c JOIN claims k ON k.client_id = c.client_id WHERE c.premium > 5",
    "SELECT client_id FROM crm.clients WHERE premium > 5 AND client_id IN (SELECT client_id FROM claims)",
    "SELECT client_id FROM crm.clients WHERE premium > 5 AND odd(client_id)",
]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer({"pgaudit.log": "read", "pgaudit.log_rows": "on"}) as server:
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([c or "" for c in row] for row in rows())
        (server.folder / "clients.csv").write_text(text.getvalue(), encoding="utf-8")
        server.run(
            "CREATE SCHEMA crm; CREATE TABLE crm.clients (client_id text primary key, name text, city text, "
            "phone text, premium int, fee numeric(10,2), since date, note text); "
            "CREATE TABLE claims (id int, client_id text); "
            "INSERT INTO claims VALUES (1, 'C1001'), (2, 'C1001'), (3, 'C1004'); "
            "CREATE FUNCTION odd(k text) RETURNS boolean LANGUAGE sql AS $$ SELECT right(k, 1)::int % 2 = 1 $$;"
        )
        server.run(f"\\copy crm.clients ({', '.join(COLUMNS)}) FROM '{server.folder / 'clients.csv'}' (FORMAT csv)")
        yield server
    server.remove()


@pytest.fixture(scope="module")
def ask() -> Ask:
    return Ask(snapshot())


def returned(server: PostgresServer, statement: str) -> list[str]:
    return [line.split("|")[0] for line in server.run(statement).splitlines()]


def _today() -> datetime:
    return datetime.now(ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize("condition", CONDITIONS)
def test_conditions(server: PostgresServer, ask: Ask, condition: str) -> None:
    statement = f"SELECT client_id FROM crm.clients WHERE {condition}"
    assert ask.keys(statement, _today().date()) == set(returned(server, statement))


@pytest.mark.parametrize("statement", STATEMENTS)
def test_statements(server: PostgresServer, ask: Ask, statement: str) -> None:
    given = returned(server, statement)
    assert ask.keys(statement) == set(given)
    count = ask(statement).count
    assert count is None or count == len(given)


@pytest.mark.parametrize("statement", SUPERSETS)
def test_supersets(server: PostgresServer, ask: Ask, statement: str) -> None:
    found = ask(statement)
    keys = set(ask.sandbox.loaded["clients"].snapshot.keys().take(pa.array(found.ordinals)).to_pylist())
    assert not found.exact
    assert set(returned(server, statement)) <= keys


def _audited(server: PostgresServer, statements: list[str]) -> Interpreted:
    """Run statements and interpret what pgaudit wrote of them."""
    start = len(server.csvlog_path.read_text(encoding="utf-8"))
    for statement in statements:
        server.run(statement, check=False)
    text = server.csvlog_path.read_text(encoding="utf-8")[start:]
    lines = []
    for record in csv.reader(io.StringIO(text)):
        if record[13].startswith("AUDIT: "):
            said = next(csv.reader([record[13].removeprefix("AUDIT: ")]))
            lines.append({"time": datetime(2021, 6, 1, tzinfo=UTC), "line": len(lines) + 1, "account": record[1],
                          "command": said[4], "object": said[6] or None, "statement": said[7],
                          "rows": int(said[9]), "outcome": "success"})  # fmt: skip
    table = pa.Table.from_pylist(lines, schema=RAW["queries"])
    return interpret(table, [snapshot()], ZoneInfo("Asia/Shanghai"), Tokeniser(b"k" * 32))


def test_the_audit_of_the_server_agrees(server: PostgresServer) -> None:
    exact = [s for s in STATEMENTS if "UNION" not in s]
    found = _audited(server, exact)
    assert found.access.num_rows == len(exact)
    assert found.counts.contradicted == 0
    assert found.counts.said_twice == 1
    assert set(found.access.column("exact").to_pylist()) == {True}


def test_a_cursor_is_read_though_the_audit_counts_no_rows(server: PostgresServer) -> None:
    text = "BEGIN; DECLARE c CURSOR FOR SELECT * FROM crm.clients WHERE premium > 30; FETCH 3 FROM c; COMMIT"
    found = _audited(server, [text])
    (access,) = found.access.to_pylist()
    assert access["exact"] is False and access["rows"] is None
    assert found.returned.num_rows == 23


def test_the_audit_of_supersets(server: PostgresServer) -> None:
    found = _audited(server, SUPERSETS)
    assert set(found.access.column("exact").to_pylist()) == {False}
    assert all(r is not None for r in found.access.column("rows").to_pylist())
