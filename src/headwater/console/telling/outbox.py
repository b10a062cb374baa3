"""What has still to be told, on the disk: a server that is stopped or falls loses nothing and goes on where it was.

A message is entered once, spread over the hooks that want it, and tried until it is taken, or for about three days. It
may come twice, when the server falls between the receiver's answer and its own note of it; its id is the same then. Of
one hook one message at a time is on its way.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from headwater.console.telling.hooks import Hook, Message

WAITS = tuple(timedelta(seconds=s) for s in (5, 60, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400))
"""How long after each failure it is tried again; after the last it is given up."""
HELD = timedelta(minutes=10)
"""A delivery that was taken up and of which nothing was heard for so long was cut: it is taken up again."""
KEPT = timedelta(days=30)
"""What is done is shown for so long."""
LONGEST_WAIT = timedelta(days=1)
_SCHEMA = """
create table if not exists messages (
    id text primary key, "case" text not null, kind text not null, at text not null, told text not null,
    hook text not null, alert text not null, spread integer not null default 0
) strict;
create table if not exists deliveries (
    message text not null references messages (id), hook text not null, "case" text not null, state text not null,
    tries integer not null, due text not null, held text, position integer not null, why text not null, ended text,
    primary key (message, hook)
) strict, without rowid;
create index if not exists waiting on deliveries (state, due);
create table if not exists closed (hook text primary key, at text not null) strict;
"""
WAITING, TAKEN, GIVEN_UP, DROPPED = "waiting", "taken", "given up", "dropped"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message on its way to one hook: how often it was tried, and how much of it is there already."""

    message: Message
    hook: str
    state: str
    tries: int
    position: int
    why: str
    due: datetime
    ended: datetime | None

    @property
    def place(self) -> list[str]:
        """Where it stands among a case's deliveries."""
        return [_told(self.message.at), self.message.id, self.hook]


