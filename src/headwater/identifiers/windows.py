"""Where in many texts each recogniser has to look: windows around its anchors, from one pass over all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from headwater.identifiers import spotting
from headwater.identifiers.literals import Literals, literals
from headwater.identifiers.normal import narrow_codes
from headwater.identifiers.recognisers import Anchor, Recogniser, recognisers
from headwater.identifiers.spotting import Spots

_BLOCK = 1 << 22  # characters looked through at once
Places = npt.NDArray[np.int64]
Row = tuple[Recogniser, Anchor]


class Window(NamedTuple):
    """A part of a text, narrowed, that one recogniser has to look at; ``start`` is its place in the text.

    ``cut_before`` and ``cut_after`` say whether the text goes on there: what is found near such an edge may be cut.
    """

    place: int
    row: Recogniser
    text: str
    start: int
    cut_before: bool
    cut_after: bool


@dataclass(frozen=True, slots=True)
class _Plan:
    """The recognisers with an anchor, one automaton for all their words, and the lengths of runs that any of them wants.

    ``rows_of`` says for each word which recognisers it is an anchor of.
    """

    rows: tuple[Row, ...]
    words: Literals
    rows_of: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]
    plain: npt.NDArray[np.bool_]
    code: npt.NDArray[np.bool_]


@cache
def _plan() -> _Plan:
    rows = tuple((row, row.anchor) for row in recognisers() if row.anchor is not None)
    words = sorted({word.lower() for _, anchor in rows for word in anchor.words})
    number = {word: place for place, word in enumerate(words)}
    pairs = sorted({(number[word.lower()], place) for place, (_, anchor) in enumerate(rows) for word in anchor.words})
    of_word = np.array([word for word, _ in pairs], np.int64)
    first = np.searchsorted(of_word, np.arange(len(words) + 1))
    return _Plan(
        rows,
        literals(words),
        (first, np.array([place for _, place in pairs], np.int64)),
        _lengths([anchor.digits for _, anchor in rows]),
        _lengths([anchor.code for _, anchor in rows]),
    )


def _lengths(spans: Sequence[tuple[int, int] | None]) -> npt.NDArray[np.bool_]:
    wanted = np.zeros(spotting.LONGEST, np.bool_)
    for span in spans:
        if span is not None:
            wanted[span[0] : span[1] + 1] = True
    return wanted


def windows(texts: Sequence[str | None]) -> Iterator[Window]:
    """Give every window of every text (not narrowed yet), block by block; ``place`` is that of the text in the sequence."""
    begin, size = 0, 0
    for place, text in enumerate(texts):
        size += len(text) + 1 if text else 1
        if size >= _BLOCK:
            yield from _windows(texts[begin : place + 1], begin)
            begin, size = place + 1, 0
    if begin < len(texts):
        yield from _windows(texts[begin:], begin)


def _windows(texts: Sequence[str | None], begin: int) -> Iterator[Window]:
    joined = "\n".join([text or "" for text in texts])
    codes = narrow_codes(joined)
    plan = _plan()
    spots = spotting.spots(codes, plan.words, plan.plain, plan.code)
    if not len(spots.word_end) and not len(spots.start):
        return
    narrowed = joined if joined.isascii() else codes.tobytes().decode("utf-32-le", "surrogatepass")
    lengths = np.fromiter((len(text) + 1 if text else 1 for text in texts), np.int64, len(texts))
    starts = np.concatenate(([0], np.cumsum(lengths)))
    of_word, row_of_word = _rows_of_words(spots, plan)
    for number, (row, anchor) in enumerate(plan.rows):
        ends = of_word[row_of_word == number]
        runs = _runs(spots, anchor)
        first, last = np.concatenate((ends, spots.start[runs])), np.concatenate((ends, spots.end[runs]))
        if len(first):
            for place, start, end in _merged(first, last, starts, anchor.reach):
                line, stop = int(starts[place]), int(starts[place + 1]) - 1
                yield Window(begin + place, row, narrowed[start:end], start - line, start > line, end < stop)


def _rows_of_words(spots: Spots, plan: _Plan) -> tuple[Places, Places]:
    """The end of each word found, once for each recogniser that has it as anchor, and the number of that recogniser."""
    end, word = _expanded(spots.word_end, spots.word_state, plan.words.first, plan.words.ends)
    return _expanded(end, word, *plan.rows_of)


def _expanded(
    values: Places, keys: Places, first: npt.NDArray[np.integer], listed: npt.NDArray[np.integer]
) -> tuple[Places, Places]:
    """Repeat each value for each of ``listed[first[key] : first[key + 1]]``."""
    counts = first[keys + 1] - first[keys]
    total = int(counts.sum())
    before = np.repeat(np.cumsum(counts) - counts, counts)
    within = np.arange(total) - before
    return np.repeat(values, counts), listed[np.repeat(first[keys], counts) + within].astype(np.int64)


def _runs(spots: Spots, anchor: Anchor) -> npt.NDArray[np.bool_]:
    wanted: npt.NDArray[np.bool_] = (spots.flags & anchor.forms) != 0
    if anchor.groups is not None:
        wanted &= ((spots.flags & spotting.GROUPED) != 0) == anchor.groups
    if anchor.digits is not None:
        low, high = anchor.digits
        wanted |= ((spots.flags & spotting.PLAIN) != 0) & (spots.length >= low) & (spots.length <= high)
    if anchor.code is not None:
        low, high = anchor.code
        wanted |= ((spots.flags & spotting.CODE) != 0) & (spots.length >= low) & (spots.length <= high)
    return wanted


def _merged(first: Places, last: Places, starts: Places, reach: int) -> Iterator[tuple[int, int, int]]:
    """Windows around the anchors, within their texts, those that touch made one: place of the text, start, end."""
    order = np.argsort(first, kind="stable")
    first, last = first[order], last[order]
    place = np.searchsorted(starts, np.maximum(last - 1, 0), side="right") - 1
    start = np.maximum(first - reach, starts[place])
    end = np.minimum(last + reach, starts[place + 1] - 1)
    new = np.concatenate(([True], (place[1:] != place[:-1]) | (start[1:] > np.maximum.accumulate(end)[:-1])))
    where = np.flatnonzero(new)
    until = np.maximum.reduceat(end, where)
    return zip(place[where].tolist(), start[where].tolist(), until.tolist(), strict=True)
