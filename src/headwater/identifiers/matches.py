"""What the recognisers find in many texts, as columns; where finds lie over each other in a text, the longest is kept."""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from typing import NamedTuple, cast

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import beside, mobile, normal, resident_id
from headwater.identifiers.code_points import gathered
from headwater.identifiers.errors import InvalidIdentifierError
from headwater.identifiers.filters import OF_TESTS, doubts, is_example
from headwater.identifiers.kinds import Identifier
from headwater.identifiers.literals import literals
from headwater.identifiers.recognisers import Recogniser, recognisers
from headwater.identifiers.settled import Settled
from headwater.identifiers.windows import Block, Places, Window, blocks

FOUND = pa.schema(
    [
        ("place", pa.int64()),
        ("kind", pa.string()),
        ("compact", pa.string()),
        ("confidence", pa.float64()),
        ("start", pa.int64()),
        ("end", pa.int64()),
    ]
)
"""What was found: the place of its text (0-based), its kind and normal form, how sure that is, where it begins and ends (characters)."""
_MANY = 8  # candidates of one recogniser from which they are validated as an array
_EDGE = 32  # more than any filter or word of context reaches


@dataclass(frozen=True, slots=True)
class Match:
    """An identifier in a text: its kind, its place, how sure that is, and its normal form (never shown by repr)."""

    kind: str
    start: int
    end: int
    confidence: float
    compact: str = field(repr=False)


def matches_of(row: Recogniser, narrowed: str, let_go: Counter[str] | None = None) -> Iterator[Match]:
    """Give what one recogniser finds in a narrowed text that holds what it wants, overlaps and all."""
    for start, end in row.candidates(narrowed, let_go):
        named = row.is_named(narrowed, start, end)
        if row.label and not named:
            continue
        try:
            compact = row.kind.identifier.validate(narrowed[start:end])
        except InvalidIdentifierError:
            continue
        weight = (row.beside if named else row.bare) * _weight(row.kind.name, compact)
        weight /= 2 ** doubts(narrowed, start, end)
        yield Match(row.kind.name, start, end, round(weight, 3), compact)


def _weight(kind: str, compact: str) -> float:
    if kind == "mobile":
        return 1.0 if compact[:3] in mobile.prefixes() else mobile.UNASSIGNED
    return resident_id.confidence(compact) / resident_id.KNOWN_AREA if kind == "resident_id" else 1.0


def all_matches(texts: pa.Array, let_go: Counter[str] | None = None) -> pa.Table:
    """Give what stands in the values of a string array: a table of :data:`FOUND`, text by text, in the order of the finds."""
    parts = [FOUND.empty_table()]
    for block in blocks(texts):
        plain = block.settled()
        if let_go is not None:
            let_go.update(plain.let_go)
        parts += [_settled(block, plain), _searched(block, block.windows(plain), let_go)]
    return apart(pa.concat_tables([*parts, _unanchored(texts, let_go)]))


def table(found: Mapping[int, Sequence[Match]]) -> pa.Table:
    """Give matches by the place of their text as a table."""
    return _table([(place, m.kind, m.compact, m.confidence, m.start, m.end) for place in found for m in found[place]])


def by_place(found: pa.Table) -> dict[int, list[Match]]:
    """Give the matches of a table by the place of their text."""
    told: dict[int, list[Match]] = {}
    for place, kind, compact, confidence, start, end in zip(*(c.to_pylist() for c in found.columns), strict=True):
        told.setdefault(place, []).append(Match(kind, start, end, confidence, compact))
    return told


def apart(found: pa.Table) -> pa.Table:
    """Sort finds by their places, and keep the longest of those that lie over each other, then the surest."""
    found = found.combine_chunks()
    place, start, end = (found[name].to_numpy() for name in ("place", "start", "end"))
    line = end.max(initial=0) + 1  # longer than any of the texts as far as something was found in it
    order = np.argsort(place * line + start, kind="stable")
    begins, until = (place * line + start)[order], np.maximum.accumulate((place * line + end)[order])
    clash = np.unique(place[order[1:]][begins[1:] < until[:-1]])
    if not len(clash):
        return found.take(pa.array(order))
    torn = pc.is_in(found["place"], value_set=pa.array(clash))
    mended = {at: without_overlaps(matches) for at, matches in by_place(found.filter(torn)).items()}
    return apart(pa.concat_tables([found.filter(pc.invert(torn)), table(mended)]))


def without_overlaps(found: Sequence[Match]) -> list[Match]:
    """Of matches in one text that lie over each other keep the longest, then the surest."""
    kept: list[Match] = []
    for match in sorted(found, key=lambda m: (m.start - m.end, -m.confidence, m.start)):
        place = bisect(kept, match.start, key=lambda m: m.start)
        before, after = kept[max(0, place - 1) : place], kept[place : place + 1]
        if all(other.end <= match.start for other in before) and all(match.end <= other.start for other in after):
            kept.insert(place, match)
    return kept


