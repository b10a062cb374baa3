"""A run that is killed at any point and started again ends as one that was left in peace."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from tests import made_lake
from tests.made_cases import Answered, Made
from tests.processes import headwater, killed, start

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
KILLS = 6


def same_as(undisturbed: Answered, out: Path) -> None:
    """Same answer, same rows, and no leavings."""
    assert (out / "result.json").read_bytes() == undisturbed.data
    for name in ("report.html", "result.zh.json"):
        assert (out / name).read_bytes() == (undisturbed.out / name).read_bytes()
    assert sorted(f.name for f in out.iterdir()) == ["report.html", "result.json", "result.zh.json", "workspace"]
    workspace = out / "workspace"
    assert made_lake.part_files(workspace) == {file for _, file in made_lake.counted_parts(workspace)}
    assert made_lake.content(workspace) == made_lake.content(undisturbed.workspace)
    assert list((workspace / "spill").iterdir()) == []
    for table in made_lake.EVENTS:
        if table not in ("access", "logons"):  # one line of these may hold several acts
            assert set(made_lake.lines(workspace, table).values()) <= {1}, table


def test_killed_again_and_again(plain: Made, plain_answered: Answered, tmp_path: Path) -> None:
    out = tmp_path / "out"
    hits = 0
    for n in range(1, KILLS + 1):
        run = start(tmp_path / "said", "investigate", plain.folder, "--out", out)
        hits += killed(run, after=plain_answered.seconds * n / (KILLS + 1))
        if (out / "result.json").exists():
            break
    assert hits >= KILLS // 3
    assert headwater(tmp_path / "said", "investigate", plain.folder, "--out", out).code == 0
    same_as(plain_answered, out)


def test_killed_between_two_changes_of_its_files(plain: Made, plain_answered: Answered, tmp_path: Path) -> None:
    """Each part is renamed into place before the manifest counts it: here the run dies at such a moment, ever later."""
    out, at, hits = tmp_path / "out", 1, 0
    while at < 200:
        run = start(tmp_path / "said", "ingest", plain.folder, "--out", out, dies_at=at)
        run.join()
        if run.exitcode == 0:
            break
        assert run.exitcode == -signal.SIGKILL
        hits, at = hits + 1, at * 2 + 1
    assert hits >= 4
    for at in (1, 3):
        scan = start(tmp_path / "said", "scan", plain.folder, "-w", out / "workspace", dies_at=at)
        scan.join()
        assert scan.exitcode == -signal.SIGKILL
    write = start(tmp_path / "said", "report", plain.folder, "--out", out, dies_at=4)
    write.join()
    assert headwater(tmp_path / "said", "investigate", plain.folder, "--out", out).code == 0
    same_as(plain_answered, out)
