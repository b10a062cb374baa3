"""The log by pages, the latest entries first, for whoever may read it; each page that was read is an entry too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from headwater.store.casebook import moments
from headwater.store.casebook.log import Entry
from headwater.store.casebook.permissions import NotAllowedError, Permission
from headwater.store.casebook.tables import AUDIT
from headwater.store.casebook.transaction import Transaction
from headwater.store.casebook.users import User, insist_signed


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries are wanted: of whom (an id), of which act (its beginning), of which case (an id), from when until when."""

    actor: str | None = None
    act: str = ""
    case_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def read_page(
    tx: Transaction, who: User, asked: Asked, before: int | None = None, limit: int = 50
) -> tuple[tuple[Entry, ...], int]:
    """Entries, the latest first, and how many there are in all that are asked for.

    :param before: only entries before this number
    :raises CaseError: when he may not read the log
    """
    insist_signed(tx, who)
    if not who.may(Permission.audit):
        raise NotAllowedError("only an auditor reads the log; `headwater audit verify` needs nobody")
    where = _where(asked)
    total = tx.connection.execute(sa.select(sa.func.count()).select_from(AUDIT).where(*where)).scalar_one()
    if before is not None:
        where.append(AUDIT.c.seq < before)
    found = tx.connection.execute(sa.select(AUDIT).where(*where).order_by(AUDIT.c.seq.desc()).limit(limit)).all()
    tx.log(who.id, "log.read", details={"before": before or 0, "entries": len(found)})
    return tuple(Entry(*row) for row in found), int(total)


def acts(tx: Transaction) -> tuple[str, ...]:
    """Every act that stands in the log, in the order of the alphabet."""
    return tuple(sorted(map(str, tx.connection.execute(sa.select(AUDIT.c.act).distinct()).scalars())))


def _where(asked: Asked) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = []
    if asked.actor is not None:
        where.append(AUDIT.c.actor == asked.actor)
    if asked.act:
        where.append(AUDIT.c.act.startswith(asked.act, autoescape=True))
    if asked.case_id is not None:
        where.append(AUDIT.c.case_id == asked.case_id)
    if asked.since is not None:
        where.append(AUDIT.c.at >= moments.told(asked.since))
    if asked.until is not None:
        where.append(AUDIT.c.at < moments.told(asked.until))
    return where
