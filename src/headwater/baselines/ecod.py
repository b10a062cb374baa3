"""ECOD: days far out in the tails of the counters' own distributions.

Li, Zhao, Hu, Botta, Ionescu and Chen 2022, "ECOD" (IEEE TKDE), as pyod has it: the sum over counters of -ln of the
empirical tail. The day that is scored stands among the days it is compared with, so days are scored one at a time.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headwater.baselines.counters import Counters, Table
from headwater.baselines.errors import BaselineError
from headwater.baselines.fitting import Score, fitted
from headwater.baselines.scores import Scores


def score(counters: Counters) -> Scores:
    """Every account and day."""
    return fitted("ecod", "ECOD score", counters, _fit)


def _fit(rows: Table) -> Score:
    try:
        from pyod.models.ecod import ECOD
    except ImportError as error:
        raise BaselineError("ECOD needs pyod: pip install 'headwater[dev]'") from error
    varied = np.ptp(rows, axis=0) > 0  # what never varied has no skewness, and ECOD would answer NaN
    model = ECOD(n_jobs=1).fit(rows[:, varied])

    def scored(days: Table) -> NDArray[np.float64]:
        return np.asarray(model.decision_function(days[:, varied]), np.float64)

    return scored
