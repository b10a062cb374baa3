"""Starts the process of a job in a session of its own, and ends it with all its children."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

import headwater

MARK = "HEADWATER_JOB"
"""In the environment of a job's process and of all its children: whose they are."""
LOCK = "HEADWATER_JOB_LOCK"
"""In the environment of a job's process: the descriptor that tells everybody that it runs."""


def launch(folder: Path, lock: int, environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start the work of the job in a folder. It holds ``lock`` until it ends, however it ends.

    A session of its own: the terminal's Ctrl-C and the end of the server do not reach it. Its output is thrown away: what
    an error says may hold what was read.
    """
    root = str(Path(headwater.__file__).resolve().parent.parent)
    own = {**os.environ, **environment}
    path = [root, *filter(None, own.get("PYTHONPATH", "").split(os.pathsep))]
    own |= {"PYTHONPATH": os.pathsep.join(path), MARK: folder.name, LOCK: str(lock)}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "headwater.console.jobs.work", str(folder)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        pass_fds=(lock,),
        env=own,
    )


def end(leader: int, job: str, number: signal.Signals) -> None:
    """Signal a job's process and its children; ``leader`` is its process, which must be known to run."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, number)
    sweep(job, number)


def sweep(job: str, number: signal.Signals = signal.SIGKILL) -> None:
    """Signal what is left of a job: processes that bear its mark, whatever became of the first one."""
    for process in _marked(job):
        with suppress(ProcessLookupError, PermissionError):
            os.kill(process, number)


def _marked(job: str) -> Iterator[int]:
    """Processes of this user that were started for a job; none where the system does not tell."""
    wanted = f"{MARK}={job}".encode()
    try:
        listed = [int(place.name) for place in Path("/proc").iterdir() if place.name.isdigit()]
    except OSError:
        return
    for process in listed:
        with suppress(OSError):
            if wanted in Path(f"/proc/{process}/environ").read_bytes().split(b"\0"):
                yield process
