"""Lists that the same words ask for over the application and over a statement are two ways."""

from __future__ import annotations

from pathlib import Path

from tests.detection.lakes import DATASET, Office, moment, office, opened, working_day

from headwater.detection.detectors.unusual_list import DETECTOR
from headwater.detection.profiles.drawing import drawing


def both_channels() -> Office:
    house = office(staff=10, days=20, level=10.0, seed=3)
    for n in (12, 16):
        for statement, returned in ((None, f"a{n}"), ("f1", f"b{n}")):
            for number in range(20 * n, 20 * n + (30 if statement else 40)):
                house.add("returned", returned=returned, dataset=DATASET, subject=f"c{number}", ordinal=number)
            house.event(
                "access", moment(working_day(n), 10.0), account="u03", application="crm", dataset=DATASET, rows=40,
                action="export", returned=returned, statement=statement, exact=True, outcome="success",
                ip=house.seat("E03")["ip"],
            )  # fmt: skip
    return house


def test_one_way_over_both_channels_in_a_day(tmp_path: Path) -> None:
    with opened(both_channels(), tmp_path) as scene:
        found = drawing(scene.engine, scene.org, scene.days, 50, 14)
        assert found is not None
        days = found.days[found.days["account"] == "u03"]
        assert days["people"].tolist() == [70, 70]
        assert days["new"].tolist() == [70, 70]
        list(DETECTOR.find(scene))


def test_a_statement_of_the_database_is_one_even_where_its_text_is_unknown(tmp_path: Path) -> None:
    house = office(staff=10, days=20, level=10.0, seed=3)
    house.statement("u03", working_day(12), list(range(30)), "E03")
    with opened(house, tmp_path) as scene:
        found = drawing(scene.engine, scene.org, scene.days, 50, 14)
        assert found is not None
        assert set(found.lists["channel"]) == {"statement"}
