"""Ordinary statements in the database by people who may write SQL: each with shapes of their own liking."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from headwater.simulation.events import Events, Whole
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Day
from headwater.simulation.house.presence import counts, moments
from headwater.simulation.house.statements import SHAPES, Made, tables
from headwater.simulation.house.traces import queries

PROGRAMS = ("DBeaver", "psql", "Navicat", "PyCharm")
_LIKING = 0.9  # how unlike each other people are in the shapes they write: sigma of a log-normal
_TWICE = 0.06  # statements that are run once more, after a moment's thought


def querying(house: House, day: Day, tempo: NDArray[np.float64]) -> Events:
    """Everybody's statements of one day."""
    rng = house.dice("querying", day.number)
    role = house.staff.role_on(day.number)[day.person]
    mean = np.array([each.queries for each in house.trade.roles])[role] * tempo
    row = np.repeat(np.arange(len(day)), counts(rng, mean))
    made = statements(house, rng, _shape(house, rng, day.person[row]), day.number)
    log = written(house, rng, day, row, made)
    again = log.take(rng.random(len(log)) < _TWICE)
    later = again["time"] + rng.integers(4_000, 240_000, len(again))
    return _joined(log, Events({**again.columns, "time": later}))


def written(house: House, rng: np.random.Generator, day: Day, row: Whole, made: Made) -> Events:
    """Statements of those at work, at moments of their day."""
    programs = np.array(PROGRAMS, dtype=object)
    return queries(
        len(row),
        time=moments(rng, house, day, row),
        account=day.account[row],
        place=day.place[row],
        program=programs[day.person[row] % len(PROGRAMS)],
        statement=made.text,
        rows=made.rows,
        first=made.first,
        last=made.last,
    )


def statements(house: House, rng: np.random.Generator, shape: Whole, day: int) -> Made:
    """A statement for each of these places in the list of shapes."""
    names = tables(house)
    text = np.full(len(shape), "", dtype=object)
    numbers = np.zeros((3, len(shape)), dtype=np.int64)
    for place, (make, _) in enumerate(SHAPES):
        mine = np.flatnonzero(shape == place)
        if len(mine):
            made = make(names, rng, len(mine), day)
            text[mine] = np.array(made.text, dtype=object)
            numbers[:, mine] = made.rows, made.first, made.last
    return Made(text.tolist(), *numbers)


def _shape(house: House, rng: np.random.Generator, person: Whole) -> Whole:
    """The place of a shape for each person, by each person's liking."""
    if "liking" not in house.kept:
        common = np.array([share for _, share in SHAPES])
        liking = house.dice("liking").lognormal(0.0, _LIKING, (len(house.staff), len(SHAPES)))
        ladder = np.cumsum(common * liking, axis=1)
        house.kept["liking"] = ladder / ladder[:, -1:]
    ladder = house.kept["liking"][person]
    return np.asarray((rng.random(len(person))[:, None] > ladder).sum(axis=1), dtype=np.int64)


def _joined(one: Events, two: Events) -> Events:
    return Events({name: np.concatenate([column, two[name]]) for name, column in one.columns.items()})
