"""Leaked files: rows of clients and others, in the wording and spelling of whoever made the file, and their truth."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from headwater.model.errors import HeadwaterError
from headwater.simulation.events import Column
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Doing
from headwater.simulation.made_people import people
from headwater.simulation.outside.drawn import Drawn, long_ago, nobody, taken, together
from headwater.simulation.outside.leak_spec import ALL_COLUMNS, LIST_KINDS, LeakSpec
from headwater.simulation.outside.lists import careless, list_file, reformatted
from headwater.simulation.outside.wording import of_trade, one

_FOREIGN = {"padded": 0.3, "merged": 0.15, "reformatted": 0.1, "nobody-popular": 0.55, "nobody-book": 0.35}
_PARTIAL = (("name", "phone"), ("name", "address", "tail"), ("phone", "address"))
_DOUBLED = 60  # one row in so many is there twice
_LEAST = 20  # fewer takings make no file


@dataclass(frozen=True, slots=True)
class Found:
    """A file found outside: its path below the case folder, its bytes, and the day on which it was found."""

    path: str
    content: bytes
    day: int


def leaked(house: House, doings: Sequence[Doing], wanted: Sequence[LeakSpec]) -> list[tuple[Found, dict[str, Any]]]:
    """The leaked files of a world, each with what is true of it.

    :raises HeadwaterError: if a file is to be of a doing that there is not
    """
    return [made for number, leak in enumerate(wanted, 1) for made in _leaked(house, doings, leak, number)]


def _leaked(
    house: House, doings: Sequence[Doing], leak: LeakSpec, number: int
) -> Iterator[tuple[Found, dict[str, Any]]]:
    rng = house.dice(f"leak {number}")
    chosen = [] if leak.nobody else _chosen(doings, leak)
    if not leak.nobody and not chosen:
        return  # nothing was taken that a file could be made of
    found = _found(house, doings, chosen, rng)
    foreign = leak.foreign if leak.foreign is not None else _FOREIGN.get(leak.form, 0.2)
    drawn = _drawn(house, rng, leak, doings, chosen, round(leak.rows * (1 - foreign)), found)
    if not len(drawn):
        return
    strangers = round(len(drawn) * foreign / (1 - foreign))  # where less was taken than asked for, the file is smaller
    columns = _values(house, rng, drawn, strangers, _columns(leak, rng))
    rows, doubled = _rows(rng, leak, columns)
    name = f"{_one_of(rng, of_trade('files', house.trade.name))}{number}"
    kind = leak.kind or LIST_KINDS[int(rng.choice(len(LIST_KINDS), p=(0.4, 0.2, 0.15, 0.15, 0.1)))]
    file, content = list_file(kind, name, rows)
    truth = {
        "file": f"leaks/{file}",
        "origin": leak.origin,
        "rows": len(rows) - 1,
        "doubled": doubled,
        "ours": len(drawn),
        "not_ours": strangers,
        "takers": _takers(house, doings, drawn),
    }
    yield Found(f"leaks/{file}", content, found), truth


def _chosen(doings: Sequence[Doing], leak: LeakSpec) -> list[int]:
    """The places of the doings that a file is of."""
    places = {doing.id: place for place, doing in enumerate(doings)}
    unknown = sorted(set(leak.of) - places.keys())
    if unknown:
        raise HeadwaterError(f"a {leak.form} leak is to be of {unknown[0]}, but there is no such doing")
    if leak.of:
        return [places[name] for name in leak.of if len(doings[places[name]].taken)]
    rich = [place for place, doing in enumerate(doings) if len(doing.taken) >= _LEAST]
    return rich if leak.form == "merged" else rich[:1]


def _found(house: House, doings: Sequence[Doing], chosen: Sequence[int], rng: np.random.Generator) -> int:
    """A file turns up some days after the last of its takings."""
    if not chosen:
        return int(rng.integers(house.calendar.days // 3, house.calendar.days + 20))
    last = max(int(doings[place].taken_at.max()) for place in chosen)
    return int(house.calendar.day_of(np.array([last]))[0]) + int(rng.integers(2, 20))


def _drawn(
    house: House,
    rng: np.random.Generator,
    leak: LeakSpec,
    doings: Sequence[Doing],
    chosen: Sequence[int],
    count: int,
    found: int,
) -> Drawn:
    if leak.nobody:
        return nobody(house, rng, leak, count, found)
    older = round(count * 0.3) if leak.form == "padded" else 0
    drawn = taken(house, rng, leak, doings, chosen, count - older)
    return together(drawn, long_ago(house, rng, older)) if older else drawn


def _columns(leak: LeakSpec, rng: np.random.Generator) -> tuple[str, ...]:
    if leak.columns:
        return leak.columns
    if leak.form == "partial":
        return _PARTIAL[int(rng.integers(len(_PARTIAL)))]
    order = rng.permutation(len(ALL_COLUMNS)) if rng.random() < 0.4 else range(len(ALL_COLUMNS))
    return tuple(ALL_COLUMNS[n] for n in order)


def _values(
    house: House, rng: np.random.Generator, drawn: Drawn, strangers: int, names: tuple[str, ...]
) -> dict[str, Column]:
    """The columns of a file: clients and strangers in any order."""
    others = people(rng, strangers)
    order = rng.permutation(len(drawn) + strangers)
    values = {}
    for name in names:
        field = "id_number" if name == "tail" else name
        both = np.concatenate([house.clients.values(drawn.client, drawn.day, field), getattr(others, field)])[order]
        values[name] = np.array([text[-4:] for text in both.tolist()], dtype=object) if name == "tail" else both
    return values


def _rows(rng: np.random.Generator, leak: LeakSpec, columns: dict[str, Column]) -> tuple[list[list[str]], int]:
    """The rows, header first, and how many of them are there twice."""
    doubled = 0
    if leak.careless:
        count = len(next(iter(columns.values())))
        doubled = count // _DOUBLED
        again = np.concatenate([np.arange(count), rng.integers(0, max(count, 1), doubled)])
        again = rng.permutation(again) if leak.form == "reformatted" else again
        columns = {name: column[again] for name, column in columns.items()}
        columns = careless(rng, columns) if leak.form != "reformatted" else columns
    if leak.form == "reformatted":
        columns = reformatted(rng, columns)
    named = leak.headers if len(leak.headers) == len(columns) else tuple(one(rng, "headers", name) for name in columns)
    return [list(named), *map(list, zip(*(column.tolist() for column in columns.values()), strict=True))], doubled


def _takers(house: House, doings: Sequence[Doing], drawn: Drawn) -> list[dict[str, Any]]:
    """Whose takings a file shows, in the order of the doings."""
    takers = []
    for place in np.unique(drawn.source[drawn.source >= 0]).tolist():
        doing = doings[place]
        takers.append(
            {
                "doing": doing.id,
                "accounts": [str(house.accounts.name[n]) for n in doing.accounts],
                "employees": [str(house.staff.employee[n]) for n in doing.people],
                "rows": int((drawn.source == place).sum()),
            }
        )
    return takers


def _one_of(rng: np.random.Generator, words: Sequence[str]) -> str:
    return words[int(rng.integers(len(words)))]
