"""Verifying a casebook: the log from its first entry to its last, its head, and every row by what the log says of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import sqlalchemy as sa

from headwater.model.errors import StoreError
from headwater.store.casebook import log
from headwater.store.casebook.head import EMPTY, Head
from headwater.store.casebook.log import Entry
from headwater.store.casebook.opening import Casebook
from headwater.store.casebook.permissions import NotAllowedError, Permission
from headwater.store.casebook.tables import AUDIT, ROWS
from headwater.store.casebook.transaction import PURPOSE, Transaction, row_digest
from headwater.store.casebook.users import User, insist_signed

BATCH = 1000


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is not as it was written, and where."""

    place: str
    what: str


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found. ``ahead``: entries that this machine's head does not count yet, whole and signed all the same."""

    head: Head
    remembered: Head | None
    ahead: int
    rows: int
    faults: tuple[Fault, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults


def verify(book: Casebook, kept: Head | None = None) -> Verified:
    """Read the whole log and every row, and say what is wrong; where nothing is, this machine remembers how far the log is.

    :param kept: a head that was written down elsewhere (`headwater audit verify --head`), which the log must contain
    """
    faults: list[Fault] = []
    remembered: Head | None = None
    try:
        remembered = book.head.read()  # before the log is read: it may grow meanwhile, and never shrinks
    except StoreError as error:
        faults.append(Fault(str(book.head.file), str(error)))
    known: dict[tuple[str, str], str | None] = {}
    last = EMPTY
    with book.reading() as tx:
        for entry in entries(tx):
            wrong = log.fault(entry, last, book.sealer)
            if wrong is not None:
                faults.append(Fault(f"audit:{entry.seq}", wrong))
            if entry.kind and entry.row_id:
                known[(entry.kind, entry.row_id)] = entry.row_digest
            last = entry.head
            faults += _other(last, (remembered, kept))
        rows = list(_rows(tx, known))
    faults += [fault for fault in rows if fault is not None]
    faults += _missing(last, remembered, kept, str(book.head.file), bool(faults))
    ahead = max(0, last.count - remembered.count) if remembered else 0
    if ahead and not faults:
        book.head.advance(last)
    return Verified(last, remembered, ahead, len(rows), tuple(faults))


def entries(tx: Transaction, after: int = 0) -> Iterator[Entry]:
    """The entries of the log from one on, read in batches."""
    while True:
        found = tx.connection.execute(
            sa.select(AUDIT).where(AUDIT.c.seq > after).order_by(AUDIT.c.seq).limit(BATCH)
        ).all()
        for row in found:
            yield Entry(*row)
        if len(found) < BATCH:
            return
        after = found[-1].seq


def read_log(tx: Transaction, who: User, *, export: bool = False, after: int = 0) -> tuple[Entry, ...]:
    """The log for somebody who may read it; that he did is an entry too (and the last of what he gets).

    :raises CaseError: when he may not
    """
    insist_signed(tx, who)
    if not who.may(Permission.audit):
        raise NotAllowedError("only an auditor reads the log; `headwater audit verify` needs nobody")
    tx.log(who.id, "log.exported" if export else "log.read", details={"after": after})
    return tuple(entries(tx, after))


def adopt(tx: Transaction, who: User) -> Head:
    """Begin to remember the head of a log on a machine that has none; whether its end was cut before cannot be known.

    :raises CaseError: when he may not
    :raises StoreError: when what there is of the log is not whole
    """
    insist_signed(tx, who)
    if not (who.may(Permission.audit) or who.may(Permission.users)):
        raise NotAllowedError("only an auditor or an administrator may say that a log is whole")
    last = EMPTY
    for entry in entries(tx):
        if wrong := log.fault(entry, last, tx.sealer):
            raise StoreError(wrong, f"audit:{entry.seq}")
        last = entry.head
    tx.log(who.id, "log.adopted")
    tx.adopted = True
    return tx.last or EMPTY


def _other(head: Head, wanted: tuple[Head | None, ...]) -> Iterator[Fault]:
    for kept in wanted:
        if kept is not None and kept.count == head.count and kept.digest != head.digest:
            yield Fault(
                f"audit:{head.count}", "is another entry than the one that is remembered: the log was made anew"
            )


def _missing(last: Head, remembered: Head | None, kept: Head | None, file: str, told: bool) -> Iterator[Fault]:
    for head in (remembered, kept):
        if head is not None and head.count > last.count:
            yield Fault(
                f"audit:{last.count + 1}",
                f"the log ends after {last.count} entries; {head.count} were made: the last were taken out",
            )
    if remembered is None and last.count and not told:
        yield Fault(file, "the head of the log is missing: whether its end was cut off cannot be told")


def _rows(tx: Transaction, known: dict[tuple[str, str], str | None]) -> Iterator[Fault | None]:
    """One item for each row: what is wrong with it, or nothing; and one for each that the log knows and is gone."""
    for table in ROWS:
        for found in tx.connection.execute(sa.select(table).order_by(table.c.id)).mappings():
            raw = dict(found)
            place, digest = f"{table.name}/{raw['id']}", row_digest(table, raw)
            told = known.pop((table.name, raw["id"]), None)
            if not tx.sealer.is_signed(f"{PURPOSE} of {table.name}", digest, str(raw["mac"])):
                yield Fault(place, "was written or changed past the program")
            elif told != digest:
                yield Fault(place, "is not as the log last knew it")
            else:
                yield None
    for name, row_id in sorted(known):
        yield Fault(f"{name}/{row_id}", "was taken out")
