"""What is found outside the logs: the leaked file, the suspects' disks, and the complaints of clients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from headwater.simulation.events import Column, Whole
from headwater.simulation.insurer.doings import Doing
from headwater.simulation.insurer.habits import LeakedFile
from headwater.simulation.insurer.spreads import careless, list_file
from headwater.simulation.insurer.world import World
from headwater.simulation.made_people import people

_COMPLAINTS = (
    "来电推销，知道我的保单",
    "对方报出我的住址和证件号",
    "收到陌生短信，要求加微信办理退保",
    "自称客服，说保单异常",
)
_HOLDING = {"name": "姓名", "id_number": "身份证", "phone": "手机号", "address": "住址"}


@dataclass(frozen=True, slots=True)
class Found:
    """A file found outside, by its path below the case folder."""

    path: str
    content: bytes


def leaked(world: World, crimes: Sequence[Doing]) -> tuple[list[Found], dict[str, Any] | None]:
    """The leaked file and the truth about it."""
    wanted = world.habits.leak
    if wanted is None:
        return [], None
    rng = world.dice("leak")
    source = crimes[wanted.scenario] if wanted.origin == "theft" and crimes else None
    if wanted.origin == "theft" and source is None:
        raise ValueError("a leak from a theft needs a scenario; say leak=None or origin='coincidence'")
    foreign = round(wanted.rows * wanted.foreign)
    who, day = _drawn(world, source, wanted.rows - foreign, rng)
    strangers = people(rng, wanted.rows - len(who), world.habits.unassigned_phones)
    order = rng.permutation(wanted.rows)
    columns = {
        name: np.concatenate([world.clients.known(who, day, name), getattr(strangers, name)])[order]
        for name in wanted.columns
    }
    rows = _written(wanted, columns, rng)
    name, content = list_file(world.habits.formats.leak, wanted.name, rows)
    ours = int((order < len(who)).sum())
    doubled = len(rows) - 1 - wanted.rows
    truth = {
        "file": f"leaks/{name}",
        "rows": len(rows) - 1,
        "doubled": doubled,
        "ours": ours,
        "not_ours": wanted.rows - ours,
        "from_accounts": list(source.accounts) if source else [],
        "users": list(source.users) if source else [],
    }
    return [Found(f"leaks/{name}", content)], truth


def seized(world: World, crimes: Sequence[Doing]) -> tuple[list[Found], dict[str, int]]:
    """The lists on the disks of the takers, and an innocent agent's list of his own clients."""
    rng, files, counts = world.dice("seized"), [], {}
    for doing in crimes:
        for person, places in doing.kept.items():
            files += _disk(world, person, "客户名单", doing.taken[places], doing.taken_on[places], rng)
            counts[str(world.staff.employee[person])] = len(np.unique(doing.taken[places]))
    actors = {person for doing in crimes for person in doing.kept}
    agents = [person for person in world.staff.of("sales").tolist() if person not in actors]
    for person in agents[: world.habits.innocent_seizures if crimes else 0]:
        book = np.flatnonzero(world.book == person)
        files += _disk(world, person, "我的客户", book, np.full(len(book), world.calendar.days), rng)
        counts[str(world.staff.employee[person])] = len(book)
    return files, counts


def complaints(world: World, crimes: Sequence[Doing]) -> tuple[list[list[str]], tuple[str, ...]]:
    """The table of complaints and the accounts that most of them go back to: more than half come from the taken."""
    rng, clients, count = world.dice("complaints"), world.clients, world.habits.complaints
    source = crimes[0] if crimes else None
    from_theft = rng.random(count) < (0.6 if source else 0.0)
    who = rng.choice(len(clients), count, p=clients.popularity)
    day = rng.integers(0, world.calendar.days + 40, count)
    if source is not None and len(source.taken):
        place = rng.integers(len(source.taken), size=count)
        who = np.where(from_theft, source.taken[place], who)
        day = np.where(from_theft, source.taken_on[place] + 3 + rng.integers(0, 40, count), day)
    strangers = people(rng, count, world.habits.unassigned_phones)
    stranger = ~from_theft & (rng.random(count) < 0.15)
    rows = [["complaint", "received", "name", "phone", "id_number", "what"]]
    for n in np.argsort(day, kind="stable").tolist():
        client = who[n : n + 1]
        named = [
            str(strangers.name[n] if stranger[n] else clients.people.name[client[0]]),
            str(strangers.phone[n] if stranger[n] else clients.known(client, np.array([day[n]]), "phone")[0]),
        ]
        received = world.calendar.date(int(day[n])).isoformat()
        rows.append([f"TS{len(rows):04d}", received, *named, "", _COMPLAINTS[int(rng.integers(len(_COMPLAINTS)))]])
    return rows, source.accounts if source else ()


def _drawn(world: World, source: Doing | None, count: int, rng: np.random.Generator) -> tuple[Whole, Whole]:
    """Clients of a leak, each once, with the day on which their record was copied."""
    if source is None:
        weight = world.clients.popularity * np.where(world.clients.branch == world.clients.branch[0], 3.0, 1.0)
        there = np.where(world.clients.there(0), weight, 0.0)
        who = rng.choice(len(world.clients), count, replace=False, p=there / there.sum())
        return who, np.full(count, 0)
    once, place = np.unique(source.taken, return_index=True)
    chosen = rng.choice(len(once), min(count, len(once)), replace=False)
    return once[chosen], source.taken_on[place[chosen]]


def _written(wanted: LeakedFile, columns: dict[str, Column], rng: np.random.Generator) -> list[list[str]]:
    header = list(wanted.headers[: len(wanted.columns)])
    if wanted.tidy:
        return [header, *map(list, zip(*columns.values(), strict=True))]
    twice = rng.integers(0, wanted.rows, wanted.rows // 60)
    again = np.concatenate([np.arange(wanted.rows), twice])
    spelt = careless(rng, {name: column[again] for name, column in columns.items()})
    return [header, *map(list, zip(*spelt.values(), strict=True))]


def _disk(world: World, person: int, name: str, who: Whole, day: Whole, rng: np.random.Generator) -> list[Found]:
    holder = f"seized/{world.staff.employee[person]}"
    order = rng.permutation(len(who))
    columns = [world.clients.known(who[order], day[order], column) for column in _HOLDING]
    rows = [list(_HOLDING.values()), *map(list, zip(*columns, strict=True))]
    file, content = list_file(world.habits.formats.seized, name, rows)
    note = "周五前把拜访计划交给主管，样品还在前台。\n月底盘点，电话会议改到下午三点。\n".encode("gb18030")
    return [Found(f"{holder}/桌面/{file}", content), Found(f"{holder}/桌面/备忘.txt", note)]
