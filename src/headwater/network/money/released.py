"""What an escrow did with the money of one order: let it go to the seller, less a fee, or gave it back to the buyer."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from headwater.network.money.ledger import DAY

_WAIT = 14 * DAY
_FEE = 0.15
"""The largest part of a payment that may stay with who held it."""


def released(parts: pd.DataFrame, paid: pd.DataFrame, owed: pd.DataFrame) -> pd.DataFrame:
    """Parts of payments to escrows as what came out at the other end: the sum that was let go, nothing where it was given back.

    Only who passes on payment by payment is an escrow; who passes on in lumps is a mule, and the hop was paid in full.
    """
    via = (paid["seller"] != paid["payee"]).to_numpy()
    mine = np.flatnonzero(
        via[parts["payment"].to_numpy(np.int64)] & ~parts["payment"].duplicated(keep=False).to_numpy()
    )
    if not len(mine):
        return parts
    held = paid.iloc[parts["payment"].to_numpy(np.int64)[mine]].assign(part=mine)
    given = paid[paid["what"].isin(["pass_on", "pass_back"])]
    amount = parts["amount"].to_numpy(float).copy()
    for holder, rows in held.groupby("payee", sort=True):
        out = given[(given["payer"] == holder).to_numpy()]
        found = dict(_matched(rows, out))
        if len(found) < 0.5 * len(rows):
            continue
        for part, (sum_, back) in found.items():
            amount[part] = 0.0 if back else sum_
    return parts.assign(amount=amount)[amount > 0].reset_index(drop=True)


def _matched(held: pd.DataFrame, out: pd.DataFrame) -> Iterable[tuple[int, tuple[float, bool]]]:
    """For each payment held the first one after it that gives it to the seller or back to the payer, a little less at most."""
    free = np.ones(len(out), dtype=bool)
    time, sums, to = (out[name].to_numpy() for name in ("time", "amount", "payee"))
    for row in held.sort_values("time").itertuples(index=False):
        fits = (
            free
            & (time >= row.time)
            & (time <= row.time + _WAIT)
            & (sums <= row.amount)
            & (sums >= (1 - _FEE) * row.amount)
        )
        fits &= (to == row.seller) | (to == row.payer)
        if fits.any():
            places = np.flatnonzero(fits)
            place = int(places[np.lexsort((time[places], row.amount - sums[places] > 0.05 * row.amount))[0]])
            free[place] = False
            yield int(row.part), (float(sums[place]), bool(to[place] == row.payer))
