"""Which rows of a file are ours: rows that meet a protected record by a strong identifier, or by name and address.

Costs one hash join of ``holdings`` with ``subjects`` on the token.
"""

from __future__ import annotations

from dataclasses import dataclass

import ibis
import pandas as pd
from ibis import _

from headwater.store.engine import Engine

WEAK = ("name", "address")
"""Kinds that do not name a person alone; both together do."""


@dataclass(frozen=True, slots=True)
class Matched:
    """Rows that are ours, and what was scanned.

    ``rows``: source, sheet, line, holder, role, dataset, ordinal, and valid_from and valid_to (days since 1970, when the
    row's values were all current). ``seen``: rows and persons per file.
    """

    rows: pd.DataFrame
    seen: pd.DataFrame


def match(engine: Engine) -> Matched:
    """Match all scanned files against all protected data sets."""
    found = engine.table("holdings").filter(_.token.notnull())
    ours = engine.table("subjects").select(
        t_kind=_.kind,
        t_token=_.token,
        dataset=_.dataset,
        ordinal=_.ordinal,
        starts=_.valid_from,
        ends=_.valid_to,
    )
    spans = ours.group_by(["t_kind", "t_token", "dataset", "ordinal"]).agg(
        starts=_.starts.min(),
        forever=_.starts.isnull().any(),
        ends=_.ends.max(),
        current=_.ends.isnull().any(),
    )
    keys = ["source", "sheet", "line", "holder", "role"]
    joined = found.join(spans, [found.kind == spans.t_kind, found.token == spans.t_token]).select(
        *keys, "kind", "dataset", "ordinal", "starts", "forever", "ends", "current"
    )
    rated = joined.group_by([*keys, "dataset", "ordinal"]).agg(
        strong=(~_.kind.isin(WEAK)).ifelse(1, 0).sum(),
        weak=_.kind.isin(WEAK).ifelse(1, 0).sum(),
        starts=_.forever.ifelse(ibis.null("date"), _.starts).max(),
        ends=_.current.ifelse(ibis.null("date"), _.ends).min(),
    )
    kept = rated.filter((_.strong > 0) | (_.weak >= len(WEAK)))
    frame = engine.arrow(kept).to_pandas()
    frame["score"] = 10 * frame["strong"] + frame["weak"]
    frame = frame.sort_values(
        [*keys, "score", "dataset", "ordinal"], ascending=[True] * 5 + [False, True, True], ignore_index=True
    )
    rows = frame.drop_duplicates(keys, ignore_index=True).copy()
    return Matched(_days(rows), _seen(engine))


def _days(rows: pd.DataFrame) -> pd.DataFrame:
    epoch = pd.Timestamp(0)
    for column, name in (("starts", "valid_from"), ("ends", "valid_to")):
        rows[name] = (pd.to_datetime(rows[column]) - epoch).dt.days
    return rows.drop(columns=["starts", "ends", "strong", "weak", "score"])


def _seen(engine: Engine) -> pd.DataFrame:
    documents = (
        engine.table("documents").group_by(["source", "holder", "role"]).agg(rows=_.rows.sum(), persons=_.persons.sum())
    )
    frame = engine.arrow(documents).to_pandas()
    return frame.sort_values(["role", "holder", "source"], ignore_index=True)
