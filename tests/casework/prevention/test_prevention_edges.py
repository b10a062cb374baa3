"""Houses that lack nearly everything, and accounts that are nobody's: a replay says what it can and breaks nowhere."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.casework.prevention.made_case import Small, numbers, played, small
from tests.detection.lakes import DATASET, moment, working_day

from headwater.casework.prevention.case_acts import CaseActs
from headwater.casework.prevention.control import Ruling
from headwater.casework.prevention.controls.four_eyes import FourEyes
from headwater.casework.prevention.controls.lists_per_day import ListsPerDay
from headwater.casework.prevention.controls.own_device import OwnDevice
from headwater.casework.prevention.house import Cost, House
from headwater.casework.prevention.telling import PreventionPart
from headwater.model.words import Text

DAYS = [working_day(n) for n in range(10)]


def stealing(house: Small, account: str = "u01", at: str = "E01") -> Small:
    for n, day in enumerate(DAYS[4:6]):
        house.look(account, day, numbers(100 + 50 * n, 6), at)
    return house


@pytest.mark.parametrize(
    "gone",
    [("people",), ("accounts",), ("people", "accounts"), ("records",), ("people", "accounts", "records")],
)
def test_tables_that_are_missing_are_named_and_break_nothing(tmp_path: Path, gone: tuple[str, ...]) -> None:
    house = stealing(small())
    for table in gone:
        house.rows.pop(table)
    with played(house, tmp_path, days=DAYS[4:6], who="") as case:
        told = case.replay()
        (found,) = PreventionPart("en", ZoneInfo("UTC")).make(told)
    assert told.broken == ()
    assert found["rows"] == 12
    assert found["others"]["persons"] == house.staff - 1
    assert len(found["controls"]) + len(found["cannot"]) == 19


def test_a_house_with_nobody_else_has_no_limit_to_take(tmp_path: Path) -> None:
    with played(stealing(small(staff=1)), tmp_path, days=DAYS[4:6]) as case:
        told = case.replay()
    (found,) = PreventionPart("zh", ZoneInfo("UTC")).make(told)
    assert told.broken == ()
    assert (found["others"]["persons"], found["others"]["person_weeks"]) == (0, 0)
    assert {"lookups-per-day", "lists-per-day"} <= {c["control"] for c in found["cannot"]}


def test_acts_without_a_place_are_bound_to_no_device(tmp_path: Path) -> None:
    house = stealing(small())
    for row in house.rows["access"]:
        row["device"] = row["ip"] = None
    with played(house, tmp_path, days=DAYS[4:6]) as case:
        told = case.replay()
        (found,) = told.cases
    assert told.broken == ()
    assert all(r.stop is None for r in found.replayed if r.control.id in ("own-device", "one-account-each"))


def test_a_service_account_has_a_limit_of_its_own(tmp_path: Path) -> None:
    house = small()
    house.add("accounts", account="svc", system="db", owner=None, kind="service")
    for n in range(25):
        house.draw("svc", DAYS[0] + timedelta(days=n), 500, "192.0.2.7", 3.0)
    for row in [r for r in house.rows["access"] if r["account"] == "svc"]:
        row["action"] = "export"
    thefts = [DAYS[0] + timedelta(days=n) for n in (26, 27)]
    for day in thefts:
        house.draw("svc", day, 800, "E03", 14.0)
    with played(house, tmp_path, account="svc", days=thefts, who="E03") as case:
        done = case.one(ListsPerDay())
        assert done.ruling.settings == {"limit svc": 500.0}
        assert (done.stop.row, done.saved, done.cost.acts) == (1, 1600, 0)
        assert case.one(OwnDevice()).saved == 1600
        assert [c.id for c, _why in case.replay(FourEyes()).cases[0].cannot] == ["four-eyes"]


def test_an_act_that_nobody_counted_is_said_to_count_nothing(tmp_path: Path) -> None:
    house = stealing(small())
    house.event(
        "access", moment(DAYS[4], 15.0), account="u01", application="crm", dataset=DATASET, action="export",
        outcome="success", **house.seat("E01"),
    )  # fmt: skip
    with played(house, tmp_path, days=DAYS[4:6]) as case:
        (found,) = PreventionPart("en", ZoneInfo("UTC")).make(case.replay())
    assert found["rows"] == 12
    assert any(t.startswith("Of 1 act(s) of this case nobody knows how many") for t in found["assumptions"])


def test_a_denied_act_is_no_act(tmp_path: Path) -> None:
    house = stealing(small())
    house.look("u01", DAYS[4], numbers(700, 5), "E01", 15.5, outcome="denied")
    house.look("u02", DAYS[4], numbers(700, 500), "E02", 12.0, outcome="denied")
    with played(house, tmp_path, days=DAYS[4:6]) as case:
        assert case.case.total == 12
        assert int(case.house.cells["acts"].sum()) == 6 * 10 * house.each + 12


@pytest.mark.parametrize("replayed", [False, True])
def test_a_named_record_is_one_row_whatever_the_log_counts(tmp_path: Path, replayed: bool) -> None:
    house = stealing(small())
    for row in house.rows["access"]:
        row["rows"] = 5
    if replayed:
        for number in numbers(900, 30):
            house.add("returned", returned="set", dataset=DATASET, subject=f"c{number}", ordinal=number)
        house.event(
            "access", moment(DAYS[4], 15.0), account="u01", application="db", dataset=DATASET, action="sql",
            returned="set", exact=True, outcome="success", **house.seat("E01"),
        )  # fmt: skip
    with played(house, tmp_path, days=DAYS[4:6]) as case:
        (found,) = PreventionPart("en", ZoneInfo("UTC")).make(case.replay())
        assert int(case.house.cells["listed"].sum()) == (30 if replayed else 0)
    assert (found["rows"], found["persons"]) == ((42, 42) if replayed else (12, 12))


class Failing:
    """A control that fails, as somebody else's may. It costs and misses everything."""

    id = "failing"
    title = Text("Failing", "出错")
    does = Text("nothing", "无")
    needs = ("access",)

    def ruling(self, house: House, case: CaseActs) -> Ruling:
        raise ZeroDivisionError

    def cost(self, house: House) -> Cost:
        raise ZeroDivisionError


def test_a_control_that_fails_is_listed_and_the_others_count(tmp_path: Path) -> None:
    with played(stealing(small()), tmp_path, days=DAYS[4:6]) as case:
        told = case.replay(Failing(), ListsPerDay(limit=1.0), OwnDevice())
        (found,) = PreventionPart("en", ZoneInfo("UTC")).make(told)
    assert told.broken == (("failing", "ZeroDivisionError"),)
    assert {c["control"] for c in found["controls"]} == {"lists-per-day", "own-device"}
    assert [c["text"] for c in found["cannot"]] == ["failing cannot be replayed: it failed (ZeroDivisionError)."]
