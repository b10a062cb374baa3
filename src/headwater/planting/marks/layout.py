"""What of an export is marked and how: its slots, their natural shares, and by what its records are known again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import groupby

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from headwater.planting.marks import forms
from headwater.planting.marks.channels import CHANNELS, UNCLEAR, Bits, Codes
from headwater.planting.marks.code import Code, Records
from headwater.store.tokens import Tokeniser

Tokens = np.ndarray[tuple[int], np.dtype[np.uint64]]
NONE = np.uint64(0)
"""The token of an empty cell."""

EVEN = 0.5
WINDOW = 4096
"""Rows that follow one another and may change places where order is free."""

_MIXED = 0.02


@dataclass(frozen=True, slots=True)
class Slot:
    """One form that every record can carry: a column (its place and name) and a channel."""

    column: int
    name: str
    channel: str

    def read(self, values: pa.Array) -> Codes:
        """Which form each cell shows."""
        return CHANNELS[self.channel].read(values)


@dataclass(frozen=True, slots=True)
class Layout:
    """How an export is marked. The same for all its recipients; the key and a recipient's name then say the forms.

    ``stratum`` is the column whose values divide the rows for the natural ``shares`` of form 1 (by token, in hexadecimal;
    "" is all the rest), one share a slot; ½ where a column shows one form only.
    """

    columns: tuple[str, ...]
    slots: tuple[Slot, ...]
    colluders: int = 3
    left_out: float = 0.0
    order: str = ""
    stratum: int | None = None
    shares: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    rows: int = 0
    source: str = ""

    @property
    def base(self) -> str:
        """What names the export: a digest of its source and of how it is marked."""
        told = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False)
        return hashlib.sha256(told.encode()).hexdigest()[:32]

    def code(self, key: bytes) -> Code:
        """The code by which forms are drawn."""
        return Code(key, self.base, len(self.slots), self.colluders)

    def natural(self, strata: Tokens) -> np.ndarray:
        """The natural shares (rows × slots) of rows with these tokens in the column of strata."""
        rest = self.shares.get("", (EVEN,) * len(self.slots))
        known, where = np.unique(strata, return_inverse=True)
        table = [self.shares.get(f"{int(token):016x}", rest) for token in known.tolist()]
        return np.array(table, float).reshape(len(known), len(self.slots))[where]

    def bias(self, key: bytes, records: Records, strata: Tokens) -> np.ndarray:
        """The chance of form 1 (records × slots)."""
        return self.code(key).bias(records, self.natural(strata))


def told(layout: Layout) -> dict[str, object]:
    """The layout as JSON has it."""
    return json.loads(json.dumps(asdict(layout)))  # type: ignore[no-any-return]


def read(said: Mapping[str, object]) -> Layout:
    """The layout that :func:`told` wrote."""
    slots = tuple(Slot(**each) for each in said["slots"])  # type: ignore[attr-defined]
    shares = {name: tuple(each) for name, each in said["shares"].items()}  # type: ignore[attr-defined]
    parts = {**said, "slots": slots, "shares": shares, "columns": tuple(said["columns"])}  # type: ignore[arg-type]
    return Layout(**parts)  # type: ignore[arg-type]


def tokens(tokeniser: Tokeniser, values: pa.Array) -> Tokens:
    """64 bits of the keyed hash of each cell's stable form; :data:`NONE` for empty cells. Each distinct text is hashed once."""
    hexes = tokeniser.tokens("mark:cell", forms.stable(values))
    coded = hexes.dictionary_encode()
    known = np.array([int(each[:16], 16) or 1 for each in coded.dictionary.to_pylist()], np.uint64)
    if not len(known):
        return np.zeros(len(values), np.uint64)
    places = coded.indices.fill_null(0).to_numpy()
    return np.asarray(np.where(np.asarray(coded.indices.is_valid()), known[places], NONE))


