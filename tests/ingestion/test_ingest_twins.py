"""A copy of a log in the case folder does not count twice."""

from __future__ import annotations

import shutil
from pathlib import Path

from headwater.exhibits.folder import open_case
from headwater.ingestion.ingest import ingest
from headwater.simulation.simulate import simulate
from headwater.simulation.writing.formats import Formats
from headwater.simulation.writing.noise import Noise
from headwater.store.workspace import open_workspace


def _rows(case: Path, space: Path) -> tuple[int, list[str]]:
    with open_workspace(space) as workspace:
        ingest(open_case(case), workspace)
        rows = workspace.lake.read("files").num_rows
        return rows, [n.path for n in workspace.manifest.not_read()]


def test_a_copy_is_listed_and_counts_once_until_the_first_is_gone(tmp_path: Path) -> None:
    case, space = tmp_path / "made" / "case", tmp_path / "space"
    case.parent.mkdir()
    simulate(
        "insurer",
        case,
        seed=3,
        staff=20,
        clients=300,
        days=10,
        crimes=(),
        formats=Formats(),
        noise=Noise(rotation="none"),
    )
    once, nothing = _rows(case, space)
    assert once > 0
    assert nothing == []
    log = case / "logs" / "endpoint" / "files.json.gz"
    shutil.copy(log, case / "logs" / "zz-copy.json.gz")
    assert _rows(case, space) == (once, ["logs/zz-copy.json.gz"])
    log.unlink()
    assert _rows(case, space) == (once, [])
