"""Leaks planted over a house's own reading histories: who took how much of what is known, because it was made up.

A taker gives a share of what he really read: on his busiest day (``day``), in a month (``work``), a little of every week
(``drip``), or in one evening of bulk reading from his own segment that is added to the histories (``bulk``). Leaks that nobody
took: of popular records (``popular``), of one segment (``book``), at random (``random``), and what somebody read
whom the history then does not know (``absent``: a theft below the log, by a colleague or by a system that logs nothing).
The last is the hardest: it clusters like somebody's work.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from headwater.attribution.histories import Histories, popularity
from headwater.attribution.ordering import ordered
from headwater.attribution.scan import Windows

Ints = npt.NDArray[np.int64]

WAYS = ("day", "work", "drip", "bulk")
NULLS = ("popular", "book", "random", "absent")
TAKERS = (1, 2, 3, 5, 10)
ROWS = (20, 1_000_000)
"""Rows of a leak, drawn evenly by order of magnitude; no more than there is to take."""
PADDING = (0.0, 0.5, 0.75, 0.9, 0.97)
PADDED = ("popular", "book", "random")
BULK = 0.1
"""The share of accounts that get an evening of bulk reading."""
LEAST_READ = 20
"""Who read less in his window is no taker."""
MONTH = 30


@dataclass(frozen=True, slots=True)
class Plant:
    """A planted leak: the records in it, and of each taker (by account) how many rows he gave and on which days he read them.

    ``absent`` are accounts that the search must not know. ``padding`` is the share of rows that no taker gave.
    """

    kind: str
    leaked: Ints
    takers: dict[int, int]
    days: dict[int, tuple[int, int]]
    padding: float
    absent: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Ground:
    """The histories on which leaks are planted, with the added evenings of bulk reading: account, day, records.

    ``persons`` are the accounts that people sit at.
    """

    windows: Windows
    bulk: dict[int, tuple[int, Ints]]
    persons: Ints

    @property
    def h(self) -> Histories:
        """The histories."""
        return self.windows.h


def ground(h: Histories, seed: int, services: frozenset[str] = frozenset()) -> Ground:
    """Add evenings of bulk reading to some accounts: between a tenth and seven tenths of their main segment."""
    rng, windows = np.random.default_rng(seed), Windows(h)
    bulk: dict[int, tuple[int, Ints]] = {}
    persons = np.array([i for i, name in enumerate(h.accounts) if name not in services], np.int64)
    for account in rng.permutation(persons)[: max(1, round(BULK * len(persons)))].tolist():
        book = np.flatnonzero(h.segment == windows.main[account])
        if len(book) >= 10 * LEAST_READ and h.days:
            count = int(len(book) * rng.uniform(0.1, 0.7))
            bulk[account] = (int(rng.integers(h.days)), np.sort(rng.choice(book, count, replace=False)))
    return Ground(Windows(_with(h, bulk)) if bulk else windows, bulk, persons)


def _with(h: Histories, bulk: dict[int, tuple[int, Ints]]) -> Histories:
    account = np.concatenate([h.account, *(np.full(len(r), a) for a, (_d, r) in bulk.items())]).astype(np.int64)
    day = np.concatenate([h.day, *(np.full(len(r), d) for d, r in bulk.values())])
    record = np.concatenate([h.record, *(r for _d, r in bulk.values())])
    read = ordered((account * h.size + record) * h.days + day, h.size, h.days)
    popular = popularity(read.account, read.record, read.day, read.before, h.size)
    return replace(h, account=read.account, record=read.record, day=read.day, before=read.before, popularity=popular)


def plants(place: Ground, leaks: int, seed: int, nulls: float = 0.4) -> Iterator[Plant]:
    """So many leaks, each with an own draw; this share of them taken by nobody."""
    for number in range(leaks):
        rng = np.random.default_rng([seed, number])
        made = _null(place, rng) if rng.random() < nulls else _taken(place, rng)
        if made is not None:
            yield made


def _taken(place: Ground, rng: np.random.Generator) -> Plant | None:
    way, count = str(rng.choice(WAYS)), int(rng.choice(TAKERS))
    padding, rows = float(rng.choice(PADDING)), _rows(rng)
    among = np.array(sorted(place.bulk), np.int64) if way == "bulk" else place.persons
    given: dict[int, Ints] = {}
    days: dict[int, tuple[int, int]] = {}
    share = max(1, round(rows * (1 - padding) / count))
    for account in rng.permutation(among).tolist():
        read, span = _read(place, account, way, rng)
        if len(read) >= LEAST_READ:
            given[account] = rng.choice(read, min(share, len(read)), replace=False)
            days[account] = span
        if len(given) == count:
            break
    if len(given) < count:
        return None
    own = np.unique(np.concatenate(list(given.values())))
    more = round(len(own) * padding / (1 - padding))
    padded = _padding(place, str(rng.choice(PADDED)), more, rng) if more else own[:0]
    takers = {account: len(records) for account, records in given.items()}
    return Plant(way, np.union1d(own, padded), takers, days, padding)


def _null(place: Ground, rng: np.random.Generator) -> Plant | None:
    kind, rows = str(rng.choice(NULLS)), _rows(rng)
    if kind != "absent":
        return Plant(kind, _padding(place, kind, min(rows, place.h.size // 4), rng), {}, {}, 1.0)
    account = int(rng.choice(place.persons))
    read, _span = _read(place, account, str(rng.choice(WAYS[:3])), rng)
    if len(read) < LEAST_READ:
        return None
    taken = np.sort(rng.choice(read, min(rows, len(read)), replace=False))
    return Plant(kind, taken, {}, {}, 1.0, frozenset({place.h.accounts[account]}))


def _rows(rng: np.random.Generator) -> int:
    low, high = np.log(ROWS)
    return int(np.exp(rng.uniform(low, high)))


def _read(place: Ground, account: int, way: str, rng: np.random.Generator) -> tuple[Ints, tuple[int, int]]:
    """What a taker has to give, and the days on which he read it."""
    h, windows = place.h, place.windows
    if way == "bulk":
        day, records = place.bulk[account]
        return records, (day, day)
    low, high = windows.first[account], windows.first[account + 1]
    counts = np.bincount(h.day[low:high], minlength=h.days)
    if way == "day":
        day = int(np.argmax(counts))
        return windows.read_in(account, day, 1), (day, day)
    if way == "work":
        start = int(rng.integers(max(1, h.days - MONTH + 1)))
        end = min(start + MONTH, h.days) - 1
        return windows.read_in(account, start, end - start + 1), (start, end)
    active = np.flatnonzero(counts)
    span = (int(active[0]), int(active[-1])) if len(active) else (0, 0)
    return windows.ever_read(account), span


def _padding(place: Ground, kind: str, rows: int, rng: np.random.Generator) -> Ints:
    """Records that no taker gave: popular ones, those of one segment, or any."""
    h = place.h
    if kind == "book":
        sizes = np.bincount(h.segment)
        segment = int(rng.choice(len(sizes), p=sizes / sizes.sum()))
        members = np.flatnonzero(h.segment == segment)
    elif kind == "popular":
        readers = np.bincount(h.record[h.before < 0], minlength=h.size).astype(float) ** 2 + 1e-3
        some = min(rows, int(np.count_nonzero(readers > 1)) or rows, h.size)
        return np.sort(rng.choice(h.size, some, replace=False, p=readers / readers.sum()))
    else:
        members = np.arange(h.size)
    return np.sort(rng.choice(members, min(rows, len(members)), replace=False))
