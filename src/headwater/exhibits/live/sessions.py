"""How a session is told to read only, and how long a statement may take, for each database."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import URL

_BEGIN = {
    "postgresql": (
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        "SET statement_timeout = {milliseconds}",
        "SET lock_timeout = 10000",
        "SET TRANSACTION READ ONLY",
    ),
    "mysql": (
        "SET SESSION TRANSACTION READ ONLY",
        "SET SESSION lock_wait_timeout = 10",
        "SET SESSION max_execution_time = {milliseconds}",
        "START TRANSACTION READ ONLY",
    ),
    "mariadb": (
        "SET SESSION TRANSACTION READ ONLY",
        "SET SESSION lock_wait_timeout = 10",
        "SET SESSION max_statement_time = {seconds}",
        "START TRANSACTION READ ONLY",
    ),
    "oracle": ("SET TRANSACTION READ ONLY",),
    "mssql": ("SET LOCK_TIMEOUT 10000",),
    "sqlite": ("PRAGMA query_only = ON",),
}
_CONNECT_SECONDS = 20


def connecting(url: URL, patience: float) -> dict[str, Any]:
    """What the driver is given beside the address."""
    backend = url.get_backend_name()
    if backend == "postgresql" and url.get_driver_name() == "pg8000":
        return {"connect_args": {"timeout": patience + _CONNECT_SECONDS, "application_name": "headwater (reads only)"}}
    if backend in ("mysql", "mariadb"):
        return {"connect_args": {"connect_timeout": _CONNECT_SECONDS, "read_timeout": int(patience) + _CONNECT_SECONDS}}
    if backend == "mssql" and url.get_driver_name() == "pytds":
        return {"connect_args": {"login_timeout": _CONNECT_SECONDS, "timeout": patience}}
    return {}


def begun(connection: sa.Connection, patience: float = 600.0) -> None:
    """Begin a transaction that can write nothing.

    :raises sqlalchemy.exc.SQLAlchemyError: if the database refuses
    """
    told = {"milliseconds": int(patience * 1000), "seconds": int(patience)}
    for words in _BEGIN.get(connection.dialect.name, ()):
        connection.exec_driver_sql(words.format(**told))
    if connection.dialect.name == "oracle":
        driver: Any = connection.connection.dbapi_connection
        driver.call_timeout = told["milliseconds"]
