"""Tiers of made markets: exact when whole, when hops are missing, reversed or skip a tier; not told where nothing tells them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr
from tests.network.ranks.made_hops import hops_of, keeping, market, paid_of, turned

from headwater.network.frames import Hops
from headwater.network.ranks.tiers import TierSettings, tiers

NOTHING = paid_of()


def rounded(frame: pd.DataFrame) -> np.ndarray:
    return np.floor(frame["tier"].to_numpy() + 0.5)


@pytest.mark.parametrize("seed", range(3))
def test_a_whole_market_has_its_tiers(seed: int) -> None:
    hops, tier = market(seed)
    found = tiers(hops, NOTHING, len(tier))
    assert (rounded(found) == tier[found["person"]]).all()
    assert (found["low"] <= found["tier"]).all()
    assert (found["tier"] <= found["high"]).all()
    assert found["starter"].to_numpy()[:20].all()


@pytest.mark.parametrize("missing", [0.3, 0.5, 0.7])
def test_missing_hops_do_not_matter(missing: float) -> None:
    hops, tier = market(1)
    rng = np.random.default_rng(2)
    found = tiers(keeping(hops, rng.random(len(hops.hops)) >= missing), NOTHING, len(tier))
    assert (rounded(found) == tier[found["person"]]).mean() >= 0.95


@pytest.mark.parametrize(("reversed_share", "right"), [(0.1, 1.0), (0.2, 0.97), (0.3, 0.9)])
def test_reversed_hops_cost_little(reversed_share: float, right: float) -> None:
    hops, tier = market(3)
    found = tiers(turned(hops, np.random.default_rng(4).random(len(hops.hops)) < reversed_share), NOTHING, len(tier))
    sellers = found[tier[found["person"]] > 0]
    assert (rounded(sellers) == tier[sellers["person"]]).mean() >= right


def test_half_of_the_phones_missing_keeps_the_order_of_people() -> None:
    hops, tier = market(5)
    rng = np.random.default_rng(6)
    seized = rng.random(len(tier)) < 0.5
    seen = seized[hops.hops["buyer"]] | seized[hops.hops["seller"]]
    found = tiers(keeping(hops, seen), NOTHING, len(tier), seized)
    assert spearmanr(found["tier"], tier[found["person"]])[0] >= 0.9


def test_talk_without_direction_has_no_tier() -> None:
    rng = np.random.default_rng(7)
    pairs = rng.integers(0, 12, (400, 2))
    found = tiers(hops_of([(int(a), int(b)) for a, b in pairs if a != b]), NOTHING, 12)
    assert (found["f0"] > 0.6).all()
    assert found["tier"].isna().all()
    assert found["low"].isna().all()


@pytest.mark.parametrize(("orders", "told"), [(4, False), (5, True)])
def test_few_orders_tell_no_tier(orders: int, told: bool) -> None:
    found = tiers(hops_of([(0, 1, 2)] * orders), NOTHING, 3)
    assert found["tier"].notna().all() == told


def test_who_only_buys_from_sources_is_no_customer_when_he_pays_what_middlemen_pay() -> None:
    paths = [(0, 1, 2, 3)] * 10 + [(4, 1, 2, 3)] * 10 + [(5, 3)] * 10
    prices = [[100.0, 60.0, 30.0]] * 20 + [[31.0]] * 10
    found = tiers(hops_of(paths, prices=prices), NOTHING, 6).set_index("person")
    assert found["starter"].to_dict() == {0: True, 1: False, 2: False, 3: False, 4: True, 5: False}
    assert found.loc[5, "tier"] == pytest.approx(2, abs=0.1)
    own = tiers(hops_of(paths, prices=prices), NOTHING, 6, np.arange(6) == 5).set_index("person")
    assert own.loc[5, "starter"], "his own phone shows that he sells to nobody"


def test_payments_stand_for_orders_that_nobody_saw() -> None:
    hops = hops_of([(0, 1)] * 10 + [(4, 1)] * 10 + [(5, 2, 3)] * 3)
    apart = tiers(hops, NOTHING, 6).set_index("person")
    joined = tiers(hops, paid_of((1, 2, 900.0, 40, 0.0), (2, 1, 90.0, 3, 0.0)), 6).set_index("person")
    assert apart["component"].nunique() == 2
    assert joined["component"].nunique() == 1
    assert joined.loc[3, "tier"] == pytest.approx(3, abs=0.1)


def test_one_payment_joins_nobody() -> None:
    hops = hops_of([(0, 1)] * 10 + [(2, 3)] * 10)
    assert tiers(hops, paid_of((1, 2, 50.0, 1, 0.0)), 4)["component"].nunique() == 2


def test_strangers_and_empty_frames_are_borne() -> None:
    none = hops_of([])
    assert tiers(none, NOTHING, 0).empty
    assert tiers(none, NOTHING, 5).empty
    hops = hops_of([(0, 1)] * 6 + [(-1, 1), (2, -1), (3, 3)])
    assert tiers(hops, NOTHING, 4)["person"].tolist() == [0, 1]


def test_order_of_rows_and_names_of_people_do_not_matter() -> None:
    hops, tier = market(8, orders=150)
    settings = TierSettings(rounds=5)
    found = tiers(hops, NOTHING, len(tier), settings=settings)
    again = tiers(Hops(hops.hops.iloc[::-1], hops.orders, hops.subjects), NOTHING, len(tier), settings=settings)
    assert np.allclose(found["tier"], again["tier"], atol=1e-3)
    pd.testing.assert_frame_equal(found, tiers(hops, NOTHING, len(tier), settings=settings))
