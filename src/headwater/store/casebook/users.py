"""The users of a casebook: names, roles, passwords (Argon2id, RFC 9106), and what happens to accounts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from argon2 import PasswordHasher

from headwater.model.errors import CaseError
from headwater.store.casebook.permissions import NotAllowedError, Permission, Role, may
from headwater.store.casebook.sealing import Sealer, folded
from headwater.store.casebook.tables import USERS
from headwater.store.casebook.transaction import Row, Transaction

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 1024
HASHER = PasswordHasher()
_NAME = re.compile(r"[a-z0-9\u3400-\u9fff]([a-z0-9\u3400-\u9fff._@ -]{0,62}[a-z0-9\u3400-\u9fff])?")
"""Letters of one look each: a name that only looks like another's is none."""


@dataclass(frozen=True, slots=True)
class User:
    """Somebody who has an account. ``own_password``: whether he chose it himself."""

    id: str
    name: str
    display: str
    roles: frozenset[Role]
    disabled: bool
    own_password: bool

    def may(self, permission: Permission) -> bool:
        """Whether his roles allow it."""
        return may(self.roles, permission)


def user_of(row: Row) -> User:
    """A row as a user."""
    roles = frozenset(Role(name) for name in row["roles"].split(",") if name)
    own = row["password_by"] == row["id"]
    return User(row["id"], row["name"], row["display"], roles, bool(row["disabled"]), own)


def name_token(sealer: Sealer, name: str) -> str:
    """By what a name is found, however it is spelt."""
    return sealer.blind("user", folded(name))


def users(tx: Transaction) -> tuple[User, ...]:
    """Every account, the oldest first."""
    return tuple(user_of(row) for row in tx.rows(USERS))


def has_users(tx: Transaction) -> bool:
    """Whether there is any account."""
    return tx.connection.execute(USERS.select().limit(1)).first() is not None


def find(tx: Transaction, name: str) -> User:
    """The user of that name.

    :raises CaseError: where there is none
    """
    row = tx.trusted(USERS, USERS.c.name_token == name_token(tx.sealer, name))
    if row is None:
        raise CaseError("there is no user of that name; see `headwater casebook user list`")
    return user_of(row)


def by_id(tx: Transaction, user_id: str) -> User | None:
    """The user of that id, or ``None``."""
    row = tx.trusted(USERS, USERS.c.id == user_id)
    return user_of(row) if row is not None else None


def add_first(
    tx: Transaction, name: str, display: str, password: str, hasher: PasswordHasher = HASHER, roles: Iterable[Role] = ()
) -> User:
    """Make the first account, which is an administrator's; it may have further roles.

    :raises CaseError: when there are accounts already
    """
    if has_users(tx):
        raise CaseError("there are users already; `headwater casebook user add` makes another")
    return _add(tx, None, name, display, password, frozenset({Role.administrator, *roles}), hasher)


def add(
    tx: Transaction,
    who: User,
    name: str,
    display: str,
    password: str,
    roles: Iterable[Role],
    hasher: PasswordHasher = HASHER,
) -> User:
    """Make an account. Its owner must choose a password of his own before he may approve anything.

    :param who: who is signed in (:func:`headwater.store.casebook.signing_in.who`)
    :raises CaseError: when he may not, when the name is taken or is none, or when the password is too short
    """
    _insist(tx, who)
    return _add(tx, who, name, display, password, frozenset(roles), hasher)


def add_invited(
    tx: Transaction, name: str, display: str, password: str, roles: Iterable[Role], hasher: PasswordHasher = HASHER
) -> User:
    """Make the account of somebody who was invited by a link (:mod:`headwater.store.casebook.links`), with his own password.

    :raises CaseError: when the name is taken or is none, or when the password is too short
    """
    return _add(tx, None, name, display, password, frozenset(roles), hasher)


def _add(
    tx: Transaction,
    who: User | None,
    name: str,
    display: str,
    password: str,
    roles: frozenset[Role],
    hasher: PasswordHasher,
) -> User:
    token = name_token(tx.sealer, name)
    if not _NAME.fullmatch(folded(name)):
        raise CaseError("a user's name is of Latin letters, digits, Chinese characters, and . _ - @ between them")
    if tx.row(USERS, USERS.c.name_token == token):
        raise CaseError("there is a user of that name already")
    values = {
        "name_token": token,
        "name": " ".join(name.split()),
        "display": display.strip() or name.strip(),
        "password": hasher.hash(_chosen(password)),
        "roles": _joined(roles),
        "disabled": 0,
        "failures": 0,
        "valid_from": tx.now,
        "password_by": who.id if who else None,
    }
    made = tx.add(USERS, values, who.id if who else "-", "user.added", {"roles": _joined(roles)})
    if who is None:  # nobody but himself can have chosen the password of the first one, and of one who was invited
        tx.change(USERS, made, {"password_by": made}, made, "user.password")
        tx.signed[made] = None
    return _again(tx, made)


