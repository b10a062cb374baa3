"""A real PostgreSQL with pgaudit for tests: made in a temporary folder, on loopback, thrown away afterwards.

    with PostgresServer({"pgaudit.log": "read,write"}) as server:
        server.run("create table t (x int)")
        server.run("select * from t", user="u1011")
    text = server.csvlog_path.read_text()      # complete once the server has stopped; the folder goes with `remove()`

Every role logs in over TCP with the password ``made`` (scram); the superuser ``postgres`` too.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

PASSWORD = "made"
_BASE = {
    "listen_addresses": "127.0.0.1",
    "shared_preload_libraries": "pgaudit",
    "logging_collector": "on",
    "log_destination": "stderr,csvlog",
    "log_directory": "log",
    "log_filename": "postgresql.log",
    "log_connections": "on",
    "log_disconnections": "on",
    "log_line_prefix": "%m [%p] %q%u@%d ",
    "log_timezone": "Asia/Shanghai",
    "timezone": "Asia/Shanghai",
    "lc_messages": "C",
    "fsync": "off",
    "shared_buffers": "16MB",
    "max_connections": "20",
}


def _binaries() -> Path | None:
    """The folder of the newest server that has pgaudit beside it."""
    found = [
        p
        for p in Path("/usr/lib/postgresql").glob("*/bin")
        if (p / "initdb").exists() and (p.parent / "lib" / "pgaudit.so").exists()
    ]
    return max(found, key=lambda p: int(p.parent.name), default=None)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class PostgresServer:
    """One server; ``settings`` are added to (and win over) the base settings above."""

    settings: Mapping[str, str] = field(default_factory=dict)
    database: str = "crm"
    folder: Path = field(init=False)
    port: int = field(init=False)

    @staticmethod
    def available() -> bool:
        """Whether this machine has a PostgreSQL with pgaudit."""
        return _binaries() is not None

    @property
    def csvlog_path(self) -> Path:
        return self.folder / "data" / "log" / "postgresql.csv"

    @property
    def stderr_path(self) -> Path:
        return self.folder / "data" / "log" / "postgresql.log"

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="hw-pg-"))
        self.port = _free_port()
        if os.geteuid() == 0:
            shutil.chown(self.folder, "postgres", "postgres")
        self._make()
        self._as_server("pg_ctl", "start", "-w", "-D", "data", "-l", "start.log")
        self.run(f"create database {self.database}", database="postgres")
        self.run("create extension pgaudit")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the server; its logs are then complete. The folder stays until :meth:`remove`."""
        self._as_server("pg_ctl", "stop", "-w", "-m", "fast", "-D", "data")

    def remove(self) -> None:
        """Throw the folder away."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def run(
        self,
        sql: str,
        *,
        user: str = "postgres",
        database: str | None = None,
        application: str = "psql",
        password: str = PASSWORD,
        check: bool = True,
    ) -> str:
        """Run statements through psql (one session) and give what they print, unaligned."""
        return self._client(
            ["psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"],
            sql,
            user,
            database or self.database,
            application,
            password,
            check,
        )

    def run_with_parameters(self, sql: str, values: Mapping[str, str], *, user: str = "postgres") -> None:
        """Run one statement by the extended protocol: ``:name`` in it becomes a bind parameter."""
        script = self.folder / "script.sql"
        script.write_text(sql + "\n", encoding="utf-8")
        given = [f"-D{name}={value}" for name, value in values.items()]
        command = ["pgbench", "-n", "-M", "extended", "-c", "1", "-t", "1", "-f", str(script), *given]
        self._client(command, "", user, self.database, "pgbench", PASSWORD, check=True)

    def _client(
        self,
        command: list[str],
        sql: str,
        user: str,
        database: str,
        application: str,
        password: str,
        check: bool,
    ) -> str:
        bin_folder = _binaries()
        assert bin_folder is not None
        env = {
            "PATH": str(bin_folder),
            "PGHOST": "127.0.0.1",
            "PGPORT": str(self.port),
            "PGUSER": user,
            "PGDATABASE": database,
            "PGPASSWORD": password,
            "PGAPPNAME": application,
            "PGCLIENTENCODING": "UTF8",
        }
        done = subprocess.run(
            [str(bin_folder / command[0]), *command[1:]], input=sql, env=env, text=True, capture_output=True
        )
        if check and done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout

    def _make(self) -> None:
        secret = self.folder / "password"
        secret.write_text(PASSWORD, encoding="ascii")
        secret.chmod(0o644)
        self._as_server(
            "initdb", "-D", "data", "-U", "postgres", "-A", "scram-sha-256", "--pwfile", "password",
            "-E", "UTF8", "--locale", "C", "--no-sync",
        )  # fmt: skip
        given = {
            **_BASE,
            "port": str(self.port),
            "unix_socket_directories": str(self.folder),
            **self.settings,
        }
        lines = "".join(f"{name} = '{value}'\n" for name, value in given.items())
        conf = self.folder / "data" / "postgresql.conf"
        conf.write_text(conf.read_text(encoding="utf-8") + lines, encoding="utf-8")

    def _as_server(self, *command: str) -> None:
        """Run a server tool as a user that is not root: PostgreSQL refuses root."""
        bin_folder = _binaries()
        assert bin_folder is not None, "no PostgreSQL with pgaudit on this machine"
        root = os.geteuid() == 0
        with (self.folder / "tools.log").open("ab") as log:
            subprocess.run(
                [str(bin_folder / command[0]), *command[1:]],
                cwd=self.folder,
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                user="postgres" if root else None,
                group="postgres" if root else None,
                env={"PATH": f"{bin_folder}:/usr/bin:/bin", "LC_ALL": "C"},
            )
