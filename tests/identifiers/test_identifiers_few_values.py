"""A few values are looked at one after the other, many all at once: both ways say the same."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.identifiers import normal
from headwater.identifiers.recognisers import recognisers
from headwater.identifiers.simplified import simplified, simplified_array

ROWS = recognisers()
PATTERNS = [*sorted({row.prefilter for row in ROWS}), "^[0-9]+$", "a$", r"\s", "(?i)tel", "[㐀-鿿]{2}"]
WRITTEN = [text for row in ROWS for text in (*row.matches, *row.ignores)]
TEXT = st.one_of(st.none(), st.sampled_from(WRITTEN), st.text(max_size=12), st.text("0１x'- \n.張门９·", max_size=9))
MANY = 200


def many(values: list[str | None]) -> pa.Array:
    return pa.array((values * MANY)[: max(MANY, len(values))], pa.string())


@settings(deadline=None, max_examples=150)
@given(st.lists(TEXT, min_size=1, max_size=8), st.sampled_from(PATTERNS))
def test_matching(values: list[str | None], pattern: str) -> None:
    few = normal.matching(pa.array(values, pa.string()), pattern)
    assert few.tolist() == normal.matching(many(values), pattern)[: len(values)].tolist()


@given(st.lists(TEXT, min_size=1, max_size=8))
def test_squeezing(values: list[str | None]) -> None:
    few = normal.squeeze_array(pa.array(values, pa.string())).to_pylist()
    assert few == normal.squeeze_array(many(values))[: len(values)].to_pylist()


@given(st.lists(TEXT, max_size=8), st.integers(0, 3))
def test_simplifying(values: list[str | None], start: int) -> None:
    cut = pa.array([None, "張", "b", *values], pa.string()).slice(start)
    assert simplified_array(cut).to_pylist() == [None if text is None else simplified(text) for text in cut.to_pylist()]
