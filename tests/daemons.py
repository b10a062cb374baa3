"""A server program that a test starts as a process of its own, and ends: it is ready when it says so."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self

PLACES = "/usr/sbin:/usr/bin:/sbin:/bin"


def program(*names: str) -> str | None:
    """Where the first of these programs is that this machine has; ``None`` where it has none."""
    return next((found for name in names if (found := shutil.which(name, path=PLACES))), None)


def free_port() -> int:
    """A port of the loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Daemon:
    """One process; what it says is in ``folder / "said.log"``. ``ready`` is what it says when it can be asked."""

    def __init__(
        self, command: Sequence[str], folder: Path, ready: str, environment: Mapping[str, str] | None = None
    ) -> None:
        self.command, self.folder, self.ready = command, folder, ready
        self.environment = environment
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def said(self) -> Path:
        return self.folder / "said.log"

    def __enter__(self) -> Self:
        self.process = subprocess.Popen(
            self.command,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # some end their whole group with themselves
            env={"PATH": PLACES, "LC_ALL": "C", **(self.environment or {})},
        )
        listening = threading.Event()
        self.listener = threading.Thread(target=self._listen, args=(listening,), daemon=True)
        self.listener.start()
        if not listening.wait(60) or self.process.poll() is not None:
            self.stop()
            raise RuntimeError(f"{self.command[0]} did not start:\n{self.said.read_text('utf-8', 'replace')}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """End the process if it runs, and wait until it has ended."""
        if self.process is None:
            return
        below = _below(self.process.pid)
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        for each in below:  # some leave a process for each connection behind
            with suppress(ProcessLookupError, PermissionError):
                os.kill(each, signal.SIGKILL)
        self.listener.join(30)
        if self.process.stdout:
            self.process.stdout.close()

    def _listen(self, listening: threading.Event) -> None:
        assert self.process
        assert self.process.stdout
        with self.said.open("wb") as log:
            for line in self.process.stdout:
                log.write(line)
                log.flush()
                if self.ready.encode() in line:
                    listening.set()
        listening.set()


def _below(process: int) -> list[int]:
    """The processes that a process has started, and those that they have."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = int(stat.read_text("utf-8", "replace").rpartition(")")[2].split()[1])
            parents.setdefault(parent, []).append(int(stat.parent.name))
    found = parents.get(process, [])
    return found + [each for child in found for each in _below(child)]
