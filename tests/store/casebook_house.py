"""A made casebook for tests: a case, four people of the four roles, cheap passwords."""

from __future__ import annotations

import atexit
import shutil
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

from argon2 import PasswordHasher

from headwater.store.casebook import cases, users
from headwater.store.casebook.cases import CaseEntry
from headwater.store.casebook.opening import Casebook, open_casebook
from headwater.store.casebook.permissions import Role
from headwater.store.casebook.place import place
from headwater.store.casebook.signing_in import Rules, sign_in, who

BEGIN = datetime(2026, 3, 2, 8, tzinfo=UTC)
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
RULES = Rules(hasher=CHEAP)
PASSWORD = "correct horse battery"


@dataclass
class House:
    """An open casebook with a clock that only goes on, and people by their names."""

    book: Casebook
    root: Path
    case: CaseEntry = field(init=False)
    tickets: dict[str, str] = field(default_factory=dict)
    seconds: int = 0

    def now(self, **later: float) -> datetime:
        """The time, a second later than when it was last asked."""
        self.seconds += 1
        return BEGIN + timedelta(seconds=self.seconds) + timedelta(**later)

    def sign_in(self, name: str, password: str = PASSWORD) -> str:
        self.tickets[name] = sign_in(self.book, name, password, self.now(), RULES)
        return self.tickets[name]


def opened(root: Path, url: str | None = None) -> House:
    """An empty casebook."""
    return House(open_casebook(place(root, url), make=True), root)


@cache
def _template() -> House:
    """The made casebook, once for each process of tests."""
    house = peopled(Path(mkdtemp(prefix="hw-casebook-")))
    house.book.close()
    atexit.register(shutil.rmtree, house.root, ignore_errors=True)
    return house


def copied(root: Path) -> House:
    """What :func:`peopled` makes, by copying it."""
    made = _template()
    shutil.copytree(made.root, root, dirs_exist_ok=True)
    house = House(open_casebook(place(root)), root, dict(made.tickets), made.seconds)
    house.case = made.case
    return house


def peopled(root: Path, url: str | None = None) -> House:
    """A casebook with a case, and Chen (administrator), Li (investigator), Wang (auditor) and Zhao (analyst) signed in."""
    house = opened(root, url)
    roles = {"Li": Role.investigator, "Wang": Role.auditor, "Zhao": Role.analyst}
    with house.book.transaction(house.now()) as tx:
        chen = users.add_first(tx, "Chen", "陈某", PASSWORD, CHEAP)
        house.case = cases.add_case(tx, chen, "case one")
        for name, role in roles.items():
            made = users.add(tx, chen, name, f"{name} of the house", PASSWORD, [role], CHEAP)
            cases.set_member(tx, chen, house.case, made)
    for name in ("Chen", *roles):
        house.sign_in(name)
    for name in roles:
        with house.book.transaction(house.now()) as tx:
            own = who(tx, house.tickets[name])
            users.set_password(tx, own, own, PASSWORD, CHEAP)
        house.sign_in(name)
    return house
