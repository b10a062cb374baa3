"""How sure a share or a rate is: intervals for counts."""

from __future__ import annotations

from math import sqrt

from scipy.special import ndtri
from scipy.stats import chi2

LEVEL = 0.95


def wilson(hits: int, total: int, level: float = LEVEL) -> tuple[float, float]:
    """The interval of a share after Wilson (1927); all between 0 and 1 where nothing was tried.

    It holds its promise for few trials and for shares near 0 or 1, where mean ± 2 standard errors does not.
    """
    if total <= 0:
        return 0.0, 1.0
    z = float(ndtri((1 + level) / 2))
    share = hits / total
    middle = (share + z * z / (2 * total)) / (1 + z * z / total)
    half = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total)) / (1 + z * z / total)
    return (0.0 if hits == 0 else max(0.0, middle - half)), (1.0 if hits == total else min(1.0, middle + half))


def poisson(count: int, level: float = LEVEL) -> tuple[float, float]:
    """The exact interval of an expected count of which ``count`` were seen (Garwood, 1936)."""
    tail = (1 - level) / 2
    low = float(chi2.ppf(tail, 2 * count)) / 2 if count else 0.0
    return low, float(chi2.ppf(1 - tail, 2 * count + 2)) / 2
