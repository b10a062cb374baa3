"""Levels against a dense solution, exact on layers, and robust against wrong and skipping edges."""

from __future__ import annotations

import numpy as np
import pytest

from headwater.network.ranks.levels import Edges, agreed, components, incoherence, level


def edges(*rows: tuple[int, int, float], count: int) -> Edges:
    low, high, weight = zip(*rows, strict=True)
    return Edges(np.array(low), np.array(high), np.array(weight, dtype=float), count)


def random_edges(seed: int) -> Edges:
    rng = np.random.default_rng(seed)
    pairs = np.unique(rng.integers(0, 30, (120, 2)), axis=0)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    return Edges(pairs[:, 0], pairs[:, 1], rng.uniform(0.1, 5, len(pairs)), 30)


def firsts(graph: Edges) -> np.ndarray:
    first = np.zeros(graph.count, dtype=bool)
    first[np.unique(components(graph), return_index=True)[1]] = True
    return first


@pytest.mark.parametrize("seed", range(3))
def test_levels_solve_the_equation_of_trophic_levels(seed: int) -> None:
    graph = random_edges(seed)
    weights = np.zeros((30, 30))
    np.add.at(weights, (graph.low, graph.high), graph.weight)
    into, out = weights.sum(axis=0), weights.sum(axis=1)
    dense = np.linalg.pinv(np.diag(into + out) - weights - weights.T) @ (into - out)
    found = level(graph, firsts(graph))
    for group in np.unique(components(graph)):
        mine = components(graph) == group
        assert np.allclose(found[mine] - found[mine].mean(), dense[mine] - dense[mine].mean(), atol=1e-5)


def test_where_every_edge_climbs_one_step_there_is_no_incoherence() -> None:
    graph = edges((0, 1, 3.0), (1, 2, 1.0), (0, 3, 2.0), (3, 2, 1.0), count=4)
    found = level(graph, firsts(graph))
    assert found == pytest.approx([0, 1, 2, 1], abs=1e-6)
    assert incoherence(graph, found, components(graph)) == pytest.approx([0.0], abs=1e-9)


def test_where_edges_have_no_direction_incoherence_is_one() -> None:
    graph = edges((0, 1, 2.0), (1, 0, 2.0), (1, 2, 5.0), (2, 1, 5.0), count=3)
    assert incoherence(graph, level(graph, firsts(graph)), components(graph)) == pytest.approx([1.0])


def test_reversed_edges_shrink_levels_as_foretold_and_leave_the_agreed_ones_whole() -> None:
    share = 0.2
    graph = edges(*[(n, n + 1, 1 - share) for n in range(4)], *[(n + 1, n, share) for n in range(4)], count=5)
    squares = level(graph, firsts(graph))
    f0 = incoherence(graph, squares, components(graph))[0]
    assert squares == pytest.approx(np.arange(5) * (1 - 2 * share), abs=1e-6)
    assert f0 == pytest.approx(1 - (1 - 2 * share) ** 2)
    assert squares / np.sqrt(1 - f0) == pytest.approx(np.arange(5), abs=1e-6)
    assert agreed(graph, firsts(graph), squares) == pytest.approx(np.arange(5), abs=0.1)


def test_edges_that_skip_a_step_do_not_pull_the_agreed_levels_together() -> None:
    graph = edges((0, 1, 9.0), (1, 2, 9.0), (2, 3, 9.0), (0, 2, 2.0), (1, 3, 2.0), count=4)
    squares = level(graph, firsts(graph))
    assert squares[3] < 2.8
    assert agreed(graph, firsts(graph), squares) == pytest.approx([0, 1, 2, 3], abs=0.1)


def test_people_without_edges_stay_where_they_are() -> None:
    graph = edges((0, 1, 1.0), count=3)
    assert level(graph, firsts(graph))[2] == 0
