"""Cases of a casebook, who works on them, and what somebody may do there."""

from __future__ import annotations

from dataclasses import dataclass

from headwater.model.errors import CaseError
from headwater.store.casebook.permissions import TOLD, NotAllowedError, Permission, without_membership
from headwater.store.casebook.sealing import Sealer, folded
from headwater.store.casebook.tables import CASES, MEMBERS, USERS
from headwater.store.casebook.transaction import Row, Transaction
from headwater.store.casebook.users import User, insist_signed, user_of


@dataclass(frozen=True, slots=True)
class CaseEntry:
    """A case. ``two_person``: whether something counts as confirmed only when two people said so."""

    id: str
    name: str
    two_person: bool


def cases(tx: Transaction) -> tuple[CaseEntry, ...]:
    """Every case, the oldest first."""
    return tuple(map(_case, tx.rows(CASES)))


def find_case(tx: Transaction, name: str, *, alone: bool = True) -> CaseEntry | None:
    """The case of that name; in a workspace's own casebook its only case, whatever its folder is called now.

    :param alone: where this is not so, because the casebook serves a house of several, only the name counts
    """
    row = tx.trusted(CASES, CASES.c.name_token == _token(tx.sealer, name))
    if row is not None:
        return _case(row)
    every = cases(tx) if alone and tx.own else ()
    return every[0] if len(every) == 1 else None


def add_case(tx: Transaction, who: User | None, name: str, *, two_person: bool = False) -> CaseEntry:
    """Enter a case; who does so is its first member. Nobody is signed in where a casebook has no users yet.

    :raises CaseError: when he may not, or there is a case of that name
    """
    if who is not None:
        insist_signed(tx, who)
    if who is not None and not who.may(Permission.cases):
        raise NotAllowedError("only an investigator or an administrator may open a case")
    token = _token(tx.sealer, name)
    if tx.row(CASES, CASES.c.name_token == token):
        raise CaseError("there is a case of that name already")
    actor = who.id if who else "-"
    values = {"name_token": token, "name": name, "two_person": int(two_person)}
    made = tx.add(CASES, values, actor, "case.added", {"two_person": two_person})
    if who is not None:
        tx.add(MEMBERS, {"case_id": made, "user_id": who.id, "active": 1}, actor, "member.added")
    return CaseEntry(made, name, two_person)


def set_two_person(tx: Transaction, who: User, case: CaseEntry, two_person: bool) -> CaseEntry:
    """Say whether something is confirmed in this case only when two people said so.

    :raises CaseError: when he may not
    """
    insist(tx, who, case, Permission.cases)
    tx.change(CASES, case.id, {"two_person": int(two_person)}, who.id, "case.two-person", {"two_person": two_person})
    return CaseEntry(case.id, case.name, two_person)


def set_member(tx: Transaction, who: User, case: CaseEntry, user: User, *, active: bool = True) -> None:
    """Make a user a member of a case, or end that: a member who may, or an administrator.

    :raises CaseError: when he may not
    """
    insist(tx, who, case, Permission.cases)
    act, told = "member.added" if active else "member.removed", {"user": user.id}
    known = tx.trusted(MEMBERS, MEMBERS.c.case_id == case.id, MEMBERS.c.user_id == user.id)
    if known is not None:
        tx.change(MEMBERS, known["id"], {"active": int(active)}, who.id, act, told)
    elif active:
        tx.add(MEMBERS, {"case_id": case.id, "user_id": user.id, "active": 1}, who.id, act, told)


def enter_invited(tx: Transaction, giver_id: str, case_id: str, user: User) -> None:
    """Make a user who came by an invitation a member of a case that it names."""
    tx.add(MEMBERS, {"case_id": case_id, "user_id": user.id, "active": 1}, giver_id, "member.added", {"user": user.id})


def members(tx: Transaction, case: CaseEntry) -> tuple[User, ...]:
    """Who works on a case, in the order in which they joined."""
    active = [r["user_id"] for r in tx.rows(MEMBERS, MEMBERS.c.case_id == case.id, MEMBERS.c.active == 1)]
    known = {row["id"]: user_of(row) for row in tx.rows(USERS)}
    return tuple(known[user_id] for user_id in active)


def insist(tx: Transaction, who: User, case: CaseEntry, permission: Permission) -> None:
    """Insist that somebody is signed in and may do this in this case.

    :raises NotAllowedError: when he is not, when his roles do not allow it, or when he is no member
    """
    insist_signed(tx, who)
    insist_allowed(tx, who, case, permission)


def is_allowed(tx: Transaction, who: User, case: CaseEntry, permission: Permission) -> bool:
    """Whether somebody who is signed in may do this in this case."""
    try:
        insist(tx, who, case, permission)
    except NotAllowedError:
        return False
    return True


def insist_allowed(tx: Transaction, who: User, case: CaseEntry, permission: Permission) -> None:
    """Insist that somebody may do this in this case, whether he is here or not.

    :raises NotAllowedError: when his roles do not allow it, or he is no member
    """
    if not who.may(permission):
        raise NotAllowedError(f"nobody of the role {_roles(who)} may {TOLD[permission]}")
    if not is_member(tx, who, case) and not without_membership(who.roles, permission):
        raise NotAllowedError("not a member of this case; an administrator can say so: `headwater casebook member`")


def is_member(tx: Transaction, who: User, case: CaseEntry) -> bool:
    """Whether somebody works on a case."""
    row = tx.trusted(MEMBERS, MEMBERS.c.case_id == case.id, MEMBERS.c.user_id == who.id)
    return row is not None and bool(row["active"])


def _roles(who: User) -> str:
    return " and ".join(sorted(r.value for r in who.roles)) or "none"


def _case(row: Row) -> CaseEntry:
    return CaseEntry(row["id"], row["name"], bool(row["two_person"]))


def _token(sealer: Sealer, name: str) -> str:
    return sealer.blind("case", folded(name))
