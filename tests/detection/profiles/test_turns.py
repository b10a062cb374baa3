"""Who of several people sat there: one by one, over several sittings, and with a stranger in mind."""

from __future__ import annotations

import pytest

from headwater.detection.profiles.turns import OUTSIDER, STRANGER, posteriors


def test_nobody_near_is_a_stranger() -> None:
    assert posteriors([{}], [1.0]) == [{OUTSIDER: 1.0}]


def test_one_sitting_is_weighed_by_its_own_traces() -> None:
    (found,) = posteriors([{"A": 8.0, "B": 0.5}], [1.0])
    assert found["A"] == pytest.approx(0.45 * 8 / (0.45 * 8.5 + STRANGER))
    assert sum(found.values()) == pytest.approx(1)


def test_two_who_cannot_be_told_apart_stay_so() -> None:
    for found in posteriors([{"A": 6.0, "B": 6.0}] * 9, [1.0] * 9):
        assert found["A"] == pytest.approx(found["B"])


def test_whoever_was_there_each_time_is_likelier_than_one_who_was_there_once() -> None:
    found = posteriors([{"A": 8.0}] * 5 + [{"A": 8.0, "B": 8.0}], [1.0] * 6)
    assert found[-1]["A"] > 0.85 > 0.15 > found[-1]["B"]


def test_turns_are_told_apart_by_the_day() -> None:
    found = posteriors([{"A": 10.0, "B": 0.2}, {"A": 0.2, "B": 10.0}] * 4, [1.0] * 8)
    assert all(f["A"] > 0.9 for f in found[::2])
    assert all(f["B"] > 0.9 for f in found[1::2])


def test_visits_of_the_owner_say_little_of_the_borrower() -> None:
    ratios = [{"B": 9.0}] * 6 + [{"A": 5.0, "B": 5.0}]
    doubtful, sure = (posteriors(ratios, [weight] * 6 + [1.0])[-1]["B"] for weight in (0.01, 1.0))
    assert doubtful == pytest.approx(0.5, abs=0.05)
    assert sure > 0.8
