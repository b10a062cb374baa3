"""How a haul leaves the house, and the traces that each way leaves.

A haul is first saved as a spreadsheet (or packed as an archive, which is deleted afterwards) and then goes through the
chat of a shop, a web mail, a cloud disk, a removable drive, the printer or a letter. A telephone that photographs the
screen, and nothing at all, leave no trace. Sizes follow the rows: about 62 bytes a row of a packed spreadsheet with
four columns, 38 in an archive (measured on made lists). The way by the shopping site's chat is that of the Shanghai
case of 2018; pieces of at most some megabytes, delays and names of files are assumed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from headwater.simulation.crimes.scene import Scene, Traces
from headwater.simulation.crimes.seats import Seats, at
from headwater.simulation.events import SECOND, Events, Whole
from headwater.simulation.house.house import House
from headwater.simulation.house.mailing import addresses
from headwater.simulation.house.traces import files, mail, web
from headwater.simulation.trades.trade import Trade, WayOut

_PER_ROW, _PER_ROW_PACKED, _OVERHEAD = 62, 38, 5_200
_PRINTED = 900  # bytes of spool a row
_PIECE = {"shop-chat": 2_000_000, "web-mail": 8_000_000, "cloud-disk": 4_000_000}  # bytes of one request at most
_PATH = {"shop-chat": "/msg/upload", "web-mail": "/compose/send", "cloud-disk": "/upload"}
_NAMES = ("名单", "客户整理", "新建工作表", "资料", "对账", "通讯录", "汇总")
_FOLDERS = ("Desktop", "Downloads", "Documents")
_BOXES = ("xiaoyu", "laowang", "sunny", "jiajia", "dahai", "feifei")


@dataclass(frozen=True, slots=True)
class Exit:
    """A way out as this crime uses it: where to, and whether the haul is packed and the copies deleted."""

    way: WayOut
    destination: str
    packed: bool
    tidy: bool


@dataclass(frozen=True, slots=True)
class Loads:
    """What is carried: the row of the seats at which each load is ready, since when (UTC ms), how many records."""

    row: Whole
    ready: Whole
    records: Whole


@dataclass(frozen=True, slots=True)
class _Seat:
    account: int
    place: int


@dataclass(frozen=True, slots=True)
class _File:
    time: int
    path: str
    action: str
    size: int


def exit_of(scene: Scene, usual: WayOut) -> Exit:
    """The way that the crime asks for, or the usual one; the weaker the traces are meant to be, the tidier."""
    crime, rng = scene.cast.crime, scene.rng
    way = crime.way_out or usual
    packed = crime.strength in ("weak", "faint") or rng.random() < 0.3
    tidy = crime.strength == "faint" or rng.random() < 0.3
    return Exit(way, _destination(scene.house.trade, way, rng), bool(packed), bool(tidy))


def loads(sat: Seats, rows: Whole, times: Whole, every: int) -> Loads:
    """One load for every so many days of somebody's takings, ready at the last of them."""
    group = sat.person[rows] * 1_000 + sat.day[rows] // every
    order = np.lexsort((times, group))
    _, begins, counts = np.unique(group[order], return_index=True, return_counts=True)
    lasts = order[begins + counts - 1]
    return Loads(rows[lasts], times[lasts], counts)


def carried(scene: Scene, sat: Seats, ready: Loads, out: Exit) -> Traces:
    """The events of saving these loads and of carrying them out; none for a telephone or when nothing leaves."""
    traces: Traces = {"files": [], "web": [], "mail": []}
    if out.way in ("phone", "none"):
        return traces
    for n in range(len(ready.row)):
        row, begin = _moment(scene, sat, int(ready.row[n]), int(ready.ready[n]))
        _one(scene, sat, row, begin, int(ready.records[n]), out, traces)
    return traces


