"""Replies that were given to writes with an idempotency key: the same request with the same key gets the same reply.

A key is reserved before the work and completed after it. Where a process died between, the key stays ``under way``:
whether the work was done is for who asks to look at, and it is not done twice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from headwater.model.errors import CaseError
from headwater.store.casebook import moments
from headwater.store.casebook.tables import REPLIES
from headwater.store.casebook.transaction import Row, Transaction
from headwater.store.casebook.users import User, insist_signed

KEPT = timedelta(hours=24)
LONGEST_KEY = 255
_UNDER_WAY = 0
_FREE = -1


@dataclass(frozen=True, slots=True)
class Reply:
    """What was replied before; ``status`` 0: it is under way, or was cut off.

    ``request_digest`` is that of the request which is made now where the first had the same, and else empty.
    """

    request_digest: str
    status: int
    body: str | None = field(repr=False)

    @property
    def under_way(self) -> bool:
        """Whether the work was begun and its end is not known."""
        return self.status == _UNDER_WAY


def reserve(tx: Transaction, who: User, key: str, request_digest: str) -> Reply | None:
    """Reserve a key for a request: ``None`` when the work is to be done now, else what was replied to this key before.

    The caller compares ``request_digest``: one key is for one request.

    :raises CaseError: when the key is blank or too long
    """
    insist_signed(tx, who)
    if not 0 < len(key.strip()) <= LONGEST_KEY:
        raise CaseError(f"an idempotency key has 1 to {LONGEST_KEY} characters")
    known = _row(tx, who, key)
    lapses = moments.told(moments.read(tx.now) + KEPT)
    asked = tx.sealer.blind("request", request_digest)  # what was sent may be guessed by a digest that needs no key
    values = {"request_digest": asked, "status": _UNDER_WAY, "body": None, "lapses": lapses}
    if known is None:
        tx.add(REPLIES, {"user_id": who.id, "key_token": _token(tx, who, key), **values}, who.id, "reply.reserved")
        return None
    if known["status"] == _FREE or tx.clock >= known["lapses"]:
        tx.change(REPLIES, known["id"], values, who.id, "reply.reserved")
        return None
    same = request_digest if known["request_digest"] == asked else ""
    return Reply(same, known["status"], known["body"])


def complete(tx: Transaction, who: User, key: str, status: int, body: str) -> None:
    """Keep what is replied to a reserved key."""
    known = _reserved(tx, who, key)
    tx.change(REPLIES, known["id"], {"status": status, "body": body}, who.id, "reply.kept", {"status": status})


def release(tx: Transaction, who: User, key: str) -> None:
    """Give a reserved key free: nothing was done, and the request may come again."""
    known = _reserved(tx, who, key)
    tx.change(REPLIES, known["id"], {"status": _FREE}, who.id, "reply.released")


def _reserved(tx: Transaction, who: User, key: str) -> Row:
    insist_signed(tx, who)
    known = _row(tx, who, key)
    if known is None or known["status"] != _UNDER_WAY:
        raise CaseError("this idempotency key is not reserved")
    return known


def _row(tx: Transaction, who: User, key: str) -> Row | None:
    return tx.trusted(REPLIES, REPLIES.c.user_id == who.id, REPLIES.c.key_token == _token(tx, who, key))


def _token(tx: Transaction, who: User, key: str) -> str:
    return tx.sealer.blind("idempotency key", who.id, key.strip())
