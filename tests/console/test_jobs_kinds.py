"""The kinds of long work on a real case: the same answer as the command line's, through kills, and with what people chose."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.console.ready_cases import ENVIRONMENT, INSURER, Ready, copied
from tests.console.test_jobs import over

from headwater.console.house import FOLDER, House, Served, from_file
from headwater.console.jobs.chosen import Chosen, for_jobs
from headwater.console.jobs.job import Job
from headwater.store.casebook.opening import open_casebook
from headwater.store.casebook.place import place


@pytest.fixture(scope="module")
def house(ready: Ready, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        own = copied(ready, tmp_path_factory.mktemp("jobs-house"))
        cases, book = from_file(own.house)
        folder = own.root / FOLDER
        made = House(cases, open_casebook(place(folder, book)), folder)
        yield made
        made.close()


@pytest.fixture
def case(house: House) -> Served:
    found = house.served(INSURER)
    assert found is not None
    return found


def killed_at(house: House, job: Job, step: int) -> bool:
    """Kill the job when it has come to a step; whether it was still running."""
    place = house.folder / "jobs" / job.id
    while (now := house.jobs.job(job.id)) is not None and not now.is_over:
        if now.state.step >= step and (place / "process").exists():
            leader = int((place / "process").read_text())
            os.killpg(leader, signal.SIGKILL)
            return over(house.jobs, job).state.status == "lost"
        changes(place)
    return False


def changes(folder: Path) -> None:
    """Wait until something changes in a folder, or a moment."""
    select.select([], [], [], 0.02)


@pytest.mark.slow
def test_an_investigation_killed_at_every_step_gives_the_answer_of_the_command_line(house: House, case: Served) -> None:
    asked = json.loads((case.out / "result.json").read_bytes())
    shutil.rmtree(case.workspace / "lake")
    (case.workspace / "manifest.sqlite").unlink()
    job = house.jobs.start("investigate", case, "1")
    for step in (0, 3):  # while it reads, and behind the detectors
        assert killed_at(house, job, step)
        house.jobs.resume(job.id)
    ended = over(house.jobs, job)
    assert ended.state.status == "done", ended.state
    told = json.loads((case.out / "result.json").read_bytes())
    asked["case"]["name"] = case.name  # the command line knows a case by its folder
    assert told == asked
    assert set(ended.state.outcome["again"]) < {"detected", "attribution", "market", "prevention"}


def test_what_is_known_is_not_asked_again_until_something_changes(house: House, case: Served) -> None:
    first = over(house.jobs, house.jobs.start("report", case, "1"))
    assert first.state.status == "done", first.state
    before = (case.out / "result.json").read_bytes()
    other = for_jobs(Chosen(detectors={"bulk-read": {"least": 30}}))
    again = over(house.jobs, house.jobs.start("report", case, "1", {"settings": other}))
    assert again.state.outcome["again"] == ["detected", "prevention"]
    told = json.loads((case.out / "result.json").read_bytes())
    assert told["limits"][0] == "Detector bulk-read was asked with other parameters than its own: least = 30."
    chinese = json.loads((case.out / "result.zh.json").read_bytes())
    assert chinese["limits"][0] == "检测器 bulk-read 以非默认参数运行：least = 30。"
    kept = case.workspace / "stages"
    for file in kept.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        file.write_bytes(file.read_bytes()[:-1] + b"?")
    healed = over(house.jobs, house.jobs.start("detect", case, "1"))
    assert healed.state.status == "done"
    assert set(healed.state.outcome["again"]) == {"detected", "attribution", "market", "prevention"}
    assert (case.out / "result.json").read_bytes() == before
