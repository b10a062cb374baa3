"""A scan on Spark says what a scan by local workers says, and a file that brings its reader down costs itself there too."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from bench.scan_folder import same
from made_survey import csv, hostile, mixed, people, plugged, write, zipped
from tests.processes import QUICK_JAVA

from headwater.casework.reports import scan_schema
from headwater.investigation.survey_options import Options
from headwater.investigation.surveying import survey
from headwater.investigation.surveys.on_spark import shares
from headwater.investigation.surveys.work import Job
from headwater.model.errors import StoreError
from headwater.model.exhibit import Exhibit

needs_spark = [
    pytest.mark.slow,
    pytest.mark.spark,
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java"),
]

_SCAN = """
import json, sys
from dataclasses import asdict
from pathlib import Path
from headwater.investigation.survey_options import Options
from headwater.investigation.surveying import survey
from headwater.investigation.surveys.on_spark import on_spark
from headwater.investigation.surveys.crew import Bounds
from headwater.investigation.surveys.work import Job, Setting
from headwater.exhibits.contents import Given
from headwater.model.errors import CaseError
from headwater.model.exhibit import Exhibit
told, answers = [], {}
for engine in ("duckdb", "spark"):
    options = Options(seconds_per_file=20, jobs=2, engine=engine, state=Path(engine), finds=Path(f"{engine}.jsonl"))
    answers[engine] = survey([Path("found")], options, told.append)
again = survey([Path("found")], Options(seconds_per_file=20, engine="spark", state=Path("spark"), finds=Path("again.jsonl")))
try:
    job = Job(0, Exhibit("a", Path("found/empty.txt"), "", None, 0), Path("gone") / "finds" / "0")
    on_spark(Setting(bytes(32), Given()), [job], 1, Bounds(), lambda job, done: None)
except CaseError as error:
    answers["gone"] = str(error)
json.dump({**answers, "again": again, "events": [asdict(event) for event in told]}, sys.stdout)
"""


@pytest.fixture(scope="module")
def scanned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The answers of both engines on one folder, given by a relative path, and the folder that they were made in."""
    pytest.importorskip("pyspark")
    place = tmp_path_factory.mktemp("spark")
    mixed(place / "found")
    write(
        place / "found",
        {
            "torn.xlsx": b"PK\x03\x04 no workbook",
            "crash.bin": hostile("crash"),
            "fail.bin": hostile("fail"),
            "pack.zip": zipped(
                {"a.csv": csv(people(range(30))), "b": hostile("crash"), "c.csv": csv(people(range(25)))}
            ),
            "empty.txt": b"",
        },
    )
    write(place, {"spark-defaults.conf": b"spark.ui.enabled false\n"})
    paths = [str(plugged(place / "plug")), *(p for p in sys.path if p)]
    changed = {
        "PYTHONPATH": os.pathsep.join(paths),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "JDK_JAVA_OPTIONS": QUICK_JAVA,
    }
    with tempfile.TemporaryDirectory() as space:  # short: a socket's name has an end
        run = subprocess.run(
            [sys.executable, "-c", _SCAN],
            env=os.environ | changed | {"TMPDIR": space},
            cwd=place,
            capture_output=True,
            timeout=300,
            check=False,
        )
        left = [entry.name for entry in Path(space).iterdir()]
    assert run.returncode == 0, run.stderr[-3000:].decode()
    return place, {**json.loads(run.stdout), "left": left}


