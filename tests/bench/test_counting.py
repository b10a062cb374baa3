"""The bench of a day's counts runs, and both engines count what DuckDB's own group-by counts. No time is asserted."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import pytest
from bench.counting import main
from tests.processes import QUICK_JAVA

ROWS, ACCOUNTS, DAYS = 100_000, 200, 21
pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def figures(space: Path, engine: str) -> dict[str, object]:
    asked = ["--rows", str(ROWS), "--accounts", str(ACCOUNTS), "--days", str(DAYS), "--memory", "1", "--engine", engine]
    main([*asked, "--space", str(space), "--out", str(space / "told.json")])
    told: dict[str, object] = json.loads((space / "told.json").read_text("utf-8"))
    return told


@pytest.fixture(scope="module")
def space(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("counting")


@pytest.fixture(scope="module")
def told(space: Path) -> dict[str, object]:
    return figures(space, "duckdb")


def test_the_counts_are_those_of_the_plain_query(told: dict[str, object]) -> None:
    assert (told["rows"], told["engine"], told["same_counts"]) == (ROWS, "duckdb", True)
    assert told["ratio"] > 0  # type: ignore[operator]


@pytest.mark.spark
@pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java")
@pytest.mark.filterwarnings("default")  # of Spark's own Python code
def test_spark_counts_the_same(told: dict[str, object], space: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.setenv("PYSPARK_PYTHON", sys.executable)
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    monkeypatch.setenv("JDK_JAVA_OPTIONS", QUICK_JAVA)
    monkeypatch.chdir(space)
    other = figures(space, "spark")
    assert other["engine"] == "spark"
    assert [other[k] for k in ("same_counts", "account_days", "people_read")] == [
        told[k] for k in ("same_counts", "account_days", "people_read")
    ]
