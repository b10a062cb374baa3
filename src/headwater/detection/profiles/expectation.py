"""How many is usual: negative-binomial counts with own past and job peers joined by empirical-Bayes shrinkage.

``y ~ NB(mean theta_u * e_t, size r)`` with ``theta_u ~ Gamma(a, b)`` fitted to the group; ``e_t`` holds the weekday and
what lifts the whole group (a campaign). Each day is judged by the days before it; outliers are winsorised, so that a
patient thief does not become his own baseline. After Heard, Rubin-Delanchy and Lawson (2018, mid-p) and Noufaily
and others (2013, down-weighting).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import special

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

MEMORY = 0.99
"""What a day keeps of its weight a working day later: about 70 days."""
SURGE = (0.5, 6.0)
"""Bounds of what a campaign may explain."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """Arrays of shape (accounts, days): expected mean and size of the predictive, by the own past shrunk to the peers."""

    mean: Floats
    size: Floats
    peers: Floats  # shape (accounts,): the group's usual daily count
    lifted: Floats  # the group's usual count on each day, with the weekday and what lifts all of the group


def expect(counts: Floats, groups: Ints, weekdays: Ints, alone: npt.NDArray[np.bool_]) -> Expectation:
    """What was to be expected of every account-day. ``counts`` is NaN where there is no observation (absent, not active).

    ``groups`` numbers each account's peers; ``weekdays`` is 0-6 per day; ``alone`` marks accounts without peers
    (services), which are judged by their own past only, once there are five days of it.
    """
    season = _season(counts, weekdays)
    lift = np.ones_like(counts)
    a, b, r = (np.ones(len(counts)), np.ones(len(counts)), np.ones(len(counts)))
    for group in np.unique(groups):
        members = groups == group
        lift[members] = season * _surge(counts[members] / season)
        a[members], b[members], r[members] = _prior(counts[members], lift[members])
    mean, own_size = np.full(counts.shape, np.nan), np.full(counts.shape, np.nan)
    weight, exposure, seen = np.zeros(len(counts)), np.zeros(len(counts)), np.zeros(len(counts))
    for t in range(counts.shape[1]):
        there = ~np.isnan(counts[:, t])
        theta = (a + weight) / (b + exposure)
        mean[:, t] = theta * lift[:, t]
        own_size[:, t] = 1 / (1 / r + (1 + 1 / r) / (a + weight))
        mean[alone & (seen < 5), t] = np.nan
        lam = theta * lift[:, t]
        capped = _capped(counts[:, t], lam, own_size[:, t])
        w = 1 / (1 + lam / r)
        weight = np.where(there, MEMORY * weight + w * np.nan_to_num(capped), weight)
        exposure = np.where(there, MEMORY * exposure + w * lift[:, t], exposure)
        seen += there
    return Expectation(mean, own_size, a / b, (a / b)[:, None] * lift)


def mid_p(y: Floats, mean: Floats, size: Floats) -> Floats:
    """P(Y > y) + P(Y = y) / 2 under a negative binomial; NaN where anything is unknown."""
    known = ~(np.isnan(y) | np.isnan(mean) | np.isnan(size))
    result = np.full(y.shape, np.nan)
    m, r, k = np.maximum(mean[known], 1e-9), size[known], y[known]
    exactly = special.gammaln(k + r) - special.gammaln(r) - special.gammaln(k + 1)
    exactly = np.exp(exactly - r * np.log1p(m / r) - k * np.log1p(r / m))
    result[known] = np.clip(beyond(k, m, r) + 0.5 * exactly, 1e-300, 1.0)
    return result


def beyond(k: Floats, mean: Floats, size: Floats) -> Floats:
    """P(Y > k) under a negative binomial, as an incomplete beta integral."""
    return np.asarray(special.betainc(k + 1, size, mean / (size + mean)))


def median_known(values: Floats, axis: int) -> Floats:
    """The median of what is known, NaN where nothing is. NumPy's own goes through masked arrays, at many times the cost."""
    ordered = np.sort(values, axis=axis)  # what is not known comes last
    known = np.count_nonzero(~np.isnan(values), axis=axis, keepdims=True)
    low = np.take_along_axis(ordered, np.maximum(known - 1, 0) // 2, axis)
    high = np.take_along_axis(ordered, np.minimum(known // 2, values.shape[axis] - 1), axis)
    return np.asarray(((low + high) / 2).squeeze(axis))


def _season(counts: Floats, weekdays: Ints) -> Floats:
    """A factor per day for its weekday: the ratio of medians of the house, between 0.2 and 5."""
    active = [row[row > 0] for row in np.nan_to_num(counts)]
    levels = np.array([np.median(row) if len(row) else np.nan for row in active]).reshape(-1, 1)
    relative = counts / np.where(np.isnan(levels) | (levels == 0), np.nan, levels)
    factors = np.ones(7)
    for weekday in range(7):
        values = relative[:, weekdays == weekday]
        values = values[~np.isnan(values)]
        if len(values) >= 20:
            factors[weekday] = np.clip(np.median(values), 0.2, 5)
    return np.asarray(factors[weekdays])


def _surge(relative: Floats) -> Floats:
    """What lifts all members of a group on a day: the median of the others' counts over their own usual one."""
    level = np.nanmean(np.where(np.isnan(relative), np.nan, relative), axis=1, keepdims=True)
    ratio = (relative + 0.5) / (level + 0.5)
    enough = np.sum(~np.isnan(ratio), axis=0) >= 5
    usual = np.ones(relative.shape[1])
    if enough.any():
        usual[enough] = median_known(ratio[:, enough], axis=0)
        usual[enough] /= np.median(usual[enough])
    return np.asarray(np.clip(usual, *SURGE))


def _prior(counts: Floats, lift: Floats) -> tuple[float, float, float]:
    """Gamma prior (a, b) of a group's levels and the size r of its daily counts, by moments."""
    total, exposure = np.nansum(counts, axis=1), np.nansum(np.where(np.isnan(counts), np.nan, lift), axis=1)
    active = exposure > 0
    if not active.any():
        return 1.0, 1.0, 1.0
    x = total[active] / exposure[active]
    mean = max(float(np.mean(np.clip(x, *np.quantile(x, (0.02, 0.98))))), 1e-3)
    size = _size(counts[active], lift[active])
    e = exposure[active]
    noise = np.median((mean * e + mean**2 * e / size) / e**2)
    spread = max(float(np.var(np.clip(x, *np.quantile(x, (0.02, 0.98))))) - float(noise), 0.05 * mean**2)
    b = mean / spread
    return mean * b, b, size


def _size(counts: Floats, lift: Floats) -> float:
    """1/r as the median over members of (variance - mean) / mean squared, between 0.05 and 5.

    Mean and variance are the median and the scaled median deviation: a burst must not widen its own expectation.
    """
    scaled = counts / lift
    enough = np.sum(~np.isnan(scaled), axis=1) >= 5
    if not enough.any():
        return 1.0
    mean = median_known(scaled[enough], axis=1)
    variance = (1.4826 * median_known(np.abs(scaled[enough] - mean[:, None]), axis=1)) ** 2
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse = (variance - mean) / mean**2
    inverse = inverse[np.isfinite(inverse)]
    return 1.0 / float(np.clip(np.median(inverse), 0.05, 5)) if len(inverse) else 1.0


def _capped(counts: Floats, mean: Floats, size: Floats) -> Floats:
    """Counts no larger than about the 99 % quantile of their predictive: that of the gamma with its mean and variance."""
    variance = mean + mean**2 / size
    with np.errstate(invalid="ignore"):
        high = counts > mean + np.sqrt(variance)
    capped = counts.copy()
    shape, scale = mean[high] ** 2 / variance[high], variance[high] / np.maximum(mean[high], 1e-9)
    capped[high] = np.minimum(counts[high], np.ceil(special.gammaincinv(np.maximum(shape, 1e-6), 0.99) * scale))
    return capped
