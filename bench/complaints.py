"""How often complaints that nobody here brought about name somebody, and how many it takes to name who did.

``python -m bench.complaints`` makes a house of reading histories, lets people complain, and asks again with every few
complaints that come in: a false name at any of these times counts. It prints one line for each way in which innocent
complaints come about, and one for each share of nuisance calls; the figures are in docs/attribution.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from headwater.attribution.complaining.risk import RiskSets
from headwater.attribution.complaining.searching import ACCOUNTS, LEAST, WINDOWS, enough, search
from headwater.attribution.complaining.series import Series
from headwater.attribution.complaining.weighing import Weighing
from headwater.attribution.histories import Histories, histories, popularity, readers
from headwater.attribution.ordering import ordered
from headwater.attribution.search import House
from headwater.attribution.windows import Windows
from headwater.detection.scene import Scene
from headwater.exhibits.folder import open_case
from headwater.model.evidence import Citation
from headwater.store.engine import open_engine
from headwater.store.workspace import open_workspace

Ints = npt.NDArray[np.int64]
TEAMS, TEAM, BOOK, DAYS = 10, 10, 2_000, 90
DRAWS = 99
LATER = 60
"""Complaints come within so many days of a theft, any day as likely."""
KINDS = ("anybody", "popular_people", "keeper", "branch", "burst", "lately", "unlogged")


@dataclass(frozen=True, slots=True)
class Desk:
    """Clerks who share the complaints out among them, and open each caller's record so many times, on days drawn from those up
    to ``longest`` before the complaint is registered. Beside it each reads so many ``others`` a day. They take nothing."""

    clerks: int
    longest: int
    times: int = 1
    others: int = 10


DESKS = {
    "desk_of_one": Desk(1, 3),
    "desk_callers_only": Desk(1, 3, others=0),
    "desk_of_five": Desk(5, 7),
    "desk_weeks": Desk(1, 20),
    "desk_weeks_again": Desk(3, 20, times=4),
    "desk_months_again": Desk(1, 60, times=6),
    "desk_months_once": Desk(1, 45),
    "desk_quarter_once": Desk(1, 80),
}
TAKEN = 400
"""A bulk thief reads so many records on one day."""


class Nulls:
    """Innocent complaints over the histories of a house, with its records' popularity (chances that add up to one)."""

    def __init__(self, histories: Histories, rng: np.random.Generator) -> None:
        self.histories, self.rng, self.size = histories, rng, histories.size
        self.windows = Windows(histories)
        self.popular = 0.05 + readers(histories, histories.size)
        self.popular /= self.popular.sum()

    def days(self, count: int) -> Ints:
        """Any day of the second half, as likely."""
        return self.rng.integers(self.histories.days // 2, self.histories.days, count)

    def anybody(self, count: int) -> tuple[Ints, Ints]:
        """Anybody complains."""
        return self.rng.integers(0, self.size, count), self.days(count)

    def popular_people(self, count: int) -> tuple[Ints, Ints]:
        """Who is read by many complains more."""
        return self.rng.choice(self.size, count, p=self.popular), self.days(count)

    def keeper(self, count: int) -> tuple[Ints, Ints]:
        """One keeper's clients complain (half of all complaints)."""
        book = self.histories.book
        theirs = np.flatnonzero(book == self.rng.choice(np.unique(book[book > 0])))
        return np.where(
            self.rng.random(count) < 0.5, self.rng.choice(theirs, count), self.anybody(count)[0]
        ), self.days(count)

    def branch(self, count: int) -> tuple[Ints, Ints]:
        """Popular people of one segment complain."""
        chances = self.popular * (self.histories.segment == self.rng.choice(self.histories.segment))
        return self.rng.choice(self.size, count, p=chances / chances.sum()), self.days(count)

    def burst(self, count: int) -> tuple[Ints, Ints]:
        """Three in four complain within three days: a swindler calls numbers at random, and the papers write about it."""
        days = self.histories.days
        day = int(self.rng.integers(days // 2, days - 3)) + self.rng.integers(0, 3, count)
        return self.anybody(count)[0], np.where(self.rng.random(count) < 0.75, day, self.days(count))

    def lately(self, count: int) -> tuple[Ints, Ints]:
        """People whom somebody served in the two weeks before complain: half of all complaints."""
        h, day = self.histories, self.days(count)
        order = np.argsort(h.day, kind="stable")
        low, high = (np.searchsorted(h.day[order], edge) for edge in (day - 14, day))
        served = h.record[order[self.rng.integers(low, high)]]
        return np.where(self.rng.random(count) < 0.5, served, self.anybody(count)[0]), day

    def unlogged(self, count: int) -> tuple[Ints, Ints]:
        """What somebody read whom the log does not know, 300 people of one segment as popular as any, half of all complaints."""
        read, day = self.branch(300)[0], self.days(count)
        return np.where(self.rng.random(count) < 0.5, self.rng.choice(read, count), self.anybody(count)[0]), day


class House90(Nulls):
    """A hundred accounts in ten branches read their branch's book (70 %) and anybody popular (30 %) for ninety days.

    In each branch one reads most of a colleague's clients all the time (``reader``), and one has taken 400 records of the
    branch on one evening (``bulk``). Every fifth record of a book has one keeper.
    """

    def __init__(self, seed: int) -> None:
        rng, accounts = np.random.default_rng(seed), TEAMS * TEAM
        popular = 1 / (1 + rng.permutation(TEAMS * BOOK)) ** 0.7
        popular /= popular.sum()
        reads, self.bulk = [], {}
        for a in range(accounts):
            first = a // TEAM * BOOK
            book = first + np.arange(BOOK)
            weight = popular[book] / popular[book].sum()
            for day in range(DAYS):
                own = rng.choice(book, 14, p=weight)
                reads.append((a, day, np.concatenate([own, rng.choice(TEAMS * BOOK, 6, p=popular)])))
            if a % TEAM == 3:
                self.bulk[a] = int(rng.integers(20, 40)), rng.choice(book, TAKEN, replace=False)
                reads.append((a, *self.bulk[a]))
            if a % TEAM == 5:  # reads two keepers' clients over and over
                theirs = first + np.arange(0, 2 * BOOK // TEAM)
                reads += [(a, day, rng.choice(theirs, 20)) for day in range(DAYS)]
        super().__init__(_histories(reads, TEAMS * BOOK, accounts), rng)
        self.popular = popular

    def taken(self, account: int, read: Ints, since: Ints, count: int, noise: float) -> tuple[Ints, Ints]:
        """Complaints of which a share is noise and the others are of people whom an account had read."""
        one = self.rng.integers(len(read), size=count)
        victim = self.rng.random(count) >= noise
        day = since[one] + self.rng.integers(1, LATER, count)
        nuisance = self.rng.integers(0, DAYS + LATER // 2, count)
        who = np.where(victim, read[one], self.rng.choice(self.size, count, p=self.popular))
        return who, np.where(victim, day, nuisance)


def _histories(reads: list[tuple[int, int, Ints]], size: int, accounts: int) -> Histories:
    account = np.concatenate([np.full(len(r), a) for a, _day, r in reads])
    day = np.concatenate([np.full(len(r), d) for _a, d, r in reads])
    record = np.concatenate([r for _a, _day, r in reads])
    read = ordered((account * size + record) * DAYS + day, size, DAYS, accounts)
    segment = np.arange(size) // BOOK
    keeper = np.arange(size) // (BOOK // TEAM) + 1
    book = np.where(np.arange(size) % 5 == 0, keeper, 0)
    return Histories(
        dataset="clients", size=size, accounts=tuple(f"a{n:03}" for n in range(accounts)), first=0, days=DAYS,
        bounds=read.bounds, record=read.record, day=read.day, everything=(), segment=segment,
        segments=tuple(f"b{n}" for n in range(TEAMS)), book=book,
        popularity=popularity(read, size),
    )  # fmt: skip


def series(h: Histories, who: Ints, day: Ints) -> Series:
    """People who complained, each once, in order of time."""
    order = np.argsort(day, kind="stable")
    who, day = who[order], day[order]
    first = np.sort(np.unique(who, return_index=True)[1])
    lines = tuple(Citation("complaints.csv", int(n) + 2) for n in range(len(first)))
    return Series(who[first], day[first], lines, np.full(h.size, -np.inf))


def looks(one: Series, every: int) -> Iterator[Series]:
    """What was known after every so many complaints."""
    for count in sorted({*range(LEAST, len(one.record), every), len(one.record)}):
        yield Series(one.record[:count], one.day[:count], one.lines[:count], one.born)


def handled(house: Nulls, one: Series, desk: Desk) -> Windows:
    """The same house with clerks who handle these complaints."""
    h, rng, accounts = house.histories, house.rng, len(house.histories.accounts)
    clerk = rng.integers(0, desk.clerks, len(one.record))
    opened = np.repeat(np.arange(len(clerk)), desk.times)
    days = one.day[opened] - rng.integers(1, desk.longest + 1, len(opened))
    opened, days = opened[(days >= 0) & (days < h.days)], days[(days >= 0) & (days < h.days)]
    others = desk.clerks * h.days * desk.others
    account = [h.account, accounts + clerk[opened], accounts + rng.integers(0, desk.clerks, others)]
    record = [h.record, one.record[opened], rng.choice(h.size, others, p=house.popular)]
    day = [h.day, days, rng.integers(0, h.days, others)]
    keys = (np.concatenate(account).astype(np.int64) * h.size + np.concatenate(record)) * h.days + np.concatenate(day)
    names = (*h.accounts, *(f"clerk{n}" for n in range(desk.clerks)))
    return Windows(replace(h.with_readings(ordered(keys, h.size, h.days, len(names))), accounts=names))


def false_names(house: Nulls, kind: str, sets: int, count: int, every: int) -> int:
    """In how many of so many sets of complaints anybody was named at any look."""
    wrong = 0
    for seed in range(sets):
        desk = DESKS.get(kind)
        one = series(house.histories, *(house.anybody if desk else getattr(house, kind))(count))
        windows = handled(house, one, desk) if desk else house.windows
        wrong += any(_named(windows, x, seed) for x in looks(one, every))
    return wrong


def _named(windows: Windows, one: Series, seed: int) -> bool:
    """Whether the search names anybody: it need not be run to its end where nobody's evidence is enough."""
    allowed = np.ones(len(windows.h.accounts), bool)
    weighing = Weighing(RiskSets(windows, one, np.ones(windows.h.size, bool)), allowed)
    ranked = weighing.ranked(weighing.risk.real, ACCOUNTS, WINDOWS)
    if not ranked or ranked[0].score < enough(len(allowed)):
        return False
    return bool(search(House(), windows, one, DRAWS, seed).sources)


def needed(house: House90, bulk: bool, noise: float, tries: int, counts: tuple[int, ...]) -> list[float]:
    """The share of thefts of which the taker alone was named, by the number of complaints."""
    right = np.zeros(len(counts))
    for seed in range(tries):
        account = int(house.rng.choice(sorted(house.bulk)))
        if bulk:
            day, read = house.bulk[account]
            since = np.full(len(read), day)
        else:
            inside = house.windows.pairs_in(account, 20, 30)
            read, since = house.histories.record[inside], house.histories.day[inside]
        for place, count in enumerate(counts):
            one = series(house.histories, *house.taken(account, read, since, count, noise))
            found = search(House(), house.windows, one, DRAWS, seed).sources
            right[place] += {s.weighed.account for s in found} == {account}
    return [float(r) / tries for r in right]


def main(arguments: list[str] | None = None) -> None:
    """Print false names and the complaints needed."""
    asked = argparse.ArgumentParser(prog="python -m bench.complaints", description=__doc__)
    asked.add_argument("--sets", type=int, default=100, help="sets of innocent complaints of each kind (default: 100)")
    asked.add_argument("--count", type=int, default=60, help="complaints in each (default: 60)")
    asked.add_argument("--every", type=int, default=5, help="ask after every so many (default: 5)")
    asked.add_argument("--tries", type=int, default=20, help="thefts for each figure of power (default: 20; 0: none)")
    asked.add_argument("--kinds", nargs="*", default=[*KINDS, *DESKS], choices=[*KINDS, *DESKS])
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--case", type=Path, help="innocent complaints over this case's own histories instead")
    asked.add_argument("-w", "--workspace", type=Path, help="its workspace, with tables and logs read in")
    options = asked.parse_args(arguments)
    house = House90(options.seed) if options.case is None else None
    for nulls in [house] if house else over(options.case, options.workspace, options.seed):
        for kind in options.kinds:
            wrong = false_names(nulls, kind, options.sets, options.count, options.every)
            print(f"{kind:18} {wrong:4} of {options.sets} sets named somebody at any look", flush=True)
    if house and options.tries:
        power(house, options.tries)


def over(case: Path, workspace: Path, seed: int) -> list[Nulls]:
    """Innocent complaints over the histories of each data set of a case."""
    with open_workspace(workspace) as space, open_engine("duckdb", space) as engine:
        scene = Scene(engine, space.lake, open_case(case).settings)
        past = [histories(engine, d) for d in scene.datasets]
    return [Nulls(h, np.random.default_rng(seed)) for h in past if len(h.day) and (h.book > 0).any()]


def power(house: House90, tries: int) -> None:
    """Print how often the taker alone was named, by the way of taking, nuisance calls and complaints."""
    counts = (10, 15, 20, 30, 40, 60, 80, 120)
    print(f"{'complaints':24}", *(f"{c:5}" for c in counts))
    for bulk in (True, False):
        for noise in (0.0, 0.5, 0.8):
            shares = needed(house, bulk, noise, tries, counts)
            name = f"{'bulk' if bulk else 'work'}, {noise:.0%} noise"
            print(f"{name:24}", *(f"{share:5.0%}" for share in shares), flush=True)


if __name__ == "__main__":
    main()
