"""A database that runs: its tables and views as sheets, read only, over one connection, in bounded memory.

The session itself is set to read only where the database can do that (PostgreSQL, MySQL, Oracle, SQLite); SQL Server cannot, and
there only ``SELECT`` is ever sent and everything is rolled back. Use an account that may only read.
"""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql.base import PGInspector
from sqlalchemy.engine import URL

from headwater.exhibits.batches import sheets_of
from headwater.exhibits.live.cells import text_of_value
from headwater.exhibits.live.sessions import begun, connecting, only_there
from headwater.exhibits.live.sql_catalogues import GRANTS, HIDDEN, MAINTAINED, PARTITIONS, STATISTICS
from headwater.exhibits.sheets import Sheet
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

logging.getLogger("sqlalchemy.pool").setLevel(logging.CRITICAL)  # it would show the trace of what is a reason here
_STREAMED = {"stream_results": True, "max_row_buffer": 2000}
_MEANT = {
    "the account may not": ("42501", 1142, 1143, 1227, 1370, 1031),
    "the account or its password is refused": ("28P01", "28000", 1044, 1045, 1698, 1017),
    "there is no such database": ("3D000", 1049),
    "it took longer than it may": ("57014", 1969, 3024),
    "it is locked": ("55P03", 1205),
    "the connection was lost": ("57P01", 2006, 2013, 1927),
    "the view rests on what is not there or may not be read": (1356,),
}
"""What PostgreSQL, MySQL and Oracle mean by their codes."""
_SYSTEM = frozenset({"information_schema", "pg_catalog", "pg_toast", "mysql", "performance_schema", "sys", "guest"})


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or view, and what the catalogue says of it: ``None`` where it says nothing."""

    schema: str | None
    name: str
    view: bool
    comment: str | None = None
    rows: int | None = None
    analysed: str | None = None

    @property
    def full_name(self) -> str:
        """Its name with its schema."""
        return f"{self.schema}.{self.name}" if self.schema else self.name


@dataclass(frozen=True, slots=True)
class Source:
    """A database that is open for reading; ``address`` is shown without a password."""

    address: str
    connection: sa.Connection
    patience: float = 600.0

    def schemas(self) -> list[str]:
        """The schemas that are not the database's own."""
        system = _SYSTEM | {str(row[0]) for row in self._asked(MAINTAINED)}
        try:
            return [name for name in sa.inspect(self.connection).get_schema_names() if name.lower() not in system]
        except sa.exc.SQLAlchemyError as error:
            raise _said(self.address, "its schemas cannot be listed", error) from error

    def relations(self, schemas: Sequence[str] | None = None) -> list[Relation]:
        """The tables and views of these schemas, in order of their names."""
        inspector = sa.inspect(self.connection)
        found = []
        try:
            for schema in schemas if schemas is not None else self.schemas():
                known = {str(row[0]): row for row in self._asked(STATISTICS, schema=schema)}
                inner = {str(row[0]) for row in self._asked(PARTITIONS, schema=schema)}
                for view, names in _names(inspector, schema):
                    for name in names:
                        if name in inner:  # its rows are those of the table that it is a part of
                            continue
                        _, rows, analysed, comment = known.get(name, (name, None, None, None))
                        found.append(
                            Relation(schema, name, view, comment or None, _count(rows), str(analysed or "") or None)
                        )
        except sa.exc.SQLAlchemyError as error:
            raise _said(self.address, "its tables cannot be listed", error) from error
        return sorted(found, key=lambda r: (r.schema or "", r.name))

    def readers_of(self, relation: Relation) -> tuple[str, ...] | None:
        """The accounts and roles that may read a table, as the catalogue tells; ``None`` where it cannot be asked."""
        if self.connection.dialect.name not in GRANTS:
            return None
        rows = self._asked(GRANTS, schema=relation.schema, name=relation.name)
        return tuple(sorted({str(row[0]) for row in rows})) or None

    def sheets(self, relation: Relation) -> Generator[Sheet | NotRead, None, None]:
        """The rows of a table in batches, numbered from 1 in the order in which they come."""
        place = f"{self.address}#{relation.full_name}"
        hidden = [str(row[0]) for row in self._asked(HIDDEN, schema=relation.schema, name=relation.name)]
        table = sa.table(relation.name, *map(sa.column, hidden), schema=relation.schema).alias("t")
        asked: sa.Select[Any] = sa.select(sa.literal_column("t.*"), *table.c).select_from(table)
        try:
            with self.connection.execute(asked, execution_options=_STREAMED) as result, _left(result, self.connection):
                yield from sheets_of(relation.full_name, _columns(result), _numbered(result))
        except (sa.exc.SQLAlchemyError, OSError, ValueError) as error:
            yield NotRead(place, f"reading it ended early ({_kind(error)})")
            self._begin_again()

    def _begin_again(self) -> None:
        """A statement that failed ends its transaction: the next one reads only as well, or there is none."""
        try:
            self.connection.rollback()
            begun(self.connection, self.patience)
        except (sa.exc.SQLAlchemyError, OSError):
            self.connection.invalidate()
            self.connection.close()

    def _asked(self, queries: dict[str, str], **values: str | None) -> Sequence[Any]:
        """What the catalogue answers; nothing where it is not this database's, or may not be read."""
        query = queries.get(self.connection.dialect.name)
        if query is None:
            return []
        try:
            return self.connection.execute(sa.text(query), values).fetchall()
        except sa.exc.SQLAlchemyError:
            self._begin_again()
            return []


