"""What result.json says of prevention, in both languages; houses in which nothing happened."""

from __future__ import annotations

import json
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from tests.casework.prevention.made_case import SAID, incident, numbers, played, small
from tests.detection.lakes import office, opened, working_day

from headwater.casework.prevention.loading import load
from headwater.casework.prevention.replay import NO_CASE, prevention
from headwater.casework.prevention.telling import PreventionPart
from headwater.casework.reports.prevention_schema import PREVENTION
from headwater.model.attribution import Attribution, Leak, Taker
from headwater.model.evidence import Citation, Finding, PersonOdds
from headwater.model.words import LANGS

DAYS = [working_day(n) for n in range(10)]
ZONE = ZoneInfo("Asia/Shanghai")


def test_every_control_says_what_it_does_costs_and_misses() -> None:
    found = load()
    assert not found.broken
    assert len(found.controls) == len({c.id for c in found.controls}) >= 16
    for control in found.controls:
        told = type(control).__doc__ or ""
        assert "It costs" in told and "misses" in told, control.id
        assert control.title.en and control.title.zh and control.does.zh
        assert set(control.needs) and "access" in control.needs


def test_a_house_without_an_incident_has_nothing_to_prevent(tmp_path: Path) -> None:
    with opened(office(staff=4, days=4), tmp_path) as scene:
        assert prevention(scene, (), Attribution()) is NO_CASE
    assert PreventionPart("en", ZONE).make(NO_CASE) == []


def test_an_incident_without_reading_is_no_case(tmp_path: Path) -> None:
    with opened(small(), tmp_path) as scene:
        sent = Finding(
            detector="outflow", key="E01", title=SAID, severity="high", accounts=(), people=(PersonOdds("E01", 0.9, 9.0),),
            devices=(), starts=scene.sittings["first"].min().to_pydatetime(),
            ends=scene.sittings["last"].max().to_pydatetime(), subjects=0, statements=(), details={"about": "person"},
        )  # fmt: skip
        assert prevention(scene, [incident(sent)], Attribution()).cases == ()


def test_a_taker_whom_no_incident_tells_of_is_replayed_by_his_days(tmp_path: Path) -> None:
    house = small()
    house.look("u03", DAYS[4], numbers(300, 40), "E03")
    taker = Taker("u03", (PersonOdds("E03", 0.9, 9.0),), (), DAYS[4], DAYS[4], 40, 1.0, 0.9, 12.0, ())
    unlikely = Taker("u04", (PersonOdds("E04", 0.1, 0.0),), (), DAYS[4], DAYS[4], 4, 1.0, 0.2, 1.0, ())
    leaks = Attribution((Leak("leaks/a.csv", "clients", 40, 40, 40, 0, (taker, unlikely)),))
    with opened(house, tmp_path) as scene:
        (found,) = PreventionPart("en", ZONE).make(prevention(scene, (), leaks))
    assert (found["incident"], found["leak"], found["accounts"], found["employees"]) == (
        None, "leaks/a.csv", ["u03"], ["E03"],
    )  # fmt: skip
    assert found["rows"] == 40 + house.each  # the day's own work is in the window, and said to be


@pytest.mark.parametrize("lang", LANGS)
def test_the_answer_tells_where_each_control_bites(tmp_path: Path, lang: str) -> None:
    house = small(left=DAYS[4])
    house.look("u01", DAYS[4], numbers(100, 5), "E01")
    house.look("u01", DAYS[5], numbers(200, 5), "E01")
    with played(house, tmp_path, days=DAYS[4:6]) as case:
        (found,) = PreventionPart(lang, ZONE).make(case.replay())  # type: ignore[arg-type]
    assert (found["rows"], found["persons"], found["acts"], found["days"], found["days_read"]) == (10, 10, 10, 4, 2)
    assert [(p["number"], p["rows"], p["persons"]) for p in found["ladder"]] == [
        (1 if n <= 5 else 4, n, n) for n in range(1, 11)
    ]
    best = next(c for c in found["controls"] if c["control"] == "closed-accounts")
    assert (best["control"], best["stopped"], best["row"], best["day"], best["saved"]) == (
        "closed-accounts",
        True,
        6,
        4,
        5,
    )
    assert best["at"] == "2026-03-09T22:00:00+08:00"
    assert best["share_saved"] == 0.5
    assert best["innocent_denied"]["per_person_week"] == 0
    assert best["parameters"] == {"grace": 0}
    assert Citation(**best["evidence"][0]).source == "logs/application.log"
    assert all(c["statements"] for c in found["controls"])
    assert [c["allowed"] for c in found["combined"]] == [0, 0, 1]
    assert found["combined"][0]["controls"] == ["lookups-per-day"]
    assert not list(PREVENTION([json.loads(json.dumps(found))], "prevention"))
    chinese = json.dumps(found, ensure_ascii=False)
    assert ("离职" in chinese) == (lang == "zh")
    assert json.loads(chinese) == found
