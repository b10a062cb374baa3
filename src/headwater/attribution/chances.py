"""What chance gives: leaks drawn at random, tails of their scores, stretches whose ends chance would not hit."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy import stats

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

REDRAWS = 12
"""Rounds in which places that came twice are drawn again, before a stratum is drawn by exponential times."""


def drawn(rng: np.random.Generator, bounds: Ints, weight: Floats, counts: Ints) -> Ints:
    """So many different places between each two bounds, as likely as their weights.

    Where few of many are drawn, what came twice is drawn again; where that would take long (most are drawn, or a few weigh
    nearly all), the places with the smallest exponential times are taken: the same law (Efraimidis and Spirakis 2006).
    """
    dense = (counts * 4 > np.diff(bounds)) & (counts > 0)
    sparse = np.where(dense, 0, counts)
    reached = np.concatenate([[0.0], np.cumsum(weight)])
    low, high = (np.repeat(reached[b], sparse) for b in (bounds[:-1], bounds[1:]))
    stratum = np.repeat(np.arange(len(counts)), sparse)
    last = bounds[1:][stratum] - 1
    places = np.full(len(low), -1, np.int64)
    missing = np.arange(len(low))
    for _round in range(REDRAWS):
        at = low[missing] + rng.random(len(missing)) * (high[missing] - low[missing])
        places[missing] = np.minimum(np.searchsorted(reached, at, side="right") - 1, last[missing])
        first = np.zeros(len(places), bool)
        first[np.unique(places, return_index=True)[1]] = True
        missing = np.flatnonzero(~first)
        if len(missing) == 0:
            break
    dense[stratum[missing]] = True
    parts = [places[~dense[stratum]]]
    for s in np.flatnonzero(dense).tolist():
        times = rng.exponential(size=int(bounds[s + 1] - bounds[s])) / weight[bounds[s] : bounds[s + 1]]
        parts.append(bounds[s] + np.argpartition(times, counts[s] - 1)[: counts[s]])
    return np.concatenate(parts)


LONG = 20
"""A stretch of a leak spans so many records at least before its ends say anything."""
NEIGHBOURS = 3
"""Records so near each other in the data set's order belong to one stretch."""


def thinned(leaked: Ints, read: Ints) -> tuple[Ints, Ints]:
    """One record for every stretch of a leak, and for those of them that count as hits: most of their rows were read."""
    ordered = np.sort(leaked)
    starts = np.concatenate([[True], np.diff(ordered) > NEIGHBOURS])
    stretch = np.cumsum(starts) - 1
    most = np.bincount(stretch, np.isin(ordered, read)) > 0.5 * np.bincount(stretch)
    first = ordered[starts]
    return first, first[most]


def edges_p(leaked: Ints, ends: Ints, size: int) -> float:
    """The p-value of a leak's long stretches beginning and ending where statements did (binomial).

    ``ends`` are the first and last records of what an account's statements returned. Whoever merely reads a lot covers
    a stretch, but does not cut it at the same records.
    """
    ordered = np.sort(leaked)
    cuts = np.flatnonzero(np.diff(ordered) > NEIGHBOURS)
    starts = ordered[np.concatenate([[0], cuts + 1])]
    stops = ordered[np.concatenate([cuts, [len(ordered) - 1]])]
    long = stops - starts >= LONG
    edges = np.concatenate([starts[long], stops[long]])
    if len(edges) < 4 or len(ends) == 0:
        return 1.0
    near = np.unique(np.concatenate([ends + d for d in range(-NEIGHBOURS, NEIGHBOURS + 1)]))
    share = min(1.0, len(near) / max(size, 1))
    return float(stats.binom.sf(np.count_nonzero(np.isin(edges, near)) - 1, len(edges), share))


def gumbel_p(null: Floats, score: float, least: float = 0.25) -> float:
    """p-value of a maximum against null maxima: by rank, continued by a Gumbel tail fitted by moments.

    ``least``: the scale (nats) that the tail has at least.
    """
    by_rank = (1 + float(np.count_nonzero(null >= score))) / (len(null) + 1)
    if by_rank > 1.5 / (len(null) + 1):
        return by_rank
    scale = max(float(np.std(null)) * np.sqrt(6) / np.pi, least)
    middle = float(np.mean(null)) - 0.5772 * scale
    return float(min(by_rank, -np.expm1(-np.exp(-(score - middle) / scale))))
