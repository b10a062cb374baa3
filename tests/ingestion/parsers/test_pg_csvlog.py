"""PostgreSQL's csvlog: records over several lines, versions, merging, damage, hostile text."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ingestion.reading import SHANGHAI, local, put_together, read

from headwater.ingestion.parsers.pg_csvlog import PgCsvlog
from headwater.ingestion.parsing import Context, Lines


def audit(*fields: object) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(fields)
    return "AUDIT: " + out.getvalue().removesuffix("\n")


def record(
    message: str,
    *,
    time: str = "2018-05-07 02:03:00.318 CST",
    user: str = "u1011",
    peer: str = "192.0.2.13:40001",
    session: str = "5aef4354.bb9",
    severity: str = "LOG",
    code: str = "00000",
    detail: str = "",
    query: str = "",
    width: int = 26,
) -> str:
    fields = [time, user, "crm", "3001", peer, session, "1", "SELECT", "2018-05-07 02:03:00 CST", "3/1", "0", severity,
              code, message, detail, "", "", "", "", query, "", "", "psql", "client backend", "", "0"]  # fmt: skip
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(fields[:width])
    return out.getvalue().removesuffix("\n")


READ = ("READ", "SELECT", "TABLE", "crm.policyholders")


def test_a_statement_with_its_account_address_and_rows() -> None:
    line = record(audit("SESSION", 1, 1, *READ, "select * from crm.policyholders where client_id = 'C1'", "<none>", 1))
    (row,) = read(PgCsvlog, line)["queries"]
    assert row == {
        "time": local("2018-05-07 02:03:00.318"),
        "line": 1,
        "account": "u1011",
        "device": None,
        "ip": "192.0.2.13",
        "application": "psql",
        "database": "crm",
        "command": "SELECT",
        "object": "crm.policyholders",
        "statement": "select * from crm.policyholders where client_id = 'C1'",
        "rows": 1,
        "outcome": "success",
    }


@pytest.mark.parametrize("width", [22, 23, 24, 26])
def test_every_version_is_read_even_in_one_file(width: int) -> None:
    lines = [record(audit("SESSION", i, 1, *READ, "select 1", "<none>"), width=w) for i, w in enumerate((26, width))]
    assert [row["application"] for row in read(PgCsvlog, lines)["queries"]] == ["psql", None if width == 22 else "psql"]


def test_names_without_quotes_and_universal_time() -> None:
    line = record(audit("SESSION", 1, 1, *READ, "select 1", "<none>"), time="2018-05-07 02:03:00 UTC")
    assert read(PgCsvlog, line.replace('"u1011"', "u1011"))["queries"][0]["time"] == local("2018-05-07 10:03:00")


@pytest.mark.parametrize("size", [1, 2, 3, 100])
def test_a_record_may_span_lines_and_batches(size: int) -> None:
    text = 'select name, -- "why"\n  phone\n\nfrom crm.policyholders'
    lines = "\n".join(
        [record("checkpoint starting"), record(audit("SESSION", 1, 1, *READ, text, "<none>", 7)), record("done")]
    ).splitlines()
    (row,) = read(PgCsvlog, lines, size=size)["queries"]
    assert (row["line"], row["statement"], row["rows"]) == (2, text, 7)


def test_text_inside_a_statement_cannot_pass_for_a_record() -> None:
    forged = record(audit("SESSION", 9, 1, *READ, "select 2", "<none>", 99), user="u9999", session="x.y")
    line = record(audit("SESSION", 1, 1, *READ, f"select 1 /*\n{forged}\n*/", "<none>", 1))
    assert read(PgCsvlog, line).only("queries", "account", "rows") == [("u1011", 1)]


@pytest.mark.parametrize("size", [1, 100])
def test_relations_and_an_object_audit_of_one_statement_are_one_query(size: int) -> None:
    text = "select * from crm.policyholders join crm.claims using (client_id)"
    lines = [
        record(audit("SESSION", 1, 1, "READ", "SELECT", "TABLE", "crm.policyholders", text, "<none>", 2)),
        record(audit("SESSION", 1, 1, *READ, "select 7", "<none>", 1), session="5aef4354.aaa"),
        record(audit("OBJECT", 1, 1, "READ", "SELECT", "TABLE", "crm.claims", text, "<none>", 2)),
        record(audit("SESSION", 1, 1, "READ", "SELECT", "TABLE", "crm.claims", text, "<none>", 2)),
    ]
    found = read(PgCsvlog, lines, size=size).only("queries", "line", "object", "rows")
    assert found == [(1, "crm.claims crm.policyholders", 2), (2, "crm.policyholders", 1)]


def test_a_copy_and_a_function_fold_into_the_statement_around_them() -> None:
    copy, call = "copy (select * from crm.policyholders limit 2) to stdout", "select * from crm.find('C3')"
    lines = [
        record(audit("SESSION", 1, 1, *READ, copy, "<none>", 2)),
        record(audit("SESSION", 1, 2, "READ", "COPY", "", "", copy, "<none>", 0)),
        record(audit("SESSION", 2, 1, "FUNCTION", "EXECUTE", "FUNCTION", "crm.find", call, "<none>", 0)),
        record(audit("SESSION", 2, 2, *READ, "select * from crm.policyholders where client_id = t", "C3", 1)),
        record(audit("SESSION", 2, 3, "READ", "SELECT", "", "", call, "<none>", 1)),
        record(audit("SESSION", 3, 1, "READ", "COPY", "", "", "copy crm.policyholders to stdout", "<none>", 0)),
    ]
    assert read(PgCsvlog, lines).only("queries", "line", "command", "object", "rows") == [
        (1, "COPY", "crm.policyholders", 2),
        (3, "SELECT", "crm.find", 1),
        (4, "SELECT", "crm.policyholders", 1),
        (6, "COPY", None, None),  # 0 rows of a COPY are not known, and not none
    ]


def test_the_same_statement_twice_stays_two() -> None:
    lines = [record(audit("SESSION", i, 1, *READ, "select 1 from crm.policyholders", "<none>", 5)) for i in (1, 2)]
    assert len(read(PgCsvlog, lines)["queries"]) == 2


def test_process_ids_that_come_round_again_are_not_one_statement() -> None:
    lines = [
        record(audit("SESSION", 1, 1, *READ, "select 1", "<none>", 5), time=f"2018-05-0{day} 02:03:00.318 CST")
        for day in (7, 8)
    ]
    assert len(read(PgCsvlog, lines)["queries"]) == 2


def test_log_statement_beside_pgaudit_is_one_query_and_lends_its_parameters() -> None:
    text = "select name from crm.policyholders where client_id = $1"
    lines = [
        record(f"duration: 0.1 ms  execute <unnamed>: {text}", detail="parameters: $1 = 'C''6'"),
        record(audit("SESSION", 1, 1, *READ, text, "<not logged>", 1)),
        record("duration: 0.1 ms"),
        record("duration: 0.1 ms  parse <unnamed>: " + text),
    ]
    assert read(PgCsvlog, lines).only("queries", "statement", "rows") == [
        ("select name from crm.policyholders where client_id = 'C''6'", 1)
    ]


def test_log_statement_alone() -> None:
    lines = [
        record("statement: select * from crm.policyholders"),
        record("statement: execute p('C4')", detail="prepare: prepare p(text) as select 1 where 'x' = $1"),
    ]
    assert read(PgCsvlog, lines).only("queries", "command", "statement", "rows") == [
        ("SELECT", "select * from crm.policyholders", None),
        ("SELECT", "select 1 where 'x' = 'C4'", None),
    ]


def test_a_refused_statement_is_denied_and_counted_once() -> None:
    text = "select * from crm.policyholders"
    lines = [
        record(f"statement: {text}"),
        record("permission denied for table policyholders", severity="ERROR", code="42501", query=text),
    ]
    assert read(PgCsvlog, lines).only("queries", "line", "statement", "outcome", "object") == [
        (2, text, "denied", "policyholders")
    ]


def test_log_ons_log_offs_and_failures() -> None:
    lines = [
        record("connection received: host=192.0.2.13 port=1", user=""),
        record("connection authorized: user=u1011 database=crm"),
        record("disconnection: session time: 0:00:01 user=u1011 database=crm host=192.0.2.13 port=1"),
        record('password authentication failed for user "u1011"', severity="FATAL", code="28P01"),
    ]
    assert read(PgCsvlog, lines).only("logons", "line", "account", "ip", "action") == [
        (2, "u1011", "192.0.2.13", "logon"),
        (3, "u1011", "192.0.2.13", "logoff"),
        (4, "u1011", "192.0.2.13", "failure"),
    ]


@pytest.mark.parametrize(
    ("peer", "ip", "device"),
    [("[local]", None, None), ("2001:db8::7:5000", "2001:db8::7", None), ("pc-1013:5000", None, "pc-1013")],
)
def test_the_peer(peer: str, ip: str | None, device: str | None) -> None:
    line = record(audit("SESSION", 1, 1, *READ, "select 1", "<none>"), peer=peer)
    assert read(PgCsvlog, line).only("queries", "ip", "device") == [(ip, device)]


@pytest.mark.parametrize("size", [1, 2, 100])
def test_a_record_that_was_cut_off_costs_only_itself(size: int) -> None:
    good = [record(audit("SESSION", i, 1, *READ, f"select {i}", "<none>", i)) for i in range(1, 5)]
    cut = record(audit("SESSION", 9, 1, *READ, "select 9", "<none>", 9))[:190]
    assert cut.count('"') % 2
    outcome = read(PgCsvlog, [good[0], cut, *good[1:3], "nonsense", good[3]], size=size)
    assert outcome.only("queries", "line", "rows") == [(1, 1), (3, 2), (4, 3), (6, 4)]
    assert outcome.rejected == [2, 5]


def test_an_unfinished_record_is_rejected_and_a_grown_log_is_read_on() -> None:
    lines = record(audit("SESSION", 1, 1, *READ, "select 1,\n2,\n3", "<none>", 1)).splitlines()
    after = record(audit("SESSION", 2, 1, *READ, "select 2", "<none>", 2))
    first = PgCsvlog(Context(SHANGHAI))
    parts = [first.feed(Lines(1, lines[:2])), first.finish()]
    assert put_together(parts).rejected == [1]
    second = PgCsvlog(Context(SHANGHAI))
    second.resume(first.state())
    outcome = put_together([second.feed(Lines(3, [lines[2], after])), second.finish()])
    assert outcome.only("queries", "line", "rows") == [(4, 2)]
    assert (outcome.rejected, outcome.passed) == ([], 1)


def test_a_malformed_payload_is_rejected() -> None:
    lines = [record("AUDIT: SESSION,1,1,READ"), record('AUDIT: SESSION,1,1,READ,SELECT,,,"select,<none>')]
    assert read(PgCsvlog, lines).rejected == [1, 2]


def test_a_line_that_is_no_record_or_has_no_time_is_rejected() -> None:
    lines = ["a,b,c", record("x", time="2018-13-07 02:03:00 CST"), "", record("fine")]
    outcome = read(PgCsvlog, lines)
    assert (outcome.rejected, outcome.passed) == ([1, 2, 3], 1)


def test_told_by_content() -> None:
    assert PgCsvlog.sniff([record("checkpoint starting")]) == 1.0
    assert PgCsvlog.sniff(['of an older record",,,', *[record("x")] * 3]) > 0.5
    assert PgCsvlog.sniff(["2018-05-07 02:03:00.318 CST [3001] LOG:  x", "a,b,c"]) == 0.0
    assert PgCsvlog.sniff([]) == 0.0


_PIECES = st.sampled_from(
    [
        record(audit("SESSION", 1, 1, *READ, "select 1", "<none>", 1)),
        record(audit("SESSION", 1, 2, *READ, "select\n$1", '"a,b"', 1)),
        record("statement: select 1", detail="parameters: $1 = 'x"),
        'a "quote',
        '"',
        ",,,",
        "2018-05-07 02:03:00 CST,",
        "\r\0\x85",
    ]
)


@settings(max_examples=40, deadline=None)
@given(st.lists(_PIECES | st.text(max_size=30), max_size=12), st.integers(1, 7))
def test_any_text_is_read_and_every_line_accounted_for(pieces: list[str], size: int) -> None:
    read(PgCsvlog, "\n".join(pieces).split("\n"), size=size)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters="\r\0", exclude_categories=("Cs",)), min_size=1, max_size=20)))
def test_any_statement_comes_back_as_it_was(statements: list[str]) -> None:
    statements = ["select " + s + ";" for s in statements]
    lines = [
        line
        for i, s in enumerate(statements)
        for line in record(audit("SESSION", i, 1, *READ, s, "<none>", i)).split("\n")
    ]
    assert [row["statement"] for row in read(PgCsvlog, lines, size=3)["queries"]] == statements
