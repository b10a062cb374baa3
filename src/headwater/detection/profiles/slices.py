"""Two people's takings that keep clear of each other, as shares of one list do.

Whoever take independently from the same part of a data set (records of one branch and product that came at about the
same time) come upon the same records: of ``a`` and ``b`` among ``m``, ``a b / m`` times. Colleagues keep clear of each
other in ordinary work too, since a case is one person's: how much is counted between others of the house, of one job and
of different ones, and so is how far pairs lie apart. What a relation of the reader explains (his book, his calls) is
left out on all sides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
from ibis import _
from scipy import stats

from headwater.detection.reads import records
from headwater.store.engine import Engine

LEAST = 3.0
"""Pairs are tried of whom so many common records are to be expected."""
OTHERS = 60
"""So many others of the house, evenly chosen, show how people keep clear of each other in ordinary work."""
CLUSTERED = (0.1, 2.0)
"""Pairs differ: the square of their coefficient of variation is held to lie between these (believed)."""
PRIOR, WEIGHT = 0.5, 10.0
"""What it is thought to be where the others show nothing, and how many squared records of theirs that outweighs."""
BLOCKS = 64
"""So many stretches of a data set, in the order in which records came, are parts of their own: whoever works on what is fresh
keeps clear of those who worked on other days."""
_KEYS = ["account", "place", "sitting"]


@dataclass(frozen=True, slots=True)
class Slices:
    """Two people who took ``taken`` records of a data set: ``met`` in common, ``expected`` by chance; ``usual`` is how many of
    the chance ones other pairs meet. ``p`` is paid for all ``pairs``."""

    people: tuple[str, str]
    dataset: str
    taken: tuple[int, int]
    met: int
    expected: float
    usual: float
    pairs: int
    p: float


def slices(engine: Engine, parties: pd.DataFrame, sittings: pd.DataFrame, jobs: Mapping[str, str]) -> list[Slices]:
    """Pairs that keep clear of each other. Costs a join of these people's records with relations and with each other."""
    rows = _rows(parties, sittings)
    if parties["person"].nunique() < 2:
        return []
    taken = _taken(engine, rows)
    sizes, counts, both = _counted(engine, taken)
    pairs = _expected(sizes, counts).merge(both, how="left", on=["dataset", "one", "other"])
    pairs = pairs.assign(met=pairs["met"].fillna(0).astype(int))
    kind = pairs["one"].str[0] + pairs["other"].str[0]
    like = [jobs.get(a[1:]) == jobs.get(b[1:]) for a, b in zip(pairs["one"], pairs["other"], strict=True)]
    pairs = pairs.assign(like=like, kind=kind)
    totals = counts.groupby(["dataset", "person"])["n"].sum()
    return _judged(pairs[pairs["kind"] == "SS"], pairs[pairs["kind"] == "OO"], totals)


