"""PostgreSQL's plain log: prefixes worked out from content, continuation lines, DETAIL and STATEMENT, sessions."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.ingestion.reading import SHANGHAI, local, put_together, read

from headwater.ingestion.log_line_prefix import infer
from headwater.ingestion.parsers.pg_stderr import PgStderr
from headwater.ingestion.parsing import Context, Lines

DEBIAN = "2018-05-07 02:03:00.318 CST [3001] u1011@crm "
AUDIT = "LOG:  AUDIT: SESSION,1,1,READ,SELECT,TABLE,crm.policyholders,select * from crm.policyholders,<none>,30"


@pytest.mark.parametrize(
    ("prefix", "setting"),
    [
        (DEBIAN, "%m [%p] %u@%d "),
        ("2018-05-07 02:03:00 CST [3001] ", "%t [%p] "),
        ("2018-05-07 02:03:00 CST:192.0.2.7(44898):u1@crm:[3001]:", "%t:%h:%u@%d:[%p]:"),
        ("2018-05-07 02:03:00 CST::@:[3001]:", "%t::%u@%d:[%p]:"),
        (
            "2018-05-07 02:03:00 CST [7]: user=u1,db=crm,app=A, B,client=::1 ",
            "%t [%p]: user=%u,db=%d,app=%a,client=%h ",
        ),
        ("2018-05-07 02:03:00 CST [7]: user=,db=,app=,client= ", "%t [%p]: user=%u,db=%d,app=%a,client=%h "),
        ("2018-05-07 02:03:00 CST [7]: [3-1] db=crm,user=u1 ", "%t [%p]: [%l] db=%d,user=%u "),
        ("2018-05-07 02:03:00.318 +08 5aef4354.bb9 192.0.2.7 00000 ", "%m %c %h %e "),
        ("< 2018-05-07 02:03:00.318 CST >", "< %m >"),
        ("1525629780.318 [7] u1 crm ", "%n [%p] %u %d "),
        ("2018-05-07 02:03:00 UTC-5aef4354.bb9-", "%t-%c-"),
        ("2018-05-07 02:03:00.318 UTC [9] user: u1 db: crm ", "%m [%p] user: %u db: %d "),
    ],
)
def test_a_prefix_is_worked_out(prefix: str, setting: str) -> None:
    assert infer(prefix + "LOG:  x") == setting
    (row,) = read(PgStderr, prefix + AUDIT)["queries"]
    assert (row["object"], row["rows"]) == ("crm.policyholders", 30)


def test_no_prefix_without_a_time() -> None:
    assert infer("[3001] LOG:  x") is None
    assert infer("an ordinary line") is None


def test_a_statement_with_its_account_and_address() -> None:
    line = f"2018-05-07 02:03:00 CST [7]: user=u1011,db=crm,app=DB, tool,client=192.0.2.7 {AUDIT}"
    (row,) = read(PgStderr, line)["queries"]
    assert row["time"] == local("2018-05-07 02:03:00")
    assert (row["account"], row["database"], row["application"], row["ip"]) == (
        "u1011",
        "crm",
        "DB, tool",
        "192.0.2.7",
    )


@pytest.mark.parametrize("size", [1, 2, 100])
def test_tabs_go_on_with_the_entry_before(size: int) -> None:
    lines = [
        DEBIAN + 'LOG:  AUDIT: SESSION,1,1,READ,SELECT,,,"select name,',
        "\t\tphone -- x",
        "\tfrom crm.policyholders" + '",<none>,3',
        DEBIAN + "LOG:  duration: 1.0 ms",
    ]
    (row,) = read(PgStderr, lines, size=size)["queries"]
    assert (row["line"], row["statement"], row["rows"]) == (1, "select name,\n\tphone -- x\nfrom crm.policyholders", 3)


@pytest.mark.parametrize("size", [1, 100])
def test_details_and_statements_belong_to_their_process(size: int) -> None:
    other = DEBIAN.replace("3001", "3002").replace("u1011", "u1012")
    lines = [
        DEBIAN + "LOG:  execute <unnamed>: select 1 from crm.policyholders where client_id = $1",
        DEBIAN + "DETAIL:  parameters: $1 = 'C1'",
        other + "ERROR:  permission denied for table policyholders at character 15",
        other + "STATEMENT:  select * from crm.policyholders",
        other + 'FATAL:  password authentication failed for user "u1012"',
    ]
    outcome = read(PgStderr, lines, size=size)
    assert outcome.only("queries", "line", "account", "statement", "outcome") == [
        (1, "u1011", "select 1 from crm.policyholders where client_id = 'C1'", "success"),
        (3, "u1012", "select * from crm.policyholders", "denied"),
    ]
    assert outcome.only("logons", "line", "account", "action") == [(5, "u1012", "failure")]


def test_chinese_severities() -> None:
    lines = [
        DEBIAN + "日志:  语句: select 1 from crm.policyholders",
        DEBIAN + "错误:  对表 policyholders 权限不够",
        DEBIAN + "语句:  select 2 from crm.policyholders",
    ]
    assert read(PgStderr, lines).only("queries", "line", "outcome") == [(1, "success"), (2, "denied")]


@pytest.mark.parametrize("size", [1, 2, 100])
def test_a_prefix_without_names_takes_them_from_the_log_on(size: int) -> None:
    def line(pid: int, text: str) -> str:
        return f"2018-05-07 02:03:00.318 CST [{pid}] LOG:  {text}"

    lines = [
        line(1, "connection received: host=192.0.2.7 port=5000"),
        line(2, "connection received: host=192.0.2.8 port=5000"),
        line(1, "connection authorized: user=u1 database=crm application_name=psql"),
        line(2, "connection authorized: user=u2 database=crm application_name=a b"),
        line(1, "statement: select 1"),
        line(2, "statement: select 2"),
        line(1, "disconnection: session time: 0:00:00.003 user=u1 database=crm host=192.0.2.7 port=5000"),
        line(1, "statement: select 3"),
    ]
    outcome = read(PgStderr, lines, size=size)
    assert outcome.only("queries", "account", "ip", "application", "database")[:2] == [
        ("u1", "192.0.2.7", "psql", "crm"),
        ("u2", "192.0.2.8", "a b", "crm"),
    ]
    assert [row[0] for row in outcome.only("logons", "account")] == ["u1", "u2", "u1"]


def test_lines_without_a_known_prefix_are_rejected() -> None:
    lines = ["\tthe rest of an older entry", "noise", DEBIAN + "LOG:  statement: select 1", "\tfrom t"]
    outcome = read(PgStderr, lines)
    assert outcome.rejected == [1, 2]
    assert outcome.only("queries", "statement") == [("select 1\nfrom t",)]


def test_a_grown_log_is_read_on_with_its_prefixes() -> None:
    first = PgStderr(Context(SHANGHAI))
    parts = [first.feed(Lines(1, [DEBIAN + AUDIT])), first.finish()]
    assert first.state() == "%m [%p] %u@%d "
    second = PgStderr(Context(SHANGHAI))
    second.resume(first.state())
    parts += [second.feed(Lines(2, [DEBIAN + AUDIT])), second.finish()]
    assert put_together(parts).only("queries", "line") == [(1,), (2,)]


def test_told_by_content() -> None:
    assert PgStderr.sniff([DEBIAN + "LOG:  x", "\ty", DEBIAN + "LOG:  z"]) > 0.5
    assert PgStderr.sniff(['192.0.2.1 - - [07/May/2018:02:03:00 +0800] "GET / HTTP/1.1" 200 5']) == 0.0
    assert PgStderr.sniff([]) == 0.0


_PIECES = st.sampled_from(
    [DEBIAN + AUDIT, DEBIAN + "DETAIL:  x", "\t", "\tx", "LOG:  ", DEBIAN, "2018-05-07 02:03:00 CST LOG:  statement: x"]
)


@settings(max_examples=25, deadline=None)
@given(st.lists(_PIECES | st.text(max_size=30), max_size=12), st.integers(1, 7))
def test_any_text_is_read_and_every_line_accounted_for(pieces: list[str], size: int) -> None:
    read(PgStderr, "\n".join(pieces).split("\n"), size=size)
