"""Long work as processes: begun, followed, ended with children, queued, found again after a restart."""

from __future__ import annotations

import fcntl
import os
import select
import signal
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from headwater.console.jobs import known as kinds
from headwater.console.jobs.job import Job
from headwater.console.jobs.jobs import MOST_WAITING, Jobs
from headwater.console.jobs.kind import Step
from headwater.console.jobs.work import Telling
from headwater.model.errors import CaseError
from headwater.model.words import Text

TRIAL = '''
import os, subprocess, sys
from pathlib import Path
from headwater.console.jobs.kind import Step
from headwater.model.errors import CaseError, StoreError
from headwater.model.words import Text

class Trial:
    """Does what it is told."""
    name = "trial"
    title = about = Text("Trial", "试验")
    steps = (Step(Text("First.", "第一步。")), Step(Text("Second.", "第二步。"), 3.0))

    def run(self, working):
        told = working.job.parameters
        if told.get("fails"):
            raise CaseError("is no folder of 15400001234", str(working.job.workspace / "place"))
        if told.get("held"):
            raise StoreError("another run is using this workspace", "workspace")
        if told.get("breaks"):
            raise ValueError("13800005678")
        working.step(1)
        working.tell(1, 2, Text("Half.", "一半。"))
        if told.get("waits"):
            child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
            pipe = os.open(told["waits"], os.O_WRONLY)
            os.write(pipe, f"{os.getpid()} {child.pid}".encode())
            os.close(pipe)
            with open(told["goes"], "rb") as gate:
                gate.read()
            child.kill()
            child.wait()
        return {"rows": 3}
'''


@dataclass(frozen=True)
class Case:
    name: str
    slug: str
    case_folder: Path | None
    out: Path
    workspace: Path


@dataclass
class Gate:
    """Two named pipes: the job says over one that it runs, and goes on when something comes over the other."""

    folder: Path

    def __post_init__(self) -> None:
        self.folder.mkdir()
        os.mkfifo(self.folder / "waits")
        os.mkfifo(self.folder / "goes")

    @property
    def told(self) -> dict[str, str]:
        return {"waits": str(self.folder / "waits"), "goes": str(self.folder / "goes")}

    def reached(self) -> tuple[int, int]:
        """Wait until the job is there; its process and its child's."""
        leader, child = (self.folder / "waits").read_text().split()
        return int(leader), int(child)

    def open(self) -> None:
        (self.folder / "goes").write_text("go")


@pytest.fixture
def case(tmp_path: Path) -> Case:
    (tmp_path / "case").mkdir()
    return Case("One", "one", tmp_path / "case", tmp_path / "out", tmp_path / "out" / "workspace")


@pytest.fixture
def jobs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Jobs]:
    plug = tmp_path / "plug"
    info = plug / "trial-1.dist-info"
    info.mkdir(parents=True)
    (plug / "trial_job.py").write_text(TRIAL)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: trial\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[headwater.jobs]\ntrial = trial_job:Trial\nbroken = nowhere:Thing\n")
    monkeypatch.syspath_prepend(str(plug))
    kinds.names.cache_clear()
    kinds.kind.cache_clear()
    made = Jobs(tmp_path / "jobs", {"PYTHONPATH": str(plug)})
    yield made
    for job in made.jobs():
        made.cancel(job.id)
        over(made, job)
    made.close()
    kinds.names.cache_clear()
    kinds.kind.cache_clear()


def over(jobs: Jobs, job: Job) -> Job:
    """Wait for the job's process, and look."""
    with (jobs.folder / job.id / "lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
    jobs.tend()
    found = jobs.job(job.id)
    assert found is not None
    return found


def gone(process: int) -> bool:
    """Whether a process ends, now or within moments."""
    try:
        watched = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([watched], [], [], 10)[0])
    finally:
        os.close(watched)


def test_work_is_done_and_tells_its_figures(jobs: Jobs, case: Case) -> None:
    job = jobs.start("trial", case, "7")
    ended = over(jobs, job)
    assert ended.state.status == "done", ended.state
    assert ended.state.outcome == {"rows": 3}
    assert ended.state.share == 1.0
    assert ended.by == "7"
    assert [s.zh for s in ended.state.steps] == ["第一步。", "第二步。"]
    assert stat.S_IMODE((jobs.folder / job.id / "job.json").stat().st_mode) == 0o600


