"""How good Headwater is must not get worse: the small suite against its recorded floors."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from headwater.evaluation.figures import figures
from headwater.evaluation.merging import Table
from headwater.trials.shelf import METHODS, OWN

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
ROOT = Path(__file__).parents[2]
FLOORS: dict[str, Any] = tomllib.loads((ROOT / "bench" / "floors.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    """The figures of the small suite, run as a person runs it."""
    out = tmp_path_factory.mktemp("small")
    asked = ("evaluate", "--suite", "small", "--out", str(out), "--jobs", "2", "--json")
    ended = subprocess.run([sys.executable, "-m", "headwater.cli.main", *asked], capture_output=True, cwd=ROOT / "src")
    assert ended.returncode == 0, ended.stderr.decode()
    return figures(Table.from_json(json.loads(ended.stdout)))


@pytest.mark.parametrize("name", FLOORS["figures"])
def test_no_figure_falls_below_its_floor(measured: dict[str, float], name: str) -> None:
    told = FLOORS["figures"][name]
    assert told.keys() & {"floor", "ceiling"}
    assert told.get("floor", float("-inf")) <= measured[name] <= told.get("ceiling", float("inf"))


@pytest.mark.parametrize("budget", FLOORS["not_worse"]["budgets"])
def test_no_baseline_catches_more(measured: dict[str, float], budget: str) -> None:
    recall = {m: measured.get(f"{m}/recall/finding/{budget}/*/*", 0.0) for m in METHODS}
    assert {m: found for m, found in recall.items() if found > recall[OWN]} == {}


@pytest.mark.parametrize("name", FLOORS["figures"])
def test_a_floor_was_reached_when_it_was_recorded(name: str) -> None:
    told = FLOORS["figures"][name]
    assert told.get("floor", float("-inf")) <= told["measured"] <= told.get("ceiling", float("inf"))
