"""Leaks planted over a house's own histories: what they hold, what is said of them, and what that bounds."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.attribution.worlds import world
from tests.detection.lakes import DATASET, opened

from headwater.attribution.calibration.applying import borne_out
from headwater.attribution.calibration.curve import Bin, Calibration, calibration, plain, told
from headwater.attribution.calibration.plants import Ground, Plant, ground, plants
from headwater.attribution.calibration.trying import Claim, Tried, tried
from headwater.attribution.histories import Histories, histories
from headwater.attribution.search import House, Options
from headwater.investigation.calibrating import FILE, keep, kept
from headwater.model.attribution import Leak, Taker
from headwater.model.errors import StoreError

SERVICES = frozenset({"t2"})


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Ground:
    with opened(world(), tmp_path_factory.mktemp("calibrated") / "w") as scene:
        return ground(histories(scene.engine, DATASET), 5, SERVICES)


@pytest.fixture(scope="module")
def made(place: Ground) -> list[Plant]:
    return list(plants(place, 120, 9))


def read_by(h: Histories, account: int) -> set[int]:
    return set(h.record[h.account == account].tolist())


def test_takers_give_what_they_read_and_padding_is_the_rest(place: Ground, made: list[Plant]) -> None:
    h = place.h
    taken = [p for p in made if p.takers]
    assert {p.kind for p in taken} == {"day", "work", "drip", "bulk"}
    for p in taken:
        own = set.union(*(read_by(h, a) for a in p.takers))
        assert len(set(p.leaked.tolist()) & own) >= max(p.takers.values())
        assert len(p.leaked) <= sum(p.takers.values()) / (1 - p.padding) + 1
        assert all(h.accounts[a] not in SERVICES for a in p.takers)
        for a, (first, last) in p.days.items():
            inside = set(h.record[(h.account == a) & (h.day >= first) & (h.day <= last)].tolist())
            assert len(inside & set(p.leaked.tolist())) >= p.takers[a]


def test_nobody_s_leaks_are_of_every_kind(place: Ground, made: list[Plant]) -> None:
    h, nobody = place.h, [p for p in made if not p.takers]
    assert {p.kind for p in nobody} == {"popular", "book", "random", "absent"}
    for p in nobody:
        assert len(p.leaked) == len(np.unique(p.leaked)) > 0
        if p.kind == "book":
            assert len(np.unique(h.segment[p.leaked])) == 1
        if p.kind == "absent":
            (name,) = p.absent
            assert set(p.leaked.tolist()) <= read_by(h, h.accounts.index(name))
        else:
            assert not p.absent


def test_evenings_of_bulk_are_added_and_every_pair_knows_the_reading_before(place: Ground) -> None:
    h = place.h
    assert place.bulk
    for account, (day, records) in place.bulk.items():
        assert set(records.tolist()) <= set(h.record[(h.account == account) & (h.day == day)].tolist())
    keys = list(zip(h.account.tolist(), h.record.tolist(), h.day.tolist(), strict=True))
    assert keys == sorted(set(keys))
    last: dict[tuple[int, int], int] = {}
    for (account, record, day), before in zip(keys, h.before.tolist(), strict=True):
        assert before == last.get((account, record), -1)
        last[account, record] = day


def test_the_same_seed_plants_the_same(place: Ground, made: list[Plant]) -> None:
    again = list(plants(place, 5, 9))
    assert all(np.array_equal(a.leaked, b.leaked) and a.takers == b.takers for a, b in zip(again, made, strict=False))


def test_takers_are_found_and_nobody_is_named_for_what_nobody_took(place: Ground) -> None:
    said: list[int] = []
    done = tried(place, plants(place, 60, 3), House(services=SERVICES), Options(draws=99), lambda: said.append(1))
    assert len(said) == len(done)
    one = calibration(DATASET, done)
    innocent = [t for t in done if not t.given and t.kind != "absent"]
    assert len(innocent) >= 10
    assert [t for t in innocent if t.false] == []
    plenty = [t for t in done if len(t.given) == 1 and t.given[0] >= 60]
    assert np.mean([t.exact for t in plenty]) >= 0.75
    assert one.leaks == len(done)
    assert one.brier is not None
    assert one.brier <= 0.05
    assert sum(b.claims for b in one.bins) == sum(len(t.claims) for t in done)
    assert told(json.loads(json.dumps(plain(one)))) == one


def test_an_empty_calibration_says_nothing() -> None:
    none = calibration(DATASET, [Tried("popular", 20, 1.0, (), 0, ())])
    assert (none.leaks, none.nulls, none.accused, none.brier) == (1, 1, 0, None)
    assert none.supported(0.97) == 0.97


def test_no_probability_exceeds_what_planted_leaks_bear_out() -> None:
    claims = [Claim(0.99, True)] * 17 + [Claim(0.99, False)] * 3 + [Claim(0.92, True)] * 400
    one = calibration(DATASET, [Tried("work", 100, 0.0, (100,), 1, (c,)) for c in claims])
    assert one.supported(0.99) == pytest.approx(18 / 22)
    assert one.supported(0.92) == 0.92
    taker = Taker("a", (), (), date(2026, 1, 1), date(2026, 1, 2), 5, 0.5, 0.495, 9.0, (), ("b",))
    leak = Leak("leaks/x.csv", DATASET, 10, 10, 10, 0, takers=(taker,))
    bounded = borne_out(leak, one)
    assert bounded.takers[0].probability == pytest.approx(18 / 22 / 2)
    assert "417 of 420 names were right" in bounded.notes[-1].en
    assert "420" in bounded.notes[-1].zh
    assert borne_out(leak, None) is leak
    assert borne_out(replace(leak, takers=()), one).notes == ()


def test_a_calibration_is_kept_for_its_input_alone(tmp_path: Path) -> None:
    one = Calibration(DATASET, 3, 1, 0, 0.01, (Bin(0.0, 2, 0.9, 2, 0.3, 1.0),), ())
    assert kept(tmp_path, "digest") == {}
    keep(tmp_path, "digest", [one])
    assert kept(tmp_path, "digest") == {DATASET: one}
    assert kept(tmp_path, "another") == {}
    (tmp_path / FILE).write_text("{torn", "utf-8")
    with pytest.raises(StoreError, match="no calibration"):
        kept(tmp_path, "digest")
