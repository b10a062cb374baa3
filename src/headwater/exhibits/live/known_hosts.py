"""Whose keys are trusted over SSH: those that the user or the machine has met; no password goes to anybody else."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path
from typing import Any

PLACES = ("~/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts")


class UnknownHostError(OSError):
    """The server's key is not the one that is known of it."""


@cache
def policy() -> type:
    """What Paramiko asks about a server's key; one class for a process, for connections are kept by it.

    :raises ImportError: if Paramiko is not installed
    """
    paramiko: Any = importlib.import_module("paramiko")

    class KnownHostsOnly(paramiko.MissingHostKeyPolicy):  # type: ignore[misc]
        """Refuses every key that stands in no file of known hosts."""

        def missing_host_key(self, client: object, hostname: str, key: object) -> None:
            """Let a key that is known pass."""
            known = paramiko.HostKeys()
            for place in map(Path.expanduser, map(Path, PLACES)):
                if place.is_file():
                    known.load(str(place))
            if not known.check(hostname, key):
                raise UnknownHostError

    return KnownHostsOnly
