"""What every account did on every day, as a few counts: all that the baselines see.

Costs one pass over ``access`` and one over ``web``; in memory, eight bytes per counter, account and day of the span.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import ibis
import numpy as np
import pandas as pd
from ibis import _
from numpy.typing import NDArray

from headwater.baselines.outside import outside
from headwater.store.engine import Engine

Table = NDArray[np.float64]
"""Accounts × days; NaN on days on which the account did nothing."""

OPENS, CLOSES = 7, 20
"""Hours before the first and from the second on are off hours, and so are weekends."""


EPOCH = date(1970, 1, 1)
SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Counter:
    """One count: its name, how a sentence says it, and the smallest deviation that is taken seriously."""

    name: str
    words: str
    grain: float


COUNTERS = (
    Counter("subjects", "people's records read", 1.0),
    Counter("rows", "rows returned", 1.0),
    Counter("searches", "searches", 1.0),
    Counter("exports", "exports and statements", 1.0),
    Counter("outside", "megabytes sent out", 1.0),
    Counter("off_hours", "share of reading in off hours", 0.1),
)


@dataclass(frozen=True, slots=True)
class Counters:
    """Every account's counts by day, from the first day that has any. ``group`` numbers accounts of one role.

    ``service`` marks service accounts, where the account list tells them.
    """

    accounts: tuple[str, ...]
    first: date
    table: Mapping[str, Table]
    group: NDArray[np.int64]
    service: NDArray[np.bool_]

    @property
    def days(self) -> int:
        """How many days there are, quiet ones included."""
        return int(self.table["subjects"].shape[1])

    def day(self, number: int) -> date:
        """The date of a day."""
        return self.first + timedelta(days=number)


def counters(engine: Engine) -> Counters:
    """Count."""
    frame = _by_day(engine).merge(outside(engine), on=["account", "day"], how="outer")
    names = tuple(sorted(frame["account"].unique()))
    if not names:
        return Counters(
            (), EPOCH, {c.name: np.zeros((0, 0)) for c in COUNTERS}, np.zeros(0, np.int64), np.zeros(0, bool)
        )
    number = (pd.to_datetime(frame["day"]) - pd.Timestamp(0)).dt.days.to_numpy(np.int64)
    first, days = int(number.min()), int(number.max() - number.min()) + 1
    at = (frame["account"].map({name: n for n, name in enumerate(names)}).to_numpy(np.int64), number - first)
    table = {c.name: np.full((len(names), days), np.nan) for c in COUNTERS}
    for counter in COUNTERS:
        # who did anything that day did none of what is not counted
        table[counter.name][at] = frame[counter.name].fillna(0).to_numpy(np.float64)
    return Counters(names, EPOCH + timedelta(days=first), table, *_groups(engine, names))


def _by_day(engine: Engine) -> pd.DataFrame:
    done = _done(engine)
    off = (done.hour < OPENS) | (done.hour >= CLOSES) | (done.day.day_of_week.index() >= 5)
    acts = done.mutate(off=off.ifelse(1.0, 0.0)).group_by(["account", "day"])
    counted = acts.agg(
        rows=_.returned_rows.sum(),
        searches=(_.action == "search").ifelse(1, 0).sum(),
        exports=_.action.isin(["export", "sql"]).ifelse(1, 0).sum(),
        off_hours=_.off.mean(),
    )
    distinct = read(engine).group_by(["account", "day"]).agg(subjects=_.subject.nunique())
    return engine.arrow(counted).to_pandas().merge(engine.arrow(distinct).to_pandas(), "left", ["account", "day"])


def _done(engine: Engine) -> ibis.Table:
    """Acts that were not denied, each with the number of rows it gave: as logged, else as replayed, else one."""
    sizes = _sets(engine).group_by("returned").agg(set_size=_.count())
    access = engine.table("access")
    acts = access.filter(access.account.notnull() & ((access.outcome.isnull()) | (access.outcome != "denied")))
    sized = acts.left_join(sizes, acts.returned == sizes.returned, rname="set_{name}")
    return sized.mutate(returned_rows=ibis.coalesce(sized["rows"], sized.set_size, 1))


def _sets(engine: Engine) -> ibis.Table:
    # two files may have given the same set
    return engine.table("returned").select("returned", "dataset", "subject", "ordinal").distinct()


def read(engine: Engine) -> ibis.Table:
    """Which records each account is known to have read on which day: named in the log, or returned by a statement."""
    access = engine.table("access")
    acts = access.filter(access.account.notnull() & ((access.outcome.isnull()) | (access.outcome != "denied")))
    columns = ["account", "day", "dataset", "subject", "ordinal"]
    given = acts.filter(_.returned.notnull() & ibis.coalesce(_.exact, ibis.literal(True)))
    sets = _sets(engine).rename(set_id="returned")
    joined = given.drop("dataset", "subject", "ordinal").join(sets, given.returned == sets.set_id)
    return acts.filter(_.subject.notnull()).select(*columns).union(joined.select(*columns))


def _groups(engine: Engine, names: tuple[str, ...]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """A number for each account by its owner's role, service accounts among themselves; and which those are."""
    accounts, people = engine.table("accounts"), engine.table("people")
    owned = accounts.left_join(people, accounts.owner == people.employee).select("account", "kind", "role")
    rows = engine.arrow(owned.group_by("account").agg(kind=_.kind.min(), role=_.role.min())).to_pandas()
    role = {r.account: SERVICE if r.kind == "service" else f"role {r.role or ''}" for r in rows.itertuples()}
    named = np.array([role.get(name, "role ") for name in names], dtype=str)
    return np.unique(named, return_inverse=True)[1].astype(np.int64), named == SERVICE
