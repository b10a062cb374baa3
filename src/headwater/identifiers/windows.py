"""Where in many texts each recogniser has to look: windows around its anchors, from one pass over all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from headwater.identifiers import normal, spotting
from headwater.identifiers.code_points import gathered, laid_out
from headwater.identifiers.literals import Literals, literals
from headwater.identifiers.recognisers import Anchor, Recogniser, recognisers
from headwater.identifiers.settled import Settled, settle
from headwater.identifiers.spotting import Spots

_BLOCK = 1 << 23  # bytes looked through at once
_MANY = 16  # windows of a recogniser from which its prefilter is tried on all of them in one go
_NONE = np.empty(0, np.int64)
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

    def __repr__(self) -> str:
        """Show where it is, not what stands in it."""
        return f"Window(place={self.place}, kind={self.row.kind.name!r}, start={self.start})"


@dataclass(frozen=True, slots=True)
class _Plan:
    """The recognisers with an anchor, one automaton for all their words, and the lengths of runs that any of them wants.

    ``rows_of`` says for each word which recognisers it is an anchor of.
    """

    rows: tuple[Row, ...]
    words: Literals
    rows_of: tuple[Places, Places]
    plain: npt.NDArray[np.bool_]
    code: npt.NDArray[np.bool_]
    settling: tuple[Recogniser, ...]


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
        tuple(row for row, _ in rows if row.settles),
    )


def _lengths(spans: Sequence[tuple[int, int] | None]) -> npt.NDArray[np.bool_]:
    wanted = np.zeros(spotting.LONGEST, np.bool_)
    for span in spans:
        if span is not None:
            wanted[span[0] : span[1] + 1] = True
    return wanted


@dataclass(frozen=True, slots=True)
class Block:
    """Some texts that were looked through at once: narrowed, and joined by line feeds, as code points.

    ``begin`` is the place of the first of them in the whole array, ``starts`` where each begins in the joined text,
    and where the last ends.
    """

    begin: int
    codes: spotting.Codes = field(repr=False)
    starts: Places
    spots: Spots

    def settled(self) -> Settled:
        """What needs no window: see :mod:`headwater.identifiers.settled`."""
        return settle(self.codes, self.starts[:-1], self.spots, _plan().settling)

    def windows(self, settled: Settled | None = None) -> Iterator[Window]:
        """Give every window that passes its recogniser's prefilter, recogniser by recogniser, but for runs that are settled."""
        plan = _plan()
        of_word, row_of_word = _rows_of_words(self.spots, plan)
        order = np.argsort(row_of_word, kind="stable")
        cuts = np.searchsorted(row_of_word[order], np.arange(len(plan.rows) + 1))
        for number, (row, anchor) in enumerate(plan.rows):
            ends = of_word[order[cuts[number] : cuts[number + 1]]]
            runs = _runs(self.spots, anchor) if anchor.seeks_runs else _NONE
            if settled is not None and row.settles:
                runs = settled.open_runs(runs, row.settles)
            if len(ends) or len(runs):
                first = np.concatenate((ends, self.spots.start[runs]))
                last = np.concatenate((ends, self.spots.end[runs]))
                yield from self._of_row(row, *_merged(first, last, self.starts, anchor.reach))

    def _of_row(self, row: Recogniser, place: Places, start: Places, end: Places) -> Iterator[Window]:
        texts = gathered(self.codes, start, end)
        if len(start) >= _MANY:
            held = np.flatnonzero(normal.matching(texts, row.prefilter))
            place, start, end, texts = place[held], start[held], end[held], texts.take(pa.array(held))
        line, stop = self.starts[place], self.starts[place + 1] - 1
        columns = (place + self.begin, start - line, start > line, end < stop)
        shown = zip(texts.to_pylist(), *(column.tolist() for column in columns), strict=True)
        for text, at, offset, before, after in shown:
            if len(start) >= _MANY or row.wanted.search(text) is not None:
                yield Window(at, row, text, offset, before, after)


def blocks(texts: pa.Array) -> Iterator[Block]:
    """Look through a string array (not narrowed yet), some megabytes at once; blocks in which nothing can stand are left out."""
    _, offsets, _ = texts.buffers()
    where = np.frombuffer(offsets, np.int32)[texts.offset : texts.offset + len(texts) + 1] if len(texts) else _NONE
    begin = 0
    while begin < len(texts):
        size = where[begin] + np.int64(_BLOCK)
        end = max(begin + 1, int(np.searchsorted(where, size, side="right")) - 1)
        yield from _block(texts.slice(begin, end - begin), begin)
        begin = end


def _block(texts: pa.Array, begin: int) -> Iterator[Block]:
    codes, starts = laid_out(texts, normal.plane())
    plan = _plan()
    spots = spotting.spots(codes, plan.words, plan.plain, plan.code)
    if len(spots.word_end) or len(spots.start):
        yield Block(begin, codes, starts, spots)


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


def _runs(spots: Spots, anchor: Anchor) -> Places:
    wanted: npt.NDArray[np.bool_] = (spots.flags & anchor.forms) != 0
    if anchor.groups is not None:
        wanted &= ((spots.flags & spotting.GROUPED) != 0) == anchor.groups
    if anchor.digits is not None:
        low, high = anchor.digits
        wanted |= ((spots.flags & spotting.PLAIN) != 0) & (spots.length >= low) & (spots.length <= high)
    if anchor.code is not None:
        low, high = anchor.code
        wanted |= ((spots.flags & spotting.CODE) != 0) & (spots.length >= low) & (spots.length <= high)
    return np.flatnonzero(wanted)


def _merged(first: Places, last: Places, starts: Places, reach: int) -> tuple[Places, Places, Places]:
    """Windows around the anchors, within their texts, those that touch made one: place of the text, start, end."""
    order = np.argsort(first, kind="stable")
    first, last = first[order], last[order]
    place = np.searchsorted(starts, np.maximum(last - 1, 0), side="right") - 1
    start = np.maximum(first - reach, starts[place])
    end = np.minimum(last + reach, starts[place + 1] - 1)
    new = np.concatenate(([True], (place[1:] != place[:-1]) | (start[1:] > np.maximum.accumulate(end)[:-1])))
    where = np.flatnonzero(new)
    return place[where], start[where], np.maximum.reduceat(end, where)
