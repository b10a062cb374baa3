"""The bench runs on tiny data: every figure is there, finite and positive. No time is asserted."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from bench.__main__ import main
from bench.whole import STAGES

RATIOS = {"cpu_ratio", "wall_ratio", "rate", "share", "peak_mb", "wall_per_million", "cpu_per_million"}


def figures(value: Any, name: str = "") -> Iterator[tuple[str, float]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from figures(part, key)
    elif isinstance(value, list):
        for part in value:
            yield from figures(part, name)
    elif name in RATIOS:
        yield name, value


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_every_figure_is_finite_and_positive(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "results.json"
    main(["--events", "tiny", "--out", str(out), "--space", str(tmp_path)])
    told = json.loads(out.read_text("utf-8"))

    found = list(figures({name: part for name, part in told.items() if name != "machine"}))
    assert {name for name, _ in found} == RATIOS
    assert [pair for pair in found if not (math.isfinite(pair[1]) and pair[1] > 0)] == []
    assert tuple(told["whole"]["stages"]) == STAGES
    assert math.isclose(sum(s["share"] for s in told["whole"]["stages"].values()), 1.0, abs_tol=0.001)
    formats = [row["format"] for row in told["ingestion"]]
    assert len(formats) == len(set(formats)) >= 10
    said = capsys.readouterr().out
    assert all(f"| {name} " in said for name in (*formats, *STAGES, "tokens", "xlsx"))
    # nothing is left behind, and the figures name no place on the machine
    assert [p.name for p in tmp_path.iterdir()] == ["results.json"]
    assert not re.search(r"(?<![\w.,:])/\w+/", out.read_text("utf-8"))
