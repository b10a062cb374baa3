"""Whether the clocks of two logs agree: the same people should be busy in both at the same time of day.

That shows a log in another zone, or one that is off by an hour and a half and more; minutes it does not show.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import numpy.typing as npt
from ibis import _

from headwater.detection.reads import seconds
from headwater.detection.scene import Scene

STEP = 600
"""Seconds: offsets are told in steps of ten minutes."""
REACH = 13 * 6
"""So many steps are tried to either side: a log in another zone is off by hours."""
BLUR = 3
"""People are busy for longer than one step: so many neighbours count with each."""
FAR = 9
"""Fewer steps are not told: people post after they read, without any clock being wrong. Log-ons, which
come once in the morning, cannot be compared so."""
DAYS, ACCOUNTS = 10, 200
LEAST, CLEARLY = 50, 1.3
"""So many common steps are needed, and so many times those without an offset, before one is told."""

Steps = npt.NDArray[np.int64]


def offsets(scene: Scene, tables: tuple[str, ...] = ("web", "files")) -> Iterator[tuple[str, int]]:
    """Logs whose clock is off against that of the reading, and by how many minutes (positive: it is ahead)."""
    read = _busy(scene, "access")
    for name in tables:
        other = _busy(scene, name) if read and scene.has(name) else {}
        both = sorted(set(read) & set(other))[:ACCOUNTS]
        if not both:
            continue
        counts = np.zeros(2 * REACH + 1, np.int64)
        for account in both:
            counts += _common(read[account], other[account])
        near = np.convolve(counts, np.ones(2 * BLUR + 1), "same")
        best = int(np.argmax(near))
        lag = best - REACH
        if abs(lag) >= FAR and near[best] >= LEAST and near[best] > CLEARLY * near[REACH]:
            yield name, lag * STEP // 60


def _common(read: Steps, other: Steps) -> Steps:
    """In how many steps both are busy, for every lag of the other log."""
    gaps = (other[None, :] - read[:, None]).ravel()
    near = gaps[np.abs(gaps) <= REACH]
    return np.bincount(near + REACH, minlength=2 * REACH + 1).astype(np.int64)


def _busy(scene: Scene, table: str) -> dict[str, Steps]:
    """The steps in which each account did anything, on some days from the whole span."""
    rows = scene.engine.table(table)
    days: list[date] = sorted(scene.engine.arrow(rows.select("day").distinct())["day"].to_pylist())
    chosen = days[:: max(1, -(-len(days) // DAYS))]
    rows = rows.filter(rows.account.notnull() & rows.day.isin(chosen)) if chosen else rows.limit(0)
    step = (seconds(rows.time) / STEP).floor().cast("int64")
    frame = scene.engine.arrow(rows.select("account", step=step).distinct().order_by([_.account, _.step])).to_pandas()
    return {str(a): part.to_numpy(np.int64) for a, part in frame.groupby("account")["step"]}
