"""Things of a case that people speak of: alerts, findings, incidents, takers, people. What they are is sealed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from headwater.model.errors import CaseError
from headwater.store.casebook.cases import CaseEntry
from headwater.store.casebook.log import canonical
from headwater.store.casebook.tables import THINGS
from headwater.store.casebook.transaction import Transaction

KINDS = tuple(THINGS)


@dataclass(frozen=True, slots=True)
class Thing:
    """Something spoken of: its kind, the key by which it is known, and what it was when it was spoken of (JSON values)."""

    kind: str
    key: tuple[str, ...]
    known: Mapping[str, Any]


def enter(tx: Transaction, case: CaseEntry, thing: Thing, actor: str) -> str:
    """The id of a thing in the casebook, which is made at the first word on it."""
    if thing.kind not in THINGS:
        raise CaseError(f"one speaks of {', '.join(KINDS)}")
    table = THINGS[thing.kind]
    token = tx.sealer.blind(thing.kind, case.id, *thing.key)
    known = tx.row(table, table.c.case_id == case.id, table.c.token == token)
    if known is not None:
        return str(known["id"])
    told = canonical({"key": list(thing.key), "known": dict(thing.known)})
    return tx.add(table, {"case_id": case.id, "token": token, "known": told}, actor, f"{thing.kind}.entered")


def things(tx: Transaction, case: CaseEntry, kind: str) -> dict[str, Thing]:
    """Every thing of a kind by its id."""
    table = THINGS[kind]
    found = {}
    for row in tx.rows(table, table.c.case_id == case.id):
        told = json.loads(row["known"])
        found[row["id"]] = Thing(kind, tuple(told["key"]), told["known"])
    return found
