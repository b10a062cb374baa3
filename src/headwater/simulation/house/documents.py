"""Documents made, read, changed, packed, printed and now and then copied to a stick, as in any office."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from headwater.simulation.events import SECOND, Column, Events, Whole
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Day
from headwater.simulation.house.presence import counts, moments
from headwater.simulation.house.traces import files

_NAMES = (
    "周报",
    "会议纪要",
    "报价单",
    "情况说明",
    "培训材料",
    "工作计划",
    "费用清单",
    "通知",
    "合同",
    "考勤",
    "流程图",
)
_SUFFIXES = (("docx", 0.36), ("xlsx", 0.3), ("pdf", 0.2), ("pptx", 0.08), ("jpg", 0.06))
_ACTIONS = (("read", 0.42), ("update", 0.28), ("create", 0.25), ("delete", 0.05))
_DOCUMENTS = 7.0  # a day, of the median person
_PRINTED, _PACKED, _STICK = 0.7, 0.03, 0.008  # the same, in times a day
_LIKING = 0.6  # sigma with which people differ in each of these


def documents(house: House, day: Day) -> list[Events]:
    """File events of everybody with a machine on one day."""
    rng = house.dice("documents", day.number)
    ours = np.flatnonzero(house.places.device[day.place] != "")
    busy = house.calendar.busy[day.number] * _likings(house)[day.person[ours]]
    return [
        _written(house, rng, day, np.repeat(ours, counts(rng, _DOCUMENTS * busy[:, 0]))),
        *_printed(house, rng, day, np.repeat(ours, counts(rng, _PRINTED * busy[:, 1]))),
        *_packed(house, rng, day, np.repeat(ours, rng.poisson(_PACKED * busy[:, 2]))),
        *_copied(house, rng, day, np.repeat(ours, rng.poisson(_STICK * busy[:, 3] ** 2))),
    ]


def _likings(house: House) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """How much each person writes, prints, packs and copies, beside the median one."""
    if "documents" not in house.kept:
        house.kept["documents"] = house.dice("likings").lognormal(0.0, _LIKING, (len(house.staff), 4))
    kept: np.ndarray[tuple[int, int], np.dtype[np.float64]] = house.kept["documents"]
    return kept


def _written(house: House, rng: np.random.Generator, day: Day, row: Whole) -> Events:
    """Documents of one's own folders; the same ones come up again for weeks."""
    count = len(row)
    suffix = rng.choice(len(_SUFFIXES), count, p=[share for _, share in _SUFFIXES])
    serial = day.number // 10 + np.minimum(rng.geometric(0.15, count), 40)
    name = (day.person[row] + serial * 7) % len(_NAMES)
    users = house.accounts.name[day.account[row]].tolist()
    paths = [
        f"C:\\Users\\{who}\\Documents\\{_NAMES[n]}{k}.{_SUFFIXES[s][0]}"
        for who, n, k, s in zip(users, name.tolist(), serial.tolist(), suffix.tolist(), strict=True)
    ]
    actions = np.array([action for action, _ in _ACTIONS], dtype=object)
    return _filed(
        house, day, row, moments(rng, house, day, row), paths,
        action=actions[rng.choice(len(_ACTIONS), count, p=[share for _, share in _ACTIONS])],
        bytes=rng.lognormal(10.8, 1.2, count).astype(np.int64),
    )  # fmt: skip


def _printed(house: House, rng: np.random.Generator, day: Day, row: Whole) -> list[Events]:
    """The spooler writes a file for each job and takes it away when it is printed."""
    time = moments(rng, house, day, row)
    jobs = rng.integers(2, 400, len(row)).tolist()
    paths = [f"C:\\Windows\\System32\\spool\\PRINTERS\\{job:05d}.SPL" for job in jobs]
    size = rng.lognormal(11.6, 1.1, len(row)).astype(np.int64)
    gone = time + rng.integers(4, 90, len(row)) * SECOND
    action = np.full(len(row), "delete", dtype=object)
    return [
        _filed(house, day, row, time, paths, bytes=size),
        _filed(house, day, row, gone, paths, action=action, bytes=size),
    ]


def _packed(house: House, rng: np.random.Generator, day: Day, row: Whole) -> list[Events]:
    """Documents packed into an archive, which some delete when it has been sent on."""
    folders = [f"C:\\Users\\{user}\\Documents\\" for user in house.accounts.name[day.account[row]].tolist()]
    where = [own if mine else "D:\\归档\\" for own, mine in zip(folders, rng.random(len(row)) < 0.6, strict=True)]
    made = _named(house, rng, day, row, where, ("zip", "zip", "rar", "7z"), 13.6)
    gone = made.take(rng.random(len(row)) < 0.3)
    later = gone["time"] + rng.integers(200, 6_000, len(gone)) * SECOND
    return [made, Events({**gone.columns, "time": later, "action": np.full(len(gone), "delete", dtype=object)})]


def _copied(house: House, rng: np.random.Generator, day: Day, sessions: Whole) -> list[Events]:
    """A stick is put in and a few documents go there."""
    row = np.repeat(sessions, rng.geometric(0.45, len(sessions)))
    return [_named(house, rng, day, row, ["E:\\"] * len(row), ("pptx", "docx", "xlsx", "pdf", "zip", "jpg"), 12.2)]


def _named(
    house: House,
    rng: np.random.Generator,
    day: Day,
    row: Whole,
    folders: list[str],
    suffixes: Sequence[str],
    size: float,
) -> Events:
    count = len(row)
    names = rng.integers([0, 1, 0], [len(_NAMES), 60, len(suffixes)], size=(count, 3)).tolist()
    paths = [f"{where}{_NAMES[n]}{k}.{suffixes[s]}" for where, (n, k, s) in zip(folders, names, strict=True)]
    time = moments(rng, house, day, row)
    return _filed(house, day, row, time, paths, bytes=rng.lognormal(size, 1.1, count).astype(np.int64))


def _filed(house: House, day: Day, row: Whole, time: Whole, paths: list[str], **columns: Column) -> Events:
    seat = {"account": day.account[row], "place": day.place[row]}
    return files(len(row), time=time, path=np.array(paths, dtype=object), **seat, **columns)
