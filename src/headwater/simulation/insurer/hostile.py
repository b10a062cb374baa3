"""Text in the logs that does harm where it is taken for HTML, a script or a formula."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import HOUR
from headwater.simulation.insurer.doings import Doing, access, logons, web
from headwater.simulation.insurer.world import World

HOSTILE_NAME = "=HYPERLINK(0)<svg onload=alert(1)>"
_SCRIPT = "<script>alert(document.domain)</script>"


def hostile_texts(world: World) -> list[Doing]:
    """A stranger types scripts into the log-on, the search and an address; nothing else comes of it."""
    if not world.habits.hostile:
        return []
    noon = world.calendar.midnight(world.calendar.work_days()[:5]) + 12 * HOUR
    seat = {"time": noon, "account": _SCRIPT, "ip": str(world.staff.ip[0])}
    traces = {
        "logons": [logons(len(noon), device="<img/src=x/onerror=alert(2)>", action="failure", **seat)],
        "access": [access(len(noon), path=f"{world.habits.search_path}?by={_SCRIPT}", rows=0, **seat)],
        "web": [web(len(noon), host=f"www.{world.habits.shop}", path="/=1+1|'calc'!A0", method="GET", **seat)],
    }
    return [Doing("hostile-text", (_SCRIPT,), (), traces=traces, taken=np.zeros(0, dtype=np.int64))]
