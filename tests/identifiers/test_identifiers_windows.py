"""Looking at windows around anchors gives what looking at every whole text gives."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st
from made_ids import made_card, made_id, made_mobile

from headwater.identifiers import normal
from headwater.identifiers.literals import literals
from headwater.identifiers.recognisers import recognisers
from headwater.identifiers.spotting import LONGEST, spots
from headwater.identifiers.text import find_array, matches_of
from headwater.identifiers.windows import windows

NUMBER = st.one_of(
    st.integers(0, 9999).map(made_id), st.integers(0, 9999).map(made_mobile), st.integers(0, 9999).map(made_card)
)
GAPS = st.lists(st.sampled_from(["", " ", "-", "－"]), min_size=1, max_size=4)


def spread(number: str, gaps: list[str]) -> str:
    size = 4 if len(gaps) > 2 else 6
    parts = [number[i : i + size] for i in range(0, len(number), size)]
    return "".join(part + gaps[i % len(gaps)] for i, part in enumerate(parts)).strip()


WORD = st.sampled_from(
    [row for r in recognisers() for row in (*r.matches, *r.ignores)]
    + [
        "身份证",
        "手机",
        "tel",
        "+86",
        "0086 ",
        "订单",
        "(021)",
        "2024-01-02 10:11:12",
        "a@b.cn",
        "\n",
        "，",
        "x",
        "12",
        " ",
    ]
)
PIECE = st.one_of(WORD, NUMBER, st.builds(spread, NUMBER, GAPS), st.text(max_size=8), st.integers(0, 10**19).map(str))
FILLER = st.integers(0, 400).map(lambda n: "中文abc，"[: n % 6] * n)
TEXT = st.lists(st.one_of(PIECE, FILLER), max_size=8).map("".join)


def plainly(text: str) -> set[tuple[str, int, int]]:
    """Everything that the anchored recognisers find in the whole text, overlaps and all."""
    narrowed = normal.narrow(text)
    rows = [row for row in recognisers() if row.anchor is not None]
    return {(m.kind, m.start, m.end) for row in rows for m in matches_of(row, narrowed)}


@settings(deadline=None, max_examples=300)
@given(st.lists(st.one_of(st.none(), TEXT), max_size=4))
def test_windows_show_all_that_whole_texts_show(texts: list[str | None]) -> None:
    seen: dict[int, set[tuple[str, int, int]]] = {}
    for window in windows(texts):
        for m in matches_of(window.row, window.text):
            at = (m.kind, m.start + window.start, m.end + window.start)
            seen.setdefault(window.place, set()).add(at)
    for place, text in enumerate(texts):
        assert plainly(text or "") <= seen.get(place, set())


@settings(deadline=None, max_examples=300)
@given(st.lists(st.one_of(st.none(), TEXT), max_size=4))
def test_nothing_is_found_that_whole_texts_do_not_show(texts: list[str | None]) -> None:
    every = [row for row in recognisers() if row.anchor is None]
    for row in find_array(pa.array(texts, pa.string())).to_pylist():
        text = texts[row["place"]] or ""
        narrowed = normal.narrow(text)
        further = {(m.kind, m.start, m.end) for r in every for m in matches_of(r, narrowed)}
        assert (row["kind"], row["start"], row["end"]) in plainly(text) | further


@settings(deadline=None)
@given(
    st.lists(st.text("ab身份", min_size=1, max_size=4), min_size=1, max_size=6, unique=True),
    st.text("abAB身份x\n", max_size=40),
)
def test_the_automaton_finds_every_word(words: list[str], text: str) -> None:
    none = [False] * LONGEST
    made = literals(words)
    codes = normal.narrow_codes(text)
    flags = np.array(none)
    found = spots(codes, made, flags, flags)
    ends = [
        (int(end), words[place])
        for end, state in zip(found.word_end, found.word_state, strict=True)
        for place in made.ends[made.first[state] : made.first[state + 1]]
    ]
    folded = "".join(c.lower() if c.isascii() else c for c in text)
    wanted = [(i + len(w), w) for w in words for i in range(len(folded)) if folded.startswith(w.lower(), i)]
    assert sorted(ends) == sorted(wanted)
