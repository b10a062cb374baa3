"""Random conditions on a made data set: the replay gives what a database gives that runs the condition itself."""

import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_clients import Ask, Truth, rows, snapshot

ASK, TRUTH = Ask(snapshot()), Truth()


def _values(column: int) -> st.SearchStrategy[str]:
    return st.sampled_from(sorted({r[column] for r in rows() if r[column] is not None}))


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"


_ID = st.integers(995, 1065).map(lambda n: f"'C{n}'")
_NUMBER = st.one_of(st.integers(-5, 55).map(str), st.integers(-50, 600).map(lambda n: f"{n / 10:.1f}"))
_DAY = st.dates().map(lambda d: f"'{d.replace(year=2008 + d.year % 14, day=min(d.day, 28)).isoformat()}'")
_PATTERN = st.text(alphabet="Cb%_01nA", max_size=5).map(lambda p: f"'{p}'")
_OP = st.sampled_from(["=", "<>", "<", "<=", ">", ">="])
_EQUAL = st.sampled_from(["=", "<>"])
_TEXTS = ["name", "city", "phone", "note"]
_COLUMN_VALUES = {"name": 1, "city": 2, "phone": 3, "note": 7}


@st.composite
def _text_condition(draw: st.DrawFn) -> str:
    column = draw(st.sampled_from(_TEXTS))
    values = _values(_COLUMN_VALUES[column])
    kind = draw(st.sampled_from(["equal", "in", "like", "null", "function", "between"]))
    if kind == "equal":
        return f"{column} {draw(_EQUAL)} {_text(draw(values))}"
    if kind == "in":
        listed = ", ".join(_text(v) for v in draw(st.lists(values, min_size=1, max_size=6)))
        return f"{column} {draw(st.sampled_from(['IN', 'NOT IN']))} ({listed})"
    if kind == "like":
        return f"{column} {draw(st.sampled_from(['LIKE', 'NOT LIKE', 'ILIKE']))} {draw(_PATTERN)}"
    if kind == "null":
        return f"{column} IS {draw(st.sampled_from(['NULL', 'NOT NULL']))}"
    if kind == "between":
        return f"client_id BETWEEN {draw(_ID)} AND {draw(_ID)}"
    n = draw(st.integers(0, 6))
    made = draw(st.sampled_from([f"left({column}, {n})", f"right({column}, {n})", f"upper({column})",
                                 f"substr({column}, {max(n, 1)}, 2)", f"lower(coalesce({column}, 'x'))"]))  # fmt: skip
    return f"{made} {draw(_EQUAL)} {_text(draw(st.text(alphabet=string.ascii_letters + '01', max_size=3)))}"


_CONDITION = st.recursive(
    st.one_of(
        _text_condition(),
        st.builds("client_id {} {}".format, _OP, _ID),
        st.builds("{} {} {}".format, st.sampled_from(["premium", "fee", "premium + fee", "fee - 3"]), _OP, _NUMBER),
        st.builds("premium BETWEEN {} AND {}".format, _NUMBER, _NUMBER),
        st.builds("since {} {}".format, _OP, _DAY),
        st.builds("extract(month FROM since) {} {}".format, _OP, st.integers(1, 12)),
        st.builds("since BETWEEN {} AND {}".format, _DAY, _DAY),
    ),
    lambda inner: st.one_of(
        st.builds("({} AND {})".format, inner, inner),
        st.builds("({} OR {})".format, inner, inner),
        st.builds("(NOT {})".format, inner),
        st.builds("(({}) IS NOT TRUE)".format, inner),
    ),
    max_leaves=6,
)
_SETTINGS = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True)


@pytest.mark.slow
@_SETTINGS
@given(_CONDITION)
def test_conditions(condition: str) -> None:
    assert ASK.keys(f"SELECT name FROM crm.clients WHERE {condition}") == TRUTH.keys(condition)


_ORDER = st.lists(
    st.builds(
        "{} {}".format,
        st.sampled_from(["premium", "client_id", "since", "fee", 'city COLLATE "C"', "phone"]),
        st.sampled_from(["", "DESC", "ASC NULLS FIRST", "DESC NULLS LAST"]),
    ),
    min_size=1,
    max_size=3,
)


@pytest.mark.slow
@_SETTINGS
@given(_CONDITION, _ORDER, st.integers(0, 20), st.integers(0, 30))
def test_order_and_limit(condition: str, order: list[str], limit: int, offset: int) -> None:
    """An exact replay gives the very rows; any other gives at least them, and every tie-break lies within."""
    tail = f"LIMIT {limit} OFFSET {offset}"
    found = ASK(f"SELECT * FROM clients WHERE {condition} ORDER BY {', '.join(order)} {tail}")
    # a plain DuckDB has PostgreSQL's order but for where nulls go, which is said here in full
    said = ", ".join(o if "NULLS" in o else f"{o} NULLS {'FIRST' if 'DESC' in o else 'LAST'}" for o in order)
    for tie in ("ASC", "DESC"):
        keys = TRUTH.connection.execute(
            f"SELECT client_id FROM clients WHERE {condition} ORDER BY {said}, client_id {tie} {tail}"
        ).fetchall()
        truth = {int(k[0][1:]) - 1000 for k in keys}
        assert found.count == len(truth)
        assert truth <= set(found.ordinals.tolist())
        if found.exact:
            assert truth == set(found.ordinals.tolist())
