"""Densities, shared decoys, owned contacts and identity numbers: each by its formula, and against chance."""

from __future__ import annotations

import random
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headwater.identifiers import resident_id
from headwater.model.errors import SettingsError
from headwater.planting.canaries.dealing import shuffled
from headwater.planting.canaries.density import chance, needed, share
from headwater.planting.canaries.identity import CHANGED_IN_1984, are_nobodys, areas, is_nobodys, number, retired
from headwater.planting.canaries.owned import ALIAS_BYTES, Pool, alias, dice, pattern
from headwater.planting.canaries.quantities import paired, quantities
from headwater.planting.canaries.series import running
from headwater.planting.canaries.sharing import Sharing, chances, decoys_needed, threshold, weights

KNOWN = areas(pa.array(["132101199001010010", None]), retired())
NAMES = tuple(f"D-{n}" for n in range(400))


def test_density_is_that_of_the_formula_where_the_table_is_large() -> None:
    for taken, told in ((500, 0.39), (2_000, 0.86), (5_000, 0.993)):
        assert chance(10_000, 9_990_000, taken) == pytest.approx(told, abs=0.01)
        assert chance(10_000, 9_990_000, taken) == pytest.approx(1 - 0.999**taken, abs=1e-3)
    assert needed(9_994_000, 5_000, 0.95) == pytest.approx(6_000, rel=0.01)
    assert share(0.95, 5_000) * 10_000_000 == pytest.approx(6_000, rel=0.01)


@settings(max_examples=25)
@given(st.integers(10, 5_000), st.integers(1, 500), st.floats(0.05, 0.99))
def test_the_needed_count_is_the_fewest(rows: int, taken: int, wanted: float) -> None:
    least = needed(rows, taken, wanted)
    assert chance(least, rows, taken) >= wanted
    assert least == 1 or chance(least - 1, rows, taken) < wanted


def one(held: bool, present: bool, taken: float) -> float:
    return float(weights(np.array([[held]]), np.array([0.2]), np.array([present]), taken)[0])


def test_a_shared_decoy_weighs_what_the_formula_says() -> None:
    k = np.array([1, 2, 3, 5, 10])
    assert one(True, True, 0.3) == pytest.approx(np.log2(np.mean((1 + (k - 1) * 0.2) / (k * 0.2))))
    assert one(False, True, 0.3) == pytest.approx(np.log2(np.mean((k - 1) / k)))
    assert one(True, False, 0.3) == pytest.approx(np.log2(0.7 / (1 - 0.06)))
    assert one(False, False, 0.3) == pytest.approx(-np.log2(1 - 0.06))


@pytest.mark.parametrize("takers", [1, 2, 3])
def test_takers_are_named_by_shared_decoys_and_innocents_are_not(takers: int) -> None:
    accounts = tuple(f"u{n}" for n in range(300))
    named, false = 0, 0
    for trial in range(12):
        key = bytes([trial]) * 16
        dealt = Sharing(NAMES, chances(NAMES, 0.1, 0.4, key), key)
        held = dealt.held(accounts)
        dice = np.random.default_rng(trial)
        present = (held[:takers] & (dice.random((takers, len(NAMES))) < 0.5)).any(axis=0)
        heavy = weights(held, dealt.chances, present, 0.5) >= threshold(len(accounts), 1e-3)
        named, false = named + int(heavy[:takers].sum()), false + int(heavy[takers:].sum())
    assert false == 0
    assert named >= 0.9 * 12 * takers


def test_an_innocent_account_gains_nothing_by_chance_whatever_leaks() -> None:
    """The mean factor of an innocent account is at most 1: that is what the bound on false names rests on."""
    dice = np.random.default_rng(5)
    p = np.array([0.1, 0.2, 0.3, 0.4])
    for present in (np.array([True, True, False, False]), np.ones(4, dtype=bool), np.zeros(4, dtype=bool)):
        for taken in (0.01, 0.5, None):
            held = dice.random((10_000, 4)) < p
            factor = np.exp2(weights(held, p, present, taken))
            assert factor.mean() <= 1 + 4 * factor.std() / 100


