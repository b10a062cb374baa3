"""What a visit is held against: hours, wrong passwords and levels, each learnt once and asked for one account."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.detection.lakes import FIRST, House, moment, opened

from headwater.detection.profiles.visits import EARLIER, failures, hours, levels
from headwater.detection.profiles.visits import FIRST as EARLY


def test_wrong_passwords_within_three_hours_are_counted(tmp_path: Path) -> None:
    house = House()
    for minutes in (0, 1, 50, 170, 181, 600):
        house.event("logons", moment(FIRST, 9.0, -60.0 * minutes), account="u1", action="failure")
    house.event("logons", moment(FIRST, 9.0), account="u2", action="failure")
    house.event("logons", moment(FIRST, 8.0), account="u3", action="logon")
    with opened(house, tmp_path) as scene:
        told = failures(scene.engine, ["u1", "u3"])
    at = pd.Series(pd.to_datetime([moment(FIRST, 9.0), moment(FIRST, 9.0) - EARLIER, moment(FIRST, 20.0)]))
    assert told.before("u1", at) == 4
    assert told.before("u1", at.dt.tz_convert("Asia/Shanghai")) == 4
    assert told.before("u1", at[2:]) == 0
    assert told.before("u1", at[:0]) == 0
    assert told.before("u3", at) == told.before("nobody", at) == 0
    assert (told.days, sorted(told.daily)) == (4, [1, 1, 5])


def test_an_account_s_own_hours_are_those_of_earlier_days(tmp_path: Path) -> None:
    house = House()
    for n in range(10):
        house.event("access", moment(FIRST + timedelta(days=n), 9.0 if n < 8 else 23.0), account="u1", action="lookup")
    with opened(house, tmp_path) as scene:
        told = hours(scene.engine, ["u1"])
    assert told.odd("u1", 10, FIRST + timedelta(days=6))[1:] == (6, 6)
    assert told.odd("u1", 0, FIRST + timedelta(days=9))[1:] == (1, 9)
    assert told.odd("u2", 10, FIRST)[1:] == (0, 0)


def test_how_loud_a_day_is_is_its_rank_among_all(tmp_path: Path) -> None:
    counts = np.tile(np.arange(1, 13), 3)
    days = pd.DataFrame(
        {
            "account": np.repeat(["a", "b", "c"], 12),
            "day": list(range(12)) * 3,
            "subjects": counts,
            "unseen": 0,
        }
    ).sample(frac=1, random_state=1)
    told = levels(days)
    past = [(n, (n - 1) * n / 2 / (n - 1)) for n in range(EARLY + 1, 13)]
    scores = np.log([(n + 5) / (usual + 5) for n, usual in past for _ in range(3)])
    assert told.house == pytest.approx(np.sort(scores))
    score = np.log((9 + 5) / (6 + 5))
    assert told.louder(9, 6) == pytest.approx(((scores >= score).sum() + 1) / (len(scores) + 1))
    assert told.louder(10_000, 1) == pytest.approx(1 / (len(scores) + 1))
