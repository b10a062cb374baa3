"""Of several things that stand out of a leaver, only those that are rare among all leavers may speak."""

from __future__ import annotations

from datetime import date

from headwater.detection.detectors.leaver import DETECTOR, Seen
from headwater.model.words import Text


def test_what_is_not_rare_among_so_many_leavers_hides_nothing() -> None:
    day = (date(2026, 3, 2),)
    common = Seen(0.003, "u1", day, Text("a", "甲"), cap=12.0)
    rare = Seen(0.001, "u1", day, Text("b", "乙"), cap=3.0)
    assert DETECTOR.clearest([common, rare], 2) == common
    assert DETECTOR.clearest([common, rare], 20) == rare
    assert DETECTOR.clearest([common, rare], 60) is None
