"""A set that may not have come whole counts by its rows, not as nothing."""

from __future__ import annotations

from pathlib import Path

from tests.detection.lakes import office, opened, working_day

from headwater.detection.detectors.beyond_entitlement import DETECTOR


def test_rows_of_inexact_sets_count_against_a_right(tmp_path: Path) -> None:
    made = office(staff=10, days=12, level=8.0, seed=3)
    made.statement("u03", working_day(8), list(range(200)), "E03", exact=False)
    with opened(made, tmp_path) as scene:
        (found,) = DETECTOR.find(scene)
        assert found.key == "u03/none:clients:sql"
        assert "1 day(s), 200 records" in found.statements[0].text.en
