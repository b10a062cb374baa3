"""Hostile statements run nothing, reach nothing, and break nothing."""

import time
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_clients import Ask, snapshot

from headwater.ingestion.parsing import RAW
from headwater.ingestion.sql.interpret import Interpreter
from headwater.ingestion.sql.values import Unsupported
from headwater.store.tokens import Tokeniser

ASK = Ask(snapshot())
INTERPRETER = Interpreter([snapshot()], ZoneInfo("UTC"), Tokeniser(b"k" * 32))
DEEP = "(" * 3_000

HOSTILE = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM clients WHERE name = (SELECT content FROM read_text('/etc/passwd'))",
    "SELECT * FROM clients WHERE name IN (SELECT * FROM '/etc/passwd')",
    "SELECT * FROM clients, read_csv('/etc/passwd') WHERE premium > 3",
    "COPY clients TO '{file}'",
    "COPY (SELECT * FROM clients) TO '{file}' (FORMAT parquet)",
    "ATTACH '{file}' AS x",
    "SELECT * FROM clients; ATTACH '{file}' AS x",
    "SELECT * FROM clients; COPY clients TO '{file}'",
    "EXPORT DATABASE '{file}'",
    "PRAGMA database_list",
    "INSTALL httpfs; LOAD httpfs",
    "SET memory_limit = '100GB'",
    "SELECT * FROM clients WHERE getenv('HOME') = 'x'",
    "SELECT * FROM clients WHERE name = current_setting('access_mode')",
    "SELECT * FROM duckdb_settings()",
    "SELECT * FROM snap0",
    "SELECT * FROM clients WHERE ordinal = 1",
    "SELECT * FROM clients WHERE r0 = 'x' OR c4 = 1 OR s0.vf IS NULL",
    "SELECT * FROM clients WHERE name = $p0",
    "SELECT * FROM clients WHERE name = 'x' OR 1=1; DROP TABLE snap0; --'",
    "SELECT * FROM clients WHERE name = 'x'')) OR ((1=1'",
    "SELECT * FROM clients WHERE name = 'unbalanced",
    'SELECT * FROM clients WHERE "unbalanced = 1',
    "SELECT * FROM clients WHERE name = 'nul\x00nul'",
    "SELECT * FROM \x00clients",
    "SELECT * FROM clients a, clients b, clients c, clients d",
    "SELECT * FROM clients a JOIN clients b ON true JOIN clients c ON true",
    "WITH RECURSIVE r AS (SELECT 1 UNION ALL SELECT 1 FROM r) SELECT * FROM clients, r",
    "WITH RECURSIVE r AS (SELECT name FROM clients UNION ALL SELECT name FROM r) SELECT * FROM r",
    "WITH clients AS (SELECT * FROM clients) SELECT * FROM clients",
    "WITH a AS (SELECT * FROM b), b AS (SELECT * FROM a) SELECT * FROM a, clients",
    "SELECT * FROM clients WHERE name LIKE '" + "%a" * 200 + "'",
    "SELECT * FROM clients WHERE name ~ '(a+)+$'",
    "SELECT * FROM clients WHERE name ~ '" + "(" * 400 + "'",
    "SELECT repeat(name, 1000000000) FROM clients WHERE repeat(name, 1000000000) = 'x'",
    f"SELECT {DEEP}1{DEEP.replace('(', ')')} FROM clients",
    "SELECT * FROM clients WHERE " + "NOT " * 5_000 + "true",
    "SELECT * FROM clients WHERE 1=1" + " AND premium > 1" * 3_000,
    "SELECT * FROM clients WHERE premium > 1" + " + 1" * 3_000,
    "SELECT * FROM clients WHERE " + " OR ".join(f"premium = {i}" for i in range(5_000)),
    "SELECT * FROM clients LIMIT 99999999999999999999999999",
    "SELECT * FROM clients WHERE premium = 1e999999",
    "SELECT * FROM clients WHERE premium = " + "9" * 5_000,
    "SELECT * FROM clients WHERE premium / 0 = 1",
    "SELECT * FROM clients WHERE since = '99999-99-99' OR since = 'infinity'",
    "SELECT * FROM clients ORDER BY 99",
    "SELECT FROM WHERE clients",
    "'" * 999 + "clients",
    "clients",
    "",
]


