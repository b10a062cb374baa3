"""What a piece of work costs, measured in a process of its own so that its memory is its own."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from headwater.store.warm_server import CONTEXT, WarmServer

Work = Callable[[], int]
"""Does it, and gives the number of rows (lines, tokens) that it was done for."""

_SERVER = WarmServer("bench.warm")


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall and CPU seconds (all threads) of a piece of work, its rows, and the highest memory of its process."""

    rows: int
    wall: float
    cpu: float
    peak_mb: float

    @property
    def rate(self) -> float:
        """Rows a second on the wall's clock."""
        return self.rows / max(self.wall, 1e-9)


def over(ours: Cost, ceiling: Cost) -> dict[str, float]:
    """How many times the ceiling something costs, for each row, in CPU and in wall seconds."""
    each = max(ours.rows, 1) / max(ceiling.rows, 1)
    return {
        "cpu_ratio": ours.cpu / max(ceiling.cpu, 1e-6) / each,
        "wall_ratio": ours.wall / max(ceiling.wall, 1e-6) / each,
    }


def cost(task: str, *, repeat: int = 1, **arguments: Any) -> Cost:
    """The cheapest of some runs of ``module:function``, which prepares (uncounted) and gives the :data:`Work`."""
    runs: list[Cost] = [_in_process(task, arguments, timed) for _ in range(repeat)]
    return min(runs, key=lambda run: run.cpu)


def called(task: str, **arguments: Any) -> Any:
    """What a task gives that measures itself."""
    return _in_process(task, arguments, _as_it_is)


def _in_process(task: str, arguments: dict[str, Any], take: Callable[[Any], Any]) -> Any:
    """Run a task in a fresh fork of a process that has loaded the program and done nothing."""
    here, there = CONTEXT.Pipe(duplex=False)
    process = CONTEXT.Process(target=_run, args=(there, task, arguments, take))
    _SERVER.start(process)
    there.close()
    try:
        answer, fault = here.recv()
    except EOFError:
        answer, fault = None, "the process was killed"
    process.join()
    if fault:
        raise RuntimeError(f"{task} failed: {fault}")
    return answer


def _run(pipe: Connection, task: str, arguments: dict[str, Any], take: Callable[[Any], Any]) -> None:
    module, name = task.split(":")
    try:
        pipe.send((take(getattr(import_module(module), name)(**arguments)), ""))
    except Exception:
        pipe.send((None, traceback.format_exc()))


def _as_it_is(answer: Any) -> Any:
    return answer


def peak_mb() -> float:
    """The highest resident memory of this process so far, or since :func:`forget_peak`."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise OSError("this system does not tell a process's highest memory")


def forget_peak() -> None:
    """Let the highest memory be counted from now on (Linux)."""
    Path("/proc/self/clear_refs").write_text("5")


def timed(work: Work) -> Cost:
    """Do it once, by the clocks."""
    forget_peak()
    wall, cpu = time.perf_counter(), time.process_time()
    rows = work()
    return Cost(rows, time.perf_counter() - wall, time.process_time() - cpu, peak_mb())
