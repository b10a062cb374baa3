"""Results of one world cut at several moments: when a matter was raised, and what was known then."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.evaluation.small_worlds import finding, result, truth, written

from headwater.evaluation.detecting import Point
from headwater.evaluation.errors import EvaluationError
from headwater.evaluation.prequential import prequential
from headwater.evaluation.scoring import Score

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=SHANGHAI)


def run(folder: Path, *cuts: tuple[int, dict[str, Any]]) -> Score:
    files = [(at(day), written(folder, f"{day}.json", answer)) for day, answer in cuts]
    return prequential(files, written(folder, "truth.json", truth()))


def point(found: Score, reading: str = "all", budget: int = 0) -> Point:
    return next(p for p in found.points if (p.unit, p.reading, p.budget) == ("finding", reading, budget))


def test_an_alert_is_raised_at_the_first_cut_that_holds_it(tmp_path: Path) -> None:
    found = run(
        tmp_path,
        (6, result()),
        (8, result(finding("03-05", "03-07", 5))),
        (12, result(finding("03-05", "03-11", 15))),
    )
    (got,) = point(found).outcomes
    assert (got.found, got.days, got.lost, got.overlap) == (True, 3, 40, 0.3)
    assert point(found).alarms.alerts == 1


def test_the_cuts_may_come_in_any_order(tmp_path: Path) -> None:
    cuts = [(8, result(finding("03-05", "03-07", 5))), (12, result(finding("03-05", "03-11", 15)))]
    assert run(tmp_path, *cuts) == run(tmp_path, *reversed(cuts))


def test_what_a_later_result_withdraws_was_still_raised(tmp_path: Path) -> None:
    found = run(tmp_path, (4, result(finding("03-02", "03-03", 5, accounts=["x"], employees=[]))), (16, result()))
    assert point(found).alarms.false == 1
    assert not point(found).outcomes[0].found


def test_another_detector_or_other_days_are_another_matter(tmp_path: Path) -> None:
    found = run(
        tmp_path,
        (6, result(finding("03-05", "03-05", 5))),
        (10, result(finding("03-05", "03-09", 5, detector="other"), finding("03-07", "03-09", 5))),
    )
    assert point(found).alarms.alerts == 3


def test_two_findings_of_one_cut_are_two_alerts(tmp_path: Path) -> None:
    twice = (finding("03-05", "03-07", 5), finding("03-06", "03-07", 4))
    found = run(tmp_path, (8, result(*twice)), (12, result(*twice)))
    assert point(found).alarms.alerts == 2


def test_a_story_that_grows_competes_again_and_is_seen_once(tmp_path: Path) -> None:
    # one alert a day: the doing loses its day to noise at both first cuts, and wins when its score has risen
    def noise(day: str, bits: float) -> dict[str, Any]:
        return finding(day, day, bits, accounts=[f"n{day}"], employees=[])

    cuts = [
        (7, result(finding("03-05", "03-06", 5), noise("03-06", 9))),
        (8, result(finding("03-05", "03-07", 5.5), noise("03-06", 9))),
        (9, result(finding("03-05", "03-08", 8), noise("03-06", 9))),
    ]
    found = run(tmp_path, *cuts)
    tight = point(found, "house", 1)
    # the first cut stands for six days since the first of March, and so has six budgets
    assert tight.outcomes[0].days == 2
    found = run(tmp_path, (6, result()), *cuts)
    tight = point(found, "house", 1)
    assert (tight.outcomes[0].found, tight.outcomes[0].days, tight.alarms.alerts) == (True, 4, 2)


def test_the_ranked_list_takes_the_first_version_above_the_threshold(tmp_path: Path) -> None:
    others = [finding("03-06", "03-06", 10 + n, accounts=[f"n{n}"], employees=[]) for n in range(12)]
    cuts = [
        (7, result(finding("03-05", "03-06", 5), *others)),
        (10, result(finding("03-05", "03-09", 30), *others)),
    ]
    got = point(run(tmp_path, *cuts), "per 10,000", 5)
    assert (got.outcomes[0].found, got.outcomes[0].days) == (True, 5)


def test_cuts_must_be_there_dated_and_of_one_method(tmp_path: Path) -> None:
    made, answer = written(tmp_path, "truth.json", truth()), written(tmp_path, "result.json", result())
    other = written(tmp_path, "other.json", result(method="z-score"))
    with pytest.raises(EvaluationError, match="at least one cut"):
        prequential([], made)
    with pytest.raises(EvaluationError, match="with a zone"):
        prequential([(datetime(2026, 3, 1), answer)], made)
    with pytest.raises(EvaluationError, match="headwater, z-score"):
        prequential([(at(3), answer), (at(4), other)], made)
