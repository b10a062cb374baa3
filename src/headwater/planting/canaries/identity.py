"""Identity numbers that were never anybody's: a county code that was gone before numbers were issued, or before the birth.

A number carries the code that was in force when it was issued, and issue began in 1984 (IDENTIFIERS.md 7, from memory).
Set A, codes last seen in 1983 or before, goes with births from 1985 on, and without eight codes with a change dated 1984
with any birth. Set B, codes gone by 1996, goes with births from 2006 on, for adults from 1999 on.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.identifiers.resident_id import check_character

CHANGED_IN_1984 = frozenset(("340511", "360411", "412121", "412122", "412123", "412124", "412125", "652404"))
"""Codes of set A with a change dated 1984: with births from 1985 on only."""
_SAFE_SINCE = 1985
_GONE_SINCE = 1999
_SEQUENCES = 995  # 996 to 999 once marked centenarians


@dataclass(frozen=True, slots=True)
class Retired:
    """County codes that no living person's number can carry, by the births that they are used with."""

    never_issued: tuple[str, ...]
    gone_by_1996: tuple[str, ...]

    def fitting(self, born: int) -> tuple[str, ...]:
        """The codes that no number of a person born in that year carries."""
        if born >= _GONE_SINCE:
            return self.gone_by_1996
        if born >= _SAFE_SINCE:
            return self.never_issued
        return tuple(code for code in self.never_issued if code not in CHANGED_IN_1984)


@cache
def retired() -> Retired:
    """The two sets of retired codes."""
    data = json.loads((files("headwater.identifiers") / "data" / "retired_county_codes.json").read_text("utf-8"))
    return Retired(tuple(data["never_after_1983"]), tuple(data["gone_by_1996"]))


def is_nobodys(number: str) -> bool:
    """Tell whether a valid number of 18 characters can be no living person's, by its county and its birth.

    >>> is_nobodys("132101199001010010"), is_nobodys("320222200806150017"), is_nobodys("11010519491231002X")
    (True, True, False)
    """
    return number[:6] in retired().fitting(int(number[6:10]))


def are_nobodys(numbers: pa.Array, sets: Retired) -> np.ndarray:
    """Do :func:`is_nobodys` for every valid number of an array, by these sets of codes; a null is not."""
    area, born = pc.utf8_slice_codeunits(numbers, 0, 6), pc.utf8_slice_codeunits(numbers, 6, 10).cast(pa.int32())
    early = pa.array([c for c in sets.never_issued if c not in CHANGED_IN_1984])
    found = pc.is_in(area, value_set=early)
    found = pc.or_(found, pc.and_(pc.is_in(area, value_set=pa.array(sets.never_issued)), _since(born, _SAFE_SINCE)))
    found = pc.or_(found, pc.and_(pc.is_in(area, value_set=pa.array(sets.gone_by_1996)), _since(born, _GONE_SINCE)))
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def _since(born: pa.Array, year: int) -> pa.Array:
    return pc.fill_null(pc.greater_equal(born, year), False)


@dataclass(frozen=True, slots=True)
class Areas:
    """County codes to draw from by year of birth: from which year on, the codes, and how likely each is."""

    draws: tuple[tuple[int, tuple[str, ...], np.ndarray], ...]

    def draw(self, born: int, rng: np.random.Generator) -> str:
        """Give a code that is nobody's for that year of birth, as likely as the table lets it be."""
        _, codes, likely = next(d for d in self.draws if born >= d[0])
        return codes[int(np.searchsorted(np.cumsum(likely), rng.random(), side="right").clip(0, len(codes) - 1))]


def areas(numbers: pa.Array, sets: Retired) -> Areas:
    """Learn from valid numbers (nulls do not count) which retired codes to draw, for births of each span.

    A code that stands in real rows too is as frequent as there; what is left goes to the provinces as the table has
    them, each code of a province alike.
    """
    counted = pc.value_counts(pc.utf8_slice_codeunits(numbers.drop_null(), 0, 6)).to_pylist()
    known = {row["values"]: int(row["counts"]) for row in counted}
    provinces = Counter[str]()
    for code, count in known.items():
        provinces[code[:2]] += count
    spans = (_GONE_SINCE, _SAFE_SINCE, 0)
    return Areas(
        tuple((since, codes, _likely(codes, known, provinces)) for since in spans for codes in [sets.fitting(since)])
    )


def _likely(codes: tuple[str, ...], known: Mapping[str, int], provinces: Mapping[str, int]) -> np.ndarray:
    own = np.array([known.get(code, 0) for code in codes], dtype=float)
    beside = Counter(code[:2] for code in codes)
    near = np.array([provinces.get(code[:2], 0) / beside[code[:2]] for code in codes])
    if near.sum() == 0:
        return np.full(len(codes), 1 / len(codes))
    likely = own + near / near.sum() * max(0.0, sum(known.values()) - own.sum())
    return np.asarray(likely / likely.sum())


def number(area: str, birth: date, odd: bool, rng: np.random.Generator) -> str:
    """Give a number with a right check character; ``odd`` is the mark of men.

    >>> number("132101", date(1990, 1, 1), True, np.random.default_rng(1))[:14]
    '13210119900101'
    """
    sequence = 2 * int(rng.integers(0, _SEQUENCES // 2)) + (1 if odd else 2)
    first = f"{area}{birth:%Y%m%d}{sequence:03d}"
    return first + check_character(first)
