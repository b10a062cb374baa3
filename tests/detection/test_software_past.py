"""A service's past is counted in days, and a day is held against earlier days only."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.detection.lakes import office, opened
from tests.detection.scenarios import DEEDS

from headwater.detection.detectors.software import PAST, Software


@pytest.mark.parametrize(
    ("days", "a_day", "news"), [(4, 8, False), (PAST + 1, 1, True), (PAST + 1, 2, True), (PAST, 2, False)]
)
def test_the_past_is_counted_in_days(tmp_path: Path, days: int, a_day: int, news: bool) -> None:
    made = office(staff=5, days=2)
    DEEDS["account"](made, np.random.default_rng(1), "sync", kind="service")
    rows = [
        {
            "account": "sync",
            "day": date(2026, 3, 2) + timedelta(days=n),
            "spread": 0.3 if n == days - 1 else 1.0,
            "step": 9.0,
        }
        for n in range(days)
        for _ in range(a_day)
    ]
    with opened(made, tmp_path) as scene:
        told = Software._news(scene, pd.DataFrame(rows))
        assert told.to_list() == [False] * (len(rows) - a_day) + [news] * a_day
