"""Signing in: a password gives a ticket, and a ticket says who somebody is in every later transaction.

A ticket is signed with the casebook's key and holds a user's id and two times, no name: a server may hand it out as a
cookie. It ends by itself, with the account, with its password, and when its owner signs out. Whoever asks for an
account that is not there waits as long as one who mistypes a password, and reads the same words.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from headwater.model.errors import CaseError
from headwater.store.casebook import factors, identities, moments, sessions
from headwater.store.casebook.opening import Casebook
from headwater.store.casebook.tables import USERS
from headwater.store.casebook.transaction import Row, Transaction
from headwater.store.casebook.users import HASHER, User, name_token, spelt, user_of

PURPOSE = "ticket"
REFUSED = "name or password is wrong, or the account is shut for a while"
REFUSED_CODE = "name, password or code is wrong, or the account is shut for a while"
ENDED = "not signed in any more; sign in again"


@dataclass(frozen=True, slots=True)
class Rules:
    """How often a password may be mistyped, how long the account is shut then, how long a ticket holds."""

    attempts: int = 5
    shut: timedelta = timedelta(minutes=15)
    holds: timedelta = timedelta(hours=12)
    hasher: PasswordHasher = HASHER


RULES = Rules()


@dataclass(frozen=True, slots=True)
class Given:
    """What a browser gives beside name and password: the code of a second factor, and what it says it is.

    Without a device no session is entered. ``code`` ``None``: none is asked for. ``known``: somebody signed in to this
    account by this browser before, so that strangers' failures do not shut it out.
    """

    code: str | None = field(default="", repr=False)
    device: str = ""
    known: bool = False
    act: str = "sign-in"
    """What the log calls a success."""


def sign_in(
    book: Casebook,
    name: str,
    password: str,
    now: datetime,
    rules: Rules = RULES,
    *,
    adopting: bool = False,
    given: Given | None = None,
) -> str:
    """Give the ticket of a user who knows his password. Successes and failures are written to the log.

    :param adopting: on a machine that remembers no head of the log yet
    :param given: of a browser: the code of the account's second factor is insisted on, and its session is entered
    :raises CaseError: when name or password is wrong, or the account is shut or disabled; always the same words
    """
    token = name_token(book.sealer, name)
    with book.reading(now) as tx:
        row = tx.trusted(USERS, USERS.c.name_token == token)
    known = _matches(row, password, rules.hasher)
    with book.transaction(now, adopting=adopting) as tx:
        user = _judged(tx, token, known, row, now, rules, given)
        if user is not None and row is not None and rules.hasher.check_needs_rehash(row["password"]):
            values = {"password": rules.hasher.hash(spelt(password))}
            tx.change(USERS, user.id, values, user.id, "user.rehashed")
        ticket = _ticket(book, user, now, now + rules.holds) if user else ""
        if user is not None and given is not None and given.device:
            _enter(tx, user, ticket, now + rules.holds, given)
    if user is None:
        raise CaseError(REFUSED if given is None else REFUSED_CODE)
    return ticket


def prove(
    book: Casebook, user: User, password: str, now: datetime, rules: Rules = RULES, given: Given | None = None
) -> None:
    """Insist that whoever is signed in knows his password, before something that outlasts his session; failures count.

    :param given: with a code, that of the second factor is insisted on too, and used up
    :raises CaseError: when something is wrong, or the account is shut
    """
    told = replace(given or Given(code=None), device="", act="sign-in.proved")
    try:
        sign_in(book, user.name, password, now, rules, given=told)
    except CaseError as error:
        what = "password" if told.code is None else "password or code"
        raise CaseError(f"the {what} is wrong, or the account is shut for a while") from error


def sign_in_vouched(
    book: Casebook, issuer: str, subject: str, now: datetime, rules: Rules = RULES, device: str = ""
) -> str:
    """Give the ticket of a user for whom the house's own provider vouches, which asked for what factors it wants.

    :raises CaseError: when no account that is not shut is joined to this sign-in
    """
    with book.transaction(now) as tx:
        user = identities.joined(tx, issuer, subject)
        ticket = _ticket(book, user, now, now + rules.holds) if user else ""
        if user is None:
            tx.log("-", "sign-in.unknown", details={"provider": True})
        else:
            tx.log(user.id, "sign-in.vouched")
            _enter(tx, user, ticket, now + rules.holds, Given(device=device))
    if user is None:
        raise CaseError(
            "no account is joined to this sign-in: sign in with your password, and join it on your account's page"
        )
    return ticket


def who(tx: Transaction, ticket: str) -> User:
    """Who holds a ticket, as the casebook knows him now.

    :raises CaseError: when the ticket is none of ours or has ended, or the account is disabled
    """
    body, _dot, signature = ticket.rpartition(".")
    parts = body.split(".")
    if len(parts) != 5 or parts[0] != "hw1" or not tx.sealer.is_signed(PURPOSE, body, signature):
        raise CaseError(ENDED)
    _version, user_id, issued, until, _nonce = parts
    now = moments.read(tx.now)
    if not _time(issued) <= now < _time(until):
        raise CaseError(ENDED)
    row = tx.trusted(USERS, USERS.c.id == user_id)
    if row is None or row["disabled"] or _time(issued) < moments.read(row["valid_from"]):
        raise CaseError(ENDED)
    if sessions.was_ended(tx, ticket):
        raise CaseError(ENDED)
    user = user_of(row)
    tx.actor, tx.signed[user.id] = user.id, user
    return user


def _matches(row: Row | None, password: str, hasher: PasswordHasher) -> bool:
    """Whether the password is that of the row; the same work where there is no row."""
    dummy = _dummy(hasher)
    try:
        return hasher.verify(row["password"] if row else dummy, spelt(password)) and row is not None
    except VerificationError:
        return False


def _enter(tx: Transaction, user: User, ticket: str, until: datetime, given: Given) -> None:
    tx.signed[user.id] = user
    sessions.begin(tx, user, ticket, until, given.device)


def _judged(
    tx: Transaction,
    token: str,
    known: bool,
    before: Row | None,
    now: datetime,
    rules: Rules,
    given: Given | None = None,
) -> User | None:
    """Write down what came of it, by what the casebook says now: others may have tried meanwhile."""
    row = tx.trusted(USERS, USERS.c.name_token == token)
    if row is None:
        tx.log("-", "sign-in.unknown", details={"name": token})
        return None
    shut = row["locked_until"] is not None and now < moments.read(row["locked_until"])
    shut = shut and not (given is not None and given.known)
    same = before is not None and before["password"] == row["password"]
    open_ = not shut and not row["disabled"]
    if known and same and open_ and _passes(tx, row["id"], given):
        act = given.act if given is not None else "sign-in"
        tx.change(USERS, row["id"], {"failures": 0, "locked_until": None}, row["id"], act)
        return user_of(row)
    if shut or row["disabled"]:
        tx.log("-", "sign-in.shut", row=(USERS.name, row["id"], tx.digest(USERS, row["id"])))
        return None
    failures = row["failures"] + 1
    values: dict[str, object] = {"failures": failures}
    if failures >= rules.attempts:
        values = {"failures": 0, "locked_until": moments.told(now + rules.shut)}
    tx.change(USERS, row["id"], values, "-", "sign-in.failed", {"shut": failures >= rules.attempts})
    return None


def _passes(tx: Transaction, user_id: str, given: Given | None) -> bool:
    return given is None or given.code is None or factors.passes(tx, user_id, given.code)


def _ticket(book: Casebook, user: User, now: datetime, until: datetime) -> str:
    body = ".".join(("hw1", user.id, _digits(now), _digits(until), secrets.token_hex(8)))
    return f"{body}.{book.sealer.signature(PURPOSE, body)}"


def _digits(moment: datetime) -> str:
    return str(int(moment.timestamp() * 1_000_000))


def _time(digits: str) -> datetime:
    epoch = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
    return epoch + timedelta(microseconds=int(digits))


@cache
def _dummy(hasher: PasswordHasher) -> str:
    """A hash of nobody's password, by the same settings."""
    return hasher.hash(secrets.token_hex(16))
