"""Service accounts: the backup, batches by night, campaigns, a partner's interface, reports. They know no weekend."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import HOUR, SECOND, Column, Events, Whole
from headwater.simulation.house.accounts import service as account_and_host
from headwater.simulation.house.house import House
from headwater.simulation.house.shelves import LONG_AGO, shelf
from headwater.simulation.house.statements import (
    Made,
    choice,
    chosen_people,
    grouped,
    range_text,
    tables,
    there_between,
)
from headwater.simulation.house.traces import access, queries
from headwater.simulation.trades.trade import Service

_SKIPPED = 0.01  # of the runs do not happen
_AGAIN = 0.015  # of the runs break and are started once more
_STEPS = 24  # ranges in which a batch goes through its part, at least
_WIDEST = 50_000  # clients in one range
_PARTNER_HOURS = np.array([1, 1, 1, 1, 1, 1, 2, 4, 8, 10, 10, 9, 7, 8, 10, 10, 9, 8, 6, 5, 4, 3, 2, 1], dtype=float)
_NEW = 30  # days for which a record interests partners most, where records stay for good
_SOFTWARE = 3  # the agent of software that is no browser


def services(house: House, day: int) -> dict[str, list[Events]]:
    """What all service accounts of a house do on one day, by kind of event."""
    found: dict[str, list[Events]] = {"access": [], "queries": []}
    for number, service in enumerate(house.trade.services):
        rng = house.dice(f"service {service.name}", day)
        if (day + 3 * number) % service.every or rng.random() < _SKIPPED:
            continue
        kind = "access" if service.purpose == "partner" else "queries"
        found[kind] += _RUNS[service.purpose](house, service, rng, day)
    return found


def backup(house: House, service: Service, rng: np.random.Generator, day: int, at: float | None = None) -> list[Events]:
    """The whole table is copied; a run that breaks is started again. ``at``: another hour than the usual one."""
    count = 1 + int(rng.random() < _AGAIN)
    hours = (service.at if at is None else at) + np.arange(count) * 0.4 + rng.uniform(0.0, 0.05, count)
    text = f"COPY {house.trade.table} TO STDOUT"
    rows = np.full(count, np.count_nonzero(house.clients.there(day)))
    none = np.full(count, -1)
    return [_run(house, service, day, hours, Made([text] * count, rows, none, none), "pg_dump", "COPY")]


def batch(house: House, service: Service, rng: np.random.Generator, day: int) -> list[Events]:
    """One part of the data set after the other, each run the next part, in ranges of keys."""
    clients, names = house.clients, tables(house)
    part = max(1, int(service.share * len(clients)))
    begin = (day // service.every * part) % len(clients)
    end = min(len(clients), begin + part)
    step = max(1, min(_WIDEST, -(-part // _STEPS)))
    first = np.arange(begin, end, step)
    last = np.minimum(first + step, end) - 1
    columns = f"{names.key}, {names.personal[0]}, {names.personal[2]}"
    texts = [
        range_text(names, columns, a, b) for a, b in zip(clients.keys(first), clients.keys(last), strict=True)
    ]  # fmt: skip
    hours = service.at + np.cumsum(rng.gamma(4.0, 0.004, len(first)))
    return [_run(house, service, day, hours, Made(texts, there_between(house, first, last, day), first, last), "batch")]


def campaign(house: House, service: Service, rng: np.random.Generator, day: int) -> list[Events]:
    """The people of one kind, or of one branch, are drawn for a campaign: of some kinds, the nearest in number."""
    names, wanted = tables(house), service.share * np.count_nonzero(house.clients.there(day))
    offers = [choice(names, day, *numbers) for numbers in rng.integers(10_000, size=(4, 2)).tolist()]
    taken = min(offers, key=lambda each: abs(each.rows - wanted))
    limit = np.array([max(1, int(2 * wanted))]) if taken.rows > 2 * wanted else None
    hours = service.at + rng.uniform(0.0, 0.1, 1)
    return [_run(house, service, day, hours, chosen_people(names, [taken], limit), "campaign")]


def report(house: House, service: Service, rng: np.random.Generator, day: int) -> list[Events]:
    """Sums by kind, always the same questions of one service."""
    count = 3 + sum(map(ord, service.name)) % 6
    made = grouped(tables(house), house.dice(f"questions of {service.name}"), count, day)
    hours = service.at + np.cumsum(rng.gamma(3.0, 0.005, count))
    return [_run(house, service, day, hours, made, "report")]


def partner(house: House, service: Service, rng: np.random.Generator, day: int) -> list[Events]:
    """Single look-ups through the interface around the clock, most by day, half of them of what is new."""
    account, place = account_and_host(house.accounts, house.trade, service.name)
    count = int(rng.poisson(service.share * np.count_nonzero(house.clients.there(day)) * _weekday(house, day)))
    lifetime = house.trade.lifetime
    since = day - (_NEW if lifetime is None else lifetime)
    old: Whole | int = LONG_AGO if lifetime is None else since
    group = np.zeros(count, dtype=np.int64)
    new, any_ = (shelf(house, "all").draw(rng, group, first, day) for first in (since, old))
    client = np.where((rng.random(count) < 0.5) & (new >= 0), new, any_)
    hour = rng.choice(24, count, p=_PARTNER_HOURS / _PARTNER_HOURS.sum()) + rng.random(count)
    status = np.where(rng.random(count) < 0.006, 404, 200)
    known = client >= 0
    looked = access(
        count,
        time=house.calendar.midnight(day) + (hour * HOUR).astype(np.int64),
        account=np.full(count, account),
        place=np.full(count, place),
        client=client,
        status=status,
        rows=(status == 200).astype(np.int64),
        bytes=rng.integers(900, 2_000, count),
        agent=_SOFTWARE,
    )
    return [looked.take(known)]


def _weekday(house: House, day: int) -> float:
    return 1.0 if house.calendar.date(day).weekday() < 5 else 0.7


def _run(
    house: House,
    service: Service,
    day: int,
    hours: NDArray[np.float64],
    made: Made,
    program: str,
    command: str = "SELECT",
) -> Events:
    account, place = account_and_host(house.accounts, house.trade, service.name)
    time: Column = house.calendar.midnight(day) + (hours * (HOUR // SECOND)).astype(np.int64) * SECOND + 137
    count = len(made.text)
    return queries(
        count,
        time=time,
        account=np.full(count, account),
        place=np.full(count, place),
        program=program,
        command=command,
        statement=made.text,
        rows=made.rows,
        first=made.first,
        last=made.last,
    )


_RUNS: dict[str, Callable[[House, Service, np.random.Generator, int], list[Events]]] = {
    "backup": backup,
    "batch": batch,
    "campaign": campaign,
    "partner": partner,
    "report": report,
}
