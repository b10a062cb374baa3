"""Which rows of a file are ours, which perhaps, and which not: by a strong identifier, or by weights of evidence.

Costs one hash join of ``holdings`` with ``subjects`` on the token where every row has a strong identifier; rows that have
none are weighed (:mod:`headwater.attribution.weights`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
from ibis import _

from headwater.attribution.candidates import Candidates, candidates
from headwater.attribution.crowds import MOST, ROW
from headwater.attribution.telling import MENDED, OTHER, TOLD_APART
from headwater.attribution.weights import CAP, weigh
from headwater.store.engine import Engine

Floats = npt.NDArray[np.floating[Any]]

OURS, PERHAPS = 0.99, 0.5
"""From which probability on a row is ours (this very record), and perhaps ours (some record of the data set)."""
STRONG = ("mobile", "resident_id", OTHER)
"""Kinds that name a person alone."""
NUMBERS = (("mobile~4", "mobile~3-4"), ("resident_id~4", "resident_id~4-4", MENDED))
"""Parts of a person's numbers: a row with another name is ours only if parts of both agree, since households share one."""
_ROW = ["source", "sheet", "line", "holder", "role"]
_KEPT = [*_ROW, "dataset", "ordinal", "valid_from", "valid_to", "bits", "probability", "class"]
_CLASSES = ("ours", "perhaps", "not")


@dataclass(frozen=True, slots=True)
class Matched:
    """Rows that are ours, rows that may be, and what was scanned.

    ``rows``: source, sheet, line, holder, role, dataset, ordinal, valid_from and valid_to (days since 1970, when the
    row's values were all current), ``bits`` (evidence that the row is this record), ``probability``, and ``class``: ours.
    ``others``: the same for rows that only ``perhaps`` are ours (or some record's of several that cannot be told apart),
    and for those that met something and are ``not``. Texts are categories, and days, bits and probabilities have 32 bits:
    some forty bytes a row. ``seen``: rows and persons per file.
    """

    rows: pd.DataFrame
    seen: pd.DataFrame
    others: pd.DataFrame

    def perhaps(self, leak: str) -> int:
        """How many rows of a leaked file, or of a holder's files (``seized/HOLDER``), are perhaps ours."""
        doubtful = self.others[self.others["class"] == "perhaps"]
        seized = doubtful["role"] == "seized"
        held = seized & leak.startswith("seized/") & (doubtful["holder"] == leak.removeprefix("seized/"))
        return int((held | (~seized & (doubtful["source"] == leak))).sum())


def match(engine: Engine) -> Matched:
    """Match all scanned files against all protected data sets."""
    seen = _seen(engine)
    found = candidates(engine)
    told = [_certain(found)]
    if not found.pairs.empty:
        told.append(_best(engine, found, seen))
    if not found.crowded.empty:
        told.append(_in_crowds(found, told))
    every = told[0] if len(told) == 1 else _together_in_order(told)
    ours = every["class"].cat.codes.to_numpy() == 0
    kept = _columns(every, _KEPT)
    if ours.all():
        return Matched(kept, seen, kept.iloc[:0])
    return Matched(kept[ours].reset_index(drop=True), seen, kept[~ours].reset_index(drop=True))


