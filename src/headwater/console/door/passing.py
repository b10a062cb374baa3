"""What somebody presents to be let in, and who that is: a session's ticket in a cookie, or a token of the API.

The cookie holds the ticket and, signed, when its owner was last seen: an idle session ends also where the server was
restarted, because nothing of it lies in the server's memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from fastapi import Request
from starlette.responses import Response

from headwater.store.casebook import tokens
from headwater.store.casebook.sealing import Sealer
from headwater.store.casebook.signing_in import who
from headwater.store.casebook.transaction import Transaction
from headwater.store.casebook.users import User

COOKIE = "headwater"
SECURE_COOKIE = "__Host-headwater"
"""The name over TLS: browsers then take it from this host alone, and only when it is marked secure."""
CSRF = "csrf"
SEEN = "session seen"
RENEWED = timedelta(seconds=60)
"""The stamp of when somebody was last seen is not made anew more often."""
_BETWEEN = "~"
BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class Pass:
    """Who was let in; ``scopes`` where a token was shown, ``None`` for a session."""

    user: User
    scopes: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Kept:
    """What a session's cookie holds: the ticket, and when its owner was last seen."""

    ticket: str = field(repr=False)
    seen: datetime

    def is_idle(self, now: datetime, idle: timedelta) -> bool:
        """Whether nothing was done for too long. A stamp of the future is none of ours."""
        return not self.seen - RENEWED <= now < self.seen + idle


def cookie_name(scheme: str) -> str:
    """The name of the session's cookie."""
    return SECURE_COOKIE if scheme == "https" else COOKIE


def cookie_value(sealer: Sealer, ticket: str, now: datetime) -> str:
    """What stands in the cookie."""
    seen = str(int(now.timestamp()))
    return _BETWEEN.join((ticket, seen, sealer.signature(SEEN, f"{ticket}{_BETWEEN}{seen}")))


def kept(sealer: Sealer, value: str) -> Kept | None:
    """What a cookie holds, or ``None`` where it is none of ours."""
    parts = value.split(_BETWEEN)
    if len(parts) != 3 or not sealer.is_signed(SEEN, f"{parts[0]}{_BETWEEN}{parts[1]}", parts[2]):
        return None
    return Kept(parts[0], datetime.fromtimestamp(int(parts[1]), UTC))


def set_cookie(answer: Response, scheme: str, value: str) -> None:
    """Give the session's cookie: scripts cannot read it, and other sites cannot send it."""
    answer.set_cookie(cookie_name(scheme), value, httponly=True, secure=scheme == "https", samesite="strict", path="/")


def presented(request: Request) -> str:
    """What the request presents: a token where it has one, else the session's ticket; empty where there is none.

    The door (:class:`headwater.console.door.watching.Watched`) has looked at the cookie before: an idle session is none.
    """
    told = request.headers.get("authorization")
    if told is not None:
        return told[len(BEARER) :].strip() if told.lower().startswith(BEARER) else ""
    return str(getattr(request.state, "ticket", ""))


def passed(tx: Transaction, ticket: str) -> Pass:
    """Who presents this, as the casebook knows him now; he is signed in for the transaction.

    :raises CaseError: where it is none of ours, has ended, or its owner's account is shut
    """
    if ticket.startswith(tokens.PREFIX):
        user, token = tokens.holder(tx, ticket)
        return Pass(user, frozenset(scope.value for scope in token.scopes))
    return Pass(who(tx, ticket))
