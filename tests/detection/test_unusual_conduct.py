"""Those who take something where no reading is logged: found from logs to incidents; and every printed number recounted."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from tests.detection.conftest import Played
from tests.detection.office_logs import OfficeLogs, with_thieves
from tests.detection.scenarios import load

from headwater.detection.detector import detect
from headwater.detection.detectors.unusual_conduct import DETECTOR
from headwater.investigation.case import Findings, open_investigation

KIND = "unusual-conduct"
COUNTED: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "connections of removable media": lambda f: f["action"] == "mount",
    "files written to removable media": lambda f: (f["action"] == "copy") & f["path"].str.startswith("E:"),
    "spreadsheets and archives written": lambda f: (
        f["action"].isin(["create", "copy"]) & f["path"].str.contains(r"\.xlsx$")
    ),
    "file events": lambda f: f["action"] != "mount",
}


def investigated(made: OfficeLogs, root: Path) -> Findings:
    with open_investigation(made.write(root / "case"), root / "workspace") as case:
        case.ingest()
        with case.scene() as scene:
            found = case.conclude(scene, case.detect(scene), case.attribute(scene))
            assert found.detected.broken == ()
            return found


@pytest.fixture(scope="module")
def thefts(tmp_path_factory: pytest.TempPathFactory) -> tuple[Findings, dict[str, str]]:
    made, told = with_thieves(seed=1611, staff=70, days=60)
    return investigated(made, tmp_path_factory.mktemp("thefts")), told


def test_those_who_take_something_come_first(thefts: tuple[Findings, dict[str, str]]) -> None:
    found, told = thefts
    first = [f.key for f in found.detected.findings if f.detector == KIND]
    assert set(first[:2]) <= set(told)
    assert len(set(first) & set(told)) >= 2


def test_they_are_incidents_about_them_and_nobody_else(thefts: tuple[Findings, dict[str, str]]) -> None:
    """Conduct alone, with no reading of records in the log, may be too little to name somebody likelier than not."""
    found, told = thefts
    assert found.incidents
    assert {i.people[0].employee for i in found.incidents} <= set(told)
    assert {p.employee for i in found.incidents for p in i.people if p.probability > 0.5} <= set(told)


def test_ordinary_people_are_not_named(tmp_path: Path) -> None:
    made = OfficeLogs(staff=60, days=50, seed=1612)
    made.live()
    found = investigated(made, tmp_path)
    assert found.incidents == ()
    assert len([f for f in found.detected.findings if f.detector == KIND]) <= 1


def test_accounts_of_the_same_name_belong_to_the_roster(thefts: tuple[Findings, dict[str, str]]) -> None:
    found, told = thefts
    for finding in found.detected.findings:
        if finding.detector == KIND and finding.key in told:
            assert finding.accounts == (finding.key.lower(),)
            assert finding.people[0].employee == finding.key


@pytest.mark.parametrize("without", ["hr", "logon", "device", "http", "email", "file"])
def test_it_works_without_any_one_of_its_sources(without: str, tmp_path: Path) -> None:
    made, _told = with_thieves(seed=1613, staff=24, days=22)
    root = made.write(tmp_path / "case")
    gone = root / "hr" / "roster.csv" if without == "hr" else root / "logs" / f"{without}.csv"
    gone.unlink()
    with open_investigation(root, tmp_path / "workspace") as case:
        case.ingest()
        with case.scene() as scene:
            assert detect(scene, [DETECTOR]).broken == ()


def test_every_printed_number_is_in_the_rows(play: Callable[..., Played]) -> None:
    seen = 0
    for scenario in load("unusual_conduct"):
        played = play(scenario)
        files = pd.DataFrame(played.house.rows["files"])
        for finding in {f.title.en: f for several in played.found for f in several}.values():
            mine = files[files["account"] == finding.accounts[0]]
            for statement in finding.statements:
                hit = re.match(
                    r"([\d,]+) (.*?) on (\S+?); usual are [\d.]+ a day, never above ([\d,]+)", statement.text.en
                )
                if hit and hit[2] in COUNTED:
                    rows = mine[COUNTED[hit[2]](mine)]
                    by_day = rows.groupby("day").size()
                    first = min(finding.details["days"])  # type: ignore[call-overload]
                    assert by_day[date.fromisoformat(hit[3])] == int(hit[1].replace(",", ""))
                    assert by_day[by_day.index < first].max() == int(hit[4]) or not (by_day.index < first).any()
                    assert len(statement.evidence) == min(40, int(hit[1].replace(",", "")))
                    seen += 1
    assert seen
