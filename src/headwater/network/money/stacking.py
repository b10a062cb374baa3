"""Frames of one shape, one below the other."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd


def stacked(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The rows of all frames under new places; frames without rows do not say what kind a column is."""
    filled = [frame for frame in frames if len(frame)]
    if len(filled) <= 1:
        return (filled[0] if filled else frames[0]).reset_index(drop=True)
    return pd.concat(filled, ignore_index=True)
