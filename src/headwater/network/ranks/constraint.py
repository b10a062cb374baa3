"""How far each person's partners deal with one another: Burt's constraint. Low: a bridge between people who do not meet."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix, diags

from headwater.network.ranks.levels import Edges, Floats


def constraint(edges: Edges) -> Floats:
    """Burt's constraint of each person by the weights of both directions; NaN without partners (Burt 1992, chapter 2)."""
    one = csr_matrix((edges.weight, (edges.low, edges.high)), shape=(edges.count, edges.count))
    both = (one + one.T).tocsr()
    both.setdiag(0)
    both.eliminate_zeros()
    total = np.asarray(both.sum(axis=1)).ravel()
    share = diags(np.divide(1.0, total, out=np.zeros_like(total), where=total > 0)) @ both
    direct = (both > 0).astype(np.float64)
    invested = share + (share @ share).multiply(direct)
    sums = np.asarray(invested.multiply(invested).sum(axis=1)).ravel()
    return np.where(total > 0, sums, np.nan)
