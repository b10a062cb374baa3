"""Messages in which an account says that it is given over, or was taken over."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

LONGEST = 60
"""Whoever gives an account over says so in a line of its own."""


@cache
def _pattern(name: str) -> re.Pattern[str]:
    told = tomllib.loads((files(__package__) / "words.toml").read_text("utf-8"))[name]
    return re.compile("|".join(map(re.escape, told) if name == "near" else told))


def said(messages: pd.DataFrame) -> pd.DataFrame:
    """Messages between two that say so: ``message``, ``account`` (who writes), ``partner``, ``time``, and whether the
    writer is the new one (``takes``).

    Each distinct form of words is looked at once.
    """
    forms = _near(messages["shape"].cat.categories)
    with_groups = [forms.map(lambda text, name=name: bool(_pattern(name).search(text))) for name in ("gives", "takes")]
    gives, takes = (pd.Series(hits, dtype=bool) for hits in with_groups)
    kind = np.zeros(len(messages["shape"].cat.categories) + 1, np.int8)
    kind[forms.index[gives]] = 1
    kind[forms.index[takes]] = 2
    told = kind[messages["shape"].cat.codes.to_numpy()]
    rows = np.flatnonzero(told)
    lines = messages[["sender", "receiver", "time"]].take(rows)
    frame = pd.DataFrame(
        {
            "message": rows.astype(np.int64),
            "account": lines["sender"].to_numpy(np.int64),
            "partner": lines["receiver"].to_numpy(np.int64),
            "time": lines["time"].to_numpy(np.int64),
            "takes": told[rows] == 2,
        }
    )
    meant = (frame["account"] >= 0) & (frame["partner"] >= 0) & (frame["time"] >= 0)
    return frame[meant].sort_values(["account", "time", "message"], ignore_index=True)


def _near(forms: pd.Index) -> pd.Series:
    """Forms of words that may say so, in small letters, by their place: short ones, with a word that each pattern needs, and no doubt."""
    texts = pc.utf8_lower(pa.array(forms.to_numpy(object), pa.string()))
    kept = pc.and_(
        pc.and_(
            pc.less_equal(pc.utf8_length(texts), LONGEST), pc.match_substring_regex(texts, _pattern("near").pattern)
        ),
        pc.invert(pc.match_substring_regex(texts, _pattern("unless").pattern)),
    )
    places = np.flatnonzero(pc.fill_null(kept, False).to_numpy(zero_copy_only=False))
    return pd.Series(texts.take(pa.array(places)).to_pylist(), index=places, dtype=object)
