"""Which protected records are those of the house's own staff: told apart from namesakes as far as the tables allow."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from ibis import _
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from headwater.store.engine import Engine

AT_HOME = ("address", "mobile")
"""Traits that people of one household have in common."""
NUMBER = "resident_id"
_RECORD = ["dataset", "ordinal"]


def staff_records(engine: Engine, staff: pd.DataFrame) -> pd.DataFrame:
    """Records of members of staff: dataset, ordinal, employee.

    One is theirs by the identity number; where one of the two has none, by the full name and the address or mobile; or by the
    name alone where no other record of the data set and nobody else on the roster bears it. ``staff``: employee, kind, token.
    """
    shared = engine.table("shared_traits")
    near = shared.filter(_.kind.isin([*AT_HOME, NUMBER]))
    names = shared.filter(_.kind == "name")
    single = names.group_by(["dataset", "token"]).agg(size=_.count()).filter(_.size == 1).drop("size")
    homes = near.select(*_RECORD).distinct()
    columns = [*_RECORD, "kind", "token"]
    told = engine.arrow(near.select(columns).union(names.semi_join(homes, _RECORD).select(columns))).to_pandas()
    alone = engine.arrow(names.semi_join(single, ["dataset", "token"]).select(columns)).to_pandas()
    numbered = _numbered(engine)
    met = told.merge(staff, on=["kind", "token"])
    kinds = met.assign(home=met["kind"].isin(AT_HOME), named=met["kind"] == "name", sure=met["kind"] == NUMBER)
    by = kinds.groupby([*_RECORD, "employee"], as_index=False)[["home", "named", "sure"]].any()
    borne = staff[staff["kind"] == "name"].groupby("token")["employee"].transform("nunique")
    unique = staff[staff["kind"] == "name"][borne == 1]
    rare = alone.merge(unique, on=["kind", "token"])[[*_RECORD, "employee"]]
    likely = pd.concat([by.loc[by["home"] & by["named"], [*_RECORD, "employee"]], rare])
    known = set(staff.loc[staff["kind"] == NUMBER, "employee"])
    # where both have an identity number, only that counts
    likely = likely[~(likely["employee"].isin(known) & likely["dataset"].isin(numbered))]
    found = pd.concat([by.loc[by["sure"], [*_RECORD, "employee"]], likely]).drop_duplicates()
    return found.sort_values([*_RECORD, "employee"], ignore_index=True).astype({"ordinal": "int64"})


def households(engine: Engine, rows: pd.DataFrame) -> npt.NDArray[np.int64]:
    """Number the household of each row's record (dataset, ordinal): those that are tied by an address or a mobile are one."""
    records = rows[_RECORD].drop_duplicates(ignore_index=True)
    schema = pa.schema([("dataset", pa.string()), ("ordinal", pa.int64())])
    wanted = engine.memory("housed", pa.Table.from_pandas(records, schema=schema, preserve_index=False))
    known = engine.table("subjects").filter(_.kind.isin(AT_HOME)).semi_join(wanted, _RECORD)
    ties = engine.arrow(known.select(*_RECORD, "token").distinct()).to_pandas()
    ties = ties.merge(records.assign(record=range(len(records))), on=_RECORD)
    codes, tokens = pd.factorize(ties["token"], sort=True)
    size = len(records) + len(tokens)
    shape = (np.ones(len(ties), bool), (ties["record"].to_numpy(), len(records) + codes))
    _number, home = connected_components(coo_array(shape, shape=(size, size)), directed=False)
    housed = rows.merge(records.assign(home=home[: len(records)]), on=_RECORD, how="left")
    return np.asarray(housed["home"].to_numpy(), np.int64)


def _numbered(engine: Engine) -> set[str]:
    """The data sets that hold identity numbers."""
    rows: pa.Table = engine.arrow(engine.table("columns").filter(_.kind == NUMBER).select("dataset").distinct())
    return set(rows["dataset"].to_pylist())
