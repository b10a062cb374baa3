"""The audit log: every entry holds the digest of the one before, and a signature that only the casebook's key makes.

The digest (SHA-256 over the canonical JSON of RFC 8785) lets anybody with the file see whether it hangs together; the
signature (HMAC-SHA-256) keeps whoever lacks the key from making another one that does. Entries hold ids, counts and
verdicts, never free text: that is sealed in the row whose digest the entry has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from hashlib import sha256
from typing import Any

import rfc8785
import sqlalchemy as sa

from headwater.model.errors import StoreError
from headwater.store.casebook.head import START, Head
from headwater.store.casebook.sealing import Sealer
from headwater.store.casebook.tables import AUDIT

PURPOSE = "entry of the log"
SYSTEM = "system"
NOBODY = "-"
"""Who acts where nobody signed in."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: who did what to which row, when; ``row_digest`` is that of the row as it was left."""

    seq: int
    at: str
    actor: str
    act: str
    case_id: str | None
    kind: str | None
    row_id: str | None
    row_digest: str | None
    details: str
    before: str
    digest: str
    mac: str

    @property
    def head(self) -> Head:
        """The head of a log that ends here."""
        return Head(self.seq, self.digest)


def canonical(value: object) -> str:
    """The one way of writing a value as JSON (RFC 8785)."""
    return rfc8785.dumps(value).decode()  # type: ignore[arg-type]


def digest_of(entry: Mapping[str, Any]) -> str:
    """The digest of an entry's own words and of the one before."""
    told = {name: value for name, value in entry.items() if name not in ("digest", "mac")}
    return sha256(canonical(told).encode()).hexdigest()


def made(sealer: Sealer, last: Head, words: Mapping[str, Any]) -> Entry:
    """The entry that follows a head."""
    told = {**words, "seq": last.count + 1, "before": last.digest}
    digest = digest_of(told)
    return Entry(**told, digest=digest, mac=sealer.signature(PURPOSE, digest))


def plain(entry: Entry) -> dict[str, Any]:
    """An entry as JSON values."""
    return {f.name: getattr(entry, f.name) for f in fields(entry)}


def fault(entry: Entry, last: Head, sealer: Sealer) -> str | None:
    """What is wrong with an entry that should follow a head, or ``None``."""
    if entry.seq != last.count + 1:
        return f"follows entry {last.count}: something between was taken out, or this was put in"
    if entry.before != last.digest:
        return "does not follow the entry before: one was changed, exchanged, taken out or put in"
    try:
        digest = digest_of(plain(entry))
    except (rfc8785.CanonicalizationError, TypeError, ValueError):
        digest = ""
    if entry.digest != digest:
        return "was changed"
    if not sealer.is_signed(PURPOSE, entry.digest, entry.mac):
        return "was made without the key of this casebook"
    return None


def tail(connection: sa.Connection, sealer: Sealer) -> Head:
    """The head of the log as the database has it.

    :raises StoreError: when the last entry was changed
    """
    row = connection.execute(sa.select(AUDIT).order_by(AUDIT.c.seq.desc()).limit(1)).first()
    if row is None:
        return Head(0, START)
    entry = Entry(*row)
    if fault(entry, Head(entry.seq - 1, entry.before), sealer):
        raise StoreError("the last entry of the log was changed; see `headwater audit verify`", f"audit:{entry.seq}")
    return entry.head


def latest(connection: sa.Connection) -> str:
    """When the last entry was written, nothing where there is none."""
    return str(connection.execute(sa.select(AUDIT.c.at).order_by(AUDIT.c.seq.desc()).limit(1)).scalar() or "")


def insist_on(connection: sa.Connection, known: Head | None, last: Head) -> None:
    """Insist that the log still has what this machine remembers.

    :raises StoreError: when entries were cut off or changed, or nothing is remembered of a log that has entries
    """
    if known is None:
        if last.count:
            raise StoreError(
                f"the log has {last.count} entries, and this machine remembers none: its head is missing. Look at "
                "`headwater audit verify`, then `headwater audit adopt`"
            )
        return
    if known.count > last.count:
        raise StoreError(f"the log has {last.count} entries; {known.count} were made: some were taken out", "audit")
    if known.count:
        digest = connection.execute(sa.select(AUDIT.c.digest).where(AUDIT.c.seq == known.count)).scalar()
        if digest != known.digest:
            raise StoreError("the log was changed; see `headwater audit verify`", f"audit:{known.count}")
