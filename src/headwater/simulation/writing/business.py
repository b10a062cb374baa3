"""Business relations, written day by day: each recorded reason for which somebody had to do with a client."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from headwater.simulation.events import Column, Whole
from headwater.simulation.files import separated
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import FOREVER, Relations
from headwater.simulation.writing.formats import Formats

HEADER = ("employee_id", "subject_id", "relation", "from", "to")


class Business:
    """The tables of relations of a case as known on the day ``until``: one text that grows, or a Parquet file for each
    day. A relation that ends later is still open, one that begins later is not there."""

    def __init__(self, case: Path, house: House, formats: Formats, until: int) -> None:
        self._until = until
        self._folder, self._house, self._parquet = case / "business", house, formats.logs == "parquet"
        self._encoding = "utf-8" if formats.tables == "xlsx" else formats.tables  # a spreadsheet cannot grow
        self._begun = False

    def write(self, relations: Sequence[Relations], day: int | None) -> None:
        """Write the reasons of a day, or (``None``) those that hold from the start: each once."""
        known = [_known(each, self._until) for each in relations]
        columns = [_of(self._house, each) for each in known if len(each)]
        if not columns:
            return
        rows = [np.concatenate(parts) for parts in zip(*columns, strict=True)]
        self._folder.mkdir(parents=True, exist_ok=True)
        if self._parquet:
            name = "standing" if day is None else self._house.calendar.date(day).isoformat()
            table = pa.table([pa.array(column, pa.string()) for column in rows], names=list(HEADER))
            pq.write_table(table, self._folder / f"reasons-{name}.parquet", compression="zstd")
        else:
            self._append(rows)

    def _append(self, rows: Sequence[Column]) -> None:
        with (self._folder / "reasons.csv").open("ab") as stream:
            if not self._begun:
                stream.write(separated([HEADER]).encode(self._encoding))
                self._begun = True
            text = separated(zip(*(column.tolist() for column in rows), strict=True))
            stream.write(text.encode(self._encoding.removesuffix("-sig")))


def _known(relations: Relations, until: int) -> Relations:
    there = relations.first <= until
    first, last = relations.first[there], relations.last[there]
    last = np.where(last > until, FOREVER, last)
    return Relations(relations.person[there], relations.client[there], relations.kind[there], first, last)


def _of(house: House, relations: Relations) -> list[Column]:
    kinds, code = np.unique(relations.kind.astype(str), return_inverse=True)
    stacked = np.stack([relations.first, relations.last, relations.person, relations.client, code], axis=1)
    once = np.unique(stacked, axis=0)
    return [
        house.staff.employee[once[:, 2]],
        house.clients.keys(once[:, 3]),
        kinds.astype(object)[once[:, 4]],
        _dates(house, once[:, 0]),
        _dates(house, once[:, 1]),
    ]


def _dates(house: House, days: Whole) -> Column:
    """Days as text; one that never comes is left open."""
    known, place = np.unique(days, return_inverse=True)
    made = ["" if day >= FOREVER else house.calendar.date(max(day, -30_000)).isoformat() for day in known.tolist()]
    return np.array(made, dtype=object)[place]
