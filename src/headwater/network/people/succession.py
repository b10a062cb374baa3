"""One account falls silent, another begins, and the same people go on talking: as when somebody changes accounts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from headwater.network.people.evidence import Scene, evidence

DAY = 86_400_000_000
GAP = 4 * DAY
"""How long may lie between the last message of one account and the first of the other; either way."""
EDGE = 7 * DAY
"""Who begins in the first days of all, or ends in the last, is not known to begin or end."""
MOST = 5.0
"""Bits that this gives at most."""


def links(scene: Scene) -> pd.DataFrame:
    """Accounts that follow each other with the same partners."""
    life = _lives(scene)
    if not len(life):
        return evidence(life, "followed")
    start, end = int(life["start"].min()), int(life["end"].max())
    ended = life[life["end"] < end - EDGE].sort_values("end")
    begun = life[life["start"] > start + EDGE].sort_values("start")
    pairs = _near(ended, begun)
    met = _partners(scene)
    one = pairs.merge(met.rename(columns={"account": "first"}), on="first")
    both = one.merge(met.rename(columns={"account": "second"}), on=["second", "partner"])
    if not len(both):
        return evidence(both, "followed")
    popular = met.groupby("partner")["account"].size()
    both["bits"] = np.log2(len(life) / popular.reindex(both["partner"]).to_numpy(float))
    found = both.groupby(["first", "second"], as_index=False).agg(shared=("partner", "size"), rare=("bits", "sum"))
    rate = max(len(begun), 1) * 2 * GAP / max(end - start, 1) / max(len(life), 1)
    timed = np.log2(0.5 / min(max(rate, 1e-3), 0.5))
    found = found[found["shared"] >= 2]
    found = found.assign(bits=np.clip(timed + 0.5 * found["rare"] - scene.prior / 2, 0.0, MOST))
    return evidence(found[found["bits"] > 0][["first", "second", "bits", "shared"]], "followed")


def _lives(scene: Scene) -> pd.DataFrame:
    """When each account was first and last seen writing, of those that wrote at all."""
    messages = scene.traffic.messages
    written = (messages["sender"] >= 0) & (messages["receiver"] >= 0) & (messages["time"] >= 0)
    sent = messages[["sender", "time"]][written]
    life = sent.groupby("sender")["time"].agg(["min", "max", "size"]).reset_index()
    life.columns = pd.Index(["account", "start", "end", "count"])
    return life[life["count"] >= 5].reset_index(drop=True)


def _near(ended: pd.DataFrame, begun: pd.DataFrame) -> pd.DataFrame:
    """Pairs of which one ends about when the other begins."""
    starts = begun["start"].to_numpy(np.int64)
    ends = ended["end"].to_numpy(np.int64)
    low, high = np.searchsorted(starts, ends - GAP), np.searchsorted(starts, ends + GAP)
    first = np.repeat(ended["account"].to_numpy(np.int64), high - low)
    within = np.arange(len(first)) - np.repeat(np.cumsum(high - low) - (high - low), high - low)
    second = begun["account"].to_numpy(np.int64)[np.repeat(low, high - low) + within] if len(first) else first
    return pd.DataFrame({"first": first, "second": second})


def _partners(scene: Scene) -> pd.DataFrame:
    """With whom each account talks."""
    talks: pd.DataFrame = scene.talks().rename(columns={"one": "account", "other": "partner"})
    return talks