def _one(scene: Scene, sat: Seats, row: int, begin: int, records: int, out: Exit, traces: Traces) -> None:
    """Save one load, carry it out, and tidy up where that is this crime's habit."""
    rng, house = scene.rng, scene.house
    seat = _Seat(int(sat.account[row]), int(sat.place[row]))
    name = f"{_NAMES[rng.integers(len(_NAMES))]}{rng.integers(1, 99)}"
    folder = f"C:\\Users\\{house.accounts.name[seat.account]}\\{_FOLDERS[rng.integers(len(_FOLDERS))]}\\"
    kept = [_File(begin, f"{folder}{name}.xlsx", "create", _PER_ROW * records + _OVERHEAD)]
    if out.packed:
        size = int(_PER_ROW_PACKED * records * rng.uniform(0.9, 1.1)) + _OVERHEAD
        kept.append(_File(begin + int(rng.integers(20, 90)) * SECOND, f"{folder}{name}.zip", "create", size))
    load, later = kept[-1], begin + int(rng.integers(120, 600)) * SECOND
    gone = later + int(rng.integers(60, 500)) * SECOND
    away = [_File(gone + n * 3 * SECOND, each.path, "delete", each.size) for n, each in enumerate(kept)]
    if out.way == "usb":
        kept.append(_File(later, f"E:\\{load.path.rpartition(chr(92))[2]}", "create", load.size))
    if out.way == "print":
        kept += _spooled(rng, later, _PRINTED * records + _OVERHEAD)
    if out.way in _PATH:
        traces["web"].append(_posted(rng, load.size, later, seat, out))
    if out.way == "mail":
        traces["mail"].append(_letter(house, name, load.size, later, seat, out))
    traces["files"].append(_saved(kept + away if out.tidy else kept, seat))


def _spooled(rng: np.random.Generator, when: int, size: int) -> list[_File]:
    """The spooler's file, which goes when the job is done."""
    path = f"C:\\Windows\\System32\\spool\\PRINTERS\\{rng.integers(2, 400):05d}.SPL"
    return [_File(when, path, "create", size), _File(when + int(rng.integers(4, 90)) * SECOND, path, "delete", size)]


def _saved(kept: Sequence[_File], seat: _Seat) -> Events:
    return files(
        len(kept),
        time=np.array([each.time for each in kept], dtype=np.int64),
        account=seat.account,
        place=seat.place,
        path=[each.path for each in kept],
        action=[each.action for each in kept],
        bytes=np.array([each.size for each in kept], dtype=np.int64),
    )


def _posted(rng: np.random.Generator, size: int, begin: int, seat: _Seat, out: Exit) -> Events:
    """The load in as many requests as the site's limit asks for, some seconds apart."""
    piece = _PIECE[out.way]
    pieces = np.full(-(-size // piece), piece, dtype=np.int64)
    pieces[-1] = size - piece * (len(pieces) - 1)
    return web(
        len(pieces),
        time=begin + np.cumsum(rng.integers(4, 40, len(pieces))) * SECOND,
        account=seat.account,
        place=seat.place,
        host=out.destination,
        path=_PATH[out.way],
        method="POST",
        bytes_out=(pieces * rng.uniform(1.01, 1.05, len(pieces))).astype(np.int64) + 400,
        bytes_in=410,
        took=rng.integers(200, 4_000, len(pieces)),
    )


def _letter(house: House, name: str, size: int, when: int, seat: _Seat, out: Exit) -> Events:
    """A message to a private address; an attachment is a third bigger on its way."""
    return mail(
        1,
        time=np.array([when], dtype=np.int64),
        account=seat.account,
        place=seat.place,
        sender=str(addresses(house)[seat.account]),
        recipient=out.destination,
        subject=name,
        attachments=1,
        bytes=size * 4 // 3 + 2_000,
    )


def _moment(scene: Scene, sat: Seats, row: int, ready: int) -> tuple[int, int]:
    """When the load is saved: some minutes after it is ready, the next day of work if the day is over by then."""
    house, rng = scene.house, scene.rng
    begin = ready + int(rng.integers(60, 900)) * SECOND
    goes = int(at(house, sat.day[row : row + 1], sat.goes[row : row + 1])[0])
    if begin + 1_200 * SECOND < goes:
        return row, begin
    later = np.flatnonzero((sat.person == sat.person[row]) & (sat.day > sat.day[row]))
    if not len(later):
        return row, ready + 30 * SECOND
    row = int(later[0])
    comes = int(at(house, sat.day[row : row + 1], sat.comes[row : row + 1])[0])
    return row, comes + int(rng.integers(600, 5_000)) * SECOND


def _destination(trade: Trade, way: WayOut, rng: np.random.Generator) -> str:
    """The host or address that a way leads to; empty where it leads to none."""
    hosts: dict[str, str] = {"shop-chat": trade.chat, "web-mail": trade.mail, "cloud-disk": trade.disk}
    if way == "mail":
        box = f"{_BOXES[rng.integers(len(_BOXES))]}{rng.integers(10, 9_999)}"
        return f"{box}@{trade.mail.removeprefix('mail.')}"
    return hosts.get(way, "")
