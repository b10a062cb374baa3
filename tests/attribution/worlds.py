"""A small world of reading histories, and leaks that were (not) taken from it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

import numpy as np
from tests.detection.lakes import DATASET, FIRST, House, moment

BRANCHES, PER_BRANCH, DAYS = 4, 10, 50
BOOK, POPULAR = 1200, 200
SIZE = BRANCHES * BOOK + POPULAR
"""Records of each branch's book, then those that everybody reads."""
BULK_DAY, TWIN_DAYS = 25, (10, 12)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


def account(number: int) -> str:
    return f"a{number:02}"


@dataclass
class World(House):
    """Forty accounts of four branches read their branch's book (70 %) and popular records (30 %) for fifty days.

    ``bulk`` accounts read 250 records of their book on one evening; ``t1`` and ``t2`` read the same; ``backup`` reads all.
    """

    seed: int = 1
    rng: np.random.Generator = field(init=False)
    read_by: dict[str, set[int]] = field(default_factory=dict)
    bulk: dict[str, list[int]] = field(default_factory=dict)
    leaks: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(self.seed)
        for number in range(SIZE):
            self.add("records", dataset=DATASET, subject=f"c{number}", ordinal=number, version=0,
                     segment=f"b{min(number // BOOK, BRANCHES)}", source="clients/clients.csv")  # fmt: skip
            for kind, until in (("mobile", None), ("landline", day(-30))):
                self.add("subjects", dataset=DATASET, subject=f"c{number}", ordinal=number, version=0, kind=kind,
                         token=f"{kind}{number}", valid_to=until, source="clients/clients.csv")  # fmt: skip
        for i in range(BRANCHES * PER_BRANCH):
            self.member(i)
        self.twins()
        self.look("backup", 3, range(SIZE))

    def member(self, i: int) -> None:
        self.add("people", employee=f"E{i:02}", name="李*", department="d", role="r", site=f"s{i // PER_BRANCH}",
                 workstation=f"PC-{i:02}", ip=f"10.0.1.{i}")  # fmt: skip
        self.add("accounts", account=account(i), system="crm", owner=f"E{i:02}", kind="person")
        first = i // PER_BRANCH * BOOK
        for n in range(DAYS):
            own = first + self.rng.integers(0, BOOK, 9)
            popular = BRANCHES * BOOK + np.minimum(self.rng.zipf(1.6, 4) - 1, POPULAR - 1)
            self.look(account(i), n, {int(x) for x in (*own, *popular)}, f"10.0.1.{i}")
        if i % 7 == 3:
            self.bulk[account(i)] = [int(x) for x in first + self.rng.choice(BOOK, 250, replace=False)]
            self.look(account(i), BULK_DAY, self.bulk[account(i)], f"10.0.1.{i}", 20.0)

    def twins(self) -> None:
        self.bulk["t1"] = [int(x) for x in self.rng.choice(BOOK, 200, replace=False)]
        for name in ("t1", "t2"):
            self.add("accounts", account=name, system="crm", owner=None, kind="shared")
            for n in TWIN_DAYS:
                self.look(name, n, self.bulk["t1"][n % 2 :: 2] if n == 11 else self.bulk["t1"], "10.0.2.1")

    def look(self, name: str, n: int, numbers: Iterable[int], ip: str = "10.0.9.9", hour: float = 10.0) -> None:
        self.read_by.setdefault(name, set()).update(numbers)
        for i, number in enumerate(numbers):
            self.event("access", moment(day(n), hour, i * 5), account=name, ip=ip, application="crm", dataset=DATASET,
                       action="lookup", subject=f"c{number}", ordinal=number, outcome="success")  # fmt: skip

    def leak(self, name: str, numbers: Iterable[int], foreign: int = 0, kind: str = "mobile") -> None:
        tokens = [f"{kind}{n}" for n in numbers] + [f"foreign{name}{i}" for i in range(foreign)]
        source = f"leaks/{name}.csv"
        for line, token in enumerate(tokens, start=2):
            self.add("holdings", source=source, line=line, holder="", role="leak", kind=kind, category="contact",
                     token=token, confidence=1.0)  # fmt: skip
        self.rows["documents"].append(
            {"source": source, "sheet": "", "holder": "", "role": "leak", "rows": len(tokens), "persons": len(tokens)}
        )
        self.leaks.append(source)

    def complain(self, numbers: Iterable[int], n: int) -> None:
        for number in numbers:
            name = f"K{len(self.rows['complaints'])}"
            self.add("complaints", complaint=name, received=day(n), kind="mobile", token=f"mobile{number}", what="call")

    # -- leaks that nobody took, drawn with an own generator

    def popular(self, rng: np.random.Generator, rows: int) -> list[int]:
        """Records in proportion to how many accounts read them."""
        weight = np.bincount([n for a, s in self.read_by.items() if a != "backup" for n in s], minlength=SIZE) + 0.01
        return [int(x) for x in rng.choice(SIZE, rows, replace=False, p=weight / weight.sum())]

    def one_book(self, rng: np.random.Generator, rows: int) -> list[int]:
        """Records of one branch."""
        return [int(x) for x in rng.integers(BRANCHES) * BOOK + rng.choice(BOOK, rows, replace=False)]

    def anything(self, rng: np.random.Generator, rows: int) -> list[int]:
        """Records at random."""
        return [int(x) for x in rng.choice(SIZE, rows, replace=False)]


@cache
def _world(seed: int) -> World:
    return World(seed=seed)


def world(seed: int = 1) -> World:
    """A world, made once, and an own copy for each caller."""
    made = _world(seed).copy()
    assert isinstance(made, World)
    made.leaks = []
    return made
