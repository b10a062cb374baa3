"""Movements of money between people of the market, and what chats say was paid where no bill can show it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.network.frames import NONE, Acts, Ints, People, Traffic
from headwater.network.money.bubbles import cents
from headwater.network.money.pairing import Span, nearest_pairs, same_codes
from headwater.network.money.stacking import stacked

_MINUTE = 60_000_000
_TOLD = Span(15 * _MINUTE, 45 * _MINUTE)
_SAME = Span(10 * _MINUTE, 10 * _MINUTE)
_CARD = "卡|银行|card|bank"
_ALIPAY = "支付宝|zfb|alipay"
_CAME_TO_NOTHING = ("returned", "failed")
_SIDES = ("payer", "payee")


def payments(traffic: Traffic, people: People, acts: Acts) -> pd.DataFrame:
    """What went from one person to another, by time.

    Columns: ``transfer`` (place in ``Traffic.transfers``; NONE where a chat alone says it), ``message`` (that says it; NONE), ``time``,
    ``payer``, ``payee`` (people), ``amount``, ``refunded`` (given back by the wallet), ``claimed`` (nothing but words show it). What came
    to nothing, what went between accounts of one person, red packets without a sum and foreign currency are left out; so is
    what a bill lays to somebody whose own bill denies it: a name was read as the wrong person's.
    """
    moved = traffic.transfers
    of = np.append(people.of, NONE)
    frame = pd.DataFrame({"transfer": np.arange(len(moved)), "message": moved["message"].to_numpy(np.int64)})
    frame["time"] = moved["time"].to_numpy(np.int64)
    frame["payer"], frame["payee"] = of[moved["payer"].to_numpy(np.int64)], of[moved["payee"].to_numpy(np.int64)]
    frame["amount"], frame["refunded"] = (
        moved["amount"].to_numpy(float),
        np.nan_to_num(moved["refunded"].to_numpy(float)),
    )
    frame["claimed"] = False
    known = (frame["payer"] >= 0) & (frame["payee"] >= 0) & (frame["payer"] != frame["payee"]) & frame["amount"].notna()
    home = moved["currency"].isin(["CNY", ""]) if "currency" in moved else True
    good = np.asarray(known & ~moved["status"].isin(_CAME_TO_NOTHING).to_numpy() & home & ~denied(moved))
    kept = frame[good & ~_shown_twice(frame, moved, good)]
    said = _claimed(traffic, of, acts, kept)
    whole = stacked([kept, said]) if len(said) else kept
    return whole.sort_values(["time", "transfer", "message"], ignore_index=True)


def _shown_twice(frame: pd.DataFrame, moved: pd.DataFrame, good: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Payments that a chat alone shows and a bill alone too: the same, by another account of one of the two people."""
    billed = moved["billed"].to_numpy(bool)
    shown, noted = (np.flatnonzero(good & rows) for rows in (~billed, billed & (moved["message"] == NONE).to_numpy()))
    sides = [frame["payer"].to_numpy(np.int64), frame["payee"].to_numpy(np.int64), cents(frame["amount"])]
    time = frame["time"].to_numpy(np.int64)
    left, right = same_codes([side[shown] for side in sides], [side[noted] for side in sides])
    one, _ = nearest_pairs((left, right), (time[shown], time[noted]), _SAME)
    found = np.zeros(len(frame), dtype=bool)
    found[shown[one]] = True
    return found


