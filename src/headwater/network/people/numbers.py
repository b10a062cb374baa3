"""The same phone, card or log-on in two places is one person's, unless many have it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from headwater.network.people.evidence import Scene, each_pair, evidence

SHARED = 6.5
"""Bits, beyond what chance leaves, of a number that two accounts share: one in a hundred is a family's or mistyped."""
KINDS = ("phone", "card", "wallet", "qq")


def numbers(scene: Scene) -> pd.DataFrame:
    """Which account has which number: ``account``, ``kind``, ``token``, ``shown``, ``source``, ``line``; accounts that are numbers too."""
    facts = scene.facts
    said = facts[facts["kind"].isin(KINDS) & (facts["token"] != "")][
        ["account", "kind", "token", "shown", "source", "line"]
    ]
    ids = pd.Series(scene.ids, dtype=object)
    known = ids.str.startswith(tuple(f"{kind}:" for kind in KINDS)).to_numpy(bool)
    itself = np.arange(len(ids))[known]
    own = pd.DataFrame(
        {"account": itself, "kind": ids[known].str.split(":").str[0], "token": ids[known].str.split(":", n=1).str[1]}
    )
    own = own.assign(shown=scene.shown(own["account"].to_numpy(np.int64)), source="", line=0)
    whole = pd.concat([said.astype({"kind": object, "token": object}), own], ignore_index=True)
    whole = whole.sort_values(["token", "account", "source", "line"], ascending=[True, True, False, True])
    return whole.drop_duplicates(["account", "token"]).reset_index(drop=True)


def links(scene: Scene) -> pd.DataFrame:
    """Pairs of accounts with one number."""
    held = numbers(scene)
    held["many"] = held.groupby("token")["account"].transform("size")
    pairs = each_pair(held, ["token"])
    bits = scene.prior + SHARED - np.log2(np.maximum(pairs["many"] - 1, 1))
    return evidence(pairs.assign(bits=bits)[["first", "second", "bits", "kind", "shown", "source", "line"]], "number")
