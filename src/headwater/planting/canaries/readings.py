"""Who read a decoy, from the lake: every opening by a look-up and every list that held it. Those readers are the suspect list."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from headwater.planting.canaries.registry import Book, Showing
from headwater.store.lake import Lake

_COLUMNS = ["time", "account", "dataset", "subject", "returned", "source", "line"]


def readings(lake: Lake, book: Book) -> tuple[Showing, ...]:
    """Give each reading of a decoy that the lake knows of, once for each account, decoy and line."""
    known = {(p.dataset, d.tokens["subject"]): d.id for p in book.plans for d in p.decoys}
    if not known or not lake.rows("access"):
        return ()
    subjects = pa.array(sorted({subject for _, subject in known}), pa.string())
    parts = []
    sets = _sets(lake, subjects)
    for files in lake.stretches("access", 5_000_000):
        rows = pa.concat_tables([pq.read_table(file, columns=_COLUMNS, partitioning=None) for file in files])
        alone = rows.filter(pc.is_in(rows["subject"], value_set=subjects)).to_pandas()
        listed = rows.filter(
            pc.is_in(rows["returned"], value_set=pa.array(sets["returned"].unique(), pa.string()))
        ).to_pandas()
        parts += [alone, listed.drop(columns=["subject", "dataset"]).merge(sets, on="returned")]
    met = pd.concat(parts, ignore_index=True)
    met = met[met["account"].notna()]
    found = {
        Showing(known[d, s], str(a), t.isoformat(), str(source), int(line))
        for d, s, a, t, source, line in zip(
            met["dataset"], met["subject"], met["account"], met["time"], met["source"], met["line"], strict=True
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
