"""Identifiers of files and of ours with small numbers for names: in joins and in memory a text costs many times as much.

A row of a file is a ``place`` (source and sheet) and a ``line``; a data set is its place among the names; a kind is a bit.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import ibis
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from ibis import _

from headwater.attribution.telling import MENDED
from headwater.store.engine import Engine

PLACES = pa.schema([("source", pa.string()), ("sheet", pa.string()), ("place", pa.int32())])
_LAST = 60
"""Kinds beyond so many share a bit: numbers of the data sets' own."""
_NAMED = ("source", "sheet", "holder", "role")


@dataclass(frozen=True, slots=True)
class Numbered:
    """What files hold and what our records hold.

    ``found``: ``place``, ``line``, ``kind`` as it was found, ``as_kind`` as what it is compared with, ``token``. ``ours``:
    ``dataset``, ``ordinal``, ``as_kind``, ``token``, ``valid_from``, ``valid_to``, of the kinds that files hold.
    ``places``: source, sheet, holder and role of each place; ``kinds``: those that files hold, the data sets' own last.
    """

    found: ibis.Table
    ours: ibis.Table
    places: pd.DataFrame = field(repr=False)
    datasets: tuple[str, ...]
    kinds: tuple[str, ...]

    def bits(self, *kinds: str) -> int:
        """The bits of some kinds, together; those that no file holds have none."""
        known = {k: 1 << min(i, _LAST) for i, k in enumerate(self.kinds)}
        return int(np.bitwise_or.reduce([known.get(k, 0) for k in kinds] or [0]))

    def bit(self, kind: Any) -> Any:
        """The bit of a column of kinds."""
        return cases(kind, ((k, self.bits(k)) for k in self.kinds), "int64")

    def frame(self, told: pa.Table) -> pd.DataFrame:
        """Rows with names in place of numbers (as categories), days since 1970 (NaN where open) in place of dates."""
        made = {name: _column(told[name]) for name in told.column_names}
        place, dataset = made["place"], made["dataset"]
        for name in _NAMED:
            made[name] = categories(self.places[name].fillna(""))[place]
        made["dataset"] = pd.Categorical.from_codes(dataset, list(self.datasets))
        return pd.DataFrame(made, copy=False)


def numbered(engine: Engine, datasets: Iterable[str]) -> Numbered:
    """Number what the lake holds; ``datasets`` are all that have records."""
    columns = ["source", "sheet", "line", "holder", "role", "kind", "token"]
    files = [engine.table(name).select(*columns) for name in ("holdings", "holding_parts")]
    both = files[0].filter(_.token.notnull()).union(files[1]).mutate(sheet=_.sheet.fill_null(""))
    told = engine.arrow(both.group_by(["source", "sheet", "kind"]).agg(holder=_.holder.max(), role=_.role.max()))
    every = told.to_pandas()
    kinds = tuple(sorted(every["kind"].unique(), key=lambda kind: (kind.startswith("own:"), kind)))
    places = every.groupby(["source", "sheet"], sort=True)[["holder", "role"]].max().reset_index()
    table = pa.Table.from_pandas(places[["source", "sheet"]].assign(place=range(len(places))), PLACES, False)
    as_kind = (_.kind == MENDED).ifelse("resident_id", _.kind)
    found = both.mutate(line=_.line.fill_null(-1), as_kind=as_kind).join(
        engine.memory("leaked_places", table), ["source", "sheet"]
    )
    found = found.select("place", "line", "kind", "as_kind", "token")
    names = tuple(sorted(datasets))
    return Numbered(found, _ours(engine, names, kinds), places, names, kinds)


def every_token(engine: Engine) -> ibis.Table:
    """Identifiers and parts of our records, of all kinds: ``dataset``, ``ordinal``, ``as_kind``, ``token``, validity."""
    columns = ["dataset", "ordinal", "kind", "token", "valid_from", "valid_to"]
    told = [engine.table(name).select(*columns) for name in ("subjects", "subject_parts")]
    return told[0].union(told[1]).rename(as_kind="kind")


def _ours(engine: Engine, datasets: tuple[str, ...], kinds: tuple[str, ...]) -> ibis.Table:
    wanted = {"resident_id" if k == MENDED else k for k in kinds}
    number = cases(_.dataset, ((d, i) for i, d in enumerate(datasets)), "int32")
    return every_token(engine).filter(_.as_kind.isin(sorted(wanted))).mutate(dataset=number)


def cases(column: Any, pairs: Iterable[tuple[str, int]], kind: str) -> Any:
    """A column of texts as the number of each; null where it has none."""
    told = [(text, ibis.literal(number, kind)) for text, number in pairs]
    return column.cases(*told, else_=ibis.null(kind)) if told else ibis.null(kind)


def categories(names: pd.Series) -> pd.Categorical:
    """Texts as categories in their order, so that sorting by them is sorting by text."""
    return pd.Categorical(names, sorted(set(names)))


def _column(column: pa.ChunkedArray) -> npt.NDArray[Any]:
    if pa.types.is_date(column.type):
        column = column.cast(pa.int32()).cast(pa.float32())
    return np.asarray(column.to_numpy())
