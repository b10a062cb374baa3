"""Sessions: where somebody is signed in by a browser, so that he can see them and end each.

A ticket (:mod:`headwater.store.casebook.signing_in`) says who somebody is by its signature alone; the row of its session
lets one of them be ended before its time, and tells its owner of a sign-in that was not his.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from headwater.model.errors import CaseError
from headwater.store.casebook import moments
from headwater.store.casebook.tables import SESSIONS, USERS
from headwater.store.casebook.transaction import Row, Transaction
from headwater.store.casebook.users import User, insist_signed

LONGEST_DEVICE = 300


@dataclass(frozen=True, slots=True)
class Session:
    """A sign-in by a browser: when, until when, and by which browser from where (as it said itself)."""

    id: str
    at: datetime
    until: datetime
    device: str
    here: bool
    """Whether it is the one that asks."""


def begin(tx: Transaction, who: User, ticket: str, until: datetime, device: str) -> str:
    """Enter a session, and give its id."""
    insist_signed(tx, who)
    values = {
        "user_id": who.id,
        "ticket_token": _token(tx, ticket),
        "device": device[:LONGEST_DEVICE],
        "until": moments.told(until),
    }
    return tx.add(SESSIONS, values, who.id, "session.begun")


def sessions(tx: Transaction, who: User, ticket: str = "") -> tuple[Session, ...]:
    """Where this user is signed in now, the latest first."""
    insist_signed(tx, who)
    user = tx.trusted(USERS, USERS.c.id == who.id)
    mine, here = (SESSIONS.c.user_id == who.id, SESSIONS.c.ended.is_(None)), _token(tx, ticket)
    rows = tx.rows(SESSIONS, *mine, SESSIONS.c.until > tx.now)
    standing = [row for row in rows if user is not None and row["at"] >= user["valid_from"]]
    return tuple(_session(row, here) for row in reversed(standing))


def end(tx: Transaction, who: User, session_id: str) -> None:
    """End one of one's own sessions.

    :raises CaseError: when there is no such session
    """
    insist_signed(tx, who)
    known = tx.trusted(SESSIONS, SESSIONS.c.id == session_id, SESSIONS.c.user_id == who.id)
    if known is None:
        raise CaseError("there is no such session")
    if known["ended"] is None:
        tx.change(SESSIONS, session_id, {"ended": tx.now}, who.id, "session.ended")


def end_here(tx: Transaction, who: User, ticket: str) -> None:
    """End the session of this ticket: signing out here, and nowhere else."""
    insist_signed(tx, who)
    known = tx.trusted(SESSIONS, SESSIONS.c.ticket_token == _token(tx, ticket))
    if known is not None and known["ended"] is None:
        tx.change(SESSIONS, known["id"], {"ended": tx.now}, who.id, "session.ended")


def was_ended(tx: Transaction, ticket: str) -> bool:
    """Whether the session of this ticket was ended; a ticket of a command has none."""
    known = tx.trusted(SESSIONS, SESSIONS.c.ticket_token == _token(tx, ticket))
    return known is not None and known["ended"] is not None


def _session(row: Row, here: str) -> Session:
    at, until = moments.read(row["at"]), moments.read(row["until"])
    return Session(row["id"], at, until, row["device"], row["ticket_token"] == here)


def _token(tx: Transaction, ticket: str) -> str:
    return tx.sealer.blind("ticket", ticket)
