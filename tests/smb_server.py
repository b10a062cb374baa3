"""A real Samba for tests: one share of a folder, as a process of its own on a high port of the loopback.

with SmbServer() as server:
    (server.share / "a.csv").write_bytes(b"...")
    server.address            # smb://USER@127.0.0.1:PORT/share
"""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.daemons import Daemon, free_port, program

_FOLDERS = {"private dir": "private", "lock directory": "lock", "state directory": "state", "cache directory": "cache"}
_FOLDERS |= {"pid directory": "pid", "ncalrpc dir": "run"}


@dataclass
class SmbServer:
    """One server; files are seen with the rights that ``user`` has on the disk, which is no superuser."""

    password: str = "hunter2"
    writable: bool = True
    folder: Path = field(init=False)
    port: int = field(init=False)
    user: str = field(init=False)

    @staticmethod
    def available() -> bool:
        """Whether this machine has Samba."""
        return bool(program("smbd") and program("pdbedit"))

    @property
    def share(self) -> Path:
        """The folder that is shared."""
        return self.folder / "share"

    @property
    def address(self) -> str:
        return f"smb://{self.user}@127.0.0.1:{self.port}/share"

    @property
    def said(self) -> list[str]:
        """What the server says it was asked for."""
        return self._daemon.said.read_text("utf-8", "replace").splitlines()

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="hw-smb-"))
        self.folder.chmod(0o755)
        self.port = free_port()
        self.user = "nobody" if os.geteuid() == 0 else getpass.getuser()
        self.share.mkdir()
        for name in _FOLDERS.values():
            (self.folder / name).mkdir()
        self.share.chmod(0o777)
        conf = self._conf()
        add = [program("pdbedit") or "", "-s", str(conf), "-a", "-t", "-u", self.user]
        secret = f"{self.password}\n" * 2
        try:
            subprocess.run(add, input=secret, text=True, check=True, capture_output=True)
            command = [program("smbd") or "", "-F", "--no-process-group", "--debug-stdout", "-s", str(conf)]
            self._daemon = Daemon(command, self.folder, "waiting for connections")
            self._daemon.__enter__()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._daemon.stop()
        for place in self.share.iterdir():
            place.chmod(0o700)
        shutil.rmtree(self.folder, ignore_errors=True)

    def closed(self, *places: Path) -> None:
        """Let ``user`` neither read these files nor list these folders."""
        for place in places:
            place.chmod(0o600 if os.geteuid() == 0 else 0)

    def _conf(self) -> Path:
        told = {
            "workgroup": "MADE",
            "server role": "standalone server",
            "smb ports": str(self.port),
            "bind interfaces only": "yes",
            "interfaces": "lo",
            "passdb backend": f"tdbsam:{self.folder / 'private' / 'passdb.tdb'}",
            "load printers": "no",
            "disable spoolss": "yes",
            "log level": "2",
            "max log size": "0",
            **{name: str(self.folder / place) for name, place in _FOLDERS.items()},
        }
        share = {"path": str(self.share), "read only": "no" if self.writable else "yes"}
        lines = [
            "[global]",
            *(f"{k} = {v}" for k, v in told.items()),
            "[share]",
            *(f"{k} = {v}" for k, v in share.items()),
        ]
        conf = self.folder / "smb.conf"
        conf.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return conf
