"""The table of planted leaks: of each sort how many, and what was said of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from headwater.attribution.calibration.plants import NULLS, WAYS
from headwater.attribution.calibration.trying import Tried

OWN = (1.0, 15.0, 40.0, 100.0, 300.0, None)
"""Bounds of the rows that a taker gave, for the table of what is needed."""
PADDED = (0.0, 0.25, 0.625, 0.825, 0.935, 1.0)
"""Bounds of the share of rows that no taker gave."""
SHARES = (0.0, 0.1, 0.5, 0.9, None)
"""Bounds of how much was given of what there was to give."""


@dataclass(frozen=True, slots=True)
class Row:
    """Planted leaks of one sort: how many, their takers, takers named, leaks whose takers are exact, false names.

    ``what`` is the sort: ``way``, ``takers``, ``padding``, ``rows``, ``share``, ``dated``, ``nobody``; ``which`` one of
    several (a way, a kind of null), and ``low`` to below ``high`` the numbers that are meant (``None``: no bound).
    ``joint``: names shared by several accounts, one of them right; ``innocent``: those of them whose first one took nothing.
    ``overlap``: mean overlap of days.
    """

    what: str
    which: str
    low: float | None
    high: float | None
    leaks: int
    takers: int
    found: int
    exact: int
    joint: int
    innocent: int
    false: int
    overlap: float | None


def rows(done: Sequence[Tried]) -> tuple[Row, ...]:
    """The whole table; what was not planted has no row, but for kinds of nulls."""
    taken, nobody = [t for t in done if t.given], [t for t in done if not t.given]
    made = [_row("way", way, [t for t in taken if t.kind == way]) for way in WAYS]
    for number in sorted({len(t.given) for t in taken}):
        made.append(_row("takers", "", [t for t in taken if len(t.given) == number], low=number, high=number + 1))
    made += _ranges("padding", PADDED, taken, lambda t: t.padding)
    made += _ranges("rows", OWN, taken, lambda t: float(min(t.given)))
    made += _ranges("share", SHARES, taken, lambda t: t.share)
    made.append(_row("dated", "", [t for t in taken if t.dated]))
    for kind in NULLS:
        some = [t for t in nobody if t.kind == kind]
        made += [_row("nobody", kind, some), *_ranges("nobody", SHARES, some, lambda t: t.share, kind)]
    return tuple(r for r in made if r.leaks or (r.what == "nobody" and r.low is None and r.high is None))


def _ranges(
    what: str, bounds: Sequence[float | None], some: Sequence[Tried], of: Callable[[Tried], float], which: str = ""
) -> Iterator[Row]:
    for low, high in pairwise(bounds):
        inside = [t for t in some if (low or 0.0) <= of(t) and (high is None or of(t) < high)]
        yield _row(what, which, inside, low=low, high=high)


def _row(what: str, which: str, some: Sequence[Tried], low: float | None = None, high: float | None = None) -> Row:
    claims = [c for t in some for c in t.claims]
    overlaps = [c.overlap for c in claims if c.overlap is not None]
    return Row(
        what,
        which,
        low,
        high,
        leaks=len(some),
        takers=sum(len(t.given) for t in some),
        found=sum(t.found for t in some),
        exact=sum(t.exact for t in some),
        joint=sum(c.joint and c.right for c in claims),
        innocent=sum(c.innocent for c in claims),
        false=sum(t.false for t in some),
        overlap=float(np.mean(overlaps)) if overlaps else None,
    )