class Outbox:
    """The outbox of a server, of mode 0600. Thread-safe; several processes may put messages in."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with suppress(FileExistsError):
            os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        self._file = file
        with closing(self._open()) as connection:
            connection.executescript(_SCHEMA)

    def put(self, messages: Iterable[Message]) -> int:
        """Enter messages; those that are there already stay as they are. Gives how many are new."""
        rows = [(m.id, m.case, m.kind, _told(m.at), json.dumps(m.told), m.hook, m.alert) for m in messages]
        insert = 'insert or ignore into messages (id, "case", kind, at, told, hook, alert) values (?, ?, ?, ?, ?, ?, ?)'
        with self._writing() as connection:
            before = connection.total_changes
            connection.executemany(insert, rows)
            return connection.total_changes - before

    def spread(self, hooks: Iterable[Hook], now: datetime) -> None:
        """Lay every new message out for the hooks that take it; for one that wants nothing any more, trials alone."""
        hooks = list(hooks)
        insert = "insert or ignore into deliveries values (?, ?, ?, ?, 0, ?, null, 0, '', null)"
        with self._writing() as connection:
            new = [_message(row) for row in connection.execute(f"select {_MESSAGE} from messages where spread = 0")]
            shut = {hook for (hook,) in connection.execute("select hook from closed")}
            for message in new:
                for hook in hooks:
                    if hook.takes(message) and (message.hook or hook.id not in shut):
                        connection.execute(insert, (message.id, hook.id, message.case, WAITING, _told(now)))
                connection.execute("update messages set spread = 1 where id = ?", (message.id,))

    def due(self, now: datetime) -> list[Delivery]:
        """Take up what is to be sent now: of each hook the earliest that is not done."""
        told = f"""
            select {_DELIVERY} from deliveries join messages on id = message
            where state = '{WAITING}' and due <= ?1 and (held is null or held <= ?2)
            and not exists (
                select 1 from deliveries as other where other.hook = deliveries.hook and other.state = '{WAITING}'
                and other.held > ?2
            ) order by at, id
        """
        with self._writing() as connection:
            found = [_delivery(row) for row in connection.execute(told, (_told(now), _told(now - HELD)))]
            first = list({each.hook: each for each in reversed(found)}.values())[::-1]
            for each in first:
                self._note(connection, each, "held = ?", _told(now))
        return first

    def moved(self, delivery: Delivery, position: int, now: datetime) -> None:
        """So much of it is there."""
        with self._writing() as connection:
            self._note(connection, delivery, "position = ?, held = ?", position, _told(now))

    def taken(self, delivery: Delivery, now: datetime) -> None:
        """The receiver has it; one that wanted nothing any more is open again."""
        with self._writing() as connection:
            self._end(connection, delivery, TAKEN, "", now)
            connection.execute("delete from closed where hook = ?", (delivery.hook,))

    def left_out(self, delivery: Delivery, why: str, now: datetime) -> None:
        """It is not sent, or no further: what it tells is overtaken."""
        with self._writing() as connection:
            self._end(connection, delivery, DROPPED, why, now)

    def failed(self, delivery: Delivery, why: str, now: datetime, wait: float | None = None) -> None:
        """It was not taken: it is tried again later, or given up."""
        with self._writing() as connection:
            if delivery.tries >= len(WAITS):
                self._end(connection, delivery, GIVEN_UP, why, now)
                return
            pause = max(WAITS[delivery.tries], min(timedelta(seconds=wait or 0), LONGEST_WAIT))
            words = "tries = tries + 1, due = ?, held = null, why = ?"
            self._note(connection, delivery, words, _told(now + pause), why)

    def dropped(self, hook: str, why: str, now: datetime) -> None:
        """Nothing more of what waits goes to a hook."""
        with self._writing() as connection:
            self._drop(connection, hook, why, now)

    def closed(self, hook: str, why: str, now: datetime) -> None:
        """A receiver wants nothing any more: what waits for it is dropped, and nothing is laid out until it takes a trial."""
        with self._writing() as connection:
            self._drop(connection, hook, why, now)
            connection.execute("insert or ignore into closed values (?, ?)", (hook, _told(now)))

    def shut(self) -> frozenset[str]:
        """Hooks whose receivers want nothing any more."""
        with closing(self._open()) as connection:
            return frozenset(hook for (hook,) in connection.execute("select hook from closed"))

    def again(self, message: str, hook: str, now: datetime) -> bool:
        """Send something again that was given up, from the beginning of the plan; false where there is no such thing."""
        words = f"update deliveries set state = '{WAITING}', tries = 0, due = ?, held = null, ended = null"
        where = f"where message = ? and hook = ? and state in ('{GIVEN_UP}', '{DROPPED}', '{WAITING}')"
        with self._writing() as connection:
            return connection.execute(f"{words} {where}", (_told(now), message, hook)).rowcount > 0

    def told_alerts(self, case: str) -> frozenset[str]:
        """Ids of the alerts of a case of which there ever was a message."""
        told = """select distinct alert from messages where "case" = ? and alert <> ''"""
        with closing(self._open()) as connection:
            return frozenset(name for (name,) in connection.execute(told, (case,)))

    def of_case(self, case: str, limit: int = 100, after: Sequence[str] | None = None) -> list[Delivery]:
        """The newest deliveries of a case, the newest first; ``after`` is the place of the last that is known."""
        told = f'select {_DELIVERY} from deliveries join messages on id = message where deliveries."case" = ?'
        values: list[str | int] = [case]
        if after is not None:
            told += " and (at, id, deliveries.hook) < (?, ?, ?)"
            values += after
        with closing(self._open()) as connection:
            rows = connection.execute(
                f"{told} order by at desc, id desc, deliveries.hook desc limit ?", [*values, limit]
            )
            return [_delivery(row) for row in rows]

    def tidied(self, now: datetime) -> None:
        """Remove what has been done for long; the ids stay, so that nothing comes back."""
        before = _told(now - KEPT)
        with self._writing() as connection:
            connection.execute(f"delete from deliveries where state <> '{WAITING}' and ended < ?", (before,))
            done = "not exists (select 1 from deliveries where message = id)"
            connection.execute(f"update messages set told = '{{}}' where at < ? and spread = 1 and {done}", (before,))

    def _drop(self, connection: sqlite3.Connection, hook: str, why: str, now: datetime) -> None:
        words = f"update deliveries set state = '{DROPPED}', why = ?, ended = ?, held = null"
        connection.execute(f"{words} where hook = ? and state = '{WAITING}'", (why, _told(now), hook))

    def _end(self, connection: sqlite3.Connection, delivery: Delivery, state: str, why: str, now: datetime) -> None:
        words = "state = ?, tries = tries + 1, held = null, why = ?, ended = ?"
        self._note(connection, delivery, words, state, why, _told(now))

    def _note(self, connection: sqlite3.Connection, delivery: Delivery, words: str, *values: str | int) -> None:
        """Only while it waits: what was dropped meanwhile stays dropped."""
        told = f"update deliveries set {words} where message = ? and hook = ? and state = '{WAITING}'"
        connection.execute(told, (*values, delivery.message.id, delivery.hook))

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file, timeout=30, isolation_level=None)
        connection.execute("pragma journal_mode = wal")
        connection.execute("pragma synchronous = full")
        return connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with closing(self._open()) as connection:
            connection.execute("begin immediate")
            try:
                yield connection
            except BaseException:
                connection.execute("rollback")
                raise
            connection.execute("commit")


_MESSAGE = 'id, messages."case", kind, at, told, messages.hook'
_DELIVERY = f"{_MESSAGE}, deliveries.hook, state, tries, position, why, due, ended"


def _message(row: tuple[str, ...]) -> Message:
    name, case, kind, at, told, hook = row
    return Message(name, case, kind, datetime.fromisoformat(at), json.loads(told), hook)


def _delivery(row: tuple[str, ...]) -> Delivery:
    hook, state, tries, position, why, due, ended = row[6:]
    until = datetime.fromisoformat(ended) if ended else None
    made = (hook, state, int(tries), int(position), why, datetime.fromisoformat(due), until)
    return Delivery(_message(row[:6]), *made)


def _told(moment: datetime) -> str:
    """Of one width, so that texts are ordered as moments are."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds")
