"""What leaks are planted on: a house's own histories, and evenings added to them on which somebody reads much at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np
import numpy.typing as npt

from headwater.attribution.exports import EVERYTHING
from headwater.attribution.histories import Histories, popularity
from headwater.attribution.ordering import Ordered, ordered
from headwater.attribution.search import House
from headwater.attribution.windows import Windows

Ints = npt.NDArray[np.int64]

EVENINGS = 0.1
"""The share of people's accounts that get an evening; two at least, as far as there are as many."""
LEAST_READ = 20
"""Who read less in his window is no taker."""
STRETCHES = 8
"""So many statements are made on an evening of exports."""
APART = 10
"""So many records at least lie between what two of them return."""


@dataclass(frozen=True, slots=True)
class Evening:
    """What an account is made to read on one day (``day`` of the histories).

    ``stretches``: what each of its statements returned, records side by side in the data set's order; none where it opened
    records one by one.
    """

    day: int
    records: Ints
    stretches: tuple[Ints, ...] = ()

    @property
    def way(self) -> str:
        """How it was read: by statements (``export``) or one by one (``bulk``)."""
        return "export" if self.stretches else "bulk"

    @property
    def ends(self) -> Ints:
        """The first and last record of every statement."""
        return np.array([end for one in self.stretches for end in (one[0], one[-1])], np.int64)


@dataclass(frozen=True, slots=True)
class Ground:
    """The histories on which leaks are planted, with the added evenings by account.

    ``persons`` are the accounts that people sit at, without those that read nearly everything: nobody compares them.
    """

    windows: Windows
    evenings: Mapping[int, Evening]
    persons: Ints

    @property
    def h(self) -> Histories:
        """The histories."""
        return self.windows.h

    def known(self, house: House) -> House:
        """What the search must know of a house, with where added statements begin and end; each account is asked about once."""
        added = {self.h.accounts[account]: evening.ends for account, evening in self.evenings.items()}

        @cache
        def ends(account: str) -> Ints:
            return np.union1d(house.ends(account), added.get(account, np.zeros(0, np.int64)))

        return replace(house, ends=ends)

    def without(self, account: int) -> Windows:
        """The histories as they were if nobody had ever heard of an account; those after it move up by one.

        What it read makes no record popular, and no prior counts it. Costs a copy of the histories.
        """
        h = self.h
        low, high = h.bounds[account], h.bounds[account + 1]
        bounds = np.concatenate([h.bounds[:account], h.bounds[account + 1 :] - (high - low)])
        record, day = (np.concatenate([column[:low], column[high:]]) for column in (h.record, h.day))
        read, names = Ordered(bounds, record, day), (*h.accounts[:account], *h.accounts[account + 1 :])
        bare = replace(h.with_readings(read), exports=h.exports.without(account))
        known = replace(bare, accounts=names, popularity=popularity(read, h.size))
        return Windows(known)


def ground(h: Histories, seed: int, services: frozenset[str] = frozenset()) -> Ground:
    """Add evenings to some accounts: of records of their main segment opened one by one, and of exports, by turns."""
    rng, windows = np.random.default_rng(seed), Windows(h)
    nobody = services | set(h.everything)
    persons = np.array([i for i, name in enumerate(h.accounts) if name not in nobody], np.int64)
    evenings: dict[int, Evening] = {}
    for turn, account in enumerate(rng.permutation(persons)[: max(2, round(EVENINGS * len(persons)))].tolist()):
        made = (_export if turn % 2 else _bulk)(h, int(windows.main[account]), rng)
        if made and len(np.union1d(windows.ever_read(account), made.records)) <= EVERYTHING * h.size:
            evenings[account] = made
    return Ground(Windows(_with(h, evenings)) if evenings else windows, evenings, persons)


def _bulk(h: Histories, segment: int, rng: np.random.Generator) -> Evening | None:
    """Between a tenth and seven tenths of a segment, one by one."""
    book = np.flatnonzero(h.segment == segment)
    if len(book) < 10 * LEAST_READ:
        return None
    records = np.sort(rng.choice(book, int(len(book) * rng.uniform(0.1, 0.7)), replace=False))
    return Evening(int(rng.integers(h.days)), records)


def _export(h: Histories, segment: int, rng: np.random.Generator) -> Evening | None:
    """What some statements return, each by a range of keys: stretches of different length, apart from each other."""
    part = h.size // STRETCHES
    if part < 2 * LEAST_READ + APART:
        return None
    lengths = np.exp(rng.uniform(np.log(LEAST_READ), np.log(part // 2), STRETCHES)).astype(int)
    starts = part * np.arange(STRETCHES) + rng.integers(0, part - APART - lengths)
    stretches = tuple(np.arange(low, low + length) for low, length in zip(starts, lengths, strict=True))
    return Evening(int(rng.integers(h.days)), np.concatenate(stretches), stretches)


def _with(h: Histories, evenings: Mapping[int, Evening]) -> Histories:
    added = evenings.items()
    account = np.concatenate([h.account, *(np.full(len(e.records), a) for a, e in added)]).astype(np.int64)
    day = np.concatenate([h.day, *(np.full(len(e.records), e.day) for _a, e in added)])
    record = np.concatenate([h.record, *(e.records for _a, e in added)])
    read = ordered((account * h.size + record) * h.days + day, h.size, h.days, len(h.accounts))
    lists = h.exports
    for a, evening in added:
        lists = lists.with_lists(a, evening.day, evening.stretches) if evening.stretches else lists
    return replace(h.with_readings(read), popularity=popularity(read, h.size), exports=lists)
