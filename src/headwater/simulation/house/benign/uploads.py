"""Many bytes that leave the house and hold nobody's data: films of goods, photographs, own documents on a stick."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import SECOND, Events, Whole
from headwater.simulation.house.benign.stage import Deed, Stage
from headwater.simulation.house.nouns import Day, Doing
from headwater.simulation.house.traces import files, web

_OWN = ("个人照片", "毕业证", "简历", "体检报告", "培训笔记", "工作总结", "合影")
_STUFF = (("宣传片", "mp4", 17.6), ("样品照片", "zip", 16.2), ("展会素材", "zip", 16.8), ("海报终稿", "psd", 15.9))


def films(stage: Stage, count: int) -> list[Doing]:
    """A film, or an archive of photographs, goes to a shop by chat or onto the cloud disk in many pieces."""
    everybody = np.ones(len(stage.house.staff), dtype=np.bool_)
    return [doing for person in stage.some(everybody, count) for doing in _film(stage, person)]


def own_documents(stage: Stage, count: int) -> list[Doing]:
    """Somebody changes desks, or tidies up, and copies documents of their own to a stick."""
    staff, days = stage.house.staff, stage.house.calendar.days
    moving = (staff.moved > 0) & (staff.moved < days)
    movers = stage.some(moving, count)
    others = stage.some(~moving, count - len(movers))
    return [doing for person in (*movers, *others) for doing in _stick(stage, person)]


def _film(stage: Stage, person: int) -> list[Doing]:
    rng, trade = stage.rng, stage.house.trade
    deed = Deed(stage, "large-upload", (person,))
    number = int(stage.spell(person, 1)[0])
    seat = stage.seat(person, number)
    what, suffix, size = _STUFF[rng.integers(len(_STUFF))]
    whole = int(rng.lognormal(size, 0.8))
    chat = rng.random() < 0.6
    piece = 2_000_000 if chat else 4_000_000
    pieces = np.full(min(400, -(-whole // piece)), piece)
    begin = stage.hour(number, float(rng.uniform(seat.comes[0] + 0.5, seat.goes[0] - 1.5)))
    deed.add("files", _file(stage, seat, begin, [f"{what}{int(rng.integers(1, 30))}.{suffix}"], np.array([whole])))
    deed.add("web", web(
        len(pieces), time=begin + np.cumsum(rng.integers(2, 14, len(pieces))) * SECOND + 300 * SECOND,
        account=np.repeat(seat.account, len(pieces)), place=np.repeat(seat.place, len(pieces)),
        host=trade.chat if chat else trade.disk, path="/msg/upload" if chat else "/upload", method="POST",
        bytes_out=pieces + rng.integers(300, 900, len(pieces)), bytes_in=rng.integers(240, 700, len(pieces)),
        took=rng.integers(300, 4_000, len(pieces)),
    ))  # fmt: skip
    if rng.random() < 0.2:
        deed.ticket("宣传素材外发", number, number)
    return deed.done()


def _stick(stage: Stage, person: int) -> list[Doing]:
    rng, staff = stage.rng, stage.house.staff
    deed = Deed(stage, "own-documents-on-a-stick", (person,))
    days = stage.worked(person, int(staff.moved[person]) - 3, int(staff.moved[person]) + 1)
    number = int(days[0]) if len(days) else int(stage.spell(person, 1)[0])
    seat = stage.seat(person, number)
    count = int(rng.integers(8, 120))
    names = [
        f"{_OWN[n]}{k}.{('jpg', 'pdf', 'docx')[k % 3]}" for n, k in rng.integers([0, 1], [len(_OWN), 60], (count, 2))
    ]
    begin = stage.hour(number, float(rng.uniform(seat.comes[0] + 0.5, seat.goes[0] - 1.0)))
    times = begin + np.cumsum(rng.integers(1, 9, count)) * SECOND
    deed.add("files", _file(stage, seat, times, names, rng.lognormal(12.4, 1.2, count).astype(np.int64), "E:\\"))
    return deed.done()


def _file(stage: Stage, seat: Day, times: Whole, names: list[str], size: Whole, folder: str = "") -> Events:
    user = stage.house.accounts.name[seat.account[0]]
    where = folder or f"C:\\Users\\{user}\\Documents\\"
    return files(
        len(names), time=times, account=np.repeat(seat.account, len(names)), place=np.repeat(seat.place, len(names)),
        path=[f"{where}{name}" for name in names], bytes=size,
    )  # fmt: skip