def log(statements: list[str | None]) -> pa.Table:
    when = datetime(2021, 6, 1, tzinfo=UTC)
    rows = [{"time": when, "line": i, "account": "u1", "statement": s} for i, s in enumerate(statements, 1)]
    return pa.Table.from_pylist(rows, schema=RAW["queries"])


@pytest.mark.parametrize("statement", HOSTILE)
def test_runs_nothing_and_breaks_nothing(statement: str, tmp_path: Path) -> None:
    file = tmp_path / "out"
    start = time.perf_counter()
    statement = statement.replace("{file}", str(file))
    ASK(statement)
    found = INTERPRETER.interpret(log([statement]))
    assert found.access.num_rows <= 1
    assert list(tmp_path.iterdir()) == []
    assert time.perf_counter() - start < 20
    assert len(ASK("SELECT * FROM clients").ordinals) == 60


def test_names_of_the_sandbox_are_not_columns() -> None:
    for column in ("ordinal", "r0", "c4", "vf", "place", "sure"):
        assert not ASK(f"SELECT * FROM clients WHERE {column} IS NOT NULL").replayed


def test_the_sandbox_itself_is_closed(tmp_path: Path) -> None:
    for text in (
        "SELECT * FROM read_csv('/etc/passwd')",
        f"COPY snap0 TO '{tmp_path / 'out'}'",
        f"ATTACH '{tmp_path / 'out'}' AS x",
        "SET enable_external_access = true",
        "SET memory_limit = '100GB'",
        "INSTALL httpfs",
    ):
        with pytest.raises(Unsupported):
            ASK.sandbox.run(text, {})
    assert list(tmp_path.iterdir()) == []


def test_a_long_list_of_keys_is_replayed() -> None:
    listed = ", ".join(f"'C{i}'" for i in range(10_000))
    statement = f"SELECT * FROM clients WHERE client_id IN ({listed})"
    assert len(ASK(statement).ordinals) == 60
    found = INTERPRETER.interpret(log([statement]))
    assert found.access.column("rows").to_pylist() == [60]
    assert found.access.column("exact").to_pylist() == [True]


def test_a_statement_of_a_megabyte_is_read() -> None:
    listed = ", ".join(f"'C{i:08d}'" for i in range(80_000))
    start = time.perf_counter()
    found = INTERPRETER.interpret(log([f"SELECT * FROM clients WHERE client_id IN ('C1001', {listed})"]))
    assert time.perf_counter() - start < 20
    assert found.access.column("ordinal").to_pylist() == [1]
    found = INTERPRETER.interpret(log(["SELECT * FROM clients WHERE name = '" + "x" * 1_000_000 + "'"]))
    assert found.counts.replayed + found.counts.not_replayable == 1


def test_errors_hold_no_value_of_the_statement(capfd: pytest.CaptureFixture[str]) -> None:
    secret = "13200000000001"
    for text in (f"VACUUM '{secret}'", f"SELECT * FROM clients WHERE ('{secret}'", f"CALL f('{secret}')",
                 f"SELECT * FROM clients WHERE since = '{secret}'"):  # fmt: skip
        found = ASK(text)
        assert secret not in found.reason
        said = INTERPRETER.interpret(log([text]))
        assert secret not in str(said)
        assert secret not in str(said.statements.to_pylist())
    assert secret not in "".join(capfd.readouterr())


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.lists(
        st.sampled_from(
            ["SELECT", "*", "FROM", "clients", "WHERE", "(", ")", "name", "=", "'x'", ",", "JOIN", "ON", "IN", "AND",
             "LIMIT", "1", "ORDER BY", "UNION", "WITH", "AS", "a", "NOT", "NULL", "::date", "COPY", "TO", ";", "--",
             "/*", "$$", '"', "'", "CASE", "WHEN", "END", "count(*)", "GROUP BY", "premium", "-", ".", "[", "\\", "%"]
        ),
        max_size=25,
    )
)  # fmt: skip
def test_any_words_in_any_order(words: list[str]) -> None:
    statement = " ".join(words)
    ASK(statement)
    INTERPRETER.interpret(log([statement]))


def test_duckdb_can_still_be_used_elsewhere() -> None:
    assert duckdb.sql("SELECT 1").fetchall() == [(1,)]
