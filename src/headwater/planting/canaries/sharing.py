"""Decoys that several accounts are shown, each by a chance of its own, where there are too many accounts for unique ones.

Decoy i is shown to an account with probability p_i; who is shown what follows from a secret key, so that nothing needs
to be kept. A leak shows some of the decoys; that one is absent says little, because a leak is a sample. For an
account among k takers who each gave a share f of their rows (ATTRIBUTION.md 6.2):

=====================  =================================
present and held       ln((1 + (k − 1) p) / (k p))
present and not held   ln((k − 1) / k)
absent and held        ln((1 − f) / (1 − f p))
absent and not held    −ln(1 − f p)
=====================  =================================

The last line is about nought for a small f; it is kept because with it the mean over held and not held is exactly 1 for
what is present and for what is absent. So whatever leaks, and whatever k and f are taken to be, the exponential of an
innocent account's sum has a mean of 1 over the secret draw, and so has a mean of such factors over several k and f.
Markov's inequality then bounds by alpha the chance that any of A innocent accounts ever reaches ln(A / alpha).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b, shake_256

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

TAKERS = (1, 2, 3, 5, 10)
"""The numbers of takers that are thought of, each as likely as the others."""
TAKEN = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 0.6, 0.9)
"""The shares of a taker's rows that a leak is thought to hold, where nobody knows it: each as likely as the others."""
_WORD = 8
_NEVER = -1e6
"""The logarithm of a chance of nought."""


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who is shown which decoy: the decoys' names with their chances, and the key that draws."""

    decoys: tuple[str, ...]
    chances: NDArray[np.float64]
    key: bytes = field(repr=False)

    def held(self, accounts: Sequence[str]) -> NDArray[np.bool_]:
        """Tell which decoys (columns) each account (row) is shown."""
        size = _WORD * len(self.decoys)
        drawn = b"".join(shake_256(self.key + account.encode()).digest(size) for account in accounts)
        words = np.frombuffer(drawn, dtype=">u8").reshape(len(accounts), len(self.decoys))
        return np.asarray(words / 2.0 ** (8 * _WORD) < self.chances)


def chances(names: Sequence[str], low: float, high: float, key: bytes) -> NDArray[np.float64]:
    """Give each decoy its chance to be shown, spread evenly over the logarithms from ``low`` to ``high``, in a secret order.

    For one taker a decoy tells most at 1/e; for several takers, at less.
    """
    if not 0.0 < low <= high < 1.0:
        raise ValueError("the chances must lie between 0 and 1, the lower one first")
    ordered = np.argsort([blake2b(name.encode(), key=key, digest_size=_WORD).digest() for name in names])
    steps = (np.empty(len(names)), (np.arange(len(names)) + 0.5) / max(1, len(names)))
    steps[0][ordered] = steps[1]
    return np.asarray(np.exp(np.log(low) + steps[0] * (np.log(high) - np.log(low))))


def weights(
    held: NDArray[np.bool_], chance: NDArray[np.float64], present: NDArray[np.bool_], taken: float | None = None
) -> NDArray[np.float64]:
    """Give each account's weight in bits, for a leak that shows the decoys that are ``present``.

    ``held`` is accounts × decoys; ``taken`` is the share of a taker's rows that the leak holds (0 to 1), where that is
    known. The weight is of the mean over :data:`TAKERS` and over :data:`TAKEN`.
    """
    p = chance
    own, lost = held & present, held & ~present
    sums = []
    for f in TAKEN if taken is None else (min(max(taken, 0.0), 0.999),):
        absent = lost.sum(axis=1) * np.log(1 - f) - (~present * np.log(1 - f * p)).sum()
        for k in TAKERS:
            strange = present.sum() - own.sum(axis=1)
            without = strange * (np.log((k - 1) / k) if k > 1 else _NEVER)
            sums.append(own @ np.log((1 + (k - 1) * p) / (k * p)) + without + absent)
    return np.asarray((logsumexp(np.stack(sums), axis=0) - np.log(len(sums))) / np.log(2))


def threshold(accounts: int, alpha: float) -> float:
    """Give the bits that no innocent account of so many reaches but with a chance of ``alpha`` at most."""
    return float(np.log2(max(1, accounts) / alpha))


def decoys_needed(accounts: int, alpha: float, taken: float, low: float, high: float) -> int:
    """Give how many shared decoys let a single taker be expected to reach the threshold from a share of his rows.

    A decoy is worth the information between being held and being in the leak; further numbers of takers, and not
    knowing the share, cost some bits more.
    """
    p, f = np.exp(np.linspace(np.log(low), np.log(high), 101)), min(taken, 0.999)
    worth = f * p * np.log2(1 / p) + p * (1 - f) * np.log2((1 - f) / (1 - f * p)) - (1 - p) * np.log2(1 - f * p)
    price = threshold(accounts, alpha) + np.log2(len(TAKERS) * len(TAKEN))
    return int(np.ceil(price / float(worth.mean())))
