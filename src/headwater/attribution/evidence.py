"""Shares of blame: what part of all that a named account read is thought to have gone into the leak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

A0, B0 = 0.1, 1.0
"""Prior of an account's coverage c: Beta(0.1, 1), most of what one reads is not in the leak."""
ROUNDS = 60


@dataclass(frozen=True, slots=True)
class Source:
    """A chosen account's window: the distinct records that it read."""

    account: int
    records: Ints


def noisy_or(sources: Sequence[Source], leaked: npt.NDArray[np.bool_], rate: Floats) -> Floats:
    """Coverage of each source by expectation-maximisation of a noisy-OR with the chance rate as leak probability."""
    return _Mixture.of(sources, leaked, rate).fitted()


def losses(sources: Sequence[Source], leaked: npt.NDArray[np.bool_], rate: Floats) -> Floats:
    """By how much (nats) the likelihood falls when each source is left out and the coverage of all others is fitted anew.

    What others explain as well is no evidence: who read again what two had taken loses nothing when they are there.
    """
    mixture = _Mixture.of(sources, leaked, rate)
    whole = mixture.likelihood(range(len(sources)))
    each = [mixture.likelihood([i for i in range(len(sources)) if i != j]) for j in range(len(sources))]
    return whole - np.array(each, float)


@dataclass(frozen=True, slots=True)
class _Mixture:
    """The records that any source read, by place: whether they leaked, their chance, and the places of each source."""

    leaked: npt.NDArray[np.bool_]
    rate: Floats
    places: tuple[Ints, ...]

    @classmethod
    def of(cls, sources: Sequence[Source], leaked: npt.NDArray[np.bool_], rate: Floats) -> _Mixture:
        every = np.unique(np.concatenate([np.zeros(0, np.int64), *(s.records for s in sources)]))
        places = tuple(np.searchsorted(every, s.records) for s in sources)
        return cls(leaked[every], np.clip(rate[every], 1e-9, 0.999), places)

    def fitted(self, which: Sequence[int] | None = None) -> Floats:
        """The coverage of these sources, of all when left out."""
        places = self.places if which is None else [self.places[i] for i in which]
        coverage = np.full(len(places), 0.5)
        for _ in range(ROUNDS):
            seen = -np.expm1(self._silent(coverage, places))
            for j, own in enumerate(places):
                inside = own[self.leaked[own]]
                blame = float((coverage[j] / np.maximum(seen[inside], 1e-9)).clip(0, 1).sum())
                coverage[j] = (blame + A0) / (len(own) + A0 + B0)
        return coverage

    def likelihood(self, which: Sequence[int]) -> float:
        """The log likelihood where these sources took part, each with its likeliest coverage."""
        silent = self._silent(self.fitted(which), [self.places[i] for i in which])
        return float(np.log(-np.expm1(silent[self.leaked])).sum() + silent[~self.leaked].sum())

    def _silent(self, coverage: Floats, places: Sequence[Ints]) -> Floats:
        """The log probability of each record not to leak."""
        silent = np.log1p(-self.rate)
        for c, own in zip(coverage, places, strict=True):
            silent[own] += np.log1p(-min(float(c), 0.999))
        return silent
