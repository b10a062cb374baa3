"""Calibrated rarity and expected counts against what was simulated."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from headwater.detection.profiles.expectation import SURGE, expect, median_known, mid_p
from headwater.detection.profiles.rarity import bits, calibrated
from headwater.detection.profiles.volume import _slow


def test_calibrated_p_values_are_uniform_whatever_the_scores_are() -> None:
    rng = np.random.default_rng(0)
    for draw in (rng.standard_normal, rng.standard_cauchy, rng.exponential):
        scores = draw(size=(60, 50)) if draw != rng.exponential else rng.exponential(1, (60, 50))
        p = calibrated(scores)
        assert stats.kstest(p.ravel(), "uniform").pvalue > 0.01
        for level in (0.1, 0.01):
            assert np.mean(p <= level) <= level + 3 * np.sqrt(level / p.size)


def test_a_rarer_score_never_has_a_larger_p_value() -> None:
    scores = np.concatenate([np.random.default_rng(1).exponential(1, 500), np.linspace(8, 60, 40)]).reshape(54, 10)
    p = calibrated(scores).ravel()
    order = np.argsort(scores.ravel())
    assert np.all(np.diff(p[order]) <= 1e-12)
    assert np.all((p > 0) & (p <= 1))


def test_beyond_the_sample_the_tail_goes_on_and_small_samples_have_none() -> None:
    scores = np.random.default_rng(2).exponential(1, (40, 50))
    scores[0, 0] = 40.0
    assert calibrated(scores)[0, 0] < 1 / scores.size
    few = np.linspace(0, 1, 40).reshape(4, 10)
    few[3, 9] = 1000.0
    assert calibrated(few)[3, 9] == pytest.approx(2 / 41)


def test_rows_set_aside_are_judged_by_the_others_only() -> None:
    scores = np.random.default_rng(3).exponential(1, (40, 20))
    scores[0] += 30
    aside = np.zeros(40, bool)
    aside[0] = True
    assert np.all(calibrated(scores, aside)[0] < calibrated(scores)[0])
    assert calibrated(scores, aside)[1:] == pytest.approx(calibrated(scores[1:]))


def test_what_is_unknown_stays_unknown() -> None:
    scores = np.array([[1.0, np.nan], [np.nan, 2.0]])
    assert np.array_equal(np.isnan(calibrated(scores)), np.isnan(scores))
    assert np.isnan(calibrated(np.full((2, 2), np.nan))).all()


def test_bits_are_the_calibrator_of_a_p_value() -> None:
    assert bits(1.0) == bits(0.25) == 0
    assert bits(2.0**-20) == pytest.approx(9)
    assert bits(0.0) == bits(1e-300)
    p = np.random.default_rng(4).uniform(size=200_000)
    assert np.mean(0.5 / np.sqrt(p)) <= 1.02  # an e-value: its mean under chance is one


def house(rng: np.random.Generator, accounts: int = 30, days: int = 90, size: float = 5.0) -> np.ndarray:
    level = rng.gamma(8, 20 / 8, accounts)
    week = np.array([1.0, 1.1, 1.0, 0.9, 1.2, 0.4, 0.4])[np.arange(days) % 7]
    mean = level[:, None] * week[None, :]
    return rng.negative_binomial(size, size / (size + mean)).astype(float)


def judged(counts: np.ndarray, groups: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
    n = len(counts)
    told = expect(
        counts, np.zeros(n, np.int64) if groups is None else groups, np.arange(counts.shape[1]) % 7, np.zeros(n, bool)
    )
    return mid_p(counts, told.mean, told.size), told.mean


def test_mid_p_is_that_of_the_law() -> None:
    y, mean, size = np.array([[0.0, 5.0, 40.0]]), np.full((1, 3), 8.0), np.full((1, 3), 3.0)
    law = stats.nbinom(3, 3 / 11)
    for value, p in zip(y[0], mid_p(y, mean, size)[0], strict=True):
        assert p == pytest.approx(law.sf(value) + law.pmf(value) / 2)
    assert np.isnan(mid_p(np.array([[np.nan]]), mean[:, :1], size[:, :1])).all()


def test_mid_p_is_about_uniform_on_counts_of_the_model() -> None:
    p = np.concatenate([judged(house(np.random.default_rng(s)))[0][:, 20:].ravel() for s in range(3)])
    histogram, _ = np.histogram(p, np.linspace(0, 1, 11))
    assert np.all(np.abs(histogram / len(p) - 0.1) < 0.04)
    assert np.mean(p < 0.01) < 0.03


def test_a_burst_is_seen_and_does_not_become_the_usual() -> None:
    counts = house(np.random.default_rng(5))
    burst = counts.copy()
    burst[4, 60:75] = 8 * counts[4].mean() + 20
    before, after = judged(counts), judged(burst)
    assert np.all(after[0][4, 60:65] < 0.01)
    assert np.all(after[1][4, 76:] < 2.5 * before[1][4, 76:])


def test_what_lifts_the_whole_group_is_expected() -> None:
    rng = np.random.default_rng(6)
    counts = house(rng)
    groups = np.repeat([0, 1], 15)
    lifted = counts.copy()
    lifted[:15, 70:73] *= 3
    p, mean = judged(lifted, groups)
    assert np.median(mean[:15, 70:73] / judged(counts, groups)[1][:15, 70:73]) > 2
    assert np.median(mean[15:, 70:73] / judged(counts, groups)[1][15:, 70:73]) < 1.3
    assert np.mean(p[:15, 70:73] < 0.01) < 0.1
    alone = counts.copy()
    alone[0, 70:73] *= 6
    assert np.all(judged(alone, groups)[0][0, 70:73] < 0.05)
    assert SURGE[0] < 1 < SURGE[1]


def test_accounts_without_peers_wait_for_a_past_of_their_own() -> None:
    counts = np.full((1, 20), 500.0) + np.random.default_rng(7).integers(-20, 20, (1, 20))
    told = expect(counts, np.zeros(1, np.int64), np.arange(20) % 7, np.ones(1, bool))
    p = mid_p(counts, told.mean, told.size)
    assert np.isnan(p[0, :5]).all()
    assert not np.isnan(p[0, 5:]).any()
    assert np.all(p[0, 8:] > 0.001)


def test_a_day_away_is_no_observation() -> None:
    counts = house(np.random.default_rng(8))
    gone = counts.copy()
    gone[3, 40:60] = np.nan
    p, mean = judged(gone)
    assert np.isnan(p[3, 40:60]).all()
    assert mean[3, 60] == pytest.approx(judged(counts)[1][3, 60], rel=0.5)


def test_a_slow_doubling_is_seen_over_four_weeks() -> None:
    counts = house(np.random.default_rng(9), days=120)
    slow = counts.copy()
    slow[2, 80:] = np.round(slow[2, 80:] * 2.2)
    told = expect(slow, np.zeros(30, np.int64), np.arange(120) % 7, np.zeros(30, bool))
    p, total, mean = _slow(slow, told, 28)
    assert np.nanmin(p[2, 90:]) < 0.01
    assert np.nanargmin(np.nanmin(p[:, 90:], axis=1)) == 2
    assert total[2, 110] == slow[2, 83:111].sum()
    assert mean[2, 110] < 0.75 * total[2, 110]


@pytest.mark.parametrize("axis", [0, 1])
def test_the_median_of_what_is_known_is_numpys_own_to_the_last_bit(axis: int) -> None:
    rng = np.random.default_rng(11)
    values = rng.normal(size=(40, 9))
    values[rng.random(values.shape) < 0.4] = np.nan
    values[3], values[:, 4] = 1.0, 2.0  # no line of either axis is unknown throughout
    assert np.array_equal(median_known(values, axis), np.nanmedian(values, axis=axis))
    assert np.isnan(median_known(np.full((2, 3), np.nan), 1)).all()
