"""Leavers in logs whose last days hold no single readings."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tests.detection.lakes import office, opened, working_day
from tests.detection.scenarios import leaves, seek

from headwater.detection.detectors.leaver import DETECTOR


def test_a_log_that_ends_on_days_with_lists_only(tmp_path: Path) -> None:
    house = office(staff=20, days=30, level=14.0, seed=2)
    leaves(house, np.random.default_rng(1), "E03", 29, notice=20)
    leaves(house, np.random.default_rng(1), "E04", 29, notice=29)
    for account in sorted({r["account"] for r in house.rows["access"]}):
        house.silence(account, [working_day(28), working_day(29)], ("access",))
    seek(house, np.random.default_rng(1), "u03", [22, 26], 20)
    house.export("u05", working_day(29), 50, "E05")
    with opened(house, tmp_path) as scene:
        assert "E03" in {f.key for f in DETECTOR.find(scene)}
