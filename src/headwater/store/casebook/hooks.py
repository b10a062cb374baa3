"""Hooks: whom the console tells of new alerts of a case, and how. Addresses and secrets are sealed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from headwater.model.errors import CaseError
from headwater.store.casebook import moments
from headwater.store.casebook.cases import CaseEntry, insist
from headwater.store.casebook.permissions import Permission
from headwater.store.casebook.tables import HOOKS
from headwater.store.casebook.transaction import Row, Transaction
from headwater.store.casebook.users import User

LONGEST_ADDRESS = 2000
_WORD = re.compile(r"[a-z][a-z0-9.-]{0,40}")


@dataclass(frozen=True, slots=True)
class Hook:
    """Somebody to be told: the kind of address (a word of the program), what he is told of, and the address."""

    id: str
    kind: str
    events: frozenset[str]
    at: datetime
    address: str = field(repr=False)
    secret: str | None = field(repr=False)


def add_hook(
    tx: Transaction,
    who: User,
    case: CaseEntry,
    kind: str,
    address: str,
    events: Iterable[str],
    secret: str | None = None,
) -> Hook:
    """Add a hook.

    :param kind: how it is told: ``webhook``, ``apprise``, ``ocsf``, say
    :raises CaseError: when he may not, or there is no address
    """
    insist(tx, who, case, Permission.settings)
    told = ",".join(sorted(set(events)))
    if not _WORD.fullmatch(kind) or not all(_WORD.fullmatch(event) for event in told.split(",")):
        raise CaseError("a hook needs a kind and what it is told of, in words of the program")
    if not 0 < len(address.strip()) <= LONGEST_ADDRESS:
        raise CaseError(f"a hook needs an address, of {LONGEST_ADDRESS:,} characters at most")
    values = {
        "case_id": case.id,
        "user_id": who.id,
        "kind": kind,
        "address": address.strip(),
        "secret": secret,
        "events": told,
    }
    made = tx.add(HOOKS, values, who.id, "hook.added", {"kind": kind, "events": told})
    return next(hook for hook in hooks(tx, case) if hook.id == made)


def end_hook(tx: Transaction, who: User, case: CaseEntry, hook_id: str) -> None:
    """Tell this one no more.

    :raises CaseError: when he may not, or there is none
    """
    insist(tx, who, case, Permission.settings)
    known = tx.trusted(HOOKS, HOOKS.c.id == hook_id, HOOKS.c.case_id == case.id)
    if known is None:
        raise CaseError("there is no such hook in this case")
    if known["ended"] is None:
        tx.change(HOOKS, hook_id, {"ended": tx.now}, who.id, "hook.ended")


def hooks(tx: Transaction, case: CaseEntry) -> tuple[Hook, ...]:
    """Whom to tell of this case, the oldest first. Each is held against the log: no address is put in past the program."""
    rows = tx.rows(HOOKS, HOOKS.c.case_id == case.id, HOOKS.c.ended.is_(None))
    held = (tx.trusted(HOOKS, HOOKS.c.id == row["id"]) for row in rows)
    return tuple(_hook(row) for row in held if row is not None)


def _hook(row: Row) -> Hook:
    events = frozenset(row["events"].split(","))
    return Hook(row["id"], row["kind"], events, moments.read(row["at"]), row["address"], row["secret"])