def denied(moved: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Transfers that the bill of one side has and that of the other should have and has not.

    A row may have been deleted: two who have more in both their bills than in one of them keep all of it. What a chat shows is true.
    """
    if not len(moved):
        return np.zeros(0, bool)
    sides = {side: (moved[side].to_numpy(np.int64), moved[f"{side}_billed"].to_numpy(bool)) for side in _SIDES}
    channel = pd.factorize(moved["channel"].astype(object))[0].astype(np.int64)
    time = moved["time"].to_numpy(np.int64)
    covered = {side: _covered(sides, side, channel, time) for side in _SIDES}
    (payer, of_payer), (payee, of_payee) = sides["payer"], sides["payee"]
    lacking = (of_payer & ~of_payee & covered["payee"]) | (of_payee & ~of_payer & covered["payer"])
    lacking &= (moved["message"] == NONE).to_numpy()
    pair = pd.MultiIndex.from_arrays([np.minimum(payer, payee), np.maximum(payer, payee), channel])
    counted = pd.DataFrame({"lacking": lacking, "shown": of_payer & of_payee}).groupby(pair.factorize()[0])
    return np.asarray(lacking & (counted["lacking"].transform("sum") > counted["shown"].transform("sum")).to_numpy())


def _covered(
    sides: dict[str, tuple[Ints, npt.NDArray[np.bool_]]], side: str, channel: Ints, time: Ints
) -> npt.NDArray[np.bool_]:
    """Transfers that lie between the first and the last row of that side's own bill of the same kind."""
    own = pd.concat(
        [pd.DataFrame({"account": a[b], "channel": channel[b], "time": time[b]}) for a, b in sides.values()]
    )
    spans = own.groupby(["account", "channel"])["time"].agg(["min", "max"])
    found = spans.reindex(pd.MultiIndex.from_arrays([sides[side][0], channel]))
    return np.asarray((found["min"].to_numpy(float) <= time) & (time <= found["max"].to_numpy(float)))


def notices(acts: Acts, of: Ints, kinds: tuple[str, ...]) -> pd.DataFrame:
    """Acts of some kinds that name a sum, between people: ``message``, ``time``, ``sender``, ``receiver``, ``amount``, ``category``."""
    rows = acts.acts
    rows = rows[rows["act"].isin(kinds) & rows["amount"].notna() & (rows["receiver"] >= 0)]
    frame = rows[["message", "time", "amount"]].reset_index(drop=True)
    frame["category"] = rows["category"].astype(object).fillna("").to_numpy()
    frame["sender"], frame["receiver"] = (of[rows[side].to_numpy(np.int64)] for side in ("sender", "receiver"))
    frame = frame[(frame["sender"] != frame["receiver"]) & (frame["sender"] >= 0) & (frame["receiver"] >= 0)]
    return frame.drop_duplicates(["message", "amount", "category"]).sort_values(["time", "message"], ignore_index=True)


def _claimed(traffic: Traffic, of: Ints, acts: Acts, known: pd.DataFrame) -> pd.DataFrame:
    """Notices of payments that no bill and no bubble shows, where neither side's bills of that kind were read, or a mule may have them."""
    told = notices(acts, of, ("pay_notice",))
    shown = ~traffic.messages["kind"].isin(["transfer", "packet"]).to_numpy()
    told = told[shown[told["message"].to_numpy(np.int64)]].drop_duplicates("message").reset_index(drop=True)
    for payee in ("receiver", ""):  # whoever the money went to, when the sum and the minute fit
        sides = ["sender", payee] if payee else ["sender"]
        mine = [told[s].to_numpy(np.int64) for s in sides] + [cents(told["amount"])]
        theirs = [known[s].to_numpy(np.int64) for s in ("payer", "payee")[: len(sides)]] + [cents(known["amount"])]
        times = (told["time"].to_numpy(np.int64), known["time"].to_numpy(np.int64))
        one, _ = nearest_pairs(same_codes(mine, theirs), times, _TOLD)
        told = told.drop(index=one).reset_index(drop=True)
    told = told[_unseen(told, traffic, of, known)]
    said = told.rename(columns={"sender": "payer", "receiver": "payee"}).assign(
        transfer=NONE, refunded=0.0, claimed=True
    )
    return said[list(known.columns)]


def _unseen(told: pd.DataFrame, traffic: Traffic, of: Ints, known: pd.DataFrame) -> np.ndarray:
    """Notices that no bill which was read would show: of a card where no statement of either was, and so on."""
    shapes = traffic.messages["shape"].astype(object).to_numpy()[told["message"].to_numpy(np.int64)]
    texts = pd.Series(shapes, dtype=object).astype(str)
    payer, payee = told["sender"].to_numpy(np.int64), told["receiver"].to_numpy(np.int64)
    read = {channel: _read(traffic, of, channel) for channel in ("wechat", "alipay", "bank")}
    served = _served(known)[payee]
    hidden = {c: ~(r[payer] | (r[payee] & ~served)) for c, r in read.items()}
    card, ali = (texts.str.contains(words, case=False).to_numpy(bool) for words in (_CARD, _ALIPAY))
    other = hidden["wechat"] | hidden["alipay"] | hidden["bank"]
    return np.asarray(np.where(ali, hidden["alipay"], np.where(card, hidden["bank"], other)))


def _served(known: pd.DataFrame) -> np.ndarray:
    """People whom somebody pays large sums who gets many small ones from others: money for them may have gone there."""
    flows = known.groupby(["payer", "payee"])["amount"].agg(["sum", "size"]).reset_index()
    got = known.groupby("payee")["amount"].agg(["sum", "size"])
    got = got.reindex(flows["payer"]).fillna(0.0)
    mules = (flows["sum"] / flows["size"]).to_numpy() > 2 * (got["sum"] / got["size"].clip(lower=1)).to_numpy()
    found = np.zeros(int(known[["payer", "payee"]].to_numpy().max(initial=0)) + 2, dtype=bool)
    found[flows.loc[mules & (flows["size"] >= 3).to_numpy(), "payee"].to_numpy(np.int64)] = True
    return found


def _read(traffic: Traffic, of: Ints, channel: str) -> np.ndarray:
    """People of whom a bill of that kind was read."""
    found = np.zeros(int(of.max(initial=0)) + 2, dtype=bool)
    moved = traffic.transfers[(traffic.transfers["channel"] == channel).to_numpy()]
    for side in ("payer", "payee"):
        found[of[moved.loc[moved[f"{side}_billed"].to_numpy(bool), side].to_numpy(np.int64)]] = True
    found[-1] = False
    return found
