"""Opening a casebook: its engine, its key, its log's head, and transactions that the caller begins and ends.

One :class:`Casebook` may be used by many threads, one database by many processes: writers queue on the database's lock.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from headwater.model.errors import StoreError
from headwater.store.casebook import log
from headwater.store.casebook.head import Head, HeadFile
from headwater.store.casebook.permissions import NotAllowedError
from headwater.store.casebook.place import Place
from headwater.store.casebook.sealing import Sealer
from headwater.store.casebook.serving import connecting
from headwater.store.casebook.tables import FACTS
from headwater.store.casebook.transaction import Transaction
from headwater.store.keys import Secret, secret_key

KEY = Secret("casebook.key", "HEADWATER_CASEBOOK_KEY", "HEADWATER_CASEBOOK_KEYRING")
REVISION = "r0002"
"""The newest revision, told here so that an opening need not load Alembic; a test holds it against the scripts."""
PATIENCE_SECONDS = 60
_LOCK = 0x48_57_43_42  # one number for all casebooks of a PostgreSQL database: writers queue on it
_BEGIN = "headwater_begin"


class Casebook:
    """An open casebook. Thread-safe; keeps no state but a pool of connections and the keys."""

    def __init__(self, engine: sa.Engine, sealer: Sealer, head: HeadFile, where: Place) -> None:
        self.engine, self.sealer, self.head = engine, sealer, head
        self.shown, self.own, self.where = where.shown, where.own, where

    def __repr__(self) -> str:
        return f"Casebook({self.shown})"

    @contextmanager
    def transaction(self, now: datetime, *, adopting: bool = False) -> Iterator[Transaction]:
        """Everything done meanwhile counts at its end, with the log's entries, or not at all.

        When this ends without an error the disk has it, and the log's head is remembered outside the database. Of what
        somebody tried who may not there is an entry.

        :param adopting: begin to remember the head of a log on a machine that has none
        :raises StoreError: when the log was cut or changed, or the database refuses
        """
        actor: str | None = None
        try:
            with self._writing(now, adopting) as tx:
                try:
                    yield tx
                finally:
                    actor = tx.actor
        except NotAllowedError as refused:
            if actor is not None:
                with self._writing(now, adopting) as tx:
                    tx.log(actor, "refused", details={"why": str(refused)})
            raise

    @contextmanager
    def _writing(self, now: datetime, adopting: bool) -> Iterator[Transaction]:
        with self._told(), self._begun("IMMEDIATE") as connection:
            last = log.tail(connection, self.sealer)
            known = self.head.read()
            if not (adopting and known is None):
                log.insist_on(connection, known, last)
            tx = Transaction(connection, self.sealer, now, last, own=self.own)
            tx.clock = max(tx.now, log.latest(connection))
            yield tx
        if tx.last is not None and tx.last != last and (known is not None or tx.adopted):
            self.head.advance(tx.last)

    @contextmanager
    def reading(self, now: datetime | None = None, *, held: bool = False) -> Iterator[Transaction]:
        """One state of the casebook to read, for work that shows nobody anything: no entry of the log is written.

        :param held: hold the log's end against what this machine remembers of it
        """
        known = self.head.read() if held else None  # before the log, which may grow meanwhile
        with self._told(), self._begun("DEFERRED") as connection:
            if known is not None:
                log.insist_on(connection, known, log.tail(connection, self.sealer))
            yield Transaction(connection, self.sealer, now or datetime.now(UTC), None, own=self.own)

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def _begun(self, how: str) -> Iterator[sa.Connection]:
        with self.engine.connect().execution_options(**{_BEGIN: how}) as connection, connection.begin():
            if how == "IMMEDIATE" and connection.dialect.name == "postgresql":
                connection.execute(sa.text("select pg_advisory_xact_lock(:n)"), {"n": _LOCK})
            yield connection

    @contextmanager
    def _told(self) -> Iterator[None]:
        """Errors of the database in our words: its own may show values."""
        try:
            yield
        except sa.exc.SQLAlchemyError as error:
            raise StoreError(f"the database refused ({type(error).__name__})", self.shown) from None


def exists(where: Place) -> bool:
    """Whether there may be a casebook: always so for a server, which only it can tell."""
    return where.file is None or where.file.exists()


def open_casebook(where: Place, *, make: bool = False, upgrade: bool = False) -> Casebook:
    """Open a casebook; with ``make`` one that is not there is made, with ``upgrade`` an earlier one is brought to this version.

    :raises StoreError: when there is none, when it was made by another version or with another key, or cannot be reached
    """
    if not make and not exists(where):
        raise StoreError("there is no casebook; `headwater casebook init` makes one", where.shown)
    sealer = Sealer(secret_key(where.keys, KEY))
    head = HeadFile(where.head_file, sealer)
    if where.file is not None:
        _private(where)
    book = Casebook(_engine(where), sealer, head, where)
    try:
        with book._told():
            _prepare(book, make, upgrade)
    except BaseException:
        book.close()
        raise
    return book


@contextmanager
def opened(where: Place, *, make: bool = False) -> Iterator[Casebook]:
    """Open a casebook and close it at the end."""
    book = open_casebook(where, make=make)
    try:
        yield book
    finally:
        book.close()


def _prepare(book: Casebook, make: bool, upgrade: bool) -> None:
    with book._begun("DEFERRED") as connection:
        found = _revision(connection)
        key = connection.execute(sa.select(FACTS.c.value).where(FACTS.c.name == "key")).scalar() if found else None
    if found and key is not None and key != book.sealer.fingerprint():
        raise StoreError("the casebook was made with another key", book.shown)
    if found == REVISION:
        return
    if found is None and not make:
        raise StoreError("there is no casebook; `headwater casebook init` makes one", book.shown)
    _upgrade(book, allowed=upgrade or found is None)


def _upgrade(book: Casebook, allowed: bool) -> None:
    from headwater.store.casebook import migrating  # loads Alembic, which most openings need not

    with book._begun("IMMEDIATE") as connection:
        migrating.insist_on_known(connection)
        found = migrating.revision(connection)
        if found == REVISION:  # another process was quicker
            return
        if not allowed:
            raise StoreError(
                f"the casebook is of an earlier version ({found}); `headwater casebook upgrade`", book.shown
            )
        if found is None:
            _insist_on_first(book)
        migrating.upgrade(connection)
        if found is None:
            connection.execute(FACTS.insert().values(name="key", value=book.sealer.fingerprint()))
    with book.transaction(datetime.now(UTC)) as tx:
        tx.log(log.SYSTEM, "casebook.made" if found is None else "casebook.upgraded", details={"revision": REVISION})


def _insist_on_first(book: Casebook) -> None:
    """A database that is empty where a log is remembered was emptied, or another one was put in its place."""
    known = book.head.read()
    if known is not None and known.count:
        raise StoreError(
            f"the database is empty, and {known.count} entries of its log are remembered: it was emptied or exchanged. "
            "Restore it; only where that is meant, move the head's file aside",
            str(book.head.file),
        )
    book.head.begin()


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(sa.text("select version_num from alembic_version")).scalar()
    return None if found is None else str(found)


def _private(where: Place) -> None:
    """Make the file of mode 0600 before SQLite does; its neighbours (-wal, -shm) take that from it."""
    file = where.file
    if file is None:
        return
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    if file.stat().st_mode & 0o077:
        raise StoreError("the casebook can be read by others; make it mode 0600", str(file))


def _engine(where: Place) -> sa.Engine:
    if where.file is None:
        url, told = connecting(where.url)
        return sa.create_engine(url, connect_args=told, pool_pre_ping=True, hide_parameters=True)
    options: dict[str, Any] = {"timeout": PATIENCE_SECONDS, "isolation_level": None}
    engine = sa.create_engine(where.url, connect_args=options, hide_parameters=True)
    sa.event.listen(engine, "connect", _settled)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _settled(connection: Any, _record: object) -> None:
    """What is confirmed is on the disk, also when the power fails."""
    for word in ("journal_mode=wal", "synchronous=full", "foreign_keys=on", "trusted_schema=off", "secure_delete=on"):
        connection.execute(f"pragma {word}")


def _begin(connection: sa.Connection) -> None:
    """A writer takes the lock at once, so that two never stand in each other's way half-way."""
    connection.exec_driver_sql(f"BEGIN {connection.get_execution_options().get(_BEGIN, 'DEFERRED')}")


def head_of(book: Casebook) -> Head:
    """The head of a casebook's log as its database has it."""
    with book.reading() as tx:
        return log.tail(tx.connection, book.sealer)
