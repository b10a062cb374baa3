"""Two people see to it that names are shown: one asks with a reason, another agrees, then the first may look for a while.

Both are signed in. What decides (users, roles, membership, request, approval) is held against its signature and the
log each time: a row that was written past the program, or put back, opens nothing. Every step is an entry of the log.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from headwater.model.errors import CaseError, HeadwaterError
from headwater.store.casebook import moments
from headwater.store.casebook.cases import CaseEntry, insist, insist_allowed
from headwater.store.casebook.entering import reason
from headwater.store.casebook.opening import Casebook
from headwater.store.casebook.permissions import NotAllowedError, Permission
from headwater.store.casebook.signing_in import who
from headwater.store.casebook.tables import APPROVALS, REQUESTS, USERS
from headwater.store.casebook.transaction import Row, Transaction
from headwater.store.casebook.users import User, user_of

MINUTES = 15
LONGEST_MINUTES = 24 * 60
WAITS = timedelta(hours=24)
"""So long a request waits for an answer, and an approval for the first look."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as lists show it; ``state``: waiting, lapsed, approved, refused, open or used."""

    id: str
    kind: str
    thing: str
    by: str
    reason: str
    at: datetime
    state: str
    second: str | None
    answered: datetime | None
    opened: datetime | None
    closes: datetime | None


@dataclass(frozen=True, slots=True)
class Opened:
    """Leave to show the names of one thing to one person, until a time. Only :func:`look` gives it."""

    request: str
    kind: str
    thing: str
    closes: datetime


def ask(tx: Transaction, asker: User, case: CaseEntry, kind: str, thing: str, why: str) -> str:
    """Ask for the names of a thing, and give the request's id.

    :raises CaseError: when he may not ask, or gives no reason
    """
    insist(tx, asker, case, Permission.ask)
    values = {
        "case_id": case.id,
        "kind": kind,
        "thing": thing,
        "user_id": asker.id,
        "reason": reason(why),
        "lapses": moments.told(moments.read(tx.now) + WAITS),
    }
    return tx.add(REQUESTS, values, asker.id, "reveal.asked", {"kind": kind, "thing": thing})


def answer(
    tx: Transaction, second: User, case: CaseEntry, request_id: str, *, agrees: bool = True, minutes: int = MINUTES
) -> None:
    """Agree that the one who asked sees the names for so many minutes from his first look, or refuse that.

    :raises CaseError: when it is his own request, when he may not, or it was answered or has lapsed
    """
    insist(tx, second, case, Permission.approve)
    request = _request(tx, case, request_id)
    if request["user_id"] == second.id:
        raise NotAllowedError("nobody agrees to his own request: the one who agrees must be somebody else")
    if not second.own_password:
        raise NotAllowedError("choose a password of your own first: somebody else knows this one")
    if agrees:
        insist_allowed(tx, _enabled(tx, request["user_id"], "the one who asked"), case, Permission.ask)
    if tx.clock >= request["lapses"]:
        raise CaseError("the request has lapsed; it must be made again")
    if tx.trusted(APPROVALS, APPROVALS.c.request_id == request_id) is not None:
        raise CaseError("the request was answered already")
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise CaseError(f"names are shown for 1 to {LONGEST_MINUTES} minutes")
    values = {
        "request_id": request_id,
        "request_digest": tx.digest(REQUESTS, request_id),
        "user_id": second.id,
        "said": "agreed" if agrees else "refused",
        "minutes": minutes,
        "lapses": moments.told(moments.read(tx.now) + WAITS),
    }
    act = "reveal.agreed" if agrees else "reveal.refused"
    tx.add(APPROVALS, values, second.id, act, {"request": request_id, "thing": request["thing"], "minutes": minutes})


def look(book: Casebook, ticket: str, case: CaseEntry, request_id: str, thing: str, now: datetime) -> Opened:
    """Give leave to show the names of a thing, to the one who asked, while the time runs; write down each look and each refusal.

    :param thing: what shall be shown: a leave for another thing opens nothing
    :raises CaseError: when the request was not agreed to, has lapsed, is used up, is another's or of another thing
    """
    try:
        with book.transaction(now) as tx:
            return _looked(tx, who(tx, ticket), case, request_id, thing)
    except HeadwaterError as refused:
        _write_refusal(book, ticket, case, request_id, now, refused)
        raise


