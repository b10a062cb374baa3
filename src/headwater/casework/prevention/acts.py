"""Acts of reading as a replay needs them: those of the whole house counted by hour and place, those of some accounts one by one.

Costs one group-by over ``access`` for the house; the acts of some accounts are taken into memory, about 300 bytes each.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
from ibis import _

from headwater.detection.reads import ORDER, acts
from headwater.detection.scene import Scene
from headwater.store.engine import Engine

CELL = ["account", "day", "hour", "device", "ip", "dataset", "action"]
"""What acts of the house are counted by: no rule of a control looks at anything finer, but for sizes and order."""
LISTING = ("export", "sql")
"""Acts that draw a list by what is asked for, not by whom."""
_ONE_BY_ONE = ["time", "source", "line", *CELL, "place", "sitting", "subject", "ordinal", "returned", "exact", "rows"]


def cells(scene: Scene) -> pd.DataFrame:
    """One row per account, day, hour, place, data set and kind of act: acts, rows, and of these opened one by one and listed."""
    frame = scene.engine.daily("prevention_cells", "access", _cells).to_pandas()
    frame = frame.sort_values(CELL, ignore_index=True, na_position="first")
    return known(scene, frame)


def _cells(engine: Engine, access: ibis.Table) -> ibis.Table:
    done = sized(engine, access.filter((_.outcome.isnull() | (_.outcome != "denied")) & _.account.notnull()))
    return done.group_by(CELL).agg(
        acts=_.count(),
        rows=_.rows.sum(),
        opened=_.opened.sum(),
        listed=(_.rows - _.opened).sum(),
        largest=(_.rows - _.opened).max(),
    )


def sized(engine: Engine, rows: ibis.Table) -> ibis.Table:
    """Acts with their ``rows``: as the log counts them, else as the replay does, else one where a record is named.

    ``opened`` is 1 for an act that names the one record that it opened; ``unsized`` says that nobody knows how many it read.
    """
    sized = _with_sizes(engine, rows)
    return sized.mutate(
        rows=ibis.ifelse(sized.subject.notnull(), 1, ibis.coalesce(sized.rows, sized.s_size, 0)).cast("int64"),
        opened=sized.subject.notnull().ifelse(1, 0).cast("int64"),
        unsized=sized.rows.isnull() & sized.s_size.isnull() & sized.subject.isnull(),
    ).drop("s_size")


def _with_sizes(engine: Engine, rows: ibis.Table) -> ibis.Table:
    """The acts with the size of the set that each returned; null where there is none."""
    if not engine.holds("returned"):
        return rows.mutate(s_size=ibis.null("int64"))
    sizes = engine.keep("set_sizes", _set_sizes)
    return rows.left_join(sizes, rows.returned == sizes.s_returned).drop("s_returned")


def _set_sizes(engine: Engine) -> ibis.Table:
    """How many records each replayed set has."""
    sets = engine.table("returned").select("returned", "dataset", "subject", "ordinal").distinct()
    return sets.group_by("returned").agg(s_size=_.count()).select(s_returned=_.returned, s_size=_.s_size)


def list_sizes(scene: Scene) -> pd.DataFrame:
    """How often each account drew lists of so many rows on each day: account, day, dataset, rows, acts."""
    keys = ["account", "day", "dataset", "rows"]
    frame = scene.engine.daily("prevention_lists", "access", _lists).to_pandas()
    return frame.sort_values(keys, ignore_index=True)


def _lists(engine: Engine, access: ibis.Table) -> ibis.Table:
    done = access.filter(
        (_.outcome.isnull() | (_.outcome != "denied"))
        & _.account.notnull()
        & _.action.isin(LISTING)
        & _.subject.isnull()
    )
    listed = sized(engine, done).filter(_.rows > 0)
    return listed.group_by(["account", "day", "dataset", "rows"]).agg(acts=_.count())


def one_by_one(scene: Scene, spans: Mapping[str, tuple[date, date]]) -> pd.DataFrame:
    """The acts of some accounts, each between two days, in a total order: that of time, then of source and line."""
    wanted = pa.table(
        {
            "w_account": pa.array(list(spans), pa.string()),
            "w_first": pa.array([s[0] for s in spans.values()], pa.date32()),
            "w_last": pa.array([s[1] for s in spans.values()], pa.date32()),
        }
    )
    done = sized(scene.engine, acts(scene.engine))
    asked = scene.engine.memory("prevented", wanted)
    joined = done.join(asked, done.account == asked.w_account).filter((_.day >= _.w_first) & (_.day <= _.w_last))
    frame = scene.engine.arrow(joined.select(*_ONE_BY_ONE, "opened", "unsized")).to_pandas()
    return known(scene, frame.sort_values(list(ORDER), ignore_index=True))


def known(scene: Scene, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with what the house's own tables and machines say of each row.

    ``seat``, ``owner``, ``resident``, ``kind``, ``person``, ``job``, ``week``. ``person`` is whom the house holds an account to
    be: its owner by the list, else the account itself. What is only inferred (whose account it really is, who sat there) is
    left out: no control knows it.
    """
    where = frame[["account", "device", "ip", "day"]].drop_duplicates(ignore_index=True)
    told = scene.seats.seated(where, scene.listed)
    kinds = {a: scene.listed.kind(a) for a in where["account"].unique()}
    told["kind"] = told["account"].map(kinds)
    told["owner"] = told["owner"].where(told["kind"] != "shared", None)
    told["person"] = told["owner"].where(told["owner"].notna(), told["account"])
    told["job"] = _jobs(scene, told)
    told["week"] = [d.isocalendar()[0] * 100 + d.isocalendar()[1] for d in told["day"]]
    return frame.merge(told, on=["account", "device", "ip", "day"], how="left")


