"""Documents made, read, changed, packed, printed and now and then copied to a stick, as in any office."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import SECOND, Column, Events, Whole
from headwater.simulation.house import presence
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Day
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
_PRINTED, _PACKED, _STICK = 0.7, 0.025, 0.006  # the same, in times a day
_LIKING = 0.6  # sigma with which people differ in each of these


def documents(house: House, day: Day) -> list[Events]:
    """File events of everybody with a machine on one day."""
    rng = house.dice("documents", day.number)
    ours = np.flatnonzero(house.places.device[day.place] != "")
    busy = house.calendar.busy[day.number] * _likings(house)[day.person[ours]]
    return [
        _written(house, rng, day, np.repeat(ours, presence.counts(rng, _DOCUMENTS * busy[:, 0]))),
        *_printed(house, rng, day, np.repeat(ours, presence.counts(rng, _PRINTED * busy[:, 1]))),
        _named(house, rng, day, np.repeat(ours, rng.poisson(_PACKED * busy[:, 2])), "D:\\归档\\", "zip", 14.2),
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
        house, day, row, presence.moments(rng, house, day, row), paths,
        action=actions[rng.choice(len(_ACTIONS), count, p=[share for _, share in _ACTIONS])],
        bytes=rng.lognormal(10.8, 1.2, count).astype(np.int64),
    )  # fmt: skip


def _printed(house: House, rng: np.random.Generator, day: Day, row: Whole) -> list[Events]:
    """The spooler writes a file for each job and takes it away when it is printed."""
    time = presence.moments(rng, house, day, row)
    jobs = rng.integers(2, 400, len(row)).tolist()
    paths = [f"C:\\Windows\\System32\\spool\\PRINTERS\\{job:05d}.SPL" for job in jobs]
    size = rng.lognormal(11.6, 1.1, len(row)).astype(np.int64)
    gone = time + rng.integers(4, 90, len(row)) * SECOND
    action = np.full(len(row), "delete", dtype=object)
    return [
        _filed(house, day, row, time, paths, bytes=size),
        _filed(house, day, row, gone, paths, action=action, bytes=size),
    ]


def _named(
    house: House, rng: np.random.Generator, day: Day, row: Whole, folder: str, suffix: str, size: float
) -> Events:
    count = len(row)
    names = rng.integers([0, 1], [len(_NAMES), 60], size=(count, 2)).tolist()
    paths = [f"{folder}{_NAMES[n]}{k}.{suffix}" for n, k in names]
    time = presence.moments(rng, house, day, row)
    return _filed(house, day, row, time, paths, bytes=rng.lognormal(size, 1.1, count).astype(np.int64))


def _copied(house: House, rng: np.random.Generator, day: Day, sessions: Whole) -> list[Events]:
    """A stick is put in and a few documents go there."""
    row = np.repeat(sessions, 1 + rng.geometric(0.35, len(sessions)))
    copies = _named(house, rng, day, row, "E:\\", "pptx", 12.6)
    return [copies]


def _filed(house: House, day: Day, row: Whole, time: Whole, paths: list[str], **columns: Column) -> Events:
    seat = {"account": day.account[row], "place": day.place[row]}
    return files(len(row), time=time, path=np.array(paths, dtype=object), **seat, **columns)
