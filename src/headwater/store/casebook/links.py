"""One-time links: by one the first administrator is made, by others people are invited or choose a new password.

The secret stands in the link alone; the casebook keeps a keyed digest of it. A link opens once, and until it lapses.
Whoever takes one up chooses his own password: nobody else ever knows it.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from argon2 import PasswordHasher

from headwater.model.errors import CaseError
from headwater.store.casebook import moments, users
from headwater.store.casebook.cases import CaseEntry, enter_invited
from headwater.store.casebook.permissions import NotAllowedError, Permission, Role
from headwater.store.casebook.tables import LINKS, USERS
from headwater.store.casebook.transaction import Row, Transaction
from headwater.store.casebook.users import HASHER, User, has_users, insist_signed

BYTES = 32
FIRST = timedelta(hours=1)
HOLDS = timedelta(days=3)
GONE = "this link was used, has lapsed, or is none of ours; ask for another"


class Purpose(StrEnum):
    """What a link is for."""

    first = "first"
    invitation = "invitation"
    password = "password"


@dataclass(frozen=True, slots=True)
class Link:
    """A link that opens: what it is for, for whom, with which roles; lists show those that wait."""

    id: str
    purpose: Purpose
    display: str
    roles: frozenset[Role]
    lapses: datetime


def first(tx: Transaction) -> str:
    """The secret of a link by which the first administrator is made; earlier ones open nothing any more.

    :raises CaseError: when there are accounts already
    """
    if has_users(tx):
        raise CaseError("there are users already: sign in, or ask an administrator for an invitation")
    for row in tx.rows(LINKS, LINKS.c.used.is_(None)):
        tx.change(LINKS, row["id"], {"used": tx.now}, "-", "link.ended")
    return _made(tx, None, Purpose.first, frozenset({Role.administrator}), FIRST)


def invite(
    tx: Transaction, who: User, display: str, roles: Iterable[Role], members_of: Iterable[CaseEntry] = ()
) -> str:
    """The secret of a link by which somebody makes his account, with these roles and as a member of these cases.

    :raises CaseError: when the one who invites is no administrator
    """
    _insist(tx, who)
    cases = ",".join(sorted(case.id for case in members_of))
    return _made(tx, who, Purpose.invitation, frozenset(roles), HOLDS, display=display.strip(), cases=cases)


def renew_password(tx: Transaction, who: User, user: User) -> str:
    """The secret of a link by which somebody who forgot his password chooses another.

    :raises CaseError: when the one who gives it is no administrator
    """
    _insist(tx, who)
    return _made(tx, who, Purpose.password, user.roles, HOLDS, display=user.display, for_id=user.id)


def end(tx: Transaction, who: User, link_id: str) -> None:
    """Take a link back.

    :raises CaseError: when he is no administrator, or there is none that waits
    """
    _insist(tx, who)
    known = tx.trusted(LINKS, LINKS.c.id == link_id)
    if known is None or known["used"] is not None:
        raise CaseError("there is no such link")
    tx.change(LINKS, link_id, {"used": tx.now}, who.id, "link.ended")


def waiting(tx: Transaction, who: User) -> tuple[Link, ...]:
    """Links that were given and not used yet, the oldest first."""
    _insist(tx, who)
    return tuple(map(_link, tx.rows(LINKS, LINKS.c.used.is_(None), LINKS.c.lapses > tx.clock)))


def find(tx: Transaction, secret: str) -> Link:
    """What a link is for.

    :raises CaseError: when it opens nothing
    """
    return _link(_row(tx, secret))


def accept(
    tx: Transaction,
    secret: str,
    name: str,
    display: str,
    password: str,
    roles: Iterable[Role] = (),
    hasher: PasswordHasher = HASHER,
) -> User:
    """Make the account for which a link was given; its owner has chosen name and password himself.

    :param roles: further roles, of the first administrator alone: who works by himself is an investigator too
    :raises CaseError: when the link opens nothing, the name is taken or is none, or the password is too short
    """
    row = _row(tx, secret)
    if row["purpose"] == Purpose.first:
        user = users.add_first(tx, name, display, password, hasher, roles)
    elif row["purpose"] == Purpose.invitation:
        user = users.add_invited(tx, name, display or row["display"], password, _link(row).roles, hasher)
        for case_id in filter(None, row["cases"].split(",")):
            enter_invited(tx, row["user_id"], case_id, user)
    else:
        raise CaseError(GONE)
    tx.change(LINKS, row["id"], {"used": tx.now}, user.id, "link.used", {"user": user.id})
    return user


def choose_password(tx: Transaction, secret: str, password: str, hasher: PasswordHasher = HASHER) -> User:
    """Choose another password by a link; whoever was signed in as this user is not any more.

    :raises CaseError: when the link opens nothing, or the password is too short
    """
    row = _row(tx, secret)
    if row["purpose"] != Purpose.password:
        raise CaseError(GONE)
    user = users.choose_password(tx, row["for_id"], password, hasher)
    tx.change(LINKS, row["id"], {"used": tx.now}, user.id, "link.used", {"user": user.id})
    return user


def _made(
    tx: Transaction, who: User | None, purpose: Purpose, roles: frozenset[Role], holds: timedelta, **values: str
) -> str:
    secret = secrets.token_urlsafe(BYTES)
    told = {
        "purpose": purpose.value,
        "secret_token": _token(tx, secret),
        "user_id": who.id if who else None,
        "roles": ",".join(sorted(roles)),
        "cases": "",
        "lapses": moments.told(moments.read(tx.now) + holds),
        **values,
    }
    details = {"purpose": purpose.value, "roles": told["roles"]}
    tx.add(LINKS, told, who.id if who else "-", "link.made", details)
    return secret


def _row(tx: Transaction, secret: str) -> Row:
    """The row of a link that opens: not used, not lapsed, and whoever gave it may still do so."""
    row = tx.trusted(LINKS, LINKS.c.secret_token == _token(tx, secret)) if 0 < len(secret) <= 100 else None
    if row is None or row["used"] is not None or tx.clock >= row["lapses"]:
        raise CaseError(GONE)
    if row["purpose"] == Purpose.first:
        if has_users(tx):
            raise CaseError(GONE)
        return row
    giver = tx.trusted(USERS, USERS.c.id == row["user_id"])
    if giver is None or giver["disabled"] or not users.user_of(giver).may(Permission.users):
        raise CaseError(GONE)
    return row


def _link(row: Row) -> Link:
    roles = frozenset(Role(name) for name in row["roles"].split(",") if name)
    return Link(row["id"], Purpose(row["purpose"]), row["display"] or "", roles, moments.read(row["lapses"]))


def _insist(tx: Transaction, who: User) -> None:
    insist_signed(tx, who)
    if not who.may(Permission.users):
        raise NotAllowedError("only an administrator may do this")


def _token(tx: Transaction, secret: str) -> str:
    return tx.sealer.blind("one-time link", secret)
