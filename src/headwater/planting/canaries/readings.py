"""Who read a decoy, from the lake: every opening by a look-up and every list that held it. Those readers are the suspect list.

Acts that were denied showed nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from headwater.planting.canaries.registry import Book, Showing
from headwater.store.lake import Lake

_COLUMNS = ["time", "day", "account", "dataset", "subject", "returned", "outcome", "source", "line"]


@dataclass(frozen=True, slots=True, order=True)
class Reading:
    """Somebody was shown a decoy by what a log says, on that day of the house's own time."""

    showing: Showing
    day: date


def readings(lake: Lake, book: Book) -> tuple[Showing, ...]:
    """Give each reading of a decoy that the lake knows of, once for each account, decoy and line."""
    return tuple(r.showing for r in by_day(lake, book))


def by_day(lake: Lake, book: Book) -> tuple[Reading, ...]:
    """The same, each with the day that the lake has for it."""
    known = {(p.dataset, d.tokens["subject"]): d.id for p in book.plans for d in p.decoys}
    if not known or not lake.rows("access"):
        return ()
    subjects = pa.array(sorted({subject for _, subject in known}), pa.string())
    parts = []
    sets = _sets(lake, subjects)
    for files in lake.stretches("access", 5_000_000):
        rows = pa.concat_tables([pq.read_table(file, columns=_COLUMNS, partitioning=None) for file in files])
        rows = rows.filter(pc.fill_null(pc.not_equal(rows["outcome"], "denied"), True))
        alone = rows.filter(pc.is_in(rows["subject"], value_set=subjects)).to_pandas()
        listed = rows.filter(
            pc.is_in(rows["returned"], value_set=pa.array(sets["returned"].unique(), pa.string()))
        ).to_pandas()
        parts += [alone, listed.drop(columns=["subject", "dataset"]).merge(sets, on="returned")]
    met = pd.concat(parts, ignore_index=True)
    met = met[met["account"].notna()]
    found = {
        Reading(Showing(known[d, s], str(a), t.isoformat(), str(source), int(line)), day)
        for d, s, a, t, day, source, line in zip(
            *(met[c] for c in ("dataset", "subject", "account", "time", "day", "source", "line")), strict=True
        )
        if (d, s) in known
    }
    return tuple(sorted(found))


def _sets(lake: Lake, subjects: pa.Array) -> pd.DataFrame:
    """The returned sets that hold a decoy: set, data set, subject."""
    parts = [pd.DataFrame({"returned": [], "dataset": [], "subject": []}, dtype=object)]
    for file in lake.files("returned"):
        rows = pq.read_table(
            file, columns=["returned", "dataset", "subject"], filters=[("subject", "in", subjects.to_pylist())]
        )
        parts.append(rows.to_pandas())
    return pd.concat(parts, ignore_index=True)