def test_progress_is_told_as_numbers_and_a_sentence(jobs: Jobs, case: Case, tmp_path: Path) -> None:
    gate = Gate(tmp_path / "gate")
    job = jobs.start("trial", case, "7", gate.told)
    gate.reached()
    now = jobs.job(job.id)
    assert now is not None
    assert (now.state.status, now.state.step, now.state.attempt) == ("running", 1, 1)
    assert now.state.share >= 0.25
    assert now.state.said.en in ("Second.", "Half.")
    gate.open()
    assert over(jobs, job).state.status == "done"


def test_a_failure_says_why_but_shows_no_value(jobs: Jobs, case: Case) -> None:
    ours = over(jobs, jobs.start("trial", case, "7", {"fails": True}))
    assert ours.state.status == "failed"
    assert ours.state.said.en == "Could not be done: workspace/place: is no folder of 154****1234"
    other = over(jobs, jobs.start("trial", case, "7", {"breaks": True}))
    assert other.state.status == "failed"
    assert "ValueError" in other.state.said.zh
    assert any("trial_job.py" in line for line in other.state.trace)
    for file in (jobs.folder / other.id).iterdir():
        assert b"13800005678" not in file.read_bytes()


def test_a_job_is_ended_with_its_children_and_taken_up_again(jobs: Jobs, case: Case, tmp_path: Path) -> None:
    gate = Gate(tmp_path / "gate")
    job = jobs.start("trial", case, "7", gate.told)
    leader, child = gate.reached()
    jobs.cancel(job.id)
    ended = over(jobs, job)
    assert ended.state.status == "cancelled"
    assert gone(leader)
    assert gone(child)
    again = jobs.resume(job.id)
    assert again.id == job.id
    gate.reached()
    gate.open()
    assert over(jobs, job).state.status == "done"
    with pytest.raises(CaseError, match="nothing to take up"):
        jobs.resume(job.id)


def test_one_at_a_time_on_a_workspace_and_the_same_work_once(jobs: Jobs, case: Case, tmp_path: Path) -> None:
    gate = Gate(tmp_path / "gate")
    first = jobs.start("trial", case, "7", gate.told)
    assert jobs.start("trial", case, "8", gate.told).id == first.id
    second = jobs.start("trial", case, "8")
    gate.reached()
    jobs.tend()
    waits = jobs.job(second.id)
    assert waits is not None
    assert waits.state.status == "waiting"
    busy = jobs.busy(case.workspace)
    assert busy is not None
    assert busy.id == first.id
    gate.open()
    assert over(jobs, first).state.status == "done"
    assert over(jobs, second).state.status == "done"


def test_work_for_a_moment_is_begun_once_also_when_it_is_over(jobs: Jobs, case: Case) -> None:
    first = jobs.start("trial", case, "-", {"once": "2026-03-02T14:00:00+00:00", "missed": []})
    assert over(jobs, first).state.status == "done"
    again = {"once": "2026-03-02T14:00:00+00:00", "missed": ["2026-03-01T14:00:00+00:00"]}
    assert jobs.start("trial", case, "-", again).id == first.id
    other = jobs.start("trial", case, "-", {"once": "2026-03-03T14:00:00+00:00"})
    assert over(jobs, other).id != first.id


def test_work_goes_on_where_nobody_can_be_told_how_far_it_is(case: Case, tmp_path: Path) -> None:
    asked = Job("J-0123456789abcdef", "trial", "one", "One", "7", datetime.now(UTC), None, case.out, case.workspace)
    telling = Telling(tmp_path / "no room", asked, (Step(Text("First.", "第一步。")),))
    telling.tell(1, 2)
    assert telling.state.share == 0.5


def test_what_waits_is_ended_without_having_begun(jobs: Jobs, case: Case, tmp_path: Path) -> None:
    gate = Gate(tmp_path / "gate")
    first = jobs.start("trial", case, "7", gate.told)
    second = jobs.start("trial", case, "7")
    gate.reached()
    assert jobs.cancel(second.id).state.status == "cancelled"
    gate.open()
    over(jobs, first)
    assert not (jobs.folder / second.id / "process").exists()


def test_a_server_that_is_started_anew_finds_what_runs(jobs: Jobs, case: Case, tmp_path: Path) -> None:
    gate = Gate(tmp_path / "gate")
    job = jobs.start("trial", case, "7", gate.told)
    leader, _child = gate.reached()
    jobs.close()
    next_ = Jobs(jobs.folder)
    next_.adopt()
    found = next_.job(job.id)
    assert found is not None
    assert found.state.status == "running"
    os.kill(leader, 0)
    gate.open()
    assert over(next_, job).state.status == "done"
    next_.close()


