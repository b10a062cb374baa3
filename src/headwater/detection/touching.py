"""Sittings that touch some days: one that began before midnight belongs to the day after as well."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import numpy as np
import pandas as pd

from headwater.detection.scene import Scene


def sittings_on(scene: Scene, account: str, days: Iterable[date]) -> pd.DataFrame:
    """The account's sittings that reach into these days; ``at`` is the first of these days that each touches."""
    wanted = np.array(sorted(set(days)), dtype=object)
    rows = scene.sittings[scene.sittings["account"] == account]
    if not len(rows) or not len(wanted):
        return rows.iloc[:0].assign(at=[])
    ends = rows["last"].dt.tz_convert(scene.zone).dt.date.to_numpy()
    place = np.searchsorted(wanted, rows["day"].to_numpy(), side="left")
    touched = wanted[np.minimum(place, len(wanted) - 1)]
    return rows.assign(at=touched)[(place < len(wanted)) & (touched <= ends)]
