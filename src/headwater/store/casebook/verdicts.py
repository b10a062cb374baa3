"""What people said of things: verdicts are added and never changed; how they combine is said in :mod:`headwater.casework.judging`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import select

from headwater.identifiers.shapes import cover_shapes
from headwater.identifiers.text import mask_line
from headwater.model.errors import CaseError, StoreError
from headwater.store.casebook import moments
from headwater.store.casebook.cases import CaseEntry, insist
from headwater.store.casebook.entering import masked, reason
from headwater.store.casebook.log import canonical
from headwater.store.casebook.permissions import Permission
from headwater.store.casebook.sealing import folded
from headwater.store.casebook.tables import USERS, VERDICTS
from headwater.store.casebook.things import Thing, enter, things
from headwater.store.casebook.transaction import Row, Transaction
from headwater.store.casebook.users import User, has_users


class Said(StrEnum):
    """What can be said of a thing."""

    confirmed = "confirmed"
    explained = "explained"
    refuted = "refuted"
    unsure = "unsure"
    withdrawn = "withdrawn"


@dataclass(frozen=True, slots=True)
class Word:
    """What one person said of one thing. ``attested``: whether he was signed in; ``person`` tells one from another.

    ``by`` is his name, masked where it is a telephone number or an address of mail.
    """

    id: str
    thing: Thing
    said: Said
    by: str
    person: str
    attested: bool
    at: datetime
    because: str
    until: date | None
    about: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Saying:
    """What is to be said, and whom and what it is about (JSON values), as it stands now."""

    thing: Thing
    said: Said
    because: str = ""
    until: date | None = None
    about: Mapping[str, Any] | None = None


def say(tx: Transaction, who: User, case: CaseEntry, saying: Saying) -> str:
    """Add a verdict of somebody who is signed in, and give its id.

    :raises CaseError: when he may not, or an explanation lacks its reason or its day
    """
    insist(tx, who, case, Permission.judge)
    return _said(tx, case, saying, who.id, {"user_id": who.id})


def say_unattested(tx: Transaction, case: CaseEntry, saying: Saying, by: str, at: datetime | None = None) -> str:
    """Add a verdict of somebody who only says who he is: where a casebook has no users yet, or of an earlier record.

    :param at: when it was said, of an earlier record (which may be brought in where there are users too)
    :raises CaseError: when the casebook has users, or nobody is named
    """
    if at is None and has_users(tx):
        raise CaseError("this casebook has users: sign in (--by NAME, and the password)")
    if not folded(by):
        raise CaseError("a verdict needs the name of who gives it")
    when = {} if at is None else {"at": moments.told(at)}
    return _said(tx, case, saying, "-", {"claimed": by.strip(), **when}, earlier=at is not None)


def _said(
    tx: Transaction, case: CaseEntry, saying: Saying, actor: str, values: Mapping[str, Any], *, earlier: bool = False
) -> str:
    because = masked(saying.because, "a reason")
    if saying.said is Said.explained and not earlier:
        because = reason(saying.because)
        if saying.until is None:
            raise CaseError("an explanation needs its last day")
    if saying.until is not None and saying.said is not Said.explained:
        raise CaseError("only an explanation has a last day")
    thing_id = enter(tx, case, saying.thing, actor)
    told = {
        "case_id": case.id,
        "kind": saying.thing.kind,
        "thing_id": thing_id,
        "said": saying.said.value,
        "because": because,
        "until": saying.until.isoformat() if saying.until else None,
        "about": canonical(dict(saying.about or {})),
        **values,
    }
    act = "verdict.imported" if earlier else "verdict.said"
    return tx.add(VERDICTS, told, actor, act, {"said": saying.said.value, "thing": thing_id})


def words(tx: Transaction, case: CaseEntry, kind: str) -> tuple[Word, ...]:
    """Everything that was said of things of a kind, the oldest first.

    :raises StoreError: when a verdict was changed, put in or taken out past the program
    """
    there = tx.connection.execute(select(VERDICTS.c.id).where(VERDICTS.c.case_id == case.id)).scalars()
    if gone := tx.logged_rows(VERDICTS, case.id).symmetric_difference(there):
        raise StoreError("was taken out or put in past the program", f"verdicts/{min(gone)}")
    known = things(tx, case, kind)
    names = {row["id"]: row["name"] for row in tx.rows(USERS)}
    rows = tx.rows(VERDICTS, VERDICTS.c.case_id == case.id, VERDICTS.c.kind == kind)
    return tuple(_word(row, known[row["thing_id"]], names) for row in rows)


def _word(row: Row, thing: Thing, names: Mapping[str, str]) -> Word:
    attested = row["user_id"] is not None
    by = names[row["user_id"]] if attested else row["claimed"]
    person = row["user_id"] if attested else f"claimed {folded(by)}"
    until = date.fromisoformat(row["until"]) if row["until"] else None
    at = moments.read(row["at"])
    said = Said(row["said"])
    return Word(
        row["id"],
        thing,
        said,
        cover_shapes(mask_line(by)),
        person,
        attested,
        at,
        row["because"],
        until,
        json.loads(row["about"]),
    )
