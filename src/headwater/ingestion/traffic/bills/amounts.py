"""How much each row moves and which way: by a word, by a sign, by the column in which it stands, or by the balance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.traffic.bills.cells import Cells
from headwater.ingestion.traffic.bills.values import directions, money

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
_CENT = 0.005


@dataclass(slots=True)
class Seen:
    """What earlier rows of the bill have shown: whether its sums carry signs."""

    signed: bool = False


@dataclass(frozen=True, slots=True)
class Moved:
    """Sums without sign (NaN: none that can be read), which way they went, and whether that is told."""

    amount: Floats
    direction: pa.Array
    told: Mask
    currency: pa.Array
    income: Floats | None = None
    outgo: Floats | None = None

    def filtered(self, mask: Mask) -> Moved:
        """Only some of the rows."""
        kept = pa.array(mask)
        return Moved(self.amount[mask], self.direction.filter(kept), self.told[mask], self.currency.filter(kept))


def sums(cells: Cells, name: str) -> tuple[Floats, pa.Array]:
    """Read a column of sums, in whole units even where it counts hundredths; with the currency that symbols tell."""
    values, currency = money(_column(cells, name))
    places = cells.header.columns.get(name)
    return (values / 100 if places and places[0] in cells.header.cents else values), currency


def moved(cells: Cells, seen: Seen) -> Moved:
    """Read the sums of a piece of a bill."""
    header = cells.header
    if header.has("amount", "direction"):
        return _by_word(cells)
    if header.has("income", "outgo"):
        return _by_column(cells)
    return _by_sign(cells, seen)


def _by_word(cells: Cells) -> Moved:
    values, currency = sums(cells, "amount")
    words = _column(cells, "direction")
    way = directions(words)
    blank = words.is_null().to_numpy(zero_copy_only=False)
    sign = np.where(_is(way, "in"), 1, np.where(_is(way, "out"), -1, 0))
    for each in (1, -1):
        of_way = sign == each
        minus = of_way & (values < 0)
        if minus.sum() * 2 > of_way.sum():  # the sign only says again what the word says
            values = np.where(of_way, -values, values)
            minus = of_way & (values < 0)
        sign = np.where(minus, -sign, sign)
    guess = np.where(values < 0, -1, _by_balance(cells, np.abs(values)))
    sign = np.where(blank, guess, sign)
    told = way.is_valid().to_numpy(zero_copy_only=False) | (blank & ((sign != 0) | (values == 0)))
    return Moved(np.abs(values), _ways(sign), told, currency)


def _by_column(cells: Cells) -> Moved:
    (income, currency), (outgo, other) = (sums(cells, name) for name in ("income", "outgo"))
    if (outgo < 0).sum() > (outgo > 0).sum():
        outgo = -outgo
    nothing = np.isnan(income) & np.isnan(outgo)
    both = (np.nan_to_num(income) != 0) & (np.nan_to_num(outgo) != 0)
    value = np.nan_to_num(income) - np.nan_to_num(outgo)
    amount = np.where(nothing, np.nan, np.abs(value))
    return Moved(amount, _ways(np.sign(value)), ~both, pc.coalesce(currency, other), income, outgo)


def _by_sign(cells: Cells, seen: Seen) -> Moved:
    values, currency = sums(cells, "amount")
    plus = pc.fill_null(pc.match_substring_regex(_column(cells, "amount"), r"^[+＋]"), False)
    seen.signed = seen.signed or bool((values < 0).any()) or bool(pc.any(plus).as_py())
    sign = np.sign(np.nan_to_num(values)) if seen.signed else _by_balance(cells, values)
    return Moved(np.abs(values), _ways(sign), (sign != 0) | (values == 0), currency)


def _by_balance(cells: Cells, amount: Floats) -> Floats:
    """Which way a sum without a word went, by what its account had before and after: 0 where that does not tell."""
    left, _ = sums(cells, "balance")
    if len(left) < 2:
        return np.zeros(len(left))
    own = pc.coalesce(_column(cells, "card"), _column(cells, "account"), pa.scalar(""))
    purses = own.dictionary_encode().indices.to_numpy(zero_copy_only=False)
    order = np.argsort(purses, kind="stable")
    steps = np.where(np.diff(purses[order]) == 0, np.diff(left[order]), np.nan)
    back, ahead = np.full(len(left), np.nan), np.full(len(left), np.nan)
    back[order[1:]], ahead[order[:-1]] = steps, -steps
    by_back = np.where(np.abs(np.abs(back) - amount) < _CENT, np.sign(back), 0)
    by_ahead = np.where(np.abs(np.abs(ahead) - amount) < _CENT, np.sign(ahead), 0)
    sure: Floats = np.where(by_back == 0, by_ahead, np.where((by_ahead == 0) | (by_ahead == by_back), by_back, 0))
    return sure


def _ways(sign: npt.NDArray[Any]) -> pa.Array:
    return pa.array(np.where(sign > 0, "in", np.where(sign < 0, "out", "neutral")), pa.string())


def _is(way: pa.Array, word: str) -> Mask:
    told: Mask = pc.fill_null(pc.equal(way, word), False).to_numpy(zero_copy_only=False).astype(bool)
    return told


def _column(cells: Cells, name: str) -> pa.Array:
    column = cells.maybe(name)
    return cells.nulls if column is None else column
