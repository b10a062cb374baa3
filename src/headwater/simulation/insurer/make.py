"""Make a case: let a world live, write down what its machines wrote down, and keep the truth apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from headwater.simulation.events import Events, in_order
from headwater.simulation.insurer import folder
from headwater.simulation.insurer.benign import innocent_doings
from headwater.simulation.insurer.crimes.acting import crimes_of
from headwater.simulation.insurer.desk import browsing, signing_on, writing
from headwater.simulation.insurer.doings import KINDS, Doing, Relation
from headwater.simulation.insurer.findings_outside import complaints, leaked, seized
from headwater.simulation.insurer.habits import Habits
from headwater.simulation.insurer.papers import untidy
from headwater.simulation.insurer.querying import querying
from headwater.simulation.insurer.reading import reading
from headwater.simulation.insurer.truth import Truth
from headwater.simulation.insurer.world import World, world


def make_case(
    out: Path,
    *,
    seed: int,
    staff: int = 60,
    clients: int = 5_000,
    days: int = 60,
    start: date = date(2021, 3, 1),
    habits: Habits | None = None,
) -> Truth:
    """Write ``out/case`` and ``out/truth.json``: an insurer's ``days`` days from ``start``. Same seed, same bytes."""
    habits = habits or Habits()
    made = world(habits, seed=seed, count=staff, client_count=clients, days=days, start=start)
    crimes, innocent = crimes_of(made), innocent_doings(made)
    logs, reasons = _lived(made, [*crimes, *innocent])
    case = out / "case"
    case.mkdir(parents=True, exist_ok=True)
    leak_files, leak = leaked(made, crimes)
    seized_files, holdings = seized(made, crimes)
    complained, source = complaints(made, crimes)
    snapshot = folder.write_papers(case, made, reasons, complained)
    folder.write_settings(case, made, snapshot)
    folder.write_logs(case, made, logs)
    folder.write_found(case, [*leak_files, *seized_files])
    truth = Truth(
        scenarios=tuple(_told(made, doing, n, logs) for n, doing in enumerate(crimes, 1)),
        leak=leak,
        seized_subjects=holdings,
        complaints_source=source,
        benign=(*(_named(doing) for doing in innocent), *_untidy_papers(made)),
        events={kind: len(log) for kind, log in logs.items()},
    )
    truth.write(out / "truth.json")
    return truth


def _lived(made: World, doings: Sequence[Doing]) -> tuple[dict[str, Events], list[Relation]]:
    """All events of the span by kind, less those that the logs have lost, and all business reasons."""
    opened, reasons = reading(made)
    ordinary = {
        "access": opened,
        "queries": querying(made),
        "web": browsing(made),
        "logons": signing_on(made),
        "files": writing(made),
    }
    logs = {}
    for kind in KINDS:
        whole = in_order([*ordinary[kind], *(part for doing in doings for part in doing.traces.get(kind, []))])
        rng = made.dice(f"lost {kind}")
        logs[kind] = whole.take(rng.random(len(whole)) >= made.habits.lost_lines)
    return logs, [*reasons, *(reason for doing in doings for reason in doing.relations)]


def _told(made: World, doing: Doing, number: int, logs: dict[str, Events]) -> dict[str, Any]:
    days = sorted({made.calendar.date(day).isoformat() for day in np.unique(doing.taken_on).tolist()})
    return {
        **_named(doing),
        "devices": list(doing.devices),
        "days": days,
        "subjects": len(np.unique(doing.taken)),
        "seen": _seen(made, number, logs),
    }


def _seen(made: World, number: int, logs: dict[str, Events]) -> int:
    """How many distinct clients the surviving lines of a doing still show, look-ups and ranges together."""
    opened = logs["access"].take(logs["access"]["doing"] == number)
    asked = logs["queries"].take((logs["queries"]["doing"] == number) & (logs["queries"]["first"] >= 0))
    shown = np.zeros(len(made.clients), dtype=bool)
    shown[opened["client"][opened["client"] >= 0]] = True
    epoch = made.calendar.midnight(np.arange(made.calendar.days + 1))
    days = np.searchsorted(epoch, asked["time"], side="right") - 1
    for first, last, day in zip(asked["first"], asked["last"], days, strict=True):
        shown[first : last + 1] |= made.clients.joined[first : last + 1] <= day
    return int(shown.sum())


def _named(doing: Doing) -> dict[str, Any]:
    return {"kind": doing.kind, "accounts": list(doing.accounts), "users": list(doing.users)}


def _untidy_papers(made: World) -> list[dict[str, Any]]:
    staff, (swapped, missing, late) = made.staff, untidy(made)
    cases = (("owner-rows-swapped", list(swapped)), ("owner-missing", [missing]), ("hired-entered-late", [late]))
    return [
        {"kind": kind, "accounts": staff.account[who].tolist(), "users": staff.employee[who].tolist()}
        for kind, who in cases
    ]