def _jobs(scene: Scene, told: pd.DataFrame) -> list[str]:
    """The job of each row's person: department and role, else what kind of account it is; a service is a job of its own."""
    people, made = scene.listed.people, []
    for person, kind, account in zip(told["person"], told["kind"], told["account"], strict=True):
        known = people.get(person)
        made.append(f"{known.department}/{known.role}" if known else f"={account}" if kind == "service" else kind)
    return made


def over(scene: Scene, keys: list[str], amount: str, limits: pd.DataFrame, listing: bool = False) -> pd.DataFrame:
    """Of stretches that go beyond their limit, how many acts come after it is reached: the ``keys`` of each, person and day, ``denied``.

    ``limits`` holds account, day and the ``keys`` of what to look at, with ``person`` and ``limit``. The account is held from
    the first act that would pass the limit to the end of the stretch. Costs a window over the acts of these days alone.
    """
    names = list(dict.fromkeys(["account", "day", *keys]))
    texts = {f"l_{n}": _column(limits, n) for n in names}
    extra = {
        "stretch": pa.array(limits["stretch"].tolist(), pa.int64()),
        "bound": pa.array(limits["limit"].tolist(), pa.float64()),
    }
    asked = scene.engine.memory(f"over_{'_'.join(keys)}_{amount}", pa.table({**texts, **extra}))
    done = sized(scene.engine, scene.engine.table("access").filter(_.outcome.isnull() | (_.outcome != "denied")))
    if listing:
        done = done.filter(_.opened == 0)
    done = done.mutate(amount=_.opened if amount == "opened" else _.rows - _.opened if amount == "listed" else _.rows)
    met = done.join(asked, [done[n] == asked[f"l_{n}"] for n in names])
    order = [met[c] for c in ORDER]
    running = met.mutate(sofar=met.amount.sum().over(ibis.cumulative_window(group_by=met.stretch, order_by=order)))
    beyond = running.filter((_.sofar > _.bound) & (_.amount > 0))
    return scene.engine.arrow(beyond.group_by(["stretch", "day"]).agg(denied=_.count())).to_pandas()


def _column(frame: pd.DataFrame, name: str) -> Any:
    kind = {"day": pa.date32(), "hour": pa.int8()}.get(name, pa.string())
    return pa.array(frame[name].tolist(), kind)


def ordinal(values: pd.Series) -> np.ndarray:
    """Days as numbers, so that they can be subtracted."""
    return np.array([d.toordinal() for d in values], np.int64)
