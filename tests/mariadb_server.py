"""A real MariaDB for tests: made in a temporary folder, on loopback, thrown away afterwards.

    with MariadbServer() as server:
        server.run("CREATE TABLE crm.t (x INT)")
    server.statements("eve")      # every statement that this account sent, by the server's own log

Nobody but the superuser ``root`` has an account at first. Accounts come by TCP, with TLS where they want it; ``trusted`` is
the certificate of 127.0.0.1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pymysql
from tests.daemons import Daemon, free_port, program
from tests.imap_server import certificate

_SMALL = (
    "--innodb-buffer-pool-size=16M",
    "--innodb-flush-log-at-trx-commit=0",
    "--key-buffer-size=1M",
    "--skip-log-bin",
    "--skip-name-resolve",
)


@dataclass
class MariadbServer:
    """One server with an empty database ``crm``."""

    folder: Path = field(init=False)
    port: int = field(init=False)
    trusted: Path = field(init=False)

    @staticmethod
    def available() -> bool:
        """Whether this machine has a MariaDB server and what makes its first tables."""
        return bool(program("mariadbd") and program("mariadb-install-db") and program("my_print_defaults"))

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="hw-maria-"))
        self.port = free_port()
        try:
            self._make()
            self._daemon.__enter__()
            self.run("CREATE DATABASE crm CHARACTER SET utf8mb4")
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._daemon.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(self, *statements: str, database: str | None = None) -> list[tuple[Any, ...]]:
        """Run statements as the superuser, and give the rows of the last one."""
        with self._connected(database) as connection, connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            return list(cursor.fetchall())

    def insert(self, statement: str, rows: list[tuple[Any, ...]]) -> None:
        """Insert rows as the superuser."""
        with self._connected(None) as connection, connection.cursor() as cursor:
            cursor.executemany(statement, rows)

    def statements(self, user: str) -> list[str]:
        """What an account has sent, in order, as the server logged it."""
        told = self.run(
            "SELECT CONVERT(argument USING utf8mb4) FROM mysql.general_log"
            f" WHERE command_type IN ('Query', 'Prepare', 'Execute') AND user_host LIKE '{user}[%' ORDER BY event_time"
        )
        return [str(row[0]) for row in told]

    def _connected(self, database: str | None) -> Any:
        return pymysql.connect(
            unix_socket=str(self.folder / "socket"), user="root", database=database, autocommit=True, charset="utf8mb4"
        )

    def _make(self) -> None:
        owner = "nobody" if os.geteuid() == 0 else None  # the server does not run as root unless it is told to
        if owner:
            shutil.chown(self.folder, owner)
        self.trusted = certificate(self.folder)
        self.trusted.chmod(0o644)
        given = ["--no-defaults", f"--datadir={self.folder / 'data'}", *([f"--user={owner}"] if owner else [])]
        self._daemon = Daemon(
            [
                *(program("mariadbd") or "mariadbd", *given, *_SMALL),
                *(f"--socket={self.folder / 'socket'}", f"--pid-file={self.folder / 'pid'}"),
                *("--bind-address=127.0.0.1", f"--port={self.port}", "--general-log", "--log-output=TABLE"),
                *(f"--ssl-cert={self.trusted}", f"--ssl-key={self.trusted}"),
            ],
            self.folder,
            "ready for connections",
        )
        make = [
            program("mariadb-install-db") or "",
            *given,
            "--skip-test-db",
            "--auth-root-authentication-method=normal",
        ]
        with (self.folder / "made.log").open("wb") as log:
            subprocess.run(make, check=True, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
