"""Who is named, one after the other, as long as chance does not explain what is left; nobody where it does.

Every recipient of the export is a hypothesis, so each one's chance counts as many times as there are recipients. The
s-th name may cost a share of the stated false-accusation rate that falls as 1/(s + 1); twenty names, and no more, use it up.
Seven tenths of each share are for the joint e-value (this copy beside the named ones), two for that of the copy alone
(colluders who choose cell by cell explain each other away), one for the symmetric score. The evidence that is told is the
mean of the joint e-value and of that of the copy alone, whichever of them named: so it is an e-value, too.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from headwater.planting.marks import scores
from headwater.planting.marks.emission import Reading
from headwater.planting.marks.models import Model, Words, models, tail

_JOINT, _ALONE, _SYMMETRIC = 0.7, 0.2, 0.1
MOST_NAMES = 20
_SPENT = sum(1 / (step + 1) for step in range(1, MOST_NAMES + 1))
_ROOM = 7.0  # nats by which Monte Carlo may better Markov's bound
_CHUNK = 20_000_000
_LOOKED_AT = 24

WordsOf = Callable[[np.ndarray], Words]
"""Gives the code words (recipients × rows × slots) of these recipients, as far as the rows were read."""


@dataclass(frozen=True, slots=True)
class Named:
    """One recipient who is named: his place in the list, the evidence (nats), his share of the rows.

    ``chance`` is that of anybody reaching this by chance, over all recipients, ways to look and names so far: at most the
    stated rate.
    """

    recipient: int
    nats: float
    chance: float
    share: float


@dataclass(frozen=True, slots=True)
class Naming:
    """Who is named, strongest first, and the next best: the strongest evidence (nats) and least chance of any other."""

    named: tuple[Named, ...]
    next_nats: float
    next_chance: float


def name(made: Reading, recipients: int, words_of: WordsOf, false_rate: float = 1e-3) -> Naming:
    """Find the recipients whose copies explain what was read.

    :param false_rate: the chance, at most, that anybody is named who has nothing to do with it
    """
    if not recipients or not made.forms.size or (made.forms < 0).all():
        return Naming((), 0.0, 1.0)
    looked = _screen(made, recipients, words_of)
    words = words_of(looked)
    grid = models(made)
    ratios = [model.ratio(words) for model in grid]
    alone = _evidence(grid, ratios)
    costs: np.ndarray | None = None
    found: list[tuple[int, float, float]] = []
    while True:
        step = len(found) + 1
        allowed = false_rate / (step + 1) / _SPENT
        left = [place for place in range(len(looked)) if place not in {f[0] for f in found}]
        if not left or step > MOST_NAMES:
            return Naming(_with_shares(found, looked, grid, ratios), 0.0, 1.0)
        nats = _evidence(grid, [each[left] for each in ratios])
        best = int(nats.argmax())
        chance = _joint_chance(grid, made, words[[left[best]]], float(nats[best]), recipients, allowed * _JOINT)
        place, cost = left[best], chance / _JOINT
        if cost > allowed:
            costs = _costs_alone(grid, alone, made, words, recipients, false_rate) if costs is None else costs
            other = left[int(costs[left].argmin())]
            if costs[other] < cost:
                place, cost = other, float(costs[other])
        told = float(np.logaddexp(nats[left.index(place)], alone[place]) - np.log(2.0))
        whole = min(1.0, cost * (step + 1) * _SPENT)
        if cost > allowed:
            return Naming(_with_shares(found, looked, grid, ratios), told, whole)
        found.append((place, told, whole))
        for model, each in zip(grid, ratios, strict=True):
            model.name(each[[f[0] for f in found]])


def _evidence(grid: list[Model], ratios: list[np.ndarray]) -> np.ndarray:
    gains = np.concatenate([model.gains(each) for model, each in zip(grid, ratios, strict=True)], axis=1)
    top = gains.max(axis=1, keepdims=True)
    return np.asarray(top[:, 0] + np.log(np.exp(gains - top).mean(axis=1)))


def _joint_chance(grid: list[Model], made: Reading, word: Words, nats: float, recipients: int, needed: float) -> float:
    """Over all recipients; worked out closely only where that decides about ``needed``."""
    markov = recipients * np.exp(-max(nats, 0.0))
    if markov <= needed or markov > needed * np.exp(_ROOM):
        return float(min(1.0, markov))
    return float(min(1.0, recipients * tail(grid, made, word, nats)))


def _costs_alone(
    grid: list[Model], nats: np.ndarray, made: Reading, words: Words, recipients: int, false_rate: float
) -> np.ndarray:
    """What it costs to name each one by himself, by e-value or by symmetric score, whichever is cheaper."""
    fresh = [replace(model, named=np.ones(len(model.named)), rest=1.0) for model in grid]
    alone = [
        _joint_chance(fresh, made, words[[place]], float(each), recipients, false_rate * _ALONE / 6)
        for place, each in enumerate(nats)
    ]
    zero, one = scores.symmetric(made)
    reached = np.where(words, one, zero).sum(axis=(1, 2))
    near = np.sqrt(2 * np.log(recipients / (false_rate * _SYMMETRIC))) - 2.5
    likely = reached / np.sqrt(max(1, int((made.forms >= 0).sum()))) > near
    score = [scores.tail(made, float(each)) if close else 1.0 for each, close in zip(reached, likely, strict=True)]
    return np.asarray(np.minimum(np.array(alone) / _ALONE, np.array(score) * recipients / _SYMMETRIC))


def _with_shares(
    found: list[tuple[int, float, float]], looked: np.ndarray, grid: list[Model], ratios: list[np.ndarray]
) -> tuple[Named, ...]:
    if not found:
        return ()
    places = [f[0] for f in found]
    rows = [(model, each[places]) for model, each in zip(grid, ratios, strict=True) if model.cells is None]
    fits = [(float(np.log(model.named).sum()), model, each) for model, each in rows]
    _, model, each = max(fits, key=lambda fit: fit[0])
    shares = model.name(each)
    made = [
        Named(int(looked[p]), nats, min(1.0, cost), float(s)) for (p, nats, cost), s in zip(found, shares, strict=True)
    ]
    return tuple(sorted(made, key=lambda n: -n.nats))


def _screen(made: Reading, recipients: int, words_of: WordsOf) -> np.ndarray:
    """The recipients worth a closer look: the best by each linear score, and by the e-value of one model where that is cheap."""
    if recipients <= 3 * _LOOKED_AT:
        return np.arange(recipients)
    weights = [scores.symmetric(made), scores.linear(made, 0.03), scores.linear(made, 0.12)]
    slopes = np.stack([(one - zero).ravel() for zero, one in weights], axis=1).astype(np.float32)
    by_rows = made.forms.shape[1] > 1 and recipients * made.forms.size <= 5 * _CHUNK
    model = models(made)[2] if by_rows else None
    reached = []
    step = max(1, _CHUNK // made.forms.size)
    for start in range(0, recipients, step):
        words = words_of(np.arange(start, min(recipients, start + step)))
        reached.append(words.reshape(len(words), -1).astype(np.float32) @ slopes)
        if model is not None:
            closer = np.log1p(0.15 * (model.ratio(words) - 1)).sum(axis=1)
            reached[-1] = np.column_stack([reached[-1], closer])
    whole = np.concatenate(reached)
    best = np.argpartition(-whole, min(_LOOKED_AT, len(whole) - 1), axis=0)[:_LOOKED_AT]
    return np.unique(best)
