"""Numbers that a machine or a hasty hand read wrongly: letters for digits that look alike, and one wrong digit.

Letters are turned back only where the whole cell then passes as a number of its column's kind. A resident id with one
wrong digit is given back as every number that one change makes right: up to eighteen, so that it says something only
where another field of the row agrees with the very record that has one of them.

>>> reread("mobile", pa.array(["138OOl38o0o", "1380013800S", "O.Z."])).to_pylist()
['13800138000', '13800138005', None]
>>> places, candidates = mended(pa.array(["110105194912310029", "健康险"]))
>>> "11010519491231002X" in candidates.to_pylist(), len(candidates) <= 18
(True, True)
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from headwater.identifiers import mobile, normal, resident_id

KINDS = {"mobile": mobile, "resident_id": resident_id}
"""The kinds of digits whose cells are read again."""
_LOOKS_LIKE = {"0": "[OQD]", "1": "[LI|!]", "2": "Z", "5": "S", "8": "B"}
_SHAPES = {
    "mobile": r"^(?:\+?86)?[0-9OQDLI|!ZSB]{11}$",
    "resident_id": "^[0-9OQDLI|!ZSB]{15}(?:[0-9OQDLI|!ZSB]{2}[0-9XOQDLI|!ZSB])?$",
}
_MOSTLY_DIGITS = "(?:[0-9][^0-9]*){6}"
_LONG = "^[0-9]{17}[0-9X]$"
_INVERSE = np.array([0, *(pow(n, -1, 11) for n in range(1, 11))])


def reread(kind: str, values: pa.Array) -> pa.Array:
    """Give the normal forms of numbers in which letters stand for digits, null for all other values."""
    if kind not in KINDS:
        return pa.nulls(len(values), pa.string())
    plain = normal.squeeze_array(values)
    shaped = normal.matching(plain, _SHAPES[kind]) & normal.matching(plain, _MOSTLY_DIGITS)
    if not shaped.any():
        return pa.nulls(len(values), pa.string())
    for digit, letters in _LOOKS_LIKE.items():
        plain = pc.replace_substring_regex(plain, pattern=letters, replacement=digit)
    return KINDS[kind].compact_array(normal.keep(plain, shaped))


def are_long(values: pa.Array) -> bool:
    """Tell whether half of the values look like resident ids, right or wrong."""
    return bool(len(values) and normal.matching(normal.squeeze_array(values), _LONG).mean() >= 0.5)


def mended(values: pa.Array) -> tuple[NDArray[np.int64], pa.Array]:
    """Give all resident ids that differ from a wrong one in one character: the places of the wrong ones, and the ids."""
    plain = normal.squeeze_array(values)
    wrong = normal.matching(plain, _LONG) & np.asarray(resident_id.compact_array(plain).is_null())
    places = np.flatnonzero(wrong)
    if not len(places):
        return places.astype(np.int64), pa.array([], pa.string())
    made = _changes(normal.characters(plain.filter(pa.array(wrong)), 18).astype(np.int64))
    texts = np.ascontiguousarray(made.reshape(-1, 18).astype(np.uint8)).view("S18").ravel().astype(str)
    ids = resident_id.compact_array(pa.array(texts, pa.string()))
    good = np.asarray(ids.is_valid())
    return np.repeat(places, 18)[good].astype(np.int64), ids.filter(pa.array(good))


def _changes(characters: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each number and each of its places the number that a change there makes right (n, 18, 18).

    Where no digit at a place does, the number is left as it is: wrong.
    """
    weights, checks = np.array(resident_id.WEIGHTS), np.frombuffer(resident_id.CHECKS.encode(), np.uint8)
    value_of = np.zeros(256, np.int64)
    value_of[checks] = np.arange(11)
    digits = characters[:, :17] - 48
    missing = (value_of[characters[:, 17]] - digits @ weights) % 11
    wanted = (digits + missing[:, None] * _INVERSE[weights % 11]) % 11
    made = np.repeat(characters[:, None, :], 18, axis=1)
    rows, places = np.nonzero(wanted < 10)
    made[rows, places, places] = wanted[rows, places] + 48
    made[:, 17, 17] = checks[digits @ weights % 11]
    return made
