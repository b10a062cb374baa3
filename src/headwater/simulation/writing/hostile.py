"""Text in the logs that does harm where it is taken for HTML, a script or a formula."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from headwater.simulation.events import HOUR, Events
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Doing
from headwater.simulation.house.traces import access, logons, web

STRANGE = -2
"""The index of an account and of a machine that nobody has: a stranger typed their names."""
SCRIPT = "<script>alert(document.domain)</script>"
IMAGE = "<img/src=x/onerror=alert(2)>"
FORMULA = "=HYPERLINK(0)<svg onload=alert(1)>"
_ADDRESS = "/=1+1|'calc'!A0"
_DAYS = 5
_LIST = re.compile(r"[^\\]+\.(?:xlsx|zip)$")


def typed(house: House) -> Doing:
    """A stranger types scripts into the log-on, the search and an address; nothing else comes of it."""
    days = house.calendar.work_days()[:_DAYS]
    noon, desk = house.calendar.midnight(days) + 12 * HOUR, int(house.staff.place[0])
    seat = {"time": noon, "account": STRANGE}
    found, count = f"{house.trade.search_path}?by={SCRIPT}", len(noon)
    traces = {
        "logons": logons(count, **seat, place=STRANGE, origin=desk, action="failure"),
        "access": access(count, **seat, place=desk, action="search", path=found, rows=0),
        "web": web(count, **seat, place=desk, host=house.trade.chat, path=_ADDRESS),
    }
    return Doing("", "hostile-text", "", (), (), traces=traces, span=(int(days[0]), int(days[-1])))


def renamed(doings: Sequence[Doing]) -> list[Doing]:
    """The same thefts, whose lists have names that would act: as files, and as subjects of letters."""
    return [
        replace(doing, traces={kind: _renamed(kind, events) for kind, events in doing.traces.items()})
        for doing in doings
    ]


def _renamed(kind: str, events: Events) -> Events:
    if kind == "files":
        return _with(events, "path", [_LIST.sub(_named, path) for path in events["path"].tolist()])
    if kind == "mail":
        return _with(events, "subject", [f"{FORMULA}{subject}" for subject in events["subject"].tolist()])
    return events


def _named(found: re.Match[str]) -> str:
    return f"{FORMULA}{found[0]}"


def _with(events: Events, name: str, values: list[str]) -> Events:
    column = events[name].astype(object)
    column[:] = values
    return Events({**events.columns, name: column})
