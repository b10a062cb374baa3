"""A scan on Spark: executors take shares of the files, and scan each file in a process of its own, as one machine does.

Files are read where they lie and finds are written below the state's folder, so driver and executors have to share both.
"""

from __future__ import annotations

import atexit
import heapq
import shutil
import tempfile
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import closing
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any

from headwater.investigation.surveys.crew import SERVER, Bounds, crew
from headwater.investigation.surveys.walking import cited
from headwater.investigation.surveys.work import Done, File, Job, Setting
from headwater.model.errors import CaseError, StoreError
from headwater.store.spark import spark_session

_MEMORY = 1 << 30  # what passes through Java is small: where files lie, and what is told of them
_FILE = 1 << 16  # what a file costs beside its bytes, in bytes
_SHARE = 64  # files: what a driver that is killed forgets, and how often it hears of progress
_ROUNDS = 4  # so many shares a core at least, that none waits long for the last
_AT_ONCE = 64  # shares that are asked for at the same time
_SHARED = "is not there on Spark's executors: the files and the folder of the state (--state) have to lie on a disk that all share"
_Shared = tuple[Job, ...]
_Told = tuple[int, Done | None, Path | None]
"""The number of a job, what it gave (nothing where there is no folder for it), and what the executor does not see."""


def on_spark(
    setting: Setting, jobs: Iterable[Job], size: int, bounds: Bounds, finished: Callable[[Job, Done], None]
) -> None:
    """Scan every file as :func:`crew` does, on Spark; ``size`` is how many files at once, where Spark is this machine.

    :raises StoreError: without Spark, or where it gives up
    :raises CaseError: for a file or folder that executors do not see
    """
    wanted = {job.number: job for job in jobs}
    with spark_session(_spill(), _MEMORY, size) as session:
        context = session.sparkContext
        parts = shares([_rooted(job) for job in wanted.values()], context.defaultParallelism)
        work = context.parallelize(parts, len(parts)).mapPartitions(partial(_scanned, setting, bounds))
        with closing(_results(context, work, len(parts))) as results:
            for number, done, missing in results:
                if done is None or (missing and missing.exists()):
                    raise CaseError(_SHARED, cited(missing) if missing else None)
                job = wanted[number]
                finished(job, replace(done, files=tuple(_brought_home(file, job) for file in done.files)))


@cache
def _spill() -> Path:
    """A folder for the life of this process: Java goes on with the first that it was given."""
    folder = Path(tempfile.mkdtemp(prefix="headwater-spark-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def shares(jobs: Sequence[Job], cores: int) -> list[_Shared]:
    """Shares of about the same bytes, the largest first."""
    count = min(len(jobs), max(cores * _ROUNDS, -(-len(jobs) // _SHARE)))
    made: list[list[Job]] = [[] for _ in range(count)]
    load = [(0, number) for number in range(count)]
    for job in sorted(jobs, key=lambda job: (-job.exhibit.size, job.number)):
        cost, number = load[0]
        made[number].append(job)
        heapq.heapreplace(load, (cost + job.exhibit.size + _FILE, number))
    return [tuple(made[number]) for _, number in sorted(load, key=lambda each: (-each[0], each[1]))]


def _rooted(job: Job) -> Job:
    """An executor is at work in another folder."""
    return replace(job, exhibit=replace(job.exhibit, file=job.exhibit.file.absolute()), folder=job.folder.absolute())


def _results(context: Any, work: Any, count: int) -> Generator[_Told, None, None]:
    """What is told of every file, share by share as they are done."""
    pool = ThreadPoolExecutor(min(count, _AT_ONCE))
    asked = [pool.submit(context.runJob, work, list, [number]) for number in range(count)]
    try:
        for answer in as_completed(asked):
            yield from _given(answer.result)
    finally:  # of all others nobody wants to know where one has failed
        for answer in asked:
            answer.cancel()
        if not all(answer.done() for answer in asked):
            context.cancelAllJobs()
        pool.shutdown()


def _given(result: Callable[[], list[_Told]]) -> list[_Told]:
    try:
        return result()
    except (
        Exception
    ) as error:  # of Spark, Java or the bridge between; what it says is long, and holds what executors said
        raise StoreError(
            f"Spark could not go on with the scan ({type(error).__name__}); its executors need the same Headwater and Python"
        ) from error


def _scanned(setting: Setting, bounds: Bounds, parts: Iterable[_Shared]) -> Iterator[_Told]:
    """On an executor: the files of a share, one after the other in a process that may fall."""
    from pyspark import TaskContext

    attempt = str(TaskContext.get().taskAttemptId())  # one that Spark gave up may still write to its own
    # each process loads the program that began it, here Spark's, and half a second of that is for this module
    SERVER.loads("headwater.investigation.surveys.warm", "pyspark.serializers")
    for part in parts:
        told: list[_Told] = []
        jobs = [replace(job, folder=job.folder / attempt) for job in part]
        missing = next((job.folder.parent.parent for job in jobs if not job.folder.parent.parent.is_dir()), None)
        if missing:
            told = [(job.number, None, missing) for job in jobs]
        else:
            crew(setting, jobs, 1, bounds, partial(_tell, told))
        yield from told


def _tell(told: list[_Told], job: Job, done: Done) -> None:
    file = job.exhibit.file
    told.append((job.number, done, None if file.exists() else file))


def _brought_home(file: File, job: Job) -> File:
    """A file with the places of its finds as the driver names them."""
    root = job.folder.absolute()
    lines = job.folder / file.lines.relative_to(root) if file.lines else None
    finds = job.folder / file.finds.relative_to(root)
    if not finds.exists():
        raise CaseError(
            "was written by an executor of Spark, but is not here; give --state on a disk that all share", str(finds)
        )
    return replace(file, finds=finds, lines=lines)
