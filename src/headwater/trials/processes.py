"""Runs steps in processes of their own: a fresh fork of a process that has loaded the program and done nothing.

So a step's memory and its end are its own, and it does not pay for the program's imports.
"""

from __future__ import annotations

import os
import resource
import sys
import threading
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from headwater.model.errors import HeadwaterError
from headwater.store.warm_server import CONTEXT, WarmServer
from headwater.trials.errors import TrialsError

_SERVER = WarmServer("headwater.trials.warm")

LAST_LINES = 20
Step = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Used:
    """What a step used: processor seconds, and the highest memory of its process in MB."""

    cpu: float
    peak_mb: float


class Processes:
    """The processes that were started here and have not ended."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._at_work: set[BaseProcess] = set()
        self._stopped = False

    def run(self, said: Path, seconds: float, environment: Mapping[str, str], step: Step, *given: Any) -> Used:
        """Run a step to its end; what it says goes into the file ``said``. Raises when it fails or takes too long."""
        here, there = CONTEXT.Pipe(duplex=False)
        process = CONTEXT.Process(target=_step, args=(there, said, dict(environment), step, given), daemon=True)
        with self._lock:
            if self._stopped:
                raise TrialsError("was stopped before it began")
            _SERVER.start(process)
            self._at_work.add(process)
        there.close()
        try:
            process.join(seconds)
            return _used(process, here.recv() if process.exitcode == 0 and here.poll() else None, said)
        finally:
            here.close()
            process.kill()
            process.join()
            with self._lock:
                self._at_work.discard(process)

    def stop(self) -> None:
        """End every process that was started here, and start no other."""
        with self._lock:
            self._stopped = True
            for process in self._at_work:
                process.kill()


def _used(process: BaseProcess, told: Used | None, said: Path) -> Used:
    if told is not None:
        return told
    how = "took too long" if process.exitcode is None else f"ended with {process.exitcode}"
    lines = said.read_text("utf-8", errors="replace").splitlines() if said.exists() else []
    raise TrialsError("\n".join([*lines[-LAST_LINES:], how]))


def _step(pipe: Any, said: Path, environment: Mapping[str, str], step: Step, given: tuple[Any, ...]) -> None:
    """What a process does. Nothing of it reaches the terminal."""
    with said.open("wb") as file:
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    sys.stdout = os.fdopen(1, "w", encoding="utf-8", closefd=False)
    sys.stderr = os.fdopen(2, "w", encoding="utf-8", closefd=False)
    os.environ.update(environment)
    try:
        step(*given)
    except SystemExit as end:
        if end.code:
            raise
    except HeadwaterError as error:
        print(f"headwater: {error}", file=sys.stderr)
        sys.exit(1)
    except Exception:
        traceback.print_exc()
        sys.exit(1)
    used = resource.getrusage(resource.RUSAGE_SELF)
    pipe.send(Used(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024))
