"""What a message says as one number, so that copies of it on several devices can be found by comparing numbers."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from headwater.network.traffic.columns import Coded, Columns, Listed

Words = npt.NDArray[np.uint64]

_SAID = frozenset({"text", "quote", "forwarded", "system"})
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB), np.uint64(0x9E3779B97F4A7C15))


def mixed(*parts: np.ndarray) -> Words:
    """Whole numbers of several columns as one number for each row (splitmix64 over them in turn)."""
    state = np.zeros(len(parts[0]), np.uint64)
    for part in parts:
        state = _scrambled(state + part.astype(np.int64).view(np.uint64) + _MIX[2])
    return state


def contents(messages: Columns) -> Words:
    """One number for what each row says; media without words are alike where their kind is."""
    kinds = messages.texts["kind"]
    plain = pd.Index(["said" if kind in _SAID else str(kind) for kind in kinds.texts], dtype=object)
    kind = _by_text(Coded(kinds.codes, plain))
    shape = np.where(
        np.isin(kind, _by_text(Coded(np.array([0]), pd.Index(["said"])))), _by_text(messages.texts["shape"]), 0
    )
    amount = np.nan_to_num(np.round(messages.values["amount"] * 100), nan=-1).astype(np.int64)
    return mixed(
        kind.view(np.int64),
        shape.view(np.int64),
        _tokens(messages.lists["tokens"], messages.count).view(np.int64),
        amount,
    )


def telling(messages: Columns) -> npt.NDArray[np.bool_]:
    """Rows whose words are long or name somebody: two of them are hardly alike by chance."""
    shape = messages.texts["shape"]
    long = (
        np.append(shape.texts.str.len().to_numpy(np.int64, na_value=0) >= 8, False)
        if len(shape.texts)
        else np.array([False])
    )
    named = np.zeros(messages.count, bool)
    named[messages.lists["tokens"].rows] = True
    return np.asarray(named | long[shape.codes] | (messages.texts["reference"].codes >= 0))


def _by_text(column: Coded) -> Words:
    """A number for each row's text that does not hang on how the column is coded."""
    if not len(column.texts):
        return np.zeros(len(column.codes), np.uint64)
    hashed = pd.util.hash_array(column.texts.to_numpy(object), categorize=False)
    return np.append(hashed, np.uint64(0))[column.codes]


def _tokens(tokens: Listed, count: int) -> Words:
    each = _scrambled(_by_text(tokens.coded) * (tokens.places.astype(np.uint64) * np.uint64(2) + np.uint64(1)))
    summed = np.concatenate([np.zeros(1, np.uint64), np.cumsum(each, dtype=np.uint64)])
    bounds = np.searchsorted(tokens.rows, np.arange(count + 1))
    return np.asarray(summed[bounds[1:]] - summed[bounds[:-1]])


def _scrambled(state: Words) -> Words:
    state = (state ^ (state >> np.uint64(30))) * _MIX[0]
    state = (state ^ (state >> np.uint64(27))) * _MIX[1]
    return np.asarray(state ^ (state >> np.uint64(31)))