def test_who_is_shown_what_follows_from_the_key_and_has_its_chance() -> None:
    given_out = chances(NAMES, 0.1, 0.4, b"k" * 16)
    assert sorted(given_out) == pytest.approx(list(np.exp(np.linspace(np.log(0.1), np.log(0.4), 801)[1::2])))
    held = Sharing(NAMES, given_out, b"k" * 16).held([f"u{n}" for n in range(500)])
    assert np.array_equal(held, Sharing(NAMES, given_out, b"k" * 16).held([f"u{n}" for n in range(500)]))
    assert not np.array_equal(held, Sharing(NAMES, given_out, b"j" * 16).held([f"u{n}" for n in range(500)]))
    assert held.mean(axis=0) == pytest.approx(given_out, abs=0.1)
    assert decoys_needed(5_000, 1e-3, 0.1, 0.1, 0.4) > decoys_needed(50, 1e-3, 0.1, 0.1, 0.4) > 0


def test_a_pool_gives_each_contact_once_and_knows_its_ranges() -> None:
    one = dice(1, "contacts")
    pool = Pool(["154{00000008-00000012}", "16400000000"], one, "here")
    assert pool.size == 6
    taken = pool.take(4) + pool.take(9)
    assert sorted(taken) == [*(f"154{n:08d}" for n in range(8, 13)), "16400000000"]
    wide = Pool(["154{00000000-99999999}"], one, "here").take(50)
    assert len(set(wide)) == 50
    assert all(len(n) == 11 for n in wide)
    for wrong in ("154{9-1}", "154{12", "a}b"):
        with pytest.raises(SettingsError, match="here: a range"):
            pattern(wrong, "here")
    local, domain = alias("post.example.com", one).split("@")
    assert (len(local), domain, ALIAS_BYTES * 8 >= 96) == (24, "post.example.com", True)


def test_without_a_seed_contacts_come_from_the_systems_random_numbers() -> None:
    """What a generator with a seed of 63 bits gives has 63 bits, however long it is."""
    assert isinstance(dice(None, "contacts"), random.SystemRandom)
    one, same, other = (dice(5, use) for use in ("contacts", "contacts", "labels"))
    assert alias("x.example", one) == alias("x.example", same) != alias("x.example", other)
    assert alias("x.example", dice(None, "contacts")) != alias("x.example", dice(None, "contacts"))
    assert shuffled(NAMES) != shuffled(NAMES)
    assert shuffled(NAMES, 5) == shuffled(NAMES, 5) != NAMES


def test_no_amount_is_one_persons_though_it_be_the_greatest() -> None:
    premium = ["100", "110", "900", "250.50", "250.50", "1,000", None]
    frame = pd.DataFrame({"premium": premium, "product": list("aaabbbb")}, dtype=object)
    known = quantities(frame, ["premium"], ["product"])
    assert known is not None
    drawn = known.draw(np.tile(np.arange(7), 60), np.random.default_rng(0))["premium"]
    assert not {"100", "110", "900", "1,000"} & set(drawn)
    assert {"1100", "2,000", None} <= set(drawn)  # beside the greatest of a group, as round as they are
    assert all(100 < float(text.replace(",", "")) <= 2_100 for text in drawn if text)


def test_amounts_are_told_apart_to_the_last_digit_and_in_all_rows() -> None:
    known = [f"{10**16 + n * 3}" for n in range(40)]
    frame = pd.DataFrame({"sum": known}, dtype=object)
    found = quantities(frame, ["sum"], [])
    assert found is not None
    drawn = found.draw(np.tile(np.arange(40), 5), np.random.default_rng(0))["sum"]
    assert not set(known) & set(drawn) and len(set(drawn)) > 60
    unseen = [f"{10**16 + n}" for n in range(1, 119) if n % 3 == 1]  # of rows that the frame leaves out
    more = quantities(frame, ["sum"], [], {"sum": pa.array(known + unseen)})
    assert more is not None
    told = more.draw(np.tile(np.arange(40), 5), np.random.default_rng(0))["sum"]
    assert not set(unseen) & set(told) and len(set(told)) > 30


def test_an_amount_that_finds_no_free_place_soon_is_one_that_several_have() -> None:
    cells = [str(n) for n in range(1, 2_001)] + ["1200", "1200"]
    known = quantities(pd.DataFrame({"seq": cells}, dtype=object), ["seq"], [])
    assert known is not None
    assert set(known.draw(np.arange(50), np.random.default_rng(0))["seq"]) == {"1200"}


