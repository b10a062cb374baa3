"""A command as a child: its seconds on both clocks with those of its own children, and the most memory all of them held at once."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_EVERY = 0.1


@dataclass(frozen=True, slots=True)
class Child:
    """What a command cost, and what it printed."""

    wall: float
    cpu: float
    peak_mb: float
    out: str = field(repr=False)


def run(command: Sequence[str], more: Mapping[str, str] | None = None) -> Child:
    """Run a command to its end; one that fails is an error that shows its last lines."""
    root = Path(__file__).parent.parent
    way = os.pathsep.join([str(root / "src"), str(root)])
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as fault:
        start = time.perf_counter()
        child = subprocess.Popen(
            command, stdout=out, stderr=fault, env={**os.environ, "PYTHONPATH": way, **(more or {})}
        )
        peak = _Peak(child.pid)
        _, status, used = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
        most, sampled = peak.end()
        out.seek(0), fault.seek(0)
        if child.returncode:
            raise RuntimeError(f"{command[:4]} ended with {child.returncode}: {fault.read()[-2000:].decode()}")
        return Child(
            wall, max(used.ru_utime + used.ru_stime, sampled), max(most, used.ru_maxrss / 1024), out.read().decode()
        )


class _Peak:
    """Looks at a process and what descends from it, ten times a second; pages that several share count once (PSS).

    Seconds are looked at too: what a server of forks has started is nobody's child to wait for.
    """

    def __init__(self, pid: int) -> None:
        self._pid, self._most, self._end = pid, 0.0, threading.Event()
        self._seconds: dict[int, float] = {}
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def end(self) -> tuple[float, float]:
        """The most MB so far, and the seconds of all of them; ends the watch."""
        self._end.set()
        self._thread.join()
        return self._most, sum(self._seconds.values())

    def _watch(self) -> None:
        while not self._end.wait(_EVERY):
            family = _family(self._pid)
            self._most = max(self._most, sum(_pss(pid) for pid in family) / 1024)
            self._seconds.update({pid: seconds for pid in family if (seconds := _seconds(pid))})


def _seconds(pid: int) -> float:
    """What a process itself has used, without its children."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _family(pid: int) -> list[int]:
    found, new = [pid], [pid]
    while new:
        new = [child for parent in new for child in _children(parent)]
        found += new
    return found


def _children(pid: int) -> list[int]:
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for thread in threads for child in (thread / "children").read_text().split()]
    except OSError:
        return []


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
