"""Columns of texts as categories: each text once, rows as small numbers; nothing told is the empty text."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import pandas as pd


def texts(column: pd.Series) -> pd.Categorical:
    """A column of texts (categories or not) as categories, nulls as the empty text."""
    whole = column.array if isinstance(column.dtype, pd.CategoricalDtype) else pd.Categorical(column.astype(object))
    codes, known = np.asarray(whole.codes), pd.Index(whole.categories, dtype=object)
    if not (codes < 0).any():
        return pd.Categorical.from_codes(codes, categories=known)
    place = known.get_indexer(pd.Index([""], dtype=object))[0]
    if place < 0:
        known, place = known.append(pd.Index([""], dtype=object)), len(known)
    return pd.Categorical.from_codes(np.where(codes < 0, place, codes), categories=known)


def mapped(column: pd.Series, make: Callable[[str], str]) -> pd.Categorical:
    """The column with a function applied to each text once."""
    whole = texts(column)
    place, known = pd.factorize(np.array([make(str(text)) for text in whole.categories], dtype=object))
    if not len(known):
        return whole
    return pd.Categorical.from_codes(place[whole.codes], categories=pd.Index(known, dtype=object))


def told(column: pd.Series, tell: Callable[[str], bool]) -> npt.NDArray[np.bool_]:
    """For each row whether its text is so, asked of each text once."""
    whole = texts(column)
    answers = np.array([bool(tell(str(text))) for text in whole.categories], dtype=bool)
    return answers[whole.codes] if len(answers) else np.zeros(len(column), dtype=bool)


def tidy(column: pd.Series) -> pd.Categorical:
    """The column with only the texts that it has, in their order."""
    whole = texts(column)
    used, codes = np.unique(whole.codes, return_inverse=True)
    known = np.asarray(whole.categories, dtype=object)[used]
    order = np.argsort(known)
    place = np.empty(len(order), dtype=np.int64)
    place[order] = np.arange(len(order))
    return pd.Categorical.from_codes(place[codes], categories=pd.Index(known[order], dtype=object))
