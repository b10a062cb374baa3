"""What people do outside through the proxy: pages by taste, chats with the shop, web mail, a disk in the cloud."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import Column, Events, Whole
from headwater.simulation.house import presence
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Day
from headwater.simulation.house.traces import web

_PAGES = ("item", "search", "list", "help", "detail", "static/js", "img", "api/v1/feed")
_NUMBERS = 900  # different pages of each kind
_BROWSED = 34.0  # pages a day, of the median person
_APPETITE, _FAVOUR = 0.8, 1.3  # sigma of how much people browse, and how unlike their favourite sites are
_CHATTERS, _CHATS, _PHOTOGRAPHS = 0.35, 4.0, 0.12  # share of the people; messages and photographs a day of each
_MAILERS, _MAILS = 0.25, 1.2  # the same for web mail
_DISK_USERS, _UPLOADS, _DOWNLOADS = 0.12, 0.5, 1.5  # the same for the disk, which the house allows

Floats = NDArray[np.float64]


def browsing(house: House, day: Day) -> list[Events]:
    """Everybody's requests to outside sites on one day, from the house's machines."""
    rng, trade = house.dice("browsing", day.number), house.trade
    ours = np.flatnonzero(house.places.device[day.place] != "")
    taste = tastes(house)[day.person[ours]]
    stay = np.clip((day.goes[ours] - day.comes[ours]) / 9.2, 0.3, 1.3)
    log = [_pages(house, rng, day, np.repeat(ours, presence.counts(rng, _BROWSED * taste[:, 0] * stay)))]
    for host, path, mean, size, spread in (
        (trade.chat, "/msg/send", _CHATS * taste[:, 1], 6.7, 0.6),
        (trade.chat, "/msg/upload", _PHOTOGRAPHS * taste[:, 1], 12.1, 0.9),
        (trade.mail, "/compose/send", _MAILS * taste[:, 2], 8.6, 1.5),
        (trade.disk, "/upload", _UPLOADS * taste[:, 3], 12.8, 1.5),
    ):
        row = np.repeat(ours, presence.counts(rng, mean * stay))
        log.append(posted(house, rng, day, row, host, path, rng.lognormal(size, spread, len(row))))
    row = np.repeat(ours, presence.counts(rng, _DOWNLOADS * taste[:, 3] * stay))
    return [*log, _fetched(house, rng, day, row)]


def tastes(house: House) -> Floats:
    """How much each person browses, chats, mails and uses the disk; most do only the first."""
    if "tastes" not in house.kept:
        rng, people = house.dice("tastes"), len(house.staff)
        taste = rng.lognormal(0.0, [_APPETITE, 0.9, 0.9, 1.0], (people, 4))
        taste[:, 1:] *= rng.random((people, 3)) < (_CHATTERS, _MAILERS, _DISK_USERS)
        house.kept["tastes"] = np.minimum(taste, 12.0)
    kept: Floats = house.kept["tastes"]
    return kept


def posted(house: House, rng: np.random.Generator, day: Day, row: Whole, host: str, path: str, size: Floats) -> Events:
    """Messages and uploads: many bytes go out, few come back."""
    return _requests(
        house, rng, day, row, host=host, path=path, method="POST",
        bytes_out=size.astype(np.int64) + 380, bytes_in=rng.integers(240, 700, len(row)),
    )  # fmt: skip


def _pages(house: House, rng: np.random.Generator, day: Day, row: Whole) -> Events:
    count, sites = len(row), np.array(house.trade.sites, dtype=object)
    ladder = _favours(house)[day.person[row]]
    site = np.minimum((rng.random(count)[:, None] > ladder).sum(axis=1), len(sites) - 1)
    paths = np.array([f"/{page}/{n}" for page in _PAGES for n in range(_NUMBERS)], dtype=object)
    path = rng.integers(len(_PAGES), size=count) * _NUMBERS + rng.zipf(1.3, count) % _NUMBERS
    codes = np.array([200, 304, 302, 404, 403])[rng.choice(5, count, p=(0.86, 0.08, 0.03, 0.02, 0.01))]
    return _requests(
        house, rng, day, row, host=sites[site], path=paths[path], status=codes,
        bytes_out=rng.integers(300, 2_200, count),
        bytes_in=np.minimum(rng.lognormal(9.0, 1.4, count), 4e8).astype(np.int64),
    )  # fmt: skip


def _favours(house: House) -> Floats:
    """Each person's sites as a ladder of chances: a few favourites, different ones for each."""
    if "favours" not in house.kept:
        rng, sites = house.dice("favours"), len(house.trade.sites)
        known = rng.lognormal(0.0, 0.8, sites) * rng.lognormal(0.0, _FAVOUR, (len(house.staff), sites))
        ladder = np.cumsum(known, axis=1)
        house.kept["favours"] = ladder / ladder[:, -1:]
    kept: Floats = house.kept["favours"]
    return kept


def _fetched(house: House, rng: np.random.Generator, day: Day, row: Whole) -> Events:
    size = rng.lognormal(12.5, 1.6, len(row)).astype(np.int64)
    return _requests(house, rng, day, row, host=house.trade.disk, path="/download", bytes_in=size)


def _requests(house: House, rng: np.random.Generator, day: Day, row: Whole, **columns: Column | str) -> Events:
    return web(
        len(row),
        time=presence.moments(rng, house, day, row),
        account=day.account[row],
        place=day.place[row],
        took=rng.lognormal(4.8, 0.8, len(row)).astype(np.int64),
        **columns,
    )
