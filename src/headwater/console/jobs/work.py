"""The process of one job: ``python -m headwater.console.jobs.work FOLDER``. It ends when the work is done, or is ended by a signal."""

from __future__ import annotations

import os
import sys
import time
import traceback
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from headwater.console.jobs.job import Job, State, asked, state_of, state_plain
from headwater.console.jobs.keeping import read, write
from headwater.console.jobs.kind import Step
from headwater.console.jobs.known import kind
from headwater.console.jobs.processes import LOCK
from headwater.model.errors import HeadwaterError, StoreError
from headwater.model.words import Text

OFTEN = 0.4
"""Seconds between two words on how far it is."""
BUSY = timedelta(seconds=15)
"""After so long a workspace that another program uses is tried again."""
NICE = 5
"""Pages come before jobs."""

FINISHED = Text("Done.", "已完成。")
WAITS = Text("Another program is using the workspace; tried again soon.", "另有程序正在使用该工作区，稍后重试。")


class Telling:
    """Writes how far a job is into its folder; the one writer while it runs."""

    def __init__(self, folder: Path, job: Job, steps: tuple[Step, ...]) -> None:
        self.job = job
        self.state = replace(job.state, steps=tuple(s.said for s in steps))
        self._file, self._steps, self._last = folder / "state.json", steps, 0.0

    def step(self, number: int) -> None:
        """Begin a step."""
        self.state = replace(self.state, step=number, said=self._steps[number].said)
        self._say(0, 0, self._steps[number].said, at_once=True)

    def tell(self, done: int, total: int, said: Text | None = None) -> None:
        """So much of the step is done."""
        self._say(done, total, said or self._steps[self.state.step].said, at_once=False)

    def finish(self, state: State) -> None:
        """The last word."""
        self.state = state
        write(self._file, state_plain(state), surely=True)

    def _say(self, done: int, total: int, said: Text, *, at_once: bool) -> None:
        now = time.monotonic()
        if not at_once and now - self._last < OFTEN:
            return
        self._last = now
        within = min(1.0, done / total) if total else 0.0
        weights = [s.weight for s in self._steps]
        share = (sum(weights[: self.state.step]) + within * weights[self.state.step]) / (sum(weights) or 1.0)
        self.state = replace(self.state, done=done, total=total, share=max(self.state.share, share), said=said)
        with suppress(OSError):  # a full disk: that nobody hears how far it is does not end the work
            write(self._file, state_plain(self.state))


def main(folder: Path) -> int:
    """Do the work of the job in a folder; 0 when it is done."""
    os.umask(0o077)
    lock = os.environ.get(LOCK, "")
    if lock.isdigit():
        os.set_inheritable(int(lock), False)  # children that outlive this process must not seem to be it
    (folder / "process").write_text(str(os.getpid()), "ascii")
    if (
        folder / "cancel"
    ).exists():  # who cancels writes that first and reads our number then: one of us sees the other
        return 1
    with suppress(OSError):
        os.nice(NICE)
    told, stood = read(folder / "job.json"), read(folder / "state.json")
    if told is None or stood is None:
        return 2
    job = asked(told, state_of(stood))
    return _done(folder, job)


def _done(folder: Path, job: Job) -> int:
    telling = Telling(folder, job, ())
    try:
        work = kind(job.kind)
        telling = Telling(folder, job, work.steps)
        telling.step(0)
        outcome = work.run(telling)
    except StoreError as error:
        if "another run is using this workspace" in str(error):
            after = datetime.now(UTC) + BUSY
            telling.finish(replace(telling.state, status="waiting", attempt=0, after=after, said=WAITS))
            return 3
        telling.finish(_failed(telling.state, error, job))
        return 1
    except Exception as error:  # whatever goes wrong in a job is shown as its end; the server knows nothing else of it
        if not (folder / "cancel").exists():  # else the server says so: a child was ended a moment before us
            telling.finish(_failed(telling.state, error, job))
        return 1
    telling.finish(_finished(telling.state, outcome))
    return 0


def _finished(state: State, outcome: Mapping[str, Any]) -> State:
    return replace(state, status="done", ended=datetime.now(UTC), share=1.0, said=FINISHED, outcome=outcome)


def _failed(state: State, error: Exception, job: Job) -> State:
    """How it failed. Errors of our own hold no raw value; of another one its kind alone is told, and where it came from."""
    if isinstance(error, HeadwaterError):
        from headwater.store.casebook.entering import (
            LONGEST,
            masked,
        )  # takes a while, which work that succeeds need not wait

        why = masked(_without_folders(str(error), job)[:LONGEST])
        said = Text(f"Could not be done: {why}", f"未能完成：{why}")
        return replace(state, status="failed", ended=datetime.now(UTC), said=said)
    said = Text(
        f"Failed ({type(error).__name__}). What was read until then is kept.",
        f"出错（{type(error).__name__}）。此前读入的内容均已保留。",
    )
    frames = traceback.extract_tb(error.__traceback__)
    trace = tuple(f"{Path(f.filename).name}:{f.lineno} {f.name}" for f in frames)
    return replace(state, status="failed", ended=datetime.now(UTC), said=said, trace=trace)


def _without_folders(said: str, job: Job) -> str:
    """An error's words without the folders of this machine, which are nobody's business who looks at a case."""
    for folder, name in ((job.workspace, "workspace"), (job.case_folder, "case"), (job.out, "out")):
        said = said.replace(str(folder), name) if folder is not None else said
    return said


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
