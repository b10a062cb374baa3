"""Who read which record on which day: the reading histories of one data set, as arrays.

Readings are distinct (account, record, day), in this order. Records are numbered by their place in the data set's own
order: the same for every run and every key. A reading is one number while it is loaded and sorted, and six bytes after.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import ibis
import numpy as np
import numpy.typing as npt
import pyarrow as pa
from ibis import _

from headwater.attribution.exports import EVERYTHING, Exports, exports
from headwater.attribution.ordering import Ordered, chunks, opens, ordered, packed, parts, shares
from headwater.attribution.threads import at_once, cores
from headwater.detection.reads import read_acts, readings
from headwater.identifiers.compiled import compiled
from headwater.store.engine import Engine

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

EPOCH = date(1970, 1, 1)
FAR, STRAY = 366, 0.001
"""Days that so many days without any reading part from the others are left out, where they hold no larger share of all."""


def _none() -> Ints:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Histories:
    """Readings in order of account, record, day: account ``i`` has those from ``bounds[i]`` to the next. ``day`` counts from
    ``first``."""

    dataset: str
    size: int
    accounts: tuple[str, ...]
    first: int  # days since 1970
    days: int
    bounds: Ints
    record: Ints
    day: Ints
    everything: tuple[str, ...]  # accounts left out because they read (nearly) all
    segment: Ints
    segments: tuple[str, ...]
    book: Ints = field(default_factory=_none)  # of every record: who has a lasting relation to it; 0 for nobody
    popularity: Ints = field(default_factory=_none)
    age: Ints = field(default_factory=_none)  # of every record: bin of when it came, as many records in each
    stray: int = 0  # readings of days that lie far from the log's: a clock was wrong
    exports: Exports = field(default_factory=Exports)
    _cells: dict[bool, Cells] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def account(self) -> Ints:
        """The account of every reading, made anew when asked for: 4 bytes each."""
        return np.repeat(np.arange(len(self.accounts), dtype=np.int32), np.diff(self.bounds))

    @property
    def reach(self) -> Ints:
        """How many records each account ever read."""
        return reach(self.bounds, self.record)

    def with_readings(self, read: Ordered) -> Histories:
        """The same data set, read otherwise."""
        return replace(self, bounds=read.bounds, record=read.record, day=read.day)

    def background(self, leaked: Ints, by_book: bool | None = None) -> Background:
        """What chance lets expect of a leak of this make: by segment, or by book where it comes from few people's books (or as told).

        Whoever works with a book reads it: a leak of one book accuses nobody who does. Within a stratum the popular leak
        more often, and those of an age where work goes by what is new, as with parcels, and those of a segment of a book:
        each is one factor for all strata.
        """
        by_book = self._few_books(leaked) if by_book is None else by_book
        if by_book not in self._cells:
            factors = (self.popularity, self.age, self.segment) if by_book else (self.popularity, self.age)
            kinds = numbered(self.book) if by_book else self.segment
            self._cells[by_book] = Cells.of(kinds, [f for f in factors if len(f)])
        cells = self._cells[by_book]
        return Background(cells.kinds, cells.fitted(leaked), by_book)

    def _few_books(self, leaked: Ints) -> bool:
        if len(self.book) == 0:
            return False
        books = np.bincount(self.book, minlength=2)
        inside = np.bincount(self.book[leaked], minlength=len(books))
        top = np.argsort(-inside[1:], kind="stable")[:FEW_BOOKS] + 1
        share, usual = inside[top].sum() / max(len(leaked), 1), books[top].sum() / max(self.size, 1)
        return bool(share >= 0.5 and share >= 3 * usual)


@dataclass(frozen=True, slots=True)
class Background:
    """The stratum of every record, and how many times more often than others of its stratum it leaks by chance."""

    kinds: Ints
    weight: Floats
    by_book: bool = False


@dataclass(frozen=True, slots=True)
class Cells:
    """Records by stratum (``kinds``) and levels of factors: ``cell`` of every record; ``kind``, ``level`` and ``size`` of every cell."""

    kinds: Ints
    cell: Ints
    kind: Ints
    level: tuple[Ints, ...]
    levels: tuple[int, ...]
    size: Ints

    @classmethod
    def of(cls, kinds: Ints, factors: Sequence[Ints]) -> Cells:
        """Number the cells that hold records."""
        levels = tuple(int(f.max(initial=0)) + 1 for f in factors)
        shape = (int(kinds.max(initial=0)) + 1, *levels)
        number = np.ravel_multi_index((kinds, *factors), shape)
        if np.prod(shape) <= max(MOST_CELLS, len(kinds)):  # a count of each is less work than a sort
            counts = np.bincount(number, minlength=int(np.prod(shape)))
            held = np.flatnonzero(counts)
            place = np.cumsum(counts > 0) - 1
            cell, size = place[number], counts[held]
        else:
            held, inverse, size = np.unique(number, return_inverse=True, return_counts=True)
            cell = inverse
        kind, *level = np.unravel_index(held, shape)
        return cls(kinds, np.asarray(cell, np.int64), kind, tuple(level), levels, size)

    def fitted(self, leaked: Ints) -> Floats:
        """The weight of every record: a product of one number for each level of each factor, fitted to a leak.

        Rates are the stratum's times the factors' (a log-linear model, fitted by iterative scaling: Deming and Stephan 1940).
        Each level is drawn towards 1 by :data:`SHRINK` rows, so that no level without leaked rows becomes impossible.
        """
        if len(leaked) == 0:
            return np.ones(len(self.kinds))
        kinds = int(self.kind.max(initial=0)) + 1
        hits = np.bincount(self.cell[leaked], minlength=len(self.kind)).astype(float)
        inside = np.bincount(self.kind, hits, kinds)
        told = [np.bincount(at, hits, n) + SHRINK for at, n in zip(self.level, self.levels, strict=True)]
        numbers, mass = [np.ones(n) for n in self.levels], self.size.astype(float)
        for _round in range(SCALINGS):
            for number, seen, at in zip(numbers, told, self.level, strict=True):
                total = np.bincount(self.kind, mass, kinds)
                rate = np.divide(inside, total, out=np.zeros_like(inside), where=total > 0)
                step = seen / (np.bincount(at, mass * rate[self.kind], len(number)) + SHRINK)
                number *= step
                mass *= step[at]
        weight = np.ones(len(self.kind))
        for number, at in zip(numbers, self.level, strict=True):
            weight *= number[at]
        return weight[self.cell]


def histories(engine: Engine, dataset: str) -> Histories:
    """Load the histories of a data set, stretch of days by stretch.

    Costs one pass over ``access``; in memory 8 bytes for each distinct (account, day, record) while they are sorted, 6 after.
    """
    size, segment, segments = _segments(engine, dataset)
    names, first, read, stray = _read(engine, dataset, size)
    left_out = reach(read.bounds, read.record) > EVERYTHING * max(size, 1)
    if left_out.any():
        read = read.without(left_out)
        shift = read.day.min() if len(read.day) else 0
        first, read = first + int(shift), replace(read, day=read.day - shift)
    days = int(read.day.max()) + 1 if len(read.day) else 0
    compared = {name: number for number, name in enumerate(names) if not left_out[number]}
    since = EPOCH + timedelta(days=first)
    return Histories(
        dataset=dataset,
        size=size,
        accounts=names,
        first=first,
        days=days,
        bounds=read.bounds,
        record=read.record,
        day=read.day,
        everything=tuple(n for n, out in zip(names, left_out, strict=True) if out),
        segment=segment,
        segments=segments,
        book=_books(engine, dataset, size),
        popularity=popularity(read, size),
        age=_ages(engine, dataset, size),
        stray=stray,
        exports=exports(engine, dataset, size, compared, since, since + timedelta(days=max(days - 1, 0))),
    )


def _read(engine: Engine, dataset: str, size: int) -> tuple[tuple[str, ...], int, Ordered, int]:
    """Who read something of a data set, the first day (since 1970), all readings in order, and how many are of stray days."""

    def inside(engine: Engine, access: ibis.Table) -> ibis.Table:
        return readings(engine, access, dataset).filter((_.ordinal < size) & (_.day >= first) & (_.day <= last))

    (days,) = engine.arrow(engine.table("access").agg(first=_.day.min(), last=_.day.max())).to_pylist()
    first, last, stray = days["first"], days["last"], 0
    if first is None:
        return (), 0, ordered(np.zeros(0, np.int64), size, 1, 0), 0
    while True:
        since, span = (first - EPOCH).days, (last - first).days + 1
        names, keys, counts = packed(engine.pieces("access", inside), size, since, span)
        if len(_blocks(counts)) > 1:  # a clock may have been wrong: one list is one act, however many readings it makes
            counts = _acts(engine, dataset, first, span)
        low, high, few = _period(counts)
        if few == 0:
            break
        stray += few  # all is read again without these days
        first, last = first + timedelta(low), first + timedelta(high)
    read = ordered(keys, size, span, len(names))
    np.subtract(read.day, low, out=read.day)
    return names, since + low, read, stray


def _acts(engine: Engine, dataset: str, first: date, span: int) -> Ints:
    """Acts of reading a data set on each of so many days."""

    def days_of(engine: Engine, access: ibis.Table) -> ibis.Table:
        return read_acts(access, dataset).group_by("day").agg(n=_.count())

    found = pa.concat_tables(engine.pieces("access", days_of)).to_pandas()
    days = found["day"].map(lambda day: (day - first).days).to_numpy(np.int64)
    inside = (days >= 0) & (days < span)
    return np.bincount(days[inside], found["n"].to_numpy()[inside], span).astype(np.int64)


def _blocks(counts: Ints) -> list[Ints]:
    """The days on which something was done, parted where more than a year lies between two of them."""
    days = np.flatnonzero(counts)
    return np.split(days, np.flatnonzero(np.diff(days) > FAR) + 1)


def _period(counts: Ints) -> tuple[int, int, int]:
    """The first and the last day of a log (of so much on each day), and how much lies beside it.

    Days that lie far from all others and hold next to nothing are beside it: a clock that was never set writes 1970, and
    windows would be tried over half a century.
    """
    blocks = _blocks(counts)
    if len(blocks[0]) == 0:
        return 0, 0, 0
    kept = [days for days in blocks if counts[days].sum() > STRAY * counts.sum()] or blocks
    first, last = int(kept[0][0]), int(kept[-1][-1])
    return first, last, int(counts.sum() - counts[first : last + 1].sum())


def _ages(engine: Engine, dataset: str, size: int) -> Ints:
    """The bin of each record by the day from which it is valid; empty where that is not told of most."""
    rows = engine.table("records").filter((_.dataset == dataset) & (_.ordinal < size) & _.valid_from.notnull())
    told = engine.arrow(rows.group_by("ordinal").agg(since=_.valid_from.min()))
    if told.num_rows <= 0.5 * size:
        return _none()
    since = np.full(size, np.iinfo(np.int32).min, np.int32)  # what is not told counts as the oldest
    since[told["ordinal"].to_numpy()] = told["since"].cast(pa.int32()).to_numpy()
    rank = np.searchsorted(np.sort(since), since)
    return np.asarray(np.minimum(rank * AGES // max(size, 1), AGES - 1), np.int64)


def _books(engine: Engine, dataset: str, size: int) -> Ints:
    """Whose lasting client each record is, numbered from 1; 0 for nobody's."""
    lasting = engine.table("relations").filter((_.dataset == dataset) & _.ordinal.notnull() & _.ends.isnull())
    rows = engine.arrow(lasting.group_by("ordinal").agg(who=_.employee.min())).to_pandas()
    rows = rows[rows["ordinal"] < size]
    numbers = {who: i + 1 for i, who in enumerate(sorted(rows["who"].unique()))}
    book = np.zeros(size, np.int64)
    book[rows["ordinal"].astype(int)] = rows["who"].map(numbers).to_numpy(np.int64)
    return book


