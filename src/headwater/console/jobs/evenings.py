"""Evenings as jobs look at them: detectors with what people chose, and figures that name nobody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from headwater.casework.alerting import Evening
from headwater.console.jobs.kind import Working
from headwater.console.jobs.muting import Muting
from headwater.console.jobs.parameters import tuned
from headwater.console.jobs.stages import Opened
from headwater.detection.detector import load
from headwater.detection.scene import Scene
from headwater.investigation.veiling import veil
from headwater.model.words import Text


def asked(at: Opened, scene: Scene) -> tuple[Muting, list[Any]]:
    """The detectors to be asked on each evening, and what is held back of what they say."""
    muting = Muting(at.chosen.mutes, veil(at.work, scene))
    return muting, muting.over(tuned(load().detectors, at.chosen.detectors))


def gathered(told: Iterable[Evening], working: Working, muting: Muting, total: int = 0) -> dict[str, Any]:
    """Go over the evenings, say how far it is, and give their figures: ids of alerts, and counts."""
    rows: list[dict[str, Any]] = []
    failing: set[str] = set()
    for place, evening in enumerate(told, 1):
        rows.append(
            {
                "day": evening.day.isoformat(),
                "released": [a.id for a in evening.released],
                "updated": [a.id for a in evening.updated],
                "waiting": len(evening.waiting),
            }
        )
        failing |= {name for name, _why in (*evening.blind, *evening.broken)}
        day = evening.day.isoformat()
        working.tell(place, total, Text(f"Evening of {day}.", f"{day} 当晚。"))
    return {"evenings": rows, "failing": sorted(failing), "muted": len(muting.held)}
