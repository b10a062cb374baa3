"""When each hop is asked and answered.

Published: insiders are slow and answer in working hours. The delays (median four minutes to pass a request on, an
hour for a source, three minutes to pass an answer down) are assumed.
"""

from __future__ import annotations

import numpy as np

from headwater.simulation.brokers.cast import Cast
from headwater.simulation.brokers.habits import BrokerHabits
from headwater.simulation.brokers.ordering import Requests
from headwater.simulation.brokers.span import DAY, HOUR, next_open
from headwater.simulation.events import Whole, dice

_BIN = 1_800  # those who collect requests send them on every half hour
_OFFICE = ("bank", "telecom", "police", "registry")


def hop_times(people: Cast, asked_for: Requests, habits: BrokerHabits, seed: int) -> tuple[Whole, Whole]:
    """Asked and answered for each order and hop (-1 where there is no hop), in seconds."""
    rng = dice(seed, "brokers/timing")
    path = asked_for.path
    hops = path.shape[1] - 1
    opens, closes, weekdays = _hours(people, rng)
    patience = rng.lognormal(0, 0.5, len(people))
    collects = rng.random((len(people), 7)) < habits.batches
    asked = np.full((len(path), hops), -1, dtype=np.int64)
    asked[:, 0] = asked_for.time
    for hop in range(1, hops):
        sender, receiver = path[:, hop], path[:, hop + 1]
        wait = 30 + rng.lognormal(5.4, 1.0, len(path)) * patience[sender]
        time = _awake(asked[:, hop - 1] + wait.astype(np.int64), sender, (opens, closes, weekdays), rng)
        gathered = -(-time // _BIN) * _BIN + 7 * sender % 60
        time = np.where(collects[sender, receiver % 7], gathered, time)
        asked[:, hop] = np.where(receiver >= 0, time, -1)
    return asked, _answers(asked, path, (opens, closes, weekdays), rng)


def _answers(asked: Whole, path: Whole, hours: tuple[Whole, Whole, Whole], rng: np.random.Generator) -> Whole:
    """The source works, then each passes the answer down."""
    last = (path >= 0).sum(axis=1) - 2
    rows = np.arange(len(path))
    source = path[rows, last + 1]
    work = rng.lognormal(8.2, 1.1, len(path)) + np.where(
        rng.random(len(path)) < 0.04, rng.integers(1, 3, len(path)) * DAY, 0
    )
    begun = _awake(asked[rows, last] + 60, source, hours, rng)
    time = _awake(begun + np.maximum(work, 60).astype(np.int64), source, hours, rng)
    answered = np.full_like(asked, -1)
    for hop in range(asked.shape[1] - 1, -1, -1):
        passing = hop < last
        wait = (20 + rng.lognormal(5.1, 1.0, len(path))).astype(np.int64)
        later = _awake(time + wait, np.where(hop + 1 < path.shape[1], path[:, hop + 1], 0), hours, rng)
        time = np.where(passing, later, time)
        answered[:, hop] = np.where(hop <= last, time, -1)
    return answered


def _awake(time: Whole, person: Whole, hours: tuple[Whole, Whole, Whole], rng: np.random.Generator) -> Whole:
    opens, closes, weekdays = (column[person] for column in hours)
    return next_open(time, opens, closes, weekdays, rng.exponential(1_200, len(time)).astype(np.int64))


def _hours(people: Cast, rng: np.random.Generator) -> tuple[Whole, Whole, Whole]:
    """Opening and closing second of the day, and whether the weekend is off; offices keep office hours."""
    office = np.isin(people.kind, _OFFICE)
    source = people.role == "source"
    opens = np.where(source, np.where(office, 9 * HOUR, 8 * HOUR), rng.integers(7, 10, len(people)) * HOUR)
    closes = np.where(
        source, np.where(office, 17 * HOUR + 1_800, 20 * HOUR), rng.integers(22, 25, len(people)) * HOUR - 60
    )
    return opens, closes, (office & (rng.random(len(people)) < 0.85)).astype(np.int64)
