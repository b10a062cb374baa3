"""Frames of what a house read, as a scene knows it: one row for each account, day, sitting, job. Names are still those of the logs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import numpy as np
import pandas as pd
from ibis import _

from headwater.detection.people import OWN
from headwater.detection.profiles.actors import OUTSIDER
from headwater.detection.profiles.volume import peer_groups
from headwater.detection.reads import records
from headwater.detection.scene import Scene

EPOCH = date(1970, 1, 1)
MONDAY = 4
"""The first Monday since 1970 is the fifth day."""


def number(day: date) -> int:
    """A day as the days since 1970."""
    return (day - EPOCH).days


def days(scene: Scene) -> pd.DataFrame:
    """What each account read on each day: account, day, read, acts, lists."""
    frame = scene.days[scene.days["account"].notna()]
    made = pd.DataFrame({"account": frame["account"].astype(str), "day": [number(d) for d in frame["day"]]})
    made["read"] = (frame["subjects"] + frame["unseen"]).to_numpy(np.int64)
    made["acts"] = frame["acts"].to_numpy(np.int64)
    made["lists"] = frame["exports"].to_numpy(np.int64)
    return made


def jobs(scene: Scene) -> pd.DataFrame:
    """Who is measured by whom, by account: the number of its peers (``job``), and of what ``kind`` these are.

    ``job``: they have its job. ``mixed``: fewer than five have, and all accounts of such jobs are put together.
    ``none``: nobody is like it, as a machine, a shared account, one of nobody.
    """
    groups, names = peer_groups(scene.volume.accounts, scene.org)
    kinds = ["mixed" if name == "*" else "none" if name.startswith("=") else "job" for name in names]
    return pd.DataFrame({"job": groups, "kind": [kinds[n] for n in groups]}, index=list(scene.volume.accounts))


def peers(read: pd.DataFrame, job: pd.Series, width: int = 1) -> pd.DataFrame:
    """What accounts of a job read in stretches of so many days (weeks begin on Mondays): job, start, accounts, middle, high."""
    start = read["day"] if width == 1 else (read["day"] - MONDAY) // width * width + MONDAY
    summed = read.assign(start=start).groupby(["account", "start"], as_index=False)["read"].sum()
    summed = summed[summed["read"] > 0]
    summed = summed.assign(job=summed["account"].map(job)).dropna(subset=["job"])
    by_job = summed.groupby([summed["job"].astype(np.int64), "start"])["read"]
    told = by_job.quantile([0.5, 0.9]).unstack()
    told.columns = ["middle", "high"]
    return told.assign(accounts=by_job.size()).reset_index()


def explained(scene: Scene) -> pd.DataFrame:
    """Records that each account opened, and how many of them its owner's business explains: account, opened, explained."""
    known = scene.explained
    if known.empty:
        return pd.DataFrame({"account": [], "opened": [], "explained": []})
    owners = {a: (p.employee if (p := scene.org.owner(a)) else None) for a in known["account"].unique()}
    own = known[known["account"].map(owners) == known["employee"]]
    summed = own.groupby("account", as_index=False)[["readings", "explained"]].sum()
    return summed.rename(columns={"readings": "opened"})


def sat(scene: Scene) -> pd.DataFrame:
    """Who is thought to have sat where, by account: account, person, device, sittings, read, surest, first, last.

    Somebody who is not of the house is ``?``. Sittings that need no explanation are the owner's.
    """
    rows = scene.sittings
    if rows.empty:
        return pd.DataFrame(
            {c: [] for c in ("account", "person", "device", "sittings", "read", "surest", "first", "last")}
        )
    weight = np.maximum(rows["subjects"] + rows["unseen"], 1).astype(float)
    plain = pd.DataFrame({"account": rows["account"], "device": rows["seat"], "day": [number(d) for d in rows["day"]]})
    plain = plain.assign(weight=weight, person=rows["owner"], odds=1.0)
    asked = rows.index.isin(list(scene.who.odds))
    odds = pd.DataFrame(list(_odds(scene, rows[asked])), columns=["row", "person", "odds"])
    judged = plain.drop(columns=["person", "odds"]).merge(odds, left_index=True, right_on="row").drop(columns="row")
    every = pd.concat([plain[~asked & plain["person"].notna()], judged], ignore_index=True)
    every = every.assign(read=every["weight"] * every["odds"], odds=every["odds"].clip(upper=OWN))
    every.loc[every["person"] == OUTSIDER, "person"] = "?"
    grouped = every.groupby(["account", "person", "device"], sort=True)
    return grouped.agg(
        sittings=("day", "size"),
        read=("read", "sum"),
        surest=("odds", "max"),
        first=("day", "min"),
        last=("day", "max"),
    ).reset_index()


def _odds(scene: Scene, rows: pd.DataFrame) -> Iterator[tuple[int, str, float]]:
    """The odds of each person for sittings that need an explanation; of few, next to all."""
    for row in rows.itertuples():
        for person, probability in scene.who.acted(int(row.Index), row.owner).items():
            yield int(row.Index), person, float(probability)


def sets(scene: Scene) -> pd.DataFrame:
    """What each account read of each data set: account, dataset, acts, records, first, last. Costs one group-by of all readings."""
    read = records(scene.engine).filter(_.account.notnull() & _.dataset.notnull())
    grouped = read.group_by(["account", "dataset"]).agg(
        records=_.subject.nunique(),
        acts=(_.source + ":" + _.line.cast("string")).nunique(),
        first=_.day.min(),
        last=_.day.max(),
    )
    frame = scene.engine.arrow(grouped).to_pandas().sort_values(["account", "dataset"], ignore_index=True)
    return frame.assign(first=[number(d) for d in frame["first"]], last=[number(d) for d in frame["last"]])
