"""How many shortest paths lead through each person (Brandes 2001), on the core of people with two partners or more.

People with one partner, as most customers are, lie on no path and end none here: the paths among those who trade with several.
"""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from headwater.identifiers.compiled import compiled
from headwater.network.frames import Ints
from headwater.network.ranks.levels import Edges, Floats

EXACT = 5_000
"""People in the core up to which every one is a source; beyond, a sample is, and the figures are estimates."""


def betweenness(edges: Edges, sampled: int = 500, seed: int = 20_010_625) -> tuple[Floats, bool]:
    """Share of the pairs of the core whose shortest paths lead through each person, and whether it is exact.

    Edges count in both directions. Above ``EXACT`` people in the core, ``sampled`` of them are sources.
    """
    both = csr_matrix((np.ones(len(edges.low)), (edges.low, edges.high)), shape=(edges.count, edges.count))
    both = ((both + both.T) > 0).astype(np.float64)
    both.setdiag(0)
    both.eliminate_zeros()
    core = np.flatnonzero(np.diff(both.indptr) > 1)
    found = np.zeros(edges.count)
    if len(core) < 3:
        return found, True
    inner = both[core][:, core].tocsr()
    inner.sort_indices()
    exact = len(core) <= EXACT
    chosen = np.arange(len(core)) if exact else np.sort(np.random.default_rng(seed).choice(len(core), sampled, False))
    through = _brandes(inner.indptr.astype(np.int64), inner.indices.astype(np.int64), chosen.astype(np.int64))
    found[core] = through * (len(core) / len(chosen)) / ((len(core) - 1) * (len(core) - 2))
    return found, exact


@compiled
def _brandes(begins: Ints, partners: Ints, sources: Ints) -> Floats:
    count = len(begins) - 1
    through, credit, paths = np.zeros(count), np.zeros(count), np.zeros(count)
    distance, queue = np.empty(count, np.int64), np.empty(count, np.int64)
    for source in sources:
        distance[:] = -1
        paths[:] = 0.0
        credit[:] = 0.0
        distance[source], paths[source], queue[0] = 0, 1.0, source
        head, tail = 0, 1
        while head < tail:
            at = queue[head]
            head += 1
            for place in range(begins[at], begins[at + 1]):
                other = partners[place]
                if distance[other] < 0:
                    distance[other] = distance[at] + 1
                    queue[tail] = other
                    tail += 1
                if distance[other] == distance[at] + 1:
                    paths[other] += paths[at]
        for back in range(tail - 1, 0, -1):
            at = queue[back]
            for place in range(begins[at], begins[at + 1]):
                other = partners[place]
                if distance[other] == distance[at] - 1:
                    credit[other] += paths[other] / paths[at] * (1.0 + credit[at])
            through[at] += credit[at]
    return through
