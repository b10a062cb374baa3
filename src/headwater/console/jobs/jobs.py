"""Jobs of one server: long work as processes of their own, one at a time on a workspace, whose state is files.

Nothing is held in memory that a restart would lose: a folder for each job has what was asked (``job.json``), how far it is
(``state.json``), that it is to end (``cancel``), and a lock that its process holds while it lives. So a server that is
started anew finds what still runs, and takes up what was cut.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import Popen
from threading import Event, Thread
from typing import Any

from headwater.console.jobs import known as kinds
from headwater.console.jobs.job import QUEUED, Job, State, Where, asked, asked_plain, is_id, state_of, state_plain
from headwater.console.jobs.keeping import alone, grasp, is_held, read, write
from headwater.console.jobs.processes import end, launch, sweep
from headwater.model.errors import CaseError, HeadwaterError, StoreError
from headwater.model.words import Text

_log = logging.getLogger(__name__)

AT_ONCE = 2
"""So many jobs run side by side, on workspaces of their own."""
ATTEMPTS = 3
"""So often a job that was cut is begun by itself; then somebody has to ask for it."""
GRACE = timedelta(seconds=10)
"""After so long a job that was told to end is killed."""
ROUND = 1.0
"""Seconds between two looks at what runs."""
MOST_WAITING = 20
"""So many jobs of one case may wait or run; more are refused."""
KEPT = 300
"""So many ended jobs are kept."""

CUT = Text("Was cut by a restart; begins again where it was left.", "因重启中断；将从中断处继续。")
BEGINS = Text("Begins.", "正在启动。")
LOST = Text(
    "Its process ended without a word, perhaps for want of memory or of room on the disk. What was read is kept; it may be "
    "taken up again.",
    "进程未作说明即终止，可能因内存或磁盘空间不足。已读入的内容均已保留，可继续执行。",
)
TORN = Text("Its files are torn; take it up again, or begin anew.", "其文件已损坏；请继续执行，或重新开始。")
CANCELLED = Text(
    "Was ended on request. What was read until then is kept; it may be taken up again.",
    "已按要求终止。此前读入的内容均已保留，可继续执行。",
)


def _utc() -> datetime:
    return datetime.now(UTC)


def _is_same(job: Job, asked: Mapping[str, Any]) -> bool:
    """Whether what is asked for is this job."""
    if asked.get("once") is not None and job.parameters.get("once") == asked["once"]:
        return True
    return job.parameters == asked and not job.is_over


class Jobs:
    """The jobs in a folder. Threads and processes may share it; what changes, changes under a lock of the folder.

    ``environment`` is added to that of the jobs' processes (the address of a casebook, say, which may hold a password and
    so must not lie in a file); ``clock`` says what time it is.
    """

    def __init__(
        self,
        folder: Path,
        environment: Mapping[str, str] | None = None,
        clock: Callable[[], datetime] = _utc,
        at_once: int = AT_ONCE,
    ) -> None:
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._environment = dict(environment or {})
        self._clock, self._at_once = clock, at_once
        self._over: dict[str, Job] = {}  # what has ended does not change: a cache
        self._started: dict[str, Popen[bytes]] = {}  # our own children, to be reaped
        self._stop = Event()
        self._keeper: Thread | None = None

    def start(self, kind: str, case: Where, by: str, parameters: Mapping[str, Any] | None = None) -> Job:
        """Ask for long work on a case; ``parameters`` are JSON values. Asked twice before it is over, it is one job.

        Work whose parameters say for which moment it is (``once``) is begun for it a single time, also when it is over.

        :raises CaseError: for a kind that is not there, a case whose folder is not known, or where too much waits already
        """
        known = kinds.kind(kind)
        if case.case_folder is None:
            raise CaseError("the folder of this case is not known to the server: its answer can only be read")
        given = dict(parameters or {})
        with self._alone():
            for job in self._all():
                if (job.kind, job.case) == (kind, case.slug) and _is_same(job, given):
                    return job
            if sum(job.case == case.slug and not job.is_over for job in self._all()) >= MOST_WAITING:
                raise CaseError(f"{MOST_WAITING} jobs of this case wait already: end some of them first")
            made = Job(
                id=f"J-{secrets.token_hex(8)}",
                kind=kind,
                case=case.slug,
                name=case.name,
                by=by,
                created=self._clock(),
                case_folder=case.case_folder.resolve(),
                out=case.out.resolve(),
                workspace=case.workspace.resolve(),
                parameters=given,
                state=State(steps=tuple(s.said for s in known.steps)),
            )
            place = self.folder / made.id
            aside = self.folder / f".{made.id}"
            aside.mkdir(mode=0o700)
            write(aside / "job.json", asked_plain(made), surely=True)
            write(aside / "state.json", state_plain(made.state), surely=True)
            aside.replace(place)  # a job is whole or not there
            self._tend()
            return self._read(made.id) or made

    def job(self, id: str) -> Job | None:
        """A job as it stands, or ``None``."""
        return self._read(id) if is_id(id) else None

    def jobs(self, case: str | None = None) -> list[Job]:
        """Jobs of the case with that slug, or all of them; the newest first."""
        found = [j for j in self._all() if case is None or j.case == case]
        return sorted(found, key=lambda j: (j.created, j.id), reverse=True)

    def busy(self, workspace: Path) -> Job | None:
        """The job that works on a workspace at this moment."""
        place = workspace.resolve()
        return next((j for j in self._all() if j.workspace == place and j.state.status in ("running", "ending")), None)

    def cancel(self, id: str) -> Job:
        """End a job with all its children; one that has ended stays as it is. What it had read is kept.

        :raises CaseError: where there is none
        """
        with self._alone():
            job = self._known(id)
            if job.is_over:
                return job
            (self.folder / id / "cancel").touch(mode=0o600)
            self._signal(id, signal.SIGTERM)
            self._tend()
            return self._known(id)

    def resume(self, id: str) -> Job:
        """Take up a job that was ended, failed or was lost: what it had read is not read again.

        :raises CaseError: where there is none, or it is at work or done
        """
        with self._alone():
            job = self._known(id)
            if not job.may_go_on:
                raise CaseError("it is at work, waits, or is done: there is nothing to take up")
            (self.folder / id / "cancel").unlink(missing_ok=True)
            self._over.pop(id, None)
            self._put(job, replace(job.state, status="waiting", attempt=0, ended=None, after=None, said=QUEUED))
            self._tend()
            return self._known(id)

    def adopt(self) -> None:
        """At the start of a server: find what still runs, take up what was cut, and look after all of it from now on."""
        with self._alone():
            for leftover in self.folder.glob(".J-*"):  # of a job that was not whole yet: nobody was told of it
                for file in leftover.iterdir():
                    file.unlink(missing_ok=True)
                leftover.rmdir()
            self._tend(anew=True)
        if self._keeper is None:
            self._keeper = Thread(target=self._keep, name="jobs", daemon=True)
            self._keeper.start()

    def tend(self) -> None:
        """Look once: begin what waits, note what has ended, kill what does not end."""
        with self._alone():
            self._tend()

    def close(self) -> None:
        """Stop looking. What runs, runs on: the next server finds it."""
        self._stop.set()
        if self._keeper is not None:
            self._keeper.join()
            self._keeper = None
        for process in self._started.values():
            process.poll()
            process.returncode = process.returncode or 0  # it is not ours to wait for any more

    def _keep(self) -> None:
        while not self._stop.wait(ROUND):
            try:
                self.tend()
            except (HeadwaterError, OSError, ValueError) as error:  # a full disk now may have room at the next look
                _log.warning("jobs could not be looked after: %s", type(error).__name__)

    def _alone(self) -> Any:
        return alone(self.folder / "lock")

    def _tend(self, anew: bool = False) -> None:
        for id, process in list(self._started.items()):
            if process.poll() is not None:
                del self._started[id]
        alive = sorted((j for j in self._all() if not j.is_over), key=lambda j: (j.created, j.id))
        for job in alive:
            if not is_held(self.folder / job.id / "lock"):
                self._settle(job, anew)
            elif self._is_overdue(job.id):
                self._signal(job.id, signal.SIGKILL)
        self._begin()
        self._prune()

    def _settle(self, job: Job, anew: bool) -> None:
        """Note how a job stands that no process works on."""
        told = self._state(job.id)  # once more: it may have written its last word before it let go
        if told.status in ("done", "failed") or (told.status == "waiting" and not self._is_cancelled(job.id)):
            return
        now = self._clock()
        if told.status == "running":
            sweep(job.id)
        if self._is_cancelled(job.id):
            self._put(job, replace(told, status="cancelled", ended=now, said=CANCELLED))
        elif anew and told.attempt < ATTEMPTS:
            self._put(job, replace(told, status="waiting", said=CUT))
        else:
            self._put(job, replace(told, status="lost", ended=now, said=LOST))

    def _begin(self) -> None:
        """Begin what waits, the oldest first, where its workspace is free."""
        open_ = sorted((j for j in self._all() if not j.is_over), key=lambda j: (j.created, j.id))
        at_work = {j.workspace for j in open_ if j.state.status != "waiting"}
        now = self._clock()
        for job in open_:
            if job.state.status != "waiting" or len(at_work) >= self._at_once or job.workspace in at_work:
                continue
            if job.state.after is None or job.state.after <= now:
                self._launch(job, now)
            at_work.add(job.workspace)  # the oldest of a workspace comes first, also where it has to wait

    def _launch(self, job: Job, now: datetime) -> None:
        place = self.folder / job.id
        lock = grasp(place / "lock")
        if lock is None:
            return
        try:
            if (before := self._started.pop(job.id, None)) is not None:
                before.wait()  # it has let go of its lock: it ends at this moment
            (place / "process").unlink(missing_ok=True)
            state = replace(
                job.state,
                status="running",
                attempt=job.state.attempt + 1,
                begun=now,
                after=None,
                ended=None,
                share=0.0,
                said=BEGINS,
                outcome={},
                trace=(),
            )
            self._put(job, state)
            self._started[job.id] = launch(place, lock, self._environment)
        finally:
            os.close(lock)

    def _signal(self, id: str, number: signal.Signals) -> None:
        """Signal a job's process, where it runs: it holds its lock, so its number is its own."""
        place = self.folder / id
        with suppress(FileNotFoundError, ValueError):
            leader = int((place / "process").read_text("ascii"))
            if is_held(place / "lock"):
                end(leader, id, number)

    def _is_cancelled(self, id: str) -> bool:
        return (self.folder / id / "cancel").exists()

    def _is_overdue(self, id: str) -> bool:
        with suppress(FileNotFoundError):
            asked_at = datetime.fromtimestamp((self.folder / id / "cancel").stat().st_mtime, UTC)
            return self._clock() - asked_at > GRACE
        return False

    def _prune(self) -> None:
        """Forget the oldest of those that have ended."""
        over = sorted((j for j in self._all() if j.is_over), key=lambda j: (j.created, j.id))
        for job in over[: max(0, len(over) - KEPT)]:
            place = self.folder / job.id
            gone = self.folder / f".{job.id}"
            place.replace(gone)
            for file in gone.iterdir():
                file.unlink(missing_ok=True)
            gone.rmdir()
            self._over.pop(job.id, None)

    def _put(self, job: Job, state: State) -> None:
        write(self.folder / job.id / "state.json", state_plain(state), surely=True)

    def _known(self, id: str) -> Job:
        job = self.job(id)
        if job is None:
            raise CaseError("there is no such job")
        return job

    def _all(self) -> Iterator[Job]:
        for name in sorted(place.name for place in self.folder.iterdir()):
            if is_id(name) and (job := self._read(name)) is not None:
                yield job

    def _state(self, id: str) -> State:
        try:
            told = read(self.folder / id / "state.json")
            return State() if told is None else state_of(told)
        except StoreError:
            return State("lost", said=TORN)

    def _read(self, id: str) -> Job | None:
        if id in self._over:
            return self._over[id]
        try:
            told = read(self.folder / id / "job.json")
            if told is None:
                return None
            job = asked(told, self._state(id))
        except StoreError as error:  # one torn job must not hide the others
            _log.warning("job %s cannot be read: %s", id, error)
            return None
        if job.state.status == "running" and self._is_cancelled(id):
            return replace(job, state=replace(job.state, status="ending"))
        if job.state.status == "done" and not is_held(self.folder / id / "lock"):
            self._over[id] = job
        return job
