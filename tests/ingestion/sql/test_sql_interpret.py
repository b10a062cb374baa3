from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from made_clients import history, snapshot

from headwater.ingestion.parsing import RAW
from headwater.ingestion.sql.interpret import ACCESS, Interpreted, Interpreter, interpret
from headwater.ingestion.sql.sets import set_id
from headwater.model.tables import SCHEMAS
from headwater.store.tokens import Tokeniser

ZONE = ZoneInfo("Asia/Shanghai")
KEY = Tokeniser(b"k" * 32)


def log(*lines: dict[str, object]) -> pa.Table:
    start = {"time": datetime(2021, 6, 1, 4, tzinfo=UTC), "account": "u1", "outcome": "success"}
    return pa.Table.from_pylist([{**start, "line": i, **r} for i, r in enumerate(lines, 1)], schema=RAW["queries"])


def ask(*lines: dict[str, object]) -> Interpreted:
    return interpret(log(*lines), [snapshot()], ZONE, KEY)


def one(statement: str, rows: int | None = None, **more: object) -> dict[str, object]:
    found = ask({"statement": statement, "rows": rows, **more})
    (access,) = found.access.to_pylist()
    sets = {}
    for row in found.returned.to_pylist():
        sets.setdefault(row["returned"], []).append(row["ordinal"])
    return {**access, "set": sets.get(access["returned"])}


def test_schemas_are_those_of_the_lake() -> None:
    found = ask({"statement": "SELECT * FROM crm.clients WHERE premium > 30"})
    assert found.access.schema == ACCESS
    assert ACCESS.names == [n for n in SCHEMAS["access"].names if n not in ("day", "hour", "source")]
    assert found.returned.schema == SCHEMAS["returned"]
    assert found.statements.schema == SCHEMAS["statements"]
    nothing = ask()
    assert nothing.access.schema == ACCESS
    assert nothing.access.num_rows == nothing.returned.num_rows == nothing.statements.num_rows == 0


def test_a_look_up_gives_its_subject_inline() -> None:
    found = one("SELECT name FROM clients WHERE client_id = 'C1005'", 1, application="psql", ip="10.0.0.1")
    assert found["subject"] == KEY.token("subject:clients", "C1005")
    assert (found["ordinal"], found["rows"], found["returned"], found["action"]) == (5, 1, None, "sql")
    assert (found["application"], found["ip"], found["line"]) == ("psql", "10.0.0.1", 1)


def test_a_look_up_of_an_unknown_key_still_has_its_token() -> None:
    found = one("SELECT name FROM clients WHERE client_id = 'C9999'")
    assert found["subject"] == KEY.token("subject:clients", "C9999")
    assert (found["ordinal"], found["rows"]) == (None, 0)


def test_a_filter_that_gives_one_record_names_it() -> None:
    found = one("SELECT client_id FROM clients WHERE name = 'Ann3' AND premium = 11")
    assert found["ordinal"] is not None and found["returned"] is None and found["exact"]
    assert found["subject"] == KEY.token("subject:clients", f"C{1000 + found['ordinal']}")


def test_one_value_of_another_column_is_found_for_many_statements_at_once() -> None:
    phones = snapshot().table.column("phone").to_pylist()
    lines = [{"statement": f"SELECT name FROM clients c WHERE c.phone = '{p}'"} for p in [*phones, "15499999999"] if p]
    found = ask(*lines)
    wanted = [[i for i, q in enumerate(phones) if p == q] for p in phones if p] + [[]]
    assert found.access.column("rows").to_pylist() == [len(w) for w in wanted]
    sets: dict[str, list[int]] = {}
    for row in found.returned.to_pylist():
        sets.setdefault(row["returned"], []).append(row["ordinal"])
    for row, ordinals in zip(found.access.to_pylist(), wanted, strict=True):
        assert row["exact"]
        assert (sets[row["returned"]] if row["returned"] else [row["ordinal"]]) == (ordinals or [None])


@pytest.mark.parametrize(
    ("day", "statement", "rows"),
    [
        (datetime(2021, 2, 1, tzinfo=UTC), "SELECT name FROM clients WHERE city = 'south'", 0),
        (datetime(2021, 3, 2, tzinfo=UTC), "SELECT name FROM clients WHERE city = 'south'", 1),
        (datetime(2021, 6, 2, tzinfo=UTC), "SELECT name FROM clients WHERE city = 'south'", 2),
        (None, "SELECT name FROM clients WHERE city = 'south'", 2),
        (datetime(2021, 6, 2, tzinfo=UTC), "SELECT name FROM clients WHERE client_id = 'C2'", 0),
        (datetime(2021, 3, 2, tzinfo=UTC), "SELECT name FROM clients WHERE client_id = 'C2'", 1),
        (None, "SELECT name FROM clients WHERE client_id IN ('C1', 'C2')", 3),
    ],
)
def test_look_ups_see_the_versions_of_their_day(day: datetime | None, statement: str, rows: int) -> None:
    found = interpret(log({"time": day, "statement": statement}), [history()], ZONE, KEY)
    assert found.access.column("rows").to_pylist() == [rows]