def _looked(tx: Transaction, asker: User, case: CaseEntry, request_id: str, thing: str) -> Opened:
    insist(tx, asker, case, Permission.ask)
    request = _request(tx, case, request_id)
    if request["user_id"] != asker.id:
        raise CaseError("the names are shown to the one who asked, and to nobody else")
    if request["thing"] != thing:
        raise CaseError("this request is for something else")
    approval = _approval(tx, request)
    insist_allowed(tx, _enabled(tx, approval["user_id"], "the one who agreed"), case, Permission.approve)
    if approval["opened"] is None:
        if tx.clock >= approval["lapses"]:
            raise CaseError("the approval has lapsed before the first look; ask again")
        closes = moments.told(moments.read(tx.now) + timedelta(minutes=approval["minutes"]))
        details = {"request": request_id, "thing": thing, "closes": closes}
        tx.change(APPROVALS, approval["id"], {"opened": tx.now, "closes": closes}, asker.id, "reveal.opened", details)
    else:
        closes = approval["closes"]
        if not approval["opened"] <= tx.clock < closes:
            raise CaseError("the request is used up; ask again")
        row = (APPROVALS.name, approval["id"], tx.digest(APPROVALS, approval["id"]))
        tx.log(asker.id, "reveal.looked", case.id, row, {"request": request_id, "thing": thing})
    return Opened(request_id, request["kind"], thing, moments.read(closes))


def _approval(tx: Transaction, request: Row) -> Row:
    found = tx.trusted(APPROVALS, APPROVALS.c.request_id == request["id"])
    if found is None:
        raise CaseError("nobody has agreed yet: `headwater reveal approve` by somebody else")
    if found["said"] != "agreed":
        raise CaseError("the request was refused")
    if found["request_digest"] != tx.digest(REQUESTS, request["id"]) or found["user_id"] == request["user_id"]:
        raise CaseError("the approval is not of this request")
    return found


def _request(tx: Transaction, case: CaseEntry, request_id: str) -> Row:
    found = tx.trusted(REQUESTS, REQUESTS.c.id == request_id, REQUESTS.c.case_id == case.id)
    if found is None:
        raise CaseError("there is no such request in this case; see `headwater reveal list`")
    return found


def _enabled(tx: Transaction, user_id: str, called: str) -> User:
    row = tx.trusted(USERS, USERS.c.id == user_id)
    if row is None or row["disabled"]:
        raise CaseError(f"the account of {called} is disabled")
    return user_of(row)


def _write_refusal(
    book: Casebook, ticket: str, case: CaseEntry, request_id: str, now: datetime, refused: HeadwaterError
) -> None:
    with book.transaction(now) as tx:
        try:
            actor = who(tx, ticket).id
        except HeadwaterError:
            actor = "-"
        kind = type(refused).__name__
        known = request_id if tx.row(REQUESTS, REQUESTS.c.id == request_id) else ""
        tx.log(actor, "reveal.denied", case.id, None, {"request": known, "error": kind, "why": str(refused)})


def requests(tx: Transaction, case: CaseEntry) -> tuple[Asked, ...]:
    """Every request of a case with what became of it, the oldest first."""
    names = {row["id"]: row["name"] for row in tx.rows(USERS)}
    answers = {row["request_id"]: row for row in tx.rows(APPROVALS)}
    return tuple(
        _asked(row, answers.get(row["id"]), names, tx.now) for row in tx.rows(REQUESTS, REQUESTS.c.case_id == case.id)
    )


def find_request(tx: Transaction, case: CaseEntry, request_id: str) -> Asked:
    """One request with what became of it.

    :raises CaseError: where there is none
    """
    found = next((asked for asked in requests(tx, case) if asked.id == request_id), None)
    if found is None:
        raise CaseError("there is no such request in this case; see `headwater reveal list`")
    return found


def _asked(row: Row, answered: Row | None, names: dict[str, str], now: str) -> Asked:
    at = {
        name: moments.read(answered[name]) if answered and answered[name] else None
        for name in ("at", "opened", "closes")
    }
    second = names[answered["user_id"]] if answered else None
    return Asked(
        row["id"], row["kind"], row["thing"], names[row["user_id"]], row["reason"], moments.read(row["at"]),
        _state(row, answered, now), second, at["at"], at["opened"], at["closes"],
    )  # fmt: skip


def _state(row: Row, answered: Row | None, now: str) -> str:
    if answered is None:
        return "lapsed" if now >= row["lapses"] else "waiting"
    if answered["said"] != "agreed":
        return "refused"
    if answered["opened"] is None:
        return "lapsed" if now >= answered["lapses"] else "approved"
    return "open" if now < answered["closes"] else "used"
