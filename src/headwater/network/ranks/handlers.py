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

MUTUAL = 0.2
"""Part of the money between two that went the other way, from which they are taken to lend to each other."""


@dataclass(frozen=True, slots=True, eq=False)
class Handling:
    """Money of each person with people of the market.

    ``received`` from buyers (``payers``, ``sure_payers`` of them surely known; ``customers`` only start orders and paid more than
    once), ``passed_on`` to sellers (``payees``), ``given`` to anybody, ``returned`` to those who paid, ``triangles`` (payers whose
    seller he pays), ``matched`` (share of what came in that was laid to orders), ``paid_up`` to people who sell and never bought
    from him in ``ups`` payments; ``sellers`` (people who sell and pay him), ``payments`` (theirs), ``stood`` (payments to him that
    were for somebody else's orders, of so many ``others``). What goes out, up, back or to a head counts between people who are
    surely known.
    """

    received: Floats
    passed_on: Floats
    given: Floats
    returned: Floats
    payers: Floats
    sure_payers: Floats
    customers: Floats
    payees: Floats
    triangles: Floats
    matched: Floats
    paid_up: Floats
    ups: Floats
    sellers: Floats
    payments: Floats
    stood: Floats
    others: Floats
    all_received: Floats


def handling(paid: pd.DataFrame, done: Deeds, starter: Mask, count: int) -> Handling:
    """Sum up the money between people of the market; ``firm`` of ``paid`` tells whose two sides are surely known (else all are)."""
    kept = paid[((paid["payer"] >= 0) & (paid["payee"] >= 0) & (paid["payer"] != paid["payee"])).to_numpy()]
    payer, payee = kept["payer"].to_numpy(dtype=np.int64), kept["payee"].to_numpy(dtype=np.int64)
    amount = kept["amount"].to_numpy(dtype=np.float64)
    sure = kept["firm"].to_numpy(dtype=bool) if "firm" in kept else np.ones(len(kept), dtype=bool)
    times = kept["payments"].to_numpy(dtype=np.float64)
    buys, sells = done.traded.bought >= 1, done.traded.sold >= 1
    asks = _pairs(done.steps["buyer"].to_numpy(), done.steps["seller"].to_numpy(), count)
    sums = csr_matrix((amount, (payer, payee)), shape=(count, count))
    back = _at(sums, payee, payer)
    both_ways = back >= MUTUAL * amount
    lends = both_ways & sells[payee]  # a hand between others is not paid by those whom it pays
    bought_from = _at(asks, payee, payer) > 0  # the payee asked the payer: this is a refund
    through = _pairs(payer[sure & ~lends], payee[sure & ~lends], count)
    closes = _at((through @ asks.T).tocsr(), payee, payer) > 0  # the payee pays somebody whom the payer asks
    from_buyers, to_sellers = buys[payer] & ~(both_ways & sells[payer]), sure & sells[payee] & ~lends

    def per(people: np.ndarray, mask: np.ndarray, weight: np.ndarray | None = None) -> Floats:
        return np.bincount(people[mask], None if weight is None else weight[mask], count).astype(np.float64)

    received = per(payee, from_buyers, amount)
    matched = per(payee, from_buyers, np.nan_to_num(kept["matched"].to_numpy(dtype=np.float64)))
    seller_pays = sure & sells[payer] & ~bought_from
    others = np.zeros(count)
    if "others" in kept:
        np.maximum.at(others, payee, kept["others"].to_numpy(dtype=np.float64))
    return Handling(
        received=received,
        passed_on=per(payer, to_sellers, amount),
        given=per(payer, sure & ~both_ways, amount),
        returned=per(payer, sure & buys[payee] & (back > 0) & ~sells[payee], amount),
        payers=per(payee, from_buyers),
        sure_payers=per(payee, from_buyers & sure),
        customers=per(payee, starter[payer] & (times > 1)),
        payees=per(payer, to_sellers),
        triangles=per(payee, from_buyers & closes),
        matched=np.divide(matched, received, out=np.zeros(count), where=received > 0),
        paid_up=per(payer, to_sellers & ~bought_from, amount),
        ups=per(payer, to_sellers & ~bought_from, times),
        sellers=per(payee, seller_pays),
        payments=per(payee, seller_pays, times),
        others=others,
        stood=per(
            payee, from_buyers, kept["for_another"].to_numpy(dtype=np.float64) if "for_another" in kept else times * 0
        ),
        all_received=per(payee, np.ones(len(kept), dtype=bool), amount),
    )


def _pairs(one: np.ndarray, other: np.ndarray, count: int) -> csr_matrix:
    joined = csr_matrix((np.ones(len(one)), (one, other)), shape=(count, count))
    joined.data[:] = 1.0
    return joined


def _at(matrix: csr_matrix, one: np.ndarray, other: np.ndarray) -> Floats:
    """What the matrix holds for each pair."""
    return np.asarray(matrix[one, other], dtype=np.float64).ravel() if len(one) else np.zeros(0)
