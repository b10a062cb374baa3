"""Frames of one shape, one below the other."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from pandas.api.types import union_categoricals


def stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The rows of all frames under new places; frames without rows do not say what kind a column is, and texts stay categories."""
    filled = [frame for frame in frames if len(frame)]
    if len(filled) <= 1:
        return (filled[0] if filled else frames[0]).reset_index(drop=True)
    named = [n for n in filled[0] if all(n in f and isinstance(f[n].dtype, pd.CategoricalDtype) for f in filled)]
    if not named:
        return pd.concat(filled, ignore_index=True)
    whole = pd.concat([frame.drop(columns=named) for frame in filled], ignore_index=True)
    whole = whole.assign(**{name: union_categoricals([frame[name] for frame in filled]) for name in named})
    return whole[list(filled[0].columns)]
