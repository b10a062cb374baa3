"""What a thief can compute of each row from the table that he holds, decoys among the people, without knowing which is which."""

from __future__ import annotations

from collections.abc import Collection
from itertools import combinations

import numpy as np
import pandas as pd
import pyarrow as pa

from headwater.identifiers import resident_id
from headwater.ingestion.tables.days import parse_days
from headwater.planting.canaries.identity import Retired, are_nobodys, retired
from headwater.planting.canaries.series import numbers
from headwater.planting.canaries.table import Table

_PAIRS = 15
_TAIL = 4
_NOTHING = -1e6
LISTED = "listed"
"""In a feature's name: needs the official list of county codes with their years."""


def features(
    table: Table,
    decoys: pd.DataFrame,
    sample: np.ndarray,
    *,
    left: Collection[str] = (),
    alone: bool = False,
    codes: Retired | None = None,
) -> pd.DataFrame:
    """Give features (columns ``COLUMN|WHAT``) for the rows of the frame at ``sample``, then for the decoys.

    All counts and neighbours are of frame and decoys together, as a thief has them; ``alone`` takes each decoy's
    neighbours from the frame only, as if it were the only one. ``left`` are columns that are not looked at; ``codes`` is the official list.
    """
    names = list(table.kinds)
    whole = pd.concat([table.frame[names], decoys[names]], ignore_index=True)
    made: dict[str, pd.Series] = {}
    for name, kind in table.kinds.items():
        if kind in ("ended", "empty") or name in left:
            continue
        cells = whole[name].astype("string")
        made |= {f"{name}|{what}": values for what, values in _plain(cells).items()}
        made |= {f"{name}|{what}": values for what, values in _special(kind, cells, codes or retired()).items()}
    order = numbers(whole[table.key])
    made |= _neighbours(table, made, order, len(table.frame) if alone else len(whole))
    made |= _pairs(table, whole)
    rows = np.concatenate([sample, np.arange(len(table.frame), len(whole))])
    matrix = {
        name: np.nan_to_num(np.asarray(values, dtype=np.float32)[rows], nan=_NOTHING) for name, values in made.items()
    }
    return pd.DataFrame({name: values for name, values in matrix.items() if (values != values[0]).any()})


def _plain(cells: pd.Series) -> dict[str, pd.Series]:
    """Of any column: emptiness, lengths, digits, and how frequent the value and its ends are."""
    digits = cells.str.replace(r"\D", "", regex=True)
    found = {
        "empty": cells.isna(),
        "length": cells.str.len(),
        "digits": digits.str.len(),
        "as often": _often(cells),
        "begins 3": _often(cells.str.slice(0, 3)),
        "begins 7": _often(cells.str.slice(0, 7)),
        "ends 4": _often(cells.str.slice(-4)),
        "run": digits.str.extract(r"((\d)\2+)")[0].str.len(),
    }
    tail = digits.str.slice(-_TAIL)
    found |= {f"digit {n}": pd.to_numeric(tail.str.slice(n, n + 1), errors="coerce") for n in range(_TAIL)}
    return {name: pd.Series(values.to_numpy(dtype=float, na_value=np.nan)) for name, values in found.items()}


def _special(kind: str, cells: pd.Series, sets: Retired) -> dict[str, pd.Series]:
    """Of a column of a known kind: what its own form tells."""
    if kind == "identity":
        return _of_identity(cells, sets)
    if kind in ("date", "birth"):
        return _of_days(cells)
    if kind == "name":
        found = {f"character {n}": _often(cells.str.slice(n, n + 1)) for n in range(3)}
        return found | {"pair": _often(cells.str.slice(1, 3)), "code": _codes(cells.str.slice(0, 1))}
    if kind == "number":
        value = pd.to_numeric(cells.str.replace(",", ""), errors="coerce")
        zeros = cells.str.extract(r"(0*)$")[0].str.len()
        return {"value": _floats(value), "zeros": _floats(zeros)}
    if kind == "address":
        inside = cells.str.extractall(r"(\d+)")[0].unstack().reindex(cells.index)
        found = {f"number {n}": _floats(pd.to_numeric(inside[n], errors="coerce")) for n in list(inside.columns)[:4]}
        return found | {"begins 6": _often(cells.str.slice(0, 6)), "begins 12": _often(cells.str.slice(0, 12))}
    if kind in ("category", "sex"):
        return {"code": _codes(cells)}
    return {"number": pd.Series(numbers(cells))} if kind in ("mobile", "code", "key") else {}


