"""Key players: orders cut counted by hand, betweenness, constraint and fragments against their definitions."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from tests.network.ranks.made_hops import hops_of, market

from headwater.network.ranks import betweenness as between
from headwater.network.ranks.constraint import constraint
from headwater.network.ranks.fragments import Fragmentation, OrdersCut, best_set
from headwater.network.ranks.key_players import KeySettings, key_players
from headwater.network.ranks.levels import Edges


def random_graph(seed: int, count: int = 14, share: float = 0.2) -> Edges:
    rng = np.random.default_rng(seed)
    low, high = np.nonzero(np.triu(rng.random((count, count)) < share, 1))
    return Edges(low, high, rng.uniform(0.5, 3, len(low)), count)


def neighbours(graph: Edges) -> dict[int, dict[int, float]]:
    found: dict[int, dict[int, float]] = {p: {} for p in range(graph.count)}
    for one, other, weight in zip(graph.low.tolist(), graph.high.tolist(), graph.weight.tolist(), strict=True):
        found[one][other] = found[one].get(other, 0) + weight
        found[other][one] = found[other].get(one, 0) + weight
    return found


def shortest(near: dict[int, set[int]], start: int, end: int) -> list[list[int]]:
    paths, done = [[start]], False
    while paths and not done:
        paths = [[*path, step] for path in paths for step in near[path[-1]] if step not in path]
        done = any(path[-1] == end for path in paths)
        if len(paths[0] if paths else []) > len(near):
            return []
    return [path for path in paths if path[-1] == end]


@pytest.mark.parametrize("seed", range(4))
def test_betweenness_counts_shortest_paths(seed: int) -> None:
    graph = random_graph(seed)
    whole = neighbours(graph)
    core = [p for p, near in whole.items() if len(near) > 1]
    near = {p: {q for q in whole[p] if q in core} for p in core}
    expected = np.zeros(graph.count)
    for start, end in combinations(core, 2):
        paths = shortest(near, start, end)
        for path in paths:
            for person in path[1:-1]:
                expected[person] += 1 / len(paths)
    found, exact = between.betweenness(graph)
    assert exact
    assert found == pytest.approx(expected * 2 / ((len(core) - 1) * (len(core) - 2)))


def test_beyond_its_bound_betweenness_is_an_estimate_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    graph = random_graph(9, 60, 0.1)
    whole, _ = between.betweenness(graph)
    monkeypatch.setattr(between, "EXACT", 10)
    some, exact = between.betweenness(graph, sampled=40)
    assert not exact
    assert np.corrcoef(whole, some)[0, 1] > 0.9


@pytest.mark.parametrize("seed", range(4))
def test_constraint_is_burts(seed: int) -> None:
    graph = random_graph(seed)
    near = neighbours(graph)
    share = {p: {q: w / sum(qs.values()) for q, w in qs.items()} for p, qs in near.items()}
    for person, found in enumerate(constraint(graph)):
        if not near[person]:
            assert np.isnan(found)
            continue
        expected = sum(
            (share[person][q] + sum(share[person][m] * share[m].get(q, 0) for m in near[person] if m != q)) ** 2
            for q in near[person]
        )
        assert found == pytest.approx(expected)


def test_fragmentation_of_a_star_and_of_a_ring() -> None:
    star = Edges(np.zeros(4, int), np.arange(1, 5), np.ones(4), 5)
    assert Fragmentation(star)((0,)) == 1
    assert Fragmentation(star)((1,)) == 0
    ring = Edges(np.arange(6), (np.arange(6) + 1) % 6, np.ones(6), 6)
    assert Fragmentation(ring)((0, 3)) == pytest.approx(1 - 4 / 12)


@pytest.mark.parametrize("seed", range(3))
def test_swaps_find_nearly_the_best_set(seed: int) -> None:
    rng = np.random.default_rng(seed)
    order, person = np.unique(rng.integers(0, [60, 9], (150, 2)), axis=0).T
    worth = OrdersCut(order, person, 60)
    best = max(worth(chosen) for chosen in combinations(range(9), 3))
    assert worth(best_set(3, list(range(9)), worth)) >= 0.98 * best


PATHS = [(0, 1, 2)] * 6 + [(0, 3, 2)] * 3 + [(4, 3, 5)] * 2


def test_orders_are_cut_and_cut_for_good_as_counted_by_hand() -> None:
    found = key_players(hops_of(PATHS, ["owner"] * 9 + ["credit"] * 2), 6)
    assert [(k.person, k.rank, k.cut, k.cut_hard) for k in found.players] == [
        (2, 1, 9, 9),
        (1, 2, 6, 0),
        (3, 3, 5, 2),
        (5, 4, 2, 2),
    ]
    assert [k.items for k in found.players] == [9, 6, 5, 2]
    pair = next(s for s in found.sets if s.aim == "orders" and len(s.people) == 2)
    assert (pair.people, pair.cut) in [((2, 5), 11), ((2, 3), 11), ((1, 3), 11)]


def test_an_order_that_a_middleman_starts_is_cut_without_him_too() -> None:
    customers = np.array([False, False, False, False, True, False])
    found = key_players(hops_of(PATHS), 6, customers=customers)
    assert {k.person: k.cut for k in found.players} == {0: 9, 2: 9, 1: 6, 3: 5, 5: 2}
    assert {k.person: k.items for k in found.players}[0] == 9


def test_orders_that_failed_cut_nothing() -> None:
    assert key_players(hops_of(PATHS, outcome="failed"), 6).players == ()
    assert key_players(hops_of([]), 6).players == ()


def test_an_answer_that_nobody_saw_counts_in_an_answered_order() -> None:
    hops = hops_of(PATHS)
    hops.hops.loc[hops.hops["level"] == 1, "outcome"] = "open"
    assert key_players(hops, 6).players[0].cut == 9
    hops.orders["outcome"] = "open"
    assert 2 not in {k.person for k in key_players(hops, 6).players}


def test_ranks_are_shown_with_how_firm_they_are() -> None:
    hops, tier = market(0)
    found = key_players(hops, len(tier), devices=(21, 22, 30), settings=KeySettings(listed=8))
    assert len(found.players) == 8
    assert [k.rank for k in found.players] == list(range(1, 9))
    assert all(k.rank_low <= k.rank_high and 0 <= k.kept <= 1 for k in found.players)
    assert found.players[0].kept > found.players[-1].kept
    assert all(tier[k.person] > 0 for k in found.players)
    assert found == key_players(hops, len(tier), devices=(21, 22, 30), settings=KeySettings(listed=8))
