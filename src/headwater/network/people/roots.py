"""Nicknames of one make: what is left when signs, numbers, titles and words of the trade are taken off."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from headwater.network.people.evidence import Scene, each_pair, evidence

_SIGNS = re.compile(r"[^0-9a-z\u4e00-\u9fff]+", re.IGNORECASE)
_TAKEN_OFF = re.compile(
    r"(?:收|家|小号|大号|官方|的店|客服|7x24|24h|工作号|备用|新号|副号|哥|姐|总|x+|a+|\d+)$", re.IGNORECASE
)
_BEFORE = re.compile(
    r"^(?:a+(?=[\u4e00-\u9fff])|老(?=..)|阿(?=..)|小(?=..)|查档(?=.)|客户(?=.)|渠道(?=.)|上家(?=.)|下家(?=.))",
    re.IGNORECASE,
)
MOST = 4.0
"""Bits that a shared make of nicknames gives at most: favourite words are everybody's."""


def root(nickname: str) -> str:
    """What a nickname is made of.

    >>> root("A流年🍀"), root("流年888"), root("老北极星2018"), root("诚信查档7x24小号")
    ('流年', '流年', '北极星', '诚信查档')
    """
    plain = _SIGNS.sub("", nickname).lower()
    while True:
        shorter = _TAKEN_OFF.sub("", plain)
        if shorter == plain or len(shorter) < 2:
            break
        plain = shorter
    shorter = _BEFORE.sub("", plain)
    return shorter if len(shorter) >= 2 else plain


def links(scene: Scene) -> pd.DataFrame:
    """Accounts whose nicknames have one root that few others have."""
    facts = scene.facts
    named = facts[facts["kind"] == "nickname"][["account", "shown", "source", "line"]]
    named = named[~named["shown"].astype(str).str.contains("*", regex=False)].drop_duplicates(["account", "shown"])
    roots = {name: root(name) for name in sorted(set(named["shown"].astype(str)))}
    made = named.assign(root=named["shown"].astype(str).map(roots).astype(object))
    made = made[made["root"].str.len() >= 2].drop_duplicates(["account", "root"])
    made["many"] = made.groupby("root")["account"].transform("size")
    pairs = each_pair(made, ["root"], most=8)
    if not len(pairs):
        return evidence(pairs, "root")
    rarity = np.log2(max(made["account"].nunique(), 2) / pairs["many"].to_numpy(float)) - 4
    pairs = pairs.assign(bits=np.clip(rarity, 0.2, MOST), shown=pairs["root"])
    return evidence(pairs[["first", "second", "bits", "shown", "source", "line"]], "root")
