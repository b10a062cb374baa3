"""The log by pages, the latest entries first, for whoever may read it; each page that was read is an entry too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from headwater.store.casebook import moments
from headwater.store.casebook.log import Entry
from headwater.store.casebook.permissions import NotAllowedError, Permission
from headwater.store.casebook.tables import AUDIT
from headwater.store.casebook.transaction import Transaction
from headwater.store.casebook.users import User, insist_signed

COUNTED = 10_000
"""So many entries are counted of those that are asked for, and no more: a log has millions."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Which entries are wanted: of whom (an id), of which act (its beginning), of which case (an id), from when until when."""

    actor: str | None = None
    act: str = ""
    case_id: str | None = None
    since: datetime | None = None
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class LogPage:
    """Entries, the latest first; of all that are asked for the number, or (``more``) how far they were counted."""

    entries: tuple[Entry, ...]
    total: int
    more: bool
    acts: tuple[str, ...]
    """Every act that stands in the log, in the order of the alphabet."""


def read_page(tx: Transaction, who: User, asked: Asked, before: int | None = None, limit: int = 50) -> LogPage:
    """A page of the log.

    :param before: only entries before this number
    :raises CaseError: when he may not read the log
    """
    insist_signed(tx, who)
    if not who.may(Permission.audit):
        raise NotAllowedError("only an auditor reads the log; `headwater audit verify` needs nobody")
    acts = _acts(tx)
    where = _where(asked, acts)
    total, more = _counted(tx, where)
    if before is not None:
        where.append(AUDIT.c.seq < before)
    found = tx.connection.execute(sa.select(AUDIT).where(*where).order_by(AUDIT.c.seq.desc()).limit(limit)).all()
    tx.log(who.id, "log.read", details={"before": before or 0, "entries": len(found)})
    return LogPage(tuple(Entry(*row) for row in found), total, more, acts)


def _counted(tx: Transaction, where: Sequence[sa.ColumnElement[bool]]) -> tuple[int, bool]:
    """How many entries there are, and whether there are more: all are numbered through, of some a part is counted."""
    if not where:
        return tx.last.count if tx.last else 0, False
    some = sa.select(AUDIT.c.seq).where(*where).limit(COUNTED + 1).subquery()
    found = int(tx.connection.execute(sa.select(sa.func.count()).select_from(some)).scalar_one())
    return min(found, COUNTED), found > COUNTED


def _acts(tx: Transaction) -> tuple[str, ...]:
    """The acts of the log, each found from the one before by the index: the log is not read for them."""
    first = sa.select(sa.func.min(AUDIT.c.act).label("act")).cte("told", recursive=True)
    later = sa.select(sa.func.min(AUDIT.c.act)).where(AUDIT.c.act > first.c.act).scalar_subquery()
    told = first.union_all(sa.select(later).where(first.c.act.is_not(None)))
    found = tx.connection.execute(sa.select(told.c.act).where(told.c.act.is_not(None))).scalars()
    return tuple(sorted(map(str, found)))


def _where(asked: Asked, acts: Iterable[str]) -> list[sa.ColumnElement[bool]]:
    where: list[sa.ColumnElement[bool]] = []
    if asked.actor is not None:
        where.append(AUDIT.c.actor == asked.actor)
    if asked.act:
        where.append(AUDIT.c.act.in_([act for act in acts if act.startswith(asked.act)]))
    if asked.case_id is not None:
        where.append(AUDIT.c.case_id == asked.case_id)
    if asked.since is not None:
        where.append(AUDIT.c.at >= moments.told(asked.since))
    if asked.until is not None:
        where.append(AUDIT.c.at < moments.told(asked.until))
    return where
