"""Which of our records every leaked file holds, and which accounts ever read these records.

Rows of a file meet a record by a strong identifier (a number); names and addresses alone do not count. Costs two hash
joins; in memory, the pairs of account and leaked record.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
from ibis import _
from numpy.typing import NDArray

from headwater.baselines.counters import read
from headwater.store.engine import Engine

WEAK = ("name", "address")


@dataclass(frozen=True, slots=True)
class Leak:
    """One leaked file. ``records`` distinct records of ours are in it, numbered from 0.

    ``reader`` and ``record`` are pairs: that account (by its place among ``accounts``) read that record at some time.
    """

    name: str
    rows: int
    persons: int
    ours: int
    records: int
    accounts: tuple[str, ...]
    reader: NDArray[np.int64]
    record: NDArray[np.int64]

    def read_by(self) -> NDArray[np.int64]:
        """How many of the records each account read."""
        return np.bincount(self.reader, minlength=len(self.accounts))


def leaks(engine: Engine) -> tuple[Leak, ...]:
    """All leaked files by name. Service accounts read everything, and are nobody to blame."""
    files = _files(engine)
    if files.empty:
        return ()
    matched = _matched(engine)
    read_of = matched.drop_duplicates(["source", "key"]).merge(_readers(engine, matched), on="key")
    return tuple(_leak(file, matched, read_of) for file in files.itertuples(index=False))


def _leak(file: pd.Series, matched: pd.DataFrame, read_of: pd.DataFrame) -> Leak:
    ours = matched.loc[matched["source"] == file.source, "key"]
    pairs = read_of[read_of["source"] == file.source]
    accounts, reader = np.unique(pairs["account"].to_numpy(str), return_inverse=True)
    record = np.unique(pairs["key"].to_numpy(str), return_inverse=True)[1]
    return Leak(
        name=file.source,
        rows=int(file.rows),
        persons=int(file.persons),
        ours=len(ours),
        records=int(ours.nunique()),
        accounts=tuple(accounts.tolist()),
        reader=reader.astype(np.int64),
        record=record.astype(np.int64),
    )


def _files(engine: Engine) -> pd.DataFrame:
    leaked = engine.table("documents").filter(_.role == "leak")
    summed = leaked.group_by("source").agg(rows=_.rows.sum(), persons=_.persons.sum())
    return engine.arrow(summed).to_pandas().sort_values("source", ignore_index=True)


def _matched(engine: Engine) -> pd.DataFrame:
    """The record that each row of a leak is: the first by data set and place where several fit."""
    strong = engine.table("holdings").filter((_.role == "leak") & _.token.notnull() & ~_.kind.isin(WEAK))
    ours = engine.table("subjects").select("kind", "token", "dataset", "ordinal").distinct()
    keyed = strong.join(ours, ["kind", "token"]).mutate(key=_key())
    rows = keyed.group_by(["source", "sheet", "line"]).agg(key=_.key.min())
    return engine.arrow(rows).to_pandas()


def _key() -> ibis.Deferred:
    return _.dataset + " " + _.ordinal.cast("string").lpad(12, "0")


def _readers(engine: Engine, matched: pd.DataFrame) -> pd.DataFrame:
    """Account and record, once for each leaked record that the account ever read."""
    service = engine.table("accounts").filter(_.kind == "service").select("account").distinct()
    pairs = read(engine).filter(_.ordinal.notnull()).anti_join(service, "account").mutate(key=_key())
    held = engine.memory("leaked_records", pa.table({"key": pa.array(sorted(matched["key"].unique()), pa.string())}))
    return engine.arrow(pairs.semi_join(held, "key").select("account", "key").distinct()).to_pandas()
