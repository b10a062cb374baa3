"""Which kind of identifier a column holds, and the normal forms of a whole column at once.

A column is judged as a whole: the share of valid cells is held against what chance would give, and the header
counts as evidence. One valid number among a million order numbers is noise; nearly all of a column is a holding.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import bank_card, headers, name, normal
from headwater.identifiers.kinds import KINDS, Kind

_SAMPLE = 5000
_FEWEST_NAMES = 5
_HEADER_ODDS = 20.0
_SUREST = 0.999
_TELLING = 0.01  # the chance below which a kind is believed against its header
_EMPTY = pa.array(["", "-", "--", "/", "无", "空", "未知", "NULL", "null", "None", "nan", "NaN", "N/A", "n/a"])


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a column holds: its kind and category, how sure that is (0 to 1), and the share of valid cells."""

    kind: str
    category: str
    confidence: float
    share: float


def recognise(header: str, values: pa.Array | pa.ChunkedArray) -> Recognised | None:
    """Judge a column by its header (may be empty) and its content; ``None`` when it holds no known identifier."""
    sample = _sample(normal.as_text(values))
    if len(sample) == 0:
        return None
    named = headers.named_kinds(header)
    found = [verdict for kind in KINDS.values() if (verdict := _judge(kind, sample, named)) is not None]
    return max(found, key=lambda v: (v.kind in named, v.confidence), default=None)


def compact_array(kind: str, values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Give the normal form of every value as an identifier of that kind, null where it is not valid."""
    encoded = normal.as_text(values).dictionary_encode()
    return KINDS[kind].identifier.compact_array(encoded.dictionary).take(encoded.indices)


def compact_own(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Give the normal form of numbers that a data set has of its own (policies, clients); empty cells become null.

    Whoever makes tokens of the kind ``own:COLUMN`` makes them of this form, so that two files join.
    """
    encoded = normal.as_text(values).dictionary_encode()
    plain = normal.squeeze_array(encoded.dictionary)
    return pc.if_else(filled(plain), plain, pa.scalar(None, pa.string())).take(encoded.indices)


def mask_array(kind: str, values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Give the mask of every value as an identifier of that kind."""
    encoded = normal.as_text(values).dictionary_encode()
    mask = KINDS[kind].identifier.mask
    masks = pa.array([None if text is None else mask(text) for text in encoded.dictionary.to_pylist()], pa.string())
    return masks.take(encoded.indices)


def filled(values: pa.Array) -> pa.Array:
    """Tell for each value of a string array whether it says anything: not null, empty, or a word for nothing."""
    return pc.and_(pc.is_valid(values), pc.invert(pc.is_in(pc.utf8_trim_whitespace(values), value_set=_EMPTY)))


def _sample(values: pa.Array) -> pa.Array:
    filled_values = values.filter(filled(values))
    if len(filled_values) <= _SAMPLE:
        return filled_values
    return filled_values.take(pa.array(np.linspace(0, len(filled_values) - 1, _SAMPLE).astype(np.int64)))


def _judge(kind: Kind, sample: pa.Array, named: frozenset[str]) -> Recognised | None:
    compact = kind.identifier.compact_array(sample)
    share = 1.0 - compact.null_count / len(compact)
    by_header = kind.name in named
    if share == 0.0 or share < (kind.named if by_header else _needed_alone(kind, named)):
        return None
    if not by_header and kind.name in _FURTHER and not _FURTHER[kind.name](compact):
        return None
    odds = share / kind.chance * (_HEADER_ODDS if by_header else 1.0)
    return Recognised(kind.name, kind.category, min(round(odds / (1.0 + odds), 3), _SUREST), round(share, 4))


def _needed_alone(kind: Kind, named: frozenset[str]) -> float:
    if kind.alone is None or (named and kind.chance > _TELLING):
        return 2.0  # more than any share: the header speaks of something else
    return kind.alone


def _are_mostly_unionpay(compact: pa.Array) -> bool:
    unionpay = pc.sum(pc.starts_with(compact, bank_card.UNIONPAY)).as_py() or 0
    return bool(unionpay >= 0.7 * len(compact))


def _are_people(compact: pa.Array) -> bool:
    distinct = compact.drop_null().unique()
    common = pc.sum(name.has_common_surname(distinct)).as_py() or 0
    return bool(len(distinct) >= _FEWEST_NAMES and common >= 0.6 * len(distinct))


# what a column without a telling header must show beside its share
_FURTHER: Mapping[str, Callable[[pa.Array], bool]] = {"bank_card": _are_mostly_unionpay, "name": _are_people}
