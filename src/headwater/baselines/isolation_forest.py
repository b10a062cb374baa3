"""Isolation forest: days that a few random cuts set apart from all others.

Liu, Ting and Zhou 2008, "Isolation Forest" (ICDM), as pyod and scikit-learn have it: 100 trees of at most 256 days.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headwater.baselines.counters import Counters, Table
from headwater.baselines.errors import BaselineError
from headwater.baselines.fitting import Score, fitted
from headwater.baselines.scores import Scores

SEED = 0


def score(counters: Counters) -> Scores:
    """Every account and day."""
    return fitted("isolation-forest", "isolation forest score", counters, _fit)


def _fit(rows: Table) -> Score:
    try:
        from pyod.models.iforest import IForest
    except ImportError as error:
        raise BaselineError("the isolation forest needs pyod: pip install 'headwater[dev]'") from error
    model = IForest(random_state=SEED, n_jobs=1).fit(rows)

    def scored(days: Table) -> NDArray[np.float64]:
        return np.asarray(model.decision_function(days), np.float64)

    return scored
