"""API tokens: by them a program acts as somebody, within scopes and until a day. The secret is shown once and not kept.

A token can never do more than its owner may now, and ends with his account, with a change of his password and when he
signs out everywhere.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from headwater.model.errors import CaseError
from headwater.store.casebook import moments
from headwater.store.casebook.entering import reason
from headwater.store.casebook.tables import TOKENS, USERS
from headwater.store.casebook.transaction import Row, Transaction
from headwater.store.casebook.users import User, insist_signed, user_of

PREFIX = "hwt_"
BYTES = 32
LONGEST = timedelta(days=366)
LONGEST_NAME = 100
MOST = 50
"""So many open tokens somebody may have."""
ENDED = "this token is none of ours, or has ended"


class Scope(StrEnum):
    """What a token may be used for."""

    read = "read"
    write = "write"
    admin = "admin"  # accounts, members of cases, settings of the house


@dataclass(frozen=True, slots=True)
class Token:
    """A token as lists show it, without its secret. ``used``: the day of the last use."""

    id: str
    name: str
    scopes: frozenset[Scope]
    at: datetime
    until: datetime
    used: datetime | None
    ended: bool


def make(tx: Transaction, who: User, name: str, scopes: Iterable[Scope], until: datetime) -> tuple[Token, str]:
    """Make a token, and give it with its secret, which is shown this once.

    :raises CaseError: when it has no name or scope, or ends too late or has ended
    """
    insist_signed(tx, who)
    given, now = frozenset(scopes), moments.read(tx.now)
    if not given:
        raise CaseError("a token needs a scope: read, write or admin")
    if not now < until <= now + LONGEST:
        raise CaseError(f"a token ends within {LONGEST.days} days")
    if sum(not token.ended for token in tokens(tx, who)) >= MOST:
        raise CaseError(f"an account has {MOST} tokens at most; end one first")
    secret = PREFIX + secrets.token_urlsafe(BYTES)
    values = {
        "user_id": who.id,
        "name": reason(name[:LONGEST_NAME], "a name for the token"),
        "secret_token": _token(tx, secret),
        "scopes": ",".join(sorted(given)),
        "until": moments.told(until),
    }
    made = tx.add(TOKENS, values, who.id, "token.made", {"scopes": values["scopes"], "until": values["until"]})
    return next(token for token in tokens(tx, who) if token.id == made), secret


def end(tx: Transaction, who: User, token_id: str) -> None:
    """End one of one's own tokens.

    :raises CaseError: when there is no such token
    """
    insist_signed(tx, who)
    known = tx.trusted(TOKENS, TOKENS.c.id == token_id, TOKENS.c.user_id == who.id)
    if known is None:
        raise CaseError("there is no such token")
    if known["ended"] is None:
        tx.change(TOKENS, token_id, {"ended": tx.now}, who.id, "token.ended")


def tokens(tx: Transaction, who: User) -> tuple[Token, ...]:
    """Every token that this user made, the oldest first."""
    insist_signed(tx, who)
    owner = tx.trusted(USERS, USERS.c.id == who.id)
    return tuple(_shown(row, owner, tx.now) for row in tx.rows(TOKENS, TOKENS.c.user_id == who.id))


def holder(tx: Transaction, secret: str) -> tuple[User, Token]:
    """Who acts by a token, as the casebook knows him now, and what the token may be used for; as ``signing_in.who``.

    In a transaction that writes, the first use of a day is an entry of the log.

    :raises CaseError: when the token is none of ours or has ended, or the account is disabled
    """
    if not secret.startswith(PREFIX) or len(secret) > 100:
        raise CaseError(ENDED)
    row = tx.trusted(TOKENS, TOKENS.c.secret_token == _token(tx, secret))
    owner = tx.trusted(USERS, USERS.c.id == row["user_id"]) if row is not None else None
    if row is None or owner is None or owner["disabled"] or _has_ended(row, owner, tx.clock):
        raise CaseError(ENDED)
    user = user_of(owner)
    tx.actor, tx.signed[user.id] = user.id, user
    if tx.last is not None and (row["used"] or "")[:10] != tx.now[:10]:
        tx.change(TOKENS, row["id"], {"used": tx.now}, user.id, "token.used")
    return user, _shown(row, owner, tx.now)


def _has_ended(row: Row, owner: Row | None, now: str) -> bool:
    return row["ended"] is not None or now >= row["until"] or owner is None or row["at"] < owner["valid_from"]


def _shown(row: Row, owner: Row | None, now: str) -> Token:
    scopes = frozenset(Scope(name) for name in row["scopes"].split(","))
    used = moments.read(row["used"]) if row["used"] else None
    at, until = moments.read(row["at"]), moments.read(row["until"])
    return Token(row["id"], row["name"], scopes, at, until, used, _has_ended(row, owner, now))


def _token(tx: Transaction, secret: str) -> str:
    return tx.sealer.blind("api token", secret)
