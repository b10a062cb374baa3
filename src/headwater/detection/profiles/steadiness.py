"""How rare the steadiness and the order of a run are among the runs of the same house.

People's runs are held against people's (staff and partners apart where there are enough of both), services' against
services'. An account whose runs lie far beyond all others' is no measure for others: two accounts in one hand would
else hide each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.detection.profiles.rarity import calibrated
from headwater.model.organisation import Organisation

ENOUGH = 250
"""Partners outside with fewer runs than this are held against everybody's."""
BEYOND = 6.0
"""Robust standard deviations beyond the accounts' middle from which an account is no measure for others."""
FEWEST = 8
"""Of fewer accounts than this nobody can say what lies beyond."""
SIGNS = ("spread", "step")

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Steadiness:
    """Runs with ``band`` and, for each sign, ``p_SIGN``: how rare so small a value is; and what others' runs are like."""

    runs: pd.DataFrame
    others: dict[tuple[str, str], pd.Series]  # (band, sign) -> the values that others are held against

    def usual(self, band: str, sign: str) -> tuple[int, float, float]:
        """How many runs a run of this band was held against, their median and their smallest value."""
        values = self.others[(band, sign)]
        return len(values), float(values.median()), float(values.min())


def steadiness(runs: pd.DataFrame, org: Organisation) -> Steadiness:
    """Rank every run among those of its band."""
    told = runs.assign(band=_bands(runs, org), p_spread=1.0, p_step=1.0)
    others = {}
    for band, rows in told.groupby("band"):
        for sign in SIGNS:
            values = rows.dropna(subset=[sign])
            aside = _beyond(values, sign)
            others[(str(band), sign)] = values.loc[~values["account"].isin(aside), sign]
            told.loc[values.index, f"p_{sign}"] = _ranked(values, sign, aside)
    return Steadiness(told, others)


def _bands(runs: pd.DataFrame, org: Organisation) -> list[str]:
    kinds = {a: _kind(a, org) for a in runs["account"].unique()}
    band = runs["account"].map(kinds)
    few = band.value_counts().get("outside", 0) < ENOUGH
    return ["people" if few and b == "outside" else b for b in band]


def _kind(account: str, org: Organisation) -> str:
    if org.kind(account) == "service":
        return "service"
    return "people" if org.owner(account) or org.kind(account) == "shared" else "outside"


def _beyond(rows: pd.DataFrame, sign: str) -> frozenset[str]:
    """Accounts whose smallest value lies far below the smallest values of the others."""
    least = rows.groupby("account")[sign].min()
    if len(least) < FEWEST:
        return frozenset()
    middle = float(least.median())
    width = 1.4826 * float((least - middle).abs().median())
    return frozenset(least.index[least < middle - BEYOND * max(width, 1e-9)])


def _ranked(rows: pd.DataFrame, sign: str, aside: frozenset[str]) -> npt.NDArray[np.float64]:
    """p-values of small values, one row per account as :func:`calibrated` wants them."""
    codes, accounts = pd.factorize(rows["account"])
    place = rows.groupby("account").cumcount().to_numpy()
    scores = np.full((len(accounts), int(place.max()) + 1 if len(place) else 0), np.nan)
    scores[codes, place] = -rows[sign].to_numpy(float)
    ranked = calibrated(scores, np.array([a in aside for a in accounts], bool))
    return np.asarray(ranked[codes, place])
