"""What a mark reads like after its way through the world: forms wiped out, read wrong, or lost.

A broker's program that writes a column in one form wipes its marks: where all rows read the same form, more than chance
would have it, that slot is an erasure for all. Where a form is too frequent, a share of it was wiped (or several copies
were laid side by side and one form was preferred): reading it then says little, and reading the other one much. Colluders
who always take the more frequent form, or form 1, look like that too, at some biases more than at others: so both are
reckoned within bands of the bias as well (:func:`banded`), and both views are held beside each other.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np

ERASED = -1
_CHANCE = 1e-3
_FAR = 4.0
_BANDS = np.array([0.03, 0.12, 0.3, 0.5, 0.7, 0.88, 0.97])

Floats = np.ndarray[tuple[int, int], np.dtype[np.float64]]
Codes = np.ndarray[tuple[int, int], np.dtype[np.int8]]


@dataclass(frozen=True, slots=True)
class Reading:
    """The marks of the leaked rows that are known again, rows × slots.

    ``forms`` is 0, 1 or :data:`ERASED`; ``bias`` the chance of form 1; ``to_zero`` and ``to_one`` the shares that were
    wiped to a form. ``read`` counts the cells that showed a form before erasures were seen.
    """

    forms: Codes = field(repr=False)
    bias: Floats = field(repr=False)
    to_zero: Floats = field(repr=False)
    to_one: Floats = field(repr=False)
    strata: np.ndarray = field(repr=False)
    free: int
    read: int

    @property
    def erased(self) -> float:
        """Share of the cells read that turned out to be wiped to one form; 0 where none was read."""
        return 1 - float((self.forms != ERASED).sum()) / self.read if self.read else 0.0


def reading(forms: Codes, bias: Floats, strata: np.ndarray, free: int = 0) -> Reading:
    """Look for what was wiped, slot by slot and stratum (one code a row) by stratum.

    The last ``free`` slots are no forms of writing and cannot be wiped.
    """
    none = np.zeros(forms.shape)
    made = Reading(forms.copy(), bias, none, none.copy(), strata, free, int((forms != ERASED).sum()))
    for slot in range(forms.shape[1] - free):
        _look(made, strata, slot)
    return made


def banded(made: Reading) -> Reading:
    """The same within bands of the bias: what majorities and preferred forms do shows there alone."""
    none = np.zeros(made.forms.shape)
    closer = replace(made, forms=made.forms.copy(), to_zero=none, to_one=none.copy())
    for slot in range(made.forms.shape[1] - made.free):
        bands = np.searchsorted(_BANDS, made.bias[:, slot])
        _look(closer, made.strata * (len(_BANDS) + 1) + bands, slot)
    return closer


def _look(made: Reading, groups: np.ndarray, slot: int) -> None:
    for group in np.unique(groups):
        rows = np.flatnonzero((groups == group) & (made.forms[:, slot] != ERASED))
        if len(rows):
            _wiped(made, rows, slot)


def _wiped(made: Reading, rows: np.ndarray, slot: int) -> None:
    ones, bias = made.forms[rows, slot] == 1, made.bias[rows, slot]
    count, all_ones, all_zeros = int(ones.sum()), np.log(bias).sum(), np.log1p(-bias).sum()
    if (count == 0 and all_zeros < np.log(_CHANCE)) or (count == len(rows) and all_ones < np.log(_CHANCE)):
        made.forms[rows, slot] = ERASED
        return
    expected, spread = bias.sum(), np.sqrt((bias * (1 - bias)).sum())
    if count < expected - _FAR * spread:
        made.to_zero[rows, slot] = 1 - count / expected
    elif count > expected + _FAR * spread:
        made.to_one[rows, slot] = 1 - (len(rows) - count) / (len(rows) - expected)


def ratios(made: Reading, wrong: float) -> tuple[Floats, Floats]:
    """ln P(what is read | source has form x) / P(what is read) for x = 0 and x = 1; 0 for erasures.

    ``wrong`` is the chance that a form is read as the other one. Over whoever might have been given a copy, the mean of
    the ratio is 1, whatever was read: that is what makes its product an e-value.
    """
    stays = 1 - made.to_zero - made.to_one
    one_of = [made.to_one + stays * chance for chance in (wrong, 1 - wrong)]  # P(reads 1 | x = 0), P(reads 1 | x = 1)
    seen = [np.where(made.forms == 1, one, 1 - one) for one in one_of]
    mean = (1 - made.bias) * seen[0] + made.bias * seen[1]
    zero, one = (np.where(made.forms == ERASED, 0.0, np.log(each / mean)) for each in seen)
    return zero, one
