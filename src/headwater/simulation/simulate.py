"""Make a world: build a house, let it live its days, write what its machines and papers say, keep the truth apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from headwater.model.errors import HeadwaterError
from headwater.simulation.brokers import brokers_of_size, make_brokers
from headwater.simulation.crimes.acting import crimes as committed
from headwater.simulation.crimes.casting import prepare
from headwater.simulation.files import write_table
from headwater.simulation.house import ordinary, papers
from headwater.simulation.house.benign.acting import innocent as innocent_doings
from headwater.simulation.house.building import START, build
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Doing
from headwater.simulation.outside.complaints import complaints
from headwater.simulation.outside.leak_spec import LeakSpec, default_leaks
from headwater.simulation.outside.leaks import Found, leaked
from headwater.simulation.outside.seized import seized
from headwater.simulation.showing import Showing
from headwater.simulation.sizes import size_for
from headwater.simulation.trades.all import TRADES
from headwater.simulation.trades.trade import Crime, Trade
from headwater.simulation.truth import (
    SCHEMA,
    benign_truth,
    check_place,
    doing_truth,
    house_truth,
    known,
    write_truth,
)
from headwater.simulation.writing.business import Business
from headwater.simulation.writing.days import days as lived_days
from headwater.simulation.writing.formats import Formats
from headwater.simulation.writing.hostile import renamed, typed
from headwater.simulation.writing.noise import Noise, clocks, written
from headwater.simulation.writing.parquet_logs import ParquetLogs
from headwater.simulation.writing.settings import settings
from headwater.simulation.writing.snapshot import write_snapshot
from headwater.simulation.writing.text_logs import TextLogs

BROKERS = "brokers"
WORLDS = (*TRADES, BROKERS)
"""The worlds that can be made, by name."""

Watch = Callable[[int, int], None]
"""Told how many days are done, of how many."""


def simulate(
    world: str | Trade,
    case: Path,
    *,
    seed: int,
    events: int | None = None,
    staff: int | None = None,
    clients: int | None = None,
    days: int | None = None,
    start: date = START,
    crimes: Sequence[Crime] | None = None,
    leaks: Sequence[LeakSpec] | None = None,
    formats: Formats | None = None,
    noise: Noise | None = None,
    until: int | None = None,
    watch: Watch | None = None,
) -> dict[str, Any]:
    """Write the case folder of a made world and ``truth.json`` beside it; gives the truth. Same seed, same bytes.

    ``world`` is a name of ``WORLDS`` or a trade. About so many ``events`` of ordinary life are wanted; ``staff``,
    ``clients`` and ``days`` say it exactly. ``crimes`` and ``leaks``: ``None`` for those of the world, ``()`` for none.
    ``formats`` and ``noise``: ``None`` for a mixture by seed. ``until`` is the number of the last day of a world that
    is cut short: the same world as it was known on the evening of that day, with the same bytes in the logs of the days
    before. Costs memory by the events of a day and some columns by client, not by the events of the span.

    :raises CaseError: if the folder is not empty, or the truth of something else lies beside it
    :raises HeadwaterError: if there is no such world, or none of that size
    """
    truth_file = check_place(case)
    if world == BROKERS:
        truth = make_brokers(case, seed=seed, habits=brokers_of_size(events) if events else None)
    else:
        trade = world if isinstance(world, Trade) else _trade(world)
        size = size_for(trade, events, staff=staff, clients=clients, days=days)
        house = build(trade, seed=seed, staff=size.staff, clients=size.clients, days=size.days, start=start)
        truth = _house(
            _Asked(
                case,
                tuple(trade.crimes if crimes is None else crimes),
                leaks,
                formats or Formats.mixed(seed),
                noise or Noise.mixed(seed),
                size.days - 1 if until is None else until,
                watch or _silent,
            ),
            house,
        )
    write_truth(truth_file, truth)
    return truth


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a house is asked to write, and where."""

    case: Path
    crimes: tuple[Crime, ...]
    leaks: Sequence[LeakSpec] | None
    formats: Formats
    noise: Noise
    until: int
    watch: Watch


@dataclass(frozen=True, slots=True)
class _Outside:
    """What is known outside the logs by a day, in files and in truth."""

    files: list[Found]
    complaints: list[list[str]]
    leaks: list[dict[str, Any]] = field(default_factory=list)
    holdings: list[dict[str, Any]] = field(default_factory=list)
    complained: dict[str, Any] = field(default_factory=dict)


