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

from headwater.identifiers import bank_card, headers, normal
from headwater.identifiers.dialled import can_be_dialled
from headwater.identifiers.kinds import KINDS, Kind
from headwater.identifiers.naming import verdict
from headwater.identifiers.quick import NOTHING, quick, says_something

_SAMPLE = 5000
_GLANCE, _GLANCED = (
    250,
    0.1,
)  # cells of a first glance, and the share from which a kind that has it cannot look as if it had a quarter
_HEADER_ODDS = 20.0
_SUREST = 0.999
_MOSTLY, _SURELY = 0.6, 0.85
_FEWEST_CHECKED = 5
_RARE = 1e-3  # the chance below which one value is enough
_LONG_KNOWN = frozenset({"uscc", "email", "plate", "address"})  # their form, or their share, says enough
_TELLING = 0.01  # the chance below which a kind is believed against its header
_EMPTY = pa.array(NOTHING)


@dataclass(frozen=True, slots=True)
class Recognised:
    """What a column holds: its kind and category, how sure that is (0 to 1), and the share of valid cells."""

    kind: str
    category: str
    confidence: float
    share: float


@dataclass(frozen=True, slots=True)
class Header:
    """What a column's surroundings say: its header, the kinds that this names, and whether columns beside it tell persons."""

    text: str
    named: frozenset[str]
    beside_people: bool


def recognise(header: str, values: pa.Array | pa.ChunkedArray, *, beside_people: bool = False) -> Recognised | None:
    """Judge a column by its header (may be empty) and its content; ``None`` when it holds no known identifier.

    ``beside_people`` says that another column of the table tells persons.
    """
    sample = _sample(normal.as_text(values))
    if len(sample) == 0:
        return None
    named = headers.named_kinds(header)
    found = [
        verdict
        for kind in KINDS.values()
        if (verdict := _judge(kind, Header(header, named, beside_people), sample)) is not None
    ]
    return max(found, key=lambda v: (v.kind in named, v.confidence), default=None)


def compact_array(kind: str, values: pa.Array | pa.ChunkedArray) -> pa.Array:
    """Give the normal form of every value as an identifier of that kind, null where it is not valid."""
    texts = normal.as_text(values)
    done = quick(kind, texts)
    if done is None:
        return _compacted(kind, texts)
    rest = pa.array(~done)
    if done.all():
        return texts
    return pc.replace_with_mask(texts, rest, _compacted(kind, texts.filter(rest)))


def _compacted(kind: str, texts: pa.Array) -> pa.Array:
    encoded = texts.dictionary_encode()
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
    sure, unsure = says_something(values)
    if unsure.any():
        odd = values.filter(pa.array(unsure))
        sure[unsure] = pc.invert(pc.is_in(pc.utf8_trim_whitespace(odd), value_set=_EMPTY)).to_numpy(
            zero_copy_only=False
        )
    return pa.array(sure)


def _sample(values: pa.Array) -> pa.Array:
    filled_values = values.filter(filled(values))
    if len(filled_values) <= _SAMPLE:
        return filled_values
    return filled_values.take(pa.array(np.linspace(0, len(filled_values) - 1, _SAMPLE).astype(np.int64)))


def _judge(kind: Kind, header: Header, sample: pa.Array) -> Recognised | None:
    named = header.named
    by_header = kind.name in named
    needed = kind.named if by_header else _needed_alone(kind, named)
    if needed > 1.0 or not _is_worth_all(kind, needed, sample):
        return None
    compact = kind.identifier.compact_array(sample)
    share = 1.0 - compact.null_count / len(compact)
    if share == 0.0 or share < needed:
        return None
    if not by_header and not _FURTHER.get(kind.name, _are_several)(compact, kind, header):
        return None
    if kind.name in _WRITTEN and not _WRITTEN[kind.name](sample.filter(compact.is_valid()), header, by_header):
        return None
    odds = share / kind.chance * (_HEADER_ODDS if by_header else 1.0)
    return Recognised(kind.name, kind.category, min(round(odds / (1.0 + odds), 3), _SUREST), round(share, 4))


def _is_worth_all(kind: Kind, needed: float, sample: pa.Array) -> bool:
    """Whether a first glance leaves it possible that enough of the sample is valid: not where it shows less than a quarter of that."""
    if len(sample) <= 2 * _GLANCE or needed < _GLANCED:
        return True
    glance = sample.take(pa.array(np.linspace(0, len(sample) - 1, _GLANCE).astype(np.int64)))
    valid = _GLANCE - kind.identifier.compact_array(glance).null_count
    return bool(valid >= needed * _GLANCE / 4)


def _needed_alone(kind: Kind, named: frozenset[str]) -> float:
    if kind.alone is None or (named and kind.chance > _TELLING and kind.name not in _WRITTEN):
        return 2.0  # more than any share: the header speaks of something else
    return kind.alone


def _are_cards(compact: pa.Array, _kind: Kind, _header: Header) -> bool:
    unionpay = pc.sum(pc.starts_with(compact, bank_card.UNIONPAY)).as_py() or 0
    if unionpay >= 0.7 * len(compact):
        return True
    several = len(compact.drop_null().unique()) >= _FEWEST_CHECKED and compact.null_count <= 0.1 * len(compact)
    return bool(several and (pc.sum(bank_card.are_issued(compact)).as_py() or 0) >= 0.9 * len(compact))


def _are_people(values: pa.Array, header: Header, by_header: bool) -> bool:
    """A header that says names is not believed over a column of words, nor one of something else over clear names."""
    if by_header and headers.is_any_name(header.text) and not header.beside_people:
        return verdict.some_are_people(values)
    if by_header:
        return verdict.can_be_people(values)
    return verdict.are_surely_people(values) if header.named else verdict.are_people(values)


def _are_addresses(values: pa.Array, header: Header, by_header: bool) -> bool:
    return by_header or verdict.are_addresses(values, _SURELY if header.named else _MOSTLY)


def _are_mobiles(compact: pa.Array, _kind: Kind, header: Header) -> bool:
    return can_be_dialled(compact, header.text, beside_people=header.beside_people)


def _always(_compact: pa.Array, _kind: Kind, _header: Header) -> bool:
    return True


def _are_several(compact: pa.Array, kind: Kind, _header: Header) -> bool:
    """Kinds whose check a random value passes now and then want more than a few values that do."""
    if kind.name in _LONG_KNOWN or kind.chance < _RARE:
        return True
    return len(compact.drop_null().unique()) >= _FEWEST_CHECKED


# what a column without a telling header must show beside its share
_FURTHER: Mapping[str, Callable[[pa.Array, Kind, Header], bool]] = {
    "bank_card": _are_cards,
    "mobile": _are_mobiles,
    "name": _always,
    "address": _always,
}
# what has no check is judged by how it is written, with a header or without
_WRITTEN: Mapping[str, Callable[[pa.Array, Header, bool], bool]] = {"name": _are_people, "address": _are_addresses}
