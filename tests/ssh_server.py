"""A real SSH server (OpenSSH) for tests, which serves files by SFTP to whoever has the key of its folder.

with SshServer() as server:
    server.home               # with .ssh/id_ed25519 and .ssh/known_hosts: what a client's HOME is
    server.address            # sftp://USER@127.0.0.1:PORT/FOLDER
"""

from __future__ import annotations

import getpass
import shutil
import subprocess
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.daemons import Daemon, free_port, program


@dataclass
class SshServer:
    """One server; a client logs in as the account that runs the tests."""

    folder: Path = field(init=False)
    port: int = field(init=False)

    @staticmethod
    def available() -> bool:
        """Whether this machine has an SSH server, and it can be started here."""
        return bool(program("sshd") and program("ssh-keygen")) and (
            getpass.getuser() != "root" or Path("/run/sshd").is_dir()
        )

    @property
    def share(self) -> Path:
        return self.folder / "share"

    @property
    def home(self) -> Path:
        return self.folder / "home"

    @property
    def address(self) -> str:
        return f"sftp://{getpass.getuser()}@127.0.0.1:{self.port}{self.share}"

    @property
    def said(self) -> list[str]:
        """What the server says it was asked for."""
        return self._daemon.said.read_text("utf-8", "replace").splitlines()

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="hw-ssh-"))
        self.port = free_port()
        self.share.mkdir()
        keys = self.home / ".ssh"
        keys.mkdir(parents=True)
        for key in (self.folder / "host", keys / "id_ed25519"):
            make = [program("ssh-keygen") or "", "-q", "-t", "ed25519", "-N", "", "-f", str(key)]
            subprocess.run(make, check=True, stdin=subprocess.DEVNULL)
        host = (self.folder / "host.pub").read_text("ascii").rpartition(" ")[0]
        (keys / "known_hosts").write_text(f"[127.0.0.1]:{self.port} {host}\n", "ascii")
        told = {
            "Port": str(self.port),
            "ListenAddress": "127.0.0.1",
            "HostKey": str(self.folder / "host"),
            "AuthorizedKeysFile": str(keys / "id_ed25519.pub"),
            "PasswordAuthentication": "no",
            "PermitRootLogin": "prohibit-password",
            "StrictModes": "no",
            "UsePAM": "no",
            "PidFile": "none",
            "Subsystem": "sftp internal-sftp -R",  # it writes nothing, whatever it is asked
        }
        conf = self.folder / "sshd_config"
        conf.write_text("".join(f"{name} {value}\n" for name, value in told.items()), "utf-8")
        command = [program("sshd") or "", "-D", "-e", "-f", str(conf)]
        self._daemon = Daemon(command, self.folder, "Server listening on")
        try:
            self._daemon.__enter__()
        except BaseException:
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._daemon.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
