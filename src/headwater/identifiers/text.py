"""Identifiers in free text: found with their normal form, or covered by their masks.

Word boundaries are ASCII look-arounds, because no boundary lies between a Chinese character and a digit for the
usual ``\\b``. Names in free text are known only beside a label such as 姓名.
"""

from __future__ import annotations

from collections import Counter
from enum import Enum

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import careful, normal
from headwater.identifiers.code_points import one_string
from headwater.identifiers.kinds import KINDS
from headwater.identifiers.matches import Match, all_matches, apart, by_place, table
from headwater.identifiers.naming.finding import spans_array

_WORDY = frozenset({"name", "address"})


Cover = tuple[int, int, str]  # start, end, mask


class Names(Enum):
    """Where names and addresses that have no label are looked for: nowhere, in lines that hold or neighbour a find, or in all.

    Lines in ASCII alone are looked through beside a find only.
    """

    LABELLED = "labelled"
    NEAR = "near"
    ALL = "all"


def find(text: str) -> list[Match]:
    """Give the identifiers in a text in their order; where candidates overlap, the longest is kept.

    >>> find("身份证11010519491231002X号")
    [Match(kind='resident_id', start=3, end=21, confidence=0.99)]
    """
    return by_place(all_matches(one_string(text))).get(0, [])


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
    found = by_place(all_matches(texts))
    narrowed = normal.narrow_array(texts)
    further = {place: list(careful.covers(text)) for place, text in normal.holding(narrowed, careful.PREFILTER)}
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
    found = all_matches(texts, let_go)
    return found if names is Names.LABELLED else _with_names(found, texts, names)


def _with_names(found: pa.Table, texts: pa.Array, names: Names) -> pa.Table:
    """Add names and addresses by their words and neighbours to what was found by form and label."""
    where = _near(found["place"].to_numpy(), len(texts))
    if names is Names.ALL:  # Latin script alone says less of names, and logs and code are full of it
        wide = pc.fill_null(pc.not_equal(pc.utf8_length(texts), pc.binary_length(texts)), False)
        where = np.union1d(where, np.flatnonzero(wide.to_numpy(zero_copy_only=False)))
    where = where[np.asarray(texts.take(pa.array(where)).is_valid())]
    spans = spans_array(texts.take(pa.array(where)))
    spans = spans.set_column(0, "place", pa.array(where[spans["place"].to_numpy()]))
    touched = pc.is_in(found["place"], value_set=pc.unique(spans["place"]))
    told = by_place(spans)
    kept = {
        place: [m for m in matches if m.kind not in _WORDY or not _touch(m, told[place])]
        for place, matches in by_place(found.filter(touched)).items()
    }
    return apart(pa.concat_tables([found.filter(pc.invert(touched)), table(kept), spans]))


def _near(places: np.ndarray, count: int) -> np.ndarray:
    """The lines in which something was found, and those beside them."""
    wanted = np.zeros(count + 2, dtype=bool)
    for by in (0, 1, 2):
        wanted[places + by] = True
    return np.flatnonzero(wanted[1:-1])


def _touch(match: Match, others: list[Match]) -> bool:
    return any(o.kind == match.kind and o.start < match.end and match.start < o.end for o in others)
