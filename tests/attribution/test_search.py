"""The search for takers: who is needed, who is refused, and that each guard against a false name is needed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from headwater.attribution.chances import drawn, edges_p, gumbel_p
from headwater.attribution.evidence import Source, losses
from headwater.attribution.histories import Histories, popularity
from headwater.attribution.ordering import Ordered, by_record, ordered, stretches
from headwater.attribution.search import House, Options, Search
from headwater.attribution.windows import Windows

Ints = np.ndarray
FEW = Options(draws=99)
DAYS = 40


def history(reads: list[tuple[int, int, Ints]], size: int, segments: int = 4) -> Histories:
    """Histories from (account, day, records)."""
    account, day, record = (
        np.concatenate([np.broadcast_to(x, len(r[2])).astype(np.int64) for r in reads for x in [r[i]]])
        for i in range(3)
    )
    people = int(account.max()) + 1
    read = ordered((account * size + record) * DAYS + day, size, DAYS, people)
    return Histories(
        "clients", size, tuple(f"a{i}" for i in range(people)), 0, DAYS, read.bounds, read.record, read.day, (),
        np.arange(size) * segments // size, tuple(map(str, range(segments))), popularity=popularity(read, size),
    )  # fmt: skip


def work(rng: np.random.Generator, people: int, size: int, each: int = 150) -> list[tuple[int, int, Ints]]:
    """Everybody reads some at random."""
    return [(a, d, rng.choice(size, each // DAYS + 1, replace=False)) for a in range(people) for d in range(0, DAYS)]


def named(h: Histories, leaked: Ints, house: House | None = None) -> set[str]:
    search = Search(house or House(), Windows(h), np.unique(leaked), options=FEW)
    return {h.accounts[c.account] for c in search.takers()}


@pytest.mark.parametrize("again", [0.5, 0.85])
def test_who_read_again_what_two_had_taken_is_not_named_beside_them(again: float) -> None:
    rng, size = np.random.default_rng(11), 6_000
    one, two = (rng.choice(size, 250, replace=False) for _ in range(2))
    both = np.union1d(one, two)
    audited = rng.choice(both, int(again * len(both)), replace=False)
    reads = [*work(rng, 24, size), (1, 10, one), (2, 20, two), (3, 30, audited)]
    leaked = np.concatenate([rng.choice(one, 100, replace=False), rng.choice(two, 100, replace=False)])
    assert named(history(reads, size), leaked) == {"a1", "a2"}


def test_who_read_the_same_on_another_day_is_alike_in_a_window_of_its_own() -> None:
    rng, size = np.random.default_rng(12), 6_000
    haul = rng.choice(size, 250, replace=False)
    h = history([*work(rng, 24, size), (1, 10, haul), (2, 31, haul)], size)
    (one,) = Search(House(), Windows(h), np.sort(haul[:120]), options=FEW).takers()
    (other,) = one.likely
    days = {one.account: one.windows[0], other.account: other}
    assert (set(days), one.alike) == ({1, 2}, (f"a{other.account}",))
    assert [days[a].start <= day < days[a].start + days[a].length for a, day in ((1, 10), (2, 31))] == [True, True]
    assert days[1].length < 20 > days[2].length


def test_what_others_explain_is_no_loss() -> None:
    leaked, rate = np.zeros(4_000, bool), np.full(4_000, 0.002)
    leaked[:100] = leaked[1_000:1_100] = True
    one, two = Source(0, np.arange(250)), Source(1, np.arange(1_000, 1_250))
    again = Source(2, np.concatenate([np.arange(0, 250, 2), np.arange(1_000, 1_250, 2)]))
    alone = losses([one, two], leaked, rate)
    assert (alone > 200).all()
    lost = losses([one, two, again], leaked, rate)
    assert lost[2] < 1
    assert (lost[:2] > 80).all()
    assert losses([again], leaked, rate)[0] > 100


def queues(rng: np.random.Generator, people: int, size: int, each: int = 6) -> list[tuple[int, int, Ints]]:
    """So many people each work from one queue: what one reads most of the others read as well, that week."""
    reads = []
    for first in range(0, people, each):
        for day in range(0, DAYS, 4):
            shared = rng.choice(size, 16, replace=False)
            for member in range(first, first + each):
                reads.append((member, day + int(rng.integers(4)), rng.choice(shared, 10, replace=False)))
                reads.append((member, day, rng.choice(size, 2)))
    return reads


def test_a_colleague_is_not_named_for_what_somebody_unknown_took_from_their_queue(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng, size, house = np.random.default_rng([5, 1]), 4_000, House(absent=frozenset({"a0"}))
    reads = queues(rng, 24, size)
    taken = rng.choice(np.unique(np.concatenate([r for a, _d, r in reads if a == 0])), 60, replace=False)
    h = history(reads, size)
    assert named(h, taken) == {"a0"}
    assert named(h, taken, house) == set()
    monkeypatch.setattr(Search, "_stands_beside_colleagues", lambda *_args: True)
    assert named(h, taken, house)


def test_rows_that_colleagues_never_had_are_held_against_a_leak_without_them() -> None:
    rng, book, books = np.random.default_rng(31), 500, 12
    size, people = book * books, 4 * books
    reads = [
        (a, d, np.union1d(rng.choice(book, 12, replace=False) + a // 4 * book, rng.choice(size, 3, replace=False)))
        for a in range(people)
        for d in range(DAYS)
    ]
    own, elsewhere = np.arange(book), rng.choice(np.arange(book, size), 160, replace=False)
    reads.append((2, 20, np.concatenate([own, elsewhere])))  # in one evening all that his team shares, and more
    leaked = np.concatenate([rng.choice(own, 90, replace=False), rng.choice(elsewhere, 20, replace=False)])
    assert named(history(reads, size, books), leaked) == {"a2"}


def test_a_stretch_of_keys_accuses_nobody_who_once_read_one_there(monkeypatch: pytest.MonkeyPatch) -> None:
    rng, size = np.random.default_rng(3), 8_000
    reads = [
        (a, d, np.arange(s, s + 60)) for a in range(40) for d in (3, 17, 31) for s in [int(rng.integers(size - 60))]
    ]
    h = history([*reads, *work(rng, 30, size, 40)], size, 1)
    start = int(reads[0][2][0])
    leaked = np.concatenate([np.arange(start - 30, start + 50), rng.choice(size, 60, replace=False)])
    assert named(h, leaked) == set()
    monkeypatch.setattr(Search, "_stands_in_stretches", lambda *_args: True)
    monkeypatch.setattr(Search, "_stands_beside_colleagues", lambda *_args: True)
    assert "a0" in named(h, leaked)


def test_stretches_that_end_where_statements_did() -> None:
    leaked = np.concatenate([np.arange(s, s + 50) for s in (100, 900, 2_500, 7_000)])
    ends = np.array([x for s in (100, 900, 2_500, 7_000) for x in (s, s + 49)])
    assert edges_p(leaked, ends, 10_000) < 1e-12
    assert edges_p(leaked, ends + 20, 10_000) > 0.5
    assert edges_p(leaked[:50], ends, 10_000) == 1.0  # two ends are no pattern


def test_the_search_is_paid_for() -> None:
    rng, size = np.random.default_rng(8), 4_000
    reads = [*work(rng, 30, size), (4, 12, rng.choice(size, 40, replace=False))]
    weighing = Search(House(), Windows(history(reads, size)), np.sort(reads[-1][2][:14]), options=FEW).weighing(
        np.ones(size, bool)
    )
    every = weighing.weigh_each([(4, s, n) for n in weighing.windows.lengths for s in range(max(1, DAYS - n + 1))])
    assert weighing.best(4) <= every.max() + 1e-9
    assert weighing.averaged(4) < every.max() - 2
    by_length = [
        np.log(np.mean(np.exp([weighing.weigh(4, s, n) for s in range(max(1, DAYS - n + 1))])))
        for n in weighing.windows.lengths
    ]
    assert weighing.averaged(4) == pytest.approx(np.log(np.mean(np.exp(by_length))), rel=1e-9)


def test_few_colleagues_prove_little() -> None:
    one = np.full(19, 10.0)
    assert gumbel_p(one, 12.0) < 0.01
    assert gumbel_p(one, 12.0, 2.5) > 0.01
    assert gumbel_p(one, 25.0, 2.5) < 0.01


def test_draws_are_distinct_and_weighted_within_their_strata() -> None:
    rng = np.random.default_rng(4)
    bounds, counts = np.array([0, 50, 60, 160]), np.array([5, 6, 0])
    weight = np.where(np.arange(160) % 2, 3.0, 1.0)
    seen = np.zeros(160)
    for _ in range(600):
        places = drawn(rng, bounds, weight, counts)
        assert len(np.unique(places)) == len(places) == 11
        assert [(places < 50).sum(), ((places >= 50) & (places < 60)).sum()] == [5, 6]
        seen[places] += 1
    heavy, light = seen[1:50:2].mean(), seen[0:50:2].mean()
    assert 2.2 < heavy / light < 3.2  # without repeats a little less than three times


def test_a_draw_ends_where_few_records_weigh_nearly_all() -> None:
    rng = np.random.default_rng(4)
    weight = np.concatenate([np.full(20, 1e9), np.full(380, 1e-9)])
    places = drawn(rng, np.array([0, 400]), weight, np.array([60]))
    assert len(np.unique(places)) == 60
    assert set(range(20)) <= set(places.tolist())


def test_readings_are_ordered_and_counted_once(chunked: Callable[[int], None]) -> None:
    chunked(7)
    rng = np.random.default_rng(6)
    account, record, day = rng.integers(0, 4, 90), rng.integers(0, 9, 90), rng.integers(0, 5, 90)
    read = ordered((account * 9 + record) * 5 + day, 9, 5, 6)
    rows = sorted(set(zip(account.tolist(), record.tolist(), day.tolist(), strict=True)))

    def told(read: Ordered) -> list[tuple[int, int, int]]:
        accounts = np.repeat(np.arange(6), np.diff(read.bounds))
        return list(zip(accounts.tolist(), read.record.tolist(), read.day.tolist(), strict=True))

    assert told(read) == rows
    order = by_record(read.record, 9)
    assert order.tolist() == np.argsort(read.record, kind="stable").tolist()
    assert told(read.kept(read.record % 2 == 0)) == [row for row in rows if row[1] % 2 == 0]
    assert told(read.without(np.arange(6) == 2)) == [row for row in rows if row[0] != 2]


@pytest.fixture
def chunked(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    return lambda size: monkeypatch.setattr("headwater.attribution.ordering.CHUNK", size)


def test_stretches_hold_so_many_at_most() -> None:
    bounds = np.array([0, 3, 5, 40, 41, 41, 44])
    made = list(stretches(bounds, 6))
    assert [low for low, _high in made] == [0, *(high for _low, high in made[:-1])]
    assert made[-1][1] == 6
    assert all(bounds[high] - bounds[low] <= 6 or high == low + 1 for low, high in made)
