"""Rows of bills as sides of movements between people: what was paid out, what came in, and what is neither."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from headwater.network.frames import NONE, Ints
from headwater.network.money.bubbles import cents
from headwater.network.money.pairing import Span, nearest_pairs, same_codes
from headwater.network.money.stacking import stacked
from headwater.network.money.texts import mapped, texts

_HOUR = 3_600_000_000
_WEEK = 7 * 24 * _HOUR
_BETWEEN_PEOPLE = ("transfer", "packet", "code", "refund", "other")
_BACK = ("refunded", "returned")


@dataclass(frozen=True, slots=True, eq=False)
class Legs:
    """``legs``: one row for each row of a bill that is one side of a movement between people; ``twins``: rows that only repeat one of
    them (``row`` of the bills, ``leg``): money given back, and what a wallet drew from the card for it."""

    legs: pd.DataFrame
    twins: pd.DataFrame


def legs(payments: pd.DataFrame) -> Legs:
    """Tell the rows that move money between people.

    ``payments``: the lake's rows, by place; ``account``, ``payer`` and ``payee`` as accounts (NONE where not told).
    Shops, wages, top-ups, withdrawals and fees are left out. Columns: ``row``, ``time``, ``own`` (account), ``out``,
    ``other`` (account; NONE), ``label`` (what the bill calls the other side), ``token``, ``other_kind``, ``owner``,
    ``cents``, ``fee``, ``currency``, ``channel``, ``kind``, ``status``, ``refunded``, ``reference``."""
    whole = _plain(payments)
    people = whole[_personal(whole)].reset_index(drop=True)
    back, of = _given_back(people)
    kept = np.setdiff1d(np.arange(len(people)), back)
    people = _marked(people, back, of).iloc[kept]
    place = np.full(len(whole), NONE, dtype=np.int64)
    place[kept] = np.arange(len(kept))
    twins = [pd.DataFrame({"row": whole[_personal(whole)]["row"].to_numpy()[back], "leg": place[of]})]
    people = people.reset_index(drop=True)
    funded = whole[(whole["other_kind"] == "firm").to_numpy()].reset_index(drop=True)
    twins.append(_drawn(funded, people))
    return Legs(people.drop(columns="direction"), stacked(twins))


def _plain(payments: pd.DataFrame) -> pd.DataFrame:
    columns = ("channel", "direction", "other_kind", "other_token", "currency", "kind", "status", "reference", "owner")
    frame = pd.DataFrame({name: texts(payments[name]) for name in columns})
    frame["row"], frame["own"] = np.arange(len(payments)), payments["account"].to_numpy(np.int64)
    frame["time"] = payments["time"].to_numpy(np.int64)
    payer, payee = payments["payer"].to_numpy(np.int64), payments["payee"].to_numpy(np.int64)
    frame["out"] = (frame["direction"] == "out").to_numpy()
    frame["other"] = np.where(frame["out"], payee, payer)
    frame.loc[(frame["other"] == frame["own"]).to_numpy(), "other"] = NONE
    frame["cents"], frame["fee"] = cents(payments["amount"]), payments["fee"].to_numpy(float)
    frame["refunded"] = np.nan_to_num(payments["refunded"].to_numpy(float))
    frame["label"] = mapped(payments["other_name"], lambda name: name.removeprefix("发给").removeprefix("来自"))
    frame["currency"] = mapped(frame["currency"], lambda currency: currency or "CNY")
    return frame.rename(columns={"other_token": "token"})


def _personal(frame: pd.DataFrame) -> np.ndarray:
    between = frame["kind"].isin(_BETWEEN_PEOPLE) & ~frame["other_kind"].isin(["merchant", "firm"])
    moved = frame["direction"].isin(["in", "out"]) | (frame["kind"] == "refund")
    told = (frame["label"] != "") | (frame["other"] >= 0) | (frame["reference"] != "")
    return np.asarray(between & moved & told & (frame["cents"] > 0) & (frame["own"] >= 0) & (frame["time"] != NONE))


def _given_back(people: pd.DataFrame) -> tuple[Ints, Ints]:
    """Rows that only say that another row's money came back, and that row: by number, or by sum and name."""
    twin = ((people["kind"] == "refund") & ~people["out"]).to_numpy()
    told = (people["status"].isin([*_BACK, "partly_refunded"]) | (people["refunded"] > 0)).to_numpy()
    paid = people["out"].to_numpy()
    times = (people["time"].to_numpy(), people["time"].to_numpy())
    stem = mapped(people["reference"], lambda number: number.partition("_")[0])
    own = people["own"].to_numpy()
    span, free = Span(_HOUR, 13 * _WEEK), twin.copy()
    by_number = same_codes([own, stem], [own, stem])
    numbered = np.asarray(stem != "")
    pairs = [_paired(by_number, free & numbered, paid & numbered, times, span)]
    free[pairs[0][1]] = False
    left = paid & told
    left[pairs[0][0]] = False
    sums = np.where(twin | (people["refunded"] <= 0), people["cents"], cents(people["refunded"]))
    names = [own, sums, texts(people["label"]), people["other"].to_numpy()]
    pairs.append(_paired(same_codes(names, names), free, left, times, span))
    return np.concatenate([p[1] for p in pairs]), np.concatenate([p[0] for p in pairs])


def _paired(
    keys: tuple[Ints, Ints], twin: np.ndarray, paid: np.ndarray, times: tuple[Ints, Ints], span: Span
) -> tuple[Ints, Ints]:
    return nearest_pairs((np.where(paid, keys[0], NONE), np.where(twin, keys[1], NONE)), times, span)


def _marked(people: pd.DataFrame, back: Ints, of: Ints) -> pd.DataFrame:
    """Say on the row what came back of it: a transfer whole and unasked was never taken in."""
    given = people["cents"].to_numpy()[back] / 100
    refunded = people["refunded"].to_numpy().copy()
    refunded[of] = np.maximum(refunded[of], given)
    status = people["status"].to_numpy(object).copy()
    whole = cents(refunded) >= people["cents"].to_numpy()
    gone = np.isin(status, _BACK) | (whole & (refunded > 0))
    wallet = people["kind"].isin(["transfer", "packet"]).to_numpy()
    status[gone] = np.where(wallet[gone] & people["out"].to_numpy()[gone], "returned", "refunded")
    status[(refunded > 0) & ~gone] = "partly_refunded"
    refunded[gone & (refunded <= 0)] = people["cents"].to_numpy()[gone & (refunded <= 0)] / 100
    return people.assign(status=pd.Categorical(status), refunded=refunded)


def _drawn(funded: pd.DataFrame, people: pd.DataFrame) -> pd.DataFrame:
    """What the payment firm took from the card, at the payment that it was taken for: the same holder, sum and minute."""
    holders = [texts(frame["owner"]) for frame in (funded, people)]
    sums = [frame["cents"].to_numpy() for frame in (funded, people)]
    key_f, key_p = same_codes([holders[0], sums[0]], [holders[1], sums[1]])
    key_f = np.where(funded["out"].to_numpy(bool), key_f, NONE)
    key_p = np.where(people["out"].to_numpy(bool) & (people["channel"] != "bank").to_numpy(), key_p, NONE)
    times = (funded["time"].to_numpy(np.int64), people["time"].to_numpy(np.int64))
    one, other = nearest_pairs((key_f, key_p), times, Span(_HOUR // 12, _HOUR // 12))
    return pd.DataFrame({"row": funded["row"].to_numpy()[one], "leg": other})
