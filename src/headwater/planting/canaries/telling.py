"""Can a thief tell decoys from people? Gradient-boosted trees try it, with everything that the table itself lets be computed.

The measure is the area under the ROC curve over five folds, each row judged by trees that did not see it, with the
interval of Hanley and McNeil ("The meaning and use of the area under a receiver operating characteristic curve",
Radiology 143, 1982). The trees are taught which rows are decoys: a thief is not.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from headwater.model.errors import CaseError

FOLDS = 5
ROUNDS, LEAVES = 60, 15
_SURE = 1.959964
_FEW_FOLDS, _FEW_ROUNDS = 3, 30


@dataclass(frozen=True, slots=True)
class Area:
    """An area under the curve with its 95 % interval; 0.5 tells nothing, 1 tells all."""

    value: float
    low: float
    high: float
    decoys: int
    people: int


def area(features: pd.DataFrame, decoy: NDArray[np.bool_], seed: int, rounds: int = ROUNDS) -> Area:
    """Give how well decoys are told from people by these features; every figure is out of its fold.

    :raises CaseError: if scikit-learn is not there
    """
    return area_of(scores(features, decoy, seed, rounds), decoy)


def scores(features: pd.DataFrame, decoy: NDArray[np.bool_], seed: int, rounds: int = ROUNDS) -> NDArray[np.float64]:
    """Give each row's chance of being a decoy by trees that did not see it.

    :raises CaseError: if scikit-learn is not there
    """
    try:
        from sklearn.ensemble import HistGradientBoostingClassifier
        from sklearn.model_selection import StratifiedKFold
        from threadpoolctl import threadpool_limits
    except ImportError as error:
        raise CaseError(
            "whether decoys can be told is measured with scikit-learn: install headwater[canary]"
        ) from error
    values = features.to_numpy(dtype=np.float32)
    told = np.empty(len(values))
    folds = StratifiedKFold(FOLDS if rounds == ROUNDS else _FEW_FOLDS, shuffle=True, random_state=seed)
    with threadpool_limits(limits=1):  # for so few rows threads cost more than they give, and one gives the same bytes
        for taught, asked in folds.split(values, decoy):
            trees = HistGradientBoostingClassifier(
                max_iter=rounds, max_leaf_nodes=LEAVES, random_state=seed, early_stopping=False
            )
            told[asked] = trees.fit(values[taught], decoy[taught]).predict_proba(values[asked])[:, 1]
    return told


def area_of(told: NDArray[np.float64], decoy: NDArray[np.bool_]) -> Area:
    """The area under the curve of scores (Mann-Whitney, ties count half) and its interval.

    >>> area_of(np.array([0.1, 0.2, 0.8, 0.9]), np.array([False, False, True, True])).value
    1.0
    """
    ranks = pd.Series(told).rank().to_numpy()
    ones, others = int(decoy.sum()), int((~decoy).sum())
    value = (ranks[decoy].sum() - ones * (ones + 1) / 2) / (ones * others)
    q1, q2 = value / (2 - value), 2 * value**2 / (1 + value)
    variance = (value * (1 - value) + (ones - 1) * (q1 - value**2) + (others - 1) * (q2 - value**2)) / (ones * others)
    wide = _SURE * float(np.sqrt(max(variance, 0.0)))
    return Area(float(value), max(0.0, float(value) - wide), min(1.0, float(value) + wide), ones, others)


def tells(
    features: pd.DataFrame, decoy: NDArray[np.bool_], columns: Sequence[str], seed: int
) -> tuple[tuple[str, float], ...]:
    """Give each column's own area, the most telling first: what gives decoys away (fewer trees, three folds)."""
    found = []
    for column in columns:
        own = [name for name in features.columns if name.split("|")[0] == column]
        if own:
            found.append((column, area(features[own], decoy, seed, _FEW_ROUNDS).value))
    return tuple(sorted(found, key=lambda f: (-f[1], f[0])))
