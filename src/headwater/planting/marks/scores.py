"""Linear scores of a code word against what was read: quick, and good enough to tell whom to look at.

The symmetric one is Škorić, Katzenbeisser and Celik's (*Symmetric Tardos fingerprinting codes for arbitrary alphabet
sizes*, 2008). Form 1 read: holds 1 → +√((1-p)/p), holds 0 → -√(p/(1-p)); form 0 read: the same with 0 and 1, p and 1-p
exchanged; nothing for an erasure. Over whoever got no copy its mean is 0 and its variance 1 per place, whatever was read.
A score that counts both symbols by ln((1-p)/p), as published code does, is negative where p > ½ and cancels.
"""

from __future__ import annotations

import numpy as np

from headwater.planting.marks.emission import ERASED, Floats, Reading, ratios

_DRAWS, _SPARE, _HITS = 400, 2.0, 30


def symmetric(made: Reading) -> tuple[Floats, Floats]:
    """The symmetric score of holding form 0 and of holding form 1, rows × slots."""
    up, down = np.sqrt((1 - made.bias) / made.bias), np.sqrt(made.bias / (1 - made.bias))
    zero = np.where(made.forms == 1, -down, down)
    one = np.where(made.forms == 1, up, -up)
    lost = made.forms == ERASED
    return np.where(lost, 0.0, zero), np.where(lost, 0.0, one)


def linear(made: Reading, wrong: float) -> tuple[Floats, Floats]:
    """How much likelier what was read is if it came from this copy, less 1: the best linear score of small shares."""
    zero, one = ratios(made, wrong)
    return np.expm1(zero), np.expm1(one)


def tail(made: Reading, score: float, seed: int = 0) -> float:
    """The chance that a recipient who got no copy reaches this symmetric score: Monte Carlo over made innocents.

    They are drawn from the law tilted so that its mean is the score and weighed back, so that a few hundred tell a chance
    of 10⁻⁹ (importance sampling; for rare false accusations see Cérou, Furon and Guyader, 2008). Two standard errors are added.
    Where few of them reach the score, Chernoff's bound is given.
    """
    zero, one = (each[made.forms != ERASED] for each in symmetric(made))
    bias = made.bias[made.forms != ERASED]
    if not len(bias) or score <= 0 or score >= np.maximum(zero, one).sum():
        return (
            1.0
            if score <= 0 or not len(bias)
            else float(np.exp(np.where(one > zero, np.log(bias), np.log1p(-bias)).sum()))
        )
    tilt = _tilt(zero, one, bias, score)
    top = np.maximum(zero, one) * tilt
    weights = (1 - bias) * np.exp(zero * tilt - top), bias * np.exp(one * tilt - top)
    total = weights[0] + weights[1]
    spent = float((np.log(total) + top).sum())
    dice = np.random.default_rng(seed)
    drawn = np.array([np.where(dice.random(len(bias)) < weights[1] / total, one, zero).sum() for _ in range(_DRAWS)])
    chance = np.where(drawn >= score, np.exp(np.minimum(spent - tilt * drawn, 0.0)), 0.0)
    if (drawn >= score).sum() < _HITS:
        return float(min(1.0, np.exp(spent - tilt * score)))
    return float(min(1.0, chance.mean() + _SPARE * chance.std() / np.sqrt(_DRAWS)))


def _tilt(zero: np.ndarray, one: np.ndarray, bias: np.ndarray, score: float) -> float:
    """The tilt under which the mean score is this one, by halving."""
    low, high = 0.0, 1.0
    while _mean(zero, one, bias, high) < score and high < 64:
        high *= 2
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _mean(zero, one, bias, middle) < score else (low, middle)
    return high


def _mean(zero: np.ndarray, one: np.ndarray, bias: np.ndarray, tilt: float) -> float:
    odds = np.log(bias / (1 - bias)) + tilt * (one - zero)
    chance = 1 / (1 + np.exp(-np.clip(odds, -500, 500)))
    return float((chance * one + (1 - chance) * zero).sum())
