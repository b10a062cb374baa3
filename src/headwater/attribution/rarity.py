"""How likely somebody else's row shows the very value that a record of ours has: u of Fellegi and Sunter, by value.

A common name tells less than a rare one. A value that ``r`` of our N records share is met by a stranger's row with chance
r*/N, where r* is the count that Good and Turing give to values seen r times ("The population frequencies of species",
Biometrika 1953): r* = (r + 1) n(r+1) / n(r), from how many values are seen once, twice and so on. Values seen often are as
frequent as they are seen. Where the data set is too small to tell, the form of the kind does: four digits are one of 10,000.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.attribution.candidates import SEEN
from headwater.attribution.telling import MENDED

Floats = npt.NDArray[np.float64]

STRONG = 2.0**-40
"""Of a strong identifier: weights of evidence are capped at forty bits throughout."""
USUAL: Mapping[str, float] = MappingProxyType(
    {
        "name": 1e-4,
        "address": 1e-7,
        "address~local": 1e-6,
        "mobile~4": 1e-4,
        "mobile~3-4": 1e-4 / 40,
        "resident_id~4": 1e-4,
        "resident_id~4-4": 1e-4 / 300,
        "name~1+mobile~4": 1e-4 / 30,
        "name~1+resident_id~4": 1e-4 / 30,
        MENDED: 2.0**-30,
    }
)
"""The chance that two people's values are the same, by form: four digits; some 40 prefixes of mobiles, 300 prefectures,
and 30 surnames, as they are spread; names and addresses by the order of magnitude."""
COINCIDENCES = 1.0
"""How much the form weighs: as much as this many values that two records share."""


def chances(pairs: pd.DataFrame, kind: str, sizes: pd.DataFrame, spectrum: pd.DataFrame) -> Floats:
    """Of each pair, the chance that a stranger's row would show the value on which it agrees; NaN where it does not."""
    shared = pairs[f"shared {kind}"].to_numpy(float)
    made = np.full(len(pairs), np.nan)
    codes, datasets = pd.factorize(pairs["dataset"])
    for number, dataset in enumerate(datasets):
        size = sizes.loc[(sizes["dataset"] == dataset) & (sizes["kind"] == kind), "values"]
        seen = spectrum[(spectrum["dataset"] == dataset) & (spectrum["kind"] == kind)]
        known = np.zeros(SEEN + 2)
        known[seen["shared"].to_numpy(np.int64)] = seen["n"].to_numpy(float)
        table = _table(USUAL.get(kind, STRONG), float(size.sum()), known)
        places = codes == number
        there = shared[places]
        often = there / max(float(size.sum()), 1.0)
        few = np.nan_to_num(there).astype(np.int64).clip(0, SEEN)
        made[places] = np.where(np.isnan(there), np.nan, np.where(there < SEEN, table[few], often))
    return np.asarray(np.minimum(made, 0.5))


def _table(usual: float, size: float, known: Floats) -> Floats:
    """The chance of a value that 0 (not counted), 1, 2, … records share."""
    size = max(size, 1.0)
    table = np.full(SEEN + 1, usual)
    for r in range(1, SEEN + 1):
        weight = COINCIDENCES / usual if r == 1 else COINCIDENCES
        again = (r + 1) * known[r + 1] + (COINCIDENCES if r == 1 else COINCIDENCES * r)
        adjusted = again / (known[r] * (size if r == 1 else 1.0) + weight)
        table[r] = adjusted if r == 1 else np.clip(adjusted, (r - 1) / 2, r) / size
        table[r] = max(table[r], table[r - 1] if r > 1 else 0.0)
    return table
