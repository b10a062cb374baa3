"""Which accounts passed to somebody else, and when: the account says so itself, and trade goes on by it all the same.

Words alone are no hand-over: where the account falls silent, nothing of it passed (another account goes on). Nor is a partner who
is told once: he may be joked with. And an account that one device shows with the hearers before and after did not leave its owner.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from headwater.network.frames import Ints, Traffic
from headwater.network.handovers.saying import said

DAY = 86_400_000_000
TOLD = 2
"""So many partners are told; one is enough where a device says the same."""
AFTER = 5
"""So many messages that name somebody, or move money, follow it at least, ..."""
DAYS = 3
"""... on so many days, ..."""
RATE = 0.2
"""... at this part of the earlier rate at least: who winds up what is left trades less and less."""
HAD, LEFT = 0.5, 0.2
"""The part of the trade that a phone showed at least while it had the account, and shows at most once others have it."""
ROWS = 3
"""So many messages make a device one on which the account is at home."""


def announced(traffic: Traffic) -> pd.DataFrame:
    """Messages that speak of a hand-over by an account that goes on trading, with ``cut``: from when on it is somebody else's."""
    if not len(traffic.messages) or not isinstance(traffic.messages["shape"].dtype, pd.CategoricalDtype):
        return said(traffic.messages.iloc[:0].astype({"shape": "category"})).assign(cut=0)
    told = said(traffic.messages)
    fresh = (told["account"] != told["account"].shift()) | (told["time"] - told["time"].shift() > DAY)
    told = told.assign(burst=fresh.cumsum())
    by = told.groupby("burst")
    given = told["time"].where(~told["takes"]).groupby(told["burst"]).max() + 1
    taken = told["time"].where(told["takes"]).groupby(told["burst"]).min()
    told["cut"] = told["burst"].map(taken.fillna(given)).astype(np.int64)
    told["partners"] = by["partner"].transform("nunique")
    if not len(told):
        return told
    cuts = told.drop_duplicates("burst")
    lived = dict(iter(_lives(traffic, cuts["account"].unique()).groupby("account")))
    end = int(traffic.messages["time"].max())
    good = [
        account in lived and _goes_on(lived[account], cut, end)
        for account, cut in zip(cuts["account"].tolist(), cuts["cut"].tolist(), strict=True)
    ]
    return told[told["burst"].isin(cuts["burst"][good])].reset_index(drop=True)


def passed(traffic: Traffic, told: pd.DataFrame, home: pd.DataFrame) -> pd.DataFrame:
    """Of what is announced that which devices do not gainsay; what one partner alone was told only where they say it too."""
    kept, lives, trade = [], _lives(traffic, told["account"].unique()), _trade(traffic)
    for burst, rows in told.groupby("burst"):
        account, cut = int(rows["account"].iloc[0]), int(rows["cut"].iloc[0])
        own = home[(home["account"] == account) & (home["table"] == "messages")]
        own = own.assign(trade=trade[own["row"].to_numpy(np.int64)])
        early, late = own[own["time"] < cut - DAY], own[own["time"] > cut + DAY]
        before, after = _holders(early), _holders(late)
        life = lives[(lives["account"] == account) & lives["partner"].isin(rows["partner"])]
        heard = own[own["partner"].isin(rows["partner"])]
        kept_on = any(_kept(life, heard, holder, cut) for holder in sorted(before & after))
        changed = bool(before and after and not before & after)
        if not kept_on and (int(rows["partners"].iloc[0]) >= TOLD or changed):
            kept.append(burst)
    return told[told["burst"].isin(kept)].reset_index(drop=True)


def _kept(life: pd.DataFrame, heard: pd.DataFrame, holder: str, cut: int) -> bool:
    """Whether a device that goes on with those who were told has their trade with the account still.

    It has not where it showed their trade before, and their own phones show trade now that this one does not.
    """
    shown = heard[heard["holder"] == holder]
    if not len(shown[shown["time"] > cut + DAY]):
        return False
    (had, traded), (has, trades) = (
        [int(rows["trade"][rows["time"].between(low, high)].sum()) for rows in (shown, life)]
        for low, high in ((0, cut), (cut + DAY, np.iinfo(np.int64).max))
    )
    return had < HAD * max(traded, 1) or has > LEFT * trades or trades < AFTER


def _holders(shown: pd.DataFrame) -> set[str]:
    """On whose devices so many messages are that the account was at home there."""
    return {str(holder) for holder, count in shown["holder"].value_counts().items() if count >= ROWS}


def _goes_on(life: pd.DataFrame, cut: int, end: int) -> bool:
    """Whether there is trade by the account after the cut, with somebody who knew it before, too."""
    time, trade = life["time"].to_numpy(np.int64), life["trade"].to_numpy(bool)
    early, late = time < cut, trade & (time > cut + DAY)
    if not early.any() or late.sum() < AFTER or len(np.unique(time[late] // DAY)) < DAYS:
        return False
    if not life["partner"][late].isin(life["partner"][early].unique()).any():
        return False
    before = (trade & early).sum() / max(cut - int(time.min()), DAY)
    return bool(late.sum() / max(end - cut, DAY) >= RATE * before)


def _lives(traffic: Traffic, accounts: Ints) -> pd.DataFrame:
    """Messages between two of which one is chosen: ``account``, ``partner``, ``time``, ``trade`` (names somebody, or moves money)."""
    chosen = np.zeros(len(traffic.accounts) + 1, bool)
    chosen[accounts] = True
    messages = traffic.messages
    one, other = (messages[side].to_numpy(np.int64) for side in ("sender", "receiver"))
    time, marks = messages["time"].to_numpy(np.int64), _trade(traffic)
    both = (one >= 0) & (other >= 0) & (time >= 0)
    sides = [(np.flatnonzero(both & chosen[own]), own, partner) for own, partner in ((one, other), (other, one))]
    frames = [
        pd.DataFrame({"account": own[rows], "partner": partner[rows], "time": time[rows], "trade": marks[rows]})
        for rows, own, partner in sides
    ]
    return pd.concat(frames, ignore_index=True)


def _trade(traffic: Traffic) -> np.ndarray:
    """Which messages name somebody or move money."""
    marks = np.zeros(len(traffic.messages), bool)
    marks[traffic.named["message"].to_numpy(np.int64)] = True
    if len(traffic.parts):
        marks[traffic.parts["message"].to_numpy(np.int64)] = True
    moved = traffic.transfers["message"].to_numpy(np.int64)
    marks[moved[moved >= 0]] = True
    return marks