FEW_BOOKS = 3
AGES = 24
"""Bins of age, as many records in each."""
SCALINGS = 12
SHRINK = 2.0
"""So many rows, as many as chance expects, are added to each level of popularity and age."""
MOST_CELLS = 1 << 22
LOUD_TIMES, LOUD_LEAST = 3.0, 50
BINS = np.array([1, 2, 3, 5, 8, 12, 20, 30, 45, 70, 100, 150, 220, 330, 500, 750, 1100, 1600, 2400, 3600, 5400, 8100])
"""Numbers of readers from which on a record is of the next popularity. What half of a large house reads is not what a tenth does."""


def popularity(read: Ordered | Histories, size: int) -> Ints:
    """Bin of how many accounts read each record: the popular leak from everybody."""
    told, bins = readers(read, size), np.empty(size, np.int8)
    for part in chunks(size):
        bins[part] = np.digitize(np.round(told[part]), BINS)
    return np.asarray(bins)


def readers(read: Ordered | Histories, size: int) -> Floats:
    """How many accounts read each record.

    Days on which an account reads many times its usual number do not make a record popular: a thief's own reading
    must not be what explains it. Nor does an account that reads most of the data set: each counts for the share that it
    did not read.
    """
    days, (bounds, record, day) = int(read.day.max(initial=0)) + 1, (read.bounds, read.record, read.day)
    loud, weight, told = np.zeros((len(bounds) - 1, days), bool), np.zeros(len(bounds) - 1), np.zeros(size)
    at_once(
        lambda low, high: _habits(bounds, record, day, low, high, LOUD_TIMES, LOUD_LEAST, loud, weight),
        shares(bounds, cores()),
    )
    weight = 1 - weight / max(size, 1)
    at_once(lambda low, high: _count(bounds, record, day, loud, weight, low, high, told), parts(size))
    return told


