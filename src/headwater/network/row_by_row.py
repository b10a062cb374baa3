"""Rows of a frame as Python values one after the other: looking each up in pandas takes a hundred times as long."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pandas as pd


def rows_of(frame: pd.DataFrame) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give each row's place in the index and its values by column; only one row is ever held."""
    names = list(frame.columns)
    for place, *values in zip(frame.index.tolist(), *(frame[name] for name in names), strict=True):
        yield place, dict(zip(names, values, strict=True))
