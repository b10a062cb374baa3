"""The events of reading that every way of taking is made of: records opened, searches before them, ranges of keys."""

from __future__ import annotations

import numpy as np

from headwater.simulation.events import SECOND, Events, Whole
from headwater.simulation.house.house import House
from headwater.simulation.house.statements import range_text, tables
from headwater.simulation.house.traces import access, queries

BROWSERS = 3  # each desk has one of so many programs for good
SOFTWARE = 3  # the agent of a program that is no browser


def opened(
    rng: np.random.Generator, clients: Whole, times: Whole, account: Whole | int, place: Whole | int, **more: object
) -> Events:
    """These clients' records, opened at these times."""
    size = len(clients)
    accounts = np.broadcast_to(np.asarray(account, dtype=np.int64), size).copy()
    places = np.broadcast_to(np.asarray(place, dtype=np.int64), size).copy()
    usual: dict[str, object] = {"bytes": rng.integers(900, 3_200, size), "agent": places % BROWSERS}
    return access(size, time=times, account=accounts, place=places, client=clients, **(usual | more))


def sought(house: House, rng: np.random.Generator, looked: Events, share: float, by: str = "phone") -> Events:
    """Searches some seconds before a share of these look-ups; by name a search finds several namesakes."""
    before = looked.take(rng.random(len(looked)) < share)
    size = len(before)
    found = np.minimum(rng.zipf(1.45, size), 20) if by == "name" else rng.poisson(1.05, size)
    return access(
        size,
        time=before["time"] - (3 + rng.gamma(2.0, 6.0, size)).astype(np.int64) * SECOND,
        account=before["account"],
        place=before["place"],
        agent=before["agent"],
        action="search",
        path=f"{house.trade.search_path}?by={by}&page=1",
        rows=found,
        bytes=300 + found * rng.integers(200, 350, size),
    )


def listed(
    house: House, rng: np.random.Generator, rows: Whole, times: Whole, account: Whole, place: Whole, scope: str
) -> Events:
    """Lists drawn from the application, with this many records each."""
    return access(
        len(rows),
        time=times,
        account=account,
        place=place,
        action="export",
        path=f"{house.trade.export_path}?scope={scope}",
        rows=rows,
        bytes=rows * 180 + rng.integers(300, 900, len(rows)),
        agent=place % BROWSERS,
    )


def ranges(
    house: House, spans: list[tuple[int, int]], times: Whole, columns: str, **more: object
) -> tuple[Events, list[Whole]]:
    """Statements that read ranges of keys (ordinals, both ends included), and whom each of them returned."""
    days, names, key = house.calendar.day_of(times).tolist(), tables(house), house.clients.key
    got = [house.clients.ranged(a, b, day) for (a, b), day in zip(spans, days, strict=True)]
    log = queries(
        len(spans),
        time=times,
        statement=[range_text(names, columns, key(a), key(b)) for a, b in spans],
        rows=np.array([len(part) for part in got], dtype=np.int64),
        first=np.array([a for a, _ in spans], dtype=np.int64),
        last=np.array([b for _, b in spans], dtype=np.int64),
        **more,
    )
    return log, got


def blocks(rng: np.random.Generator, there: int, wanted: int, size: int) -> list[tuple[int, int]]:
    """Distinct ranges of about ``size`` ordinals among the first ``there``, about ``wanted`` people in all."""
    size = max(2, min(size, wanted, there))
    starts = np.arange(0, max(1, there - size + 1), size)
    count = max(1, min(len(starts), round(wanted / size)))
    firsts = np.sort(rng.choice(starts, count, replace=False))
    lasts = np.minimum(firsts + size - 1 - rng.integers(0, max(1, size // 8), count), there - 1)
    return list(zip(firsts.tolist(), np.maximum(firsts, lasts).tolist(), strict=True))
