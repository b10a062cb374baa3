"""What the casebook adds to a package: the chain of custody, and where the audit log stood."""

from __future__ import annotations

from headwater.casework.package.record import ChainHead, Custody
from headwater.store.casebook import exhibits, verifying
from headwater.store.casebook.cases import CaseEntry, insist
from headwater.store.casebook.opening import Casebook
from headwater.store.casebook.permissions import Permission
from headwater.store.casebook.transaction import Transaction
from headwater.store.casebook.users import User

LOG = "audit log of the casebook"


def audit_head(book: Casebook) -> ChainHead:
    """Where the audit log stands, and whether it is whole: that nobody changed, cut or exchanged an entry is checked now."""
    found = verifying.verify(book)
    return ChainHead(LOG, found.head.count, found.head.digest, found.whole)


def custody(tx: Transaction, who: User, case: CaseEntry) -> tuple[Custody, ...]:
    """The chain of custody, for somebody who may see it; that it was taken into a package is written down.

    :raises CaseError: when he may not
    """
    insist(tx, who, case, Permission.look)
    tx.log(who.id, "custody.packed", case.id)
    known = {exhibit.id: exhibit for exhibit in exhibits.exhibits(tx, case)}
    return tuple(
        Custody(
            at=event.happened.isoformat(),
            what=event.act.value,
            by=event.by,
            exhibit=known[event.exhibit_id].path,
            sha256=known[event.exhibit_id].digests.sha256,
            giver=event.giver or "",
            to=event.receiver or "",
            because=event.note or "",
            same={None: "", True: "yes", False: "NO"}[event.same],
        )
        for event in exhibits.chain(tx, case)
    )
