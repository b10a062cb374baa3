"""Identifiers in free text: found with their normal form, or covered by their masks.

Word boundaries are ASCII look-arounds, because no boundary lies between a Chinese character and a digit for the
usual ``\\b``. Names in free text are known only beside a label such as 姓名.
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import careful, mobile, normal, resident_id
from headwater.identifiers.errors import InvalidIdentifierError
from headwater.identifiers.filters import doubts
from headwater.identifiers.kinds import KINDS
from headwater.identifiers.naming.finding import spans_array
from headwater.identifiers.recognisers import Recogniser, recognisers
from headwater.identifiers.windows import Window, windows

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
_WORDY = frozenset({"name", "address"})
_EDGE = 24  # more than any filter or word of context reaches


Cover = tuple[int, int, str]  # start, end, mask


class Names(Enum):
    """Where names and addresses that have no label are looked for: nowhere, in lines that hold or neighbour a find, or in all.

    Lines in ASCII alone are looked through beside a find only.
    """

    LABELLED = "labelled"
    NEAR = "near"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class Match:
    """An identifier in a text: its kind, its place, how sure that is, and its normal form (never shown by repr)."""

    kind: str
    start: int
    end: int
    confidence: float
    compact: str = field(repr=False)


def find(text: str) -> list[Match]:
    """Give the identifiers in a text in their order; where candidates overlap, the longest is kept.

    >>> find("身份证11010519491231002X号")
    [Match(kind='resident_id', start=3, end=21, confidence=0.99)]
    """
    return _find_all([text]).get(0, [])


def _without_overlaps(found: list[Match]) -> list[Match]:
    kept: list[Match] = []
    for match in sorted(found, key=lambda m: (m.start - m.end, -m.confidence, m.start)):
        place = bisect(kept, match.start, key=lambda m: m.start)
        before, after = kept[max(0, place - 1) : place], kept[place : place + 1]
        if all(other.end <= match.start for other in before) and all(match.end <= other.start for other in after):
            kept.insert(place, match)
    return kept


def matches_of(row: Recogniser, narrowed: str, let_go: Counter[str] | None = None) -> Iterator[Match]:
    """Give what one recogniser finds in a narrowed text, overlaps and all."""
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
        return 1.0 if compact[:3] in mobile.prefixes() else 0.6
    return resident_id.confidence(compact) / 0.99 if kind == "resident_id" else 1.0


def mask_line(text: str) -> str:
    """Give the text with every identifier in it covered by its mask.

    Covering is more careful than finding: a mistyped resident id or a number beside a code is covered too.

    >>> mask_line("C:/客户/张三 13800138000.xlsx, 11010519491231002X")
    'C:/客户/张三 138****8000.xlsx, 1101**********002X'
    """
    narrowed = normal.narrow(text)
    return _cover(text, find(text), list(careful.covers(narrowed)))


def _cover(text: str, found: list[Match], further: list[Cover]) -> str:
    covers = [(m.start, m.end, KINDS[m.kind].identifier.mask(m.compact)) for m in found]
    covered = np.zeros(len(text) + 1, dtype=bool)
    for start, end, _ in covers:
        covered[start:end] = True
    covers += [cover for cover in further if not covered[cover[0] : cover[1]].any()]
    parts, last = [], 0
    for start, end, mask in sorted(covers):
        parts += [text[last:start], mask]
        last = end
    return "".join([*parts, text[last:]])


def mask_text(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Do :func:`mask_line` for every value of an array; values that can hold nothing are passed over at once."""
    encoded = normal.as_text(values).dictionary_encode()
    texts = encoded.dictionary
    found = _find_all(texts.to_pylist())
    narrowed = normal.narrow_array(texts)
    further = {place: list(careful.covers(text)) for place, text in _holding(narrowed, careful.PREFILTER)}
    places = sorted({*found, *further})
    if places:
        masked = [
            _cover(text, found.get(place, []), further.get(place, []))
            for place, text in zip(places, texts.take(pa.array(places)).to_pylist(), strict=True)
        ]
        chosen = np.zeros(len(texts), dtype=bool)
        chosen[places] = True
        texts = pc.replace_with_mask(texts, pa.array(chosen), pa.array(masked, pa.string()))
    return texts.take(encoded.indices)


