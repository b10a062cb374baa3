"""Draws people who are not, with the joint habits of the table: candidates, to be sifted and given contacts by others.

Each candidate leans on several real rows, so that nobody is copied: what one row left empty and its categories, and
the year of a birth; day and month of another; amounts between those of others of the same category; days as they rise with the
keys; a free key between others. Names are put together from characters.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from headwater.identifiers import resident_id
from headwater.ingestion.tables.days import parse_days
from headwater.planting.canaries.identity import Areas, Retired, areas, number
from headwater.planting.canaries.layouts import DayLayout, day_layout, like_identity
from headwater.planting.canaries.names import Names, names
from headwater.planting.canaries.quantities import Quantities, code_like, quantities
from headwater.planting.canaries.series import Ordered, Series, days_of, numbers, ordered, running, series
from headwater.planting.canaries.table import Table

_EPOCH = date(1970, 1, 1).toordinal()
_WEEKS = 2
_OFTEN = 5
_RISING = 0.9
CONTACTS = ("mobile", "email", "address")
FILLED = "."
"""Stands where a contact shall be filled in."""


@dataclass(frozen=True, slots=True)
class Habits:
    """What was learned of a table, enough to draw candidates from."""

    table: Table = field(repr=False)
    retired: Retired = field(repr=False)
    keys: Series | None
    order: NDArray[np.float64] = field(repr=False)
    names: Names | None = field(repr=False)
    areas: Areas | None = field(repr=False)
    births: NDArray[np.float64] = field(repr=False)
    odd: NDArray[np.float64] = field(repr=False)
    days: Mapping[str, NDArray[np.float64]] = field(repr=False)
    rising: Mapping[str, Ordered] = field(repr=False)
    layouts: Mapping[str, DayLayout] = field(repr=False)
    amounts: Quantities | None = field(repr=False)
    often: Mapping[str, frozenset[str]] = field(repr=False)
    codes: Mapping[str, frozenset[str]] = field(repr=False)
    """Codes that are taken, for columns where nearly every row has its own."""
    running: Mapping[str, Series] = field(repr=False)
    """Running numbers beside the key."""


def learn(table: Table, codes: Retired) -> Habits:
    """Learn the habits of a table; ``codes`` are the county codes that decoys may have."""
    frame = table.frame
    identity = next(iter(table.of("identity")), None)
    compact = resident_id.compact_array(pa.array(frame[identity], pa.string())) if identity else None
    order = numbers(frame[table.key])
    days = {name: _days(frame[name]) for name in table.of("date", "birth")}
    odd = _sexes(table, compact)
    name = next(iter(table.of("name")), None)
    rising = {n: found for n in table.of("date") if (found := ordered(order, days[n]))}
    births = _births(compact, days, table)
    serial = {n: run for n in table.of("number") if (run := running(table.columns[n].to_pylist()))}
    amounts = [n for n in table.of("number") if n not in serial]
    return Habits(
        table=table,
        retired=codes,
        keys=series(table.columns[table.key].to_pylist()),
        order=order,
        names=names(frame[name], pd.Series(odd, index=frame.index).map({1.0: True, 0.0: False})) if name else None,
        areas=areas(resident_id.compact_array(table.columns[identity]), codes) if identity else None,
        births=births,
        odd=odd,
        days=days,
        rising=rising,
        layouts={n: day_layout(frame[n]) for n in days},
        amounts=quantities(frame, amounts, table.of("category"), table.columns),
        often={n: _frequent(table.columns[n]) for n in table.of("text")},
        codes={n: frozenset(table.columns[n].drop_null().to_pylist()) for n in table.of("code") if _unique(table, n)},
        running=serial,
    )


def draw(habits: Habits, count: int, rng: np.random.Generator) -> pd.DataFrame:
    """Give so many candidates as rows of the table: texts, or nothing. Contacts are empty but where they shall stand.

    A contact that shall be filled holds a bare form without a digit of anybody's: ``contacts`` fills it in. The columns
    ``_born`` and ``_odd`` hold birth (days since 1970) and sex. Fewer rows come where there are too few free keys.
    """
    table, frame = habits.table, habits.table.frame
    keys = _keys(habits, count, rng)
    donor = rng.integers(len(frame), size=len(keys))
    order = numbers(pd.Series(keys, dtype=object))
    born = _born(habits, donor, rng)
    odd = np.where(np.isnan(habits.odd[donor]), rng.integers(2, size=len(keys)), habits.odd[donor]) == 1
    made: dict[str, list[str | None]] = {}
    shift = 7 * rng.integers(-_WEEKS, _WEEKS + 1, size=len(keys))
    amounts = habits.amounts.draw(donor, rng) if habits.amounts else {}
    for name, kind in table.kinds.items():
        template = frame[name].to_numpy(dtype=object)[donor]
        if kind == "key":
            made[name] = list(keys)
        elif kind == "name":
            made[name] = [
                habits.names.draw(bool(o), rng) if habits.names and t else None
                for o, t in zip(odd, template, strict=True)
            ]
        elif kind == "identity":
            made[name] = [_identity(habits, t, b, bool(o), rng) for t, b, o in zip(template, born, odd, strict=True)]
        elif kind == "birth":
            made[name] = [
                habits.layouts[name].written(int(b), rng) if t else None for t, b in zip(template, born, strict=True)
            ]
        elif kind == "date":
            made[name] = _dated(habits, name, template, donor, order, shift, rng)
        elif name in habits.running:
            made[name] = [
                each if t else None
                for each, t in zip(_free(habits.running[name], len(keys), rng), template, strict=True)
            ]
        elif kind == "number":
            made[name] = [a if t else None for a, t in zip(amounts[name], template, strict=True)]
        elif kind == "code":
            made[name] = code_like(frame[name], template, habits.codes.get(name, frozenset()), rng)
        elif kind == "text":
            made[name] = [t if t in habits.often[name] else None for t in template]
        else:
            made[name] = [_kept(kind, t) for t in template]
    made["_born"], made["_odd"] = born.tolist(), odd.tolist()
    return pd.DataFrame(made, dtype=object)


def _kept(kind: str, text: str | None) -> str | None:
    """What stays of the leading row's cell: its category; of a contact the bare form; of anything else nothing."""
    if kind in ("category", "sex"):
        return text
    return re.sub("[0-9]", "0", text) if kind == "mobile" and text else FILLED if kind in CONTACTS and text else None