@pytest.mark.parametrize(
    ("statement", "action", "count"),
    [
        ("SELECT * FROM clients WHERE client_id BETWEEN 'C1010' AND 'C1019'", "sql", 10),
        ("SELECT * FROM clients WHERE client_id IN ('C1001', 'C1002', 'C7')", "sql", 2),
        ("SELECT * FROM clients", "sql", 60),
        ("COPY crm.clients TO STDOUT", "export", 60),
        ("SELECT * FROM clients INTO OUTFILE '/tmp/x'", "export", 60),
    ],
)
def test_sets_come_back_by_reference(statement: str, action: str, count: int) -> None:
    found = one(statement)
    assert (found["action"], found["rows"], found["exact"]) == (action, count, True)
    assert len(found["set"]) == count
    assert found["returned"] == set_id("clients", np.array(found["set"]))


def test_the_same_set_is_stored_once_and_its_id_needs_no_key() -> None:
    lines = [{"statement": s} for s in ("SELECT * FROM clients", "COPY clients TO STDOUT", "SELECT name FROM clients")]
    found = ask(*lines)
    assert found.returned.num_rows == 60
    assert len(set(found.access.column("returned").to_pylist())) == 1
    other = interpret(log(*lines), [snapshot()], ZONE, Tokeniser(b"o" * 32))
    assert other.returned.column("returned").to_pylist() == found.returned.column("returned").to_pylist()
    assert other.returned.column("subject").to_pylist() != found.returned.column("subject").to_pylist()


@pytest.mark.parametrize(
    "statement",
    ["SELECT count(*) FROM clients", "ANALYZE clients", "EXPLAIN SELECT * FROM clients", "DELETE FROM clients",
     "SELECT city, avg(premium) FROM clients GROUP BY city"],
)  # fmt: skip
def test_what_gives_no_record_is_silent(statement: str) -> None:
    found = one(statement, 500)
    assert (found["rows"], found["subject"], found["returned"], found["exact"]) == (0, None, None, None)


def test_the_log_weighs_against_the_replay() -> None:
    exact = one("SELECT * FROM clients WHERE premium > 30", 23)
    assert exact["exact"] and len(exact["set"]) == 23
    fewer = one("SELECT * FROM clients WHERE premium > 30", 20)
    assert fewer["exact"] is False and len(fewer["set"]) == 23 and fewer["rows"] == 20
    superset = one("SELECT * FROM clients WHERE premium > 30 AND f(name) = 1", 20)
    assert superset["exact"] is False
    proven = one("SELECT * FROM clients WHERE premium > 30 AND f(name) = 1", 23)
    assert proven["exact"] is True
    limited = one("SELECT * FROM clients WHERE premium > 30 LIMIT 5", 5)
    assert limited["exact"] is False and len(limited["set"]) == 23
    empty = one("SELECT * FROM clients WHERE premium > 30", 0)
    assert empty["returned"] is None and empty["rows"] == 0


def test_copy_does_not_pass_the_counter_of_the_audit() -> None:
    found = one("COPY clients TO STDOUT", 0)
    assert found["rows"] == 60 and found["exact"] and len(found["set"]) == 60


def test_a_set_much_larger_than_what_came_back_is_left_out() -> None:
    found = ask({"statement": "SELECT * FROM clients LIMIT 2", "rows": 2})
    assert found.counts.too_loose == 1
    assert found.returned.num_rows == 0
    assert found.access.column("exact").to_pylist() == [False]


def test_groups_tell_nobody_apart() -> None:
    lengths = "SELECT length(phone) AS len, count(*) FROM clients GROUP BY 1"
    assert one(lengths, 2)["set"] is None, "two lengths are nobody's telephone"
    unsaid = one(lengths)
    assert unsaid["exact"] is False, "nor are so many as nobody has counted"
    prefixes = one("SELECT substr(phone, 1, 5), count(*) FROM clients GROUP BY substr(phone, 1, 5)", 12)
    assert prefixes["exact"] is not True
    each = one("SELECT client_id, count(*) FROM clients GROUP BY client_id")
    assert each["exact"] is True
    collected = one("SELECT city, array_agg(phone) FROM clients GROUP BY city", 4)
    assert (collected["exact"], len(collected["set"])) == (True, 60)


def test_the_denied_read_nothing() -> None:
    found = one("SELECT * FROM clients", outcome="denied")
    assert (found["rows"], found["returned"], found["outcome"]) == (0, None, "denied")
    looked = one("SELECT * FROM clients WHERE client_id = 'C1001'", outcome="denied")
    assert looked["rows"] == 0 and looked["subject"] is not None


def test_the_object_of_the_log_counts_where_the_text_does_not_tell() -> None:
    found = one("SELECT * FROM all_people WHERE city = 'north'", 7, object="crm.clients")
    assert (found["dataset"], found["rows"], found["returned"]) == ("clients", 7, None)
    assert one("SELECT pg_stat_get_backend_pid(1)", 1, object="crm.clients")["rows"] == 0
    assert one("SELECT dump('x')", 9, object="crm.clients")["rows"] == 9
    unknown = ask({"statement": None, "object": "crm.clients", "rows": 3})
    assert unknown.access.column("rows").to_pylist() == [3]
    assert unknown.counts.not_understood == 1


