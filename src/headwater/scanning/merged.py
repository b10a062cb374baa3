"""Names in cells that hold several things, as ``张三/13800138000``: the pieces of a column are judged as a whole."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import headers, name, normal
from headwater.identifiers.columns import filled
from headwater.identifiers.parts import masked_surnames

_BETWEEN = r"[\s/,;|、:]+"
_ENOUGH = 0.6
_FEWEST = 5
_CHINESE = "^[\u3400-\u9fff]"


@dataclass(frozen=True, slots=True)
class Pieces:
    """What stands in cells among other things: ``places`` (0-based) of the cells, and a normal form for each."""

    places: pa.Array
    values: pa.Array = field(repr=False)


def names_in(header: str, values: pa.Array) -> Pieces | None:
    """Give the first name of each cell where most cells hold one among other things; ``None`` where they do not."""
    split = _split(header, values)
    if split is None:
        return None
    parents, pieces = split
    compact = name.compact_array(pieces)
    found = _first(parents, normal.keep(compact, normal.matching(compact, _CHINESE)))
    distinct = found.values.unique()
    common = pc.sum(name.has_common_surname(distinct)).as_py() or 0
    people = len(distinct) >= _FEWEST and common >= _ENOUGH * len(distinct)
    return found if people and _are_most(found, values) else None


def surnames_in(header: str, values: pa.Array) -> Pieces | None:
    """Give the surname of the first masked name of each cell where most cells hold one among other things."""
    split = _split(header, values)
    if split is None:
        return None
    found = _first(split[0], masked_surnames(split[1]))
    return found if _are_most(found, values) else None


def _split(header: str, values: pa.Array) -> tuple[pa.Array, pa.Array] | None:
    """The pieces of all cells and the places of their cells; ``None`` where most cells are one piece."""
    if headers.named_kinds(header) == {"other"}:
        return None
    narrowed = normal.narrow_array(values)
    several = normal.matching(pc.utf8_trim_whitespace(narrowed), rf"\S{_BETWEEN}\S")
    if several.sum() < _ENOUGH * (pc.sum(filled(values)).as_py() or 0) or not several.any():
        return None
    lists = pc.split_pattern_regex(narrowed, _BETWEEN)
    return pc.list_parent_indices(lists), pc.list_flatten(lists)


def _first(parents: pa.Array, compact: pa.Array) -> Pieces:
    """The first piece of each cell that is one."""
    valid = compact.is_valid()
    places, first = np.unique(parents.filter(valid).to_numpy(), return_index=True)
    return Pieces(pa.array(places, pa.int64()), compact.filter(valid).take(pa.array(first, pa.int64())))


def _are_most(found: Pieces, values: pa.Array) -> bool:
    return len(found.places) >= _ENOUGH * (pc.sum(filled(values)).as_py() or 0) > 0