def in_order(habits: Habits, people: pd.DataFrame) -> pd.DataFrame:
    """Let days that rise with the key rise among these people too: two between the same rows may have been drawn crosswise."""
    order = np.argsort(numbers(people[habits.table.key]), kind="stable")
    done = people.iloc[order].reset_index(drop=True)
    keys = numbers(done[habits.table.key])
    for name, rising in habits.rising.items():
        days = _days(done[name])
        bounds = [rising.around(key) for key in keys]
        beside = [low <= day <= high for (low, high), day in zip(bounds, days, strict=True)]
        at = np.flatnonzero(beside)
        done.loc[at, name] = done.loc[at[np.argsort(days[at], kind="stable")], name].to_numpy()
    return done


def numbered(habits: Habits, people: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Give running numbers anew, each once, so that they rise with the key; ``people`` are in the key's order."""
    done = people.copy()
    for name, known in habits.running.items():
        at = np.flatnonzero(done[name].notna())
        given = pd.Series(_free(known, len(at), rng), dtype=object)
        if _rises(habits, name):
            given = given.iloc[np.argsort(numbers(given), kind="stable")]
        done.loc[at, name] = given.to_numpy()
    return done


def _rises(habits: Habits, name: str) -> bool:
    """Whether a column rises with the key, by rank correlation."""
    cells = pd.Series(numbers(habits.table.frame[name]))
    return bool(cells.corr(pd.Series(habits.order), method="spearman") > _RISING)


def _free(known: Series, count: int, rng: np.random.Generator) -> list[str]:
    """So many numbers that nobody has: between others, or where there is no room the next ones."""
    return known.draw(count, rng) if known.room >= count else known.after(count)


def _keys(habits: Habits, count: int, rng: np.random.Generator) -> list[str]:
    known = habits.keys
    if known is None:
        cells = habits.table.frame[habits.table.key]
        template = cells.to_numpy(dtype=object)[rng.integers(len(cells), size=count)]
        taken = frozenset(habits.table.columns[habits.table.key].to_pylist())
        return [key for key in code_like(cells, template, taken, rng) if key is not None]
    return _free(known, count, rng)


def _identity(habits: Habits, template: str | None, born: float, odd: bool, rng: np.random.Generator) -> str | None:
    if not template or habits.areas is None or np.isnan(born):
        return None
    day = date.fromordinal(int(born) + _EPOCH)
    return like_identity(template, number(habits.areas.draw(day.year, rng), day, odd, rng))


def _born(habits: Habits, donor: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.float64]:
    """The year of one row's birth with the day and month of another's, never outside what the table has."""
    known = habits.births[~np.isnan(habits.births)]
    if not len(known):
        return np.full(len(donor), np.nan)
    own = habits.births[donor]
    own = np.where(np.isnan(own), rng.choice(known, len(donor)), own)
    other = rng.choice(known, len(donor)).astype("datetime64[D]")
    year = own.astype("datetime64[D]").astype("datetime64[Y]")
    within = other - other.astype("datetime64[Y]").astype("datetime64[D]")
    born = (year.astype("datetime64[D]") + within).astype(float)
    return np.where((born < known.min()) | (born > known.max()), own, born)


def _dated(
    habits: Habits,
    name: str,
    template: NDArray[np.object_],
    donor: NDArray[np.int64],
    order: NDArray[np.float64],
    shift: NDArray[np.int64],
    rng: np.random.Generator,
) -> list[str | None]:
    """Days of a column: by the key where they rise with it, else those of the leading row, moved all alike by some days."""
    layout, rising = habits.layouts[name], habits.rising.get(name)
    if rising:
        return [layout.written(rising.day(k, rng), rng) if t else None for k, t in zip(order, template, strict=True)]
    known, moved = days_of(habits.days[name]), habits.days[name][donor] + shift
    moved = np.clip(moved, known.every[0], known.every[-1])
    return [
        layout.written(known.near(int(m)), rng) if t and not np.isnan(m) else None
        for m, t in zip(moved, template, strict=True)
    ]


def _days(values: pd.Series) -> NDArray[np.float64]:
    days = parse_days(pa.array(values, pa.string()))
    return np.asarray(days.cast(pa.int32()).to_numpy(zero_copy_only=False), dtype=float)


def _births(compact: pa.Array | None, days: Mapping[str, NDArray[np.float64]], table: Table) -> NDArray[np.float64]:
    """Births of the frame's rows by their column, else by their identity numbers; days since 1970."""
    for name in table.of("birth"):
        return days[name]
    if compact is None:
        return np.full(len(table.frame), np.nan)
    return _days(pd.Series(pc.utf8_slice_codeunits(compact, 6, 14).to_pylist(), dtype=object))


def _sexes(table: Table, compact: pa.Array | None) -> NDArray[np.float64]:
    """1 for odd numbers (men), 0 for even ones, not a number where nothing tells."""
    for name in table.of("sex"):
        return table.frame[name].map({k: float(v) for k, v in table.sexes.items()}).to_numpy(dtype=float)  # type: ignore[no-any-return]
    if compact is None:
        return np.full(len(table.frame), np.nan)
    digit = pd.to_numeric(compact.to_pandas().str[16], errors="coerce").to_numpy(dtype=float)
    return np.asarray(digit % 2)


def _frequent(cells: pa.Array) -> frozenset[str]:
    counted = pc.value_counts(cells.drop_null())
    often = pc.greater_equal(counted.field("counts"), _OFTEN)
    return frozenset(counted.field("values").filter(often).to_pylist())


def _unique(table: Table, name: str) -> bool:
    cells = table.columns[name].drop_null()
    return bool(pc.count_distinct(cells).as_py() > 0.9 * len(cells))
