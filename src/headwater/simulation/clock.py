"""Milliseconds as text, in UTC and in the zone of the made houses."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import HOUR, Column, Whole

ZONE = "Asia/Shanghai"
OFFSET = 8 * HOUR  # China has kept one zone without summer time since 1991
OFFSET_TEXT = "+0800"


def local_text(time: Column) -> list[str]:
    """``2021-03-01T09:00:00.123`` in local time, for UTC milliseconds."""
    return _text(np.asarray(time, dtype=np.int64) + OFFSET)


def utc_text(time: Column) -> list[str]:
    """``2021-03-01T01:00:00.123`` in UTC, for UTC milliseconds."""
    return _text(np.asarray(time, dtype=np.int64))


def _text(milliseconds: Whole) -> list[str]:
    texts: list[str] = np.datetime_as_string(milliseconds.astype("datetime64[ms]")).tolist()
    return texts
