"""The casebook's part of a package: its log's head for everybody, the chain of custody for who signs in."""

from __future__ import annotations

from headwater.casework.package.from_casebook import audit_head, custody
from headwater.casework.package.record import ChainHead, Custody
from headwater.cli.run import Place
from headwater.cli.signing_in import at_desk
from headwater.store.casebook.opening import exists, opened
from headwater.store.casebook.place import place

Kept = tuple[tuple[Custody, ...], tuple[ChainHead, ...]]


def kept(where: Place, casebook: str | None, by: str | None, descriptor: int | None) -> Kept:
    """What the casebook of a case adds to its package; nothing, where there is no casebook and none was named."""
    if by is not None:
        with at_desk(where, casebook, by, descriptor) as desk:
            with desk.transaction() as (tx, reader):
                links = custody(tx, reader, desk.case)
            return links, (audit_head(desk.book),)
    lies = place(where.workspace, casebook)
    if casebook is None and not exists(lies):
        return (), ()
    with opened(lies) as book:
        return (), (audit_head(book),)
