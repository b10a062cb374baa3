"""Bind parameters put back into statements."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.ingestion import pgaudit


@pytest.mark.parametrize(
    ("statement", "values", "bound"),
    [
        ("select 1 where a = $1", ["x"], "select 1 where a = 'x'"),
        ("select 1 where a = $2 and b = $1", ["x", "y"], "select 1 where a = 'y' and b = 'x'"),
        ("a = $1", ["'; drop table t; --"], "a = '''; drop table t; --'"),
        ("'$1' \"$1\" /* $1 */ -- $1\n = $1", ["x"], "'$1' \"$1\" /* $1 */ -- $1\n = 'x'"),
        ("a = E'\\'$1' and b = $1", ["x"], "a = E'\\'$1' and b = 'x'"),
        ("a = $q$ $1 $q$ and b = $1", ["x"], "a = $q$ $1 $q$ and b = 'x'"),
        ("limit $1 offset $2", ["10", "5"], "limit 10 offset 5"),
        ("limit $1", ["10; drop"], "limit '10; drop'"),
        ("a = $1", [None], "a = NULL"),
        ("a = $2", ["only one"], "a = $2"),
        ("a = $1 and b = $11", ["x"] * 11, "a = 'x' and b = 'x'"),
    ],
)  # fmt: skip
def test_values_become_literals(statement: str, values: list[str | None], bound: str) -> None:
    assert pgaudit.bound(statement, values) == bound


@given(st.text(max_size=60), st.lists(st.text(max_size=10), max_size=3))
def test_any_text_is_taken(statement: str, values: list[str]) -> None:
    pgaudit.bound(statement, values)
    pgaudit.bound_by_detail(statement, "parameters: " + ", ".join(values))
    pgaudit.bound_by_execute(statement, "prepare p as select $1")


@given(st.text(max_size=30))
def test_a_value_can_never_end_its_literal(value: str) -> None:
    bound = pgaudit.bound("a = $1", [value])
    assert bound == "a = '" + value.replace("'", "''") + "'"


def test_payloads() -> None:
    messages = pa.array(
        [
            'AUDIT: SESSION,3,2,READ,SELECT,TABLE,crm.t,"select ""a"", b from crm.t where c = $1","""x,y""",4',
            "AUDIT: OBJECT,3,2,READ,SELECT,TABLE,crm.t,<previously logged>,<previously logged>",
            "AUDIT: SESSION,x,2,READ,SELECT,TABLE,crm.t,select 1,<none>",
            "AUDIT: SESSION,1,1,READ,SELECT",
            "AUDIT: NONSENSE,1,1,READ,SELECT,,,select 1,<none>",
        ]
    )
    table, record = pgaudit.fields(messages)
    assert record.to_pylist() == [0, 1]
    assert table["statement"].to_pylist() == ["select \"a\", b from crm.t where c = 'x,y'", None]
    assert table["rows"].to_pylist() == [4, None]
    assert table["object"].to_pylist() == ["crm.t", "crm.t"]


def test_a_prepared_statement_is_unwrapped_when_it_runs() -> None:
    prepared = "prepare p(text, int) as select 1 where a = $1 limit $2"
    messages = pa.array(
        [
            f'AUDIT: SESSION,1,1,READ,PREPARE,,,"{prepared}",<none>',
            f'AUDIT: SESSION,2,1,READ,SELECT,TABLE,t,"{prepared}","C1,5"',
        ]
    )
    table, _ = pgaudit.fields(messages)
    assert table["statement"].to_pylist() == [prepared, "select 1 where a = 'C1' limit 5"]
    assert pgaudit.bound_by_execute("execute p('C''1', 5);", prepared)[1] == "select 1 where a = 'C''1' limit 5"
