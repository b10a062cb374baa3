"""Cases that are ready to be served: an insurer with incident, leak and alerts, a small market, and one whose answer is hostile.

They are made by the program itself, once for all test processes of a run; whoever changes something takes a copy.
``HEADWATER_READY_CASES`` names a folder in which they are kept from run to run, for whoever works on the console.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from tests.console.hostile import poisoned
from tests.made_cases import Answered
from tests.processes import KEY, OTHER_KEY, headwater
from tests.simulation.broker_reading import TINY

from headwater.casework import ledgers
from headwater.casework.alerting import Ledger
from headwater.casework.budget import PER_10000, Bucket, Budget
from headwater.console.desk.opening import open_desk
from headwater.console.house import FOLDER
from headwater.model.words import LANGS
from headwater.simulation.brokers import make_brokers
from headwater.simulation.house.building import START
from headwater.store import views
from headwater.store.casebook import cases, users
from headwater.store.casebook.opening import Casebook, open_casebook
from headwater.store.casebook.permissions import Role
from headwater.store.casebook.place import place
from headwater.store.casebook.transaction import Transaction
from headwater.store.casebook.users import User
from headwater.store.tokens import Tokeniser

ENVIRONMENT: Mapping[str, str] = {"HEADWATER_TOKEN_KEY": KEY, "HEADWATER_CASEBOOK_KEY": OTHER_KEY}
"""The keys of the ready cases: whoever serves them needs these in his environment."""
INSURER, MARKET, HOSTILE = "insurer", "market", "hostile"
PASSWORD = "correct horse {name} staple"
"""Everybody's password, with his name in it."""
PEOPLE: Mapping[str, tuple[Role, ...]] = {
    "li": (Role.administrator, Role.investigator),
    "wu": (Role.investigator,),
    "zhao": (Role.analyst,),
    "wang": (Role.auditor,),
    "chen": (Role.analyst,),
}
"""Who works here. ``li``, ``wu`` and ``zhao`` are members of every case, ``chen`` of the market alone."""
LAST_DAY = START + timedelta(days=21)
EVENINGS = 3
"""So many evenings are watched: enough for alerts, few enough to be quick."""
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@dataclass(frozen=True, slots=True)
class Ready:
    """A house of ready cases: ``house.toml``, below it a folder for each case with ``case`` and ``out``."""

    root: Path

    @property
    def house(self) -> Path:
        return self.root / "house.toml"

    @property
    def book(self) -> Path:
        return self.root / "console" / "casebook.sqlite"

    @property
    def folder(self) -> Path:
        return self.root / FOLDER

    def case(self, name: str = INSURER) -> Path:
        return self.root / name / "case"

    def out(self, name: str = INSURER) -> Path:
        return self.root / name / "out"

    def workspace(self, name: str = INSURER) -> Path:
        return self.out(name) / "workspace"

    def result(self, name: str = INSURER) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.out(name) / "result.json").read_bytes())
        return found


def password(name: str) -> str:
    """The password of somebody of :data:`PEOPLE`."""
    return PASSWORD.format(name=name)


def copied(ready: Ready, root: Path) -> Ready:
    """A house of one's own, to do with it what one likes."""
    shutil.copytree(ready.root, root, dirs_exist_ok=True)
    made = _told(root)
    for head in sorted(root.rglob("casebook-*.head")):  # it is named after the database, which lies elsewhere now
        head.rename(head.with_name(place(head.parent.parent, str(made.book)).head_file.name))
    return made


