"""What an answer is of, told from the request: where its form does not say it, or only says that it names a place."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

_WHOLE = re.compile("[a-z_]+~?")
"""Kinds of identifiers that are no part of one."""
_VAGUE = ("", "address")
"""Categories of answers that may as well be of something else."""


def fitted(acts: pd.DataFrame, keys: pd.DataFrame) -> pd.DataFrame:
    """Give vague answers the one category that was asked for in the same chat about whom they name.

    ``acts`` and ``keys`` as in :class:`~headwater.network.frames.Acts`.
    """
    category = acts["category"].astype(str).to_numpy(object)
    act = acts["act"].astype(str).to_numpy(object)
    vague = (act == "result") & np.isin(category, _VAGUE)
    asked = (act == "order") & (category != "")
    if not vague.any() or not asked.any():
        return acts
    one, other = (acts[side].to_numpy(np.int64) for side in ("sender", "receiver"))
    size = np.int64(max(one.max(), other.max()) + 2)
    kinds = keys["kind"].astype("category").cat
    whole = np.array([_WHOLE.fullmatch(str(k)) is not None for k in kinds.categories], dtype=np.bool_)
    own = keys[~keys["told"].to_numpy(bool) & whole[kinds.codes.to_numpy()]]
    texts = own["token"].astype("category").cat
    token = own["kind"].astype("category").cat.codes.to_numpy(np.int64) * len(texts.categories) + texts.codes.to_numpy()
    at = own["act"].to_numpy(np.int64)
    rows = pd.DataFrame({"at": at, "token": token})
    requests = rows[asked[at]].assign(pair=(one * size + other)[at[asked[at]]], asked=category[at[asked[at]]])
    answers = rows[vague[at]].assign(pair=(other * size + one)[at[vague[at]]])
    told = requests.drop_duplicates(["pair", "token", "asked"])
    found = answers.merge(told[["pair", "token", "asked"]], on=["pair", "token"])
    found = found.drop_duplicates(["at", "asked"])
    single = found[~found["at"].duplicated(keep=False)]
    category[single["at"].to_numpy()] = single["asked"].to_numpy(object)
    return acts.assign(category=pd.Categorical(category))
