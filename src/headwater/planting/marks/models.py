"""How well a copy explains what was read, as an e-value: each row comes from one source, and there may be several.

A row of the leak comes from one of the copies that are named already (shares found by EM), from the one that is looked
at (share π), or from elsewhere. The ratio of what was read with and without the copy,
``Π_rows (1 + π (R - 1) / D)`` with R the row's ratio for the copy and D that of the named ones and the rest together, has
mean 1 over every word that somebody without a copy could have got, whatever was read and whoever is named: so its
chance to reach 1/α is at most α (Markov's inequality; Vovk and Wang, *E-values*, Annals of Statistics 2021), without any
limit theorem. The mean over a grid of shares and rates of wrong reading keeps that. A second family takes every cell for a
row of its own: that is what colluders look like who choose cell by cell.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy import special

from headwater.planting.marks.emission import ERASED, Floats, Reading, banded, ratios

WRONG = (0.002, 0.03, 0.12, 0.28)
SHARES = (1.0, 0.7, 0.5, 0.33, 0.22, 0.15, 0.1, 0.06, 0.035)
_ROUNDS, _LEAST, _HIGHEST = 12, 0.005, 60.0
_HITS, _ROUNDS_OF_DRAWS = 30, 8
"""So many drawn innocents must reach the evidence, else Monte Carlo has not seen the tail and says nothing of it."""
_BLOCK = 4_000_000
"""Marks of words that are reckoned at once."""
_IMPOSSIBLE = 1e-12 - 1  # a row that this copy cannot have given, where all rows are said to be from it

Words = np.ndarray[tuple[int, int, int], np.dtype[np.bool_]]
Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]


@dataclass(slots=True)
class Model:
    """One rate of wrong reading, by rows or by cells. ``below`` and ``above`` are the log ratios of holding 0 and 1."""

    below: Floats = field(repr=False)
    above: Floats = field(repr=False)
    chance: Floats = field(repr=False)
    cells: np.ndarray | None = field(repr=False)
    named: np.ndarray = field(repr=False)
    rest: float = 1.0

    def ratio(self, words: Words) -> Matrix:
        """The ratio R of each row for each word (words × rows)."""
        return np.concatenate([self._ratio(some) for some in _blocks(words)])

    def _ratio(self, words: Words) -> Matrix:
        shaped = words.reshape(len(words), -1)[:, self.cells, None] if self.cells is not None else words
        logs = np.where(shaped, self.above, self.below).sum(axis=2)
        return np.asarray(np.exp(np.clip(logs, -_HIGHEST, _HIGHEST)))

    def gains(self, ratio: Matrix) -> Matrix:
        """ln e-value for each word and each share (words × shares)."""
        return np.concatenate([self._gains(some) for some in _blocks(ratio)])

    def _gains(self, ratio: Matrix) -> Matrix:
        slope = (ratio - 1) / self.named
        return np.stack(
            [np.log1p(np.maximum(share * self.rest * slope, _IMPOSSIBLE)).sum(axis=1) for share in SHARES], axis=1
        )

    def name(self, ratio: Matrix) -> np.ndarray:
        """Take the words into what is known (one row each), and give their shares; the rest's is what is missing."""
        shares = np.full(len(ratio), (1 - self.rest) / max(1, len(ratio) - 1) if len(ratio) > 1 else 0.5)
        shares *= 0.9 / max(shares.sum(), 0.9)
        for _ in range(_ROUNDS if len(ratio) else 0):
            self.rest = max(_LEAST, 1 - shares.sum())
            parts = shares[:, None] * ratio
            shares = (parts / (self.rest + parts.sum(axis=0))).mean(axis=1)
            shares *= min(1.0, (1 - _LEAST) / max(shares.sum(), 1e-12))
        self.rest = max(_LEAST, 1 - shares.sum())
        self.named = self.rest + shares @ ratio
        return np.asarray(shares)

    def drawn(self, share: float, count: int, shape: tuple[int, int], bias: Floats, dice: np.random.Generator) -> Words:
        """Words of somebody who is the source of that share of the rows, as far as they are not explained."""
        source = dice.random((count, len(self.named))) < share * self.rest / self.named
        odds = np.where(source[:, :, None], self.above - self.below, 0.0) + special.logit(self.chance)
        words = dice.random(odds.shape) < special.expit(odds)
        if self.cells is None:
            return np.asarray(words)
        whole = dice.random((count, shape[0] * shape[1])) < bias.reshape(1, -1)
        whole[:, self.cells] = words[:, :, 0]
        return np.asarray(whole.reshape(count, *shape))


