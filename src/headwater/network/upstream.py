"""From the market into the house: between the question and the answer, who looked the very person up?

The tokens of an order's subject join the protected data sets, and these the acts of reading. One look-up in time proves
little where the person is often looked at; the same account again and again, order after order of one source, is no accident.
So each account is held against what its own reading would give by chance (a Poisson count over the windows of the orders).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
from ibis import _
from scipy import stats

from headwater.network.frames import NONE, Acts, Hops
from headwater.store.engine import Engine

SLACK = 10 * 60 * 1_000_000
"""Clocks of the house and of phones may differ by so much."""
FEW = 1_000
"""A statement that returned more rows than this says nothing of one of them."""
RARE = 1e-3
"""Chance, over all accounts together, below which an account is named for a source."""
_LOOKUPS = ("order", "account", "time", "dataset", "source", "line")
_INSIDERS = ("person", "account", "dataset", "orders", "matched", "expected", "p")


@dataclass(frozen=True, slots=True, eq=False)
class Upstream:
    """Look-ups of orders' subjects between question and answer, and accounts that did so too often for chance.

    lookups: ``order``, ``account``, ``time`` (microseconds), ``dataset``, ``source``, ``line``.
    insiders: ``person`` (who answered), ``account``, ``dataset``, ``orders`` (of people of that data set), ``matched``,
    ``expected``, ``p``.
    """

    lookups: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(_LOOKUPS)))
    insiders: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=list(_INSIDERS)))


def upstream(engine: Engine, hops: Hops, acts: Acts) -> Upstream:
    """Look for the look-ups behind answered orders. Costs one join of the orders' tokens with the data sets and their reading."""
    if hops.hops.empty or not (engine.holds("access") and engine.holds("subjects")):
        return Upstream()
    windows = _windows(hops)
    asked = _subjects(engine, windows, hops, acts)
    if asked.empty:
        return Upstream()
    found = _reads(engine, asked)
    return Upstream(found[list(_LOOKUPS)].reset_index(drop=True), _insiders(engine, windows, asked, found))


def _windows(hops: Hops) -> pd.DataFrame:
    """The last step of each order that was answered: who answered, and between which times the look-up must lie."""
    path = hops.hops[hops.hops["on_path"] & ~hops.hops["inferred"] & (hops.hops["answered"] != NONE)]
    last = path.sort_values(["order", "level"]).drop_duplicates("order", keep="last")
    return pd.DataFrame(
        {
            "order": last["order"].to_numpy(),
            "person": last["seller"].to_numpy(),
            "low": last["asked"].to_numpy() - SLACK,
            "high": last["answered"].to_numpy() + SLACK,
        }
    )


def _subjects(engine: Engine, windows: pd.DataFrame, hops: Hops, acts: Acts) -> pd.DataFrame:
    """The records of protected data sets that orders are about: ``order``, ``person``, ``low``, ``high``, ``dataset``, ``ordinal``."""
    rows = hops.hops[hops.hops["request"] >= 0][["order", "request"]]
    keys = acts.keys[acts.keys["strong"]].rename(columns={"act": "request"})
    told = rows.merge(keys[["request", "kind", "token"]], on="request").merge(windows, on="order")
    told = told[["order", "kind", "token"]].drop_duplicates()
    made = engine.memory(
        "order_keys", pa.Table.from_pandas(told.astype({"kind": str, "token": str}), preserve_index=False)
    )
    known = engine.table("subjects").select("dataset", "ordinal", "kind", "token").distinct()
    joined = made.inner_join(known, ["kind", "token"]).select("order", "dataset", "ordinal").distinct()
    return engine.arrow(joined.order_by(["order", "dataset", "ordinal"])).to_pandas().merge(windows, on="order")


def _reads(engine: Engine, asked: pd.DataFrame) -> pd.DataFrame:
    """Acts that read these records within the orders' windows, each once."""
    wanted = engine.memory(
        "order_records", pa.Table.from_pandas(asked[["order", "dataset", "ordinal"]], preserve_index=False)
    )
    access = engine.table("access")
    told = access.select("dataset", "ordinal", "account", "time", "source", "line")
    made = [wanted.inner_join(told, ["dataset", "ordinal"])]
    if engine.holds("returned"):
        sets = access.filter(_.returned.notnull() & (_.rows <= FEW))
        rows = engine.table("returned").select("returned", "ordinal")
        listed = sets.drop("ordinal").inner_join(rows, "returned")
        made.append(wanted.inner_join(listed.select(*told.columns), ["dataset", "ordinal"]))
    columns = ["order", "dataset", "account", "time", "source", "line"]
    frames = [engine.arrow(part.select(*columns)).to_pandas() for part in made]
    found = pd.concat(frames, ignore_index=True).merge(
        asked[["order", "person", "low", "high"]].drop_duplicates(), on="order"
    )
    found["time"] = found["time"].dt.as_unit("us").astype(np.int64)
    found = found[(found["time"] >= found["low"]) & (found["time"] <= found["high"])]
    order = ["order", "time", "account", "source", "line"]
    return found.drop_duplicates(order).sort_values(order)


def _insiders(engine: Engine, windows: pd.DataFrame, asked: pd.DataFrame, found: pd.DataFrame) -> pd.DataFrame:
    """Accounts whose look-ups agree with one source's orders more often than their reading would by chance."""
    if found.empty:
        return Upstream().insiders
    read = engine.table("access").group_by(["account", "dataset"]).agg(read=_.rows.fill_null(1).clip(upper=FEW).sum())
    span = engine.arrow(engine.table("access").agg(first=_.time.min(), last=_.time.max())).to_pandas()
    length = max((span["last"] - span["first"]).iloc[0].total_seconds() * 1e6, 1.0)
    sizes = engine.arrow(engine.table("records").group_by("dataset").agg(size=_.ordinal.nunique())).to_pandas()
    rates = engine.arrow(read).to_pandas().merge(sizes, on="dataset")
    rates["rate"] = rates["read"].astype(float) / rates["size"] / length
    each = asked.drop_duplicates(["order", "dataset"])
    by = each.assign(window=each["high"] - each["low"]).groupby(["person", "dataset"])
    orders = by.agg(orders=("order", "nunique"), window=("window", "sum")).reset_index()
    matched = found.groupby(["person", "dataset", "account"])["order"].nunique().rename("matched").reset_index()
    told = matched.merge(orders, on=["person", "dataset"]).merge(
        rates[["account", "dataset", "rate"]], on=["account", "dataset"]
    )
    told["expected"] = told["rate"] * told["window"]
    accounts = max(rates["account"].nunique(), 1)
    told["p"] = np.minimum(1.0, stats.poisson.sf(told["matched"] - 1, told["expected"]) * accounts * len(orders))
    told = told[told["p"] < RARE].sort_values(["person", "p", "account"])
    return told[list(_INSIDERS)].reset_index(drop=True)
