"""Decoys that several accounts are shown, each by a chance of its own, where there are too many accounts for unique ones.

Decoy i is shown to an account with probability p_i; who is shown what follows from a secret key, so that nothing needs
to be kept. A leak shows some of the decoys; that one is absent says little, because a leak is a sample. For an
account among k takers who each gave a share f of their rows (ATTRIBUTION.md 6.2):

=====================  =================================
present and held       ln((1 + (k − 1) p) / (k p))
present and not held   ln((k − 1) / k)
absent and held        ln((1 − f) / (1 − f p))
absent and not held    0 (in truth a little above it)
=====================  =================================

Whatever leaks and whatever f is taken to be, the exponential of an innocent account's sum has a mean of at most 1 over
the secret draw (each line's mean over held and not held is at most 1), and so has a mean of such factors over several
k. Markov's inequality then bounds by alpha the chance that any of A innocent accounts ever reaches ln(A / alpha).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray
from scipy.special import logsumexp

TAKERS = (1, 2, 3, 5, 10)
"""The numbers of takers that are thought of, each as likely as the others."""
_WORD = 8


@dataclass(frozen=True, slots=True)
class Sharing:
    """Who is shown which decoy: the decoys' names with their chances, and the key that draws."""

    decoys: tuple[str, ...]
    chances: NDArray[np.float64]
    key: bytes = field(repr=False)

    def held(self, accounts: Sequence[str]) -> NDArray[np.bool_]:
        """Tell which decoys (columns) each account (row) is shown."""
        draws = np.array([[self._draw(account, decoy) for decoy in self.decoys] for account in accounts])
        return np.asarray(draws.reshape(len(accounts), len(self.decoys)) < self.chances)

    def _draw(self, account: str, decoy: str) -> float:
        said = f"{len(account)}:{account}{decoy}".encode()
        return int.from_bytes(blake2b(said, key=self.key, digest_size=_WORD).digest(), "big") / 2.0 ** (8 * _WORD)


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
    held: NDArray[np.bool_], chance: NDArray[np.float64], present: NDArray[np.bool_], taken: float
) -> NDArray[np.float64]:
    """Give each account's weight in bits, for a leak that shows the decoys that are ``present``.

    ``held`` is accounts × decoys; ``taken`` is the share of a taker's rows that the leak is thought to hold (0 to 1).
    The weight is of the mean over :data:`TAKERS`; it is never below the mean's own floor and never infinite above one
    taker.
    """
    p, f = chance, min(max(taken, 0.0), 0.999)
    absent = np.where(held, np.log((1 - f) / (1 - f * p)), 0.0)
    sums = []
    for k in TAKERS:
        with np.errstate(divide="ignore"):
            without = np.log(np.float64(k - 1) / k)
        shown = np.where(held, np.log((1 + (k - 1) * p) / (k * p)), without)
        sums.append(np.where(present, shown, absent).sum(axis=1))
    return np.asarray((logsumexp(np.stack(sums), axis=0) - np.log(len(TAKERS))) / np.log(2))


def threshold(accounts: int, alpha: float) -> float:
    """Give the bits that no innocent account of so many reaches but with a chance of ``alpha`` at most."""
    return float(np.log2(max(1, accounts) / alpha))


def decoys_needed(accounts: int, alpha: float, taken: float, low: float, high: float) -> int:
    """Give how many shared decoys let a single taker be expected to reach the threshold from a share of his rows.

    One decoy is worth ``taken · p · log2(1/p)`` bits on average, after what the further numbers of takers cost.
    """
    middle = np.exp(np.linspace(np.log(low), np.log(high), 101))
    worth = taken * float(np.mean(middle * np.log2(1 / middle)))
    return int(np.ceil((threshold(accounts, alpha) + np.log2(len(TAKERS))) / worth))
