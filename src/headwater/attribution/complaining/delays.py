"""How long after a reading people complain: a family of laws, and the law that the data speak for.

A list is sold, and sold on; calls begin days or months later. Times from one exposure to what it brings about are about
lognormal (Sartwell, "The distribution of incubation periods of infectious disease", 1950), so the family is lognormal
with medians of days to months, and one law that knows nothing: any earlier reading counts the same. Which of them holds
is learnt: evidence is averaged over the family, and the law of a source that was found is a mixture of them, fitted by
expectation and maximisation and drawn towards equal shares.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
MEDIANS = (3.0, 10.0, 30.0, 90.0)
"""Days within which half of those complain who will, one law for each."""
SPREAD = 0.8
"""The standard deviation of the logarithm: nine in ten between a quarter and four times the median."""
LAWS = len(MEDIANS) + 1
"""The laws of the family; the last one knows nothing."""
PRIOR = 5.0
"""So many complaints, spread over the family, draw a fitted law towards equal shares."""
ROUNDS = 40


def table(longest: int) -> Floats:
    """Of each law (down) the density of each delay in days from 0 to ``longest``, as a part of its largest.

    A reading on the day of the complaint, or after it, is no exposure: whoever takes a complaint looks the person up.
    """
    days = np.arange(longest + 1, dtype=float)
    told = np.ones((LAWS, longest + 1))
    logs = np.log(np.maximum(days, 1))
    for place, median in enumerate(MEDIANS):
        peak = np.log(median) - SPREAD**2
        told[place] = np.exp(-((logs - np.log(median)) ** 2) / (2 * SPREAD**2) - logs)
        told[place] /= np.exp(-((peak - np.log(median)) ** 2) / (2 * SPREAD**2) - peak)
    told[:, 0] = 0.0
    return told


def arrived(days: Ints, shares: Floats) -> Floats:
    """The share of those who will complain that have done so as many days after a reading, by the laws that know something."""
    known = shares[: len(MEDIANS)] / max(float(shares[: len(MEDIANS)].sum()), 1e-12)
    z = (np.log(np.maximum(days, 0.5))[:, None] - np.log(MEDIANS)[None, :]) / SPREAD
    return np.asarray(ndtr(z) @ known)


def fit(own: Floats, seen: Floats, total: Floats, mass: Floats, start: float) -> tuple[Floats, float]:
    """The shares of the laws, and how much likelier a person is to complain at their height than by chance.

    ``seen`` holds each law's weight (down) for each complaint (across), ``own`` the person's chance weight; ``mass`` and
    ``total`` are the same of everybody who could have complained. Each step puts what a law explains beside what it
    would explain of what there was to explain, so that delays that cannot have been seen yet cost nothing.
    """
    shares, ratio = np.full(LAWS, 1 / LAWS), start
    for _round in range(ROUNDS):
        parts = ratio * shares[:, None] * seen
        expected = ratio * shares[:, None] * mass / (total + ratio * (shares @ mass))
        explained = (parts / (own + parts.sum(axis=0))).sum(axis=1)
        steps = (explained + PRIOR / LAWS) / (expected.sum(axis=1) + PRIOR / LAWS)
        moved = shares * steps
        ratio, shares = ratio * float(moved.sum()), moved / moved.sum()
    return shares, ratio
