"""Money that went back: from seller to buyer, for what was paid and not delivered."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.network.frames import NONE
from headwater.network.money.bubbles import cents
from headwater.network.money.ledger import DAY, MINUTE
from headwater.network.money.pairing import Span, nearest_pairs, same_codes
from headwater.network.money.stacking import stacked

_BACK = Span(30 * MINUTE, 7 * DAY)
_ASKED_BACK = Span(10 * MINUTE, 10 * DAY)
_STEP = 5


def refunds(paid: pd.DataFrame, hops: pd.DataFrame, said: pd.DataFrame) -> pd.DataFrame:
    """Payments from sellers to their buyers that give back a hop's price, whole or half: ``payment``, ``hop``, ``amount``.

    Hops that failed go first; others follow where the seller says that it is a refund (``said``: such notices).
    """
    free = (paid["what"] == "other").to_numpy()
    told = _announced(paid, said)
    failed = (hops["outcome"] != "answered").to_numpy()
    price, had = cents(hops["price"]), cents(hops["paid"])
    open_ = had > 0
    ended = np.where(
        hops["answered"].to_numpy(np.int64) != NONE,
        hops["answered"].to_numpy(np.int64),
        hops["asked"].to_numpy(np.int64),
    )
    found = []
    half = _half(had)
    for wanted, rows, certain in (
        (had, failed, None),
        (half, failed, None),
        (had, ~failed, told),
        (half, ~failed, told),
        (price, failed, told),
    ):
        allowed = free if certain is None else free & certain
        left, right = same_codes(_hops(hops, wanted), _pays(paid))
        left, right = np.where(open_ & rows & (wanted > 0), left, NONE), np.where(allowed, right, NONE)
        hop, payment = nearest_pairs((left, right), (ended, paid["time"].to_numpy(np.int64)), _BACK)
        open_[hop], free[payment] = False, False
        found.append(pd.DataFrame({"payment": payment, "hop": hop, "amount": paid["amount"].to_numpy()[payment]}))
    return stacked(found)


def against(paid: pd.DataFrame, hops: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Payments to somebody who buys of the payer and sells the payer nothing: money that goes back, whatever for."""
    deals = same_codes(
        [paid["payer"].to_numpy(np.int64), paid["payee"].to_numpy(np.int64)],
        [hops["seller"].to_numpy(np.int64), hops["buyer"].to_numpy(np.int64)],
    )
    along = same_codes(
        [paid["payer"].to_numpy(np.int64), paid["payee"].to_numpy(np.int64)],
        [hops["buyer"].to_numpy(np.int64), hops["seller"].to_numpy(np.int64)],
    )
    return np.asarray(np.isin(*deals) & ~np.isin(*along))


def _half(sums: np.ndarray) -> np.ndarray:
    """Half of a sum, rounded up to the next five."""
    step = _STEP * 100
    return np.where(sums > 0, -(-sums // 2 // step) * step, NONE)


def _hops(hops: pd.DataFrame, wanted: np.ndarray) -> list[np.ndarray]:
    return [hops["seller"].to_numpy(np.int64), hops["buyer"].to_numpy(np.int64), wanted]


def _pays(paid: pd.DataFrame) -> list[np.ndarray]:
    return [paid["payer"].to_numpy(np.int64), paid["payee"].to_numpy(np.int64), cents(paid["amount"])]


def _announced(paid: pd.DataFrame, said: pd.DataFrame) -> np.ndarray:
    """Payments that the payer calls a refund of that sum."""
    mine = [said["sender"].to_numpy(np.int64), said["receiver"].to_numpy(np.int64), cents(said["amount"])]
    _, payment = nearest_pairs(
        same_codes(mine, _pays(paid)), (said["time"].to_numpy(np.int64), paid["time"].to_numpy(np.int64)), _ASKED_BACK
    )
    found = np.zeros(len(paid), dtype=bool)
    found[payment] = True
    return found
