"""Suites: which worlds are tried, as data files in this package or anywhere else."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar, get_args

from headwater.simulation.outside.leak_spec import FORMS, LeakSpec
from headwater.simulation.simulate import BROKERS, WORLDS
from headwater.simulation.trades.trade import STRENGTHS, Crime, CrimeKind
from headwater.trials.errors import TrialsError

T = TypeVar("T")
WEEK = 7
FIRST_CUT = 14
LOGS = ("text", "parquet")
SUITES = tuple(
    sorted(f.name.removesuffix(".toml") for f in files("headwater.trials.suites").iterdir() if f.name.endswith(".toml"))
)
"""The suites that Headwater brings."""


@dataclass(frozen=True, slots=True)
class Trial:
    """One world. What is ``None`` is left to the world itself; ``crimes = ()`` asks for a world without any.

    ``cuts``: so many days after its beginning the case is cut and investigated; the last is the whole span.
    ``evenings``: after this many days, and on each evening from then on, the detectors are asked about what was known by
    then, so that an alert has the evening on which it was first raised.
    ``every``: only every so manieth of these evenings.
    ``logs``: ``text`` in mixed layouts (when left out), or ``parquet``.
    """

    id: str
    world: str
    seed: int
    days: int | None = None
    staff: int | None = None
    clients: int | None = None
    events: int | None = None
    crimes: tuple[Crime, ...] | None = None
    leaks: tuple[LeakSpec, ...] | None = None
    cuts: tuple[int, ...] = ()
    evenings: int | None = None
    every: int = 1
    logs: str | None = None

    def plain(self) -> dict[str, Any]:
        """The trial as plain values."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Suite:
    """Trials with a name, what they are for, and how long one may take."""

    name: str
    about: str
    trials: tuple[Trial, ...]
    minutes: float = 60.0

    def only(self, worlds: tuple[str, ...]) -> Suite:
        """The trials of some worlds, or of those whose id begins so; all when none is named."""
        kept = tuple(t for t in self.trials if not worlds or t.world in worlds or t.id.startswith(worlds))
        if not kept:
            raise TrialsError(f"no trial of {', '.join(worlds)}", self.name)
        return Suite(self.name, self.about, kept, self.minutes)


@dataclass(frozen=True, slots=True)
class _Block:
    """One ``[[trials]]`` block of a data file: a trial for each of its seeds, and for each of its strengths.

    Crimes of which the block does not say how strong they are have, in each of its trials, one of ``strengths``.
    """

    name: str
    world: str
    seeds: tuple[int, ...]
    strengths: tuple[str, ...]
    crimes: list[dict[str, Any]] | None
    rest: Mapping[str, Any]
    place: str

    def trials(self) -> Iterator[Trial]:
        for strength in self.strengths or (None,):
            for seed in self.seeds:
                name = "-".join([self.name, *([strength] if strength else []), str(seed)])
                yield Trial(id=name, world=self.world, seed=seed, crimes=self._crimes(strength), **self.rest)

    def _crimes(self, strength: str | None) -> tuple[Crime, ...] | None:
        if self.crimes is None:
            return None
        usual = {"strength": strength} if strength else {}
        return tuple(_crime(usual | each, self.place) for each in self.crimes)


def read_suite(name: str) -> Suite:
    """A suite that Headwater brings, or the one that a TOML file describes."""
    if name in SUITES:
        text, place = (files("headwater.trials.suites") / f"{name}.toml").read_text("utf-8"), f"suite {name}"
    else:
        text, place = _file(Path(name)), Path(name).name
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise TrialsError(f"is no TOML: {error}", place) from error
    return suite(told, Path(name).stem, place)


def _file(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TrialsError(f"no suite of this name ({', '.join(SUITES)}), and no readable file", str(path)) from error


def suite(told: Mapping[str, Any], name: str, place: str) -> Suite:
    """The suite of a parsed data file."""
    blocks = told.get("trials", [])
    if not isinstance(blocks, list) or not blocks:
        raise TrialsError("has no [[trials]]", place)
    defaults = dict(told.get("defaults", {}))
    made = [_block({**defaults, **block}, f"{place}: [[trials]] {n}") for n, block in enumerate(blocks, 1)]
    trials = tuple(trial for block in made for trial in block.trials())
    twice = sorted({t.id for t in trials if sum(t.id == other.id for other in trials) > 1})
    if twice:
        raise TrialsError(f"two trials are called {twice[0]}", place)
    return Suite(name, str(told.get("about", "")), trials, float(told.get("minutes", 60.0)))


def _block(told: dict[str, Any], place: str) -> _Block:
    world, seeds = told.pop("world", None), told.pop("seeds", None)
    if world not in WORLDS:
        raise TrialsError(f"world = {world!r}: choose {', '.join(WORLDS)}", place)
    if not isinstance(seeds, list) or not seeds or not all(isinstance(s, int) for s in seeds):
        raise TrialsError("seeds should be a list of whole numbers", place)
    name, strengths = str(told.pop("name", world)), tuple(told.pop("strengths", ()))
    crimes = told.pop("crimes", None)
    if unknown := sorted(set(told) - {f.name for f in fields(Trial)} | set(told) & {"id", "seed"}):
        raise TrialsError(f"{unknown[0]} is not known here", place)
    if world == BROKERS:  # a market is no house: it has no staff, no days and no crimes among others
        return _Block(name, world, tuple(seeds), (), None, {k: told[k] for k in ("events",) if k in told}, place)
    if told.get("logs") not in (None, *LOGS):
        raise TrialsError(f"logs should be one of {', '.join(LOGS)}", place)
    rest = {**told, "cuts": _cuts(told.get("days"), told.get("cuts"), place)}
    if told.get("evenings") is not None and not (
        isinstance(told["evenings"], int) and 1 <= told["evenings"] <= told["days"]
    ):
        raise TrialsError("evenings should be a day of the span", place)
    if not isinstance(told.get("every", 1), int) or told.get("every", 1) < 1:
        raise TrialsError("every should be a whole number of evenings", place)
    if "leaks" in told:
        rest["leaks"] = tuple(_leak(each, place) for each in told["leaks"])
    return _Block(name, world, tuple(seeds), strengths, crimes, rest, place)


def _cuts(days: Any, cuts: Any, place: str) -> tuple[int, ...]:
    """When the case is cut: as told, else every week from the second on, and at the end."""
    if not isinstance(days, int) or days < 1:
        raise TrialsError("days should be a whole number", place)
    found = (*range(FIRST_CUT, days, WEEK), days) if cuts is None else tuple(cuts)
    if list(found) != sorted(set(found)) or not found or found[0] < 1 or found[-1] != days:
        raise TrialsError("cuts should rise, and end with the last day", place)
    return found


def _crime(told: dict[str, Any], place: str) -> Crime:
    known = {"kind": get_args(CrimeKind), "strength": STRENGTHS}
    for key, choices in known.items():
        if key in told and told[key] not in choices:
            raise TrialsError(f"a crime's {key} should be one of {', '.join(choices)}", place)
    return _made(Crime, told, place)


def _leak(told: dict[str, Any], place: str) -> LeakSpec:
    if told.get("form", FORMS[0]) not in FORMS:
        raise TrialsError(f"a leak's form should be one of {', '.join(FORMS)}", place)
    return _made(LeakSpec, told, place)


def _made(kind: type[T], told: dict[str, Any], place: str) -> T:
    try:
        return kind(**{key: tuple(value) if isinstance(value, list) else value for key, value in told.items()})
    except TypeError as error:
        raise TrialsError(f"{kind.__name__}: {error}", place) from error
