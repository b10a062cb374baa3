"""Which rows of a file are ours, which perhaps, and which not: by a strong identifier, or by weights of evidence.

Costs one hash join of ``holdings`` with ``subjects`` on the token where every row has a strong identifier; rows that have
none are weighed (:mod:`headwater.attribution.weights`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from ibis import _

from headwater.attribution.candidates import MENDED, OTHER, TOLD_APART, Candidates, candidates
from headwater.attribution.crowds import MOST, ROW
from headwater.attribution.weights import weigh
from headwater.store.engine import Engine

OURS, PERHAPS = 0.99, 0.5
"""From which probability on a row is ours (this very record), and perhaps ours (some record of the data set)."""
STRONG = ("mobile", "resident_id", OTHER)
"""Kinds that name a person alone."""
NUMBERS = (("mobile~4", "mobile~3-4"), ("resident_id~4", "resident_id~4-4", MENDED))
"""Parts of a person's numbers: a row with another name is ours only if parts of both agree, since households share one."""
_PLACE = [*ROW, "holder", "role"]
_KEPT = [*_PLACE, "dataset", "ordinal", "valid_from", "valid_to", "bits", "probability", "class"]


@dataclass(frozen=True, slots=True)
class Matched:
    """Rows that are ours, rows that may be, and what was scanned.

    ``rows``: source, sheet, line, holder, role, dataset, ordinal, valid_from and valid_to (days since 1970, when the
    row's values were all current), ``bits`` (evidence that the row is this record), ``probability``, and ``class``: ours.
    ``others``: the same for rows that only ``perhaps`` are ours (or some record's of several that cannot be told apart),
    and for those that met something and are ``not``. ``seen``: rows and persons per file.
    """

    rows: pd.DataFrame
    seen: pd.DataFrame
    others: pd.DataFrame

    def perhaps(self, leak: str) -> int:
        """How many rows of a leaked file, or of a holder's files (``seized/HOLDER``), are perhaps ours."""
        doubtful = self.others[self.others["class"] == "perhaps"]
        seized = doubtful["role"] == "seized"
        held = seized & ("seized/" + doubtful["holder"].astype(str) == leak)
        return int((held | (~seized & (doubtful["source"] == leak))).sum())


def match(engine: Engine) -> Matched:
    """Match all scanned files against all protected data sets."""
    seen = _seen(engine)
    found = candidates(engine)
    if found.pairs.empty and found.crowded.empty:
        empty = pd.DataFrame({name: pd.Series(dtype=float) for name in _KEPT})
        return Matched(empty, seen, empty)
    best = _with_crowds(_best(engine, found, seen) if len(found.pairs) else None, found, seen)
    ours = best["class"] == "ours"
    return Matched(best[ours].reset_index(drop=True), seen, best[~ours].reset_index(drop=True))


def _with_crowds(best: pd.DataFrame | None, found: Candidates, seen: pd.DataFrame) -> pd.DataFrame:
    """All rows that met any, with those that show what a crowd of records shares: perhaps ours, if nothing else tells more."""
    if found.crowded.empty:
        assert best is not None
        return best
    places = seen[["source", "holder", "role"]].drop_duplicates("source")
    records = found.sizes.groupby("dataset")["records"].max()
    crowded = found.crowded.merge(places, "left", on="source").assign(
        valid_from=np.nan,
        valid_to=np.nan,
        bits=lambda c: np.log2(np.maximum(c["dataset"].map(records) / c["shared"], 1.0)),
        probability=lambda c: 1 / c["shared"],
        **{"class": "perhaps"},
    )
    if best is None:
        return crowded[_KEPT]
    known = best[[*ROW]].merge(found.crowded[[*ROW]], "left", on=[*ROW], indicator="met")["met"] == "both"
    doubted = best["class"].mask(known.to_numpy() & (best["class"] == "not").to_numpy(), "perhaps")
    new = crowded.merge(best[[*ROW]], "left", on=[*ROW], indicator="met").query("met == 'left_only'")[_KEPT]
    both = pd.concat([best.assign(**{"class": doubted}), new]) if len(new) else best.assign(**{"class": doubted})
    return both.sort_values([*ROW], ignore_index=True)


