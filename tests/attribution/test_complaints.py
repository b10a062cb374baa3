"""Complaints: risk sets, delays, evidence that holds however often it is asked, sources, shares, verdicts."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.attribution.test_attribute import opened
from tests.attribution.worlds import BULK_DAY, world
from tests.detection.lakes import DATASET

from headwater.attribution.complaining import delays, shares
from headwater.attribution.complaining.handling import NEAR, most_likely
from headwater.attribution.complaining.places import standing_out
from headwater.attribution.complaining.risk import RiskSets
from headwater.attribution.complaining.searching import Found, anybody, enough, search
from headwater.attribution.complaining.series import Series
from headwater.attribution.complaining.weighing import Weighed, Weighing
from headwater.attribution.complaints import common
from headwater.attribution.histories import Histories, histories, popularity
from headwater.attribution.ordering import Ordered, ordered
from headwater.attribution.search import House
from headwater.attribution.windows import Windows
from headwater.model.evidence import Citation

Ints = npt.NDArray[np.int64]
BRANCHES, ACCOUNTS, BOOK, DAYS = 3, 24, 500, 40
SIZE, TAKEN, TOOK = BRANCHES * BOOK, 120, 12
THIEF, TWIN, READER, CLOCK = 24, 25, 26, 27
"""Beside the ordinary accounts: who took 120 records of branch 0 on one day; two who took the same of branch 2 on another;
who reads the first 300 records of branch 0, which are one book, all the time."""


def made() -> Histories:
    """Twenty-four accounts read their branch for forty days; four more do as it says above."""
    rng = np.random.default_rng(5)
    reads = [(a, day, a % BRANCHES * BOOK + rng.integers(0, BOOK, 6)) for a in range(ACCOUNTS) for day in range(DAYS)]
    reads.append((THIEF, TOOK, rng.choice(BOOK, TAKEN, replace=False)))
    bulk = 2 * BOOK + rng.choice(BOOK, TAKEN, replace=False)
    reads += [(TWIN, 20, bulk), (CLOCK, 20, bulk)]
    reads += [(READER, day, rng.choice(300, 30, replace=False)) for day in range(DAYS)]
    account = np.concatenate([np.full(len(r), a) for a, _d, r in reads])
    day = np.concatenate([np.full(len(r), d) for _a, d, r in reads])
    record = np.concatenate([r for _a, _d, r in reads])
    read = ordered((account * SIZE + record) * DAYS + day, SIZE, DAYS, 28)
    return Histories(
        dataset="clients", size=SIZE, accounts=tuple(f"a{n:02}" for n in range(28)), first=0, days=DAYS,
        bounds=read.bounds, record=read.record, day=read.day, everything=(), segment=np.arange(SIZE) // BOOK,
        book=np.where(np.arange(SIZE) < 300, 1, 0),
        segments=("north/x", "south/x", "west/x"), popularity=popularity(read, SIZE),
    )  # fmt: skip


@cache
def windows() -> Windows:
    return Windows(made())


def series(who: Ints, day: Ints, born: npt.NDArray[np.float64] | None = None) -> Series:
    order = np.lexsort((who, day))
    who, day = who[order], day[order]
    first = np.sort(np.unique(who, return_index=True)[1])
    lines = tuple(Citation("complaints.csv", int(n) + 2) for n in first)
    return Series(who[first], day[first], lines, np.full(SIZE, -np.inf) if born is None else born)


def complained(account: int, victims: int, noise: int, seed: int = 3, since: int = TOOK) -> Series:
    """So many of those whom an account read on one day complain within twenty days, and so many others on any day."""
    rng = np.random.default_rng(seed)
    read = windows().read_in(account, since, 1)
    who = np.concatenate([rng.choice(read, victims, replace=False), rng.integers(0, SIZE, noise)])
    return series(who, np.concatenate([since + rng.integers(1, 20, victims), rng.integers(0, DAYS, noise)]))


def asked(one: Series, draws: int = 9, services: frozenset[str] = frozenset()) -> Found:
    return search(House(services=services), windows(), one, draws, 1)


def names(found: Found) -> list[int]:
    return [s.weighed.account for s in found.sources]


def test_people_complain_after_a_reading_and_never_on_its_day() -> None:
    laws = delays.table(200)
    assert (laws[:, 0] == 0).all()
    assert np.allclose(laws.max(axis=1), 1, atol=0.05)
    assert (laws[-1, 1:] == 1).all()
    assert (np.diff(laws.argmax(axis=1)[:-1]) > 0).all()  # each law later than the one before


def test_the_law_of_delay_is_learnt_from_what_is_seen_and_stays_broad_without_it() -> None:
    rng = np.random.default_rng(2)
    table = delays.table(120)
    open_ = table[:, np.clip(rng.integers(1, 120, 400), 0, 120)]  # when everybody else's reading was
    days = np.round(np.exp(np.log(10) + delays.SPREAD * rng.standard_normal(60))).astype(int).clip(1, 120)
    mass, total = np.repeat(open_.sum(axis=1)[:, None], 60, axis=1), np.full(60, 400.0)
    learnt, ratio = delays.fit(np.ones(60), table[:, days], total, mass, 10.0)
    assert int(np.argmax(learnt)) == delays.MEDIANS.index(10.0)
    assert ratio > 1
    none, _ = delays.fit(np.ones(1), table[:, :0], total[:0], mass[:, :0], 10.0)
    assert np.allclose(none, 1 / delays.LAWS)


def test_risk_sets_hold_those_of_the_stratum_who_were_there_by_then() -> None:
    born = np.where(np.arange(SIZE) % 2 == 0, 15.0, -np.inf)
    one = series(np.array([3, 5, BOOK + 1]), np.array([10, 20, 20]), born)
    risk = RiskSets(windows(), one, np.ones(SIZE, bool))
    plain = risk.total[0]  # everybody alike: popularity to the power of nought
    assert plain.tolist() == pytest.approx([150, 300, BOOK])
    rng = np.random.default_rng(1)
    drawn = np.stack([risk.draw(rng, 0).record for _i in range(300)])
    assert (drawn // BOOK == [0, 0, 1]).all() and (drawn[:, :2] < 300).all()
    assert (drawn[:, 0] % 2 == 1).all()
    assert set((drawn[:, 1] % 2).tolist()) == {0, 1}


def test_evidence_is_one_on_the_average_where_chance_brings_the_complaints() -> None:
    rng = np.random.default_rng(8)
    one = series(rng.choice(SIZE, 12, replace=False), rng.integers(TOOK + 1, DAYS, 12))
    weighing = Weighing(RiskSets(windows(), one, np.ones(SIZE, bool)), np.ones(28, bool))
    scores = [weighing.log_e((THIEF, TOOK, 1), weighing.risk.draw(rng, way)) for way in (0, 2) for _i in range(150)]
    assert np.exp(scores).mean() < 1.1
    assert max(scores) < enough(28)
    taken = complained(THIEF, 20, 0)
    against = Weighing(RiskSets(windows(), taken, np.ones(SIZE, bool)), np.ones(28, bool))
    assert against.log_e((THIEF, TOOK, 1), against.risk.real) > enough(28)


def test_the_taker_is_named_with_his_day_and_his_share_and_nobody_else() -> None:
    found = asked(complained(THIEF, 25, 12))
    assert names(found) == [THIEF]
    (source,) = found.sources
    _account, start, length = source.weighed.best
    assert start <= TOOK < start + length
    assert found.p < 0.01 and found.score > enough(1)
    part = shares.part(source, 1)
    low, high = part.bounds
    assert low <= 25 <= high + 1 and high - low < 12
    assert TAKEN - 30 <= part.silent <= TAKEN - 25
    assert 3 <= part.half <= 18
    mean, least, most = shares.by_chance(len(found.series.record), [part])
    assert least <= 12 <= most and least < mean < most


def test_of_who_reads_the_book_all_the_time_and_who_took_in_a_day_the_taker_is_named() -> None:
    rng = np.random.default_rng(4)
    both = np.intersect1d(windows().read_in(THIEF, TOOK, 1), windows().ever_read(READER))
    who = rng.choice(both, 30, replace=False)  # the reader had read every one of them
    assert names(asked(series(who, TOOK + rng.integers(1, 20, 30)))) == [THIEF]


def test_complaints_before_the_taking_lead_to_nobody() -> None:
    late = complained(THIEF, 30, 0)
    assert names(asked(late)) == [THIEF]
    early = Series(late.record, np.full(len(late.record), TOOK), late.lines, late.born)
    assert names(asked(early)) == []
    before = asked(Series(late.record, np.full(len(late.record), -3), late.lines, late.born))
    assert (names(before), before.p) == ([], 1.0)  # before the log begins nobody had read anything


def test_who_reads_a_book_is_not_accused_because_its_clients_complain() -> None:
    rng = np.random.default_rng(6)
    clients = series(rng.choice(300, 90, replace=False), rng.integers(20, DAYS, 90))
    pooled = Weighing(RiskSets(windows(), clients, np.ones(SIZE, bool), pooled=True), np.ones(28, bool))
    everything = (READER, 0, DAYS)
    assert pooled.against_chance(everything, pooled.risk.real) > enough(28)  # were there no books, he would be
    weighing = Weighing(RiskSets(windows(), clients, np.ones(SIZE, bool)), np.ones(28, bool))
    assert weighing.against_chance(everything, weighing.risk.real) < 1
    assert names(asked(clients)) == []


def test_two_takers_are_named_one_after_the_other_and_twins_together() -> None:
    one, two = complained(THIEF, 25, 5), complained(TWIN, 25, 0, since=20)
    both = series(np.concatenate([one.record, two.record]), np.concatenate([one.day, two.day]))
    found = asked(both)
    told = {(s.weighed.account, *s.alike) for s in found.sources}
    assert told in ({(THIEF,), (TWIN, "a27")}, {(THIEF,), (CLOCK, "a25")})
    served = asked(two, services=frozenset({"a27"}))
    assert len(served.sources) == 1 and served.sources[0].alike


def test_windows_of_one_account_are_told_together() -> None:
    found = asked(complained(THIEF, 25, 12))
    one = shares.part(found.sources[0], 1)
    both = shares.together([one, replace(one, to_come=None, half=99, samples=one.samples // 2)])
    assert both.mean > one.mean and both.silent == 2 * one.silent
    assert both.expected == 2 * one.expected
    assert (both.to_come, both.half) == (None, one.half)


@pytest.mark.parametrize("burst", [False, True])
def test_asking_again_with_every_few_nuisance_calls_names_nobody(burst: bool) -> None:
    rng = np.random.default_rng(11)
    popular = np.bincount(windows().h.record, minlength=SIZE) + 0.1
    who = rng.choice(SIZE, 40, replace=False, p=popular / popular.sum())
    one = series(who, np.where(rng.random(40) < 0.75 * burst, 30, rng.integers(15, DAYS, 40)))
    for count in (20, 40):
        known = Series(one.record[:count], one.day[:count], one.lines[:count], one.born)
        assert names(asked(known)) == []


def handled(one: Series, clerks: int, longest: int) -> Histories:
    """The same house with clerks who open the record of whoever complains some days before that is registered, and five others'
    a day. They take nothing."""
    base, rng = made(), np.random.default_rng(1)
    account, record, day = [base.account.astype(np.int64)], [base.record], [base.day]
    for clerk in range(clerks):
        mine = np.flatnonzero(np.arange(len(one.record)) % clerks == clerk)
        record += [one.record[mine], rng.integers(0, SIZE, 5 * DAYS)]
        day += [np.maximum(one.day[mine] - rng.integers(1, longest + 1, len(mine)), 0), np.repeat(np.arange(DAYS), 5)]
        account.append(np.full(len(mine) + 5 * DAYS, 28 + clerk))
    keys = (np.concatenate(account) * SIZE + np.concatenate(record)) * DAYS + np.concatenate(day)
    read = ordered(keys, SIZE, DAYS, 28 + clerks)
    return replace(base.with_readings(read), accounts=tuple(f"a{n:02}" for n in range(28 + clerks)))


@pytest.mark.parametrize(("clerks", "longest"), [(1, 3), (3, 3), (1, 20)])
def test_who_handles_complaints_is_not_taken_for_their_source(clerks: int, longest: int) -> None:
    rng = np.random.default_rng(7)
    one = series(rng.choice(SIZE, 60, replace=False), rng.integers(6, DAYS, 60))
    found = search(House(), Windows(handled(one, clerks, longest)), one, 9, 1)
    assert found.sources == ()
    assert [h.account for h in found.handlers] == list(range(28, 28 + clerks))  # each would be named otherwise
    assert all(h.days <= longest for h in found.handlers)


def test_a_taker_is_named_beside_clerks_who_handle_the_complaints() -> None:
    one = complained(THIEF, 25, 12)
    found = search(House(), Windows(handled(one, 2, 3)), one, 9, 1)
    assert names(found) == [THIEF]
    assert [h.account for h in found.handlers] == [28, 29]


@given(st.integers(1, 12), st.integers(0, 2**32 - 1))
def test_the_fit_of_handling_is_the_best_there_is(rows: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    likely = rng.gamma(0.5, 2.0, (rows, 2))
    grid = np.linspace(0, 1, 41)
    mixed = [np.log1p(likely @ [x, y] - x - y).sum() for x in grid for y in grid[grid <= 0.999 - x]]
    assert most_likely(likely) >= max(mixed) - NEAR


def test_evidence_is_no_number_that_overflows() -> None:
    ranked = [Weighed(0, 800.0, 800.0, (0, 0, 1), np.zeros(0, np.int64))]
    assert anybody(ranked, 10) == pytest.approx(800 - np.log(10))


def test_the_base_rate_of_the_days_before_says_how_many_would_have_complained_anyway() -> None:
    rng = np.random.default_rng(3)
    bulk = complained(TWIN, 25, 0, since=20)
    nuisance = series(rng.choice(SIZE, 20, replace=False), np.arange(20) * 2)
    found = asked(series(np.concatenate([bulk.record, nuisance.record]), np.concatenate([bulk.day, nuisance.day])))
    rate = shares.rate(found)
    assert rate is not None and rate.last == found.sources[0].weighed.best[1]
    assert rate.low < 20 - rate.before < rate.high < 25
    assert shares.rate(Found(found.series)) is None


def test_the_verdict_is_told_in_both_languages_with_lines_of_complaints_and_of_readings(tmp_path: Path) -> None:
    house, rng = world(), np.random.default_rng(3)
    who = sorted(house.bulk)[1]
    house.complain([int(n) for n in rng.choice(house.bulk[who], 24, replace=False)], BULK_DAY + 10)
    house.complain(house.anything(rng, 6), BULK_DAY + 12)
    for row in house.rows["complaints"]:
        row["source"] = "complaints.csv"
    for older, row in enumerate(house.rows["complaints"][:12]):  # half of the victims have an older record, too
        house.add("subjects", dataset=DATASET, subject=f"c{older}", ordinal=older, version=0, kind="mobile",
                  token=row["token"], valid_to=None, source="clients/clients.csv")  # fmt: skip
    callers = [int(row["token"][len("mobile") :]) for row in house.rows["complaints"]]
    house.look("hot", BULK_DAY + 9, callers[:20])
    with opened(house, tmp_path / "w") as scene:
        past = {"clients": histories(scene.engine, "clients")}
        found = common(scene, past, 39, 1)
        h = past["clients"]
        others = Ordered(h.bounds, h.record, h.day).without(np.array([a == who for a in h.accounts]))
        only_handled = common(scene, {"clients": h.with_readings(others)}, 39, 1)
        book = series(rng.choice(1_200, 25, replace=False), np.full(25, 30))
        place = standing_out(scene.engine, h, Series(book.record, book.day, book.lines, np.full(h.size, -np.inf)), 0.01)
    assert (found.verdict, found.received, found.persons) == ("source", 30, 30)
    assert found.p_value is not None and found.p_always is not None
    assert found.p_value <= found.p_always < 0.01
    assert found.chance_low is not None and found.chance_low <= 6 <= (found.chance_high or 0)
    (suspect,) = found.common
    assert suspect.account == who and suspect.probability > 0.9
    assert [p.employee for p in suspect.people if p.probability > 0.5] == [f"E{who[1:]}"]
    assert 24 <= suspect.complaints <= 30 and suspect.expected < suspect.complaints and suspect.p_value <= 0.01
    assert suspect.share_low <= 0.8 <= suspect.share_high + 0.04
    assert suspect.bits == pytest.approx(sum(s.bits for s in suspect.statements))
    sources = {line.source for s in suspect.statements for line in s.evidence}
    assert "complaints.csv" in sources and len(sources) > 1
    assert (only_handled.verdict, only_handled.common) == ("few", ())
    assert ["hot" in s.text.en and "20" in s.text.zh for s in found.statements].count(True) == 1
    assert all(s.text.en and s.text.zh for s in (*found.statements, *suspect.statements))
    assert place is not None and place.complaints == 25 and "segment" in place.name.en