def test_a_join_that_the_audit_writes_once_per_table_is_read_once() -> None:
    text = "SELECT * FROM clients c LEFT JOIN claims k ON k.id = c.client_id WHERE c.client_id = 'C1001'"
    found = ask({"statement": text, "object": "crm.clients"}, {"statement": text, "object": "crm.claims"})
    assert found.access.column("line").to_pylist() == [1]
    alone = ask({"statement": text, "object": "crm.claims"})
    assert alone.access.num_rows == 1


def test_what_is_not_ours_is_dropped_and_counted() -> None:
    found = ask({"statement": "SELECT 1"}, {"statement": "SELECT * FROM other"}, {"statement": "SELECT * FROM clients"},
                {"statement": "SELECT * FROM clients WHERE ("}, {"statement": "CALL f('crm.clients')"})  # fmt: skip
    assert found.access.column("line").to_pylist() == [3, 4, 5]
    counts = found.counts
    assert (counts.not_ours, counts.understood, counts.not_understood) == (2, 3, 2)
    assert (counts.replayed, counts.not_replayable) == (1, 2)
    assert counts.reasons == {"not understood": 2}


def test_statements_are_masked() -> None:
    found = ask({"statement": "SELECT name FROM clients WHERE phone = '15400000001' AND premium > 77 -- Ann"})
    (row,) = found.statements.to_pylist()
    assert row["sample"] == "select name from clients where phone = '?' and premium > 0"
    assert (row["kind"], row["tables"], row["understood"]) == ("filter", ["clients"], True)
    assert row["predicates"] == ["phone =", "premium >"]
    assert row["fingerprint"] == found.access.column("statement").to_pylist()[0]


def test_the_day_is_the_local_one() -> None:
    def rows(hour: int) -> int:
        when = datetime(2021, 2, 28, hour, tzinfo=UTC)  # 16:00 is midnight in Shanghai
        lines = log({"time": when, "statement": "SELECT name FROM clients WHERE city = 'north'"})
        return interpret(lines, [history()], ZONE, KEY).access.column("rows").to_pylist()[0]

    assert (rows(15), rows(16)) == (2, 1)


def test_rows_that_lay_there_at_all_times_are_known_by_their_number() -> None:
    found = interpret(log({"statement": "COPY clients TO STDOUT", "rows": 3}), [history()], ZONE, KEY)
    assert found.access.column("exact").to_pylist() == [True]
    assert found.returned.num_rows == 3
    other = interpret(log({"statement": "COPY clients TO STDOUT", "rows": 9}), [history()], ZONE, KEY)
    assert other.access.column("exact").to_pylist() == [False]
    assert other.counts.contradicted == 1


def test_batches_of_one_interpreter_share_what_they_know() -> None:
    interpreter = Interpreter([snapshot()], ZONE, KEY)
    lines = log({"statement": "SELECT * FROM clients"})
    first, second = interpreter.interpret(lines), interpreter.interpret(lines)
    assert first.access.equals(second.access)
    assert (first.returned.num_rows, second.returned.num_rows) == (60, 0)
    assert (first.statements.num_rows, second.statements.num_rows) == (1, 0)


def test_same_input_same_answer() -> None:
    statements = [f"SELECT * FROM clients WHERE premium > {i % 7}" for i in range(50)]
    lines = [{"statement": s} for s in [*statements, "SELECT * FROM clients WHERE client_id = 'C1001'"]]
    assert ask(*lines).access.equals(ask(*lines).access)
    assert ask(*lines).returned.equals(ask(*lines).returned)


def test_no_raw_value_comes_out() -> None:
    found = ask({"statement": "SELECT * FROM clients WHERE phone = '15400000001'"},
                {"statement": "SELECT * FROM clients WHERE client_id = 'C1001'"})  # fmt: skip
    said = str([found.access.to_pylist(), found.returned.to_pylist(), found.statements.to_pylist(), found.counts])
    assert "15400000001" not in said and "C1001" not in said


def test_the_columns_that_a_shape_shows_are_given_once() -> None:
    line = {"statement": "SELECT phone, name FROM clients WHERE premium > 30 ORDER BY name DESC"}
    found = ask(line, {"statement": "SELECT phone, name FROM clients WHERE premium > 7 ORDER BY name DESC"})
    assert found.columns.schema == SCHEMAS["statement_columns"]
    (fingerprint,) = set(found.access.column("statement").to_pylist())
    rows = found.columns.to_pylist()
    assert {r["fingerprint"] for r in rows} == {fingerprint}
    told = [(r["part"], r["place"], r["column"], r["falling"]) for r in rows]
    assert told == [("shown", 1, "phone", False), ("shown", 2, "name", False), ("order", 1, "name", True)]