def _best(engine: Engine, found: Candidates, seen: pd.DataFrame) -> pd.DataFrame:
    """The best record of every row that met any, with its class."""
    weighed = weigh(found, seen[["source", "rows"]])
    shared = {k: found.pairs[f"shared {k}"].notna().to_numpy() for k in (*TOLD_APART, OTHER)}
    agreed = np.sum([*shared.values()], axis=0)
    strong = np.logical_or.reduce([found.pairs[f"shared {k}"].to_numpy() <= MOST for k in STRONG])
    frame = found.pairs[[*_PLACE, "dataset", "ordinal", "starts", "ends"]].assign(
        bits=weighed.bits, probability=weighed.probability, any=weighed.ours, strong=strong
    )
    numbers = np.sum([np.logical_or.reduce([shared[k] for k in kinds]) for kinds in NUMBERS], axis=0)
    frame["doubtful"] = ~strong & ((weighed.differs & (numbers < 2)) | (shared[MENDED] & (agreed < 2)))
    frame = frame.sort_values(
        [*_PLACE, "strong", "bits", "dataset", "ordinal"], ascending=[True] * 5 + [False, False, True, True]
    )
    best = frame.drop_duplicates([*ROW], ignore_index=True).copy()
    best["probability"] = _together(engine, frame, best)
    sure = (best["probability"] >= OURS) & ~best["doubtful"]
    best["class"] = np.where(sure, "ours", np.where(best["any"] >= PERHAPS, "perhaps", "not"))
    return _days(best)[_KEPT]


def _together(engine: Engine, frame: pd.DataFrame, best: pd.DataFrame) -> pd.Series:
    """The probability of each row's best record, with that of other records of the very same person."""
    tied = best[(best["probability"] < OURS) & (best["any"] >= OURS)]
    if tied.empty:
        return best["probability"]
    near = frame.merge(tied[[*ROW, "dataset"]], on=[*ROW, "dataset"])
    near = near.merge(_persons(engine, near), "left", on=["dataset", "ordinal"])
    mine = near.drop_duplicates([*ROW])[[*ROW, "person"]].rename(columns={"person": "mine"})
    near = near.merge(mine, on=[*ROW])
    same = near[near["person"] == near["mine"]].groupby([*ROW])["probability"].sum()
    told = best.merge(same.rename("summed").reset_index(), "left", on=[*ROW])["summed"]
    return told.fillna(best["probability"])


def _persons(engine: Engine, records: pd.DataFrame) -> pd.DataFrame:
    """Who each record is of: by resident id, else by mobile and name; a record without such a number is a person apart."""
    wanted = records[["dataset", "ordinal"]].drop_duplicates().sort_values(["dataset", "ordinal"])
    table = engine.memory("tied_records", pa.Table.from_pandas(wanted, preserve_index=False))
    held = engine.table("subjects").semi_join(table, ["dataset", "ordinal"])
    each = held.group_by(["dataset", "ordinal"]).agg(
        **{k: _.token.max(where=_.kind == k) for k in ("resident_id", "mobile", "name")}
    )
    told = engine.arrow(each).to_pandas()
    told["person"] = told["resident_id"].fillna(told["mobile"] + " " + told["name"].fillna(""))
    return told[["dataset", "ordinal", "person"]]


def _days(rows: pd.DataFrame) -> pd.DataFrame:
    epoch = pd.Timestamp(0)
    for column, name in (("starts", "valid_from"), ("ends", "valid_to")):
        rows[name] = (pd.to_datetime(rows[column]) - epoch).dt.days
    return rows


def _seen(engine: Engine) -> pd.DataFrame:
    documents = (
        engine.table("documents").group_by(["source", "holder", "role"]).agg(rows=_.rows.sum(), persons=_.persons.sum())
    )
    frame = engine.arrow(documents).to_pandas()
    return frame.sort_values(["role", "holder", "source"], ignore_index=True)
