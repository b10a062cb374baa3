"""Which pairs of people are known to have paid each other: not by a nickname on a bill alone.

Nicknames repeat. Money that a bill lays to one may have gone to another of the same name, and would make an ordinary contact of
somebody else a member of the market.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.network.frames import Ints, People, Traffic
from headwater.network.ranks.steps import among, distinct

_NUMBERED = ("alipay", "bank", "phone", "mask", "wallet")


def firm(paid: pd.DataFrame, traffic: Traffic, people: People) -> npt.NDArray[np.bool_]:
    """Tell which pairs of ``payer`` and ``payee`` are sure.

    A pair is when a transfer between the two shows in a chat, names a card, a telephone or a wallet, or lies in the bills of two
    holders; or when the two write to each other, in private or in one group.
    """
    count = people.count
    of = np.append(people.of, -1)
    sides = [of[traffic.transfers[side].to_numpy(dtype=np.int64)] for side in ("payer", "payee")]
    moved = _keys(sides[0], sides[1], count)[_sure(traffic)]
    known = distinct(np.concatenate([moved, _acquainted(traffic, of, count)]))
    payer, payee = paid["payer"].to_numpy(dtype=np.int64), paid["payee"].to_numpy(dtype=np.int64)
    both = np.where((payer >= 0) & (payee >= 0), np.minimum(payer, payee) * count + np.maximum(payer, payee), -1)
    return among(both, known)


def _keys(one: Ints, other: Ints, count: int) -> Ints:
    """A number for each pair, whatever its direction; -2 where somebody is not known."""
    return np.where((one >= 0) & (other >= 0), np.minimum(one, other) * count + np.maximum(one, other), -2)


def _sure(traffic: Traffic) -> npt.NDArray[np.bool_]:
    """Transfers whose two sides are told by more than a nickname."""
    moved = traffic.transfers
    numbered = np.append(traffic.accounts["system"].astype(str).isin(_NUMBERED).to_numpy(), False)
    named = numbered[moved["payer"].to_numpy(dtype=np.int64)] & numbered[moved["payee"].to_numpy(dtype=np.int64)]
    return np.asarray((moved["message"] >= 0).to_numpy() | named | _twice(traffic))


def _twice(traffic: Traffic) -> npt.NDArray[np.bool_]:
    """Transfers that lie in the bills of two holders."""
    copies = traffic.copies
    found = np.zeros(len(traffic.transfers), dtype=bool)
    if copies.empty:
        return found
    copies = copies[(copies["table"] == "transfers").to_numpy()]
    code, sources = pd.factorize(copies["source"].astype(object))
    holder = pd.factorize(pd.Index([_holder(str(s)) for s in sources]))[0]
    size = max(len(sources), 1)
    pairs = distinct(copies["row"].to_numpy(dtype=np.int64) * size + (holder[code] if len(code) else code))
    rows, times = np.unique(pairs // size, return_counts=True)
    found[rows[times > 1]] = True
    return found


def _holder(source: str) -> str:
    """Whose folder a file lies in: ``payments/HOLDER/…``."""
    parts = source.split("/")
    return parts[1] if len(parts) > 2 else source


def _acquainted(traffic: Traffic, of: Ints, count: int) -> Ints:
    """Pairs of people who write to each other in private, and pairs who both write in one group."""
    one, other = (of[traffic.chats[side].to_numpy(dtype=np.int64)] for side in ("one", "other"))
    private = _keys(one, other, count)
    group = traffic.chats["group"].to_numpy(dtype=bool)
    chat = traffic.messages["chat"].to_numpy(dtype=np.int64)
    person = of[traffic.messages["sender"].to_numpy(dtype=np.int64)]
    inside = group[chat] & (person >= 0)
    wrote = distinct(chat[inside] * count + person[inside])
    found = [private[private >= 0]]
    for members in np.split(wrote % count, np.flatnonzero(np.diff(wrote // count)) + 1):
        low, high = np.triu_indices(len(members), 1)
        found.append(_keys(members[low], members[high], count))
    return np.concatenate(found)
