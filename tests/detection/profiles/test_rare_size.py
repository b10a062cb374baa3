"""How rare a size is, where an account has no peers and worked on as many days as the house."""

from __future__ import annotations

import pandas as pd

from headwater.detection.profiles.backing import Days, rare_size


def test_an_account_without_peers_that_works_a_day_more_than_the_others_is_measured_without_a_warning() -> None:
    days = pd.date_range("2024-03-04", periods=4)
    worked = pd.DataFrame(
        {"account": ["clerk"] * 3 + ["robot"] * 4, "day": [*days[:3], *days]}  # 3 days of the house, 4 of the robot
    )
    rows = pd.DataFrame({"account": ["robot"], "day": [days[3]], "allowed": [False], "size": [50.0]})
    scores = rare_size(rows, Days(worked, {"clerk": "claims", "robot": "=robot"}, 28), "size")
    assert 0 <= scores[0] < 5
