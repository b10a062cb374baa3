"""Who read which record on which day: the reading histories of one data set, as arrays.

``pairs`` are distinct (account, day, record); each knows the day before on which the account read the same record, so
that the distinct count of any window is a sum over pairs. Records are numbered by their place in the data set's own
order: the same for every run and every key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd
from ibis import _

from headwater.detection.reads import records
from headwater.store.engine import Engine

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

EVERYTHING = 0.95
"""An account that read more than this share of all records tells nothing about a part of them."""


def _none() -> Ints:
    return np.zeros(0, np.int64)


@dataclass(frozen=True, slots=True)
class Histories:
    """Pairs in order of account, record, day. ``day`` counts from ``first``; ``before`` is -1 for a first reading."""

    dataset: str
    size: int
    accounts: tuple[str, ...]
    first: int  # days since 1970
    days: int
    account: Ints
    day: Ints
    record: Ints
    before: Ints
    everything: tuple[str, ...]  # accounts left out because they read (nearly) all
    segment: Ints
    segments: tuple[str, ...]
    book: Ints = field(default_factory=_none)  # of every record: who has a lasting relation to it; 0 for nobody
    popularity: Ints = field(default_factory=_none)
    age: Ints = field(default_factory=_none)  # of every record: bin of when it came, as many records in each

    def background(self, leaked: Ints) -> Background:
        """What chance lets expect of a leak of this make: by segment, or by book where it comes from few people's books.

        Whoever works with a book reads it: a leak of one book accuses nobody who does. Within a stratum the popular leak
        more often, and those of an age where work goes by what is new, as with parcels, and those of a segment of a book:
        each is one factor for all strata.
        """
        by_book = self._few_books(leaked)
        kinds = numbered(self.book) if by_book else self.segment
        factors = (self.popularity, self.age, self.segment) if by_book else (self.popularity, self.age)
        return Background(kinds, fitted(kinds, [f for f in factors if len(f)], leaked))

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


def fitted(kinds: Ints, factors: Sequence[Ints], leaked: Ints) -> Floats:
    """The weight of every record: a product of one number for each level of each factor, fitted to a leak.

    Rates are the stratum's times the factors' (a log-linear model, fitted by iterative scaling: Deming and Stephan 1940). Each
    level is drawn towards 1 by :data:`SHRINK` rows, so that no level without leaked rows becomes impossible.
    """
    weight = np.ones(len(kinds))
    if len(leaked) == 0:
        return weight
    levels = [int(f.max(initial=0)) + 1 for f in factors]
    inside = np.bincount(kinds[leaked], minlength=int(kinds.max(initial=0)) + 1).astype(float)
    cell = np.ravel_multi_index((kinds, *factors), (len(inside), *levels))
    cells, size = np.unique(cell, return_counts=True)
    kind, *level = np.unravel_index(cells, (len(inside), *levels))
    told = [np.bincount(f[leaked], minlength=n) + SHRINK for f, n in zip(factors, levels, strict=True)]
    numbers, mass = [np.ones(n) for n in levels], size.astype(float)
    for _round in range(SCALINGS):
        for number, seen, at in zip(numbers, told, level, strict=True):
            total = np.bincount(kind, mass, len(inside))
            rate = np.divide(inside, total, out=np.zeros_like(inside), where=total > 0)
            step = seen / (np.bincount(at, mass * rate[kind], len(number)) + SHRINK)
            number *= step
            mass *= step[at]
    for f, number in zip(factors, numbers, strict=True):
        weight *= number[f]
    return weight


def histories(engine: Engine, dataset: str) -> Histories:
    """Load the histories of a data set. Costs the distinct (account, day, record) triples in memory, 32 bytes each."""
    read = records(engine).filter((_.dataset == dataset) & _.ordinal.notnull() & _.account.notnull())
    frame = engine.arrow(read.select("account", "day", "ordinal").distinct()).to_pandas()
    size, segment, segments = _segments(engine, dataset)
    frame = frame[frame["ordinal"] < size]
    names = tuple(sorted(frame["account"].unique()))
    code = {name: i for i, name in enumerate(names)}
    account = frame["account"].map(code).to_numpy(np.int64) if len(frame) else np.zeros(0, np.int64)
    record = frame["ordinal"].to_numpy(np.int64)
    absolute = (pd.to_datetime(frame["day"]) - pd.Timestamp(0)).dt.days.to_numpy(np.int64)
    reach = _reach(account, record, len(names))
    left_out = reach > EVERYTHING * max(size, 1)
    keep = ~left_out[account] if len(account) else np.zeros(0, bool)
    account, record, absolute = account[keep], record[keep], absolute[keep]
    first = int(absolute.min()) if len(absolute) else 0
    day = absolute - first
    order = np.lexsort((day, record, account))
    account, record, day = account[order], record[order], day[order]
    before = np.full(len(day), -1, np.int64)
    same = (account[1:] == account[:-1]) & (record[1:] == record[:-1])
    before[1:][same] = day[:-1][same]
    popular = popularity(account, record, day, before, size)
    return Histories(
        dataset=dataset,
        size=size,
        accounts=names,
        first=first,
        days=int(day.max()) + 1 if len(day) else 0,
        account=account,
        day=day,
        record=record,
        before=before,
        everything=tuple(n for n, out in zip(names, left_out, strict=True) if out),
        segment=segment,
        segments=segments,
        book=_books(engine, dataset, size),
        popularity=popular,
        age=_ages(engine, dataset, size),
    )


def _ages(engine: Engine, dataset: str, size: int) -> Ints:
    """The bin of each record by the day from which it is valid; empty where that is not told of most."""
    rows = engine.table("records").filter(_.dataset == dataset).group_by("ordinal").agg(since=_.valid_from.min())
    frame = engine.arrow(rows).to_pandas().sort_values("ordinal", ignore_index=True)
    since = pd.Series(pd.NaT, index=range(size), dtype="datetime64[ns]")
    since.loc[frame["ordinal"].astype(int)] = pd.to_datetime(frame["since"]).to_numpy()
    if size == 0 or since.notna().mean() <= 0.5:
        return _none()
    rank = since.rank(method="min", na_option="top").to_numpy()
    return np.asarray(np.minimum((rank - 1) * AGES // max(size, 1), AGES - 1), np.int64)


def _books(engine: Engine, dataset: str, size: int) -> Ints:
    """Whose lasting client each record is, numbered from 1; 0 for nobody's."""
    lasting = engine.table("relations").filter((_.dataset == dataset) & _.ordinal.notnull() & _.ends.isnull())
    rows = engine.arrow(lasting.group_by("ordinal").agg(who=_.employee.min())).to_pandas()
    rows = rows[rows["ordinal"] < size]
    numbers = {who: i + 1 for i, who in enumerate(sorted(rows["who"].unique()))}
    book = np.zeros(size, np.int64)
    book[rows["ordinal"].astype(int)] = rows["who"].map(numbers).to_numpy(np.int64)
    return book