class Shares:
    """Counts, batch by batch, how often each slot shows form 1, in all and by the values of each column of few values."""

    __slots__ = ("_by", "_few", "_whole")

    def __init__(self, columns: int, slots: int) -> None:
        self._by: list[dict[int, np.ndarray] | None] = [{} for _ in range(columns)]
        self._whole = np.zeros((slots, 2))
        self._few = 40

    def add(self, cells: np.ndarray, codes: np.ndarray) -> None:
        """One batch: tokens (columns × rows) and codes (rows × slots)."""
        seen = np.stack([codes == 0, codes == 1], axis=2).astype(float)
        self._whole += seen.sum(axis=0)
        for column, known in enumerate(self._by):
            if known is None:
                continue
            values, where = np.unique(cells[column], return_inverse=True)
            if len(values) + len(set(known) - set(values.tolist())) > self._few:
                self._by[column] = None
                continue
            for place, value in enumerate(values.tolist()):
                known[value] = known.get(value, 0) + seen[where == place].sum(axis=0)

    def settled(self, layout: Layout) -> Layout:
        """The layout with the natural shares, by the column that tells most of the forms where one tells anything."""
        mixed = self._share(self._whole)
        mixed = np.where((mixed < _MIXED) | (mixed > 1 - _MIXED), EVEN, mixed)
        is_mixed = mixed != EVEN
        marked = {slot.column for slot in layout.slots}
        best, most = None, 0.0
        for column, known in enumerate(self._by):
            if known and len(known) > 1 and column not in marked:
                told, free = self._told(known, is_mixed)
                # Wilks: twice the gain is chi-square; five deviations above its mean are no chance
                if told - free > max(most, 5 * np.sqrt(2 * free)):
                    best, most = column, told - free
        shares = {"": tuple(round(float(each), 4) for each in mixed)}
        for value, counts in (self._by[best] or {}).items() if best is not None else ():
            share = np.clip(self._share(counts), _MIXED / 2, 1 - _MIXED / 2)
            shares[f"{value:016x}"] = tuple(round(float(s), 4) for s in np.where(is_mixed, share, mixed))
        return replace(layout, stratum=best, shares=shares)

    @staticmethod
    def _share(counts: np.ndarray) -> np.ndarray:
        return np.asarray((counts[:, 1] + 0.5) / (counts.sum(axis=1) + 1))

    def _told(self, known: Mapping[int, np.ndarray], is_mixed: np.ndarray) -> tuple[float, float]:
        """G² of the forms against the values of a column, and its degrees of freedom."""
        counts = np.stack(list(known.values()))[:, is_mixed]
        if not counts.size:
            return 0.0, 1.0
        expected = (
            counts.sum(axis=2, keepdims=True)
            * counts.sum(axis=0)
            / np.maximum(counts.sum(axis=(0, 2)), 1)[None, :, None]
        )
        part = np.where(counts > 0, counts * np.log(np.maximum(counts, 1) / np.maximum(expected, 1e-9)), 0.0)
        return float(2 * part.sum()), float((len(counts) - 1) * counts.shape[1])


def groups(layout: Layout, cells: np.ndarray, numbers: Records) -> np.ndarray:
    """Which rows may change places: a number for each row, rising with the rows; windows, or ties within them."""
    if layout.order == "*":
        return np.asarray(numbers // WINDOW)
    ties = cells[layout.columns.index(layout.order)]
    fresh = np.concatenate([[True], ties[1:] != ties[:-1]]) | (np.arange(len(ties)) % WINDOW == 0)
    return np.asarray(np.cumsum(fresh)[numbers])


def codes(slots: Sequence[Slot], batch: pa.Table) -> np.ndarray:
    """Which form each row shows in each slot (rows × slots)."""
    shown = [slot.read(batch.column(slot.column).combine_chunks()) for slot in slots]
    return np.stack(shown, axis=1) if shown else np.full((batch.num_rows, 0), UNCLEAR, np.int8)


def written(values: pa.Array, slots: Sequence[tuple[Slot, Bits]]) -> pa.Array:
    """A column with its slots in the forms asked for; a cell whose normal form would change stays as it is."""
    made = values
    for meaning, group in groupby(slots, key=lambda each: CHANNELS[each[0].channel].meaning):
        new = made
        for slot, ones in group:
            new = CHANNELS[slot.channel].write(new, ones)
        same = np.asarray(pc.fill_null(pc.equal(meaning.of(made), meaning.of(new)), False))
        made = pc.if_else(pa.array(same), new, made)
    return made
