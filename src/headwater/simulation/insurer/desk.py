"""Ordinary life at the machines: log-ons, documents, and what people do on the permitted sites."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import HOUR, Events, Whole
from headwater.simulation.insurer.doings import files, logons, web
from headwater.simulation.insurer.presence import counts, moments
from headwater.simulation.insurer.world import World

_DOCUMENTS = ("周报", "会议纪要", "报价单", "理赔说明", "培训材料", "客户回访表", "费用清单")
_SUFFIXES = ("docx", "xlsx", "pdf", "pptx")
_PAGES = ("item", "search", "list", "help", "detail")


def signing_on(world: World) -> list[Events]:
    """Morning log-on, evening log-off, an unlock after lunch, a mistyped password now and then."""
    rng, present = world.dice("logons"), world.presence
    rows = np.arange(len(present))
    begin = world.calendar.midnight(present.day)
    comes = begin + ((present.comes - rng.gamma(2.0, 0.05, len(rows))) * HOUR).astype(np.int64)
    goes = begin + ((present.goes + rng.gamma(2.0, 0.05, len(rows))) * HOUR).astype(np.int64)
    back = begin + ((13.2 + rng.gamma(1.0, 0.1, len(rows))) * HOUR).astype(np.int64)
    wrong = rows[rng.random(len(rows)) < 0.05]
    return [
        _logons(world, rows, comes, "logon", 2),
        _logons(world, wrong, comes[wrong] - 9_000, "failure", 2),
        _logons(world, rows[rng.random(len(rows)) < 0.7], back, "logon", 7),
        _logons(world, rows[rng.random(len(rows)) < 0.98], goes, "logoff", 2),
    ]


def writing(world: World) -> list[Events]:
    """Documents made, read, changed and deleted in one's own folders."""
    rng, present = world.dice("documents"), world.presence
    mean = 3.2 * world.staff.pace[present.person] * world.habits.activity
    rows = np.repeat(np.arange(len(present)), counts(rng, mean))
    size = len(rows)
    names = rng.integers([1, 1, 1], [len(_DOCUMENTS), len(_SUFFIXES), 999], size=(size, 3))
    account = world.staff.account[present.person[rows]]
    paths = [
        f"C:\\Users\\{who}\\Documents\\{_DOCUMENTS[d]}{n}.{_SUFFIXES[s]}"
        for who, (d, s, n) in zip(account, names.tolist(), strict=True)
    ]
    made = files(
        size,
        time=moments(rng, present, rows, world.calendar),
        account=account,
        device=world.staff.device[present.desk[rows]],
        ip=world.staff.ip[present.desk[rows]],
        path=paths,
        action=np.array(["create", "read", "update", "delete"], dtype=object)[
            rng.choice(4, size, p=(0.4, 0.3, 0.25, 0.05))
        ],
        bytes=rng.lognormal(10.5, 1.0, size).astype(np.int64),
    )
    return [made]


def browsing(world: World) -> list[Events]:
    """Pages, small chat messages, and now and then a photograph for the shop's service desk."""
    rng, present = world.dice("browsing"), world.presence
    taste = rng.lognormal(0.0, 0.5, len(world.staff))[present.person] * world.habits.activity
    everyone = np.arange(len(present))
    pages = np.repeat(everyone, counts(rng, 9.0 * taste))
    chats = np.repeat(everyone, counts(rng, 0.9 * taste))
    photos = np.repeat(everyone, counts(rng, 0.03 * taste))
    hosts = np.array(_hosts(world), dtype=object)
    paths = [f"/{_PAGES[p]}/{n}" for p, n in rng.integers([0, 1], [5, 99_999], size=(len(pages), 2)).tolist()]
    chat = f"im.{world.habits.shop}"
    seen = {
        "bytes_out": rng.integers(300, 2_200, len(pages)),
        "bytes_in": rng.lognormal(9, 1, len(pages)).astype(np.int64),
    }
    said = {"bytes_out": rng.integers(420, 2_600, len(chats)), "bytes_in": 320}
    shown = {"bytes_out": rng.lognormal(11.6, 0.6, len(photos)).astype(np.int64), "bytes_in": 410}
    site = hosts[rng.integers(len(hosts), size=len(pages))]
    return [
        requests(world, rng, pages, host=site, path=paths, method="GET", **seen),
        requests(world, rng, chats, host=chat, path="/msg/send", method="POST", **said),
        requests(world, rng, photos, host=chat, path="/msg/upload", method="POST", **shown),
    ]


def requests(world: World, rng: np.random.Generator, rows: Whole, **columns: object) -> Events:
    """Requests of people at the machines where they sit."""
    present = world.presence
    return web(
        len(rows),
        time=moments(rng, present, rows, world.calendar),
        account=world.staff.account[present.person[rows]],
        ip=world.staff.ip[present.desk[rows]],
        took=rng.integers(20, 900, len(rows)),
        **columns,
    )


def _logons(world: World, rows: Whole, times: Whole, action: str, kind: int) -> Events:
    present = world.presence
    desk = present.desk[rows]
    return logons(
        len(rows),
        time=times if len(times) == len(rows) else times[rows],
        account=world.staff.account[present.person[rows]],
        device=world.staff.device[desk],
        ip=world.staff.ip[desk],
        action=action,
        kind=kind,
    )


def _hosts(world: World) -> list[str]:
    shop = world.habits.shop
    return [
        f"www.{shop}",
        f"img.{shop}",
        "mail.office.example",
        "oa.office.example",
        "news.gate.example",
        "map.gate.example",
    ]
