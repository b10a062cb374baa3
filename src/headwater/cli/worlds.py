"""The verb ``simulate``: what a made world is asked for, and what is said of it when it is made."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar, get_args

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from headwater.casework.reports import json as result_json
from headwater.simulation.house.building import START
from headwater.simulation.outside.leak_spec import FORMS, LeakSpec
from headwater.simulation.simulate import BROKERS, WORLDS, Watch, simulate
from headwater.simulation.trades.all import TRADES
from headwater.simulation.trades.trade import STRENGTHS, Crime, CrimeKind, WayOut
from headwater.simulation.writing.formats import Formats

T = TypeVar("T", bound=str)


class LogFormat(StrEnum):
    """How logs are written."""

    text = "text"
    parquet = "parquet"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A world as the command line asks for it; ``None`` leaves a choice to the world."""

    world: str | None
    case: Path | None
    seed: int
    events: str | None
    staff: int | None
    clients: int | None
    days: int | None
    start: str | None
    crimes: Sequence[str]
    no_crime: bool
    leaks: Sequence[str]
    no_leak: bool
    format: LogFormat
    until: str | None


def make(wanted: Wanted, json: bool) -> None:
    """Make the world and say what is in it."""
    if wanted.world not in WORLDS:
        raise _wrong(f"{wanted.world or 'nothing'!r} is none of {', '.join(WORLDS)}", "WORLD")
    if wanted.case is None:
        raise _wrong("say where the case folder is to be", "--out")
    if wanted.world == BROKERS and _of_houses(wanted):
        raise _wrong("the world of brokers has no house: it takes --seed and --events only", "WORLD")
    start = _day(wanted.start, "--start") or START
    until = _day(wanted.until, "--until")
    with _bar() as watch:
        truth = simulate(
            wanted.world,
            wanted.case,
            seed=wanted.seed,
            events=number(wanted.events),
            staff=wanted.staff,
            clients=wanted.clients,
            days=wanted.days,
            start=start,
            crimes=() if wanted.no_crime else [crime(text) for text in wanted.crimes] or None,
            leaks=() if wanted.no_leak else [LeakSpec(_known(text, FORMS, "--leak")) for text in wanted.leaks] or None,
            formats=Formats.mixed(wanted.seed, wanted.format.value),
            until=None if until is None else (until - start).days,
            watch=watch,
        )
    place = wanted.case.resolve()
    if json:
        sys.stdout.buffer.write(result_json.dumps(truth))
        return
    for line in told(truth):
        typer.echo(line)
    typer.echo(f"case:  {place}")
    typer.echo(f"truth: {place.parent / 'truth.json'}")


def listing(json: bool) -> None:
    """Say which worlds, ways of taking, strengths, ways out and leaks there are."""
    words: dict[str, list[str]] = {
        "worlds": list(WORLDS),
        "crimes": list(get_args(CrimeKind)),
        "strengths": list(STRENGTHS),
        "ways out": list(get_args(WayOut)),
        "leaks": list(FORMS),
    }
    if json:
        sys.stdout.buffer.write(result_json.dumps(words))
        return
    for name, trade in TRADES.items():
        typer.echo(f"{name:<10} {trade.title}: {', '.join(dict.fromkeys(each.kind for each in trade.crimes))}")
    typer.echo(f"{BROKERS:<10} A network that sells on: customers, middlemen, sources; chats, bills, address books")
    for part in ("crimes", "strengths", "ways out", "leaks"):
        typer.echo(f"{part}: {', '.join(words[part])}")


def told(truth: dict[str, Any]) -> Iterator[str]:
    """What a world holds, in lines for a person."""
    house = truth["house"]
    if house:
        lines = sum(house["events"].values())
        yield (
            f"{truth['world']}: {house['staff']:,} staff, {house['clients']:,} clients, "
            f"{house['from']} to {house['to']}, {lines:,} lines"
        )
    for doing in truth["doings"]:
        who = ", ".join(doing["employees"]) or "a stranger"
        yield (
            f"{doing['id']}: {doing['kind']} ({doing['strength']}), {who} with {', '.join(doing['accounts'])}, "
            f"{doing['from'][:10]} to {doing['to'][:10]}, {doing['subjects']:,} people, out by {doing['way_out']}"
        )
    for leak in truth["leaks"]:
        whose = ", ".join(taker["doing"] for taker in leak["takers"] if taker["doing"])
        yield f"{leak['file']}: {leak['origin']}{f' of {whose}' if whose else ''}, {leak['rows']:,} rows"
    if truth["network"]:
        yield f"{truth['world']}: {len(truth['network']['people']):,} people, {len(truth['network']['orders']):,} orders"


def crime(text: str) -> Crime:
    """A crime from ``KIND[:STRENGTH[:PEOPLE[:WAYOUT]]]``."""
    kind, strength, people, way, *rest = [*text.split(":"), "", "", ""]
    if any(rest):
        raise _wrong(f"{text!r} has more than four parts", "--crime")
    if people and not re.fullmatch(r"[1-9]\d?", people):
        raise _wrong(f"{people!r} is no number of people", "--crime")
    return Crime(
        kind=_known(kind, get_args(CrimeKind), "--crime"),
        strength=_known(strength or "medium", STRENGTHS, "--crime"),
        people=int(people or 1),
        way_out=_known(way, get_args(WayOut), "--crime") if way else None,
    )


def number(text: str | None) -> int | None:
    """A number of events: ``200000``, ``1e6``, ``2.5e7``."""
    if text is None:
        return None
    if not re.fullmatch(r"\d{1,12}|\d+(\.\d+)?[eE]\d{1,2}", text):
        raise _wrong(f"{text!r} is no number; write for example 1e6", "--events")
    return int(float(text))


def _day(text: str | None, option: str) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError:
        raise _wrong(f"{text!r} is no day; write for example 2024-03-04", option) from None


def _known(text: str, words: Sequence[T], option: str) -> T:
    for word in words:
        if word == text:
            return word
    raise _wrong(f"{text!r} is none of {', '.join(words)}", option)


def _of_houses(wanted: Wanted) -> bool:
    sizes = (wanted.staff, wanted.clients, wanted.days, wanted.start, wanted.until)
    return any(size is not None for size in sizes) or bool(
        wanted.crimes or wanted.leaks or wanted.no_crime or wanted.no_leak or wanted.format is LogFormat.parquet
    )


def _wrong(message: str, option: str) -> typer.BadParameter:
    return typer.BadParameter(message, param_hint=option)


@contextmanager
def _bar() -> Iterator[Watch]:
    """A progress bar over the days on standard error; nothing when that is no terminal."""
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.completed} days"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty(), transient=True) as progress:
        task = progress.add_task("living", total=None)
        yield lambda done, of: progress.update(task, completed=done, total=of)
