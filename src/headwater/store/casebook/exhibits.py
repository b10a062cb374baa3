"""Exhibits and their chain of custody: who took, handed over, copied or verified what, when, with which digest."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path

from headwater.identifiers.file_names import covered
from headwater.model.errors import CaseError
from headwater.store.casebook import moments
from headwater.store.casebook.cases import CaseEntry, insist
from headwater.store.casebook.entering import masked
from headwater.store.casebook.permissions import Permission
from headwater.store.casebook.tables import CUSTODY, EXHIBITS, USERS
from headwater.store.casebook.transaction import Row, Transaction
from headwater.store.casebook.users import User

_BLOCK = 1 << 20


class Act(StrEnum):
    """What happens to an exhibit."""

    took = "took"
    received = "received"
    handed_over = "handed-over"
    copied = "copied"
    verified = "verified"
    sealed = "sealed"
    opened = "opened"
    returned = "returned"


@dataclass(frozen=True, slots=True)
class Digests:
    """What a file is known by: size in bytes, SHA-256 and SM3 (GB/T 32905) in hexadecimal digits."""

    size: int
    sha256: str
    sm3: str


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A file of the case, by its masked path."""

    id: str
    path: str
    digests: Digests
    at: datetime


@dataclass(frozen=True, slots=True)
class Event:
    """A link of the chain. ``happened`` is when it was done, as told; ``at`` when it was written down; ``same`` whether the
    file still was what had been entered, where that was looked at.
    """

    id: str
    exhibit_id: str
    act: Act
    happened: datetime
    by: str
    giver: str | None
    receiver: str | None
    digests: tuple[str, str] | None
    same: bool | None
    note: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Handling:
    """What is to be written down of an exhibit: the act, when (now, if left out), from whom to whom, what the file was then."""

    act: Act
    happened: datetime | None = None
    giver: str = ""
    receiver: str = ""
    digests: Digests | None = None
    note: str = ""


def digests(file: Path) -> Digests:
    """Read a file once, and give what it is known by.

    :raises CaseError: when it cannot be read
    """
    states = hashlib.sha256(), hashlib.new("sm3")
    size = 0
    try:
        with file.open("rb") as opened:
            while block := opened.read(_BLOCK):
                size += len(block)
                for state in states:
                    state.update(block)
    except OSError as error:
        raise CaseError(f"this exhibit cannot be read ({error.strerror})", str(file)) from error
    return Digests(size, states[0].hexdigest(), states[1].hexdigest())


def enter_exhibit(tx: Transaction, who: User, case: CaseEntry, path: str, found: Digests) -> tuple[str, bool]:
    """Enter a file of the case as it is now; give its id, and whether it was new. A file that changed is another exhibit.

    :raises CaseError: when he may not
    """
    insist(tx, who, case, Permission.keep)
    token = tx.sealer.blind("path", case.id, path)
    known = tx.row(
        EXHIBITS,
        EXHIBITS.c.case_id == case.id,
        EXHIBITS.c.path_token == token,
        EXHIBITS.c.sha256 == found.sha256,
    )
    if known is not None:
        return str(known["id"]), False
    values = {
        "case_id": case.id,
        "path_token": token,
        "path": "/".join(map(covered, path.split("/"))),
        "sha256": found.sha256,
        "sm3": found.sm3,
        "size": found.size,
    }
    return tx.add(EXHIBITS, values, who.id, "exhibit.entered", {"sha256": found.sha256}), True


def exhibits(tx: Transaction, case: CaseEntry) -> tuple[Exhibit, ...]:
    """Every exhibit of a case, in the order in which they were entered."""
    return tuple(map(_exhibit, tx.rows(EXHIBITS, EXHIBITS.c.case_id == case.id)))


def find_exhibits(tx: Transaction, case: CaseEntry, path: str) -> tuple[Exhibit, ...]:
    """The exhibits of that path below the case folder (one for each state of the file), or of that id."""
    token = tx.sealer.blind("path", case.id, path)
    same = (EXHIBITS.c.path_token == token) | (EXHIBITS.c.id == path)
    return tuple(map(_exhibit, tx.rows(EXHIBITS, EXHIBITS.c.case_id == case.id, same)))


def handle(tx: Transaction, who: User, case: CaseEntry, exhibit: Exhibit, handling: Handling) -> bool | None:
    """Write down what happened to an exhibit; say whether the file still is what was entered, where digests are given.

    :raises CaseError: when he may not, or when it lies in the time to come
    """
    insist(tx, who, case, Permission.keep)
    happened = moments.told(handling.happened) if handling.happened else tx.now
    if happened > tx.now:
        raise CaseError("what is written down must have happened")
    if handling.act is Act.verified and handling.digests is None:
        raise CaseError("an exhibit is verified by its digests")
    found = handling.digests
    same = None if found is None else found == exhibit.digests
    values = {
        "case_id": case.id,
        "exhibit_id": exhibit.id,
        "user_id": who.id,
        "act": handling.act.value,
        "happened": happened,
        "giver": masked(handling.giver, "a name") or None,
        "receiver": masked(handling.receiver, "a name") or None,
        "sha256": found.sha256 if found else None,
        "sm3": found.sm3 if found else None,
        "same": None if same is None else int(same),
        "note": masked(handling.note, "a note") or None,
    }
    details = {"act": handling.act.value, "exhibit": exhibit.id, "same": same}
    tx.add(CUSTODY, values, who.id, "custody.added", details)
    return same


def chain(tx: Transaction, case: CaseEntry) -> tuple[Event, ...]:
    """Every event of the chain of custody, in the order in which they were written down."""
    names = {row["id"]: row["name"] for row in tx.rows(USERS)}
    return tuple(_event(row, names) for row in tx.rows(CUSTODY, CUSTODY.c.case_id == case.id))


def _exhibit(row: Row) -> Exhibit:
    return Exhibit(row["id"], row["path"], Digests(row["size"], row["sha256"], row["sm3"]), moments.read(row["at"]))


def _event(row: Row, names: dict[str, str]) -> Event:
    found = (row["sha256"], row["sm3"]) if row["sha256"] else None
    same = None if row["same"] is None else bool(row["same"])
    return Event(
        row["id"], row["exhibit_id"], Act(row["act"]), moments.read(row["happened"]), names[row["user_id"]],
        row["giver"], row["receiver"], found, same, row["note"], moments.read(row["at"]),
    )  # fmt: skip