def _blocks(words: np.ndarray) -> Iterator[np.ndarray]:
    """Some words (the first axis) at a time, so that what is reckoned of them stays small."""
    step = max(1, _BLOCK // max(1, words[0].size if len(words) else 1))
    for start in range(0, max(1, len(words)), step):
        yield words[start : start + step]


def models(made: Reading) -> list[Model]:
    """The grid of models for a reading: by rows and (where rows have several slots) by cells, wiped by slot and by band."""
    views = [made]
    closer = banded(made)
    if any((getattr(closer, part) != getattr(made, part)).any() for part in ("forms", "to_zero", "to_one")):
        views.append(closer)
    return [model for view in views for wrong in WRONG for model in _models(view, wrong)]


def _models(view: Reading, wrong: float) -> list[Model]:
    read = view.forms != ERASED
    if not read.any():
        return []
    below, above = ratios(view, wrong)
    found = [Model(below, above, view.bias, None, np.ones(len(below)))]
    if read.sum(axis=1).max() > 1:
        cells = np.flatnonzero(read.ravel())
        below, above, bias = (each.ravel()[cells, None] for each in (below, above, view.bias))
        found.append(Model(below, above, bias, cells, np.ones(len(cells))))
    return found


def evidence(grid: Sequence[Model], words: Words) -> np.ndarray:
    """ln e-value of each word: the mean over the grid."""
    gains = np.concatenate([model.gains(model.ratio(words)) for model in grid], axis=1)
    return np.asarray(special.logsumexp(gains, axis=1) - np.log(gains.shape[1]))


def tail(grid: Sequence[Model], made: Reading, word: Words, least: float, draws: int = 512, seed: int = 0) -> float:
    """The chance that somebody without a copy reaches this ln e-value ``least``: Monte Carlo over made innocents.

    They are drawn as if they had a copy, from the models that explain ``word``, and weighed back (importance sampling);
    two standard errors are added. Never more than Markov's bound, and that bound where even many draws hardly reach it.
    """
    gains = np.concatenate([model.gains(model.ratio(word)) for model in grid], axis=1)[0]
    use = 0.5 * special.softmax(gains) + 0.5 / len(gains)
    dice = np.random.default_rng(seed)
    markov, found = float(np.exp(-max(least, 0.0))), np.zeros(0)
    for _ in range(_ROUNDS_OF_DRAWS):
        found = np.concatenate([found, _drawn(grid, made, use, least, draws, dice)])
        if (found > 0).sum() >= _HITS:
            return float(min(markov, found.mean() + 2 * found.std() / np.sqrt(len(found))))
    return markov


def _drawn(
    grid: Sequence[Model], made: Reading, use: np.ndarray, least: float, draws: int, dice: np.random.Generator
) -> np.ndarray:
    """The weights of made innocents who reach the evidence; 0 for those who do not."""
    counts = dice.multinomial(draws, use).reshape(len(grid), len(SHARES))
    weights = []
    for which, share in zip(*np.nonzero(counts), strict=True):
        step = max(1, _BLOCK // made.forms.size)
        for start in range(0, int(counts[which, share]), step):
            some = min(step, int(counts[which, share]) - start)
            words = grid[which].drawn(SHARES[share], some, made.forms.shape, made.bias, dice)
            each = np.concatenate([model.gains(model.ratio(words)) for model in grid], axis=1)
            whole = special.logsumexp(each, axis=1) - np.log(each.shape[1])
            against = special.logsumexp(each, b=use, axis=1)
            weights.append(np.where(whole >= least, np.exp(-against), 0.0))
    return np.concatenate(weights)
