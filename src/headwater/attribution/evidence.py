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
ROUNDS = 30


@dataclass(frozen=True, slots=True)
class Source:
    """A chosen account's window: the distinct records that it read."""

    account: int
    records: Ints


def noisy_or(sources: Sequence[Source], leaked: npt.NDArray[np.bool_], rate: Floats) -> Floats:
    """Coverage of each source by expectation-maximisation of a noisy-OR with the chance rate as leak probability."""
    coverage = np.full(len(sources), 0.5)
    for _ in range(ROUNDS):
        silent = np.log1p(-np.clip(rate, 0, 0.999))
        for c, source in zip(coverage, sources, strict=True):
            silent[source.records] += np.log1p(-min(float(c), 0.999))
        seen = -np.expm1(silent)
        for j, source in enumerate(sources):
            inside = source.records[leaked[source.records]]
            blame = float((coverage[j] / np.maximum(seen[inside], 1e-9)).clip(0, 1).sum())
            coverage[j] = (blame + A0) / (len(source.records) + A0 + B0)
    return coverage
