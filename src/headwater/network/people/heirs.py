"""Whom an account was handed over to: the nickname that its own words give, where one account alone bears it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from headwater.network.frames import NONE
from headwater.network.people.evidence import Scene, blank, evidence

NAMED = 6.0
"""Bits, beyond what chance leaves, of being named as the one who takes an account over."""
SHORTEST = 2
"""A nickname of one sign stands in any line."""


def links(scene: Scene) -> pd.DataFrame:
    """The later part of each account that passed, with the account that the words name."""
    handed = scene.traffic.handovers
    if not len(handed):
        return evidence(blank("first", "second"), "given")
    lines = scene.traffic.messages[["text", "source", "line"]].take(handed["message"].to_numpy(np.int64))
    told = pd.DataFrame({name: lines[name].astype(object).to_numpy(object) for name in lines})
    told = told.assign(first=handed["after"].to_numpy(np.int64), account=handed["account"].to_numpy(np.int64))
    called = _nicknames(scene)
    told["second"] = [_named(str(text), called) for text in told["text"]]
    told = told[told["second"] != NONE]
    agreed = told.groupby("first")["second"].transform("nunique") == 1
    told = told[agreed & (told["second"] != told["account"])].drop_duplicates("first")
    name = scene.written[told["account"].to_numpy(np.int64)]
    told = told.assign(bits=scene.prior + NAMED, name=name)
    return evidence(told[["first", "second", "bits", "name", "text", "source", "line"]], "given")


def _nicknames(scene: Scene) -> dict[str, int]:
    """The account of each nickname of chat accounts; NONE where several bear it. Parts of one account bear none."""
    facts = scene.facts
    plain = (facts["kind"] == "nickname") & ~facts["shown"].astype(str).str.contains("*", regex=False)
    chat = ~np.isin(scene.system, ["name", "bank", "wallet", "phone", "mask"])
    parts = np.unique(scene.traffic.handovers[["before", "after"]].to_numpy(np.int64))
    chat[parts] = False
    account = facts["account"].to_numpy(np.int64)
    known = facts[plain.to_numpy() & chat[account] & (facts["shown"].astype(str).str.len() >= SHORTEST).to_numpy()]
    bearers = known.groupby(known["shown"].astype(str))["account"].agg(["min", "nunique"])
    return dict(zip(bearers.index, bearers["min"].where(bearers["nunique"] == 1, NONE).astype(int), strict=True))


def _named(text: str, called: dict[str, int]) -> int:
    """The account whose nickname is the longest that stands in a text; NONE where there is none, or several bear it."""
    pieces = {text[a:b] for a in range(len(text)) for b in range(a + SHORTEST, len(text) + 1)}
    found = sorted(pieces & called.keys(), key=lambda name: (-len(name), name))
    if not found or (len(found) > 1 and len(found[1]) == len(found[0]) and called[found[0]] != called[found[1]]):
        return NONE
    return called[found[0]]
