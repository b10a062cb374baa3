"""When whoever goes through a table meets the first decoy: drawing without putting back, exact.

Among N = n + c records, c of them decoys, m drawn at random hold none with the chance C(N − c, m) / C(N, m) (hypergeometric);
the first decoy is expected at the (N + 1)/(c + 1)-th draw (negative hypergeometric).

>>> round(float(met(decoys=5, records=4_995, drawn=np.array([500]))[0]), 3)
0.41
>>> expected(decoys=4, records=96)
20.2
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import special


def met(decoys: int, records: int, drawn: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """The chance that so many drawn records hold a decoy, for each number of them; ``records`` are the real ones."""
    total = records + decoys
    taken = np.clip(drawn, 0, total)
    inside = np.minimum(taken, records)  # more than all real records always hold one
    log = (
        special.gammaln(records + 1)
        - special.gammaln(records - inside + 1)
        + special.gammaln(total - inside + 1)
        - special.gammaln(total + 1)
    )
    return np.where(taken > records, 1.0 if decoys else 0.0, -np.expm1(log)) + 0.0


def expected(decoys: int, records: int) -> float:
    """At which draw the first decoy is expected."""
    return (records + decoys + 1) / (decoys + 1)
