import json

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.ingestion.json_lines import JsonLines, loaded, paths_in

NAMES = st.sampled_from(["a", "b.c", "d/e", "f~g", "h'i", "", "张"])
OBJECTS = st.recursive(
    st.dictionaries(NAMES, st.one_of(st.none(), st.integers(0, 10**12), st.text("ab'\"\\张", max_size=5))),
    lambda inner: st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)


def text(value):
    return None if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@settings(deadline=None)
@given(st.lists(OBJECTS, max_size=5))
def test_agrees_with_the_standard_library(objects):
    paths = paths_in(objects)
    valid, columns = JsonLines().members(pa.array([json.dumps(o) for o in objects], pa.string()), paths)
    assert valid.to_pylist() == [True] * len(objects)
    for path, column in zip(paths, columns, strict=True):
        for given_object, got in zip(objects, column.to_pylist(), strict=True):
            value = given_object
            for name in path:
                value = value.get(name) if isinstance(value, dict) else None
            if not isinstance(value, dict):
                assert got == text(value)


def test_what_is_no_object_is_told():
    lines = ['{"a": 1}', "[1]", "1", "", "{", '{"a": "\\x41"}', '{"a": 2} {"a": 3}']
    valid, (column,) = JsonLines().members(pa.array(lines), [("a",)])
    assert valid.to_pylist() == [True, False, False, False, False, True, False]
    assert column.to_pylist() == ["1", None, None, None, None, "\\x41", None]


def test_one_line_at_a_time():
    assert loaded('\ufeff{"a": 1}') == {"a": 1}
    assert loaded('{"a": "\\x41"}') == {"a": "\\x41"}
    assert loaded("[1]") == loaded("{") == {}
    assert loaded("[" * 100_000) == {}
