"""Searches that lead to a record, page by page, and the lists that people draw from the application."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import SECOND, Column, Events, Whole
from headwater.simulation.house import presence
from headwater.simulation.house.client_books import held
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Day
from headwater.simulation.house.reading import Reading, agents, changed
from headwater.simulation.house.shelves import shelf
from headwater.simulation.house.traces import access, files
from headwater.simulation.trades.trade import Right

_BY = ("phone", "name", "id", "number")
_PAGE = 20  # hits that one page shows
_MONTH = 21.5  # working days
_SCOPES = ("own", "team", "branch", "filter")
_ROW_BYTES = 180
_GONE = 0.2  # of the spreadsheets are deleted on the same day
_FOLDERS = ("Downloads", "Desktop", "Documents")
_LISTS = ("客户清单", "回访名单", "对账明细", "到期提醒", "导出", "业绩明细", "月报底表")


def sought(house: House, rng: np.random.Generator, day: Day, read: Reading) -> list[Events]:
    """Searches shortly before records are opened, as often as the readers' work wants them; some go on to a next page."""
    share = np.array([role.searches for role in house.trade.roles])
    role = house.staff.role_on(day.number)[day.person[read.row]]
    which = np.repeat(np.arange(len(read.row)), rng.poisson(share[role]))
    row, by = read.row[which], rng.choice(len(_BY), len(which), p=(0.42, 0.3, 0.1, 0.18))
    time = read.events["time"][which] - (3 + rng.gamma(2.0, 6.0, len(which))).astype(np.int64) * SECOND
    hits = np.where(by == 1, np.minimum(rng.zipf(1.45, len(which)), 400), rng.poisson(1.05, len(which)))
    further = np.flatnonzero((hits > _PAGE) & (rng.random(len(which)) < 0.55))
    second = time[further] + rng.integers(2, 9, len(further)) * SECOND
    more = np.minimum(hits[further] - _PAGE, _PAGE)
    return [
        _pages(house, rng, day, row, time, by, np.ones_like(by), np.minimum(hits, _PAGE)),
        _pages(house, rng, day, row[further], second, by[further], 1 + np.ones_like(further), more),
    ]


def exporting(house: House, day: Day, tempo: NDArray[np.float64]) -> tuple[Events, list[Events]]:
    """Lists drawn from the application, most of them when a month ends, and the spreadsheets they become."""
    rng = house.dice("exporting", day.number)
    kinds = house.staff.role_on(day.number)[day.person]
    rate = np.array([role.exports for role in house.trade.roles])[kinds] / _MONTH
    ends = 2.2 if house.calendar.busy[day.number] > 1 else 0.9
    row = np.repeat(np.arange(len(day)), rng.poisson(rate * np.sqrt(tempo) * ends))
    rows, scope = _sizes(house, rng, day, row)
    time = presence.moments(rng, house, day, row)
    return lists(house, rng, day, row, time, rows, scope)


def lists(
    house: House, rng: np.random.Generator, day: Day, row: Whole, time: Whole, rows: Whole, scope: Whole
) -> tuple[Events, list[Events]]:
    """Lists drawn by those at work, and the spreadsheets in which they end, some of them for a few hours only."""
    texts = np.array([f"{house.trade.export_path}?scope={scope}" for scope in _SCOPES], dtype=object)
    drawn = access(
        len(row),
        time=time,
        account=day.account[row],
        place=day.place[row],
        action="export",
        path=texts[scope],
        rows=rows,
        bytes=rows * _ROW_BYTES + rng.integers(300, 900, len(row)),
        agent=agents(house, day, row),
    )
    sheets = _sheets(house, rng, day, row, time, rows)
    gone = sheets.take(rng.random(len(sheets)) < _GONE)
    later = gone["time"] + (rng.gamma(1.2, 2_000.0, len(gone)) + 60).astype(np.int64) * SECOND
    word = np.full(len(gone), "delete", dtype=object)
    return drawn, [sheets, changed(gone, time=later, action=word)]


def _pages(
    house: House, rng: np.random.Generator, day: Day, row: Whole, time: Whole, by: Whole, page: Whole, rows: Whole
) -> Events:
    texts = np.array([[f"{house.trade.search_path}?by={by}&page={n}" for n in (1, 2)] for by in _BY], dtype=object)
    return access(
        len(row),
        time=time,
        account=day.account[row],
        place=day.place[row],
        action="search",
        path=texts[by, page - 1],
        rows=rows,
        bytes=300 + rows * rng.integers(200, 350, len(row)),
        agent=agents(house, day, row),
    )


def _sizes(house: House, rng: np.random.Generator, day: Day, row: Whole) -> tuple[Whole, Whole]:
    """How many rows lists have, and what of: one's book or branch as it is, or a heavy-tailed choice."""
    person, staff = day.person[row], house.staff
    scope = rng.choice(len(_SCOPES), len(row), p=(0.4, 0.15, 0.1, 0.35))
    own = held(house, day.number)[person]
    branch = shelf(house, "branch").held(staff.branch_on(day.number)[person], day.number)
    chosen = rng.lognormal(4.6, 1.1, len(row)).astype(np.int64)
    rows = np.choose(scope, [own, own * 2 + chosen, branch, chosen])
    limit = np.array([_limit(role.rights) for role in house.trade.roles])[staff.role_on(day.number)[person]]
    rows = np.minimum(np.where(rows > 0, rows, chosen), limit)
    return np.minimum(rows, int(house.clients.there(day.number).sum())), scope


def _limit(rights: tuple[Right, ...]) -> int:
    """The rows that a role may export in a day."""
    limits = [right.rows_per_day for right in rights if right.action in ("export", "*")]
    return min((limit for limit in limits if limit is not None), default=50_000)


def _sheets(house: House, rng: np.random.Generator, day: Day, row: Whole, time: Whole, rows: Whole) -> Events:
    """The spreadsheets in which lists end, for those who have a machine of the house."""
    ours = np.flatnonzero(house.places.device[day.place[row]] != "")
    who: Column = house.accounts.name[day.account[row[ours]]]
    names = rng.integers([0, 0, 1], [len(_FOLDERS), len(_LISTS), 400], size=(len(ours), 3)).tolist()
    stamp = f"{house.calendar.date(day.number):%m%d}"
    paths = [
        f"C:\\Users\\{user}\\{_FOLDERS[f]}\\{_LISTS[n]}{stamp}_{m}.xlsx"
        for user, (f, n, m) in zip(who.tolist(), names, strict=True)
    ]
    return files(
        len(ours),
        time=time[ours] + rng.integers(4, 90, len(ours)) * SECOND,
        account=day.account[row[ours]],
        place=day.place[row[ours]],
        path=np.array(paths, dtype=object),
        bytes=rows[ours] * 95 + 8_000,
    )
