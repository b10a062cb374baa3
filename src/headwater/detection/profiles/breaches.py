"""Which days of which accounts go beyond the table of rights.

Most days are covered without counting anybody's records: the right has no limit, or fewer acts were done than it allows
records. Only for the others the distinct records are counted, which is what costs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pandas as pd
import pyarrow as pa
from ibis import _

from headwater.detection.reads import acts, records, unseen
from headwater.model.organisation import Entitlement, Organisation
from headwater.store.engine import Engine

KEYS = ["account", "dataset", "action", "day"]


@dataclass(frozen=True, slots=True)
class Beyond:
    """A day on which an account did something that no right covers, or more of it than the right allows."""

    account: str
    kind: str  # the rule that is broken: none or limit, the data set, the act
    day: date
    records: int
    right: Entitlement | None


def counts(engine: Engine) -> pd.DataFrame:
    """One row per account, data set, kind of act and day: acts, rows without a name, and acts that returned a set."""
    counted = (
        acts(engine)
        .filter(_.account.notnull() & _.dataset.notnull())
        .group_by(KEYS)
        .agg(
            acts=_.count(),
            nameless=unseen(_).sum(),
            sets=_.returned.count(),
        )
    )
    return engine.arrow(counted).to_pandas().sort_values(KEYS, ignore_index=True)


def breaches(engine: Engine, org: Organisation, counted: pd.DataFrame) -> Iterator[Beyond]:
    """The days that rights do not cover, in order of account, data set, act and day."""
    doubtful = _doubtful(org, counted)
    for row in _with_records(engine, counted.loc[sorted(doubtful)]).itertuples():
        rights = doubtful[row.Index]
        limit = max((r.rows_per_day or 0 for r in rights), default=0)
        count = int(row.nameless + row.named)
        what = f"{row.dataset}:{row.action}"
        if rights and count > limit:
            right = max(rights, key=lambda r: r.rows_per_day or 0)
            yield Beyond(row.account, f"limit:{what}", row.day, count, right)
        elif not rights and (count or row.action in ("lookup", "search")):
            yield Beyond(row.account, f"none:{what}", row.day, count, None)


def _doubtful(org: Organisation, counted: pd.DataFrame) -> dict[int, list[Entitlement]]:
    """The rows whose records must be counted, each with the rights that cover it."""
    found: dict[int, list[Entitlement]] = {}
    asked = ""
    given: list[Entitlement] = []
    for row in counted.itertuples():
        key = f"{row.account}\0{row.dataset}\0{row.action}"
        if key != asked:
            asked, given = key, list(org.given(row.account, row.dataset, row.action))
        rights = [r for r in given if r.covers(row.day)]
        limits = [r.rows_per_day for r in rights if r.rows_per_day is not None]
        free = len(limits) < len(rights) or (limits and not row.sets and row.acts + row.nameless <= max(limits))
        if not free and not org.ticket(row.account, row.dataset, row.day):
            found[row.Index] = rights
    return found


def _with_records(engine: Engine, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with the number of distinct records that each ``named``."""
    if rows.empty:
        return rows.assign(named=0)
    texts = {k: pa.array(rows[k].tolist(), pa.string()) for k in KEYS[:3]}
    wanted = pa.table({**texts, "day": pa.array(rows["day"].tolist(), pa.date32())})
    asked = engine.memory("beyond_rights", wanted)
    read = records(engine).filter(_.exact)
    named = read.semi_join(asked, KEYS).group_by(KEYS).agg(named=_.subject.nunique())
    told = engine.arrow(named).to_pandas()
    return rows.reset_index().merge(told, on=KEYS, how="left").set_index("index").fillna({"named": 0})