def test_decoys_share_amounts_by_twos_as_rows_do() -> None:
    """Where none did, an amount that two rows have would be no decoy's, and whoever counts would know."""
    dice = np.random.default_rng(4)
    real = (dice.integers(1, 700, 900) * 7 + 1_000).astype(str)
    frame = pd.DataFrame({"premium": real, "kind": dice.choice(["a", "b"], 900)}, dtype=object)
    known = quantities(frame, ["premium"], ["kind"])
    assert known is not None
    donor = dice.integers(900, size=900)
    people = pd.DataFrame({**known.draw(donor, dice), "kind": frame["kind"].to_numpy()[donor]}, dtype=object)
    done, pairs = paired(known, people, dice)
    assert done["kind"].equals(people["kind"]) and len({p for pair in pairs for p in pair}) == 2 * len(pairs)
    assert all(done["premium"][a] == done["premium"][b] == people["premium"][a] for a, b in pairs)
    assert all(people["kind"][a] == people["kind"][b] for a, b in pairs)
    counts = frame["premium"].value_counts()
    theirs = pd.concat([frame["premium"], done["premium"]]).value_counts()
    for few in (1, 2):
        of_people, of_decoys = (frame["premium"].map(counts) == few).mean(), (done["premium"].map(theirs) == few).mean()
        assert of_decoys == pytest.approx(of_people, abs=0.12), few
    alone = set(counts[counts == 1].index)
    assert not alone & set(done["premium"])


def test_a_running_number_is_no_amount() -> None:
    whole = running([str(n) for n in range(1, 301)])
    assert whole is not None and whole.room == 0 and whole.after(2) == ["301", "302"]
    gaps = running([str(n) for n in range(1, 900, 3)])
    assert gaps is not None and gaps.room == 598
    assert not set(gaps.draw(200, np.random.default_rng(0))) & {str(n) for n in range(1, 900, 3)}
    dice = np.random.default_rng(3)
    assert running([str(n) for n in dice.integers(1, 1_000, 300)]) is None  # many have what others have
    assert running([str(n) for n in dice.integers(1, 10**6, 300)]) is None  # amounts: far apart


@settings(max_examples=25)
@given(st.dates(date(1930, 1, 1), date(2015, 12, 31)), st.booleans(), st.integers(0, 99))
def test_a_decoys_number_is_valid_and_can_be_nobodys(born: date, odd: bool, seed: int) -> None:
    dice = np.random.default_rng(seed)
    made = number(KNOWN.draw(born.year, dice), born, odd, dice)
    assert resident_id.is_valid(made)
    assert made[6:14] == f"{born:%Y%m%d}"
    assert (int(made[16]) % 2 == 1) == odd
    assert 1 <= int(made[14:17]) <= 995
    assert is_nobodys(made)
    assert are_nobodys(pa.array([made]), retired()).tolist() == [True]


def test_only_retired_counties_with_fitting_births_are_nobodys() -> None:
    changed = min(CHANGED_IN_1984)
    gone = next(c for c in retired().gone_by_1996 if c not in retired().never_issued)
    told = {
        f"{changed}19840101001": False,
        f"{changed}19850101001": True,
        f"{gone}19981231001": False,
        f"{gone}19990101001": True,
    }
    for first, nobodys in told.items():
        assert is_nobodys(first + resident_id.check_character(first)) == nobodys
    assert not is_nobodys("11010519491231002X")


def test_counties_are_drawn_as_often_as_the_table_has_them() -> None:
    one, other = retired().gone_by_1996[:2]
    known = [f"{one}19990101001"] * 30 + [f"{other}19990101001"] * 10
    numbers = pa.array([n + resident_id.check_character(n) for n in known])
    dice = np.random.default_rng(2)
    known_areas = areas(numbers, retired())
    drawn = [known_areas.draw(2000, dice) for _ in range(400)]
    assert set(drawn) == {one, other}
    assert drawn.count(one) == pytest.approx(300, abs=40)


def test_days_before_the_first_set_are_still_somebodys() -> None:
    day = date(1999, 1, 1) - timedelta(days=1)
    assert set(retired().fitting(day.year)) == set(retired().never_issued)
    assert not set(retired().fitting(1960)) & CHANGED_IN_1984
