"""Sums that messages name: the last number of the shape, or the amount of the bubble."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from headwater.network.acts.shapes import Floats, Ints

_NUMBERED = "(?:担保单|单号|编号|订单号?|no\\.?)[ :#]*[0-9]+"
"""What is no sum but the number of a deal."""
_SPOKEN = re.compile("([一二两三四五六七八九])(百|千|万)(?:零?([一二两三四五六七八九])(百|千|十)?)?")
_WORDED = r"(?P<sum>[0-9][0-9,]*(?:\.[0-9]+)?)(?P<unit>千|k|万|w|百)?[^0-9]*$"


def amounts(messages: pd.DataFrame, rows: Ints) -> Floats:
    """Give of each message its amount, or else the last number that its shape names; NaN where it names none."""
    shape = messages["shape"].cat
    codes = shape.codes.to_numpy(dtype=np.int64)[rows]
    used, back = np.unique(codes, return_inverse=True)
    texts = pa.array([str(shape.categories[c]) if c >= 0 else "" for c in used], pa.string())
    texts = pc.replace_substring_regex(texts, pattern=_NUMBERED, replacement="")
    found = pc.extract_regex(texts, pattern=_WORDED)
    sums = pd.to_numeric(pd.Series(pc.struct_field(found, "sum").to_pylist(), dtype=object).str.replace(",", ""))
    units = pd.Series(pc.struct_field(found, "unit").to_pylist(), dtype=object).map(_UNITS).fillna(1.0)
    told = (sums.astype(np.float64) * units.astype(np.float64)).to_numpy()
    unsaid = np.flatnonzero(np.isnan(told))
    told[unsaid] = [spoken_sum(str(shape.categories[used[n]])) if used[n] >= 0 else np.nan for n in unsaid]
    bubble = messages["amount"].to_numpy(dtype=np.float64)[rows]
    amount: Floats = np.where(np.isnan(bubble), told[back], bubble)
    return amount


def spoken_sum(text: str) -> float:
    """Give the last sum that a text tells in Chinese numerals as people say it; NaN where it tells none.

    >>> spoken_sum("能,一千二"), spoken_sum("三百"), spoken_sum("两万零五百")
    (1200.0, 300.0, 20500.0)
    """
    sums = list(_SPOKEN.finditer(text))
    if not sums:
        return float("nan")
    found = sums[-1]
    unit = _UNITS[found[2]]
    rest = _digit(found[3]) * (_UNITS[found[4]] if found[4] else unit / 10)
    return _digit(found[1]) * unit + rest


def _digit(sign: str | None) -> int:
    return "零一二三四五六七八九".index((sign or "零").replace("两", "二"))


_UNITS = {"十": 10.0, "百": 1e2, "千": 1e3, "k": 1e3, "万": 1e4, "w": 1e4}
