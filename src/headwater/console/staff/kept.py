"""The book of staff of a lake, for reading: questions of one account or one person, each answered from an index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from statistics import median
from typing import Any

from headwater.console.desk.pool import Pool
from headwater.console.staff.frames import EPOCH, number
from headwater.console.staff.layout import file_of
from headwater.store import views

SHOWN = 0.05
"""People less likely than this are not listed."""
FEW = 20
"""Of so many accounts of a job or fewer, the account that is looked at is left out of its peers."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account: whose it is, the number of its job, on how many days it read how much, and what its owner's business explains."""

    id: str
    owner: str | None
    kind: str
    job: int | None
    days: int
    read: int
    lists: int
    first: date
    last: date
    opened: int | None
    explained: int | None

    @property
    def share(self) -> float | None:
        """The part of the records opened that the owner's business explains."""
        return self.explained / self.opened if self.opened and self.explained is not None else None


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody at an account and a device: sittings, records (expected), his odds in the surest of them, first and last day."""

    account: str
    person: str
    device: str
    desk_of: str | None
    sittings: int
    read: float
    surest: float
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Peers:
    """The measure of an account: how many ``others``, what they have in common (``kind``: job, mixed, none, see
    :func:`headwater.console.staff.frames.jobs`), the median of those who read on a day, and of their sums of a week (by its Monday).
    """

    kind: str = "none"
    others: int = 0
    days: Mapping[date, float] = field(default_factory=dict)
    weeks: Mapping[date, float] = field(default_factory=dict)


class Book:
    """The book of staff of one lake. Thread-safe; nothing in it changes."""

    def __init__(self, file: Path) -> None:
        self._pool = Pool(file)
        head = dict(self._ask("select name, value from head"))
        self.first, self.last = _day(int(head["first"])), _day(int(head["last"]))
        self.zone = str(head["zone"])

    def _ask(self, sql: str, values: Sequence[Any] = ()) -> list[Any]:
        with self._pool.lent() as db:
            return db.execute(sql, values).fetchall()

    @property
    def holds(self) -> bool:
        """Whether any log says who read what."""
        return self.last >= self.first

    def accounts(self, ids: Iterable[str]) -> list[Account]:
        """Those of the accounts that read something, what was read most first."""
        wanted = sorted(set(ids))
        rows = self._ask(f"select * from accounts where id in ({_slots(wanted)}) order by read desc, id", wanted)
        return [_account(*row) for row in rows]

    def of(self, person: str) -> list[Account]:
        """The accounts of a person that read something."""
        return self.accounts(row[0] for row in self._ask("select id from accounts where owner = ?", (person,)))

    def sums(self, people: Iterable[str]) -> Mapping[str, tuple[int, int]]:
        """Of each person what all own accounts read, and on how many account-days."""
        wanted = sorted(set(people))
        told = f"select owner, sum(read), sum(days) from accounts where owner in ({_slots(wanted)}) group by owner"
        return {row[0]: (int(row[1]), int(row[2])) for row in self._ask(told, wanted)}

    def read(self, accounts: Iterable[str], first: date, last: date) -> dict[date, tuple[int, int, int]]:
        """Per day what these accounts read together, in how many acts, with how many lists."""
        wanted = sorted(set(accounts))
        told = "select day, sum(read), sum(acts), sum(lists) from days where day between ? and ? and account in "
        rows = self._ask(f"{told}({_slots(wanted)}) group by day", [number(first), number(last), *wanted])
        return {_day(row[0]): (int(row[1]), int(row[2]), int(row[3])) for row in rows}

    def logged(self, first: date, last: date) -> frozenset[date]:
        """The days on which a log has anybody reading."""
        return frozenset(
            _day(d)
            for (d,) in self._ask("select day from logged where day between ? and ?", (number(first), number(last)))
        )

    def peers(self, account: Account, first: date, last: date) -> Peers:
        """What others like it read, from a day to a day."""
        known = self._ask("select kind, accounts from jobs where job = ?", (account.job,))
        kind, size = known[0] if known else ("none", 0)
        if kind == "none" or size < 2:
            return Peers()
        if size <= FEW:
            return Peers(kind, size - 1, *self._others(account, first, last))
        span = (account.job, number(first) - 6, number(last))
        days = self._ask("select day, middle from peers where job = ? and day between ? and ?", span)
        weeks = self._ask("select week, middle from weeks where job = ? and week between ? and ?", span)
        return Peers(kind, size - 1, {_day(d): m for d, m in days}, {_day(w): m for w, m in weeks})

    def _others(self, account: Account, first: date, last: date) -> tuple[dict[date, float], dict[date, float]]:
        told = """select d.account, d.day, d.read from days d join accounts a on a.id = d.account
            where a.job = ? and d.account <> ? and d.read > 0 and d.day between ? and ?"""
        days: dict[date, list[int]] = defaultdict(list)
        weeks: dict[date, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for who, at, read in self._ask(told, (account.job, account.id, number(first) - 6, number(last) + 6)):
            day = _day(at)
            days[day].append(read)
            weeks[monday(day)][who] += read
        return {d: median(r) for d, r in days.items()}, {w: median(r.values()) for w, r in weeks.items()}

    def usual_share(self, account: Account) -> float | None:
        """The median of the explained share among the other accounts of the same job; ``None`` where there are none."""
        told = """select 1.0 * a.explained / a.opened from accounts a join jobs j on j.job = a.job
            where j.job = ? and j.kind = 'job' and a.id <> ? and a.opened > 0 and a.explained is not null"""
        shares = [share for (share,) in self._ask(told, (account.job, account.id))]
        return median(shares) if shares else None

    def sat_at(self, accounts: Iterable[str]) -> list[Seat]:
        """Who is thought to have sat at accounts, the most read first."""
        wanted = sorted(set(accounts))
        return self._seats(f"s.account in ({_slots(wanted)})", wanted)

    def sat_as(self, person: str, besides: Iterable[str]) -> list[Seat]:
        """Where else somebody is thought to have sat: at accounts that are not his own."""
        wanted = sorted(set(besides))
        return self._seats(f"s.person = ? and s.account not in ({_slots(wanted)})", [person, *wanted])

    def _seats(self, where: str, values: Sequence[str]) -> list[Seat]:
        told = f"""select s.account, s.person, s.device, d.person, s.sittings, s.read, s.surest, s.first, s.last from sat s
            left join desks d on d.device = s.device where {where} and s.surest >= ? order by s.read desc, 1, 2, 3"""
        return [_seat(*row) for row in self._ask(told, [*values, SHOWN])]

    def sets(self, accounts: Iterable[str]) -> list[tuple[str, str, int, int, date, date]]:
        """What accounts read of each data set: account, data set, acts, people's records, first and last day."""
        wanted = sorted(set(accounts))
        rows = self._ask(f"select * from sets where account in ({_slots(wanted)}) order by records desc, 1, 2", wanted)
        return [(*row[:4], _day(row[4]), _day(row[5])) for row in rows]

    def away(self, person: str, first: date, last: date) -> frozenset[date]:
        """The days of recorded leave."""
        rows = self._ask(
            "select first, last from away where person = ? and last >= ? and first <= ?",
            (person, number(first), number(last)),
        )
        return frozenset(_day(d) for a, b in rows for d in range(max(a, number(first)), min(b, number(last)) + 1))


def book_of(workspace: Path, answer: str | None) -> Book | None:
    """The book of the lake that an answer (its digest) rests on, where it was made. Costs a look at two small files."""
    view = views.current(workspace, answer)
    file = view and file_of(workspace, view)
    return _opened(file) if file and file.exists() else None


@lru_cache(maxsize=16)
def _opened(file: Path) -> Book:
    return Book(file)


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def _account(
    id: str, owner: str | None, kind: str, job: int | None, days: int, read: int, lists: int, first: int, last: int,
    opened: int | None, explained: int | None,
) -> Account:  # fmt: skip
    return Account(id, owner, kind, job, days, read, lists, _day(first), _day(last), opened, explained)


def _seat(
    account: str,
    person: str,
    device: str,
    desk_of: str | None,
    sittings: int,
    read: float,
    surest: float,
    first: int,
    last: int,
) -> Seat:
    return Seat(account, person, device, desk_of, sittings, read, surest, _day(first), _day(last))


def _day(since: int) -> date:
    return EPOCH + timedelta(days=since)


def _slots(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))
