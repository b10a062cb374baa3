from __future__ import annotations

from pathlib import Path

import pytest
from tests.exchange.sides import OURS, THEIRS, Table, listed, table


@pytest.fixture
def sides(tmp_path: Path) -> Table:
    return table(tmp_path)


@pytest.fixture
def lists(tmp_path: Path) -> tuple[Path, Path]:
    return listed(tmp_path / "ours.csv", OURS), listed(
        tmp_path / "theirs.csv", [f"+86 {n}" for n in THEIRS], "联系电话"
    )
