"""The kinds of long work on a real case: the same answer as the command line's, through kills, and with what people chose."""

from __future__ import annotations

import json
import os
import select
import signal
import stat
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.console.ready_cases import ENVIRONMENT, MARKET, Ready, copied
from tests.console.test_jobs import over

from headwater.casework.veil import Veil
from headwater.console.house import FOLDER, House, Served, from_file
from headwater.console.jobs.chosen import Chosen, Mute, for_jobs
from headwater.console.jobs.job import Job
from headwater.console.jobs.kept import Kept
from headwater.console.jobs.muting import Muting
from headwater.exhibits.declared_beside import with_declared
from headwater.investigation.case import open_investigation
from headwater.model.evidence import Finding
from headwater.model.organisation import Organisation
from headwater.model.words import Text
from headwater.store.casebook.opening import open_casebook
from headwater.store.casebook.place import place
from headwater.store.tokens import Tokeniser

LOGS = '[[logs]]\nfiles = "logs/x.csv"\ntable = "access"\ntime = "when"\ncolumns = { account = "who" }'


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
    found = house.served(MARKET)
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


def test_an_investigation_that_was_killed_goes_on_and_gives_the_answer_of_the_command_line(
    house: House, case: Served
) -> None:
    asked = json.loads((case.out / "result.json").read_bytes())
    other = {"settings": for_jobs(Chosen(detectors={"bulk-read": {"least": 30}}))}
    job = house.jobs.start("investigate", case, "1", other)
    assert killed_at(house, job, 4)  # behind two stages that are kept
    house.jobs.resume(job.id)
    ended = over(house.jobs, job)
    assert ended.state.status == "done", ended.state
    assert set(ended.state.outcome["again"]) <= {"market", "prevention"}
    told = json.loads((case.out / "result.json").read_bytes())
    first, *rest = told["limits"]
    assert first == "Detector bulk-read was asked with other parameters than its own: least = 30."
    assert told | {"limits": rest} == asked
    chinese = json.loads((case.out / "result.zh.json").read_bytes())
    assert chinese["limits"][0] == "检测器 bulk-read 以非默认参数运行：least = 30。"
    for file in (case.workspace / "stages").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_what_is_kept_counts_only_for_what_it_was_made_of_and_unchanged(case: Served) -> None:
    assert case.case_folder is not None
    with open_investigation(case.case_folder, case.workspace) as work:
        kept = Kept(work)
        one = kept.digest("a", beside=("calibration.json",))
        kept.save("trial", one, {"who": "bx10055"})
        assert Kept(work).load("trial", one) == {"who": "bx10055"}
        assert kept.load("trial", kept.digest("b")) is None
        (case.workspace / "calibration.json").write_text("{}")
        assert kept.digest("a", beside=("calibration.json",)) != one
        assert Kept(replace(work, case=with_declared(work.case, LOGS))).digest() != kept.digest()
        file = case.workspace / "stages" / "trial.sealed"
        sealed = file.read_bytes()
        assert b"bx10055" not in sealed
        file.write_bytes(sealed[:-1] + bytes([sealed[-1] ^ 1]))
        assert kept.load("trial", one) is None
        (case.workspace / "calibration.json").unlink()


def test_a_detector_that_another_distribution_brings_is_asked_though_all_else_is_kept(
    case: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert case.case_folder is not None
    info = tmp_path / "brought-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: brought\nVersion: 1\n")
    (info / "entry_points.txt").write_text("[headwater.detectors]\nbrought = brought_detector:Brought\n")
    module = tmp_path / "brought_detector.py"
    module.write_text('class Brought:\n    id = "brought"\n    needs = ()\n')
    with open_investigation(case.case_folder, case.workspace) as work:
        before = Kept(work).digest()
        monkeypatch.syspath_prepend(str(tmp_path))
        brought = Kept(work).digest()
        module.write_text(module.read_text() + "    alike = ()\n")
        assert len({before, brought, Kept(work).digest()}) == 3


def test_mutes_hold_back_what_they_name_and_no_broken_rule() -> None:
    veil = Veil(Organisation(), Tokeniser(b"5" * 32), frozenset({"u1", "u2"}), frozenset())
    until = date(2024, 3, 10)
    muting = Muting([Mute("bulk-read", veil.account("U1"), until, "")], veil)
    assert muting.holds(finding("u1"))
    assert not muting.holds(finding("u2"))
    assert not muting.holds(finding("u1", "u2"))
    assert not muting.holds(finding("u1", day=11))
    assert not muting.holds(finding("u1", fact=True))
    assert not muting.holds(replace(finding("u1"), detector="slow-reading"))
    every = Muting([Mute("bulk-read", "", until, "")], veil)
    assert every.holds(finding("u2"))
    assert len(every.held) == 1


def finding(*accounts: str, day: int = 9, fact: bool = False) -> Finding:
    moment = datetime(2024, 3, day, 12, tzinfo=UTC)
    return Finding(
        detector="bulk-read",
        key="/".join(accounts),
        title=Text("", ""),
        severity="low",
        accounts=accounts,
        people=(),
        devices=(),
        starts=moment,
        ends=moment,
        subjects=1,
        statements=(),
        fact=fact,
    )
