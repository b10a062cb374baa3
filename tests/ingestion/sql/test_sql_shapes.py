import time

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.ingestion.sql.shapes import fingerprint, scan, shapes


@pytest.mark.parametrize(
    ("statement", "masked", "literals"),
    [
        ("SELECT 'it''s'", "select '?'", ("it's",)),
        ("SELECT ''", "select '?'", ("",)),
        (r"SELECT E'it\'s\n', x", "select '?', x", ("it's\n",)),
        ('SELECT $$it\'s "x"$$', "select '?'", ('it\'s "x"',)),
        ("SELECT $a$ $$ $a$, 1", "select '?', 0", (" $$ ", "1")),
        ('SELECT "Col 1", "t1".c2 FROM T1', 'select "Col 1", "t1".c2 from t1', ()),
        ("SELECT `a b` FROM t", "select `a b` from t", ()),
        ("SELECT a FROM t WHERE b = -5", "select a from t where b = 0", ("-5",)),
        ("SELECT a FROM t WHERE b BETWEEN -5 AND - 3", "select a from t where b between 0 and 0", ("-5", "-3")),
        ("SELECT a-5, a - 5", "select a-0, a - 0", ("5", "5")),
        ("SELECT 1.5e3, .5, 0x1F", "select 0, 0, 0", ("1.5e3", ".5", "0x1F")),
        ("SELECT '2015-01-01'::date", "select '?'::date", ("2015-01-01",)),
        ("SELECT date'2015-01-01'", "select date'?'", ("2015-01-01",)),
        ("SELECT a -- it's\n, b", "select a , b", ()),
        ("SELECT/* 'a' /* nested */ 'b' */a", "select a", ()),
        ("SELECT a /* never closed 'x'", "select a", ()),
        ("SELECT a FROM t WHERE b IN ( 1 ,2,3 )", "select a from t where b in (0, 0)", ("1", "2", "3")),
        ("SELECT a FROM t WHERE b IN ('x')", "select a from t where b in ('?')", ("x",)),
        ("SELECT ARRAY['a','b','c']", "select array['?', '?']", ("a", "b", "c")),
        ("INSERT INTO t VALUES (1,'a'),(2,'b')", "insert into t values (0, 0), (0, 0)", ("1", "a", "2", "b")),
        ("SELECT  a\n\tFROM t ;", "select a from t", ()),
        ("SELECT $1, $2", "select $1, $2", ()),
        (r"SELECT a FROM t WHERE b = 'it\'s' AND c = 1", "select a from t where b = '?' and c = 0", ("it\\'s", "1")),
        ('SELECT a FROM t WHERE b = "Zhang"', "select a from t where b = '?'", ("Zhang",)),
        ('SELECT a FROM t WHERE b IN ("x", "y")', "select a from t where b in ('?', '?')", ("x", "y")),
        ('SELECT "13900000000" FROM t', "select '?' from t", ("13900000000",)),
        ("SELECT N'x', X'1f', U&'y'", "select '?', '?', '?'", ("x", "1f", "y")),
        ("SELECT 表1 FROM 表 WHERE 名='张'", "select 表1 from 表 where 名='?'", ("张",)),
        ("SELECT 'never closed", "select '?'", ("never closed",)),
        ("SELECT $$never closed", "select '?'", ("never closed",)),
        ('SELECT "never closed', "select '?'", ("never closed",)),
        ("a\x00'b\x00'", "a\x00'?'", ("b\x00",)),
        ("", "", ()),
    ],
)
def test_masks(statement: str, masked: str, literals: tuple[str, ...]) -> None:
    found = scan(statement)
    assert (found.masked, found.literals) == (masked, literals)


@pytest.mark.parametrize("text", ["SELECT 'a', 1 FROM t1 WHERE b IN (1, 2, 3)", 'SELECT "A b" FROM t -- x'])
def test_a_masked_text_is_its_own_mask(text: str) -> None:
    masked = scan(text).masked
    assert scan(masked).masked == masked


def test_same_question_has_one_fingerprint() -> None:
    texts = ["SELECT a FROM t WHERE b IN (1, 2)", "select a from T\n where b in (7,8,9)  -- x", "SELECT a FROM t"]
    found = shapes(pa.array([*texts, None, texts[0]]))
    assert found.num_rows == 3
    first, second, third = found.column("fingerprint").to_pylist()
    assert first == second != third
    assert first == fingerprint("select a from t where b in (0, 0)")


@given(st.text(alphabet="ab1-'\"`$/*eE\\ \n,();=\x00张", max_size=60))
def test_masking_never_fails_and_leaves_no_quote_open(text: str) -> None:
    masked = scan(text).masked
    assert masked.replace("'?'", "").count("'") == 0


@given(st.text(alphabet="ab'\\\"-/*$ 张\n;", max_size=30))
def test_no_part_of_a_literal_stays(secret: str) -> None:
    quoted = secret.replace("'", "''")
    assert scan(f"SELECT 1 FROM t WHERE a = '{quoted}' AND b = 2").masked == ("select 0 from t where a = '?' and b = 0")
    assert scan(f"SELECT 1 FROM t WHERE a = '{quoted}' AND b = 2").literals == ("1", secret, "2")


def test_hostile_texts_take_linear_time() -> None:
    texts = ["'" * 200_001, "$a$ $b$ " * 50_000, "/*" * 200_000, "--" * 200_000, '"' * 200_001, "(" * 400_000,
             "1," * 200_000, "/**/" * 100_000, "$$" * 100_001, "e'\\" * 100_000]  # fmt: skip
    for text in texts:
        start = time.perf_counter()
        scan(text)
        assert time.perf_counter() - start < 5, text[:10]


def test_repeated_statements_cost_almost_nothing() -> None:
    texts = [f"SELECT name FROM crm.clients WHERE client_id = 'C{i}'" for i in range(500)]
    many = pa.array(texts * 400)
    start = time.perf_counter()
    assert shapes(many).num_rows == 500
    assert len(many) / (time.perf_counter() - start) > 100_000
