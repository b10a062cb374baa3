"""What somebody presents to be let in, and who that is: a session's ticket in a cookie, or a token of the API."""

from __future__ import annotations

from dataclasses import dataclass

from fastapi import Request

from headwater.store.casebook.signing_in import who
from headwater.store.casebook.transaction import Transaction
from headwater.store.casebook.users import User

COOKIE = "headwater"
SECURE_COOKIE = "__Host-headwater"
"""The name over TLS: browsers then take it from this host alone, and only when it is marked secure."""
CSRF = "csrf"


@dataclass(frozen=True, slots=True)
class Pass:
    """Who was let in; ``scopes`` where a token was shown, ``None`` for a session."""

    user: User
    scopes: frozenset[str] | None = None


def presented(request: Request) -> str:
    """What the request presents: the session's cookie; empty where there is none."""
    return request.cookies.get(SECURE_COOKIE if request.url.scheme == "https" else COOKIE, "")


def passed(tx: Transaction, ticket: str) -> Pass:
    """Who presents this, as the casebook knows him now; he is signed in for the transaction.

    :raises CaseError: where it is none of ours, has ended, or its owner's account is shut
    """
    return Pass(who(tx, ticket))