class TestBothEngines:
    pytestmark = needs_spark

    def test_say_the_same(self, scanned: tuple[Path, dict[str, Any]]) -> None:
        _, answers = scanned
        assert same(answers["duckdb"], answers["spark"]) == []
        assert answers["duckdb"] == answers["spark"]
        assert scan_schema.check(answers["spark"]) == ()
        assert answers["spark"]["totals"]["named"] == 120

    def test_lose_only_the_file_that_brings_its_reader_down(self, scanned: tuple[Path, dict[str, Any]]) -> None:
        rows = scanned[1]["spark"]["not_read"]
        crashed = [row["path"] for row in rows if row["reason"].startswith("brought its reader down (exit -11)")]
        assert crashed == ["found/crash.bin", "found/pack.zip!b"]

    def test_write_the_same_finds(self, scanned: tuple[Path, dict[str, Any]]) -> None:
        place, _ = scanned
        lines = [
            sorted(map(_bare, (place / f"{name}.jsonl").read_text("utf-8").splitlines()))
            for name in ("duckdb", "spark")
        ]
        assert lines[0]
        assert lines[0] == lines[1]

    def test_tell_of_every_file_once(self, scanned: tuple[Path, dict[str, Any]]) -> None:
        events = scanned[1]["events"]
        half = len(events) // 2
        one, other = ({event["path"]: event["bytes"] for event in part} for part in (events[:half], events[half:]))
        assert one == other
        assert len(one) == half

    def test_remember_what_spark_has_read(self, scanned: tuple[Path, dict[str, Any]]) -> None:
        place, answers = scanned
        totals = answers["again"]["totals"]
        assert totals.pop("unchanged") == 11
        assert totals == {name: n for name, n in answers["spark"]["totals"].items() if name != "unchanged"}
        assert (place / "again.jsonl").read_bytes() == (place / "spark.jsonl").read_bytes()

    def test_refuse_a_folder_of_finds_that_executors_do_not_see(self, scanned: tuple[Path, dict[str, Any]]) -> None:
        assert scanned[1]["gone"].startswith(f"{scanned[0] / 'gone' / 'finds'}: is not there on Spark's executors")

    def test_leave_nothing_beside_what_was_asked_for(self, scanned: tuple[Path, dict[str, Any]]) -> None:
        assert scanned[1]["left"] == []
        names = {entry.name for entry in scanned[0].iterdir()}
        assert names == {
            "found",
            "plug",
            "duckdb",
            "spark",
            "duckdb.jsonl",
            "spark.jsonl",
            "again.jsonl",
            "spark-defaults.conf",
        }


def _bare(line: str) -> str:
    """A line of finds without what depends on the state's key."""
    row = json.loads(line)
    return json.dumps({name: value for name, value in row.items() if name != "token"}, sort_keys=True)


@pytest.mark.slow
@pytest.mark.spark
def test_without_java_it_says_what_is_wanted(tmp_path: Path) -> None:
    pytest.importorskip("pyspark")
    write(tmp_path, {"found/a.csv": b"x"})
    bare = {name: value for name, value in os.environ.items() if name not in ("JAVA_HOME", "PATH")}
    run = subprocess.run(
        [sys.executable, "-m", "headwater.cli.main", "scan", "found", "--engine", "spark"],
        env=bare | {"PYTHONPATH": os.pathsep.join(p for p in sys.path if p), "PATH": str(_tools(tmp_path / "tools"))},
        cwd=tmp_path,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 1
    assert b"Spark did not start; it needs Java 17" in run.stderr
    assert b"Traceback" not in run.stderr


def _tools(folder: Path) -> Path:
    """What Spark's own script needs to find out that there is no Java."""
    folder.mkdir()
    for name in ("bash", "dirname", "readlink", "basename", "env", "sh"):
        if found := shutil.which(name):
            (folder / name).symlink_to(found)
    return folder


def job(number: int, size: int) -> Job:
    return Job(number, Exhibit(f"f{number}", Path(f"f{number}"), "", None, size), Path("finds"))


def test_shares_hold_every_job_once_and_about_the_same_bytes() -> None:
    jobs = [job(number, (number * 7919) % 100_000) for number in range(1000)]
    made = shares(jobs, 2)
    assert len(made) == 16
    assert sorted(j.number for share in made for j in share) == list(range(1000))
    load = [sum(j.exhibit.size for j in share) for share in made]
    assert max(load) < 1.1 * min(load)


def test_a_large_file_has_a_share_of_its_own_and_comes_first() -> None:
    made = shares([job(0, 10), job(1, 1 << 40), job(2, 20), job(3, 30)], 1)
    assert [j.number for j in made[0]] == [1]
    assert len(shares([job(0, 1)], 64)) == 1


def test_an_engine_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    write(tmp_path, {"a.csv": b"x"})
    with pytest.raises(StoreError, match="choose duckdb or spark"):
        survey([tmp_path], replace(Options(), engine="abacus"))
