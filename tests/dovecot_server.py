"""A real IMAP server (Dovecot) for tests: one account's Maildir, by TLS on loopback, thrown away afterwards.

with DovecotServer() as server:
    server.deliver("INBOX", [b"Subject: ...\\r\\n\\r\\n..."])
server.commands()      # what clients sent, as the server took it down
"""

from __future__ import annotations

import getpass
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.daemons import Daemon, free_port, program
from tests.imap_server import certificate

USER = "eve@example.com"
_CONF = """
base_dir = {folder}/run
state_dir = {folder}/run
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
ssl = required
ssl_cert = <{pem}
ssl_key = <{pem}
auth_failure_delay = 0 secs
auth_mechanisms = plain
default_internal_user = {internal}
default_internal_group = {group}
default_login_user = {login}
first_valid_uid = 1
first_valid_gid = 1
rawlog_dir = {folder}/raw
mail_location = maildir:{folder}/mail
passdb {{
  driver = passwd-file
  args = scheme=PLAIN username_format=%u {folder}/users
}}
userdb {{
  driver = static
  args = uid={owner} gid={owner_group} home={folder}
}}
namespace inbox {{
  inbox = yes
  separator = /
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {secure}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
service stats {{
  chroot =
}}
"""


@dataclass
class DovecotServer:
    """One server; ``port`` goes over to TLS by STARTTLS, ``secure`` begins with it; ``trusted`` is the certificate of both."""

    password: str = "hunter2"
    folder: Path = field(init=False)
    port: int = field(init=False)
    secure: int = field(init=False)
    trusted: Path = field(init=False)

    @staticmethod
    def available() -> bool:
        """Whether this machine has a Dovecot whose settings are those written here (2.3)."""
        found = program("dovecot")
        if not found or not Path("/usr/lib/dovecot/imap").exists():
            return False
        return subprocess.run([found, "--version"], capture_output=True, text=True).stdout.startswith("2.3.")

    def __enter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="hw-mail-"))
        self.folder.chmod(0o755)
        self.port, self.secure = free_port(), free_port()
        self.trusted = certificate(self.folder)
        conf = self.folder / "dovecot.conf"
        conf.write_text(_CONF.format(**self._places()), encoding="utf-8")
        (self.folder / "users").write_text(f"{USER}:{{PLAIN}}{self.password}\n", encoding="utf-8")
        for name in ("mail", "raw", "run"):
            (self.folder / name).mkdir()
        self._owned()
        self._daemon = Daemon([program("dovecot") or "", "-F", "-c", str(conf)], self.folder, "starting up")
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

    def deliver(self, written: str, messages: Iterable[bytes]) -> None:
        """Lay messages into a folder, which is named as it is written on the wire (``&XfJT0ZAB-``)."""
        place = self.folder / "mail" / ("" if written == "INBOX" else f".{written.replace('/', '.')}")
        for part in ("cur", "new", "tmp"):
            (place / part).mkdir(parents=True, exist_ok=True)
        for number, message in enumerate(messages):
            (place / "new" / f"{1700000000 + number}.M{number}.made").write_bytes(message)
        self._owned()

    def kick(self) -> None:
        """End every connection of the account."""
        kick = [program("doveadm") or "", "-c", str(self.folder / "dovecot.conf"), "kick", USER]
        subprocess.run(kick, check=True, capture_output=True)

    def files(self) -> set[Path]:
        """The messages, whose names in a Maildir tell their flags and whether anybody has seen them there."""
        return {each for part in ("cur", "new") for each in (self.folder / "mail").rglob(f"{part}/*")}

    def commands(self) -> list[str]:
        """What clients sent after they had logged in, without their tags."""
        lines = [
            line for each in sorted((self.folder / "raw").rglob("*.in")) for line in each.read_bytes().splitlines()
        ]
        return [line.decode("utf-8", "replace").split(" ", 2)[-1] for line in lines]

    def _places(self) -> dict[str, str]:
        root = os.geteuid() == 0
        me = getpass.getuser()
        return {
            "folder": str(self.folder),
            "pem": str(self.trusted),
            "port": str(self.port),
            "secure": str(self.secure),
            "internal": "dovecot" if root else me,
            "group": "dovecot" if root else str(os.getegid()),
            "login": "dovenull" if root else me,
            "owner": "nobody" if root else str(os.geteuid()),
            "owner_group": "nogroup" if root else str(os.getegid()),
        }

    def _owned(self) -> None:
        if os.geteuid() == 0:
            for place in ("mail", "raw"):
                for each in (self.folder / place, *(self.folder / place).rglob("*")):
                    shutil.chown(each, "nobody", "nogroup")
