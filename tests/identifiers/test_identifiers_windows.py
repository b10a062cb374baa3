"""Looking at windows around anchors gives what looking at every whole text gives."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st
from made_ids import made_card, made_id, made_mobile

from headwater.identifiers import normal
from headwater.identifiers.code_points import laid_out
from headwater.identifiers.filters import OF_ORDERS, OF_TESTS
from headwater.identifiers.literals import literals
from headwater.identifiers.matches import all_matches, by_place, matches_of, without_overlaps
from headwater.identifiers.recognisers import recognisers
from headwater.identifiers.spotting import LONGEST, spots
from headwater.identifiers.text import find_array
from headwater.identifiers.windows import Window, blocks

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
    rows = [row for row in recognisers() if row.anchor is not None and row.wanted.search(narrowed)]
    return {(m.kind, m.start, m.end) for row in rows for m in matches_of(row, narrowed)}


def windows(texts: list[str | None]) -> Iterator[Window]:
    for block in blocks(pa.array(texts, pa.string())):
        yield from block.windows()


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
    codes, _ = laid_out(pa.array([text]), normal.plane())
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


MARKS = (
    "，",
    ", ",
    "、",
    ";",
    "/",
    "-",
    ".",
    "(",
    ")",
    "+86",
    "86-",
    "0086",
    "x",
    "7",
    " ",
    "\n",
    "\t",
    "：",
    "a/b/",
    "12345678901, ",
)
SPEAKING = tuple(word for row in recognisers() if row.settles for word in row.words)
BESIDE = st.sampled_from((*OF_ORDERS, *OF_TESTS, *SPEAKING, *MARKS))
TELLING = st.one_of(
    NUMBER,
    st.builds(spread, NUMBER, GAPS),
    st.sampled_from(["13800138000", "15412345678", "15400000000", "132101190001010015", "86" + made_mobile(3)]),
    st.integers(13 * 10**9, 10**10 * 2 - 1).map(str),
)
BUSY = st.lists(st.one_of(TELLING, BESIDE, BESIDE, PIECE), max_size=12).map("".join)


@settings(deadline=None, max_examples=1500)
@given(st.lists(BUSY, min_size=1, max_size=3))
@example(["$6$saltsalt$" + "0123456789" * 5 + "21"])
def test_what_is_settled_is_what_the_recognisers_tell(texts: list[str]) -> None:
    for place, text in enumerate(texts):
        narrowed = normal.narrow(text)
        long = [m for r in recognisers() if r.wanted.search(narrowed) for m in matches_of(r, narrowed)]
        want = sorted(without_overlaps(long), key=lambda m: m.start)
        got = by_place(all_matches(pa.array(texts))).get(place, [])
        assert [(m.kind, m.start, m.end, m.confidence, m.compact) for m in got] == [
            (m.kind, m.start, m.end, m.confidence, m.compact) for m in want
        ]
