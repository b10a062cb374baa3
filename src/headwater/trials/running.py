"""Runs a suite: so many trials at a time, every step in a process of its own; what is done is not done again."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from headwater.store.keys import ENVIRONMENT
from headwater.trials import steps
from headwater.trials.digest import digest
from headwater.trials.errors import TrialsError
from headwater.trials.processes import Processes, Step
from headwater.trials.shelf import Ended, Shelf
from headwater.trials.suite import Suite, Trial

Watch = Callable[[Ended, int, int], None]
"""Told of every trial that ended, and how many are done of how many."""


def run_suite(suite: Suite, shelf: Shelf, jobs: int = 1, watch: Watch | None = None) -> None:
    """Run what is not done yet.

    A trial that fails is recorded as failed and leaves its work folder; the others go on. When this is interrupted, the
    processes that it started are ended, and what they were at is begun anew the next time.
    """
    waiting = [trial for trial in suite.trials if not shelf.done(trial)]
    done, processes = len(suite.trials) - len(waiting), Processes()
    threads = max(1, len(os.sched_getaffinity(0)) // jobs)
    with ThreadPoolExecutor(max_workers=jobs) as pool:
        try:
            runs = [_Run(trial, suite.minutes * 60, threads, shelf, processes) for trial in waiting]
            for future in as_completed([pool.submit(run.to_its_end) for run in runs]):
                done += 1
                if watch:
                    watch(future.result(), done, len(suite.trials))
        except BaseException:
            processes.stop()
            pool.shutdown(cancel_futures=True)
            raise


class _Run:
    """One trial on its way."""

    def __init__(self, trial: Trial, seconds: float, threads: int, shelf: Shelf, processes: Processes) -> None:
        self._trial, self._threads, self._shelf, self._processes = trial, threads, shelf, processes
        self._work, self._answers = shelf.work(trial), shelf.answers(trial)
        self._began = self._until = 0.0
        self._seconds = seconds
        self._stage, self._cpu, self._peak = "", 0.0, 0.0
        # a key that a second run has too: tokens may decide the order of equals
        self._environment = {ENVIRONMENT: hashlib.sha256(f"headwater trial {trial.id}".encode()).hexdigest()}

    def to_its_end(self) -> Ended:
        """Run all steps; the record says how it ended, however that was."""
        self._shelf.begin(self._trial)
        self._began = time.monotonic()
        self._until = self._began + self._seconds
        try:
            for days in self._trial.cuts or (None,):
                self._cut(days)
            self._step("comparing", steps.compare, self._trial, self._shelf, self._work / "workspace")
        except TrialsError as error:
            return self._close(self._stage, str(error))
        return self._close("", "")

    def _cut(self, days: int | None) -> None:
        """The world as it was known after so many days, and Headwater's answer to it."""
        name = f"day {days}" if days else "all"
        place = self._work / name.replace(" ", "-")
        self._step(f"making {name}", steps.make, self._trial, place / "case", days)
        found = (place / "case", place / "out", self._work / "workspace", self._threads)
        self._step(f"investigating {name}", steps.investigate, *found)
        self._answers.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(place / steps.TRUTH, self._answers / steps.TRUTH)
        shutil.copyfile(place / "out" / "result.json", steps.answer(self._trial, self._answers, days))
        if self._trial.evenings and days == self._trial.cuts[-1]:
            asked = (self._trial, place / "case", self._answers, self._work / "workspace", self._threads)
            self._step("replaying", steps.replay, *asked)
        shutil.rmtree(place)

    def _step(self, stage: str, step: Step, *given: Any) -> None:
        self._stage = stage
        said = self._work / f"{stage.replace(' ', '-')}.said"
        used = self._processes.run(said, max(0.0, self._until - time.monotonic()), self._environment, step, *given)
        self._cpu, self._peak = self._cpu + used.cpu, max(self._peak, used.peak_mb)

    def _close(self, stage: str, error: str) -> Ended:
        seconds, events = round(time.monotonic() - self._began, 1), _events(self._answers / steps.TRUTH)
        ended = Ended(
            self._trial.id,
            digest(self._trial),
            stage,
            error,
            seconds,
            round(self._cpu, 1),
            events,
            round(self._peak, 1),
        )
        self._shelf.close(self._trial, ended)
        return ended


def _events(truth: Path) -> int:
    house = json.loads(truth.read_text("utf-8")).get("house", {}) if truth.exists() else {}
    return sum(house.get("events", {}).values())
