"""How a table is laid out: for each column what it holds, how its cells are written, and whether rows stand in its order.

Kept of a leaked file as traces of how it was made. No cell is kept: a form is a picture of cells with every digit a ``0``
and every letter an ``A``, and only where most cells consist of digits, letters and a few marks with a digit among them.

>>> form_of(pa.array(["138-0013-8000", "139-0013-8001", None, "13900138002"]))
('000-0000-0000', 2)
>>> form_of(pa.array(["138****8000", "139••••8001"])), form_of(pa.array(["王芳", "李伟"]))
(('000*0000', 2), (None, 0))
>>> form_of(pa.array(["a1", "1a", "11"]))
(None, 0)
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers import normal
from headwater.identifiers.columns import filled
from headwater.model.tables import SCHEMAS
from headwater.scanning.holdings import Place

SCHEMA = SCHEMAS["document_columns"]
_ENOUGH = 0.5
_DRAWN = r"^[0-9A-Za-z*•●#+/.:()年月日时分秒, -]{1,30}$"
_PICTURE = np.array(
    [48 if chr(b) in "0123456789" else 65 if chr(b).isascii() and chr(b).isalpha() else b for b in range(256)], np.uint8
)
_NUMBER = r"^-?[0-9]{1,15}(?:\.[0-9]{1,9})?$"
_DAY = r"^(?P<y>[12][0-9]{3})[-/.年](?P<m>[0-9]{1,2})[-/.月](?P<d>[0-9]{1,2})(?P<rest>.*)$"


@dataclass(frozen=True, slots=True)
class Steps:
    """Neighbouring rows of a column: how many rise, fall, and are equal; empty cells are passed over."""

    rises: int
    falls: int
    ties: int


def described(
    place: Place, number: int, header: str, values: pa.Array, kind: str | None, known: Mapping[str, str]
) -> pa.Table:
    """Give the row of ``document_columns`` for one column, the ``number``-th (1-based).

    ``known`` are the columns of protected data sets, by :func:`plain` name; a header that is none of them is not kept.
    """
    texts = values.filter(filled(values))
    form, formed = form_of(texts)
    steps = steps_of(texts)
    row = {
        "source": place.source, "sheet": place.sheet, "holder": place.holder, "role": place.role, "place": number,
        "column": known.get(plain(header)), "kind": kind, "form": form, "formed": formed, "filled": len(texts),
        "rises": steps.rises, "falls": steps.falls, "ties": steps.ties,
    }  # fmt: skip
    return pa.Table.from_pylist([row], SCHEMA)


def plain(header: str) -> str:
    """A header as it is compared: narrow, in lower case, without white space around it."""
    return normal.narrow(header).strip().lower()


def form_of(values: pa.Array) -> tuple[str | None, int]:
    """How most cells are written, and how many of them are; ``None`` where no form is that of at least half of them."""
    trimmed = pc.utf8_trim_whitespace(normal.narrow_array(values.drop_null()))
    drawn = trimmed.filter(pa.array(normal.matching(trimmed, _DRAWN) & normal.matching(trimmed, "[0-9]")))
    if not len(drawn) or len(drawn) < _ENOUGH * len(trimmed):
        return None, 0
    shapes = pc.replace_substring_regex(_pictured(drawn), pattern="[*•●#]+", replacement="*")
    counted = pc.value_counts(shapes)
    most = pc.max(counted.field("counts"))
    if most.as_py() < _ENOUGH * len(trimmed):
        return None, 0
    best = counted.field("values").filter(pc.equal(counted.field("counts"), most))
    return pc.min(best).as_py(), most.as_py()


def _pictured(texts: pa.Array) -> pa.Array:
    """Texts without nulls, every digit a ``0`` and every letter an ``A``: byte for byte, so that nothing moves."""
    _, offsets, data = texts.buffers()
    drawn = _PICTURE[np.frombuffer(data, np.uint8)]
    return pa.Array.from_buffers(texts.type, len(texts), [None, offsets, pa.py_buffer(drawn)], offset=texts.offset)


def steps_of(values: pa.Array) -> Steps:
    """Compare each cell with the one above: as numbers or days where all are, else as texts, by code points.

    >>> steps_of(pa.array(["9", "10", "10", "8"])), steps_of(pa.array(["2020/9/30", "2020/10/1"]))
    (Steps(rises=1, falls=1, ties=1), Steps(rises=1, falls=0, ties=0))
    """
    if len(values) < 2:
        return Steps(0, 0, 0)
    ordered = _ordered(pc.utf8_trim_whitespace(normal.narrow_array(values)))
    lower, upper = ordered.slice(1), ordered.slice(0, len(ordered) - 1)
    rises, falls = (int(np.count_nonzero(np.asarray(f(lower, upper)))) for f in (pc.greater, pc.less))
    return Steps(rises, falls, len(lower) - rises - falls)


def _ordered(texts: pa.Array) -> pa.Array:
    if normal.matching(texts, _NUMBER).all():
        return pc.cast(texts, pa.float64())
    days = pc.extract_regex(texts, _DAY)
    if days.null_count:
        return texts
    year, month, day = (pc.cast(days.field(part), pa.int64()) for part in "ymd")
    number = pc.add(pc.multiply(year, 10_000), pc.add(pc.multiply(month, 100), day))
    return pc.binary_join_element_wise(pc.cast(number, pa.string()), days.field("rest"), "")