@pytest.fixture(scope="session")
def ready(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ready:
    """The ready cases. Nobody may change them: a test that must, takes a copy (:func:`copied`)."""
    kept = os.environ.get("HEADWATER_READY_CASES")
    base = tmp_path_factory.getbasetemp()
    shared = Path(kept) if kept else base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    root = shared / "ready-cases"
    with _alone(shared / "ready-cases.lock"):
        if not (root / "house.toml").exists():
            shutil.rmtree(root, ignore_errors=True)
            root.mkdir(parents=True)
            _make(root, request.getfixturevalue("plain_answered"))
    return Ready(root)


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """One test process at a time."""
    lock.parent.mkdir(parents=True, exist_ok=True)
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _make(root: Path, plain: Answered) -> None:
    made = Ready(root)
    shutil.copytree(plain.made.folder, made.case())
    shutil.copytree(plain.out, made.out())
    _watched(made)
    _market(made)
    shutil.copytree(root / INSURER, root / HOSTILE)
    result = poisoned(made.result())
    (made.out(HOSTILE) / "result.json").write_text(json.dumps(result, ensure_ascii=False), "utf-8")
    _staff(made)
    _desks(made)
    _told(root)


def _desks(made: Ready) -> None:
    """Answers are made ready here, once, and not again in each copy."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        for case in (INSURER, MARKET, HOSTILE):
            for lang in LANGS:
                open_desk(made.out(case), made.workspace(case), lang=lang)
            shutil.rmtree(made.workspace(case) / views.FOLDER)  # what they were made from: as if nobody had looked yet


def _watched(made: Ready) -> None:
    """Alerts of the last evenings: whoever had watched until then goes on."""
    ledger = Ledger(Bucket(Budget(PER_10000, 1)), Tokeniser(bytes.fromhex(KEY)))
    ledgers.save(made.workspace(), ledger, LAST_DAY - timedelta(days=EVENINGS - 1))
    _run(made, "watch", made.case(), "-w", made.workspace())


def _market(made: Ready) -> None:
    make_brokers(made.case(MARKET), seed=5, habits=TINY)
    _run(made, "investigate", made.case(MARKET), "--out", made.out(MARKET))


def _run(made: Ready, *arguments: str | Path) -> None:
    ended = headwater(made.root / "said", *arguments)
    assert ended.code == 0, ended.err.decode()[-2000:]


def _told(root: Path) -> Ready:
    """Write ``house.toml``, last of all: where it lies everything is ready."""
    made = Ready(root)
    blocks = [f'[[case]]\nname = "{n}"\nfolder = "{n}/case"\nout = "{n}/out"\n' for n in (INSURER, MARKET, HOSTILE)]
    made.house.write_text("\n".join(blocks), "utf-8")
    return made


def _staff(made: Ready) -> None:
    """A casebook with everybody in it, as ``headwater serve`` would look for it."""
    before = os.environ.get("HEADWATER_CASEBOOK_KEY")
    os.environ["HEADWATER_CASEBOOK_KEY"] = OTHER_KEY
    try:
        book = open_casebook(place(made.book.parent), make=True)
    finally:
        os.environ.pop("HEADWATER_CASEBOOK_KEY")
        if before is not None:
            os.environ["HEADWATER_CASEBOOK_KEY"] = before
    staff(book)
    book.close()


def staff(book: Casebook) -> None:
    """Enter everybody, and who works on which case, into an empty casebook."""
    now = datetime.now(UTC)
    with book.transaction(now) as tx:
        known = _added(tx)
        for name in (INSURER, MARKET, HOSTILE):
            entry = cases.add_case(tx, known["li"], name)
            for member in ("wu", "zhao", *(("chen",) if name == MARKET else ())):
                cases.set_member(tx, known["li"], entry, known[member])
    with book.transaction(now) as tx:
        for name, user in known.items():
            tx.actor, tx.signed[user.id] = user.id, user
            users.set_password(tx, user, user, password(name), QUICK)


def _added(tx: Transaction) -> dict[str, User]:
    (first, roles), *others = PEOPLE.items()
    known = {first: users.add_first(tx, first, first.title(), password(first), QUICK, roles)}
    tx.actor, tx.signed[known[first].id] = known[first].id, known[first]
    for name, of in others:
        known[name] = users.add(tx, known[first], name, name.title(), "chosen by another", of, QUICK)
    return known
