"""The numbers that a protected data set has of its own (policies, clients), known again by their shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal
from headwater.identifiers.columns import compact_own, filled

_ENOUGH = 0.5
_NOT_LITERAL = re.compile(r"\\.|\[[^\]]*\]|\{[^}]*\}|\(\?(?::|P<\w+>)")


@dataclass(frozen=True, slots=True)
class OwnShape:
    """What a column of a protected data set looks like: ``kind`` is ``own:COLUMN``, ``shape`` a regular expression."""

    dataset: str
    column: str
    kind: str
    shape: str

    @property
    def is_telling(self) -> bool:
        """Whether the shape has a letter of its own; digits alone are also serials, amounts and times."""
        return re.search("[A-Za-z]", _NOT_LITERAL.sub("", self.shape)) is not None


def own_kind(header: str, values: pa.Array, shapes: Sequence[OwnShape]) -> OwnShape | None:
    """Give the own number that a column holds: most cells have its shape, and the shape or the header is telling."""
    texts = values.filter(filled(values))
    if len(texts) == 0:
        return None
    plain = _plain(header)
    for shape in shapes:
        named = plain != "" and plain == _plain(shape.column)
        if (named or shape.is_telling) and _fits(texts, shape).mean() >= _ENOUGH:
            return shape
    return None


def compact_fitting(values: pa.Array, shape: OwnShape) -> pa.Array:
    """Give the normal forms of the values that have the shape, null for the others."""
    return normal.keep(compact_own(values), _fits(values, shape))


def find_own(texts: pa.Array, shapes: Sequence[OwnShape]) -> Iterator[tuple[str, np.ndarray, pa.Array]]:
    """Find own numbers inside texts: for each kind the places of the texts (0-based) and the normal forms."""
    telling = [shape for shape in shapes if shape.is_telling]
    narrowed = normal.narrow_array(texts) if telling else texts
    for shape in telling:
        body = _body(shape)
        inside = re.compile(f"(?<![0-9A-Za-z])(?:{body})(?![0-9A-Za-z])", re.ASCII | re.IGNORECASE)
        holding = np.flatnonzero(normal.matching(narrowed, f"(?i){body}"))
        lines = zip(holding.tolist(), narrowed.take(pa.array(holding)).to_pylist(), strict=True)
        pairs = [(place, match[0]) for place, text in lines for match in inside.finditer(text)]
        if pairs:
            places, found = zip(*pairs, strict=True)
            yield shape.kind, np.array(places), compact_own(pa.array(found, pa.string()))


def _body(shape: OwnShape) -> str:
    return shape.shape.removeprefix("^").removesuffix("$")


def _fits(values: pa.Array, shape: OwnShape) -> np.ndarray:
    pattern = f"^(?:{_body(shape)})$"
    trimmed = pc.utf8_trim_whitespace(normal.narrow_array(values))
    squeezed = normal.squeeze_array(values)
    return np.asarray(normal.matching(trimmed, pattern) | normal.matching(squeezed, pattern))


def _plain(header: str) -> str:
    return re.sub("[^0-9a-z\u3400-\u9fff]", "", normal.narrow(header).lower())