def find_array(
    values: pa.Array | pa.ChunkedArray, names: Names = Names.LABELLED, let_go: Counter[str] | None = None
) -> pa.Table:
    """Do :func:`find` for every value: a table of ``place`` (0-based), ``kind``, ``compact``, ``confidence``, ``start`` and ``end``.

    ``names`` says where names and addresses without a label are looked for; that costs about half a second for each megabyte.
    ``let_go`` takes how many candidates each filter let go, by its name.
    """
    texts = normal.as_text(values)
    found = _find_all(texts.to_pylist(), let_go)
    if names is not Names.LABELLED:
        _with_names(found, texts, names)
    rows = [(place, m.kind, m.compact, m.confidence, m.start, m.end) for place in sorted(found) for m in found[place]]
    columns = list(zip(*rows, strict=True)) or [()] * len(FOUND)
    return pa.table([pa.array(c, t) for c, t in zip(columns, FOUND.types, strict=True)], schema=FOUND)


def _with_names(found: dict[int, list[Match]], texts: pa.Array, names: Names) -> None:
    """Add names and addresses by their words and neighbours to what was found by form and label."""
    where = _near(sorted(found), len(texts))
    if names is Names.ALL:  # Latin script alone says less of names, and logs and code are full of it
        wide = pc.fill_null(pc.not_equal(pc.utf8_length(texts), pc.binary_length(texts)), False)
        where = np.union1d(where, np.flatnonzero(wide.to_numpy(zero_copy_only=False)))
    where = where[np.asarray(texts.take(pa.array(where)).is_valid())]
    spans = spans_array(texts.take(pa.array(where)))
    told: dict[int, list[Match]] = {}
    for row in spans.to_pylist():
        match = Match(row["kind"], row["start"], row["end"], row["confidence"], row["compact"])
        told.setdefault(int(where[row["place"]]), []).append(match)
    for place, added in told.items():
        kept = [m for m in found.get(place, []) if m.kind not in _WORDY or not _touch(m, added)]
        found[place] = sorted(_without_overlaps([*kept, *added]), key=lambda m: m.start)


def _near(places: Sequence[int], count: int) -> np.ndarray:
    """The lines in which something was found, and those beside them."""
    wanted = np.zeros(count + 2, dtype=bool)
    for by in (0, 1, 2):
        wanted[np.asarray(places, dtype=np.int64) + by] = True
    return np.flatnonzero(wanted[1:-1])


def _touch(match: Match, others: list[Match]) -> bool:
    return any(o.kind == match.kind and o.start < match.end and match.start < o.end for o in others)


def _find_all(texts: Sequence[str | None], let_go: Counter[str] | None = None) -> dict[int, list[Match]]:
    found: dict[int, list[Match]] = {}
    for window in windows(texts):
        shown = matches_of(window.row, window.text, let_go)
        kept = [_moved(m, window.start) for m in shown if not _is_cut(m, window)]
        if kept:
            found.setdefault(window.place, []).extend(kept)
    narrowed: pa.Array | None = None
    for row in recognisers():
        if row.anchor is None:
            narrowed = normal.narrow_array(pa.array(texts, pa.string())) if narrowed is None else narrowed
            for place, text in _holding(narrowed, row.prefilter):
                found.setdefault(place, []).extend(matches_of(row, text, let_go))
    return {place: _without_overlaps(matches) for place, matches in found.items() if matches}


def _is_cut(match: Match, window: Window) -> bool:
    """Whether the text goes on so near to the match that it may be another there: a window around its own anchor has all of it."""
    return (window.cut_before and match.start < _EDGE) or (window.cut_after and match.end > len(window.text) - _EDGE)


def _moved(match: Match, by: int) -> Match:
    return replace(match, start=match.start + by, end=match.end + by) if by else match


def _holding(texts: pa.Array, pattern: str) -> Iterator[tuple[int, str]]:
    places = np.flatnonzero(normal.matching(texts, pattern))
    return zip(places.tolist(), texts.take(pa.array(places)).to_pylist(), strict=True)
