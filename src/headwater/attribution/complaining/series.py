"""Who complained on which day: people of one data set, each counted once, in order of time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from ibis import _

from headwater.attribution.complaining.persons import WEAK
from headwater.attribution.histories import Histories
from headwater.detection.scene import Scene
from headwater.model.evidence import Citation
from headwater.store.engine import Engine

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Series:
    """People who complained, by the lowest of their records: the day of the first complaint of each (days of the histories) and its line.

    ``born`` is, of every record of the data set, the day from which it is valid; minus infinity where that is not told.
    Nobody complains before his record is there: a day that says otherwise is put back to the complaint's.
    """

    record: Ints
    day: Ints
    lines: tuple[Citation, ...]
    born: Floats

    def among(self, live: npt.NDArray[np.bool_]) -> Series:
        """Those whose records are among these."""
        keep = live[self.record]
        lines = tuple(line for line, kept in zip(self.lines, keep, strict=True) if kept)
        return Series(self.record[keep], self.day[keep], lines, self.born)


@dataclass(frozen=True, slots=True)
class Received:
    """How many complaints came in, how many are of our people, of how many people, and the days of all of them."""

    complaints: int
    ours: int
    people: int
    of: Mapping[str, Series]


def received(scene: Scene, past: Mapping[str, Histories], persons: Mapping[str, Ints]) -> Received:
    """The complaints of a case, by data set. A person of two data sets stands in both series, and counts once.

    ``persons``: of each data set, the person of every record.
    """
    engine = scene.engine
    table = engine.table("complaints")
    number = int(engine.arrow(table.agg(n=_.complaint.nunique()))["n"][0].as_py())
    strong = table.filter(_.token.notnull() & _.received.notnull() & ~_.kind.isin(WEAK))
    ours = engine.table("subjects").select(t_kind=_.kind, t_token=_.token, dataset=_.dataset, ordinal=_.ordinal)
    joined = strong.join(ours, [strong.kind == ours.t_kind, strong.token == ours.t_token])
    told = joined.group_by(["complaint", "dataset"]).agg(
        ordinal=_.ordinal.min(), received=_.received.min(), source=_.source.min(), line=_.line.min()
    )
    frame = engine.arrow(told).to_pandas()
    frame = frame.sort_values(["received", "source", "line", "complaint", "dataset"], ignore_index=True)
    for dataset, person in persons.items():
        rows = (frame["dataset"] == dataset) & (frame["ordinal"] < len(person))
        frame.loc[rows, "ordinal"] = person[frame.loc[rows, "ordinal"].to_numpy(np.int64)]
    frame["person"] = frame["dataset"] + "/" + frame["ordinal"].astype(str)
    first = frame.drop_duplicates("complaint").drop_duplicates("person")
    series = {
        dataset: _series(
            engine, h, persons[dataset], frame[(frame["dataset"] == dataset) & (frame["ordinal"] < h.size)]
        )
        for dataset, h in sorted(past.items())
    }
    return Received(number, int(frame["complaint"].nunique()), len(first), series)


def _series(engine: Engine, h: Histories, person: Ints, rows: pd.DataFrame) -> Series:
    rows = rows.drop_duplicates("ordinal")
    day = (pd.to_datetime(rows["received"]) - pd.Timestamp(0)).dt.days.to_numpy(np.int64) - h.first
    record = rows["ordinal"].to_numpy(np.int64)
    born = _born(engine, h)
    np.minimum.at(born, person, born.copy())
    born[record] = np.minimum(born[record], day)
    lines = tuple(Citation(r.source, int(r.line)) for r in rows.itertuples(index=False))
    return Series(record, day, lines, born)


def _born(engine: Engine, h: Histories) -> Floats:
    """The day from which each record is valid; minus infinity where it is not told of most."""
    born = np.full(h.size, -np.inf)
    if len(h.age) == 0:
        return born
    rows = engine.table("records").filter((_.dataset == h.dataset) & _.ordinal.notnull())
    frame = engine.arrow(rows.group_by("ordinal").agg(since=_.valid_from.min())).to_pandas()
    days = (pd.to_datetime(frame["since"]) - pd.Timestamp(0)) / pd.Timedelta(days=1) - h.first
    born[frame["ordinal"].astype(int)] = days.fillna(-np.inf).to_numpy(float)
    return born
