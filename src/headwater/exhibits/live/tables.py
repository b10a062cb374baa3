"""The tables of a database as exhibits, each read by whoever is handed one, over a connection of its own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import chain
from typing import BinaryIO

from headwater.exhibits.batches import ROWS
from headwater.exhibits.limits import Budget, Limits, Meter
from headwater.exhibits.live.doors import Door
from headwater.exhibits.live.entries import TABLE, VIEW, LiveExhibit, Table, live
from headwater.exhibits.live.sql import Relation, Source, opened
from headwater.exhibits.live.times import moment
from headwater.exhibits.names import shown
from headwater.exhibits.sheets import Sheet
from headwater.model.exhibit import NotRead

_LISTING = 60.0  # seconds for a question to the catalogue
_READING = 600.0  # seconds for a table of no size: MySQL takes all that it sends for one statement
_SLOWEST = 200_000  # bytes a second
_ROW_BYTES = 100  # what a row is taken for where only the count of rows is told: it gives a large table its time


def exhibits(door: Door, holder: str | None = None) -> Iterator[LiveExhibit | NotRead]:
    """Every table and view, with who may read it and when it was last analysed, as far as the catalogue tells.

    :raises UnreadableError: if the database cannot be reached
    """
    with opened(door.address, door.password, _LISTING) as source:
        there = {name: name for name in source.schemas()}
        there = {name.lower(): name for name in there} | there
        wanted = door.schemas or _own(source)
        found = [(name, there.get(name, there.get(name.lower()))) for name in wanted]
        for asked, name in found:
            if name is None:
                yield NotRead(
                    f"{door.shown}/{asked}", "the database has no such schema, or does not show it to the account"
                )
        schemas = [name for _, name in found if name is not None]
        for relation in source.relations(schemas if wanted else None):
            readers = source.readers_of(relation)
            parts = (relation.schema or "", relation.name, VIEW if relation.view else TABLE)
            size = None if relation.rows is None else relation.rows * _ROW_BYTES
            access = {"grantees": list(readers)} if readers else None
            told = moment(relation.analysed)
            yield live(_cited(door, relation), door, parts, size, holder=holder, modified=told, access=access)


def members(exhibit: LiveExhibit, passwords: Sequence[str] = ()) -> Iterator[Table]:
    """The table itself; it is open until the next is asked for.

    :raises UnreadableError: if the database cannot be reached
    """
    schema, name, form = exhibit.name
    patience = _READING + exhibit.size / _SLOWEST
    with (
        opened(exhibit.door.address, exhibit.door.password, patience) as source,
        closing(source.sheets(Relation(schema or None, name, form == VIEW))) as coming,
    ):
        first = next(coming, None)
        size = first.rows.nbytes if isinstance(first, Sheet) and first.rows.num_rows < ROWS else exhibit.size or None
        sheets = (_placed(exhibit.path, each) for each in chain([first] if first is not None else [], coming))
        meter = Meter(Budget(Limits(), exhibit.size))
        yield Table(exhibit.path, exhibit, size, None, _no_bytes, meter, form, sheets)


def _own(source: Source) -> tuple[str, ...]:
    """The schema of the address itself: MySQL calls every database of the server a schema of it."""
    database = source.connection.engine.url.database
    return (database,) if database and source.connection.dialect.name == "mysql" else ()


def _placed(path: str, content: Sheet | NotRead) -> Sheet | NotRead:
    return NotRead(path, content.reason) if isinstance(content, NotRead) else content


def _no_bytes() -> BinaryIO:
    raise OSError("a table has no bytes of its own")


def _cited(door: Door, relation: Relation) -> str:
    """The table below its database; what a name has in common with paths is written with %."""
    name = relation.full_name
    for sign in "%/!#":
        name = name.replace(sign, f"%{ord(sign):02X}")
    return f"{door.shown}/{shown(name.encode('utf-8', 'backslashreplace'))}"
