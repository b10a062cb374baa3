"""Small real lakes: an ordinary office, row by row, to which a scenario adds what it is about.

Everything that is added keeps its place: ``source`` and ``line`` of each row are those that findings must cite.
"""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from headwater.detection.scene import Scene
from headwater.model.settings import Dataset, Settings
from headwater.model.tables import EVENT_TABLES, SCHEMAS
from headwater.store.engine import open_engine
from headwater.store.manifest import Input
from headwater.store.workspace import open_workspace

FIRST = date(2026, 3, 2)  # a Monday
DATASET = "clients"
SOURCES = {
    "people": "hr/roster.csv",
    "accounts": "hr/accounts.csv",
    "relations": "business/agents.csv",
    "access": "logs/application.log",
    "logons": "logs/logons.log",
    "web": "logs/proxy.log",
    "files": "logs/endpoint.log",
}
SETTINGS = Settings(
    timezone="UTC", organisation="Office", datasets=(Dataset(DATASET, key="id"),), permitted_sites=("*.example",)
)
Row = dict[str, Any]


def working_day(number: int) -> date:
    """The so manieth working day of the log, from 0."""
    return FIRST + timedelta(days=number // 5 * 7 + number % 5)


def moment(day: date, hour: float, seconds: float = 0.0) -> datetime:
    return datetime.combine(day, time(), UTC) + timedelta(hours=hour, seconds=seconds)


@dataclass
class House:
    """Rows by table, before they are written."""

    rows: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))
    settings: Settings = SETTINGS
    written: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def add(self, table: str, **row: Any) -> Row:
        row.setdefault("source", SOURCES.get(table, f"hr/{table}.csv"))
        self.written[table] += 1  # rows that are taken away again leave their numbers free
        row.setdefault("line", self.written[table] + 1)
        if not {"source", "line"} <= set(SCHEMAS[table].names):
            row = {k: v for k, v in row.items() if k in SCHEMAS[table].names}
        self.rows[table].append(row)
        return row

    def event(self, table: str, when: datetime, **row: Any) -> Row:
        return self.add(table, time=when, day=when.date(), hour=when.hour, **row)

    def tables(self) -> dict[str, pa.Table]:
        return {name: pa.Table.from_pylist(rows, schema=SCHEMAS[name]) for name, rows in self.rows.items() if rows}

    def copy(self) -> House:
        """An own house: tables of the organisation may be changed, events are only added or taken away."""
        other = copy.copy(self)
        other.written = defaultdict(int, self.written)
        other.rows = defaultdict(
            list,
            {n: list(r) if n in EVENT_TABLES else [dict(each) for each in r] for n, r in self.rows.items()},
        )
        return other


@contextmanager
def opened(house: House, root: Path, engine: str = "duckdb") -> Iterator[Scene]:
    """Write a house into a new workspace and open it as detectors see it."""
    with open_workspace(root) as workspace:
        writer = workspace.lake.writer("test", "house", "1")
        for name, rows in house.tables().items():
            writer.add(name, rows)
        parts = writer.close()
        workspace.manifest.commit(Input("test", "house", 0, "", "test", writer.rows, 0), parts)
        with open_engine(engine, workspace, memory=2**30, threads=2) as opened_engine:
            yield Scene(opened_engine, workspace.lake, house.settings)