@compiled
def _habits(
    bounds: Ints, record: Ints, day: Ints, low: int, high: int, times: float, least: int, loud: Bools, distinct: Floats
) -> None:
    """On which days each of some accounts read many times what it usually does, and how many different records in all."""
    counts = np.empty(loud.shape[1], np.int64)
    for account in range(low, high):
        counts[:] = 0
        last = -1
        for i in range(bounds[account], bounds[account + 1]):
            counts[day[i]] += 1
            distinct[account] += record[i] != last
            last = record[i]
        if last >= 0:
            loud[account] = counts > max(times * np.median(counts[counts > 0]), least)


@compiled
def _count(
    bounds: Ints, record: Ints, day: Ints, loud: Bools, weight: Floats, low: int, high: int, told: Floats
) -> None:
    """Add the weight of every account that read a record for the first time on no loud day, for records from ``low`` to ``high``."""
    for account in range(len(bounds) - 1):
        start, end = bounds[account], bounds[account + 1]
        start += np.searchsorted(record[start:end], low)
        last = -1
        for i in range(start, end):
            if record[i] >= high:
                break
            if record[i] != last and not loud[account, day[i]]:
                told[record[i]] += weight[account]
            last = record[i]


def reach(bounds: Ints, record: Ints) -> Ints:
    """How many records each account ever read."""
    return np.array([np.count_nonzero(opens(record[low:high])) for low, high in pairwise(bounds.tolist())], np.int64)