def _trade(name: str) -> Trade:
    if name not in TRADES:
        raise HeadwaterError(f"there is no world {name!r}; there are {', '.join(WORLDS)}")
    return TRADES[name]


def _house(asked: _Asked, house: House) -> dict[str, Any]:
    if not 0 <= asked.until < house.calendar.days:
        raise HeadwaterError(f"the world has {house.calendar.days} days, so it cannot be cut after day {asked.until}")
    house, done = _with_crimes(house, asked.crimes)
    innocent, others = innocent_doings(house), list[Doing]()
    if asked.noise.hostile:
        done, others = renamed(done), [typed(house)]
    asked.case.mkdir(parents=True, exist_ok=True)
    outside = _outside(house, done, asked)
    showing = Showing(house, done)
    _live(asked, house, [*done, *innocent, *others], showing)
    _write_papers(asked, house, innocent, outside)
    so_far = [(place, now) for place, doing in enumerate(done) if (now := known(house, doing, asked.until))]
    return {
        "schema": SCHEMA,
        "world": house.trade.name,
        "seed": house.seed,
        "case": asked.case.resolve().name,
        "house": house_truth(house, asked.until, showing),
        "doings": [doing_truth(house, now, showing.seen(place)) for place, now in so_far],
        "benign": benign_truth(house, innocent, asked.until),
        "leaks": outside.leaks,
        "holdings": outside.holdings,
        "complaints": outside.complained,
        "network": None,
    }


def _with_crimes(house: House, crimes: Sequence[Crime]) -> tuple[House, list[Doing]]:
    """The house made ready for its crimes, and the crimes as they happened."""
    try:
        house = prepare(house, crimes)
        return house, committed(house, crimes)
    except ValueError as error:
        span = f"{len(house.staff)} people and {house.calendar.days} days"
        raise HeadwaterError(f"a house of {span} cannot hold its crimes: {error}") from error


def _live(asked: _Asked, house: House, doings: Sequence[Doing], showing: Showing) -> None:
    """The days, one after the other: every line that the machines write, and every reason put on record."""
    business, ticking = Business(asked.case, house, asked.formats, asked.until), clocks(house, asked.noise)
    business.write(ordinary.standing(house), None)
    folder = asked.case / "logs"
    parquet = asked.formats.logs == "parquet"
    noise = asked.noise
    with (
        ParquetLogs(folder, house, noise.hostile) if parquet else TextLogs(folder, house, asked.formats, noise) as logs
    ):
        for lived in lived_days(house, doings, asked.until):
            for kind, log in lived.events.items():
                lines = written(house, noise, ticking, kind, lived.day, log, tears=logs.tears(kind))
                showing.add(kind, lived.day, lines)
                logs.write(kind, lived.day, lines)
            business.write(lived.relations, lived.day)
            asked.watch(lived.day + 1, asked.until + 1)


def _outside(house: House, done: Sequence[Doing], asked: _Asked) -> _Outside:
    """Leaks and complaints up to the last day; disks are seized when all is over."""
    over = asked.until == house.calendar.days - 1
    wanted = default_leaks(house.seed, done) if asked.leaks is None else asked.leaks
    leaks = [(file, told) for file, told in leaked(house, done, wanted) if over or file.day <= asked.until]
    disks, held = seized(house, done) if over else ([], [])
    sold = [taker["doing"] for _, told in leaks for taker in told["takers"]]
    rows, complained = complaints(house, done, asked.until if not over else 10 * house.calendar.days, sold)
    return _Outside([*(file for file, _ in leaks), *disks], rows, [told for _, told in leaks], held, complained)


def _write_papers(asked: _Asked, house: House, innocent: Sequence[Doing], outside: _Outside) -> None:
    case, kind, until = asked.case, asked.formats.tables, asked.until
    tickets = [ticket for doing in innocent for ticket in doing.tickets]
    tables = {
        "hr/roster": papers.roster(house, until),
        "hr/accounts": papers.accounts(house, until),
        "hr/entitlements": papers.entitlements(house, until),
        "hr/absences": papers.absences(house, until),
        "hr/tickets": papers.tickets(house, tickets, until),
        "complaints": outside.complaints,
    }
    for name, rows in tables.items():
        write_table(case / f"{name}.csv", rows, kind)
    snapshot = write_snapshot(case, house, asked.formats, until)
    (case / "headwater.toml").write_text(settings(house, asked.formats, snapshot), encoding="utf-8")
    for file in outside.files:
        path = case / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content)


def _silent(done: int, of: int) -> None:
    """Progress that nobody watches."""