def _columns(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """Some columns of a frame, without a copy of them."""
    return pd.DataFrame({name: frame[name].array for name in names}, copy=False)


def _compact(rows: pd.DataFrame, bits: Floats, probability: Floats, of_class: pd.Categorical) -> pd.DataFrame:
    """Rows with what is told of them, in columns of few bytes."""
    small = {
        name: values.astype(np.float32, copy=False) for name, values in (("bits", bits), ("probability", probability))
    }
    known = {name: rows[name].array for name in ("place", *_ROW, "dataset", "ordinal", "valid_from", "valid_to")}
    return pd.DataFrame({**known, **small, "class": of_class}, copy=False)


def _classes(codes: npt.NDArray[Any]) -> pd.Categorical:
    return pd.Categorical.from_codes(codes.astype(np.int8), list(_CLASSES))


def _certain(found: Candidates) -> pd.DataFrame:
    """Rows that need no weighing: forty bits for every number on which row and record agree."""
    rows = found.certain
    bits = CAP * rows["numbers"].to_numpy(np.float32)
    sizes = found.sizes.groupby("dataset")["records"].max()
    size = rows["dataset"].cat.rename_categories(lambda d: sizes[d]).to_numpy(np.float32)
    return _compact(rows, bits, np.maximum(OURS, 1 / (1 + size * np.exp2(-bits))), _classes(np.zeros(len(rows))))


def _together_in_order(told: list[pd.DataFrame]) -> pd.DataFrame:
    """All rows in their order; of one that was told twice the last."""
    every = pd.concat([t for t in told if len(t)] or told[:1], ignore_index=True)
    every = every.iloc[np.lexsort([every["line"], every["place"]])]
    return every.drop_duplicates([*ROW], keep="last", ignore_index=True)


def _in_crowds(found: Candidates, told: list[pd.DataFrame]) -> pd.DataFrame:
    """Rows that show what a crowd of records shares, where nothing else makes them ours: perhaps ours."""
    known = pd.concat([t.loc[t["class"] != "not", [*ROW]] for t in told])
    new = found.crowded.merge(known, "left", on=[*ROW], indicator="known").query("known == 'left_only'")
    size = new["dataset"].astype(object).map(found.sizes.groupby("dataset")["records"].max()).to_numpy(float)
    shared = new["shared"].to_numpy(float)
    rows = new.assign(valid_from=np.float32("nan"), valid_to=np.float32("nan"))
    bits = np.log2(np.maximum(size / shared, 1.0))
    return _compact(rows, bits, 1 / shared, _classes(np.ones(len(rows))))


def _best(engine: Engine, found: Candidates, seen: pd.DataFrame) -> pd.DataFrame:
    """The best record of every row that had to be weighed, with its class."""
    weighed = weigh(found, seen[["source", "rows"]])
    shared = {k: found.pairs[f"shared {k}"].notna().to_numpy() for k in (*TOLD_APART, OTHER)}
    agreed = np.sum([*shared.values()], axis=0)
    strong = np.logical_or.reduce([found.pairs[f"shared {k}"].to_numpy() <= MOST for k in STRONG])
    frame = found.pairs[["place", *_ROW, "dataset", "ordinal", "valid_from", "valid_to", "sure"]].assign(
        bits=weighed.bits, probability=weighed.probability, any=weighed.ours, strong=strong
    )
    numbers = np.sum([np.logical_or.reduce([shared[k] for k in kinds]) for kinds in NUMBERS], axis=0)
    frame["doubtful"] = ~strong & ((weighed.differs & (numbers < 2)) | (shared[MENDED] & (agreed < 2)))
    frame = frame[~frame.pop("sure").to_numpy(bool)]
    frame = frame.sort_values(
        [*ROW, "strong", "bits", "dataset", "ordinal"], ascending=[True] * 2 + [False, False, True, True]
    )
    best = frame.drop_duplicates([*ROW], ignore_index=True).copy()
    best["probability"] = _together(engine, frame, best)
    sure = (best["probability"] >= OURS) & ~best["doubtful"]
    codes = np.where(sure, 0, np.where(best["any"] >= PERHAPS, 1, 2))
    return _compact(best, best["bits"].to_numpy(), best["probability"].to_numpy(), _classes(codes))


def _together(engine: Engine, frame: pd.DataFrame, best: pd.DataFrame) -> pd.Series:
    """The probability of each row's best record, with that of other records of the very same person."""
    tied = best[(best["probability"] < OURS) & (best["any"] >= OURS)]
    if tied.empty:
        return best["probability"]
    near = frame.merge(tied[[*ROW, "dataset"]], on=[*ROW, "dataset"])
    near = near.astype({"dataset": str}).merge(_persons(engine, near), "left", on=["dataset", "ordinal"])
    mine = near.drop_duplicates([*ROW])[[*ROW, "person"]].rename(columns={"person": "mine"})
    near = near.merge(mine, on=[*ROW])
    same = near[near["person"] == near["mine"]].groupby([*ROW])["probability"].sum()
    told = best.merge(same.rename("summed").reset_index(), "left", on=[*ROW])["summed"]
    return told.fillna(best["probability"])


def _persons(engine: Engine, records: pd.DataFrame) -> pd.DataFrame:
    """Who each record is of: by resident id, else by mobile and name; a record without such a number is a person apart."""
    wanted = (
        records[["dataset", "ordinal"]].astype({"dataset": str}).drop_duplicates().sort_values(["dataset", "ordinal"])
    )
    table = engine.memory("tied_records", pa.Table.from_pandas(wanted, preserve_index=False))
    held = engine.table("subjects").semi_join(table, ["dataset", "ordinal"])
    each = held.group_by(["dataset", "ordinal"]).agg(
        **{k: _.token.max(where=_.kind == k) for k in ("resident_id", "mobile", "name")}
    )
    told = engine.arrow(each).to_pandas()
    told["person"] = told["resident_id"].fillna(told["mobile"] + " " + told["name"].fillna(""))
    return told[["dataset", "ordinal", "person"]]


def _seen(engine: Engine) -> pd.DataFrame:
    documents = (
        engine.table("documents").group_by(["source", "holder", "role"]).agg(rows=_.rows.sum(), persons=_.persons.sum())
    )
    frame = engine.arrow(documents).to_pandas()
    return frame.sort_values(["role", "holder", "source"], ignore_index=True)
