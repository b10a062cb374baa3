"""What really happened in a made house: the answers, kept beside the case folder and never in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from headwater.model.errors import CaseError
from headwater.simulation.clock import ZONE, local_text
from headwater.simulation.events import DAY, Column
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Doing
from headwater.simulation.house.untidy import flaws, untidy
from headwater.simulation.showing import Showing

SCHEMA = "headwater/truth/1"


def house_truth(house: House, until: int, showing: Showing) -> dict[str, Any]:
    """Sizes of the house and of its logs."""
    staff, calendar = house.staff, house.calendar
    here = ~staff.outside & (staff.left >= 0) & (staff.hired <= until)
    return {
        "staff": int(here.sum()),
        "accounts": int((house.accounts.created <= until).sum()),
        "clients": int((house.clients.joined <= until).sum()),
        "from": calendar.start.isoformat(),
        "to": calendar.date(until).isoformat(),
        "days": until + 1,
        "timezone": ZONE,
        "events": showing.events,
    }


def known(house: House, doing: Doing, until: int) -> Doing | None:
    """A theft as far as it has gone by a day; ``None`` before its first taking."""
    if until >= house.calendar.days - 1:
        return doing
    so_far = doing.taken_at < house.calendar.midnight(until + 1)
    if not so_far.any():
        return None
    return replace(doing, taken=doing.taken[so_far], taken_at=doing.taken_at[so_far], taker=doing.taker[so_far])


def doing_truth(house: House, doing: Doing, seen: int) -> dict[str, Any]:
    """A theft: who, with what, when, how much, and how much of it still shows."""
    accounts = list(doing.accounts)
    owners = house.accounts.owner[accounts]
    devices = house.places.device[list(doing.places)]
    return {
        "id": doing.id,
        "kind": doing.kind,
        "strength": doing.strength,
        "concert": doing.concert,
        "employees": _employees(house, doing.people),
        "accounts": _texts(house.accounts.name[accounts]),
        "owners": _employees(house, tuple(dict.fromkeys(owners[owners >= 0].tolist()))),
        "devices": [device for device in dict.fromkeys(_texts(devices)) if device],
        "way_out": doing.way_out,
        "destination": doing.destination,
        **_window(house, doing),
        "subjects": len(np.unique(doing.taken)),
        "seen": seen,
        "by_day": by_day(house, doing),
    }


def by_day(house: House, doing: Doing) -> list[list[Any]]:
    """For every day of taking, how many people were taken for the first time."""
    days, place = np.unique(house.calendar.day_of(doing.taken_at), return_inverse=True)
    _, first = np.unique(doing.taken, return_index=True)  # takings are in the order of time
    counts = np.bincount(place[first], minlength=len(days))
    dates = [house.calendar.date(day).isoformat() for day in days.tolist()]
    return [[day, count] for day, count in zip(dates, counts.tolist(), strict=True)]


def benign_truth(house: House, innocent: Sequence[Doing], until: int) -> list[dict[str, Any]]:
    """Innocent doings that look like thefts, and the mistakes of the papers."""
    told = [_innocent(house, doing) for doing in innocent if doing.span[0] <= until]
    for flaw in flaws(house, untidy(house), until):
        told.append(
            {
                "kind": flaw.kind,
                "accounts": _texts(house.accounts.name[list(flaw.accounts)]),
                "employees": _employees(house, flaw.people),
                "from": _moment(house, flaw.first),
                "to": _moment(house, min(flaw.last, until), ends=True),
                "papers": False,
            }
        )
    return told


def write_truth(path: Path, truth: dict[str, Any]) -> None:
    """Write ``truth.json``: the same bytes for the same truth."""
    text = json.dumps(truth, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


def check_place(case: Path) -> Path:
    """Where the truth of a case will lie.

    :raises CaseError: if the case folder holds something, or the truth of something else lies there
    """
    if case.is_symlink() or case.exists():
        if not case.is_dir():
            raise CaseError("is no folder", str(case))
        if any(case.iterdir()):
            raise CaseError("is not empty: a world is written into a folder of its own", str(case))
    path = case.resolve().parent / "truth.json"
    if path.exists() and not _is_of(path, case.resolve().name):
        raise CaseError("is not the truth of this case: it is not overwritten", str(path))
    return path


def _is_of(path: Path, case: str) -> bool:
    try:
        record = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return isinstance(record, dict) and (record.get("schema"), record.get("case")) == (SCHEMA, case)


def _innocent(house: House, doing: Doing) -> dict[str, Any]:
    return {
        "kind": doing.kind,
        "accounts": _texts(house.accounts.name[list(doing.accounts)]),
        "employees": _employees(house, doing.people),
        "from": _moment(house, doing.span[0]),
        "to": _moment(house, doing.span[1], ends=True),
        "papers": doing.papers,
    }


def _window(house: House, doing: Doing) -> dict[str, str]:
    if not len(doing.taken_at):
        return {"from": _moment(house, doing.span[0]), "to": _moment(house, doing.span[1], ends=True)}
    first, last = local_text(np.array([doing.taken_at.min(), doing.taken_at.max()]))
    return {"from": f"{first}+08:00", "to": f"{last}+08:00"}


def _moment(house: House, day: int, ends: bool = False) -> str:
    """The first or the last millisecond of a day."""
    at = house.calendar.midnight(day) + (DAY - 1 if ends else 0)
    return f"{local_text(np.array([at]))[0]}+08:00"


def _employees(house: House, people: tuple[int, ...]) -> list[str]:
    return _texts(house.staff.employee[[person for person in people if person >= 0]])


def _texts(column: Column) -> list[str]:
    return [str(text) for text in column.tolist()]
