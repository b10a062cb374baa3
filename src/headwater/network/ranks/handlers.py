"""People who handle money and no orders: escrow, mules, and heads who only receive.

Somebody between a buyer and his seller is told by triangles: he is paid by people who ask sellers whom he pays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix

from headwater.network.ranks.deeds import Deeds
from headwater.network.ranks.levels import Floats, Mask


@dataclass(frozen=True, slots=True, eq=False)
class Handling:
    """Money of each person with people of the market.

    ``received`` from buyers, ``passed_on`` to sellers of those who paid, ``returned`` to those who paid, ``payers`` and ``payees``
    (people), ``triangles`` (payers whose seller he pays), ``matched`` (share of what came in that was laid to orders), ``paid_up`` to
    people who sell and never bought from him in ``ups`` payments; ``sellers`` (people who sell and pay him), ``payments`` (theirs).
    """

    received: Floats
    passed_on: Floats
    returned: Floats
    payers: Floats
    payees: Floats
    triangles: Floats
    matched: Floats
    paid_up: Floats
    ups: Floats
    sellers: Floats
    payments: Floats
    all_received: Floats


def handling(paid: pd.DataFrame, done: Deeds, count: int) -> Handling:
    """Sum up the money between people of the market."""
    kept = paid[((paid["payer"] >= 0) & (paid["payee"] >= 0) & (paid["payer"] != paid["payee"])).to_numpy()]
    payer, payee = kept["payer"].to_numpy(dtype=np.int64), kept["payee"].to_numpy(dtype=np.int64)
    amount = kept["amount"].to_numpy(dtype=np.float64)
    buys, sells = done.traded.bought >= 1, done.traded.sold >= 1
    asks = _pairs(done.steps["buyer"].to_numpy(), done.steps["seller"].to_numpy(), count)
    pays = _pairs(payer, payee, count)
    bought_from = _holds(asks, payee, payer)  # the payee asked the payer: this is a refund
    back = _holds(pays, payee, payer)
    closes = _holds((pays @ asks.T).tocsr(), payee, payer)  # the payee pays somebody whom the payer asks
    from_buyers, to_sellers = buys[payer], sells[payee]

    def per(people: np.ndarray, mask: np.ndarray, weight: np.ndarray | None = None) -> Floats:
        return np.bincount(people[mask], None if weight is None else weight[mask], count).astype(np.float64)

    received = per(payee, from_buyers, amount)
    matched = per(payee, from_buyers, np.nan_to_num(kept["matched"].to_numpy(dtype=np.float64)))
    seller_pays = sells[payer] & ~bought_from
    return Handling(
        received=received,
        passed_on=per(payer, to_sellers, amount),
        returned=per(payer, buys[payee] & back & ~sells[payee], amount),
        payers=per(payee, from_buyers),
        payees=per(payer, to_sellers),
        triangles=per(payee, from_buyers & closes),
        matched=np.divide(matched, received, out=np.zeros(count), where=received > 0),
        paid_up=per(payer, to_sellers & ~bought_from, amount),
        ups=per(payer, to_sellers & ~bought_from, kept["payments"].to_numpy(dtype=np.float64)),
        sellers=per(payee, seller_pays),
        payments=per(payee, seller_pays, kept["payments"].to_numpy(dtype=np.float64)),
        all_received=per(payee, np.ones(len(kept), dtype=bool), amount),
    )


def _pairs(one: np.ndarray, other: np.ndarray, count: int) -> csr_matrix:
    joined = csr_matrix((np.ones(len(one)), (one, other)), shape=(count, count))
    joined.data[:] = 1.0
    return joined


def _holds(pairs: csr_matrix, one: np.ndarray, other: np.ndarray) -> Mask:
    """Whether each pair is among those of the matrix."""
    if not len(one):
        return np.zeros(0, dtype=bool)
    return np.asarray(pairs[one, other]).ravel() > 0