def _rows(parties: pd.DataFrame, sittings: pd.DataFrame) -> pd.DataFrame:
    """The sittings that are looked at: suspicious ones (S and the person), and those of some others (O and the person)."""
    mine = parties[_KEYS].assign(person="S" + parties["person"])
    rest = sittings[sittings["owner"].notna() & ~sittings["owner"].isin(set(parties["person"]))]
    people = sorted(set(rest["owner"]))
    chosen = people[:: max(1, -(-len(people) // OTHERS))]
    rest = rest[rest["owner"].isin(chosen)]
    return pd.concat([mine, rest[_KEYS].assign(person="O" + rest["owner"])], ignore_index=True).drop_duplicates()


def _taken(engine: Engine, rows: pd.DataFrame) -> ibis.Table:
    """Person, dataset, ordinal of what was read in these sittings and is not the reader's own business."""
    schema = pa.schema(
        [("account", pa.string()), ("place", pa.string()), ("sitting", pa.int64()), ("person", pa.string())]
    )
    keys = engine.memory(
        "slices", pa.Table.from_pandas(rows.astype({"sitting": "int64"}), schema, preserve_index=False)
    )
    read = records(engine).filter(_.ordinal.notnull() & _.exact)
    keys = keys.rename({f"k_{k}": k for k in _KEYS})
    met = read.join(keys, [read[k] == keys[f"k_{k}"] for k in _KEYS])
    # others' lists are left out: they are drawn for purposes that they have in common
    met = met.filter(_.person.startswith("S") | ~_.listed)
    told = met.select("person", "dataset", "ordinal").distinct().mutate(employee=_.person.substr(1))
    own = engine.table("relations").select(
        r_employee=_.employee, r_dataset=_.dataset, r_ordinal=_.ordinal
    ).distinct()  # fmt: skip
    return told.anti_join(
        own, [told.employee == own.r_employee, told.dataset == own.r_dataset, told.ordinal == own.r_ordinal]
    ).select("person", "dataset", "ordinal")


def _counted(engine: Engine, taken: ibis.Table) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Sizes of the parts of each data set; how many each took of a part; how many records two took in common."""
    known = engine.table("records").filter(_.ordinal.notnull())
    ends = engine.arrow(known.group_by("dataset").agg(n=_.ordinal.max() + 1).order_by("dataset")).to_pylist()
    block = ibis.cases(*[(known.dataset == e["dataset"], known.ordinal * BLOCKS // e["n"]) for e in ends], else_=0)
    named = known.mutate(part=ibis.coalesce(known.segment, "").concat(":", block.cast("string")))
    parts = named.group_by(["dataset", "ordinal"]).agg(part=_.part.min())
    sizes = engine.arrow(parts.group_by(["dataset", "part"]).agg(size=_.count())).to_pandas()
    placed = parts.rename(p_dataset="dataset", p_ordinal="ordinal")
    there = taken.join(placed, [taken.dataset == placed.p_dataset, taken.ordinal == placed.p_ordinal])
    counts = engine.arrow(there.group_by(["person", "dataset", "part"]).agg(n=_.count())).to_pandas()
    too = taken.rename(t_person="person", t_dataset="dataset", t_ordinal="ordinal")
    met = taken.join(too, [taken.dataset == too.t_dataset, taken.ordinal == too.t_ordinal, taken.person < too.t_person])
    both = met.group_by(["dataset", "person", "t_person"]).agg(met=_.count())
    frame = engine.arrow(both).to_pandas().rename(columns={"person": "one", "t_person": "other"})
    return sizes, counts, frame


def _expected(sizes: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Common records to be expected of each pair who took from the same parts: dataset, one, other, expected."""
    rows = counts.merge(sizes, on=["dataset", "part"])
    made = []
    for dataset, block in rows.groupby("dataset", sort=True):
        people, columns = sorted(set(block["person"])), {p: i for i, p in enumerate(sorted(set(block["part"])))}
        index = {p: i for i, p in enumerate(people)}
        share = np.zeros((len(people), len(columns)))
        at = [index[p] for p in block["person"]], [columns[p] for p in block["part"]]
        share[at] = block["n"] / np.sqrt(block["size"])
        expected = share @ share.T
        i, j = np.triu_indices(len(people), 1)
        told = {"dataset": dataset, "one": [people[k] for k in i], "other": [people[k] for k in j]}
        made.append(pd.DataFrame({**told, "expected": expected[i, j]}))
    columns_ = ["dataset", "one", "other", "expected"]
    return pd.concat(made, ignore_index=True) if made else pd.DataFrame(columns=columns_)


def _judged(tried: pd.DataFrame, others: pd.DataFrame, totals: pd.Series) -> list[Slices]:
    enough = tried[tried["expected"] >= LEAST]
    made = []
    for row in enough.itertuples(index=False):
        usual, spread = _usual(others[(others["like"] == row.like) & (others["dataset"] == row.dataset)])
        mean = row.expected * usual
        p = float(stats.nbinom.cdf(row.met, 1 / spread, 1 / (1 + spread * mean)))
        taken = tuple(int(totals[row.dataset, x]) for x in (row.one, row.other))
        people: Any = (row.one[1:], row.other[1:])
        paid = min(1.0, max(p * len(enough), 1e-300))
        made.append(Slices(people, row.dataset, taken, int(row.met), float(row.expected), usual, len(enough), paid))  # type: ignore[arg-type]
    return made


def _usual(pairs: pd.DataFrame) -> tuple[float, float]:
    """How many of the common records that chance expects other pairs have, one at most, and how far pairs lie apart."""
    met, chance = pairs["met"].to_numpy(float), pairs["expected"].to_numpy(float)
    usual = min(1.0, (met.sum() + 1) / (chance.sum() + 1))
    mean = chance * usual
    squares = float((mean**2).sum())
    spread = (float(((met - mean) ** 2 - mean).sum()) + WEIGHT * PRIOR) / (squares + WEIGHT)
    return usual, float(np.clip(spread, *CLUSTERED))
