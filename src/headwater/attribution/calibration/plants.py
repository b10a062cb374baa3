"""Leaks planted over a house's own reading histories: who took how much of what is known, because it was made up.

A taker gives a share of what he really read: on his busiest day (``day``), in a month (``work``), a little of every week
(``drip``), or in one evening that is added to the histories, of records opened one by one (``bulk``) or of whole statements
(``export``). Leaks that nobody took: of popular records (``popular``), of one segment (``book``), at random (``random``), and
what somebody read whom the histories then do not know (``absent``: a theft below the log, by a colleague or by a system that
logs nothing). The last is the hardest: it clusters like somebody's work.

How many rows are given is drawn evenly by order of magnitude, between few and all that there is to give. The values of every
other leak tell when they were current.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
import numpy.typing as npt

from headwater.attribution.calibration.ground import LEAST_READ, Ground

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Span = tuple[int, int]

EVENINGS = ("bulk", "export")
WAYS = ("day", "work", "drip", *EVENINGS)
NULLS = ("popular", "book", "random", "absent")
TAKERS = (1, 2, 3, 5, 10)
LEAST_ROWS = 20
"""No planted leak has fewer rows."""
PADDING = (0.0, 0.5, 0.75, 0.9, 0.97)
PADDED = ("popular", "book", "random")
MONTH = 30
ATTEMPTS = 12
"""So often a leak is drawn anew that the house cannot bear: ten takers where five have an evening, padding that is not there."""
CHANGED = 0.3
"""The share of records whose values changed before or after, in leaks that tell when they were current; on average they
lasted half of the log's days."""


@dataclass(frozen=True, slots=True)
class Plant:
    """A planted leak: the records in it, and of each taker (by account) how many rows he gave and on which days he read them.

    ``share``: of what there was to give (what a taker read in his window, the least of all takers; the segment), how much
    was given. ``padding``: the share of rows that no taker gave, as it came out. ``absent`` is the account that the search
    must not know. ``valid``: from when and until when each record's value was current, in days of the histories.
    """

    kind: str
    leaked: Ints
    takers: dict[int, int]
    days: dict[int, Span]
    share: float
    padding: float
    absent: int | None = None
    valid: tuple[Floats, Floats] | None = None


def plants(place: Ground, leaks: int, seed: int, nulls: float = 0.4) -> Iterator[Plant]:
    """So many leaks, each with an own draw; this share of them taken by nobody, and all where nobody is there to take.

    Takers and padding that the house cannot bear are drawn anew, in the same way; what it never can is left out.
    """
    nobodys = NULLS if len(place.persons) else PADDED
    ways = [w for w in WAYS if w not in EVENINGS or w in {e.way for e in place.evenings.values()}]
    for number in range(leaks):
        rng = np.random.default_rng([seed, number])
        by_nobody = rng.random() < nulls or len(place.persons) == 0
        kind = str(rng.choice(nobodys if by_nobody else ways))
        draw = _taken if not by_nobody else _by_one_unknown if kind == "absent" else _null
        drawn = (draw(place, kind, rng) for _attempt in range(ATTEMPTS))
        yield from islice((made for made in drawn if made is not None), 1)


def _taken(place: Ground, way: str, rng: np.random.Generator) -> Plant | None:
    count, padding = int(rng.choice(TAKERS)), float(rng.choice(PADDING))
    pool, weight = _pool(place, str(rng.choice(PADDED)), rng)
    readers = dict(islice(_readers(place, way, rng), count))
    most = (len(pool) if padding else place.h.size) * (1 - padding) / count
    least = max(1.0, LEAST_ROWS * (1 - padding) / count)
    if len(readers) < count or most < least:
        return None
    level = rng.random()  # colluders give as much of theirs as each other
    given, days = dict[int, Ints](), dict[int, Span]()
    for account, (read, span) in readers.items():
        rows = _between(level, least, min(len(read), most))
        given[account], days[account] = _given(place, account, way, read, rows, rng), span
    own = np.unique(np.concatenate(list(given.values())))
    more = min(round(len(own) * padding / (1 - padding)), len(pool))
    leaked = np.union1d(own, _drawn(pool, weight, own, more, rng))
    share = min(len(records) / len(readers[account][0]) for account, records in given.items())
    return Plant(
        way,
        leaked,
        {account: len(records) for account, records in given.items()},
        days,
        share,
        1 - len(own) / len(leaked),
        valid=_current(place, leaked, given, days, rng),
    )


def _null(place: Ground, kind: str, rng: np.random.Generator) -> Plant | None:
    pool, weight = _pool(place, kind, rng)
    if len(pool) < LEAST_ROWS:
        return None
    leaked = _drawn(pool, weight, pool[:0], _between(rng.random(), LEAST_ROWS, len(pool)), rng)
    valid = _current(place, leaked, {}, {}, rng)
    return Plant(kind, leaked, {}, {}, len(leaked) / len(pool), 1.0, valid=valid)


