"""The windows of every account's readings, and the lists that it drew: what a candidate for a taker had read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from headwater.attribution.histories import Histories
from headwater.attribution.ordering import by_record, counted, opens
from headwater.attribution.sliding import sums

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

LENGTHS = (1, 2, 4, 8, 15, 30, 60)
"""Lengths of windows in days; the whole history is tried as well."""


@dataclass(frozen=True, slots=True)
class Peak:
    """A window of an account, with its log Bayes factor against chance in nats.

    Where it is one list that the account drew, ``drawing`` says which (of the histories' exports), and the window is when.
    """

    account: int
    start: int
    length: int
    score: float
    drawing: int = -1


class Windows:
    """The windows of every account's readings: sums over each (account, length, first day), and what was read in one."""

    def __init__(self, histories: Histories) -> None:
        self.h = h = histories
        self.lengths = (*(x for x in LENGTHS if x < h.days), max(1, h.days))
        self.shape = (len(h.accounts), len(self.lengths), h.days + 1)
        self.first = h.bounds
        self.main = np.array([_most(h.segment[self.ever_read(a)]) for a in range(len(h.accounts))], np.int64)
        """The segment from which each account reads most."""

    def sums(self, pairs: Ints, weights: Floats, among: Ints | None = None) -> Floats:
        """Per account, length and first day the sum of weights of the distinct records read in that window.

        ``pairs``: places of readings, in order. ``among``: the accounts (sorted) that are asked for, to which all pairs must
        belong; all when left out.
        """
        accounts, lengths, width = self.shape
        among = np.arange(accounts) if among is None else among
        bounds = np.concatenate([np.searchsorted(pairs, self.first[among]), [len(pairs)]])
        total = np.zeros((len(among), lengths, width))
        own = self.h.record[pairs], self.h.day[pairs], np.asarray(weights, float)
        sums(bounds, *own, np.array(self.lengths), total)
        return total

    @cached_property
    def mine(self) -> npt.NDArray[np.bool_]:
        """Of every reading whether it is of a record of its account's main segment."""
        told = np.empty(len(self.h.record), bool)
        for account, (low, high) in enumerate(pairwise(self.first.tolist())):
            np.equal(self.h.segment[self.h.record[low:high]], self.main[account], out=told[low:high])
        return told

    @cached_property
    def of_record(self) -> Ints:
        """Where the readings of each record begin in :attr:`by_record`."""
        return np.concatenate([[0], np.cumsum(counted(self.h.record, self.h.size))])

    @cached_property
    def by_record(self) -> Ints:
        """The places of all readings in order of record."""
        return by_record(self.h.record, self.h.size)

    def pairs_of(self, records: Ints) -> Ints:
        """The pairs that read any of these records."""
        starts = self.of_record[records]
        lengths = self.of_record[records + 1] - starts
        offsets = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        return np.asarray(self.by_record[np.repeat(starts, lengths) + offsets])

    def accounts_of(self, pairs: Ints) -> Ints:
        """The account of each of these pairs."""
        return np.searchsorted(self.first, pairs, side="right") - 1

    def pairs_in(self, account: int, start: int, length: int) -> Ints:
        """The pairs of an account in a window of days."""
        low, high = self.first[account], self.first[account + 1]
        day = self.h.day[low:high]
        return np.asarray(low + np.flatnonzero((day >= start) & (day < start + length)))

    def firsts_in(self, account: int, start: int, length: int) -> Ints:
        """Those of them that read their record for the first time in that window."""
        pairs = self.pairs_in(account, start, length)
        return np.asarray(pairs[opens(self.h.record[pairs])])

    def read_in(self, account: int, start: int, length: int) -> Ints:
        """The distinct records that an account read in a window of days."""
        return np.asarray(self.h.record[self.firsts_in(account, start, length)])

    def taken(self, peak: Peak) -> Ints:
        """The distinct records of a window, or of a list."""
        if peak.drawing < 0:
            return self.read_in(peak.account, peak.start, peak.length)
        return self.h.exports.records(peak.drawing)

    def drawn(self, drawing: int, score: float) -> Peak:
        """A list that was drawn."""
        lists = self.h.exports
        first, last = int(lists.first[drawing]), int(lists.last[drawing])
        return Peak(int(lists.account[drawing]), first, last - first + 1, score, drawing)

    def ever_read(self, account: int) -> Ints:
        """All distinct records that an account ever read."""
        record = self.h.record[self.first[account] : self.first[account + 1]]
        return np.asarray(record[opens(record)])

    def shared(self, records: Ints) -> Ints:
        """How many of these records each account ever read."""
        wanted = np.zeros(self.h.size, bool)
        wanted[records] = True
        return np.array([np.count_nonzero(wanted[self.ever_read(a)]) for a in range(len(self.h.accounts))], np.int64)


def _most(segments: Ints) -> int:
    """The segment that comes most often, the last of several; 0 where there is none."""
    counts = np.bincount(segments, minlength=1)
    return len(counts) - 1 - int(np.argmax(counts[::-1])) if len(segments) else 0
