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
import numpy.typing as npt
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
_SCHEMA = pa.schema([(k, pa.int64() if k == "sitting" else pa.string()) for k in (*_KEYS, "person")])


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
    """Pairs that keep clear of each other.

    Costs a join of these people's records with relations and with each other, and the same for the others where any
    pair is worth a try.
    """
    parts = _parts(engine)
    if parts is None or parties["person"].nunique() < 2:
        return []
    sizes = engine.arrow(parts.group_by(["dataset", "part"]).agg(size=_.count())).to_pandas()
    tried, counts = _pairs(engine, parts, sizes, _taken(engine, parties[[*_KEYS, "person"]], True))
    tried = tried[tried["expected"] >= LEAST]
    if tried.empty:
        return []
    others, _counts = _pairs(engine, parts, sizes, _taken(engine, _others(parties, sittings), False))
    like = [_like(each, jobs) for each in (tried, others)]
    totals = counts.groupby(["dataset", "person"])["n"].sum()
    return _judged(tried.assign(like=like[0]), others.assign(like=like[1]), totals)


def _like(pairs: pd.DataFrame, jobs: Mapping[str, str]) -> npt.NDArray[np.bool_]:
    """Whether the two of each pair have one job."""
    return np.array([jobs.get(a) == jobs.get(b) for a, b in zip(pairs["one"], pairs["other"], strict=True)], bool)


def _others(parties: pd.DataFrame, sittings: pd.DataFrame) -> pd.DataFrame:
    """Sittings of some other people of the house."""
    rest = sittings[sittings["owner"].notna() & ~sittings["owner"].isin(set(parties["person"]))]
    people = sorted(set(rest["owner"]))
    chosen = people[:: max(1, -(-len(people) // OTHERS))]
    rest = rest[rest["owner"].isin(chosen)]
    return rest[_KEYS].assign(person=rest["owner"])


def _taken(engine: Engine, rows: pd.DataFrame, lists: bool) -> ibis.Table:
    """Person, dataset, ordinal of what was read in these sittings and is not the reader's own business.

    Others' lists are left out: they are drawn for purposes that they have in common.
    """
    keyed = rows.drop_duplicates().astype({"sitting": "int64"})
    keys = engine.memory(f"slices_{lists}", pa.Table.from_pandas(keyed, _SCHEMA, preserve_index=False))
    keys = keys.rename({f"k_{k}": k for k in _KEYS})
    read = records(engine).filter(_.ordinal.notnull() & _.exact)
    read = read if lists else read.filter(~_.listed)
    met = read.join(keys, [read[k] == keys[f"k_{k}"] for k in _KEYS])
    told = met.select("person", "dataset", "ordinal").distinct()
    own = engine.table("relations").select(r_employee=_.employee, r_dataset=_.dataset, r_ordinal=_.ordinal).distinct()
    return told.anti_join(
        own, [told.person == own.r_employee, told.dataset == own.r_dataset, told.ordinal == own.r_ordinal]
    ).select("person", "dataset", "ordinal")


def _parts(engine: Engine) -> ibis.Table | None:
    """The part of its data set to which each record belongs (dataset, ordinal, part); nothing without a snapshot."""
    known = engine.table("records").filter(_.ordinal.notnull())
    ends = engine.arrow(known.group_by("dataset").agg(n=_.ordinal.max() + 1).order_by("dataset")).to_pylist()
    if not ends:
        return None
    block = ibis.cases(*[(known.dataset == e["dataset"], known.ordinal * BLOCKS // e["n"]) for e in ends], else_=0)
    named = known.mutate(part=ibis.coalesce(known.segment, "").concat(":", block.cast("string")))
    return named.group_by(["dataset", "ordinal"]).agg(part=_.part.min())


def _pairs(
    engine: Engine, parts: ibis.Table, sizes: pd.DataFrame, taken: ibis.Table
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Pairs of people with how many common records are to be expected and how many they have; how many each took."""
    placed = parts.rename(p_dataset="dataset", p_ordinal="ordinal")
    there = taken.join(placed, [taken.dataset == placed.p_dataset, taken.ordinal == placed.p_ordinal])
    counts = engine.arrow(there.group_by(["person", "dataset", "part"]).agg(n=_.count())).to_pandas()
    too = taken.rename(t_person="person", t_dataset="dataset", t_ordinal="ordinal")
    met = taken.join(too, [taken.dataset == too.t_dataset, taken.ordinal == too.t_ordinal, taken.person < too.t_person])
    both = met.group_by(["dataset", "person", "t_person"]).agg(met=_.count())
    frame = engine.arrow(both).to_pandas().rename(columns={"person": "one", "t_person": "other"})
    pairs = _expected(sizes, counts).merge(frame, how="left", on=["dataset", "one", "other"])
    return pairs.assign(met=pairs["met"].fillna(0).astype(int)), counts


def _expected(sizes: pd.DataFrame, counts: pd.DataFrame) -> pd.DataFrame:
    """Common records to be expected of each pair who took from the same parts: dataset, one, other, expected."""
    rows = counts.merge(sizes, on=["dataset", "part"])
    made = []
    for dataset, block in rows.groupby("dataset", sort=True):
        if block["person"].nunique() < 2:
            continue
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
    kinds = sorted(set(zip(tried["dataset"], tried["like"], strict=True)))
    known = {(d, k): _usual(others[(others["like"] == k) & (others["dataset"] == d)]) for d, k in kinds}
    made = []
    for row in tried.itertuples(index=False):
        usual, spread = known[row.dataset, row.like]
        mean = row.expected * usual
        p = float(stats.nbinom.cdf(row.met, 1 / spread, 1 / (1 + spread * mean)))
        taken = tuple(int(totals[row.dataset, x]) for x in (row.one, row.other))
        people: Any = (row.one, row.other)
        paid = min(1.0, max(p * len(tried), 1e-300))
        made.append(Slices(people, row.dataset, taken, int(row.met), float(row.expected), usual, len(tried), paid))  # type: ignore[arg-type]
    return made


def _usual(pairs: pd.DataFrame) -> tuple[float, float]:
    """How many of the common records that chance expects other pairs have, one at most, and how far pairs lie apart."""
    met, chance = pairs["met"].to_numpy(float), pairs["expected"].to_numpy(float)
    usual = min(1.0, (met.sum() + 1) / (chance.sum() + 1))
    mean = chance * usual
    squares = float((mean**2).sum())
    spread = (float(((met - mean) ** 2 - mean).sum()) + WEIGHT * PRIOR) / (squares + WEIGHT)
    return usual, float(np.clip(spread, *CLUSTERED))
