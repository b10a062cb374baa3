"""From an account to the person: who sat there when the leaked rows were read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from ibis import Table, _

from headwater.detection.people import acted
from headwater.detection.reads import records
from headwater.detection.scene import Scene
from headwater.model.evidence import Citation, PersonOdds

LINES = 40
SETS = ("sql", "export")
"""Actions that return many records at once."""


@dataclass(frozen=True, slots=True)
class Returned:
    """The one statement or export that returned most rows of the leak: when, where it is logged, its records and hits."""

    day: date
    line: Citation
    records: int
    hits: int


@dataclass(frozen=True, slots=True)
class Sat:
    """Who sat where when leaked rows were read, and the lines that show the readings with most hits."""

    people: tuple[PersonOdds, ...]
    devices: tuple[str, ...]
    first: date | None
    last: date | None
    statements: int
    lines: tuple[Citation, ...]
    most: Returned | None = None


def sat(scene: Scene, dataset: str, account: str, starts: date, ends: date, leaked: npt.NDArray[np.int64]) -> Sat:
    """The sittings of an account between two days in which records of the leak were read, weighed by hits."""
    set_ = scene.engine.memory("leaked", pa.table({"ordinal": pa.array(leaked, pa.int64())}))
    read = records(scene.engine).filter(
        (_.account == account) & (_.dataset == dataset) & (_.day >= starts) & (_.day <= ends)
    )
    hit = read.semi_join(set_, "ordinal")
    by_line = hit.group_by(["place", "sitting", "source", "line", "action"]).agg(
        hits=_.ordinal.nunique(), first=_.day.min()
    )
    frame = (
        scene.engine.arrow(by_line).to_pandas().sort_values(["hits", "source", "line"], ascending=[False, True, True])
    )
    if frame.empty:
        return Sat((), (), None, None, 0, ())
    per = frame.groupby(["place", "sitting"], as_index=False)["hits"].sum()
    rows = scene.sittings[scene.sittings["account"] == account].reset_index()
    rows = rows.merge(per, on=["place", "sitting"]).set_index("index").sort_index()
    rows = rows.assign(subjects=rows["hits"], unseen=0)
    lines = tuple(sorted(Citation(r.source, int(r.line)) for r in frame.head(LINES).itertuples(index=False)))
    return Sat(
        acted(scene, rows),
        tuple(sorted(set(rows["seat"]))),
        frame["first"].min(),
        frame["first"].max(),
        int(frame["action"].isin(SETS).sum()),
        lines,
        _most(scene, read, frame[frame["action"].isin(SETS)]),
    )


def _most(scene: Scene, read: Table, sets: pd.DataFrame) -> Returned | None:
    if sets.empty:
        return None
    best = next(sets.itertuples(index=False))
    same = read.filter((_.source == best.source) & (_.line == int(best.line)))
    records = int(scene.engine.arrow(same.agg(n=_.ordinal.nunique()))["n"][0].as_py())
    return Returned(best.first, Citation(best.source, int(best.line)), records, int(best.hits))