def _reach(account: Ints, record: Ints, accounts: int) -> Ints:
    """How many distinct records each account read."""
    pairs = np.unique(account * (int(record.max(initial=0)) + 1) + record)
    return np.bincount(pairs // (int(record.max(initial=0)) + 1), minlength=accounts).astype(np.int64)


FEW_BOOKS = 3
AGES = 24
"""Bins of age, as many records in each."""
SCALINGS = 12
SHRINK = 2.0
"""So many rows, as many as chance expects, are added to each level of popularity and age."""
LOUD_TIMES, LOUD_LEAST = 3.0, 50
BINS = np.array([1, 2, 3, 5, 8, 12, 20, 40, 80])


def popularity(account: Ints, record: Ints, day: Ints, before: Ints, size: int) -> Ints:
    """Bin of how many accounts read each record: the popular leak from everybody.

    Days on which an account reads many times its usual number do not make a record popular: a thief's own reading
    must not be what explains it. Nor does an account that reads most of the data set: each counts for the share that it
    did not read.
    """
    if len(account) == 0:
        return np.zeros(size, np.int64)
    width = int(day.max()) + 1
    at = account * width + day
    counts = np.bincount(at, minlength=(int(account.max()) + 1) * width)
    table = counts.reshape(-1, width).astype(float)
    usual = np.array([np.median(row[row > 0]) if (row > 0).any() else 0.0 for row in table])
    loud = counts[at] > np.maximum(LOUD_TIMES * usual, LOUD_LEAST)[account]
    told = (before < 0) & ~loud
    choosing = 1 - np.bincount(account[before < 0], minlength=int(account.max()) + 1) / max(size, 1)
    readers = np.bincount(record[told], choosing[account[told]], minlength=size)
    return np.digitize(np.round(readers), BINS).astype(np.int64)


def _segments(engine: Engine, dataset: str) -> tuple[int, Ints, tuple[str, ...]]:
    """The number of records, the segment of each, and the segments' names.

    A segment is the record's own (product, branch: from its low-cardinality columns) crossed with the site of the
    person who has a lasting relation with it, where the organisation's tables name one.
    """
    rows = engine.table("records").filter(_.dataset == dataset).group_by("ordinal").agg(own=_.segment.max())
    frame = engine.arrow(rows).to_pandas().sort_values("ordinal", ignore_index=True)
    size = int(frame["ordinal"].max()) + 1 if len(frame) else 0
    own = pd.Series("", index=range(size))
    own.loc[frame["ordinal"].astype(int)] = frame["own"].fillna("").to_numpy()
    lasting = engine.table("relations").filter((_.dataset == dataset) & _.ordinal.notnull() & _.ends.isnull())
    people = engine.table("people").select(p_employee=_.employee, site=_.site)
    books = lasting.join(people, lasting.employee == people.p_employee).group_by("ordinal").agg(site=_.site.min())
    where = engine.arrow(books).to_pandas()
    site = pd.Series("", index=range(size))
    inside = where[where["ordinal"] < size]
    site.loc[inside["ordinal"].astype(int)] = inside["site"].fillna("").to_numpy()
    names = (site + "/" + own).to_numpy()
    kinds, first, numbers = np.unique(names.astype(str), return_index=True, return_inverse=True)
    order = np.argsort(first)  # by first record: a segment's digest depends on the workspace's key
    place = np.empty(len(order), np.int64)
    place[order] = np.arange(len(order))
    return size, place[numbers], tuple(kinds[order].tolist())


def numbered(values: Ints) -> Ints:
    """Values as numbers from 0, in order."""
    return np.unique(values, return_inverse=True)[1].astype(np.int64)
