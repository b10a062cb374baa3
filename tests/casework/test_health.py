"""Input that lacks something is said to, with the detectors that are blind for it; sound input is not."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from tests.detection.lakes import Office, office, opened, working_day

from headwater.casework.health import health


def told(house: Office, root: Path, counts: dict[str, int] | None = None) -> list[str]:
    with opened(house, root / "w") as scene:
        return [text.en for text in health(scene, counts or {})]


@pytest.fixture
def house() -> Office:
    return office(staff=8, days=15, level=14.0, seed=2)


def test_sound_input_has_nothing_to_tell(house: Office, tmp_path: Path) -> None:
    assert told(house, tmp_path) == []


def test_rows_without_a_place_blind_who_sat_there(house: Office, tmp_path: Path) -> None:
    rows = house.rows["access"]
    house.rows["access"] = [{**r, "ip": None} if i % 4 == 0 else r for i, r in enumerate(rows)]
    (said,) = told(house, tmp_path)
    blind = -(-len(rows) // 4)
    assert f"{blind:,} of {len(rows):,} rows (25%) of the log of reading do not say at which device" in said
    assert "half-blind for it: borrowed-account" in said


def test_a_field_that_is_nowhere_blinds(house: Office, tmp_path: Path) -> None:
    house.rows["web"] = [{**r, "bytes_out": None} for r in house.rows["web"]]
    (said,) = told(house, tmp_path)
    assert "do not say how much was sent: blind for it: outflow, forbidden-site" in said


def test_a_missing_day_is_told_and_a_free_one_is_not(house: Office, tmp_path: Path) -> None:
    house.rows["access"] = [r for r in house.rows["access"] if r["day"] != working_day(7)]
    (said,) = told(house, tmp_path)
    assert f"The log of reading has no event on {working_day(7)}, though" in said


def test_a_missing_day_is_no_absence(tmp_path: Path) -> None:
    house = office(staff=8, days=15, level=14.0, seed=2)
    house.add("absences", employee="E03", starts=working_day(7), ends=working_day(7), kind="leave")
    house.rows["access"] = [r for r in house.rows["access"] if r["day"] != working_day(7)]
    with opened(house, tmp_path / "w") as scene:
        day = scene.volume.days.index(working_day(7))
        assert (scene.volume.opened.counts[:, day] != scene.volume.opened.counts[:, day]).all()  # unknown, not zero
        assert working_day(7) not in set(scene.sittings["day"])
        assert not scene.leave.rows[scene.sittings["owner"] == "E03"].any()


def test_a_log_in_another_zone_is_told(house: Office, tmp_path: Path) -> None:
    house.rows["web"] = [{**r, "time": r["time"] + timedelta(hours=8)} for r in house.rows["web"]]
    (said,) = told(house, tmp_path)
    assert "The clock of the proxy log is about" in said
    assert 410 <= int(said.split("about ")[1].split()[0]) <= 550
    assert "minutes ahead of" in said


def test_statements_that_were_not_understood_have_their_share(house: Office, tmp_path: Path) -> None:
    (said,) = told(house, tmp_path, {"statements not understood": 30, "statements understood": 70})
    assert "30 of 100 SQL statements (30%) were not understood" in said


def test_days_of_a_log_that_never_works_on_them_are_not_missing() -> None:
    from headwater.casework.health import _gaps

    monday = date(2026, 3, 2)
    week = [monday + timedelta(days=i) for i in range(26) if i % 7 < 5]
    assert _gaps(dict.fromkeys(week, 50)) == []
    assert _gaps({d: 50 for d in week if d != monday + timedelta(days=9)}) == [monday + timedelta(days=9)]
    assert _gaps({d: 5 for d in week if d != monday + timedelta(days=9)}) == []
