"""Who was at a desk: traces of every log, how near they are, and what the house itself says that is worth."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.detection.lakes import Office, moment, opened, working_day

from headwater.detection.profiles.presence import LEAST, MOST


def counter(**late: float) -> Office:
    """E01 and E02 share a desk in two shifts for fifteen days; E03's account is used there after E03 left."""
    house = Office(staff=3, days=0, book=20)
    for employee, desk in (("E01", "E01"), ("E02", "E01"), ("E03", "E03")):
        seat = house.seat(desk)
        house.add("people", employee=employee, name="", department="d", role="r", site="s",
                  workstation=seat["device"], ip=seat["ip"],
                  left=working_day(2) if employee == "E03" else None)  # fmt: skip
        house.add("accounts", account=f"u{employee[1:]}", system="crm", owner=employee, kind="person")
    for n in range(15):
        day = working_day(n)
        for who, hours in (("u01", (8, 9, 10, 11, 12)), ("u02", (14, 15, 16, 17, 18))):
            for hour in hours:
                house.read(who, day, [hour], "E01", hour)
    house.read("u03", working_day(10), [40, 41, 42], "E01", late.get("hour", 16.4))
    return house


def test_the_shift_that_was_there_is_named(tmp_path: Path) -> None:
    with opened(counter(), tmp_path / "w") as scene:
        (row,) = scene.sittings.index[scene.sittings["account"] == "u03"]
        people = scene.who.odds[row].people
        assert max(people, key=lambda p: people[p]) == "E02"
        assert people["E02"] > 0.9
        text = scene.who.odds[row].statements[-1].text.en
        assert "E02 was at that desk under an own account 24 minute(s) before and 35 minute(s) after" in text


def test_an_hour_between_the_shifts_is_neithers(tmp_path: Path) -> None:
    with opened(counter(hour=13.0), tmp_path / "w") as scene:
        (row,) = scene.sittings.index[scene.sittings["account"] == "u03"]
        people = scene.who.odds[row].people
        assert people["E01"] == pytest.approx(people["E02"], abs=0.05)
        assert people["E01"] < 0.5


def test_what_nearness_is_worth_is_counted_in_the_house(tmp_path: Path) -> None:
    with opened(counter(), tmp_path / "w") as scene:
        ratios = scene.presence.ratios
        assert LEAST <= ratios["that day"] < ratios["around"] <= MOST
        at = moment(working_day(10), 16.4).timestamp()
        where = {p: scene.presence.where(p, "PC-01", working_day(10), at, at + 40) for p in ("E01", "E02", "E03")}
        assert where == {"E01": "that day", "E02": "around", "E03": "around"}  # E03: the lent account itself


def test_a_remote_log_on_does_not_make_an_address_a_desk(tmp_path: Path) -> None:
    house = counter()
    house.event("logons", moment(working_day(3), 20), account="u01", device="PC-01", ip="203.0.113.9",
                action="logon", kind="remote")  # fmt: skip
    house.read("u02", working_day(11), [3, 4], "203.0.113.9", 20)
    with opened(house, tmp_path / "w") as scene:
        assert "203.0.113.9" in set(scene.sittings["seat"])


def test_a_wrong_table_of_leave_accuses_nobody_at_a_shared_desk(tmp_path: Path) -> None:
    house = counter()
    house.add("absences", employee="E02", starts=working_day(12), ends=working_day(12), kind="leave")
    house.relate("E02", [14, 15, 16, 17, 18])
    house.rows["access"] = [r for r in house.rows["access"] if (r["account"], r["day"]) != ("u02", working_day(12))]
    house.read("u02", working_day(12), list(range(40, 59)), "E01", 15)
    house.read("u01", working_day(12), [8, 9, 10], "E01", 14)
    with opened(house, tmp_path / "w") as scene:
        rows = scene.sittings[(scene.sittings["account"] == "u02") & (scene.sittings["day"] == working_day(12))]
        (row,) = rows.index
        assert scene.leave.rows[row]
        assert scene.who.odds[row].people["E02"] > 0.7