def set_password(tx: Transaction, who: User, user: User, password: str, hasher: PasswordHasher = HASHER) -> User:
    """Give a user another password; whoever was signed in as him is not any more.

    :raises CaseError: when that is neither himself nor an administrator, or the password is too short
    """
    insist_signed(tx, who)
    if who.id != user.id:
        _insist(tx, who)
    values = {
        "password": hasher.hash(_chosen(password)),
        "password_by": who.id,
        "valid_from": tx.now,
        "failures": 0,
        "locked_until": None,
    }
    tx.change(USERS, user.id, values, who.id, "user.password")
    return _again(tx, user.id)


def choose_password(tx: Transaction, user_id: str, password: str, hasher: PasswordHasher = HASHER) -> User:
    """Take the password that somebody chose by a link which only he was given; an account that was shut opens.

    :raises CaseError: when there is no such account, it is disabled, or the password is too short
    """
    user = _again(tx, user_id)
    if user.disabled:
        raise CaseError("this account is disabled")
    values = {
        "password": hasher.hash(_chosen(password)),
        "password_by": user_id,
        "valid_from": tx.now,
        "failures": 0,
        "locked_until": None,
    }
    tx.change(USERS, user_id, values, user_id, "user.password")
    return _again(tx, user_id)


def set_roles(tx: Transaction, who: User, user: User, roles: Iterable[Role]) -> User:
    """Give a user these roles and no others.

    :raises CaseError: when the one who does so is no administrator, or no administrator would be left
    """
    _insist(tx, who)
    given = frozenset(roles)
    _insist_on_administrator(tx, user, Role.administrator in given and not user.disabled)
    tx.change(USERS, user.id, {"roles": _joined(given)}, who.id, "user.roles", {"roles": _joined(given)})
    return _again(tx, user.id)


def set_disabled(tx: Transaction, who: User, user: User, disabled: bool) -> User:
    """Shut an account, or open it again; whoever was signed in by it is not any more.

    :raises CaseError: when the one who does so is no administrator, or no administrator would be left
    """
    _insist(tx, who)
    _insist_on_administrator(tx, user, not disabled and Role.administrator in user.roles)
    values = {"disabled": int(disabled), "valid_from": tx.now, "failures": 0, "locked_until": None}
    tx.change(USERS, user.id, values, who.id, "user.disabled" if disabled else "user.enabled")
    return _again(tx, user.id)


def sign_out(tx: Transaction, who: User) -> None:
    """End whatever was signed in as this user, everywhere."""
    insist_signed(tx, who)
    tx.change(USERS, who.id, {"valid_from": tx.now}, who.id, "user.signed-out")


def spelt(password: str) -> str:
    """A password as it is hashed: the same signs typed on another keyboard are the same."""
    return unicodedata.normalize("NFKC", password)[:LONGEST_PASSWORD]


def _chosen(password: str) -> str:
    told = spelt(password)
    if len(told) < SHORTEST_PASSWORD:
        raise CaseError(f"a password has {SHORTEST_PASSWORD} characters at least")
    return told


def insist_signed(tx: Transaction, who: User) -> None:
    """Insist that somebody showed his ticket in this transaction, and is what he was then.

    :raises NotAllowedError: when he did not
    """
    if tx.signed.get(who.id) != who:
        raise NotAllowedError("not signed in here: ask `signing_in.who` in this transaction")


def _insist(tx: Transaction, who: User) -> None:
    insist_signed(tx, who)
    if not who.may(Permission.users):
        raise NotAllowedError("only an administrator may do this")


def _insist_on_administrator(tx: Transaction, user: User, stays: bool) -> None:
    others = [u for u in users(tx) if u.id != user.id and Role.administrator in u.roles and not u.disabled]
    if Role.administrator in user.roles and not user.disabled and not stays and not others:
        raise CaseError("no administrator would be left")


def _joined(roles: Iterable[Role]) -> str:
    return ",".join(sorted(r.value for r in roles))


def _again(tx: Transaction, user_id: str) -> User:
    row = tx.trusted(USERS, USERS.c.id == user_id)
    if row is None:
        raise CaseError("there is no such user")
    user = user_of(row)
    if user_id in tx.signed:
        tx.signed[user_id] = user
    return user
