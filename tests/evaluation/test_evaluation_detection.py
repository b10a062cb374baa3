"""Doings caught, missed and late; names, records lost, budgets and false alarms, each worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.evaluation.small_worlds import doing, finding, result, truth, written

from headwater.evaluation.catching import Outcome
from headwater.evaluation.detecting import Point
from headwater.evaluation.scoring import Score, score

Json = dict[str, Any]


def scored(folder: Path, answer: Json, made: Json) -> Score:
    return score(written(folder, "result.json", answer), written(folder, "truth.json", made))


def point(found: Score, reading: str = "all", budget: int = 0, unit: str = "finding") -> Point:
    return next(p for p in found.points if (p.unit, p.reading, p.budget) == (unit, reading, budget))


def only(found: Score, reading: str = "all", budget: int = 0) -> Outcome:
    (outcome,) = point(found, reading, budget).outcomes
    return outcome


def test_a_doing_is_caught_with_its_days_and_records(tmp_path: Path) -> None:
    # raised on the 8th: four days of ten records each are gone; the alert covers four of the ten days
    got = only(scored(tmp_path, result(finding("03-05", "03-08", 9)), truth()))
    assert (got.found, got.late, got.days, got.lost, got.taken) == (True, False, 3, 40, 100)
    assert (got.account, got.person, got.anyone, got.blamed) == (True, True, True, False)
    assert got.overlap == pytest.approx(0.4)


def test_a_miss_loses_everything(tmp_path: Path) -> None:
    got = only(scored(tmp_path, result(finding("03-05", "03-08", 9, accounts=["u2"], employees=["E2"])), truth()))
    assert (got.found, got.late, got.days, got.lost, got.taken) == (False, False, None, 100, 100)
    assert (got.account, got.person, got.overlap) == (None, None, None)


@pytest.mark.parametrize(
    ("raised", "found", "late"),
    [
        ("2026-03-05T08:59:00+08:00", False, False),
        ("2026-03-05T09:00:00+08:00", True, False),
        ("2026-03-15T17:00:00+08:00", True, False),
        ("2026-03-15T17:00:01+08:00", False, True),
    ],
)
def test_an_alert_counts_from_the_first_taking_to_a_day_after_the_last(
    tmp_path: Path, raised: str, found: bool, late: bool
) -> None:
    got = only(scored(tmp_path, result(finding("03-05", "03-14", 9, raised=raised)), truth()))
    assert (got.found, got.late) == (found, late)


def test_an_alert_about_other_days_is_false_even_when_it_names_the_thief(tmp_path: Path) -> None:
    found = scored(tmp_path, result(finding("03-01", "03-04", 9), finding("03-15", "03-15", 9)), truth())
    assert not only(found).found
    assert point(found).alarms.false == 2


def test_naming_the_account_is_not_naming_the_person(tmp_path: Path) -> None:
    lent = truth(doings=[doing(employees=["E5", "E6"], owners=["E1"])])
    got = only(scored(tmp_path, result(finding("03-05", "03-06", 9, employees=["E1", "E6"])), lent))
    assert (got.found, got.account, got.person, got.anyone, got.blamed) == (True, True, False, True, True)
    got = only(scored(tmp_path, result(finding("03-05", "03-06", 9, accounts=[], employees=["E6"])), lent))
    assert (got.found, got.account, got.person, got.anyone, got.blamed) == (True, False, True, True, False)


def test_for_a_stranger_right_means_that_nobody_is_named(tmp_path: Path) -> None:
    stranger = truth(doings=[doing(kind="hijacked-account", employees=[], owners=["E1"])])
    named = only(scored(tmp_path, result(finding("03-05", "03-06", 9)), stranger))
    assert (named.stranger, named.found, named.person, named.blamed) == (True, True, False, True)
    silent = only(scored(tmp_path, result(finding("03-05", "03-06", 9, employees=[])), stranger))
    assert (silent.found, silent.person, silent.anyone, silent.blamed) == (True, True, True, False)


def test_time_is_of_the_first_alert_and_names_are_of_the_best(tmp_path: Path) -> None:
    weak = finding("03-05", "03-05", 2, employees=["E9"])
    strong = finding("03-05", "03-14", 20)
    got = only(scored(tmp_path, result(weak, strong), truth()))
    assert (got.days, got.lost, got.person, got.overlap) == (0, 10, True, 1.0)


def test_the_house_sees_the_best_alerts_of_each_day(tmp_path: Path) -> None:
    noise = [finding("03-08", "03-08", 20 + n, accounts=[f"n{n}"], employees=[]) for n in range(5)]
    found = scored(tmp_path, result(finding("03-05", "03-08", 9), *noise), truth())
    assert not only(found, "house", 1).found
    assert not only(found, "house", 5).found
    assert only(found, "house", 10).found
    assert point(found, "house", 1).alarms.alerts == 1
    assert point(found, "house", 5).alarms.false == 5


def test_the_ranked_list_is_cut_once_at_the_budget_of_the_whole_span(tmp_path: Path) -> None:
    # 1,000 staff and 20 days: 5 a day per 10,000 are 10 alerts, 1 a day are 2
    noise = [finding(f"03-{n + 1:02}", f"03-{n + 1:02}", 20, accounts=["n"], employees=[]) for n in range(9)]
    found = scored(tmp_path, result(finding("03-05", "03-08", 9), *noise), truth())
    assert point(found, "per 10,000", 1).alarms.alerts == 2
    assert not only(found, "per 10,000", 1).found
    assert only(found, "per 10,000", 5).found
    assert point(found, "per 10,000", 5).alarms.false == 9


def test_false_alarms_by_day_week_and_what_they_look_like(tmp_path: Path) -> None:
    audit = {
        "kind": "audit",
        "accounts": ["a"],
        "employees": ["A"],
        "from": "2026-03-01",
        "to": "2026-03-10",
        "papers": True,
    }
    alerts = [
        finding("03-01", "03-01", 3, accounts=["a"], employees=[]),
        finding("03-07", "03-07", 3, accounts=["x"], employees=["A"]),
        finding("03-08", "03-08", 3, accounts=["x"], employees=[]),
        finding("03-08", "03-08", 4, accounts=["x"], employees=[]),
        finding("03-12", "03-12", 3, accounts=["a"], employees=[]),
    ]
    got = point(scored(tmp_path, result(*alerts), truth(doings=[], benign=[audit]))).alarms
    # the weeks are 1–7 and 8–14 March; the alert of the 12th lies outside the audit
    assert (got.alerts, got.false, got.alikes, got.by_alike) == (5, 5, 2, {"audit": 2})
    assert (got.worst_week, got.worst_day) == (3, 2)


def test_incidents_are_scored_beside_findings(tmp_path: Path) -> None:
    incident = finding("03-05", "03-08", 9) | {"rank": 1, "people": [{"employee": "E1", "probability": 0.9}]}
    found = scored(tmp_path, result(incidents=[incident]), truth())
    assert not point(found).outcomes[0].found
    assert point(found, unit="incident").outcomes[0].found
    assert [(s.about, s.probability, s.right) for s in found.said] == [("incident", 0.9, True)]


def test_the_order_of_findings_and_other_keys_change_nothing(tmp_path: Path) -> None:
    alerts = [finding("03-05", f"03-{n:02}", n % 3, id=f"f{n}", novel=[1]) for n in range(5, 15)]
    ahead = scored(tmp_path, result(*alerts, later={"x": 1}), truth())
    back = scored(tmp_path, result(*reversed(alerts)), truth())
    assert ahead.points == back.points


def test_an_unsized_world_is_measured_by_what_a_house_sees(tmp_path: Path) -> None:
    found = scored(tmp_path, result(finding("03-05", "03-08", 9)), truth(house={}))
    assert {p.reading for p in found.points} == {"house", "all"}
    assert (found.staff, found.days) == (None, None)


def test_a_score_survives_json(tmp_path: Path) -> None:
    found = scored(tmp_path, result(finding("03-05", "03-08", 9)), truth())
    assert Score.from_json(found.as_json()) == found
