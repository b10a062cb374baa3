"""How a leaked file is laid out: its columns as our data set calls them, their forms, the order and the runs of its rows.

Of several tables (sheets, files of one holder) the one with most rows of ours is looked at. Orders are told against
chance: the falls of a random order of m neighbours are m/2 on average with variance (m+2)/12 (MacMahon; the Eulerian
numbers), so hardly any, or far fewer, are no accident.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from ibis import _
from scipy import stats

from headwater.store.engine import Engine

Ints = npt.NDArray[np.int64]
FEWEST = 20
"""With fewer rows no order is told."""
STEPS, STRAY, CLOSE = 10, 0.02, 0.95
"""An order needs so many unequal neighbours; by our key, this share may stand wrong where Kendall's tau is so high."""
FAR = -6.0
"""Standard deviations below chance from which on rows stand in blocks."""
MOSTLY, SURE, DRAWN = 0.3, 1e-6, 5000
"""Rows mostly in order: Kendall's tau, its p-value, and of how many rows (evenly drawn) it is reckoned."""
HALF = 0.5


@dataclass(frozen=True, slots=True)
class Order:
    """Rows stand in the order of a column (``None``: of our table, by its key), rising or falling."""

    column: str | None
    falling: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file: its place, our column that it is (if known), and how its cells are written."""

    place: int
    name: str | None
    form: str | None
    share: float


@dataclass(frozen=True, slots=True)
class Runs:
    """Our records in the order of our table: the sizes of its unbroken runs, and of the gaps between them."""

    sizes: tuple[int, ...] = ()
    gaps: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class LeakedFile:
    """One table of a leak.

    ``rows`` are all of it, ``ours`` those that are ours, ``records`` how many distinct ones. ``listed`` are our columns
    that it holds, in its order; ``proved`` those of them whose values are ours on most of these rows. ``blocks`` are the
    sizes of stretches of the file in each of which our rows rise; empty unless that is far from chance. ``tau`` is
    Kendall's, where rows stand mostly in our order; else 0.
    """

    source: str
    sheet: str
    dataset: str
    rows: int
    ours: int
    records: int
    columns: tuple[Column, ...]
    proved: frozenset[str]
    orders: tuple[Order, ...]
    blocks: tuple[int, ...]
    tau: float
    runs: Runs = field(repr=False)

    @property
    def listed(self) -> tuple[str, ...]:
        """Our columns that the file holds, in its order, each once."""
        return tuple(dict.fromkeys(c.name for c in self.columns if c.name))

    @property
    def whole(self) -> bool:
        """Whether every row is another record of ours: only then its number of rows tells anything."""
        return self.rows == self.ours == self.records


@dataclass(frozen=True, slots=True)
class Layouts:
    """What the lake keeps of all scanned tables and of the columns of our data sets: small, and read once.

    ``size`` is how many records each data set has.
    """

    columns: pd.DataFrame = field(repr=False)
    documents: pd.DataFrame = field(repr=False)
    layout: pd.DataFrame = field(repr=False)
    size: Mapping[str, int]

    @classmethod
    def of(cls, engine: Engine) -> Layouts:
        """Read them."""
        columns, documents, layout = (
            engine.arrow(engine.table(name)).to_pandas() for name in ("columns", "documents", "document_columns")
        )
        last = engine.arrow(engine.table("records").group_by("dataset").agg(last=_.ordinal.max())).to_pandas()
        return cls(columns, documents, layout, dict(zip(last["dataset"], last["last"] + 1, strict=True)))


def leaked_file(engine: Engine, rows: pd.DataFrame, dataset: str, known: Layouts) -> LeakedFile | None:
    """The table with most of the rows (of ``Matched.rows``, ours, of one leak); ``None`` where nothing is known of it."""
    counts = rows[rows["dataset"] == dataset].groupby(["source", "sheet"], sort=True, observed=True).size()
    if counts.empty:
        return None
    source, sheet = counts.index[int(np.argmax(counts.to_numpy()))]
    mine = rows[_at(rows, source, sheet) & (rows["dataset"] == dataset)].sort_values("line")
    there = known.layout[_at(known.layout, source, sheet)].drop_duplicates("place").sort_values("place")
    if there.empty:
        return None
    places = mine["ordinal"].to_numpy(np.int64)
    records, names = np.unique(places), _names(known.columns[known.columns["dataset"] == dataset])
    columns = tuple(_column(row, names) for row in there.itertuples(index=False))
    order = _key_order(places)
    found = [*([Order(None, order > 0)] if order is not None else []), *_column_orders(there, columns)]
    blocks = _blocks(places) if order is None else ()
    total = known.documents[_at(known.documents, source, sheet)]["rows"].max()
    return LeakedFile(
        source=source,
        sheet=sheet,
        dataset=dataset,
        rows=int(total) if pd.notna(total) else 0,
        ours=len(mine),
        records=len(records),
        columns=columns,
        proved=_proved(engine, mine, dataset, names),
        orders=tuple(found),
        blocks=blocks,
        tau=_tau(places) if order is None and not blocks else 0.0,
        runs=_runs(records, known.size.get(dataset, 0)),
    )


def _at(frame: pd.DataFrame, source: str, sheet: str) -> pd.Series:
    return (frame["source"] == source) & (frame["sheet"] == sheet)


@dataclass(frozen=True, slots=True)
class _Names:
    """Our columns, and by its kind each that alone holds it."""

    all: frozenset[str]
    by_kind: dict[str, str]


def _names(columns: pd.DataFrame) -> _Names:
    kinds = columns.groupby("kind")["column"].agg(list)
    by_kind = {str(kind): str(held[0]).lower() for kind, held in kinds.items() if len(set(held)) == 1}
    return _Names(frozenset(str(c).lower() for c in columns["column"]), by_kind)


def _column(row: Any, names: _Names) -> Column:
    name = row.column if row.column in names.all else names.by_kind.get(row.kind)
    form = row.form if isinstance(row.form, str) else None
    return Column(int(row.place), name, form, float(row.formed or 0) / max(int(row.filled or 0), 1))


def _proved(engine: Engine, mine: pd.DataFrame, dataset: str, names: _Names) -> frozenset[str]:
    """Our columns whose very values stand on most of our rows: by token, of the record that the row is."""
    source = str(mine["source"].iloc[0])
    lines = pa.table(
        {"line": pa.array(mine["line"], pa.int64()), "ordinal": pa.array(mine["ordinal"].astype("int64"), pa.int64())}
    )
    rows = engine.memory("leaked_lines", lines)
    held = engine.table("holdings").filter((_.source == source) & _.token.notnull()).select("line", "kind", "token")
    ours = engine.table("subjects").filter(_.dataset == dataset).select("ordinal", "kind", "token").distinct()
    agreed = held.join(rows, "line").join(ours, ["ordinal", "kind", "token"])
    told = engine.arrow(agreed.group_by("kind").agg(lines=_.line.nunique())).to_pandas()
    enough = told[told["lines"] >= HALF * mine["line"].nunique()]
    return frozenset(names.by_kind[k] for k in enough["kind"] if k in names.by_kind)


def _in_order(rises: int, falls: int, rows: int, stray: float = 0.0) -> int | None:
    """0 for rising, 1 for falling, ``None`` for no order."""
    steps = rises + falls
    if rows < FEWEST or steps < STEPS or min(rises, falls) > stray * steps:
        return None
    return int(falls > rises)


def _column_orders(there: pd.DataFrame, columns: tuple[Column, ...]) -> list[Order]:
    made = []
    for row, column in zip(there.itertuples(index=False), columns, strict=True):
        order = _in_order(int(row.rises or 0), int(row.falls or 0), int(row.filled or 0))
        if column.name and order is not None:
            made.append(Order(column.name, bool(order)))
    return made


def _key_order(places: Ints) -> int | None:
    steps = np.diff(places)
    order = _in_order(int((steps > 0).sum()), int((steps < 0).sum()), len(places), STRAY)
    return order if order is not None and abs(_kendall(places)[0]) >= CLOSE else None


def _blocks(places: Ints) -> tuple[int, ...]:
    """Sizes of the stretches in which rows rise; empty where there are as many as by chance."""
    steps = np.diff(places)
    falls, moved = int((steps < 0).sum()), int((steps != 0).sum())
    if len(places) < FEWEST or (falls - moved / 2) / np.sqrt((moved + 2) / 12) > FAR:
        return ()
    return tuple(int(n) for n in np.diff(np.concatenate([[0], np.flatnonzero(steps < 0) + 1, [len(places)]])))


def _tau(places: Ints) -> float:
    tau, p = _kendall(places) if len(places) >= FEWEST else (0.0, 1.0)
    return tau if abs(tau) >= MOSTLY and p < SURE else 0.0


def _kendall(places: Ints) -> tuple[float, float]:
    """Kendall's tau of the rows' places in the file with those in our table, and its p-value."""
    drawn = places[np.unique(np.linspace(0, len(places) - 1, DRAWN).astype(np.int64))]
    if len(np.unique(drawn)) < 2:
        return 0.0, 1.0
    found = stats.kendalltau(np.arange(len(drawn)), drawn)
    return float(found.statistic), float(found.pvalue)


def _runs(records: Ints, size: int) -> Runs:
    """Unbroken runs, where nearly all neighbours are next to each other and that is far from chance."""
    gaps = np.diff(records)
    if len(records) < FEWEST or len(records) > HALF * size or (gaps == 1).mean() < 1 - 2 * STRAY:
        return Runs()
    cuts = np.flatnonzero(gaps > 1)
    sizes = np.diff(np.concatenate([[0], cuts + 1, [len(records)]]))
    return Runs(tuple(int(n) for n in sizes), tuple(int(n) - 1 for n in gaps[cuts]))
