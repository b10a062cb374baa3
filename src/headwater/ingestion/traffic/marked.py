"""Texts as the lake may hold them: masked to be read, shaped to be understood, with tokens of whom they name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import mobile, normal
from headwater.ingestion.traffic.spans import SPOILT, Span, names_somebody, rewritten, spans
from headwater.ingestion.traffic.survivals import survivals
from headwater.store.freed import collecting_later
from headwater.store.tokens import Tokeniser

_LISTED = pa.list_(pa.string())


@dataclass(frozen=True, slots=True)
class Marked:
    """Columns of the lake's ``messages``, one value for each text: masked, its shape, tokens, masks of these, and parts."""

    text: pa.Array
    shape: pa.Array
    tokens: pa.Array
    masks: pa.Array
    parts: pa.Array


def marked(texts: pa.Array, tokeniser: Tokeniser) -> Marked:
    """Mask and shape texts; each distinct one is looked at once.

    A shape is narrowed, in small letters, and has ``⟨kind⟩`` for every identifier, in the order of the tokens.
    """
    with collecting_later():  # some 100,000 small tuples that live for a moment: a fifth of the time
        return _marked(texts, tokeniser)


def _marked(texts: pa.Array, tokeniser: Tokeniser) -> Marked:
    coded = normal.as_text(texts).dictionary_encode()
    distinct = coded.dictionary
    told = spans(distinct)
    naming = {place: [s for s in listed if names_somebody(s)] for place, listed in told.items()}
    written = distinct.to_pylist() if told else []
    places, masked, shapes = [], [], []
    for place, text, shape in rewritten(written, told):
        places.append(place)
        masked.append(text)
        shapes.append(shape)
    order = pa.array(sorted(range(len(places)), key=places.__getitem__), pa.int64())
    text, shape = (
        _with(distinct, sorted(places), pa.array(made, pa.string()).take(order)) for made in (masked, shapes)
    )
    tokens, parts = _tokens(naming, len(distinct), tokeniser)
    masks = _lists({place: [s.mask for s in listed] for place, listed in naming.items()}, len(distinct))
    by = coded.indices
    return Marked(text.take(by), _folded(shape).take(by), tokens.take(by), masks.take(by), parts.take(by))


def _folded(shapes: pa.Array) -> pa.Array:
    return pc.utf8_lower(pc.utf8_trim_whitespace(normal.narrow_array(shapes)))


def _with(texts: pa.Array, places: Sequence[int], values: pa.Array) -> pa.Array:
    if not places:
        return texts
    chosen = np.zeros(len(texts), bool)
    chosen[places] = True
    return pc.replace_with_mask(texts, pa.array(chosen), values)


def _tokens(told: Mapping[int, Sequence[Span]], count: int, tokeniser: Tokeniser) -> tuple[pa.Array, pa.Array]:
    """The lists of tokens and of parts of each text; empty where it names nobody."""
    pairs = {(s.kind, s.compact) for listed in told.values() for s in listed}
    tokens = _hashed(pairs, tokeniser)
    kept = {pair: tuple(survivals(*pair)) for pair in pairs}
    parts = _hashed({part for listed in kept.values() for part in listed}, tokeniser)
    strong, weak = {}, {}
    for place, listed in told.items():
        strong[place] = [tokens[s.kind, s.compact] for s in listed]
        weak[place] = [f"{n}:{parts[part]}" for n, s in enumerate(listed) for part in kept[s.kind, s.compact]]
    return _lists(strong, count), _lists(weak, count)


def _hashed(pairs: set[tuple[str, str]], tokeniser: Tokeniser) -> dict[tuple[str, str], str]:
    """``kind:token`` of each kind and value."""
    by_kind: dict[str, list[str]] = defaultdict(list)
    for kind, value in sorted(pairs):
        by_kind[kind].append(value)
    made = {}
    for kind, values in by_kind.items():
        for told, same in _told_apart(kind, values).items():
            hashed = tokeniser.tokens(told, pa.array(same, pa.string())).to_pylist()
            made.update({(kind, value): f"{kind}:{token}" for value, token in zip(same, hashed, strict=True)})
    return made


def _told_apart(kind: str, values: Sequence[str]) -> dict[str, list[str]]:
    """The values by the kind of which their token is: that of the bill that has the same number or address as an account."""
    if kind == f"bank_card{SPOILT}":
        whole = [v for v in values if v.isdecimal()]
        return {"bank_card": whole, kind: [v for v in values if not v.isdecimal()]}
    if kind == "alipay":
        phones = [v for v in values if v.isdecimal() and mobile.is_valid(v)]
        mails = [v for v in values if "@" in v]
        rest = sorted(set(values) - set(phones) - set(mails))
        return {"mobile": phones, "email": mails, kind: rest}
    return {kind: list(values)}


def _lists(told: Mapping[int, Sequence[str]], count: int) -> pa.Array:
    """A list for each of so many texts; empty where nothing is told of it."""
    sizes = np.zeros(count + 1, np.int32)
    places = sorted(told)
    sizes[np.array(places, np.int64) + 1] = [len(told[place]) for place in places]
    flat = pa.array([value for place in places for value in told[place]], pa.string())
    return pa.ListArray.from_arrays(pa.array(np.cumsum(sizes, dtype=np.int32)), flat).cast(_LISTED)
