"""Window sums, scores, tails, dates and matches against plain recomputation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numba
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba.core import caching
from scipy import stats
from tests.detection.lakes import DATASET, House, moment, opened, working_day

from headwater.attribution.chances import gumbel_p, thinned
from headwater.attribution.dating import dated, parts
from headwater.attribution.evidence import Source, noisy_or
from headwater.attribution.histories import AGES, Background, Cells, Histories, histories
from headwater.attribution.likelihood import COVERAGE, HABITS, Strata, by_habit, log_ratios
from headwater.attribution.matching import match
from headwater.attribution.ordering import ordered
from headwater.attribution.remarks import stray
from headwater.attribution.scan import Scan, Weighing, rates
from headwater.attribution.sliding import at_most, excess
from headwater.attribution.windows import Windows
from headwater.identifiers.compiled import compiled

Triples = set[tuple[int, int, int]]


def made(triples: Triples, size: int, strata: list[int]) -> Histories:
    """Histories from (account, day, record) triples."""
    account, day, record = np.array(sorted(triples), np.int64).reshape(-1, 3).T
    accounts, days = int(account.max()) + 1, int(day.max()) + 1
    read = ordered((account * size + record) * days + day, size, days, accounts)
    stratum = np.array(strata, np.int64)
    return Histories(
        DATASET, size, tuple(f"a{i}" for i in range(accounts)), 0, days, read.bounds, read.record, read.day, (),
        stratum, tuple(str(i) for i in range(max(strata) + 1)),
    )  # fmt: skip


def plain(kinds: np.ndarray) -> Background:
    return Background(kinds, np.ones(len(kinds)))


triples = st.sets(st.tuples(st.integers(0, 3), st.integers(0, 11), st.integers(0, 9)), min_size=1, max_size=60)


def scan_of(h: Histories, leaked: list[int], until: list[int] | None = None) -> Scan:
    windows = Windows(h)
    strata = Strata.of(plain(h.segment), np.array(sorted(leaked)), np.ones(h.size, bool))
    last = np.full(h.size, np.inf) if until is None else np.array(until, float)
    return Scan(Weighing(windows, strata, np.full(h.size, -np.inf), last), np.ones(len(h.accounts), bool))


@settings(max_examples=60, deadline=None)
@given(triples, st.sets(st.integers(0, 9), min_size=1), st.lists(st.integers(0, 2), min_size=10, max_size=10))
def test_window_sums_are_those_of_a_plain_count(rows: Triples, leaked: set[int], strata: list[int]) -> None:
    h = made(rows, 10, strata)
    scan, rate = (
        scan_of(h, sorted(leaked)),
        rates(Strata.of(plain(h.segment), np.array(sorted(leaked)), np.ones(10, bool))),
    )
    windows = scan.windows
    expected = scan.expected.sum(axis=1)
    pairs = np.sort(windows.pairs_of(np.array(sorted(leaked))))
    hits = windows.sums(pairs, np.ones(len(pairs)))
    score, place = scan.score(np.array(sorted(leaked)))
    for a in range(len(h.accounts)):
        for j, length in enumerate(windows.lengths):
            for start in range(h.days):
                inside = {r for x, d, r in rows if x == a and start <= d < start + length}
                assert set(windows.read_in(a, start, length).tolist()) == inside
                assert hits[a, j, start] == len(inside & leaked)
                assert expected[a, j, start] == pytest.approx(sum(rate[r] for r in inside), rel=1e-6)
            told = [plain_score(scan, {r for x, d, r in rows if x == a and s <= d < s + length}, a, leaked, rate)
                    for s in range(h.days + 1)]  # fmt: skip
            assert score[a, j] == pytest.approx(max(told), rel=1e-4, abs=1e-5)
            assert told[place[a, j]] == pytest.approx(max(told), rel=1e-4, abs=1e-5)


def plain_score(scan: Scan, inside: set[int], account: int, leaked: set[int], rate: np.ndarray) -> float:
    """The cheap score of one window, from its records."""
    main, total = scan.windows.main[account], 0.0
    if len(inside & leaked) < 3:
        return 0.0
    for own in (True, False):
        part = {r for r in inside if (scan.h.segment[r] == main) == own}
        of = sum(scan.h.segment[r] == main for r in leaked) if own else 0
        total += excess(len(part & leaked), sum(rate[r] for r in part), float(of))
    return total


@settings(max_examples=60, deadline=None)
@given(triples, st.lists(st.integers(0, 12), min_size=10, max_size=10))
def test_a_reading_counts_only_while_the_leaked_values_were_current(rows: Triples, until: list[int]) -> None:
    h = made(rows, 10, [0] * 10)
    scan = scan_of(h, list(range(10)), until)
    for a in range(len(h.accounts)):
        read, hits = scan.weighing.evidence(a, 0, h.days)
        assert set(read.tolist()) == {r for x, _d, r in rows if x == a}
        assert set(hits.tolist()) == {r for x, d, r in rows if x == a and d <= until[r] + 1}


@settings(max_examples=200, deadline=None)
@given(st.integers(1, 60), st.floats(0.01, 80), st.integers(0, 60))
def test_excess_is_the_likelihood_ratio_of_more_than_expected(h: int, expected: float, more: int) -> None:
    total = float(h + more)
    expected = min(expected, total * 0.999)
    poisson, binomial = excess(float(h), expected, 0.0), excess(float(h), expected, total)
    assert at_most(float(h), expected, 0.0) >= poisson * (1 - 1e-12)
    assert at_most(float(h), expected, total) >= binomial * (1 - 1e-9)
    if h <= expected:
        assert (poisson, binomial) == (0, 0)
        return
    assert poisson == pytest.approx(stats.poisson.logpmf(h, h) - stats.poisson.logpmf(h, expected), rel=1e-6, abs=1e-6)
    plain = stats.binom.logpmf(h, total, h / total) - stats.binom.logpmf(h, total, expected / total)
    assert binomial == pytest.approx(plain, rel=1e-6, abs=1e-6)


def test_the_likelihood_ratio_is_the_best_fit_over_the_rate_of_the_stratum() -> None:
    rng = np.random.default_rng(11)
    for _ in range(40):
        size = int(rng.integers(20, 400))
        read, leaked = int(rng.integers(1, size)), int(rng.integers(1, size // 4 + 2))
        hits = int(rng.integers(max(0, leaked - (size - read)), min(leaked, read) + 1))
        told = log_ratios(*(np.array([x]) for x in (hits, read, leaked, size)))
        rate = np.exp(np.linspace(np.log(1e-7), np.log(2), 4001))
        for c, ratio in zip(COVERAGE, told[:, 0], strict=True):
            own = stats.poisson.logpmf(hits, (c + rate) * read) + stats.poisson.logpmf(
                leaked - hits, rate * (size - read)
            )
            chance = leaked / size
            none = stats.poisson.logpmf(hits, chance * read) + stats.poisson.logpmf(
                leaked - hits, chance * (size - read)
            )
            assert ratio == pytest.approx(float(own.max() - none), abs=2e-2 + 1e-3 * abs(float(ratio)))


def test_rows_that_lie_where_nobody_else_of_the_stratum_read_weigh_their_share() -> None:
    half = log_ratios(np.array([40]), np.array([2500]), np.array([40]), np.array([5000])).max()
    assert half == pytest.approx(40 * np.log(2), rel=0.01)
    kinds, ever = np.repeat([0, 1], [5000, 90_000]), np.ones(95_000, bool)
    told = [
        Strata.of(plain(kinds), np.concatenate([np.arange(40), 5000 + np.arange(more)]), ever).bayes(np.arange(2500))
        for more in (0, 4000)
    ]
    assert told[0] == pytest.approx(told[1])  # padding elsewhere costs nothing
    assert told[0] > 10
    spread = log_ratios(np.array([20]), np.array([2500]), np.array([40]), np.array([5000])).max()
    assert spread <= 0


def test_strata_leave_out_what_is_explained_already() -> None:
    kinds, leaked, live = np.zeros(100, np.int64), np.arange(20), np.ones(100, bool)
    live[:10] = False
    strata = Strata.of(plain(kinds), leaked, live)
    assert (strata.size.tolist(), strata.inside.tolist()) == ([90], [10])
    assert strata.bayes(np.arange(10)) == 0.0
    assert strata.bayes(np.arange(30)) == strata.bayes(np.arange(10, 30))
    assert strata.bayes(np.arange(10, 20)) > 10


def test_a_stretch_is_one_witness() -> None:
    first, hit = thinned(np.array([5, 6, 8, 20, 40, 41, 42]), np.array([6, 8, 20, 40]))
    assert (first.tolist(), hit.tolist()) == ([5, 20, 40], [5, 20])


def test_rates_are_smoothed_shares_of_the_strata() -> None:
    h = made({(0, 0, 0)}, 10, [0] * 4 + [1] * 6)
    rate = rates(Strata.of(plain(h.segment), np.array([0, 1, 4]), np.ones(10, bool)))
    overall = 3 / 10
    assert rate[:4] == pytest.approx((2 + 0.5 * overall) / 4.5)
    assert rate[4:] == pytest.approx((1 + 0.5 * overall) / 6.5)


def test_gumbel_p_is_a_rank_inside_and_a_falling_tail_beyond() -> None:
    null = np.random.default_rng(0).gumbel(5, 1, 199)
    inside = float(np.sort(null)[-20])
    assert gumbel_p(null, inside) == pytest.approx(21 / 200)
    beyond = [gumbel_p(null, float(null.max()) + x) for x in (0.1, 2, 5, 20)]
    assert beyond == sorted(beyond, reverse=True)
    assert 0 < beyond[1] <= 1 / 200
    assert gumbel_p(null, 15.0) == pytest.approx(stats.gumbel_r.sf(15, 5, 1), rel=3)


def test_gumbel_p_keeps_its_promise() -> None:
    rng = np.random.default_rng(1)
    p = [gumbel_p(rng.gumbel(5, 1, 99), float(rng.gumbel(5, 1))) for _ in range(2000)]
    for level in (0.5, 0.1, 0.02):
        assert np.mean(np.array(p) <= level) <= level + 3 * np.sqrt(level / 2000) + 0.005


def test_weights_follow_what_chance_prefers_within_strata() -> None:
    rng = np.random.default_rng(5)
    kinds, popular, age = rng.integers(0, 6, 30_000), rng.integers(0, 4, 30_000), rng.integers(0, 3, 30_000)
    true = np.array([1.0, 2.0, 4.0, 8.0])[popular] * np.array([1.0, 1.0, 3.0])[age]
    chance = true * np.array([0.001, 0.002, 0.004, 0.001, 0.003, 0.002])[kinds]
    leaked = np.flatnonzero(rng.random(30_000) < chance)
    weight = Cells.of(kinds, [popular, age]).fitted(leaked)
    ratio = [weight[popular == n].mean() / weight[popular == 0].mean() for n in range(4)]
    assert ratio == pytest.approx([1, 2, 4, 8], rel=0.3)
    assert weight[age == 2].mean() / weight[age == 0].mean() == pytest.approx(3, rel=0.2)
    assert np.array_equal(Cells.of(kinds, [popular, age]).fitted(leaked[:0]), np.ones(30_000))


def test_a_leak_of_a_few_books_is_judged_within_books() -> None:
    rng, size = np.random.default_rng(5), 4_000
    h = replace(made({(0, 0, int(r)) for r in range(0, size, 5)}, size, [i % 3 for i in range(size)]),
                book=np.arange(size) // 100 + 1, age=np.arange(size) * AGES // size)  # fmt: skip
    one, mixed = rng.choice(np.arange(300, 400), 60, replace=False), rng.choice(size, 300, replace=False)
    assert np.array_equal(h.background(mixed).kinds, h.segment)
    assert np.array_equal(h.background(one).kinds, h.book - 1)


def test_what_one_reads_may_leak_a_little_more_often_by_habit() -> None:
    hits, read, leaked, size = (np.array([x]) for x in (360, 3000, 1000, 10_000))
    strata = Strata.of(plain(np.zeros(10_000, np.int64)), np.arange(1000), np.ones(10_000, bool))
    some = np.concatenate([np.arange(360), np.arange(1000, 1000 + 3000 - 360)])
    plainly = log_ratios(hits, read, leaked, size).max()
    assert plainly > 4  # six standard deviations above what chance lets expect, for a fifth more
    assert strata.bayes(some) < 0
    assert by_habit(hits, leaked, size, read).max() == pytest.approx(
        max(360 * np.log(r) - 1000 * np.log1p((r - 1) * 0.3) for r in HABITS)
    )
    assert strata.bayes(np.concatenate([np.arange(900), np.arange(1000, 3100)])) > 500


def test_null_draws_as_many_from_each_stratum() -> None:
    rng = np.random.default_rng(2)
    rows = {
        (int(a), int(d), int(r))
        for a, d, r in zip(rng.integers(0, 5, 400), rng.integers(0, 20, 400), rng.integers(0, 100, 400), strict=True)
    }
    h = made(rows, 100, [i % 4 for i in range(100)])
    scan = scan_of(h, list(range(40)))
    null = scan.null(30, 7)
    assert np.array_equal(null, scan.null(30, 7))
    assert not np.array_equal(null, scan.null(30, 8))
    assert (null > 0).any()


def test_coverage_of_one_source() -> None:
    leaked = np.zeros(1000, bool)
    leaked[:80] = True
    (coverage,) = noisy_or([Source(0, np.arange(100))], leaked, np.full(1000, 0.05))
    assert 0.7 < coverage < 0.85


def test_blame_goes_to_who_alone_read_it() -> None:
    leaked = np.zeros(1000, bool)
    leaked[:100] = True
    first, second = np.arange(0, 120), np.concatenate([np.arange(0, 20), np.arange(200, 300)])
    coverage = noisy_or([Source(0, first), Source(1, second)], leaked, np.full(1000, 0.01))
    assert coverage[0] > 0.7
    assert coverage[1] < 0.1


# -- dating


def spans(pairs: list[tuple[float, float]]) -> pd.DataFrame:
    return pd.DataFrame(pairs, columns=["valid_from", "valid_to"])


def number(day: date) -> float:
    return float((day - date(1970, 1, 1)).days)


def test_a_planted_day_lies_between_the_bounds() -> None:
    rng = np.random.default_rng(3)
    taken = number(date(2026, 3, 20))
    pairs = []
    for _ in range(300):
        changes = np.sort(taken + rng.uniform(-600, 600, 2))
        low = max((c for c in changes if c <= taken), default=np.nan)
        high = min((c for c in changes if c > taken), default=np.nan)
        pairs.append((np.floor(low), np.floor(high)))
    not_before, not_after = dated(spans(pairs))
    assert not_before is not None
    assert not_after is not None
    assert not_before <= date(2026, 3, 20) <= not_after
    assert (not_after - not_before) <= timedelta(days=60)


def test_values_without_a_date_date_nothing() -> None:
    assert dated(spans([(np.nan, np.nan)] * 5)) == (None, None)


def test_rows_of_two_times_tell_nothing() -> None:
    assert dated(spans([(20.0, 10.0)] * 5)) == (None, None)


def test_rows_of_two_thefts_are_dated_apart() -> None:
    rng, pairs = np.random.default_rng(3), []
    for taken, rows in ((number(date(2026, 3, 20)), 200), (number(date(2024, 6, 1)), 60)):
        for _ in range(rows):
            changes = np.sort(taken + rng.uniform(-300, 300, 3))
            pairs.append((np.floor(max((c for c in changes if c <= taken), default=np.nan)),
                          np.floor(min((c for c in changes if c > taken), default=np.nan))))  # fmt: skip
    first, second, *_rest = parts(spans(pairs))
    assert first.rows >= 195
    assert 40 <= second.rows <= 62
    for part, true in ((first, date(2026, 3, 20)), (second, date(2024, 6, 1))):
        assert part.not_before is None or part.not_before <= true
        assert part.not_after is None or part.not_after >= true
    assert parts(spans(pairs[:200])) == ()
    assert parts(spans([(np.nan, np.nan)] * 30)) == ()
    assert parts(spans([])) == ()


# -- matching


def test_rows_are_ours_by_a_strong_identifier_or_by_name_and_address(tmp_path: Path) -> None:
    house = House()
    for n in range(4):
        house.add("records", dataset=DATASET, subject=f"c{n}", ordinal=n, version=0, segment="")
        for kind in ("name", "address", "resident_id"):
            house.add("subjects", dataset=DATASET, subject=f"c{n}", ordinal=n, version=0, kind=kind, token=f"{kind}{n}")
        # two people share a telephone
        house.add("subjects", dataset=DATASET, subject=f"c{n}", ordinal=n, version=0, kind="mobile", token=f"m{n // 2}",
                  valid_from=working_day(n), valid_to=None)  # fmt: skip

    def found(line: int, **kinds: str) -> None:
        for kind, token in kinds.items():
            house.add(
                "holdings", source="leaks/a.csv", sheet="", line=line, holder="", role="leak", kind=kind, token=token
            )

    found(2, resident_id="resident_id0")
    found(3, name="name1")
    found(4, name="name1", address="address1")
    found(5, mobile="m1", name="name3")
    found(6, name="name1", address="address2")
    found(7, resident_id="unknown")
    found(8, mobile="resident_id2")  # another kind with the same token is no match
    found(9, mobile="m0", name="name0", resident_id="resident_id0")
    house.rows["documents"].append(
        {"source": "leaks/a.csv", "sheet": "", "holder": "", "role": "leak", "rows": 8, "persons": 8}
    )
    with opened(house, tmp_path / "w") as scene:
        matched = match(scene.engine)
    assert dict(zip(matched.rows["line"], matched.rows["ordinal"], strict=True)) == {2: 0, 4: 1, 5: 3, 9: 0}
    assert matched.seen[["source", "rows", "persons"]].to_numpy().tolist() == [["leaks/a.csv", 8, 8]]
    since = dict(zip(matched.rows["line"], matched.rows["valid_from"], strict=True))
    assert since[5] == number(working_day(3))
    assert np.isnan(since[2])


def test_histories_hold_each_reading_once(tmp_path: Path) -> None:
    house = House()
    for n in range(10):
        house.add("records", dataset=DATASET, subject=f"c{n}", ordinal=n, version=0, segment=f"b{n % 2}")
    reads = [("a", 0, 1), ("a", 3, 1), ("a", 3, 2), ("b", 1, 1), ("b", 1, 1), ("a", 7, 1)]
    reads += [("all", 2, n) for n in range(10)]
    for i, (who, on, record) in enumerate(reads):
        house.event("access", moment(working_day(on), 9, i), account=who, ip="10.0.0.1", dataset=DATASET, action="lookup",
                    subject=f"c{record}", ordinal=record, outcome="success")  # fmt: skip
    with opened(house, tmp_path / "w") as scene:
        h = histories(scene.engine, DATASET)
    assert h.everything == ("all",)
    rows = list(zip((h.accounts[a] for a in h.account), h.record, h.day, strict=True))
    gap = (working_day(7) - working_day(0)).days
    assert rows == [("a", 1, 0), ("a", 1, 3), ("a", 1, gap), ("a", 2, 3), ("b", 1, 1)]
    assert h.size == 10
    assert h.segment[1] == h.segment[3]
    assert h.popularity[1] != h.popularity[3]


def test_a_day_far_from_all_others_is_left_out_and_counted(tmp_path: Path) -> None:
    house = House()
    for n in range(400):
        house.add("records", dataset=DATASET, subject=f"c{n}", ordinal=n, version=0, segment="b")
    days = [date(1970, 1, 1), *(working_day(i % 30) for i in range(1_200))]
    for i, day in enumerate(days):
        house.event("access", moment(day, 9, i % 60), account=f"u{i % 7}", dataset=DATASET, action="lookup",
                    subject=f"c{i % 400}", ordinal=i % 400, outcome="success")  # fmt: skip
    with opened(house, tmp_path / "w") as scene:
        h = histories(scene.engine, DATASET)
    assert (h.stray, h.first) == (1, (working_day(0) - date(1970, 1, 1)).days)
    assert h.days == (working_day(29) - working_day(0)).days + 1
    assert "1 reading" in stray(h)[0].en


@settings(max_examples=60, deadline=None)
@given(triples, st.sets(st.integers(0, 9), min_size=1), st.lists(st.integers(0, 2), min_size=10, max_size=10))
def test_several_sets_weigh_what_each_weighs(rows: Triples, leaked: set[int], strata: list[int]) -> None:
    scan = scan_of(made(rows, 10, strata), sorted(leaked))
    sets = [scan.windows.ever_read(a) for a in range(len(scan.h.accounts))]
    each = scan.strata.bayes_each(sets)
    assert each == pytest.approx([scan.strata.bayes(x) for x in sets])
    told_of = []
    for read in sets:
        kinds = scan.strata.kinds
        told = np.zeros(len(COVERAGE))
        for s in set(kinds.tolist()):
            n, h = (kinds[read] == s).sum(), ((kinds == s) & scan.strata.leaked)[read].sum()
            counts = (np.array([x]) for x in (h, n, scan.strata.inside[s], scan.strata.size[s]))
            told += log_ratios(*counts)[:, 0] if n and scan.strata.inside[s] else -COVERAGE * n
        usual = []
        for s, (inside, size) in enumerate(zip(scan.strata.inside, scan.strata.size, strict=True)):
            of = kinds[read] == s
            if inside and of.any():
                counts = (np.array([x]) for x in (scan.strata.leaked[read[of]].sum(), inside, size, of.sum()))
                usual.append(by_habit(*counts)[:, 0])
        told -= np.sum(usual, axis=0).max() if usual else 0
        told_of.append(np.log(np.mean(np.exp(told))))
    assert each == pytest.approx(told_of, abs=1e-9)


def test_where_nothing_can_be_written_loops_are_compiled_all_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    def twice(n: int) -> int:
        return n + n

    monkeypatch.setattr(caching.CacheImpl, "_locator_classes", [])
    with pytest.raises(RuntimeError, match="cannot cache"):
        numba.njit(cache=True)(twice)
    assert compiled(twice)(21) == 42
