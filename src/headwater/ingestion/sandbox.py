"""A database in memory that can reach nothing: for conditions that a settings file brings along."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import duckdb
import sqlglot
from sqlglot import exp

from headwater.ingestion.kept import kept
from headwater.model.errors import HeadwaterError

_CONFIG: Mapping[str, str | bool | int] = MappingProxyType(
    {
        "enable_external_access": False,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "python_enable_replacements": False,
        "threads": 1,
    }
)
_REFUSED = (exp.Query, exp.Subquery, exp.Command, exp.Placeholder, exp.Parameter, exp.Star, exp.Window)


class ConditionError(HeadwaterError):
    """A condition is no condition on the columns of one row."""


@kept
def sandbox(zone: str) -> duckdb.DuckDBPyConnection:
    """Give a database without access to files, network, extensions or Python variables; its time zone is ``zone``."""
    connection = duckdb.connect(":memory:", config=dict(_CONFIG))
    connection.execute(f"SET TimeZone = {literal(zone)}")
    connection.execute("SET lock_configuration = true")
    return connection


def literal(value: str) -> str:
    """Write a text as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def quoted(name: str) -> str:
    """Write a name as an SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def parse_condition(text: str) -> exp.Expression:
    """Parse a row filter.

    :raises ConditionError: if it is no single expression, or reaches beyond the row
    """
    try:
        condition = sqlglot.parse_one(f"SELECT 1 WHERE ({text}\n)", dialect="duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise ConditionError("is no condition in SQL") from error
    where = condition.args.get("where")
    if not isinstance(condition, exp.Select) or where is None or set(_clauses(condition)) != {"expressions", "where"}:
        raise ConditionError("is no single condition in SQL")
    inner = where.this.unnest()
    if any(isinstance(node, _REFUSED) for node in inner.walk()):
        raise ConditionError("may only use the columns of one row")
    return inner


def _clauses(select: exp.Expression) -> list[str]:
    return [name for name, value in select.args.items() if value]


def column_names(condition: exp.Expression) -> list[str]:
    """Names of the columns in a condition; ``user.name`` is one name."""
    return sorted({_full_name(column) for column in condition.find_all(exp.Column)})


def with_columns(condition: exp.Expression, places: Mapping[str, str]) -> str:
    """Write a condition with other names for its columns."""

    def renamed(node: exp.Expression) -> exp.Expression:
        return exp.column(places[_full_name(node)], quoted=True) if isinstance(node, exp.Column) else node

    return str(condition.copy().transform(renamed).sql(dialect="duckdb"))


def _full_name(column: exp.Expression) -> str:
    return ".".join(part.name for part in column.parts) if isinstance(column, exp.Column) else column.name
