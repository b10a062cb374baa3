"""How many decoys an account's results must hold for a sample of them to show one.

Whoever takes m of the n rows that his account shows has drawn without putting back: the count of decoys among them is
hypergeometric. For small shares d of decoys this is 1 − (1 − d)^m (ATTRIBUTION.md 6.1).

>>> round(chance(decoys=5, rows=4_995, taken=500), 3)
0.41
>>> needed(rows=4_995, taken=500, wanted=0.95)
29
"""

from __future__ import annotations

import math

from scipy import stats


def chance(decoys: int, rows: int, taken: int) -> float:
    """Give the chance that ``taken`` of the rows, drawn at random, hold at least one of the decoys.

    ``rows`` are the real ones among which the decoys stand.
    """
    if decoys <= 0 or taken <= 0:
        return 0.0
    return float(stats.hypergeom.sf(0, rows + decoys, decoys, min(taken, rows + decoys)))


def needed(rows: int, taken: int, wanted: float) -> int:
    """Give the fewest decoys among so many real rows of which a sample shows one with the chance that is wanted."""
    if taken <= 0 or not 0.0 < wanted < 1.0:
        raise ValueError("a sample has rows, and a chance lies between 0 and 1")
    low, high = 0, 1
    while chance(high, rows, taken) < wanted:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if chance(middle, rows, taken) >= wanted else (middle, high)
    return high


def share(wanted: float, taken: int) -> float:
    """Give the share of decoys that a sample of a very large table needs: 1 − (1 − wanted)^(1/m)."""
    return -math.expm1(math.log1p(-wanted) / taken)
