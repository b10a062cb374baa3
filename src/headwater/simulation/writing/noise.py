"""What goes wrong between an event and its line: lost, doubled, torn, late and misdated lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import HOUR, SECOND, Events, Whole, dice
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import KINDS

Rotation = Literal["none", "day", "week", "size"]
ROTATIONS: tuple[Rotation, ...] = ("none", "day", "week", "size")
MINUTE = 60 * SECOND
_MONTH = 30.0


@dataclass(frozen=True, slots=True)
class Noise:
    """How untidy the logs of a house are. Shares lie between 0 and 1; clocks are in minutes.

    ``lost``, ``doubled``, ``torn``: lines that were never written, were written twice, or only begun.
    ``lost_hours``: whole hours of one log. ``disorder``: lines written within a minute of their turn; ``late``: within
    an hour. ``source_skew``: how far the clock of a whole log is off (one standard deviation); ``machine_skew`` and
    ``drift`` (a month): those of a machine's own clock, in the logs that machines write themselves. ``bad_clocks``:
    machines that are off by up to ``bad_by``. ``utc``: a log that is kept in UTC while the others are in local time.
    ``rotation``: when a new file begins; ``rotate_lines`` after so many lines. ``new_column``: the share of the span
    after which the proxy's log (W3C extended) has one field more. ``hostile``: a stranger types scripts into log-ons,
    searches and addresses, and what thieves keep is named so that it would act where it is taken for HTML or a formula.
    """

    lost: float = 0.002
    doubled: float = 0.0008
    torn: float = 0.00004
    lost_hours: float = 0.0003
    disorder: float = 0.01
    late: float = 0.001
    source_skew: float = 0.15
    machine_skew: float = 0.4
    drift: float = 0.4
    bad_clocks: float = 0.01
    bad_by: float = 15.0
    utc: str = ""
    rotation: Rotation = "week"
    rotate_lines: int = 200_000
    new_column: float | None = 0.5
    hostile: bool = False

    @staticmethod
    def none() -> Noise:
        """Logs as they should be."""
        return Noise(
            lost=0, doubled=0, torn=0, lost_hours=0, disorder=0, late=0, source_skew=0, machine_skew=0, drift=0,
            bad_clocks=0, rotation="none", new_column=None,
        )  # fmt: skip

    @staticmethod
    def mixed(seed: int) -> Noise:
        """Some worlds are tidier than others; in some, one log is in UTC."""
        rng = dice(seed, "untidiness")
        much = float(rng.lognormal(0.0, 0.6))
        return Noise(
            lost=min(0.02, 0.002 * much),
            doubled=min(0.01, 0.0008 * much),
            torn=min(0.0005, 0.00004 * much),
            lost_hours=min(0.004, 0.0003 * much),
            utc=("", "", "queries", "access")[rng.integers(4)],
            rotation=ROTATIONS[rng.integers(len(ROTATIONS))],
            new_column=float(rng.uniform(0.3, 0.7)),
        )


@dataclass(frozen=True, slots=True)
class Clocks:
    """How far clocks are off, in milliseconds: of each log, and of each machine with its drift a day."""

    log: dict[str, int]
    machine: Whole
    drift: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Written:
    """The lines of one log and day, in the order of the file: events with the times that their clocks showed (``at`` is
    when they really were).

    ``torn`` marks lines of which only the beginning was written, ``doubled`` those written twice.
    """

    events: Events
    torn: NDArray[np.bool_]
    doubled: NDArray[np.bool_]

    def whole(self) -> Events:
        """The events that a line tells of."""
        return self.events if not self.torn.any() else self.events.take(~self.torn)

    def lines(self) -> int:
        """How many whole lines there are."""
        return len(self.events) - int(self.torn.sum()) + int(self.doubled.sum())


def clocks(house: House, noise: Noise) -> Clocks:
    """The clocks of a house."""
    rng, count = house.dice("clocks"), len(house.places)
    log = {kind: int(rng.normal(0, 1) * noise.source_skew * MINUTE) for kind in KINDS}
    machine = rng.normal(0, 1, count) * noise.machine_skew
    bad = rng.random(count) < noise.bad_clocks
    machine = np.where(bad, rng.uniform(-1, 1, count) * noise.bad_by, machine)
    drift = rng.normal(0, 1, count) * noise.drift * MINUTE / _MONTH
    return Clocks(log, (machine * MINUTE).astype(np.int64), drift)


def written(
    house: House, noise: Noise, clocks: Clocks, kind: str, day: int, log: Events, *, tears: bool = True
) -> Written:
    """What becomes of a day's events of one kind, which come in the order of time. ``tears``: lines can be torn."""
    rng = house.dice(f"noise {kind}", day)
    log = log.take(_survive(rng, noise, log["time"]))
    count = len(log)
    time = log["time"] + _off(clocks, kind, day, log)
    log = Events({**log.columns, "at": log["time"], "time": time})
    delay = np.where(rng.random(count) < noise.disorder, rng.integers(-MINUTE, MINUTE, count), 0)
    delay = np.where(rng.random(count) < noise.late, rng.integers(0, HOUR, count), delay)
    log = log.take(np.argsort(time + delay, kind="stable"))
    torn = (rng.random(count) < noise.torn) & tears
    return Written(log, torn, (rng.random(count) < noise.doubled) & ~torn)


def _survive(rng: np.random.Generator, noise: Noise, time: Whole) -> NDArray[np.bool_]:
    gone = rng.random(24) < noise.lost_hours
    return np.asarray((rng.random(len(time)) >= noise.lost) & ~gone[(time // HOUR) % 24], dtype=np.bool_)


def _off(clocks: Clocks, kind: str, day: int, log: Events) -> Whole | int:
    if kind not in ("logons", "files"):  # these are written by the machines themselves
        return clocks.log[kind]
    place = log["place"]
    return np.asarray(clocks.machine[place] + (clocks.drift[place] * day).astype(np.int64), dtype=np.int64)
