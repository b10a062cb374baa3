"""How a session is told to read only, and how long a statement may take, for each database."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import URL

from headwater.model.errors import UnreadableError

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
_MODES = {"disable": False, "prefer": None, "require": True, "verify-ca": True, "verify-full": True}


def connecting(url: URL, patience: float) -> dict[str, Any]:
    """What the driver is given beside the address."""
    backend = url.get_backend_name()
    if backend == "postgresql" and url.get_driver_name() == "pg8000":
        named = {"timeout": patience + _CONNECT_SECONDS, "application_name": "headwater (reads only)"}
        return {"connect_args": named | _secrecy(url)}
    if backend in ("mysql", "mariadb"):
        return {"connect_args": {"connect_timeout": _CONNECT_SECONDS, "read_timeout": int(patience) + _CONNECT_SECONDS}}
    if backend == "mssql" and url.get_driver_name() == "pytds":
        return {"connect_args": {"login_timeout": _CONNECT_SECONDS, "timeout": patience}}
    return {}


def _secrecy(url: URL) -> dict[str, Any]:
    """What libpq calls ``sslmode``. Without it TLS is used where the server offers it, whoever the server is."""
    mode = url.query.get("sslmode", "prefer")
    if mode not in _MODES:
        raise UnreadableError(f"sslmode is one of {', '.join(_MODES)}")
    context = ssl.create_default_context() if str(mode).startswith("verify") else _MODES[mode]
    return {"ssl_context": context}


def only_there(url: URL) -> URL:
    """The address of a database that is a file, opened so that it is neither made nor changed; any other as it is.

    :raises UnreadableError: if there is no such file
    """
    if url.get_backend_name() != "sqlite" or not url.database or url.database.startswith((":", "file:")):
        return url
    if not Path(url.database).is_file():
        raise UnreadableError("there is no such file")
    return url.set(database=f"file:{quote(url.database)}", query={"mode": "ro", "uri": "true"})


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
