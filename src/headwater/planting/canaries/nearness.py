"""How near decoys come to real people: what they have in common with the one that is most like them, in bits.

A field in common weighs −log2 of the share of people who have its value, as in matching leaked rows. A decoy with the
number or contact of somebody, or with two fields or more in common that together single out one person of the table,
could be taken for him: it is not used. A namesake is nobody's double: names alone do not count.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa
from numpy.typing import NDArray

from headwater.identifiers.columns import compact_array, compact_own
from headwater.ingestion.tables.days import parse_days
from headwater.planting.canaries.table import Table

_KINDS = {"name": "name", "identity": "resident_id", "mobile": "mobile", "email": "email", "address": "address"}
_OWN = ("key", "identity", "mobile", "email")
_SEVERAL = 2
_MOST_ALIKE = 20_000
"""A value that more rows have tells nobody from others: pairs are not looked for by it."""


@dataclass(frozen=True, slots=True)
class Nearness:
    """For each decoy: the most fields, and the most bits in two fields or more, that it shares with one person.

    ``same`` tells which have somebody's number or contact. ``enough`` is what would single out one person of the
    table: log2 of the number of rows. ``compared`` is the number of fields.
    """

    bits: NDArray[np.float64] = field(repr=False)
    fields: NDArray[np.int64] = field(repr=False)
    same: NDArray[np.bool_] = field(repr=False)
    compared: int
    enough: float

    @property
    def apart(self) -> NDArray[np.bool_]:
        """Which decoys are like nobody in particular."""
        return np.asarray((self.bits < self.enough) & ~self.same)


def nearness(table: Table, people: pd.DataFrame) -> Nearness:
    """Hold decoys against every current row of the table, by name, birth, numbers, contacts and codes."""
    real = _fields(table, {n: table.columns[n] for n in table.kinds})
    mine = _fields(table, {n: pa.array(people[n], pa.string()) for n in table.kinds})
    coded = {name: _same_codes(real[name], mine[name]) for name in real}
    pairs = [_pairs(*coded[name]) for name in coded]
    pair = pd.concat(pairs).drop_duplicates() if pairs else pd.DataFrame({"decoy": [], "person": []}, dtype=int)
    decoy, person = pair["decoy"].to_numpy(dtype=np.int64), pair["person"].to_numpy(dtype=np.int64)
    bits, agreed = np.zeros(len(pair)), np.zeros(len(pair), dtype=np.int64)
    same = np.zeros(len(people), dtype=bool)
    for name, (theirs, own) in coded.items():
        equal = (own[decoy] == theirs[person]) & (own[decoy] >= 0)
        counts = np.bincount(theirs[theirs >= 0], minlength=max(int(own.max(initial=0)), 0) + 1)
        shares = np.maximum(counts[np.maximum(own[decoy], 0)], 1) / table.rows
        bits += np.where(equal, -np.log2(shares), 0.0)
        agreed += equal
        if table.kinds.get(name) in _OWN or (table.kinds.get(name) == "code" and name in table.shapes):
            same[decoy[equal]] = True
    bits = np.where(agreed >= _SEVERAL, bits, 0.0)
    best, fields = np.zeros(len(people)), np.zeros(len(people), dtype=np.int64)
    np.maximum.at(best, decoy, bits)
    np.maximum.at(fields, decoy, agreed)
    return Nearness(best, fields, same, len(coded), float(np.log2(max(2, table.rows))))


def _fields(table: Table, cells: dict[str, pa.Array]) -> dict[str, pa.Array]:
    found: dict[str, pa.Array] = {}
    for name, kind in table.kinds.items():
        if kind in _KINDS:
            found[name] = compact_array(_KINDS[kind], cells[name])
        elif kind in ("code", "key"):
            found[name] = compact_own(cells[name])
        elif kind == "birth":
            found[name] = parse_days(cells[name]).cast(pa.string())
        if kind == "identity" and not table.of("birth"):
            found[f"{name} born"] = pa.array(
                found[name].to_pandas().astype("string").str.slice(6, 14), pa.string(), from_pandas=True
            )
    return found


def _same_codes(real: pa.Array, mine: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Both columns as whole numbers, the same for the same value; -1 where there is none."""
    codes, _ = pd.factorize(pd.Series(pa.concat_arrays([real, mine]).to_pandas()), use_na_sentinel=True)
    return codes[: len(real)].astype(np.int64), codes[len(real) :].astype(np.int64)


def _pairs(theirs: NDArray[np.int64], own: NDArray[np.int64]) -> pd.DataFrame:
    rows = pd.DataFrame({"code": theirs, "person": np.arange(len(theirs))})
    wanted = np.unique(own[own >= 0])
    rows = rows[np.isin(theirs, wanted)]
    few = rows.groupby("code")["person"].transform("size") <= _MOST_ALIKE
    mine = pd.DataFrame({"code": own, "decoy": np.arange(len(own))})
    return mine.merge(rows[few], on="code")[["decoy", "person"]]
