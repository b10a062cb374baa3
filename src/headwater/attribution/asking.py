"""What the house's acts of reading showed: which columns in which order, how sorted, how many rows; account by account.

A logged statement tells its columns by its shape (``statement_columns``); pages and exports of an application tell them
where the settings declare them (``page_columns``, ``export_columns``). What tells none is known to be untold.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from ibis import Table, _, ifelse, literal

from headwater.attribution.leaked_file import Order
from headwater.detection.reads import records
from headwater.detection.scene import Scene
from headwater.model.evidence import Citation

PAGE, EXPORT = "@page", "@export"
"""What stands for the shape of a page of one record, and of an export or search, where no statement is logged."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What one shape of statement shows of a data set.

    ``columns`` in their order, without what is computed from none; ``order`` is what it sorts by first (by our key where
    it asks for no order; ``None`` where that is not told); ``limited``: it has a LIMIT.
    """

    columns: tuple[str, ...]
    order: Order | None
    limited: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """The acts of one data set: ``acts`` has one row per account, shape and number of rows.

    Columns of ``acts``: account, shape (a key of ``shapes``, or one that tells nothing), rows (1 where not logged), list
    (more than a record at a time), acts. ``samples`` are masked texts by shape.
    """

    dataset: str
    acts: pd.DataFrame
    shapes: Mapping[str, Shape]
    samples: Mapping[str, str]


def asked(scene: Scene, dataset: str) -> Asked:
    """All acts of reading a data set that were not denied, by account and shape. Costs one group-by over ``access``."""
    done = _done(scene, dataset)
    grouped = done.group_by(["account", "shape", "rows", "list"]).agg(acts=_.count())
    frame = scene.engine.arrow(grouped).to_pandas().sort_values(["account", "shape", "rows", "list"], ignore_index=True)
    texts = scene.engine.arrow(scene.engine.table("statements").select("fingerprint", "sample").distinct())
    samples = dict(zip(texts["fingerprint"].to_pylist(), texts["sample"].to_pylist(), strict=True))
    return Asked(dataset, frame, _shapes(scene, dataset), samples)


def hits(
    scene: Scene, dataset: str, account: str, starts: date, ends: date, leaked: npt.NDArray[np.int64]
) -> pd.DataFrame:
    """The acts in which an account read leaked records between two days: source, line, shape, rows, list, hits; most first."""
    set_ = scene.engine.memory("made_of", pa.table({"ordinal": pa.array(leaked, pa.int64())}))
    read = records(scene.engine).filter((_.account == account) & (_.dataset == dataset))
    read = read.filter((_.day >= starts) & (_.day <= ends)).semi_join(set_, "ordinal")
    by_line = read.group_by(["source", "line"]).agg(hits=_.ordinal.nunique())
    done = _done(scene, dataset).filter(_.account == account)
    found = scene.engine.arrow(done.join(by_line, ["source", "line"]))
    frame = found.to_pandas()[["source", "line", "shape", "rows", "list", "hits"]]
    return frame.sort_values(["hits", "source", "line"], ascending=[False, True, True], ignore_index=True)


def first_line(scene: Scene, dataset: str, shape: str) -> Citation | None:
    """The first line of the logs with this shape."""
    found = _done(scene, dataset).filter(_.shape == shape).order_by(["source", "line"]).limit(1)
    rows = scene.engine.arrow(found.select("source", "line")).to_pylist()
    return Citation(rows[0]["source"], rows[0]["line"]) if rows else None


def _done(scene: Scene, dataset: str) -> Table:
    access = scene.engine.table("access")
    done = access.filter((access.dataset == dataset) & access.account.notnull())
    done = done.filter(done.outcome.isnull() | (done.outcome != "denied"))
    single = done.subject.notnull()
    shape = done.statement.coalesce(ifelse(single | (done.action == "lookup"), PAGE, EXPORT))
    return done.select(
        "account",
        "source",
        "line",
        shape=shape,
        rows=done.rows.coalesce(1),
        list=ifelse(single, literal(False), done.action != "lookup"),
    )


def _shapes(scene: Scene, dataset: str) -> dict[str, Shape]:
    table = scene.engine.table("statement_columns").filter(_.dataset == dataset)
    told = (
        scene.engine.arrow(table.drop("dataset").distinct()).to_pandas().sort_values(["fingerprint", "part", "place"])
    )
    made = {str(name): _shape(rows) for name, rows in told.groupby("fingerprint", sort=True)}
    settings = scene.settings.dataset(dataset)
    if settings is not None:
        for name, columns in ((PAGE, settings.page_columns), (EXPORT, settings.export_columns)):
            if columns:
                made[name] = Shape(tuple(c.lower() for c in columns), None)
    return made


def _shape(rows: pd.DataFrame) -> Shape:
    shown = rows[(rows["part"] == "shown") & rows["column"].notna()]["column"]
    order = rows[rows["part"] == "order"]
    first: Order | None = Order(None)
    if len(order):
        one = order.iloc[0]
        first = (
            Order(str(one["column"]), bool(one["falling"])) if pd.notna(one["column"]) and not one["changed"] else None
        )
    return Shape(tuple(dict.fromkeys(str(c) for c in shown)), first, bool((rows["part"] == "limit").any()))
