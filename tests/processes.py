"""Runs the program in processes of its own, which can be killed, without paying for its imports each time.

A server process (``multiprocessing``'s fork server) has imported the program; every run is a fresh fork of it.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import IO

from headwater.store.warm_server import CONTEXT, WarmServer

KEY = "5a" * 32
OTHER_KEY = "c3" * 32
QUICK_JAVA = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m -XX:+UseSerialGC"
"""``JDK_JAVA_OPTIONS`` of a short run of Spark: not worth compiling twice. With one compiler Java gives compiled code a
fifth of the room that Spark takes, and then compiles no more, unless it is told to give more."""
LAUNCHER = WarmServer("tests.warm", "tests.processes")


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended, and what it said."""

    code: int | None
    out: bytes
    err: bytes


def headwater(
    said: Path, *arguments: str | Path, key: str = KEY, environment: Mapping[str, str] | None = None
) -> Ended:
    """Run the command line to its end; what it says is kept in the folder ``said``."""
    process = start(said, *arguments, key=key, environment=environment)
    process.join()
    return Ended(process.exitcode, (said / "stdout").read_bytes(), (said / "stderr").read_bytes())


def start(
    said: Path,
    *arguments: str | Path,
    key: str = KEY,
    dies_at: int = 0,
    environment: Mapping[str, str] | None = None,
) -> BaseProcess:
    """Start the command line. With ``dies_at`` it kills itself (SIGKILL) before that change to its workspace."""
    said.mkdir(parents=True, exist_ok=True)
    process = CONTEXT.Process(
        target=_run,
        args=(said, [str(a) for a in arguments], {"HEADWATER_TOKEN_KEY": key, **(environment or {})}, dies_at),
    )
    LAUNCHER.start(process)
    return process


def killed(process: BaseProcess, after: float) -> bool:
    """Kill a run (SIGKILL) when so many seconds have passed; whether it was still running."""
    process.join(timeout=after)
    process.kill()
    process.join()
    return process.exitcode == -signal.SIGKILL


def _run(said: Path, arguments: list[str], environment: Mapping[str, str], dies_at: int) -> None:
    for name, number in (("stdout", 1), ("stderr", 2)):
        with (said / name).open("wb") as file:
            os.dup2(file.fileno(), number)
    sys.stdout, sys.stderr = _text(1), _text(2)
    os.environ.update(environment)
    sys.argv = ["headwater", *arguments]
    if dies_at:
        _die_at(dies_at)
    from headwater.cli.main import main

    try:
        main()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()


def _text(descriptor: int) -> IO[str]:
    return os.fdopen(descriptor, "w", encoding="utf-8", closefd=False)


def _die_at(change: int) -> None:
    """Kill this process before its n-th change of a file's name or place: between a part and the row that counts it."""
    left = change

    def hook(event: str, _details: tuple[object, ...]) -> None:
        nonlocal left
        if event in {"os.rename", "os.remove", "os.mkdir", "os.link"}:
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
