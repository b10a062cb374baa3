"""How loot is kept and carried out: a spreadsheet on the desktop, an archive on a stick, a file in a chat."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import Events
from headwater.simulation.insurer.doings import files, web
from headwater.simulation.insurer.world import World

_BYTES_PER_ROW = 62  # of a packed spreadsheet with four columns
_OVERHEAD = 5_200


def saved(world: World, actor: int, time: int, rows: int, name: str, number: int) -> Events:
    """A spreadsheet made on the actor's desktop."""
    path = f"C:\\Users\\{world.staff.account[actor]}\\Desktop\\{name}"
    return _file(world, actor, time, path, rows * _BYTES_PER_ROW + _OVERHEAD, number)


def archived(world: World, actor: int, time: int, rows: int, number: int) -> Events:
    """An archive made on a removable drive."""
    return _file(world, actor, time, "F:\\旧资料.zip", rows * _BYTES_PER_ROW + _OVERHEAD, number)


def sent(world: World, actor: int, time: int, rows: int, number: int) -> Events:
    """The spreadsheet posted to the chat of the shop, with a word before it."""
    staff, size = world.staff, rows * _BYTES_PER_ROW + _OVERHEAD
    return web(
        2,
        time=np.array([time - 40_000, time]),
        account=str(staff.account[actor]),
        ip=str(staff.ip[actor]),
        host=f"im.{world.habits.shop}",
        path=["/msg/send", "/msg/upload"],
        method="POST",
        bytes_out=np.array([640, int(size * 1.03)]),
        bytes_in=410,
        doing=number,
    )


def _file(world: World, actor: int, time: int, path: str, size: int, number: int) -> Events:
    staff = world.staff
    return files(
        1,
        time=np.array([time]),
        account=str(staff.account[actor]),
        device=str(staff.device[actor]),
        ip=str(staff.ip[actor]),
        path=path,
        bytes=size,
        doing=number,
    )
