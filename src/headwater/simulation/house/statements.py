"""The shapes of SQL that analysts and engineers write by hand: text, rows returned, and the keys that are named.

Each shape takes the tables, dice, how many are wanted and the day, and gives them all at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from headwater.simulation.events import Column, Whole
from headwater.simulation.house.groupings import Grouping, groupings
from headwater.simulation.house.house import House


@dataclass(frozen=True, slots=True)
class Tables:
    """The names that statements use: the data set, its key and columns, and a second table of the same schema."""

    house: House
    table: str
    key: str
    personal: tuple[str, str, str, str]
    groupings: tuple[Grouping, ...]
    second: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Made:
    """Statements with what they return; ``first`` and ``last`` are ordinals (-1: no key is named)."""

    text: list[str]
    rows: Whole
    first: Whole
    last: Whole


@dataclass(frozen=True, slots=True)
class Choice:
    """A condition: the column it is about (empty: none), its text, and how many people it chooses."""

    header: str
    where: str
    rows: int


Shape = Callable[[Tables, np.random.Generator, int, int], Made]


def tables(house: House) -> Tables:
    """The names for a house."""
    trade = house.trade
    schema = trade.table.rpartition(".")[0] or "public"
    second = tuple(f"{schema}.{name}" for name in ("service_log", "contact_history", "work_orders", "payments"))
    return Tables(house, trade.table, trade.key, trade.headers, groupings(house), second)


def counted(names: Tables, rng: np.random.Generator, count: int, day: int) -> Made:
    """How many there are, all in all or of a kind."""
    chosen = _choices(names, rng, count, day, 0.75)
    return _keyless([f"SELECT count(*) FROM {names.table}{each.where}" for each in chosen], np.ones(count))


def grouped(names: Tables, rng: np.random.Generator, count: int, day: int) -> Made:
    """How many of each kind."""
    columns = _columns(names, rng, count)
    chosen = _choices(names, rng, count, day, 0.3)
    texts = [
        f"SELECT {c.header}, count(*) AS n FROM {names.table}{each.where} GROUP BY {c.header} ORDER BY n DESC"
        for c, each in zip(columns, chosen, strict=True)
    ]
    rows = [1 if each.header == c.header else len(c.values) for c, each in zip(columns, chosen, strict=True)]
    return _keyless(texts, np.array(rows))


def checked(names: Tables, rng: np.random.Generator, count: int, day: int) -> Made:
    """Quality of the data: missing, malformed or doubled values."""
    _, id_number, phone, address = names.personal
    kinds = [
        f"SELECT count(*) FROM {names.table} WHERE {phone} IS NULL OR length({phone}) <> 11",
        f"SELECT count(*) FILTER (WHERE {address} = '') AS empty, count(*) AS whole FROM {names.table}",
        f"SELECT length({id_number}) AS len, count(*) FROM {names.table} GROUP BY 1 ORDER BY 2 DESC",
        f"SELECT substr({address}, 1, 3) AS region, count(DISTINCT {names.key}) FROM {names.table} GROUP BY 1",
    ]
    which, rows = rng.integers(4, size=count), np.array([1, 1, 2, 12])
    return _keyless([kinds[n] for n in which.tolist()], rows[which])


def one_key(names: Tables, rng: np.random.Generator, count: int, day: int) -> Made:
    """A single record by its key."""
    name, _, phone, address = names.personal
    table, key = names.table, names.key
    heads = ("SELECT *", f"select {key}, {name}, {phone}", f"SELECT {phone}, {address}", "SELECT t.*")
    who = _there(names.house, rng, count, day)
    texts = [
        f"{heads[h]} FROM {table} t WHERE t.{key} = '{k}'" if h == 3 else f"{heads[h]} FROM {table} WHERE {key} = '{k}'"
        for h, k in zip(rng.choice(4, count, p=(0.5, 0.2, 0.15, 0.15)).tolist(), names.house.clients.keys(who), strict=True)
    ]  # fmt: skip
    return Made(texts, np.ones(count, dtype=np.int64), who, who)


def one_joined(names: Tables, rng: np.random.Generator, count: int, day: int) -> Made:
    """A single record with what another table has about it."""
    key, name = names.key, names.personal[0]
    who = _there(names.house, rng, count, day)
    texts = [
        f"SELECT c.{name}, s.* FROM {names.table} c\nLEFT JOIN {names.second[n]} s ON s.{key} = c.{key}\n"
        f"WHERE c.{key} = '{k}'"
        for n, k in zip(rng.integers(4, size=count).tolist(), names.house.clients.keys(who), strict=True)
    ]
    return Made(texts, rng.geometric(0.4, count), who, who)


def some_keys(names: Tables, rng: np.random.Generator, count: int, day: int) -> Made:
    """A handful of records by their keys."""
    many = rng.integers(2, 9, count)
    keys = names.house.clients.keys(_there(names.house, rng, int(many.sum()), day)).tolist()
    ends = np.cumsum(many).tolist()
    listed = [sorted(set(keys[end - n : end])) for n, end in zip(many.tolist(), ends, strict=True)]
    quoted = ["', '".join(each) for each in listed]
    texts = [f"SELECT {names.key}, {names.personal[2]} FROM {names.table} WHERE {names.key} IN ('{q}')" for q in quoted]
    return _keyless(texts, np.array([len(each) for each in listed]))


def key_range(names: Tables, rng: np.random.Generator, count: int, day: int) -> Made:
    """A short range of keys, as when a load is checked."""
    house, name = names.house, names.personal[0]
    wide = np.minimum(3 + rng.gamma(0.8, 40.0, count).astype(np.int64), len(house.clients) - 1)
    first = (rng.random(count) * (len(house.clients) - wide)).astype(np.int64)
    last = first + wide - 1
    columns = (f"{names.key}, {name}", "*", f"{names.key}, {names.personal[2]}")
    texts = [
        range_text(names, columns[c], a, b)
        for c, a, b in zip(
            rng.integers(3, size=count).tolist(), house.clients.keys(first), house.clients.keys(last), strict=True
        )
    ]
    return Made(texts, there_between(house, first, last, day), first, last)


def latest(names: Tables, rng: np.random.Generator, count: int, day: int) -> Made:
    """The newest few of a kind."""
    limits = np.array([10, 20, 50, 100])[rng.choice(4, count, p=(0.3, 0.35, 0.15, 0.2))]
    chosen = _choices(names, rng, count, day, 0.8)
    texts = [
        f"SELECT * FROM {names.table}{each.where} ORDER BY {names.key} DESC LIMIT {n}"
        for each, n in zip(chosen, limits.tolist(), strict=True)
    ]
    return _keyless(texts, np.minimum(limits, [each.rows for each in chosen]))


def joined(names: Tables, rng: np.random.Generator, count: int, day: int) -> Made:
    """What a kind of people did, from another table."""
    columns = _columns(names, rng, count)
    texts = [
        f"SELECT c.{c.header}, count(s.id) AS n, count(DISTINCT s.{names.key}) AS people\nFROM {names.table} c\n"
        f"JOIN {names.second[n]} s USING ({names.key})\nWHERE s.created_at >= now() - interval '{d} days'\n"
        f"GROUP BY c.{c.header}"
        for c, (n, d) in zip(columns, rng.integers([0, 3], [4, 90], size=(count, 2)).tolist(), strict=True)
    ]
    return _keyless(texts, np.array([len(c.values) for c in columns]))


def in_steps(names: Tables, rng: np.random.Generator, count: int, day: int) -> Made:
    """A question in steps: a common table expression over another table, then the data set."""
    columns, key = _columns(names, rng, count), names.key
    texts = [
        f"WITH active AS (\n  SELECT {key}, max(created_at) AS seen FROM {names.second[n]} GROUP BY {key}\n)\n"
        f"SELECT c.{c.header}, count(*) FILTER (WHERE a.seen IS NULL) AS silent, count(*) AS whole\n"
        f"FROM {names.table} c LEFT JOIN active a ON a.{key} = c.{key}\nGROUP BY c.{c.header}"
        for c, n in zip(columns, rng.integers(4, size=count).tolist(), strict=True)
    ]
    return _keyless(texts, np.array([len(c.values) for c in columns]))


def listed(names: Tables, rng: np.random.Generator, count: int, day: int) -> Made:
    """A list that a department asked for: some hundred people of a kind."""
    limits = np.array([200, 300, 500, 1_000, 2_000])[rng.choice(5, count, p=(0.3, 0.2, 0.3, 0.15, 0.05))]
    return chosen_people(names, _choices(names, rng, count, day, 1.0), limits)


def chosen_people(names: Tables, chosen: Sequence[Choice], limits: Whole | None = None) -> Made:
    """The people whom these conditions choose, with their telephone numbers; ``limits`` cuts the lists off."""
    head = f"SELECT {names.key}, {names.personal[0]}, {names.personal[2]} FROM {names.table}"
    rows = np.array([each.rows for each in chosen], dtype=np.int64)
    if limits is None:
        return _keyless([f"{head}{each.where}" for each in chosen], rows)
    texts = [f"{head}{each.where} LIMIT {n}" for each, n in zip(chosen, limits.tolist(), strict=True)]
    return _keyless(texts, np.minimum(limits, rows))


def range_text(names: Tables, columns: str, first: str, last: str) -> str:
    """A statement that reads a range of keys, both ends included."""
    return f"SELECT {columns} FROM {names.table} WHERE {names.key} BETWEEN '{first}' AND '{last}'"


def there_between(house: House, first: Whole, last: Whole, day: int) -> Whole:
    """How many clients of ranges of ordinals, both ends included, are in the data set on a day."""
    before = np.concatenate([[0], np.cumsum(house.clients.joined <= day)])
    return np.asarray(before[last + 1] - before[first], dtype=np.int64)


SHAPES: tuple[tuple[Shape, float], ...] = (
    (counted, 0.17),
    (grouped, 0.14),
    (checked, 0.07),
    (one_key, 0.21),
    (one_joined, 0.08),
    (some_keys, 0.05),
    (key_range, 0.05),
    (latest, 0.09),
    (joined, 0.08),
    (in_steps, 0.05),
    (listed, 0.01),
)
"""The shapes, and how common each is."""


def choice(names: Tables, day: int, number: int, value: int) -> Choice:
    """The condition that a column has a value, and how many it chooses on a day; numbers wrap around."""
    there = int(np.searchsorted(names.house.clients.joined, day, "right"))
    column = names.groupings[number % len(names.groupings)]
    place = value % len(column.values)
    where = f" WHERE {column.header} = '{column.values[place]}'"
    return Choice(column.header, where, column.count(place, there))


def _choices(names: Tables, rng: np.random.Generator, count: int, day: int, share: float) -> list[Choice]:
    """Conditions for a share of the statements; the others take everybody."""
    everybody = Choice("", "", int(np.searchsorted(names.house.clients.joined, day, "right")))
    drawn = zip((rng.random(count) < share).tolist(), rng.integers(10_000, size=(count, 2)).tolist(), strict=True)
    return [choice(names, day, *numbers) if wanted else everybody for wanted, numbers in drawn]


def _columns(names: Tables, rng: np.random.Generator, count: int) -> list[Grouping]:
    return [names.groupings[n] for n in rng.integers(len(names.groupings), size=count).tolist()]


def _keyless(texts: list[str], rows: Column) -> Made:
    none = np.full(len(texts), -1, dtype=np.int64)
    return Made(texts, np.asarray(rows, dtype=np.int64), none, none)


def _there(house: House, rng: np.random.Generator, count: int, day: int) -> Whole:
    """Clients that are in the data set on a day, all alike."""
    there = np.flatnonzero(house.clients.there(day))
    return np.asarray(there[rng.integers(len(there), size=count)], dtype=np.int64)
