"""How likely a row is among the table's rows: a tree of the columns, each row held against all others.

Columns are cut into few values; the tree that keeps most of their mutual information gives the joint chance (Chow and
Liu, "Approximating discrete probability distributions with dependence trees", IEEE Trans. Inf. Theory, 1968). A real
row is left out of the counts that judge it. Contacts, keys and county codes are not judged here: they are what they
must be.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

from headwater.ingestion.tables.days import parse_days
from headwater.planting.canaries.table import Table

_VALUES = 100
_BINS = 10
_PSEUDO = 0.5
_SAMPLE = 20_000
_NOTHING = "\0"

Whole = NDArray[np.int64]
Real = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Likelihood:
    """The tree: for each part of a row its parent (-1 for the root) and the counts beside its parent's values."""

    table: Table = field(repr=False)
    left: Collection[str]
    cuts: Mapping[str, object] = field(repr=False)
    parents: tuple[int, ...]
    counts: tuple[NDArray[np.int64], ...] = field(repr=False)
    real: Real = field(repr=False)
    """The log-likelihood of every row of the table's frame, left out of its own counts."""

    def band(self, low: float = 0.05, high: float = 0.95) -> tuple[float, float]:
        """The quantiles of the real rows' log-likelihoods."""
        first, last = np.quantile(self.real, [low, high])
        return float(first), float(last)

    def of(self, people: pd.DataFrame) -> Real:
        """The log-likelihood of further rows."""
        return _weigh(_coded(_parts(self.table, people, self.left), self.cuts), self.parents, self.counts, 0)


def learn(table: Table, left: Collection[str] = ()) -> Likelihood:
    """Learn the tree of a table; ``left`` are columns that are not judged."""
    parts = _parts(table, table.frame, left)
    cuts = {name: _cut(cells) for name, cells in parts.items()}
    codes = _coded(parts, cuts)
    sizes = [int(c.max(initial=0)) + 2 for c in codes.T]
    parents = _tree(codes[:: max(1, len(codes) // _SAMPLE)], sizes)
    counts = []
    for child, parent in enumerate(parents):
        grid = np.zeros((sizes[parent] if parent >= 0 else 1, sizes[child]), dtype=np.int64)
        beside = codes[:, parent] if parent >= 0 else np.zeros(len(codes), dtype=np.int64)
        np.add.at(grid, (beside, codes[:, child]), 1)
        counts.append(grid)
    return Likelihood(table, left, cuts, parents, tuple(counts), _weigh(codes, parents, tuple(counts), 1))


def _parts(table: Table, frame: pd.DataFrame, left: Collection[str]) -> dict[str, pd.Series]:
    """What of a row is judged: numbers as numbers, all else as texts."""
    parts: dict[str, pd.Series] = {}
    for name, kind in table.kinds.items():
        if name in left:
            continue
        cells = frame[name]
        if kind in ("category", "sex", "text"):
            parts[name] = cells.fillna(_NOTHING)
        elif kind == "number":
            parts[name] = pd.to_numeric(cells.str.replace(",", ""), errors="coerce").astype(float)
        elif kind in ("date", "birth"):
            parts[name] = _ordinals(cells)
        elif kind == "identity":
            digits = cells.astype("string")
            parts[f"{name} born"] = _ordinals(digits.where(digits.str.len() == 18, pd.NA).str.slice(6, 14))
            parts[f"{name} form"] = digits.str.len().fillna(0).astype(int).astype(str)
        elif kind == "name":
            texts = cells.fillna("")
            parts |= {f"{name} {n}": texts.str.slice(n, n + 1) for n in range(3)}
            parts[f"{name} length"] = texts.str.len().astype(str)
        elif kind not in ("key", "ended", "empty"):
            parts[f"{name} filled"] = cells.notna().astype(str) if kind == "code" else pd.Series("", index=cells.index)
    return parts


def _ordinals(cells: pd.Series) -> pd.Series:
    days = parse_days(pa.array(cells, pa.string(), from_pandas=True))
    return pd.Series(days.cast(pa.int32()).to_numpy(zero_copy_only=False), index=cells.index, dtype=float)


def _cut(cells: pd.Series) -> object:
    """The bounds of ten bins for numbers, the frequent values for texts."""
    if cells.dtype == float:
        known = cells.dropna().to_numpy()
        return np.unique(np.quantile(known, np.linspace(0, 1, _BINS + 1)[1:-1])) if len(known) else np.array([])
    return {value: n for n, value in enumerate(cells.value_counts().head(_VALUES).index)}


def _coded(parts: Mapping[str, pd.Series], cuts: Mapping[str, object]) -> Whole:
    columns = []
    for name, cells in parts.items():
        cut = cuts[name]
        if isinstance(cut, dict):
            columns.append(cells.map(cut).fillna(len(cut)).to_numpy(dtype=np.int64))
        else:
            values = cells.to_numpy(dtype=float)
            bins = np.asarray(cut)
            columns.append(np.where(np.isnan(values), len(bins) + 1, np.searchsorted(bins, values)).astype(np.int64))
    return np.stack(columns, axis=1)


def _tree(codes: Whole, sizes: list[int]) -> tuple[int, ...]:
    """Each part's parent in the tree of most mutual information; -1 for the first part."""
    count = codes.shape[1]
    told = np.zeros((count, count))
    for a in range(count):
        for b in range(a + 1, count):
            told[a, b] = max(0.0, _mutual(codes[:, a], codes[:, b], sizes[b]))
    tree = minimum_spanning_tree(np.triu(-(told + 1.0), 1))  # an edge of weight nought would be none
    _, parents = breadth_first_order(tree, 0, directed=False)
    return tuple(max(int(p), -1) for p in parents)


def _mutual(a: Whole, b: Whole, size: int) -> float:
    """Mutual information in nats, less what chance alone gives so many cells (Miller and Madow, 1955)."""
    joint = np.unique(a * size + b, return_counts=True)[1] / len(a)
    alone = [np.unique(v, return_counts=True)[1] / len(a) for v in (a, b)]
    both, one, other = (-(p * np.log(p)).sum() for p in (joint, *alone))
    return float(one + other - both) - (len(alone[0]) - 1) * (len(alone[1]) - 1) / (2 * len(a))


def _weigh(codes: Whole, parents: tuple[int, ...], counts: tuple[NDArray[np.int64], ...], own: int) -> Real:
    """Sum of the logs; ``own`` is 1 where each row stands in the counts itself and is left out."""
    total = np.zeros(len(codes))
    for child, (parent, grid) in enumerate(zip(parents, counts, strict=True)):
        beside = (
            np.minimum(codes[:, parent], grid.shape[0] - 1) if parent >= 0 else np.zeros(len(codes), dtype=np.int64)
        )
        seen = grid[beside, np.minimum(codes[:, child], grid.shape[1] - 1)] - own
        whole = grid.sum(axis=1)[beside] - own
        total += np.log((seen + _PSEUDO) / (whole + _PSEUDO * grid.shape[1]))
    return total