def _names(inspector: sa.Inspector, schema: str | None) -> Iterator[tuple[bool, Sequence[str]]]:
    """Tables and views, those among them that are stored or lie on other servers."""
    yield False, inspector.get_table_names(schema)
    yield True, inspector.get_view_names(schema)
    if inspector.dialect.name in ("postgresql", "oracle"):
        yield True, inspector.get_materialized_view_names(schema)
    if isinstance(inspector, PGInspector):
        yield False, inspector.get_foreign_table_names(schema)


@contextmanager
def _left(result: Any, connection: sa.Connection) -> Iterator[None]:
    """What is not read to its end is left: PyMySQL would fetch all the rest of it, or fail at that."""
    try:
        yield
    except BaseException:
        rest: Any = getattr(result.cursor, "_result", None)
        if getattr(rest, "unbuffered_active", False):
            rest.unbuffered_active = False
            connection.invalidate()
        raise


@contextmanager
def opened(url: str | URL, password: str | None = None, patience: float = 600.0) -> Iterator[Source]:
    """Open a database for reading, and close it afterwards; no statement may take longer than ``patience`` seconds.

    :raises UnreadableError: if it cannot be reached, or does not let itself be set to read only
    """
    address = ""
    try:
        told = only_there(sa.make_url(url))
        told = told.set(password=password) if password is not None else told
        address = told.set(password=None).render_as_string()
        given = connecting(told, patience)
        bare = told.difference_update_query(["sslmode"]) if "connect_args" in given else told
        engine = sa.create_engine(bare, poolclass=sa.pool.NullPool, hide_parameters=True, **given)
    except (sa.exc.ArgumentError, ImportError, ValueError) as error:
        raise UnreadableError("is no address of a database, or its driver is not installed", address or None) from error
    try:
        connection = _connected(engine, address, patience)
        try:
            yield Source(address, connection, patience)
        finally:
            with suppress(sa.exc.SQLAlchemyError, OSError):  # the connection may be gone
                connection.rollback()
                connection.close()
    finally:
        engine.dispose()


def _connected(engine: sa.Engine, address: str, patience: float) -> sa.Connection:
    try:
        connection = engine.connect()
        begun(connection, patience)
    except (sa.exc.SQLAlchemyError, OSError) as error:
        raise _said(address, "the database cannot be reached, or not be set to read only", error) from None
    return connection


def _columns(result: Any) -> list[str]:
    """As the server names them: SQLAlchemy knows only what it was told of them."""
    return [str(each[0]) for each in result.cursor.description]


def _numbered(result: Any) -> Iterator[tuple[int, list[str | None]]]:
    for number, row in enumerate(result, start=1):
        yield number, [text_of_value(value) for value in row]


def _count(rows: object) -> int | None:
    return int(rows) if isinstance(rows, int | float) and rows >= 0 else None


def _said(address: str, what: str, error: BaseException) -> UnreadableError:
    return UnreadableError(f"{what} ({_kind(error)})", address)


def _kind(error: BaseException) -> str:
    """What sort of error it is: its message may hold values of rows."""
    orig = getattr(error, "orig", None) or error
    first = next(iter(orig.args), None)
    code = (
        first.get("C") if isinstance(first, dict) else getattr(first, "code", first)
    )  # pg8000's, oracledb's, PyMySQL's
    return next((meant for meant, codes in _MEANT.items() if code in codes), type(orig).__name__)
