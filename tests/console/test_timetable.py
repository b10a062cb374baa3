"""New evenings that are looked at by themselves: daily at a time of the case's zone, once for each, and what was missed is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tests.console.conftest import Console
from tests.console.ready_cases import INSURER

from headwater.console.jobs.chosen import Chosen, chosen_plain
from headwater.console.jobs.jobs import Jobs
from headwater.console.jobs.timetable import Daily, clock_of, due, following, standing
from headwater.console.jobs.told import zone_of
from headwater.console.timekeeping import FILE, Timekeeper
from headwater.model.errors import CaseError
from headwater.store.casebook import settings
from headwater.store.casebook.settings import Setting
from headwater.store.casebook.users import users

ROOT, TWIN = f"/cases/{INSURER}/settings", f"/api/v1/cases/{INSURER}/settings"
BERLIN = ZoneInfo("Europe/Berlin")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def setting(version: int, watch_at: str, when: str) -> Setting:
    return Setting("work", version, chosen_plain(Chosen(watch_at=watch_at)), "wu", at(when))


def test_a_moment_is_due_when_it_has_come_and_those_before_it_are_missed() -> None:
    daily = Daily("22:00", ZoneInfo("Asia/Shanghai"), at("2026-03-01T15:00:00+00:00"))
    assert due(daily, None, at("2026-03-02T13:59:59+00:00")) is None
    first = due(daily, None, at("2026-03-02T14:00:00+00:00"))
    assert first is not None
    assert (first.moment, first.missed) == (at("2026-03-02T14:00:00+00:00"), ())
    assert due(daily, first.moment, at("2026-03-03T13:00:00+00:00")) is None
    later = due(daily, first.moment, at("2026-03-05T14:00:01+00:00"))
    assert later is not None
    assert later.moment == at("2026-03-05T14:00:00+00:00")
    assert [m.day for m in later.missed] == [3, 4]
    assert following(daily, later.moment) == at("2026-03-06T14:00:00+00:00")


def test_each_day_has_one_moment_also_where_clocks_are_put_on_and_back() -> None:
    for day, clock in (("2026-03-29", "02:30"), ("2026-10-25", "02:30"), ("2026-10-25", "00:00")):
        daily = Daily(clock, BERLIN, at(f"{day}T00:00:00+00:00") - timedelta(days=2))
        found = due(daily, None, at(f"{day}T00:00:00+00:00") + timedelta(days=2))
        assert found is not None
        days = [m.astimezone(BERLIN).date() for m in (*found.missed, found.moment)]
        assert len(days) == len(set(days)) == 4


def test_it_stands_since_the_time_was_chosen_and_other_changes_leave_it() -> None:
    versions = [
        setting(1, "", "2026-03-01T00:00:00+00:00"),
        setting(2, "22:00", "2026-03-02T00:00:00+00:00"),
        setting(3, "22:00", "2026-03-03T00:00:00+00:00"),
    ]
    daily = standing(versions, BERLIN)
    assert daily is not None
    assert daily.since == at("2026-03-02T00:00:00+00:00")
    assert standing([*versions, setting(4, "", "2026-03-04T00:00:00+00:00")], BERLIN) is None
    assert standing([], BERLIN) is None


@pytest.mark.parametrize("text", ["24:00", "7:00", "22:60", "22", "22:00:00", "٢٢:٠٠", "22:00\n22:00"])
def test_what_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(CaseError):
        clock_of(text)


def chosen_days_ago(console: Console, days: int, clock: str) -> None:
    """What wu chose some days ago."""
    entered = datetime.now(UTC) - timedelta(days=days)
    with console.house.book.transaction(entered) as tx:
        who = next(u for u in users(tx) if u.name == "wu")
        tx.actor, tx.signed[who.id] = who.id, who
        served = console.house.served(INSURER)
        assert served is not None
        entry = console.house.entry(tx, served)
        assert entry is not None
        stands = settings.get(tx, entry, "work")
        value = chosen_plain(Chosen(watch_at=clock))
        settings.put(tx, who, entry, "work", value, stands.version if stands else 0)


def test_it_is_begun_once_over_restarts_and_beside_other_servers_and_tells_what_was_missed(console: Console) -> None:
    house, now = console.house, datetime.now(UTC)
    house.jobs = Jobs(house.folder / "held", at_once=0)  # what begins here waits: no process is wanted
    zone = zone_of(console.ready.out())
    clock = f"{now.astimezone(zone.zone) - timedelta(hours=1):%H:%M}"
    chosen_days_ago(console, 4, clock)
    assert Timekeeper(house).once(now - timedelta(days=4)) == []
    (begun,) = Timekeeper(house).once(now)
    for _other in range(2):
        assert Timekeeper(house).once(now + timedelta(minutes=5)) == []
    job = house.jobs.job(begun)
    assert job is not None
    assert (job.kind, job.by, len(job.parameters["missed"])) == ("watch", "-", 3)
    assert "watch_at" not in job.parameters["settings"]
    page = console.as_user("zhao").get(f"/cases/{INSURER}/jobs/{begun}").text
    assert f"{clock} ({zone.name})" in page
    assert "3 times before it were missed" in page
    assert "timetable" in console.as_user("zhao").get(f"/cases/{INSURER}/jobs").text
    house.jobs.cancel(begun)
    (house.folder / FILE).write_text("{")
    assert Timekeeper(house).once(now) == []
    (house.folder / FILE).unlink()  # a server that fell before its note: the job speaks for itself, though it is over
    assert Timekeeper(house).once(now) == []
    chosen_days_ago(console, 0, clock)
    log = console.as_user("wang").get("/api/v1/audit", params={"act": "job.begun"}).json()["entries"]
    assert [row["actor"]["text"] for row in log["rows"]] == ["nobody signed in"]


def test_a_moment_is_remembered_when_its_job_is_forgotten(console: Console) -> None:
    house, now = console.house, datetime.now(UTC)
    house.jobs = Jobs(house.folder / "held too", at_once=0)
    clock = f"{now.astimezone(zone_of(console.ready.out()).zone) - timedelta(hours=1):%H:%M}"
    chosen_days_ago(console, 2, "")
    chosen_days_ago(console, 2, clock)
    assert len(Timekeeper(house).once(now)) == 1
    house.jobs = Jobs(house.folder / "anew", at_once=0)
    assert Timekeeper(house).once(now) == []


def test_it_is_chosen_on_the_page_of_settings(console: Console) -> None:
    wu = console.as_user("wu")
    seen = wu.get(TWIN).json()["version"]
    assert wu.post(f"{ROOT}/timetable", data={"seen": seen, "watch_at": "22:00"}).status_code == 303
    told = wu.get(TWIN).json()
    assert (told["watch_at"], told["next_watch"][-5:]) == ("22:00", "22:00")
    assert told["history"]["rows"][0]["what"] == "looks at new evenings daily at 22:00"
    for lang in ("en", "zh"):
        assert 'value="22:00"' in wu.get(ROOT, params={"lang": lang}).text
    assert wu.post(f"{TWIN}/timetable", json={"seen": told["version"], "watch_at": "25:00"}).status_code == 400
    assert console.as_user("zhao").post(f"{TWIN}/timetable", json={"seen": 0}).status_code == 403
    assert wu.post(f"{ROOT}/timetable", data={"seen": told["version"], "watch_at": ""}).status_code == 303
    assert wu.get(TWIN).json()["next_watch"] == ""
