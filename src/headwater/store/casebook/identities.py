"""Accounts that are joined to a sign-in of the house's own provider (OpenID Connect): by issuer and subject, never by a name.

A name that a provider tells can be chosen by whoever has an account there; so an account is joined only by its owner,
while he is signed in, and afterwards known by the provider's own id of him.
"""

from __future__ import annotations

from headwater.model.errors import CaseError
from headwater.store.casebook.tables import IDENTITIES, USERS
from headwater.store.casebook.transaction import Transaction
from headwater.store.casebook.users import User, insist_signed, user_of


def join(tx: Transaction, who: User, issuer: str, subject: str) -> None:
    """Join one's own account to a sign-in of a provider.

    :raises CaseError: when that sign-in is another account's
    """
    insist_signed(tx, who)
    tokens = {"issuer_token": _token(tx, issuer), "subject_token": _token(tx, issuer, subject)}
    known = tx.trusted(IDENTITIES, IDENTITIES.c.subject_token == tokens["subject_token"])
    if known is not None and known["active"] and known["user_id"] != who.id:
        raise CaseError("this sign-in is joined to another account")
    if known is None:
        tx.add(IDENTITIES, {"user_id": who.id, **tokens, "active": 1}, who.id, "identity.joined")
    else:
        tx.change(IDENTITIES, known["id"], {"user_id": who.id, "active": 1}, who.id, "identity.joined")


def part(tx: Transaction, who: User) -> None:
    """End every such joining of one's own account."""
    insist_signed(tx, who)
    for row in tx.rows(IDENTITIES, IDENTITIES.c.user_id == who.id, IDENTITIES.c.active == 1):
        tx.change(IDENTITIES, row["id"], {"active": 0}, who.id, "identity.parted")


def is_joined(tx: Transaction, user: User) -> bool:
    """Whether an account is joined to a sign-in of a provider."""
    return bool(tx.rows(IDENTITIES, IDENTITIES.c.user_id == user.id, IDENTITIES.c.active == 1))


def joined(tx: Transaction, issuer: str, subject: str) -> User | None:
    """Whose sign-in this is, or ``None``."""
    row = tx.trusted(IDENTITIES, IDENTITIES.c.subject_token == _token(tx, issuer, subject))
    owner = tx.trusted(USERS, USERS.c.id == row["user_id"]) if row is not None and row["active"] else None
    return user_of(owner) if owner is not None and not owner["disabled"] else None


def _token(tx: Transaction, *told: str) -> str:
    return tx.sealer.blind("identity", *told)
