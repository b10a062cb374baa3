"""Whether a bill adds up: its running balances, and the sums and counts that it states.

An edited or a cut bill shows here and nowhere else. Rows that somebody deleted in a wallet cannot be seen: the wallet
states its sums without them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from headwater.ingestion.traffic.bills.preamble import Stated
from headwater.ingestion.traffic.raw import Doubt

Whole = npt.NDArray[np.int64]
_MOST_BROKEN = 0.3
"""Where more balances than this share do not follow from those before, the column holds something else: said once."""
_SCALE = 10_000
_UNTOLD = np.iinfo(np.int64).min


@dataclass(slots=True)
class Checks:
    """Gathers the figures of a bill's rows, and holds them against each other in the end. Sums are in 1/10,000."""

    _lines: list[Whole] = field(default_factory=list)
    _moments: list[Whole] = field(default_factory=list)
    _moved: list[Whole] = field(default_factory=list)
    _left: list[Whole] = field(default_factory=list)
    _purses: list[Whole] = field(default_factory=list)
    _known: dict[str, int] = field(default_factory=dict, repr=False)
    _sums: Counter[str] = field(default_factory=Counter)
    _counts: Counter[str] = field(default_factory=Counter)
    _currencies: set[str | None] = field(default_factory=set)

    def purses(self, accounts: pa.Array, currencies: pa.Array) -> Whole:
        """A number for each pair of account and currency."""
        pairs = pc.binary_join_element_wise(pc.fill_null(accounts, ""), pc.fill_null(currencies, ""), "\x1f")
        coded = pairs.dictionary_encode()
        known = [self._known.setdefault(pair, len(self._known)) for pair in coded.dictionary.to_pylist()]
        told: Whole = np.array(known, np.int64)[coded.indices.to_numpy(zero_copy_only=False)]
        return told

    def add_sums(
        self, sides: npt.NDArray[np.str_], amounts: npt.NDArray[np.float64], currencies: set[str | None]
    ) -> None:
        """Add rows to the sums: ``sides`` are ``income``, ``outgo``, ``neutral`` and the like."""
        scaled = _scaled(amounts)
        for side in np.unique(sides).tolist():
            of_side = sides == side
            self._sums[side] += int(scaled[of_side].sum())
            self._counts[side] += int(of_side.sum())
        self._counts["rows"] += len(sides)
        self._currencies |= currencies

    def add_balances(
        self,
        lines: Whole,
        moments: Whole,
        moved: npt.NDArray[np.float64],
        left: npt.NDArray[np.float64],
        purses: Whole,
    ) -> None:
        """Add rows to the running balances: what was moved, with its sign, and what was left then (NaN: not told)."""
        self._lines.append(lines)
        self._moments.append(moments)
        self._moved.append(_scaled(moved))
        self._left.append(np.where(np.isnan(left), _UNTOLD, _scaled(np.nan_to_num(left))))
        self._purses.append(purses)

    def doubts(self, stated: Stated) -> tuple[Doubt, ...]:
        """What does not add up, by line."""
        return tuple(
            sorted({*self._of_sums(stated), *self._of_balances()}, key=lambda d: (d.line, d.what, d.stated, d.found))
        )

    def _of_sums(self, stated: Stated) -> Iterator[Doubt]:
        for what, count, line in stated.counts:
            found = self._counts[what]
            if found != count:
                yield Doubt(line, "rows", float(count), float(found))
        if len(self._currencies - {None}) > 1:
            return
        for what, total, line in stated.sums:
            summed = self._sums[what]
            if abs(summed - round(abs(total) * _SCALE)) > _SCALE // 200:
                yield Doubt(line, what.removesuffix(" due"), abs(total), summed / _SCALE)

    def _of_balances(self) -> Iterator[Doubt]:
        if not self._lines:
            return
        lines, moments, moved, left, purses = (
            np.concatenate(each) for each in (self._lines, self._moments, self._moved, self._left, self._purses)
        )
        order = np.argsort(purses, kind="stable")
        cuts = np.flatnonzero(np.diff(purses[order])) + 1
        for rows in np.split(order, cuts):
            told = left[rows][left[rows] != _UNTOLD]
            if 2 * len(told) > len(rows) and len(np.unique(told)) > 1:
                yield from _broken(lines[rows], moments[rows], moved[rows], left[rows])


def _scaled(values: npt.NDArray[np.float64]) -> Whole:
    return np.rint(values * _SCALE).astype(np.int64)


def _broken(lines: Whole, moments: Whole, moved: Whole, left: Whole) -> Iterator[Doubt]:
    """The balances of one account that do not follow from the one before, in the order that suits the bill best."""
    forward = np.arange(len(lines))
    orders = [
        forward,
        forward[::-1],
        np.argsort(moments, kind="stable"),
        forward[::-1][np.argsort(moments[::-1], kind="stable")],
    ]
    chains = [_chained(order, moved, left) for order in orders]
    gaps = [_gaps(order, steps, left) for order, steps in chains]
    best = min(range(len(orders)), key=lambda n: (len(gaps[n]), n))
    (order, steps), found = chains[best], gaps[best]
    if not len(found):
        return
    kept = _without_ties(order, found, moments, steps, left)
    if len(kept) > max(1, _MOST_BROKEN * len(lines)):
        kept = kept[:1]
    for place in kept:
        row, before = order[place], order[place - 1]
        yield Doubt(int(lines[row]), "balance", int(left[row]) / _SCALE, int(left[before] + steps[row]) / _SCALE)


def _chained(order: Whole, moved: Whole, left: Whole) -> tuple[Whole, Whole]:
    """The rows of an order that tell a balance, and for each row what was moved since the one before that does."""
    told = order[left[order] != _UNTOLD]
    upto = np.zeros(len(moved), np.int64)
    upto[order] = np.cumsum(moved[order])
    steps = moved.copy()
    steps[told[1:]] = np.diff(upto[told])
    return told, steps


def _gaps(order: Whole, moved: Whole, left: Whole) -> Whole:
    """Places of an order whose balance does not follow from the one before."""
    due = left[order][:-1] + moved[order][1:]
    return np.flatnonzero(due != left[order][1:]) + 1


def _without_ties(order: Whole, gaps: Whole, moments: Whole, moved: Whole, left: Whole) -> list[int]:
    """Leave out gaps that another order of the rows of one moment closes: nobody knows which of them came first."""
    times = moments[order]
    changed = np.flatnonzero(np.diff(times)) + 1
    starts = np.concatenate((np.zeros(1, np.int64), changed))
    ends = np.concatenate((changed, np.array([len(order)])))
    groups = np.searchsorted(starts, gaps, side="right") - 1
    kept: list[int] = []
    last: dict[int, int] = {}
    for group in np.unique(groups).tolist():
        rows = order[starts[group] : ends[group]]
        begin = last.get(group - 1, int(left[order[starts[group] - 1]])) if group else None
        end = _end_of_chain(begin, left[rows] - moved[rows], left[rows])
        if end is None:
            kept.append(int(gaps[np.searchsorted(groups, group)]))
        else:
            last[group] = end
    return kept


def _end_of_chain(begin: int | None, before: Whole, after: Whole) -> int | None:
    """The last balance of rows that chain in some order from ``begin`` on, or ``None`` where no order does."""
    starts, ends = Counter(before.tolist()), Counter(after.tolist())
    first, last = starts - ends, ends - starts
    if not first and not last:  # a round trip
        return begin if begin is None or begin in starts else None
    if first.total() != 1 or last.total() != 1 or (begin is not None and begin not in first):
        return None
    return int(next(iter(last)))