def test_what_was_killed_with_the_server_begins_again_and_elsewise_is_lost(
    jobs: Jobs, case: Case, tmp_path: Path
) -> None:
    gate = Gate(tmp_path / "gate")
    job = jobs.start("trial", case, "7", gate.told)
    leader, child = gate.reached()
    os.killpg(leader, signal.SIGKILL)
    with (jobs.folder / job.id / "lock").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
    assert gone(child)
    jobs.adopt()
    begun = jobs.job(job.id)
    assert begun is not None
    assert (begun.state.status, begun.state.attempt) == ("running", 2)
    leader, child = gate.reached()
    os.kill(leader, signal.SIGKILL)  # the child outlives it, until somebody looks
    lost = over(jobs, job)
    assert lost.state.status == "lost"
    assert gone(child)
    assert jobs.resume(job.id).state.status in ("waiting", "running")
    gate.reached()
    gate.open()
    assert over(jobs, job).state.status == "done"


def test_a_job_waits_where_another_program_holds_the_workspace(jobs: Jobs, case: Case, tmp_path: Path) -> None:
    job = jobs.start("trial", case, "7", {"held": True})
    waits = over(jobs, job)
    assert waits.state.status == "waiting"
    assert waits.state.said.en.startswith("Another program")
    assert waits.state.after is not None
    jobs.tend()
    assert jobs.job(job.id) == waits  # not before its time
    later = Jobs(
        jobs.folder, {"PYTHONPATH": str(tmp_path / "plug")}, clock=lambda: datetime.now(UTC) + timedelta(minutes=1)
    )
    later.tend()
    again = jobs.job(job.id)
    assert again is not None
    assert again.state.status == "running"
    later.close()
    assert over(jobs, job).state.status == "waiting"
    assert jobs.cancel(job.id).state.status == "cancelled"


def test_what_does_not_end_is_killed(jobs: Jobs, case: Case, tmp_path: Path) -> None:
    gate = Gate(tmp_path / "gate")
    job = jobs.start("trial", case, "7", gate.told)
    leader, _child = gate.reached()
    os.kill(leader, signal.SIGSTOP)  # a stopped process hears no TERM
    os.waitid(os.P_PID, leader, os.WSTOPPED | os.WNOWAIT)
    jobs.cancel(job.id)
    ending = jobs.job(job.id)
    assert ending is not None
    assert ending.state.status == "ending"
    later = Jobs(jobs.folder, clock=lambda: datetime.now(UTC) + timedelta(minutes=1))
    later.tend()
    assert over(later, job).state.status == "cancelled"
    assert gone(leader)
    later.close()


def test_one_torn_job_hides_no_other_and_no_flood_is_taken(jobs: Jobs, case: Case, tmp_path: Path) -> None:
    gate = Gate(tmp_path / "gate")
    first = jobs.start("trial", case, "7", gate.told)
    gate.reached()
    several = [jobs.start("trial", case, "7", {"n": n}) for n in range(MOST_WAITING - 1)]
    with pytest.raises(CaseError, match="wait already"):
        jobs.start("trial", case, "7", {"n": -1})
    (jobs.folder / several[0].id / "job.json").write_text("{")
    (jobs.folder / several[1].id / "state.json").write_text("[]")
    assert len(jobs.jobs()) == MOST_WAITING - 1
    torn = jobs.job(several[1].id)
    assert torn is not None
    assert torn.state.status == "lost"
    for job in several[1:]:
        jobs.cancel(job.id)
    gate.open()
    assert over(jobs, first).state.status == "done"


def test_what_is_no_id_is_no_path(jobs: Jobs, case: Case) -> None:
    for id in ("../jobs", "J-../../../../etc", "", "J-0123456789ABCDEF", "lock"):
        assert jobs.job(id) is None
        with pytest.raises(CaseError):
            jobs.cancel(id)
    with pytest.raises(CaseError, match="no such kind"):
        jobs.start("../trial", case, "7")
    with pytest.raises(CaseError, match="cannot be loaded"):
        jobs.start("broken", case, "7")
    with pytest.raises(CaseError, match="only be read"):
        jobs.start("trial", Case("One", "one", None, case.out, case.workspace), "7")