def _of_identity(cells: pd.Series, sets: Retired) -> dict[str, pd.Series]:
    compact = resident_id.compact_array(pa.array(cells, pa.string(), from_pandas=True))
    text = compact.to_pandas().astype("string")
    area = text.str.slice(0, 6)
    found = {
        "area as often": _often(area),
        "area": pd.to_numeric(area, errors="coerce"),
        "province as often": _often(area.str.slice(0, 2)),
        "sequence": pd.to_numeric(text.str.slice(14, 17), errors="coerce"),
        "odd": pd.to_numeric(text.str.slice(16, 17), errors="coerce") % 2,
        "small x": cells.str.endswith("x"),
        "X": cells.str.upper().str.endswith("X"),
        f"{LISTED} nobody's": pd.Series(are_nobodys(compact, sets)),
        f"{LISTED} gone by 1984": area.isin(sets.never_issued),
        f"{LISTED} gone by 1996": area.isin(sets.gone_by_1996),
    }
    born = _of_days(text.str.slice(6, 14))
    return {name: _floats(values) for name, values in found.items()} | {f"born {n}": v for n, v in born.items()}


def _of_days(cells: pd.Series) -> dict[str, pd.Series]:
    days = parse_days(pa.array(cells, pa.string(), from_pandas=True))
    day = pd.Series(days.cast(pa.int32()).to_numpy(zero_copy_only=False), dtype=float)
    when = pd.Series(pd.to_datetime(days.to_pandas(), errors="coerce"))
    parts = {"day": day, "weekday": when.dt.weekday, "of month": when.dt.day, "month": when.dt.month}
    return {name: _floats(values) for name, values in parts.items()} | {"day as often": _often(day)}


def _neighbours(table: Table, made: dict[str, pd.Series], order: np.ndarray, people: int) -> dict[str, pd.Series]:
    """Gaps between keys, and what of days and numbers differs from the rows before and behind.

    The first ``people`` rows are neighbours of all others; what follows them is nobody's neighbour.
    """
    known = np.flatnonzero(~np.isnan(order[:people]))
    known = known[np.argsort(order[known], kind="stable")]
    rank = np.full(len(order), -1)
    rank[known] = np.arange(len(known))
    place = np.where(rank >= 0, rank, np.searchsorted(order[known], order))
    values = {"": order}
    values |= {
        f" {name}": made[f"{name}|day"].to_numpy(dtype=float) for name in table.of("date")[:3] if f"{name}|day" in made
    }
    values |= {
        f" {name}": made[f"{name}|number"].to_numpy(dtype=float)
        for name in table.of("code")[:2]
        if f"{name}|number" in made
    }
    found: dict[str, pd.Series] = {}
    for steps in (1, 2):
        before, behind = place - steps, place + steps - (rank < 0)
        for name, each in values.items():
            found[f"{table.key}|gap before {steps}{name}"] = pd.Series(each - _at(each, known, before))
            found[f"{table.key}|gap behind {steps}{name}"] = pd.Series(_at(each, known, behind) - each)
    return found


def _at(values: np.ndarray, known: np.ndarray, place: np.ndarray) -> np.ndarray:
    there = (place >= 0) & (place < len(known))
    return np.where(there, values[known[place.clip(0, len(known) - 1)]], np.nan)


def _pairs(table: Table, whole: pd.DataFrame) -> dict[str, pd.Series]:
    """How often values of two categories, or what is empty in both, stand together."""
    coarse = list(table.of("category", "sex"))
    texts = {name: whole[name].fillna("") for name in coarse}
    texts["empty cells"] = whole.isna().astype(int).astype(str).agg("".join, axis=1)
    pairs = list(combinations(texts, 2))[:_PAIRS]
    found = {f"{one}|with {two}": _often(texts[one] + "\0" + texts[two]) for one, two in pairs}
    return found | {"empty cells|as often": _often(texts["empty cells"])}


def _often(values: pd.Series) -> pd.Series:
    """How often each value stands in its column, as a logarithm; nothing where it is empty."""
    return pd.Series(np.log(values.map(values.value_counts()).to_numpy(dtype=float, na_value=np.nan)))


def _codes(values: pd.Series) -> pd.Series:
    """Values as numbers, the most frequent first."""
    ranks = {value: n for n, value in enumerate(values.value_counts().index)}
    return pd.Series(values.map(ranks).to_numpy(dtype=float, na_value=np.nan))


def _floats(values: pd.Series) -> pd.Series:
    return pd.Series(values.to_numpy(dtype=float, na_value=np.nan))
