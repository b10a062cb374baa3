"""How a session is told to read only, and how long a statement may take, for each database."""

from __future__ import annotations

import ssl
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy.engine import URL

from headwater.model.errors import UnreadableError

_READ_ONLY = {
    "postgresql": (
        "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
        "SET statement_timeout = {milliseconds}",
        "SET lock_timeout = 10000",
        "SET TRANSACTION READ ONLY",
    ),
    "mysql": (
        "SET SESSION TRANSACTION READ ONLY",
        "SET SESSION lock_wait_timeout = 10",
        "START TRANSACTION READ ONLY",
    ),
    "oracle": ("SET TRANSACTION READ ONLY",),
    "mssql": ("SET LOCK_TIMEOUT 10000",),
    "sqlite": ("PRAGMA query_only = ON",),
}
_MYSQL_PATIENCE = ("SET SESSION max_execution_time = {milliseconds}", "SET SESSION net_write_timeout = 600")
_MARIADB_PATIENCE = ("SET SESSION max_statement_time = {seconds}", "SET SESSION net_write_timeout = 600")
"""An old server, or another that speaks its protocol, may know no such bound; how long the driver waits holds anyway."""
_CONNECT_SECONDS = 20
_MODES = {"disable": False, "prefer": None, "require": True, "verify-ca": True, "verify-full": True}


def connecting(url: URL, patience: float) -> dict[str, Any]:
    """What the driver is given beside the address."""
    backend = url.get_backend_name()
    if backend == "postgresql" and url.get_driver_name() == "pg8000":
        named = {"timeout": patience + _CONNECT_SECONDS, "application_name": "headwater (reads only)"}
        return {"connect_args": named | _secrecy(url)}
    if backend == "mysql" and url.get_driver_name() == "pymysql":
        waits = {"connect_timeout": _CONNECT_SECONDS, "read_timeout": int(patience) + _CONNECT_SECONDS}
        return {"connect_args": waits | _mysql_secrecy(url)}
    if backend == "mssql" and url.get_driver_name() == "pytds":
        return {"connect_args": {"login_timeout": _CONNECT_SECONDS, "timeout": patience}}
    return {}


def _secrecy(url: URL) -> dict[str, Any]:
    """What pg8000 calls ``sslmode``. Without it TLS is used where the server offers it, whoever the server is."""
    mode = _mode(url)
    return {"ssl_context": ssl.create_default_context() if mode.startswith("verify") else _MODES[mode]}


def _mysql_secrecy(url: URL) -> dict[str, Any]:
    """What PyMySQL calls it: without a word of it, TLS is used where the server offers it."""
    mode = _mode(url)
    if mode in ("disable", "prefer"):
        return {"ssl_disabled": True} if mode == "disable" else {}
    context = ssl.create_default_context()
    if mode == "require":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return {"ssl": context}


def _mode(url: URL) -> str:
    mode = str(url.query.get("sslmode", "prefer"))
    if mode not in _MODES:
        raise UnreadableError(f"sslmode is one of {', '.join(_MODES)}")
    return mode


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
    dialect = connection.dialect
    told = {"milliseconds": int(patience * 1000), "seconds": patience}
    if dialect.name == "mysql":
        for words in _MARIADB_PATIENCE if getattr(dialect, "is_mariadb", False) else _MYSQL_PATIENCE:
            with suppress(sa.exc.SQLAlchemyError):
                connection.exec_driver_sql(words.format(**told))
    for words in _READ_ONLY.get(dialect.name, ()):
        connection.exec_driver_sql(words.format(**told))
    if dialect.name == "oracle":
        driver: Any = connection.connection.dbapi_connection
        driver.call_timeout = told["milliseconds"]
