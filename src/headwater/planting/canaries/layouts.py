"""How cells are written: days and numbers in the very forms that a column has, mixed as they are mixed there."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

_DAY = r"^\s*(\d{4})(\D?)\s*(\d{1,2})(\D?)\s*(\d{1,2})(.*)$"
_ID_SHORT = re.compile(r"^[0-9]{15}$")


@dataclass(frozen=True, slots=True)
class DayLayout:
    """The forms of a column of days: what stands between the parts and behind them, row by row; and whether padded."""

    between: tuple[tuple[str, str], ...]
    behind: tuple[str, ...] = field(repr=False)
    padded: bool

    def written(self, day: int, rng: np.random.Generator) -> str:
        """A day (days since 1970) in one of the column's forms, with a time of day where the column has times."""
        when = date.fromordinal(day + _EPOCH)
        one, two = self.between[int(rng.integers(len(self.between)))]
        width = 2 if self.padded or not one else 1
        return f"{when.year}{one}{when.month:0{width}d}{two}{when.day:0{width}d}{self.behind[int(rng.integers(len(self.behind)))]}"


_EPOCH = date(1970, 1, 1).toordinal()


def day_layout(values: pd.Series) -> DayLayout:
    """Learn the forms from the cells of a column of days."""
    parts = values.dropna().astype(str).str.extract(_DAY, flags=re.DOTALL).dropna()
    between = list(zip(parts[1], parts[3], strict=True)) or [("-", "-")]
    return DayLayout(tuple(between), tuple(parts[5]) or ("",), not bool((parts[2].str.len() == 1).any()))


def like_digits(template: str, digits: str) -> str:
    """Write digits over those of a template, from the right: ``+86 138-0013-8000`` keeps its form.

    >>> like_digits("+86 138-0013-8000", "13912345678")
    '+86 139-1234-5678'
    >>> like_digits("138", "13912345678")
    '13912345678'
    """
    if sum(c.isdigit() for c in template) < len(digits):
        return digits
    left = list(digits)
    return "".join(left.pop() if c.isdigit() and left else c for c in reversed(template))[::-1]


def like_identity(template: str, number: str) -> str:
    """Write an identity number in the form of another: fifteen characters where those are, a small x where it is small.

    >>> like_identity("132101900101001", "132101199001010010"), like_identity("13210119900101001x", "13210119860101003X")
    ('132101900101001', '13210119860101003x')
    """
    if _ID_SHORT.match(template) and number[6:8] == "19":
        return number[:6] + number[8:17]
    return number.lower() if template[-1:] == "x" else number
