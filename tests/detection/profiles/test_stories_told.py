"""Stories end with their window, and tickets of accounts that nobody owns cover these accounts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from tests.detection.lakes import office, opened
from tests.detection.scenarios import DEEDS

from headwater.detection.detectors.unusual_conduct import DETECTOR
from headwater.detection.profiles.stories import stories


@pytest.mark.parametrize("ticket", [False, True])
def test_a_ticket_of_a_service_account_covers_its_days(tmp_path: Path, ticket: bool) -> None:
    made, rng = office(staff=20, days=30, level=14.0, seed=2), np.random.default_rng(1)
    DEEDS["account"](made, rng, "sync", owner="E05", kind="service")
    DEEDS["logon"](made, rng, "sync", [0, 29], at="10.0.9.9", hour=10.0)
    DEEDS["stick"](made, rng, "sync", [20, 24], files=30, at="E05")
    DEEDS["logon"](made, rng, "u05", [20, 24], at="E05", hour=21.0)
    DEEDS["stick"](made, rng, "u05", [20, 24], files=30, at="E05")
    if ticket:
        DEEDS["ticket"](made, rng, "sync", [20, 24])
    with opened(made, tmp_path) as scene:
        conduct = scene.conduct
        assert conduct is not None
        told = {conduct.staff.names[s.person]: s for s in stories(conduct, scene.org, DETECTOR.loud, DETECTOR.together)}
        assert told["E05"].p < 0.01  # a service's ticket covers nobody's own days
        assert (told["=sync"].p < 0.01 if "=sync" in told else False) is not ticket
        for story in told.values():
            assert story.last <= story.end < story.last + timedelta(days=max(story.span, 1))
