"""On what each pair of a row and a record agrees, and which rows are so certain that nothing has to be weighed.

A row that meets one record by a number of its own, and contradicts it in nothing that the data set holds, is that record:
the engine says so, and only what is told of it is fetched. In a large leak that is most of the rows.
"""

from __future__ import annotations

from typing import Any

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
from ibis import _

from headwater.attribution.crowds import MOST, NUMBER, ROW
from headwater.attribution.numbering import Numbered
from headwater.attribution.sampling import FITTED, cut
from headwater.attribution.telling import FIELDS, OTHER, TOLD_APART, WEAK
from headwater.store.engine import Engine

PAIR = (*ROW, "dataset", "ordinal")


def agreeing(engine: Engine, pairs: ibis.Table, known: Numbered, shared: ibis.Table, sizes: pd.DataFrame) -> ibis.Table:
    """For every pair: ``has`` and ``agreed`` (bits of kinds), when all agreeing values were current, how many records
    share each, by how many ``numbers`` both agree, and whether it is ``sure``. ``shared``: how many records have a value."""
    others = [k for k in known.kinds if k not in TOLD_APART]
    strong = [k for k in known.kinds if k not in WEAK]
    # kept, so that no more than one join has to be held in memory at a time
    ours = engine.keep("values_of_records", lambda _e: known.ours.semi_join(pairs, ["dataset", "ordinal"]))
    values = _values(pairs, known, ours, shared)
    agreed = values.group_by(list(PAIR)).agg(
        agreed=_any_of(known, _.bit),
        own=(_shows(_.bit, known.bits(*strong)) & (_.shared <= MOST)).any(),
        valid_from=_.starts.max(where=~_.forever),
        valid_to=_.ends.min(where=~_.current),
        **{f"shared {k}": _shared_by(known.bits(k)) for k in TOLD_APART if k in known.kinds},
        **{f"shared {OTHER}": _shared_by(known.bits(*others))},
    )
    shown = known.found.mutate(bit=known.bit(_.kind)).group_by(list(ROW)).agg(has=_any_of(known, _.bit))
    met = pairs.group_by(list(ROW)).agg(met=_.count())
    told = agreed.join(shown.join(met, list(ROW)).select(*ROW, "has", "met"), list(ROW))
    told = told.select(*agreed.columns, "has", "met")
    numbers = [_shows(_.agreed, known.bits(*ks)).cast("int8") for ks in (("mobile",), ("resident_id",), others)]
    sure = (_.met == 1) & _.own & _agrees_in_all(known, sizes)
    return told.mutate(numbers=numbers[0] + numbers[1] + numbers[2], sure=sure).drop("own", "met", "agreed")


def _values(pairs: ibis.Table, known: Numbered, ours: ibis.Table, shared: ibis.Table) -> ibis.Table:
    """Each value on which a pair agrees: how many records have it, and since and until when this one."""
    tokens = pairs.join(known.found.select(*ROW, "kind", *NUMBER), list(ROW))
    held = tokens.join(ours, ["dataset", "ordinal", *NUMBER])
    often = shared.select("dataset", *NUMBER, "shared")
    held = held.left_join(often, ["dataset", *NUMBER]).select(*held.columns, "shared")
    values = held.mutate(bit=known.bit(_.kind), shared=_.shared.fill_null(0))
    return values.group_by([*PAIR, "bit", "token"]).agg(
        shared=_.shared.min(),
        starts=_.valid_from.min(),
        forever=_.valid_from.isnull().any(),
        ends=_.valid_to.max(),
        current=_.valid_to.isnull().any(),
    )


def _any_of(known: Numbered, bit: Any) -> Any:
    """The bits of all kinds of a group, together."""
    every = sorted({known.bits(k) for k in known.kinds})
    each = [(bit == b).any().ifelse(ibis.literal(b, "int64"), ibis.literal(0, "int64")) for b in every]
    return sum(each[1:], each[0]) if each else ibis.literal(0, "int64").max()


def _shows(bits: Any, wanted: int) -> Any:
    return (bits & ibis.literal(wanted, "int64")) != 0


def _shared_by(bits: int) -> Any:
    return _.shared.min(where=_shows(_.bit, bits)).cast("float32")


def _agrees_in_all(known: Numbered, sizes: pd.DataFrame) -> Any:
    """Whether a row and a record agree in every field that the row shows and the record's data set holds."""
    others = [(k,) for k in known.kinds if k not in TOLD_APART]
    every = ibis.literal(False)
    for number, dataset in enumerate(known.datasets):
        held = set(sizes.loc[sizes["dataset"] == dataset, "kind"])
        here = _.dataset == number
        for kinds in (*FIELDS, *others):
            shown = known.bits(*(k for k in kinds if k in held))
            if shown:
                here = here & (~_shows(_.has, shown) | _shows(_.agreed, known.bits(*kinds)))
        every = every | here
    return every


def parted(engine: Engine, told: ibis.Table, known: Numbered) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The pairs to be weighed, with examples of those that need not be, and all that need not be."""
    certain = told.filter(_.sure)
    counted = engine.arrow(certain.group_by("place").agg(n=_.count())).to_pandas()
    pairs = told.filter(~_.sure)
    if engine.arrow(pairs.limit(1)).num_rows:
        pairs = pairs.union(_examples(engine, certain, counted))
    frame = _flagged(known.frame(engine.arrow(pairs)), known)
    kept = certain.select(*PAIR, "valid_from", "valid_to", "numbers").order_by(list(ROW))
    return _standing(frame, counted), known.frame(engine.arrow(kept))


def _examples(engine: Engine, certain: ibis.Table, counted: pd.DataFrame) -> ibis.Table:
    """Every so many-th line of those that are certain: what the fit learns from."""
    sizes = counted["n"].to_numpy(np.int64)
    step = -(-sizes // cut(sizes, FITTED)) if sizes.sum() > FITTED else np.ones(len(sizes), np.int64)
    steps = pa.table({"place": pa.array(counted["place"], pa.int32()), "step": pa.array(step, pa.int64())})
    each = certain.join(engine.memory("example_steps", steps), "place")
    return each.filter(_.line % _.step == 0).drop("step")


def _flagged(frame: pd.DataFrame, known: Numbered) -> pd.DataFrame:
    has = frame.pop("has").to_numpy(np.int64)
    others = [k for k in known.kinds if k not in TOLD_APART]
    for kind in TOLD_APART:
        frame[f"has {kind}"] = ((has & known.bits(kind)) != 0).astype(np.int8)
        if kind not in known.kinds:
            frame[f"shared {kind}"] = np.float32("nan")
    frame[f"has {OTHER}"] = ((has & known.bits(*others)) != 0).astype(np.int8)
    return _sorted(frame)


def _standing(frame: pd.DataFrame, counted: pd.DataFrame) -> pd.DataFrame:
    """Each example stands for as many rows as there are of its kind in its file."""
    sure = frame["sure"].to_numpy(bool)
    chosen = frame.loc[sure, "place"].value_counts()
    stands = (counted.set_index("place")["n"] / chosen).reindex(frame["place"]).to_numpy()
    return frame.assign(stands=np.where(sure, stands, 1.0))


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    order = np.lexsort([frame[name].cat.codes if name == "dataset" else frame[name] for name in reversed(PAIR)])
    return frame.iloc[order].reset_index(drop=True)
