"""Methods that raise days: figures worked out by hand, and no look into the future."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.baselines.made_counters import made, noisy

from headwater.baselines import ecod, month_sum, own_z, peer_mad, row_rule
from headwater.baselines.counters import Table
from headwater.baselines.run import DETECTING
from headwater.baselines.scores import BURN_IN, MOST_A_DAY, TOGETHER, Scores, strongest
from headwater.baselines.windows import past

NAN = float("nan")


def row(*values: float) -> Table:
    return np.array([values])


def test_the_past_ends_the_day_before_and_leaves_quiet_days_out() -> None:
    known = past(row(2, 4, NAN, 6, 100), 3)
    assert known.active[0].tolist() == [0, 1, 2, 2, 2]
    assert known.mean[0, 3:].tolist() == [3, 5]  # of 2 and 4, and of 4 and 6: the quiet day is no zero
    assert np.isnan(known.mean[0, 0])
    assert known.deviation[0, 4] == pytest.approx(np.sqrt(2))
    assert np.isnan(known.deviation[0, 1])  # one day has no deviation


def test_a_past_with_a_lag() -> None:
    known = past(row(1, 2, 3, 4, 5), None, lag=3)
    assert known.active[0].tolist() == [0, 0, 0, 1, 2]
    assert known.mean[0, 4] == 1.5


def test_own_z_by_hand() -> None:
    # seven days 8 and 12 in turn: mean 68/7, deviation √(32/7), so that 20 stands at (20 - 68/7)/√(32/7)
    z = own_z.deviates(row(8, 12, 8, 12, 8, 12, 8, 20), 1.0)
    assert np.isnan(z[0, :7]).all()
    assert z[0, 7] == pytest.approx((20 - 68 / 7) / np.sqrt(32 / 7))


def test_own_z_takes_no_deviation_smaller_than_the_grain_seriously() -> None:
    assert own_z.deviates(row(*[5] * 7, 9), 1.0)[0, 7] == 4.0
    assert own_z.deviates(row(*[5] * 7, 9), 2.0)[0, 7] == 2.0


def test_peer_mad_by_hand() -> None:
    # two peers for fourteen days: 1 and 3 in equal numbers: median 2, MAD 1; 14 stands at 0.6745 × 12
    table = np.array([[1.0] * 14 + [14.0], [3.0] * 14 + [2.0]])
    z = peer_mad.deviates(table, np.array([0, 0]), 1.0)
    assert z[0, 14] == pytest.approx(0.6745 * 12)
    assert z[1, 14] == 0.0


def test_peers_are_those_of_the_role_unless_they_are_too_few() -> None:
    table = np.array([[1.0] * 21, [1.0] * 21, [50.0] * 21, [50.0] * 21])
    apart = peer_mad.deviates(table, np.array([0, 0, 1, 1]), 1.0)
    together = peer_mad.deviates(table, np.array([0, 0, 0, 0]), 1.0)
    assert np.nanmax(apart) == 0
    assert np.nanmax(together) > 0
    one_active_day = np.where(np.arange(21) < 20, NAN, table[2])
    few = peer_mad.deviates(np.vstack([table[:2], one_active_day]), np.array([0, 0, 1]), 1.0)
    assert few[2, 20] == pytest.approx(0.6745 * 49)


def test_a_months_sum_by_hand() -> None:
    # 28 days of 9 and 11 in turn, then 28 days of 12: S = 336 over n = 28 against m = 10, s = √(28/27)
    habit = [9.0, 11.0] * 14
    z = month_sum.deviates(row(*habit, *[12.0] * 28), 1.0)
    assert z[0, 55] == pytest.approx((336 - 28 * 10) / (np.sqrt(28 / 27) * np.sqrt(28)))
    assert np.isnan(z[0, :41]).all()  # 28 days and 14 before them
    assert not np.isnan(z[0, 41])


def test_the_row_rule_spares_service_accounts() -> None:
    counters = made(np.ones((2, 15)), rows=np.full((2, 15), 501.0))
    served = replace(counters, service=np.array([False, True]))
    assert row_rule.score(served).alerts() == [(0, 14)]
    assert row_rule.score(made(np.ones((1, 15)), rows=np.full((1, 15), 500.0))).alerts() == []


def test_the_counter_that_deviates_most_speaks() -> None:
    scores = strongest("m", "m", [(0, row(1, NAN, NAN, 3)), (2, row(2, 0.5, NAN, 1))], 1.0)
    assert scores.by[0].tolist() == [2, 2, TOGETHER, 0]
    assert scores.score[0, :2].tolist() == [2, 0.5]
    assert scores.bits[0, 1] == pytest.approx(-np.log2(0.3085375))


def scored(score: Table, length: int = 1) -> Scores:
    return Scores("m", "m", score, score, np.ones(score.shape[1]), np.full(score.shape, TOGETHER), length)


def test_alerts_begin_after_the_burn_in_rarest_first_and_not_without_end() -> None:
    many = scored(np.tile(np.arange(2.0, 2 + MOST_A_DAY + 5)[:, None], (1, BURN_IN + 1))).alerts()
    assert [day for _, day in many] == [BURN_IN] * MOST_A_DAY
    assert [account for account, _ in many[:2]] == [MOST_A_DAY + 4, MOST_A_DAY + 3]


def test_an_alert_about_four_weeks_is_not_said_again_within_them() -> None:
    days = [day for _, day in scored(np.full((1, 60), 5.0), length=28).alerts()]
    assert days == [14, 42]


@pytest.mark.parametrize("method", DETECTING)
def test_what_comes_later_changes_nothing(method: str) -> None:
    before = noisy(8, 60)
    cut = 52
    after = replace(before, table={name: _changed(table, cut) for name, table in before.table.items()})
    shorter = replace(before, table={name: table[:, :cut] for name, table in before.table.items()})
    known = DETECTING[method](before)
    assert not np.isnan(known.score[:, :cut]).all()
    for other in (DETECTING[method](after), DETECTING[method](shorter)):
        for mine, theirs in ((known.score, other.score), (known.bits, other.bits), (known.limit, other.limit)):
            np.testing.assert_array_equal(mine[..., :cut], theirs[..., :cut])
        assert [a for a in known.alerts() if a[1] < cut] == [a for a in other.alerts() if a[1] < cut]


def _changed(table: Table, cut: int) -> Table:
    return np.concatenate([table[:, :cut], 1000 - table[:, cut:]], axis=1)


@pytest.mark.parametrize("method", DETECTING)
def test_a_flood_is_raised_that_day_above_all_others(method: str) -> None:
    counters = noisy(8, 60)
    for name in counters.table:
        counters.table[name][3, 50] = 5000.0
    found = DETECTING[method](counters)
    assert (3, 50) in found.alerts()
    assert np.nanargmax(found.bits[:, 50]) == 3


@pytest.mark.parametrize("method", DETECTING)
def test_the_same_counters_give_the_same_scores(method: str) -> None:
    first, second = (DETECTING[method](noisy(5, 40)) for _ in range(2))
    np.testing.assert_array_equal(first.bits, second.bits)


@pytest.mark.parametrize("method", DETECTING)
@pytest.mark.parametrize("days", [0, 3, BURN_IN, BURN_IN + 1])
def test_a_short_house_is_no_error(method: str, days: int) -> None:
    assert DETECTING[method](noisy(3, days)).alerts() == []


def test_a_counter_that_never_varied_is_left_out_of_ecod() -> None:
    counters = noisy(8, 30)
    counters.table["exports"][:] = np.where(np.isnan(counters.table["exports"]), np.nan, 0.0)
    assert not np.isnan(ecod.score(counters).score[:, 15]).any()