def _by_one_unknown(place: Ground, kind: str, rng: np.random.Generator) -> Plant | None:
    account = int(rng.choice(place.persons))
    read, span = _read(place, account, str(rng.choice(WAYS[:3])), rng)
    if len(read) < LEAST_READ or place.windows.first[account + 1] - place.windows.first[account] == len(place.h.day):
        return None
    taken = np.sort(rng.choice(read, _between(rng.random(), LEAST_ROWS, len(read)), replace=False))
    valid = _current(place, taken, {account: taken}, {account: span}, rng)
    return Plant(kind, taken, {}, {}, len(taken) / len(read), 1.0, account, valid)


def _between(level: float, low: float, high: float) -> int:
    """A number between two, so far (0 to 1) on the way by order of magnitude; at least one."""
    wanted = float(low * (max(high, low) / low) ** level)
    return max(1, min(round(wanted), int(high)))


def _readers(place: Ground, way: str, rng: np.random.Generator) -> Iterator[tuple[int, tuple[Ints, Span]]]:
    """Accounts at random that have something to give in this way, with what and of which days."""
    among = [a for a, e in place.evenings.items() if e.way == way] if way in EVENINGS else place.persons
    for account in rng.permutation(np.array(sorted(among), np.int64)).tolist():
        read, span = _read(place, account, way, rng)
        if len(read) >= LEAST_READ:
            yield account, (read, span)


def _read(place: Ground, account: int, way: str, rng: np.random.Generator) -> tuple[Ints, Span]:
    """What a taker has to give, and the days on which he read it."""
    h, windows = place.h, place.windows
    if way in EVENINGS:
        evening = place.evenings[account]
        return evening.records, (evening.day, evening.day)
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


def _given(place: Ground, account: int, way: str, read: Ints, rows: int, rng: np.random.Generator) -> Ints:
    """So many of the records that were read; of statements whole ones, until there are as many."""
    if way != "export":
        return np.asarray(rng.choice(read, rows, replace=False))
    stretches = place.evenings[account].stretches
    order = rng.permutation(len(stretches))
    reached = np.cumsum([len(stretches[i]) for i in order])
    return np.concatenate([stretches[i] for i in order[: int(np.searchsorted(reached, rows)) + 1]])


def _pool(place: Ground, kind: str, rng: np.random.Generator) -> tuple[Ints, Floats]:
    """Records from which nobody's rows come, and how likely each: popular ones, those of one segment, or any."""
    h = place.h
    members = np.arange(h.size)
    if kind == "book":
        sizes = np.bincount(h.segment)
        members = np.flatnonzero(h.segment == rng.choice(len(sizes), p=sizes / sizes.sum()))
    elif kind == "popular":
        readers = np.zeros(h.size)
        for account in range(len(h.accounts)):
            readers[place.windows.ever_read(account)] += 1
        members = np.flatnonzero(readers)
        return members, readers[members] ** 2
    return members, np.ones(len(members))


def _drawn(pool: Ints, weight: Floats, own: Ints, rows: int, rng: np.random.Generator) -> Ints:
    """So many records of a pool at random, none that a taker gave; all the rest where there are not as many."""
    rest = ~np.isin(pool, own)
    members, weight = pool[rest], weight[rest]
    some = min(rows, len(members))
    return np.sort(rng.choice(members, some, replace=False, p=weight / weight.sum())) if some else members[:0]


def _current(
    place: Ground, leaked: Ints, given: dict[int, Ints], days: dict[int, Span], rng: np.random.Generator
) -> tuple[Floats, Floats] | None:
    """When the leaked values were current, for every other leak: on the day on which each was read, or on one day for all.

    What several takers gave tells nothing: each may have another day's value.
    """
    h = place.h
    low, high = np.full(h.size, -np.inf), np.full(h.size, np.inf)
    when, takers = np.full(len(leaked), float(rng.integers(h.days))), np.zeros(len(leaked), np.int64)
    for account, records in given.items():
        at = np.searchsorted(leaked, records)
        when[at] = _first_read(place, account, days[account], records)
        takers[at] += 1
    some = (rng.random(len(leaked)) < CHANGED) & (takers < 2)
    before, after = np.ceil(rng.exponential(h.days / 2, (2, int(some.sum()))))
    low[leaked[some]], high[leaked[some]] = when[some] - before, when[some] + after
    return (low, high) if rng.random() < 0.5 else None


def _first_read(place: Ground, account: int, span: Span, records: Ints) -> Ints:
    """The day on which an account read each of these records first, between two days."""
    pairs = place.windows.pairs_in(account, span[0], span[1] - span[0] + 1)
    read, first = np.unique(place.h.record[pairs], return_index=True)
    return np.asarray(place.h.day[pairs[first[np.searchsorted(read, records)]]], np.int64)
