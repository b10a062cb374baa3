"""From a model's tail probability to one that the house's own days bear out, and from there to bits.

Nominal thresholds promise a false-alarm rate that they do not keep: real counts have heavier tails than the model. So
the score -log10 p of every person-day is ranked among all of the same house (conformal p-value; Bates and others,
Annals of Statistics 2023); beyond the sample's end a generalised Pareto tail with positive shape continues it (peaks over
threshold). A past crime in the reference makes a p-value larger, never smaller.

A p-value becomes evidence by the calibrator e = 1 / (2 sqrt p) (Shafer and Vovk, Game-Theoretic Foundations for
Probability and Finance, 2019, ch. 11): log2 e bits. It is modest on purpose: p = 10^-6 is worth 9 bits, not 20.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

TAIL_SHARE = 0.02
"""The share of the largest scores that shapes the tail."""
LEAST_SHAPE = 0.2
"""The fitted tail is never thinner than this: an exponential end would claim what no sample of a house can show."""
TASK = 6.6
"""Bits at most of what a single large task would show as well: about one member of staff in a hundred has one that nobody put on
record. Believed, not measured; it is also what an incident wants (``casework.incidents.BASE``), so that such reading alone is
never one, however rare it is."""
LEAST_TAIL = 5
"""Fewer scores of others above the threshold shape no tail: then the rank alone decides."""


def calibrated(scores: Floats, aside: npt.NDArray[np.bool_] | None = None) -> Floats:
    """p-values of scores (larger is rarer) among themselves; NaN stays NaN.

    ``scores`` has a row per account; rows marked in ``aside`` are judged but do not stand in the reference. Inside the
    sample the rank decides; above the tail's threshold the fitted tail does where it is the smaller.
    """
    result = np.full(scores.shape, np.nan)
    known = ~np.isnan(scores)
    values = scores[known]
    standing = known if aside is None else known & ~aside[:, None]
    ordered = np.sort(scores[standing])
    n = len(ordered)
    if n == 0:
        return result
    at_least = n - np.searchsorted(ordered, values, side="left")
    p = np.minimum(1.0, (at_least + 1) / (n + 1.0))
    if n >= 50:
        threshold = ordered[int(np.floor((1 - TAIL_SHARE) * (n - 1)))]
        over = values > threshold
        top = ordered[ordered > threshold]
        p[over] = np.minimum(p[over], _tail(top, n, float(threshold), values[over])) if len(top) else p[over]
    result[known] = p
    return result


def among_others(scores: Floats, bands: npt.NDArray[np.int64]) -> Floats:
    """p-values of each row's scores among those of the other rows of its band; NaN stays NaN.

    ``scores`` has a row per account, ``bands`` numbers the row's band: jobs differ in how wild their ordinary days are.
    An account's own days are left out of what it is held against, so that a theft of many days does not become
    its own measure. The tail is continued as in :func:`calibrated`.
    """
    result = np.full(scores.shape, np.nan)
    for band in np.unique(bands):
        rows = np.flatnonzero(bands == band)
        block = scores[rows]
        ordered = np.sort(block[~np.isnan(block)])
        for row in rows:
            result[row] = _among_others(scores[row], ordered)
    return result


def _among_others(own: Floats, ordered: Floats) -> Floats:
    """One account's scores against the sorted scores of its band, its own days taken out."""
    result = np.full(own.shape, np.nan)
    known = ~np.isnan(own)
    values, mine = own[known], np.sort(own[known])
    n = len(ordered) - len(mine)
    if n == 0:
        return result
    band_at_least = len(ordered) - np.searchsorted(ordered, values, side="left")
    own_at_least = len(mine) - np.searchsorted(mine, values, side="left")
    p = np.minimum(1.0, (band_at_least - own_at_least + 1) / (n + 1.0))
    tail = int(np.ceil(TAIL_SHARE * n))
    if n >= 50 and tail >= LEAST_TAIL:
        top = ordered[-(tail + 1 + len(mine)) :]
        others = _without(top, mine[mine > top[0]])[-(tail + 1) :]
        threshold = float(others[0])
        over = values > threshold
        higher = others[others > threshold]
        if over.any() and len(higher):
            p[over] = np.minimum(p[over], _tail(higher, n, threshold, values[over]))
    result[known] = p
    return result


def _without(values: Floats, taken: Floats) -> Floats:
    """Sorted values without those of another sorted array, each taken away once."""
    kept = np.ones(len(values), bool)
    first = np.searchsorted(values, taken, side="left")
    repeat = np.arange(len(taken)) - np.searchsorted(taken, taken, side="left")
    kept[first + repeat] = False
    return values[kept]


def _tail(over: Floats, n: int, threshold: float, values: Floats) -> Floats:
    """Generalised Pareto tail fitted by probability-weighted moments (Hosking and Wallis 1987).

    ``over``: the sorted scores of the reference above the threshold; ``n``: how many scores the reference has. The
    largest tenth of the excesses is left out of the fit: it is where the crimes are.
    """
    excess = over - threshold
    share = len(excess) / n
    kept = excess[: max(5, int(np.ceil(0.9 * len(excess))))]
    m = len(kept)
    ranks = (np.arange(1, m + 1) - 0.35) / m
    first = float(kept.mean())
    second = float(np.mean((1 - ranks) * kept))
    shape = 2 - first / (first - 2 * second) if first > 2 * second > 0 else LEAST_SHAPE
    shape = max(LEAST_SHAPE, shape)
    scale = max(first * (1 - min(shape, 0.9)), 1e-9)  # the mean of a generalised Pareto is scale / (1 - shape)
    reach = (values - threshold) / scale
    return np.asarray(share * (1 + shape * reach) ** (-1 / shape))


def bits(p: float) -> float:
    """Evidence in bits that a p-value is worth, never negative."""
    return max(0.0, -0.5 * float(np.log2(max(p, 1e-300))) - 1.0)