def _segments(engine: Engine, dataset: str) -> tuple[int, Ints, tuple[str, ...]]:
    """The number of records, the segment of each, and the segments' names.

    A segment is the record's own (product, branch: from its low-cardinality columns) crossed with the site of the
    person who has a lasting relation with it, where the organisation's tables name one.
    """
    rows = engine.table("records").filter((_.dataset == dataset) & _.ordinal.notnull())
    lasting = engine.table("relations").filter((_.dataset == dataset) & _.ordinal.notnull() & _.ends.isnull())
    people = engine.table("people").select(p_employee=_.employee, site=_.site)
    books = lasting.join(people, lasting.employee == people.p_employee).group_by("ordinal").agg(site=_.site.min())
    ordinal, own, owns = _coded(engine, rows, "segment")
    size = int(ordinal.max(initial=-1)) + 1
    of_own, of_site = np.zeros(size, np.int32), np.zeros(size, np.int32)
    np.maximum.at(of_own, ordinal, own)  # the last by name, where versions of a record differ
    ordinal, site, sites = _coded(engine, books.filter(_.ordinal < size), "site")
    of_site[ordinal] = site
    code = of_site * len(owns) + of_own
    first = np.full(len(sites) * len(owns), size)
    first[code[::-1]] = np.arange(size)[::-1]  # the last to be written stays
    kinds = np.flatnonzero(first < size)
    order = np.argsort(first[kinds])  # by first record: a digest depends on the workspace's key
    place: Any = np.empty(len(first), np.int32)
    place[kinds[order]] = np.arange(len(kinds))
    names = (f"{sites[k // len(owns)]}/{owns[k % len(owns)]}" for k in kinds[order].tolist())
    return size, place[code], tuple(names)


def _coded(engine: Engine, rows: ibis.Table, column: str) -> tuple[Ints, Ints, list[str]]:
    """Ordinals, the number of the text that each has, and the texts in order; nothing is the first of them."""
    texts = engine.arrow(rows.select(text=rows[column]).filter(_.text.notnull() & (_.text != "")).distinct())["text"]
    every = ["", *sorted(texts.to_pylist())]
    codes = engine.memory(f"codes_of_{column}", pa.table({"text": every, "number": np.arange(len(every))}))
    joined = rows.select("ordinal", text_=rows[column]).left_join(codes, _.text_ == codes.text)
    told = joined.select(ordinal=_.ordinal.cast("int32"), number=ibis.coalesce(_.number, 0).cast("int32"))
    found = engine.arrow(told)
    return found["ordinal"].to_numpy(), found["number"].to_numpy(), every


def numbered(values: Ints) -> Ints:
    """Values as numbers from 0, in order."""
    return np.unique(values, return_inverse=True)[1].astype(np.int64)
