"""Leaks planted over a house's own histories: what they hold, what is said of them, and what that bounds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import islice
from pathlib import Path

import numpy as np
import pytest
from tests.attribution.worlds import world
from tests.detection.lakes import DATASET, opened

from headwater.attribution.attribute import attribute
from headwater.attribution.calibration.applying import borne_out, holding
from headwater.attribution.calibration.curve import calibration, plain, told
from headwater.attribution.calibration.fingerprint import fingerprint
from headwater.attribution.calibration.ground import Ground, ground
from headwater.attribution.calibration.plants import EVENINGS, PADDED, PADDING, Plant, plants
from headwater.attribution.calibration.reliability import reliability
from headwater.attribution.calibration.trying import Claim, Tried, tried
from headwater.attribution.histories import Histories, histories, popularity
from headwater.attribution.search import House, Options
from headwater.cli.calibrated import said
from headwater.detection.scene import Scene
from headwater.investigation.calibrating import FILE, keep, kept
from headwater.model.attribution import Leak, Taker
from headwater.model.errors import StoreError
from headwater.model.evidence import Statement
from headwater.model.words import Text

HITS = (Statement(Text("read", "读取"), 9.0, kind="hits"),)
SERVICES = frozenset({"t2"})


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    house = world()
    house.leak("bulk", house.bulk["a03"][:60])
    with opened(house, tmp_path_factory.mktemp("calibrated") / "w") as scene:
        yield scene


@pytest.fixture(scope="module")
def place(scene: Scene) -> Ground:
    return ground(histories(scene.engine, DATASET), 5, SERVICES)


@pytest.fixture(scope="module")
def made(place: Ground) -> list[Plant]:
    return list(plants(place, 300, 9))


@pytest.fixture(scope="module")
def done(place: Ground, made: list[Plant]) -> list[Tried]:
    """A few plants of each sort, tried: takers with plenty of rows, and every kind of null."""
    plenty = [p for p in made if len(p.takers) == 1 and min(p.takers.values()) >= 60 and p.kind in ("work", "drip")][:3]
    nobody = [p for kind in (*PADDED, "absent") for p in islice((p for p in made if p.kind == kind), 6)]
    return tried(place, [*plenty, *nobody], House(services=SERVICES), Options(draws=39))


def read_by(h: Histories, account: int) -> set[int]:
    return set(h.record[h.account == account].tolist())


def test_takers_give_what_they_read_and_padding_is_the_rest(place: Ground, made: list[Plant]) -> None:
    h = place.h
    taken = [p for p in made if p.takers]
    assert {p.kind for p in taken} == {"day", "work", "drip", "bulk", "export"}
    for p in taken:
        own = set.union(*(read_by(h, a) for a in p.takers))
        assert len(set(p.leaked.tolist()) & own) >= max(p.takers.values())
        assert all(h.accounts[a] not in SERVICES for a in p.takers)
        for a, (first, last) in p.days.items():
            inside = set(h.record[(h.account == a) & (h.day >= first) & (h.day <= last)].tolist())
            assert len(inside & set(p.leaked.tolist())) >= p.takers[a]
            assert p.share <= p.takers[a] / len(inside) + 1e-9 or p.kind in ("bulk", "export")


def test_padding_is_what_came_out_and_comes_out_as_drawn(made: list[Plant]) -> None:
    alone = [p for p in made if len(p.takers) == 1]
    assert all(p.padding == pytest.approx(1 - sum(p.takers.values()) / len(p.leaked)) for p in alone)
    drawn = [
        p for p in made if p.takers and p.kind != "export"
    ]  # whole statements may be more than there is padding for
    assert all(min(abs(p.padding - share) for share in PADDING) < 0.02 for p in drawn)
    assert all(len([p for p in drawn if abs(p.padding - share) < 0.02]) > 10 for share in PADDING)


def test_few_plants_are_all_that_there_is_to_take(made: list[Plant]) -> None:
    for some in (
        [p for p in made if p.kind == "book"],
        [p for p in made if p.kind == "random"],
        [p for p in made if len(p.takers) == 1 and p.kind != "export"],
    ):
        assert len(some) > 15
        assert np.mean([p.share > 0.95 for p in some]) < 0.2
        assert min(p.share for p in some) < 0.1
        assert all(0 < p.share <= 1 for p in some)


def test_nobody_s_leaks_are_of_every_kind(place: Ground, made: list[Plant]) -> None:
    h, nobody = place.h, [p for p in made if not p.takers]
    assert {p.kind for p in nobody} == {"popular", "book", "random", "absent"}
    for p in nobody:
        assert len(p.leaked) == len(np.unique(p.leaked)) >= 20
        if p.kind == "book":
            assert len(np.unique(h.segment[p.leaked])) == 1
        if p.absent is not None:
            assert p.kind == "absent"
            assert set(p.leaked.tolist()) <= read_by(h, p.absent)
        else:
            assert p.kind != "absent"


def test_whom_the_search_must_not_know_the_histories_do_not_know_either(place: Ground) -> None:
    h, gone = place.h, 3
    windows = place.without(gone)
    rest = windows.h
    kept = h.account != gone
    assert rest.accounts == tuple(name for i, name in enumerate(h.accounts) if i != gone)
    names, before = np.array(rest.accounts), np.array(h.accounts)
    assert np.array_equal(names[rest.account], before[h.account[kept]])
    assert np.array_equal(rest.record, h.record[kept])
    fresh = popularity(rest, h.size)
    assert np.array_equal(rest.popularity, fresh)
    assert not np.array_equal(rest.popularity, h.popularity)
    assert windows.shape[0] == len(h.accounts) - 1


def test_evenings_are_added_and_every_reading_is_there_once(place: Ground) -> None:
    h = place.h
    assert {e.way for e in place.evenings.values()} == {"bulk", "export"}
    for account, evening in place.evenings.items():
        assert set(evening.records.tolist()) <= set(h.record[(h.account == account) & (h.day == evening.day)].tolist())
    keys = list(zip(h.account.tolist(), h.record.tolist(), h.day.tolist(), strict=True))
    assert keys == sorted(set(keys))


def test_the_search_knows_where_exports_begin_and_end(place: Ground, made: list[Plant]) -> None:
    house = place.known(House(ends=lambda account: np.array([7])))
    for account, evening in place.evenings.items():
        ends = house.ends(place.h.accounts[account]).tolist()
        assert ends == sorted({7, *(int(end) for one in evening.stretches for end in (one[0], one[-1]))})
        assert all(np.all(np.diff(one) == 1) and len(one) >= 20 for one in evening.stretches)
    for p in (p for p in made if p.kind == "export"):
        for account in p.takers:
            whole = [np.isin(one, p.leaked).all() for one in place.evenings[account].stretches]
            assert any(whole)


def test_every_other_leak_tells_when_its_values_were_current(place: Ground, made: list[Plant]) -> None:
    h, dated = place.h, [p for p in made if p.valid is not None]
    assert 0.35 < len(dated) / len(made) < 0.65
    for p in dated:
        assert p.valid is not None
        low, high = (side[p.leaked] for side in p.valid)
        assert np.all(low < high)
        assert np.all(np.isinf(np.delete(p.valid[0], p.leaked)))
        if len(p.takers) == 1:  # every row that he gave was current on a day on which he read it
            ((account, (first, last)),) = p.days.items()
            mine = np.flatnonzero((h.account == account) & (h.day >= first) & (h.day <= last))
            record, day = h.record[mine], h.day[mine].astype(float)
            good = (p.valid[0][record] <= day) & (day <= p.valid[1][record])
            assert len(np.intersect1d(np.unique(record[good]), p.leaked)) >= min(p.takers.values())
    ends = [p.valid[1][p.leaked] for p in dated if p.valid is not None]
    assert 0.1 < np.isfinite(np.concatenate(ends)).mean() < 0.5


def test_the_same_seed_plants_the_same(place: Ground, made: list[Plant]) -> None:
    again = list(plants(place, 5, 9))
    assert all(np.array_equal(a.leaked, b.leaked) and a.takers == b.takers for a, b in zip(again, made, strict=False))


def test_what_a_house_cannot_bear_is_drawn_anew(place: Ground, made: list[Plant]) -> None:
    assert len(made) == 300
    assert max(len(p.takers) for p in made if p.kind == "bulk") <= 2 < 10  # two accounts have such an evening
    assert {len(p.takers) for p in made} == {0, 1, 2, 3, 5, 10}
    taken = [p.kind for p in made if p.takers]
    assert sum(kind in EVENINGS for kind in taken) > 0.3 * len(taken)  # two ways of five, though few accounts have one
    assert len(place.evenings) == 4


def test_where_no_person_reads_nobody_is_planted_and_it_is_said(place: Ground) -> None:
    h = place.h
    empty = ground(h, 5, frozenset(h.accounts))
    made = list(plants(empty, 30, 2))
    assert len(made) == 30
    assert {p.kind for p in made} == set(PADDED)
    one = calibration(DATASET, [Tried(p.kind, len(p.leaked), p.share, 1.0, (), 0, ()) for p in made], 30, 0, "it")
    assert "No account of a person reads this data set" in said(one, "en")[1]
    assert "没有任何人员账号" in said(one, "zh")[1]
    few = replace(one, persons=2, asked=40)
    assert "10 of 40 leaks could not be planted" in said(few, "en")[1]


def test_who_reads_nearly_everything_takes_nothing(place: Ground) -> None:
    dumps = replace(place.h, everything=("a00", "a01"))
    persons = {place.h.accounts[i] for i in ground(dumps, 5).persons.tolist()}
    assert persons == set(place.h.accounts) - {"a00", "a01"}


def test_takers_are_found_and_nobody_is_named_for_what_nobody_took(done: list[Tried]) -> None:
    for kind in PADDED:
        assert [t.false for t in done if t.kind == kind] == [0] * 6
    absent = [t for t in done if t.kind == "absent"]
    assert len(absent) == 6
    assert sum(t.false > 0 for t in absent) <= 1
    assert [t.exact for t in done if t.given].count(True) >= 2
    one = calibration(DATASET, done, len(done), 42, "it")
    assert one.leaks == len(done)
    assert one.brier is not None
    assert one.brier <= 0.05
    assert one.alone.claims + one.joint.claims == sum(len(t.claims) for t in done)
    assert told(json.loads(json.dumps(plain(one)))) == one


def test_an_empty_calibration_says_nothing(tmp_path: Path) -> None:
    none = calibration(DATASET, [Tried("popular", 20, 0.5, 1.0, (), 0, ())], 1, 5, "it")
    assert (none.leaks, none.nulls, none.accused, none.brier) == (1, 1, 0, None)
    assert none.supported(0.97) == 0.97
    assert "nothing bears out a name" in said(none, "en")[1]
    taker = Taker("a", (), (), date(2026, 1, 1), date(2026, 1, 2), 5, 0.5, 0.97, 9.0, HITS)
    left = borne_out(Leak("leaks/x.csv", DATASET, 10, 10, 10, 0, takers=(taker,)), none)
    assert left.takers == (taker,)
    assert "nothing in this house bears them out" in left.notes[-1].en


def test_no_probability_exceeds_what_planted_leaks_bear_out() -> None:
    claims = [Claim(0.99, True)] * 17 + [Claim(0.99, False)] * 3 + [Claim(0.92, True)] * 2
    one = calibration(DATASET, [Tried("work", 100, 0.5, 0.0, (100,), 1, (c,)) for c in claims], 22, 5, "it")
    assert one.supported(0.99) == pytest.approx(18 / 22)
    assert one.supported(0.92) == pytest.approx(3 / 4)
    taker = Taker("a", (), (), date(2026, 1, 1), date(2026, 1, 2), 5, 0.5, 0.99, 9.0, HITS, without=(None, 0.6))
    leak = Leak("leaks/x.csv", DATASET, 10, 10, 10, 0, takers=(taker,))
    bounded = borne_out(leak, one)
    assert bounded.takers[0].probability == pytest.approx(18 / 22)
    assert bounded.takers[0].without == (None, 0.6)
    assert "19 of 22 names were right" in bounded.notes[-1].en
    assert "22" in bounded.notes[-1].zh
    assert borne_out(leak, None) is leak
    planted = replace(leak, takers=(replace(taker, statements=(replace(HITS[0], kind="canary"),)),))
    assert borne_out(planted, one) is planted  # planted leaks say what reading bears out, and nothing of decoys
    assert borne_out(replace(leak, takers=()), one).notes == ()


def test_what_is_borne_out_never_falls_and_an_empty_bin_bounds_too() -> None:
    claims = [Claim(0.93, True)] * 30 + [Claim(0.93, False)] + [Claim(0.99, True)] * 70 + [Claim(0.99, False)] * 29
    curve = reliability(claims)
    told = [curve.supported(p) for p in np.linspace(0, 1, 201)]
    assert told == sorted(told)
    assert curve.supported(0.93) == curve.supported(0.97) == curve.supported(0.99) == pytest.approx(101 / 132)
    low = reliability([Claim(0.93, True)] * 3 + [Claim(0.93, False)] * 3)
    assert low.supported(0.99) == low.supported(0.96) == 0.5
    assert low.supported(0.4) == 0.4


def test_claims_that_several_share_are_counted_and_bounded_together() -> None:
    wrong, right = Claim(0.99, False, 2), Claim(0.99, True, 2, innocent=True)
    alone = [Tried("work", 50, 0.5, 0.0, (50,), 1, (Claim(0.99, True),))] * 98
    shared = [Tried("work", 50, 0.5, 0.0, (50,), 1, (c,)) for c in [wrong] * 17 + [right]]
    one = calibration(DATASET, [*alone, *shared], 116, 5, "it")
    assert one.brier == pytest.approx((17 * 0.99**2 + 99 * 0.01**2) / 116)
    assert (one.joint.claims, one.joint.right, one.innocent) == (18, 1, 1)
    assert one.supported(0.99, accounts=2) == pytest.approx(2 / 20)
    assert one.supported(0.99) == 0.99
    taker = Taker("a", (), (), date(2026, 1, 1), date(2026, 1, 2), 5, 0.5, 0.495, 9.0, HITS, ("b",))
    bounded = borne_out(Leak("leaks/x.csv", DATASET, 10, 10, 10, 0, takers=(taker,)), one)
    assert bounded.takers[0].probability == pytest.approx(2 / 20 / 2)
    assert "the account named first had taken nothing in 1" in bounded.notes[-1].en
    assert not any(t.exact for t in [Tried("work", 50, 0.5, 0.0, (50,), 1, (right,))])
    (row,) = [r for r in one.rows if r.what == "way" and r.which == "work"]
    assert (row.joint, row.innocent, row.exact, row.false) == (1, 1, 98, 17)


def test_the_table_is_in_the_language_that_was_asked_for(done: list[Tried]) -> None:
    one = calibration(DATASET, done, len(done), 42, "it")
    english, chinese = said(one, "en"), said(one, "zh")
    assert len(english) == len(chinese)
    assert any(line.startswith("  nobody: popular records") for line in english)
    assert [line for line in chinese[1:] if any(c.isascii() and c.isalpha() for c in line.replace("Brier", ""))] == []
    assert {r.what for r in one.rows} <= {"way", "takers", "padding", "rows", "share", "dated", "nobody"}


def test_a_calibration_is_kept_and_an_older_one_is_not_forgotten(tmp_path: Path) -> None:
    one = calibration(DATASET, [Tried("work", 50, 0.5, 0.0, (50,), 1, (Claim(0.99, True),))], 4, 3, "it")
    assert kept(tmp_path) == {}
    keep(tmp_path, [one])
    assert kept(tmp_path) == {DATASET: one}
    old = {"schema": "headwater/calibration/1", "input": "digest", "datasets": [{"dataset": DATASET, "leaks": 9}]}
    (tmp_path / FILE).write_text(json.dumps(old), "utf-8")
    assert kept(tmp_path)[DATASET].made_of == ""
    (tmp_path / FILE).write_text("{torn", "utf-8")
    with pytest.raises(StoreError, match="no calibration"):
        kept(tmp_path)


def test_a_calibration_holds_for_its_histories_method_and_options_alone(place: Ground) -> None:
    h, options = place.h, Options()
    of = fingerprint(h, options)
    assert of == fingerprint(replace(h, day=h.day.astype(np.int64)), replace(options, seed=1))
    day = h.day.copy()
    day[-1] += 1
    others = (
        fingerprint(replace(h, day=day), options),
        fingerprint(replace(h, segment=h.segment[::-1]), options),
        fingerprint(replace(h, accounts=(*h.accounts[:-1], "zz")), options),
        fingerprint(h, replace(options, alpha=0.01)),
    )
    assert len({of, *others}) == 5
    one = calibration(DATASET, [Tried("work", 50, 0.5, 0.0, (50,), 1, (Claim(0.99, False),))], 1, 3, of)
    assert holding({DATASET: one, "gone": one}, {DATASET: h}, options) == {DATASET: one}
    stale = holding({DATASET: one}, {DATASET: replace(h, day=day)}, options)[DATASET]
    taker = Taker("a", (), (), date(2026, 1, 1), date(2026, 1, 2), 5, 0.5, 0.99, 9.0, HITS)
    leak = Leak("leaks/x.csv", DATASET, 10, 10, 10, 0, takers=(taker,))
    assert borne_out(leak, one).takers[0].probability < 0.5
    left = borne_out(leak, stale)
    assert left.takers == (taker,)
    assert len(left.notes) == 1
    assert "bounds nothing here" in left.notes[0].en
    assert holding(None, {DATASET: h}, options) == {}


def test_a_report_is_bounded_by_a_calibration_of_its_own_histories(scene: Scene) -> None:
    of = fingerprint(histories(scene.engine, DATASET), Options(draws=9))
    wrong = [Tried("work", 50, 0.5, 0.0, (50,), 1, (Claim(0.99, False),))] * 8
    (bounded,) = attribute(scene, Options(draws=9), {DATASET: calibration(DATASET, wrong, 8, 3, of)}).leaks
    assert [t.probability for t in bounded.takers] == [pytest.approx(0.1)]