def _settled(block: Block, plain: Settled) -> pa.Table:
    line = np.searchsorted(block.starts, plain.start, side="right") - 1
    numbers = gathered(block.codes, plain.start, plain.end)
    columns = (
        pa.array(line + block.begin),
        pa.array(plain.kinds, pa.string()),
        pc.replace_substring_regex(pc.ascii_upper(numbers), "[ -]", ""),
        pa.array(plain.confidence),
        pa.array(plain.start - block.starts[line]),
        pa.array(plain.end - block.starts[line]),
    )
    return pa.table(list(columns), schema=FOUND)


def _searched(block: Block, windows: Iterator[Window], let_go: Counter[str] | None) -> pa.Table:
    """What the recognisers find in the windows of a block: the candidates of each are validated together."""
    found: list[_Candidate] = []
    for _, shown in groupby(windows, key=lambda window: id(window.row)):
        found += _valid([c for window in shown for c in _candidates(window, let_go)])
    begin = block.starts[np.array([c.place - block.begin for c in found], np.int64)]
    start, end = (begin + np.array([getattr(c, name) for c in found], np.int64) for name in ("start", "end"))
    rows = [
        (c.place, c.row.kind.name, c.compact, _confidence(c, doubts), c.start, c.end)
        for c, doubts in zip(found, _doubts(block, start, end, [is_example(c.written) for c in found]), strict=True)
    ]
    return _table(rows)


class _Candidate(NamedTuple):
    """What one recogniser may have found in a window: where it is in its text, how it is written, and in the end its normal form."""

    row: Recogniser
    place: int
    start: int
    end: int
    named: bool
    written: str
    compact: str = ""

    def __repr__(self) -> str:
        """Show where it is, not what it says."""
        return f"_Candidate(kind={self.row.kind.name!r}, place={self.place}, start={self.start}, end={self.end})"


def _candidates(window: Window, let_go: Counter[str] | None) -> Iterator[_Candidate]:
    row, text = window.row, window.text
    for start, end in row.candidates(text, let_go):
        if not _is_cut(start, end, window):
            named = row.is_named(text, start, end)
            if named or not row.label:
                by = window.start
                yield _Candidate(row, window.place, start + by, end + by, named, text[start:end])


def _valid(found: Sequence[_Candidate]) -> list[_Candidate]:
    """Those that are valid, with their normal forms; many of one recogniser at once."""
    if not found:
        return []
    identifier = found[0].row.kind.identifier
    if len(found) >= _MANY:
        forms = identifier.compact_array(pa.array([c.written for c in found], pa.string())).to_pylist()
    else:
        forms = [_validated(identifier, c.written) for c in found]
    return [c._replace(compact=form) for c, form in zip(found, forms, strict=True) if form is not None]


def _validated(identifier: Identifier, written: str) -> str | None:
    try:
        return identifier.validate(written)
    except InvalidIdentifierError:
        return None


def _confidence(found: _Candidate, doubts: int) -> float:
    sure = found.row.beside if found.named else found.row.bare
    return round(sure * _weight(found.row.kind.name, found.compact) / (1 << doubts), 3)


def _doubts(block: Block, start: Places, end: Places, examples: Sequence[bool]) -> list[int]:
    told = np.array(examples, np.int64)
    beside.all_doubts(block.codes, block.starts, start, end, _tests(), told)
    return cast(list[int], told.tolist())


@cache
def _tests() -> beside.Tree:
    return beside.tree(literals(OF_TESTS), np.ones(len(OF_TESTS), np.int64))


def _is_cut(start: int, end: int, window: Window) -> bool:
    """Whether the text goes on so near to a find that it may be another there: a window around its own anchor has all of it."""
    return (window.cut_before and start < _EDGE) or (window.cut_after and end > len(window.text) - _EDGE)


def _unanchored(texts: pa.Array, let_go: Counter[str] | None) -> pa.Table:
    """What the recognisers without an anchor find: their prefilter is tried on every text."""
    rows = [row for row in recognisers() if row.anchor is None]
    if not rows:
        return FOUND.empty_table()
    narrowed = normal.narrow_array(texts)
    return _table(
        [
            (place, m.kind, m.compact, m.confidence, m.start, m.end)
            for row in rows
            for place, text in normal.holding(narrowed, row.prefilter)
            for m in matches_of(row, text, let_go)
        ]
    )


def _table(rows: Sequence[tuple[int, str, str, float, int, int]]) -> pa.Table:
    columns: Sequence[Sequence[object]] = list(zip(*rows, strict=True)) or [()] * len(FOUND)
    return pa.table([pa.array(c, t) for c, t in zip(columns, FOUND.types, strict=True)], schema=FOUND)
