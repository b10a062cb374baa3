"""Workers that scan files side by side, each in a process of its own that is ended when it takes too much memory or time."""

from __future__ import annotations

import os
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from headwater.investigation.surveys.beginning import begin
from headwater.investigation.surveys.work import At, Done, File, Job, Setting, Sofar, serve
from headwater.model.exhibit import NotRead
from headwater.store.warm_server import CONTEXT, WarmServer

SERVER = WarmServer("headwater.investigation.surveys.warm")
TICK = 0.25
_PAGE = os.sysconf("SC_PAGE_SIZE")
_SLOWEST = 200_000
"""Bytes a second: a file that is read more slowly than this, its first seconds aside, hangs."""
_STARTING = 60.0  # seconds that a new process may take until it begins
_PIECES = 20  # so many times its time a file may take that goes on giving pieces: pictures of pages are read slowly
_ALL_FALLS = 20  # so many times its time the files of one exhibit that bring workers down may take


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one worker may take: megabytes of memory, and seconds for a file of no size."""

    memory_mb: int = 4096
    seconds: float = 120.0


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    line: Connection
    job: Job | None = None
    path: str = ""
    begun: float = 0.0
    deadline: float = 0.0


@dataclass(slots=True)
class _Course:
    """What came of an exhibit so far, of which some files may have brought workers down."""

    files: list[File] = field(default_factory=list)
    not_read: dict[NotRead, None] = field(default_factory=dict)
    allowed: Counter[int] = field(default_factory=Counter)
    fallen: list[NotRead] = field(default_factory=list)
    begun: float = field(default_factory=time.monotonic)

    def add(self, told: Sofar | Done) -> None:
        """Take what is done of it."""
        self.files += told.files
        self.not_read.update(dict.fromkeys(told.not_read))  # each worker tells again what cannot be opened
        self.allowed.update(told.allowed)

    def passed(self) -> frozenset[str]:
        """The files in it that are done or fell."""
        return frozenset([*(file.gathered.path for file in self.files), *(fallen.path for fallen in self.fallen)])

    def ended(self, whole: NotRead | None = None) -> Done:
        """All that came of it."""
        more = [*self.fallen, whole] if whole else self.fallen
        return Done(tuple(self.files), (*self.not_read, *more), self.allowed, given_up=bool(more))

    def again(self, job: Job) -> Job:
        """What is left of it, for another worker."""
        written = {place.name for file in self.files for place in (file.finds, file.lines) if place}
        return replace(job, skip=self.passed(), turn=len(self.fallen), kept=frozenset(written))


def crew(
    setting: Setting, jobs: Iterable[Job], size: int, bounds: Bounds, finished: Callable[[Job, Done], None]
) -> None:
    """Scan every file; ``finished`` is told of each when it is done, in no order."""
    waiting = deque(jobs)
    courses: dict[int, _Course] = {}
    workers: list[_Worker] = []
    try:
        while waiting or any(worker.job for worker in workers):
            workers = [worker for worker in workers if worker.job or _is_fit(worker)]
            while waiting and (len(workers) < size or any(worker.job is None for worker in workers)):
                idle = next((worker for worker in workers if worker.job is None), None)
                if idle is None:
                    idle = _hired(setting)
                    workers.append(idle)
                if not _begin(idle, waiting[0], bounds):
                    break
                waiting.popleft()
            wait([w.line for w in workers if w.job] + [w.process.sentinel for w in workers if w.job], TICK)
            for worker in [w for w in workers if w.job]:
                _look_after(worker, bounds, courses, waiting, finished)
    finally:
        for worker in workers:
            _let_go(worker)


def _is_fit(worker: _Worker) -> bool:
    """Whether a worker without a job can take another; one that has ended is let go."""
    if worker.process.is_alive():
        return True
    _let_go(worker)
    return False


def _hired(setting: Setting) -> _Worker:
    here, there = CONTEXT.Pipe()
    process = CONTEXT.Process(target=serve, args=(setting, there), daemon=True)
    begin(process, SERVER)
    there.close()
    return _Worker(process, here)


def _begin(worker: _Worker, job: Job, bounds: Bounds) -> bool:
    """Give a worker a file; ``False`` where it has ended since its last one."""
    try:
        worker.line.send(job)
    except OSError:
        worker.process.kill()
        worker.process.join()
        return False
    worker.job, worker.path = job, ""
    _come_to(worker, At(job.exhibit.path, job.exhibit.size), bounds.seconds + _STARTING)
    return True


def _come_to(worker: _Worker, at: At, seconds: float) -> None:
    """Each file has a time of its own, be it within another, and so has each piece of one, as a page is, to some end."""
    now, time_given = time.monotonic(), time_for(at.size, seconds)
    if at.path != worker.path:
        worker.path, worker.begun = at.path, now
    worker.deadline = min(now + time_given, worker.begun + _PIECES * time_given)


def time_for(size: int, seconds: float) -> float:
    """How many seconds a file of that size may take, ``seconds`` being what one of no size may."""
    return seconds + size / _SLOWEST


def _look_after(
    worker: _Worker,
    bounds: Bounds,
    courses: dict[int, _Course],
    waiting: deque[Job],
    finished: Callable[[Job, Done], None],
) -> None:
    job = worker.job
    assert job is not None
    course = courses.setdefault(job.number, _Course())
    ended = not worker.process.is_alive()  # asked before it is listened to: what it said last is then heard
    if _heard(worker, bounds, course):
        worker.job = None
        finished(job, courses.pop(job.number).ended())
        return
    reason = _fault(worker, bounds, ended)
    if reason is None:
        return
    _let_go(worker)
    worker.job = None
    whole = _is_over(worker, job, course, reason, bounds)
    if whole is not None:
        finished(job, courses.pop(job.number).ended(whole))
        return
    course.fallen.append(NotRead(worker.path, reason))
    waiting.appendleft(course.again(job))


def _is_over(worker: _Worker, job: Job, course: _Course, reason: str, bounds: Bounds) -> NotRead | None:
    """Why nothing more of an exhibit is read after a fall; ``None`` where it goes on after the file that fell."""
    path = job.exhibit.path
    if worker.path == path and not course.files and not course.fallen:
        return NotRead(path, reason)
    if worker.path == path or worker.path in course.passed():  # between two files: which is next, nobody knows
        return NotRead(path, f"{reason}; what it holds after what is told here was not read")
    if time.monotonic() - course.begun > _ALL_FALLS * time_for(job.exhibit.size, bounds.seconds):
        course.fallen.append(NotRead(worker.path, reason))
        count = len(course.fallen)
        return NotRead(
            path, f"{count} files in it brought their reader down or took too long; the rest of it was not read"
        )
    return None


def _heard(worker: _Worker, bounds: Bounds, course: _Course) -> bool:
    """Listen to a worker; whether it is done."""
    try:
        while worker.line.poll():
            told = worker.line.recv()
            if isinstance(told, At):
                _come_to(worker, told, bounds.seconds)
            else:
                course.add(told)
            if isinstance(told, Done):
                return True
    except (EOFError, OSError):
        return False
    return False


def _fault(worker: _Worker, bounds: Bounds, ended: bool) -> str | None:
    """Why a worker has to be let go; ``None`` where all is well."""
    if ended:
        return f"brought its reader down (exit {worker.process.exitcode}); the rest of the scan went on"
    if time.monotonic() > worker.deadline:
        return f"took longer than it may ({bounds.seconds:g} seconds and some for its size); it was given up"
    if megabytes(worker.process) > bounds.memory_mb:
        return f"needed more than {bounds.memory_mb:,} MB of memory; it was given up"
    return None


def megabytes(process: BaseProcess) -> float:
    """The memory that a process holds; 0 where the system does not tell."""
    try:
        told = Path(f"/proc/{process.pid}/statm").read_text("ascii").split()
    except OSError:
        return 0.0
    return (int(told[1]) - int(told[2])) * _PAGE / 1e6


def _let_go(worker: _Worker) -> None:
    worker.process.kill()
    worker.process.join()
    worker.line.close()
