"""A copy of a log in the case folder does not count twice."""

from __future__ import annotations

import shutil
from pathlib import Path

from headwater.exhibits.folder import open_case
from headwater.ingestion.ingest import ingest
from headwater.simulation.insurer import make_case
from headwater.store.workspace import open_workspace


def _rows(case: Path, space: Path) -> tuple[int, list[str]]:
    with open_workspace(space) as workspace:
        ingest(open_case(case), workspace)
        rows = workspace.lake.read("files").num_rows
        return rows, [n.path for n in workspace.manifest.not_read()]


def test_a_copy_is_listed_and_counts_once_until_the_first_is_gone(tmp_path: Path) -> None:
    make_case(tmp_path / "made", seed=3, staff=24, clients=300, days=10)
    case, space = tmp_path / "made" / "case", tmp_path / "space"
    once, nothing = _rows(case, space)
    assert once > 0
    assert nothing == []
    log = case / "logs" / "endpoint.json"
    shutil.copy(log, case / "logs" / "zz-copy.json")
    assert _rows(case, space) == (once, ["logs/zz-copy.json"])
    log.unlink()
    assert _rows(case, space) == (once, [])