@dataclass
class Office(House):
    """An office of handlers and agents with a book of clients each, who read their own clients nearly always."""

    staff: int = 24
    days: int = 40
    seed: int = 1
    level: float = 16.0
    book: int = 90
    strangers: float = 0.03

    @property
    def employees(self) -> list[str]:
        return [f"E{i:02}" for i in range(1, self.staff + 1)]

    @property
    def clients(self) -> int:
        return self.staff * self.book + 600  # the last six hundred belong to nobody's book

    def own(self, employee: str) -> np.ndarray:
        """The book of an employee, as places in the data set."""
        start = (int(employee[1:]) - 1) * self.book
        return np.arange(start, start + self.book)

    def nobodys(self) -> np.ndarray:
        return np.arange(self.staff * self.book, self.clients)

    def seat(self, at: str) -> Row:
        """Device and address of a seat: an employee's, or an address outside."""
        return {"device": f"PC-{at[1:]}", "ip": f"10.0.0.{int(at[1:])}"} if at[0] == "E" else {"device": None, "ip": at}

    # -- the organisation

    def organise(self) -> None:
        for i, employee in enumerate(self.employees):
            job = ("claims", "handler") if i < self.staff // 2 else ("sales", "agent")
            where = self.seat(employee)
            self.add(
                "people", employee=employee, name="王*", department=job[0], role=job[1], site="North",
                hired=date(2019, 4, 1), workstation=where["device"], ip=where["ip"],
            )  # fmt: skip
            self.add("accounts", account=f"u{employee[1:]}", system="crm", owner=employee, kind="person")
        for role in ("handler", "agent"):
            self.add("entitlements", principal=role, dataset=DATASET, action="lookup", rows_per_day=300)
            self.add("entitlements", principal=role, dataset=DATASET, action="search")
        for number in range(self.clients):
            self.add(
                "records", dataset=DATASET, subject=f"c{number}", ordinal=number, version=0,
                segment=f"s{number % 2}", source="clients/clients.csv",
            )  # fmt: skip
        for employee in self.employees:
            for number in self.own(employee):
                self.relate(employee, [int(number)])

    def relate(self, employee: str, numbers: Iterable[int], **row: Any) -> None:
        for number in numbers:
            given: Row = {"relation": "agent", **row}
            self.add(
                "relations", employee=employee, dataset=DATASET, subject=f"c{number}", ordinal=int(number), **given
            )

    # -- what happens

    def read(
        self, account: str, day: date, numbers: Sequence[int], at: str, hour: float = 14.0, every: float = 20.0
    ) -> None:
        """Look up records one after the other; the application's log knows the address only."""
        for i, number in enumerate(numbers):
            self.event(
                "access", moment(day, hour, i * every), account=account, ip=self.seat(at)["ip"], application="crm",
                dataset=DATASET, action="lookup", subject=f"c{number}", ordinal=int(number), outcome="success",
            )  # fmt: skip

    def statement(
        self, account: str, day: date, numbers: Sequence[int], at: str, hour: float = 14.0, exact: bool = True
    ) -> None:
        """One SQL statement that gave back a set of records."""
        name = f"set{len(self.rows['returned'])}"
        for number in numbers:
            self.add("returned", returned=name, dataset=DATASET, subject=f"c{number}", ordinal=int(number))
        self.event(
            "access", moment(day, hour), account=account, ip=self.seat(at)["ip"], application="db", dataset=DATASET,
            action="sql", rows=len(numbers), returned=name, exact=exact, outcome="success",
        )  # fmt: skip

    def export(self, account: str, day: date, rows: int, at: str, hour: float = 14.0, action: str = "export") -> None:
        """An export (or a search) of which the log knows only how many rows it had."""
        self.event(
            "access", moment(day, hour), account=account, ip=self.seat(at)["ip"], application="crm", dataset=DATASET,
            action=action, rows=rows, outcome="success",
        )  # fmt: skip

    def logon(self, account: str, day: date, at: str, hour: float = 8.9) -> None:
        self.event("logons", moment(day, hour), account=account, action="logon", kind="console", **self.seat(at))

    def post(self, account: str | None, day: date, size: int, at: str, hour: float = 15.0, host: str = "") -> None:
        self.event(
            "web", moment(day, hour), account=account, ip=self.seat(at)["ip"], host=host or "mail.partner.example",
            path="/post", method="POST", status=200, bytes_out=int(size), bytes_in=400,
        )  # fmt: skip

    def write(self, account: str, day: date, name: str, at: str, hour: float = 15.0, size: int = 40_000) -> None:
        self.event(
            "files", moment(day, hour), account=account, path=f"C:\\Users\\{account}\\{name}", action="create",
            bytes=size, **self.seat(at),
        )  # fmt: skip

    def silence(
        self, account: str, days: Iterable[date], tables: Sequence[str] = ("access", "logons", "web", "files")
    ) -> None:
        """Nothing of what this account did on these days has happened."""
        gone = set(days)
        for table in tables:
            self.rows[table] = [r for r in self.rows[table] if r["account"] != account or r["day"] not in gone]

    def ordinary_day(self, employee: str, level: float, day: date, rng: np.random.Generator) -> None:
        account = f"u{employee[1:]}"
        self.logon(account, day, employee)
        count = int(rng.poisson(level * rng.gamma(8, 1 / 8)))
        own = rng.choice(self.own(employee), min(count, self.book), replace=False)
        other = rng.random(len(own)) < self.strangers
        numbers = np.where(other, rng.integers(0, self.clients, len(own)), own)
        hours = np.sort(
            np.where(rng.random(len(own)) < 0.5, rng.uniform(9, 11.8, len(own)), rng.uniform(13.2, 17.4, len(own)))
        )
        for number, hour in zip(numbers, hours, strict=True):
            self.read(account, day, [int(number)], employee, float(hour))
        for hour in rng.uniform(9, 17.5, int(rng.poisson(4))):
            self.post(account, day, int(rng.lognormal(8.0, 0.7)), employee, float(hour), str(rng.choice(HOSTS)))
        for _ in range(int(rng.poisson(0.2))):
            self.write(account, day, f"report{rng.integers(99)}.xlsx", employee, float(rng.uniform(9, 17)))

    def open_for_business(self) -> None:
        rng = np.random.default_rng(self.seed)
        levels = dict(zip(self.employees, self.level * rng.gamma(12, 1 / 12, self.staff), strict=True))
        away = {e: int(rng.integers(0, self.days)) for e in self.employees[:: max(1, self.staff // 6)]}
        for employee, start in away.items():
            last = min(start + 2, self.days - 1)
            self.add("absences", employee=employee, starts=working_day(start), ends=working_day(last), kind="leave")
        for n in range(self.days):
            for employee in self.employees:
                if not (employee in away and away[employee] <= n <= away[employee] + 2):
                    self.ordinary_day(employee, levels[employee], working_day(n), rng)


HOSTS = ("mail.partner.example", "chat.shop.example", "forms.state.example")


@cache
def _ordinary(values: tuple[tuple[str, Any], ...]) -> Office:
    made = Office(**dict(values))
    made.organise()
    made.open_for_business()
    return made


def office(**values: Any) -> Office:
    """An ordinary office, made once for each set of values, and an own copy for each caller."""
    made = _ordinary(tuple(sorted(values.items()))).copy()
    assert isinstance(made, Office)
    return made


def renamed(house: House, names: Mapping[str, str], columns: Mapping[str, Sequence[str]]) -> House:
    """The same house with other names in these columns of each table."""
    other = house.copy()
    for table, rows in house.rows.items():
        wanted = columns.get(table, ())
        other.rows[table] = [{k: names.get(v, v) if k in wanted else v for k, v in row.items()} for row in rows]
    return other
