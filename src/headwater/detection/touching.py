"""Sittings that touch some days, or in which some acts were done.

One that began before midnight belongs to the day after as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

import ibis
import numpy as np
import pandas as pd

from headwater.detection.reads import acts
from headwater.detection.scene import Scene


def sittings_of(scene: Scene, account: str, keep: Callable[[ibis.Table], ibis.Value]) -> pd.DataFrame:
    """The account's sittings in which acts of a kind were done: others of the same days say nothing of who did them."""
    done = acts(scene.engine)
    wanted = done.filter((done.account == account) & keep(done)).select("place", "sitting").distinct()
    keys = set(scene.engine.arrow(wanted).to_pandas().itertuples(index=False, name=None))
    rows = scene.sittings[scene.sittings["account"] == account]
    return rows[[key in keys for key in zip(rows["place"], rows["sitting"], strict=True)]]


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
