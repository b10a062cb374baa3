from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_trade import OFFICE

from headwater.simulation.events import HOUR
from headwater.simulation.house.building import build
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Day
from headwater.simulation.house.presence import counts, moments, on
from headwater.simulation.house.rota import attendance
from headwater.simulation.trades.trade import Shift


@pytest.fixture(scope="module")
def house() -> House:
    return build(OFFICE, seed=3, staff=300, clients=2_000, days=90)


@pytest.fixture(scope="module")
def span(house: House) -> list[Day]:
    return [on(house, day) for day in range(house.calendar.days)]


def test_a_day_is_the_same_whenever_it_is_asked_for(house: House, span: list[Day]) -> None:
    again = on(house, 33)
    for name in ("person", "comes", "goes", "place", "account"):
        assert (getattr(again, name) == getattr(span[33], name)).all()


def test_nobody_works_before_the_hire_after_the_last_day_or_in_an_absence(house: House, span: list[Day]) -> None:
    staff = house.staff
    for day in span:
        assert (staff.hired[day.person] <= day.number).all()
        assert (staff.left[day.person] >= day.number).all()
        away = {a.person for a in house.absences if a.first <= day.number <= a.last}
        assert not away & set(day.person.tolist())


def test_rows_are_by_person_and_nobody_comes_twice(span: list[Day]) -> None:
    assert all((np.diff(day.person) > 0).all() for day in span)


def test_everybody_works_some_hours_of_one_day(span: list[Day]) -> None:
    for day in span:
        assert (day.comes > 5).all()
        assert (day.goes > day.comes + 2).all()
        assert (day.goes < 34).all()


def test_the_week_has_its_rhythm(house: House, span: list[Day]) -> None:
    weekday = (np.arange(len(span)) + house.calendar.start.weekday()) % 7
    here = np.array([len(day) for day in span])
    busy = here[house.calendar.working].mean()
    assert 0.1 * busy < here[weekday == 5].mean() < 0.5 * busy
    assert here[weekday == 6].mean() < here[weekday == 5].mean()


def test_shifts_reach_into_evening_and_night(house: House, span: list[Day]) -> None:
    for role, latest in (("sales", 23.5), ("service", 26.0), ("it", 34.0)):
        mine = set(house.of(role).tolist())
        goes = np.concatenate([d.goes[np.isin(d.person, list(mine))] for d in span])
        assert goes.max() < latest
        assert goes.max() > {"sales": 18, "service": 20, "it": 29}[role]


@pytest.mark.parametrize("shift", ["office", "late", "rota", "night", "always"])
def test_every_shift_leaves_time_off(shift: Shift) -> None:
    roles = tuple(replace(role, shift=shift) for role in OFFICE.roles)
    made = build(replace(OFFICE, roles=roles), seed=4, staff=60, clients=300, days=60)
    stays = (made.staff.hired < 0) & (made.staff.left > 60)
    share = made.here[stays].mean()
    assert (0.82 if shift == "always" else 0.55) < share < (0.97 if shift == "always" else 0.78)


def test_those_who_share_a_desk_sit_at_one_machine_by_turns(house: House, span: list[Day]) -> None:
    place, size = np.unique(house.staff.place, return_counts=True)
    met = 0
    for each in place[size == 2].tolist():
        one, other = np.flatnonzero(house.staff.place == each).tolist()
        for day in span:
            rows = np.flatnonzero(np.isin(day.person, [one, other]) & (day.place == each))
            if len(rows) == 2:
                overlap = day.goes[rows].min() - day.comes[rows].max()
                assert overlap < 0.5
                met += 1
    assert met > 100


def test_a_day_in_thirty_is_spent_at_a_desk_of_the_same_team(house: House, span: list[Day]) -> None:
    staff, away, total = house.staff, 0, 0
    for day in span:
        guests = np.flatnonzero(day.place != staff.place[day.person])
        away, total = away + len(guests), total + len(day)
        for row in guests.tolist():
            hosts = np.flatnonzero(staff.place == day.place[row])
            assert staff.team_on(day.number)[day.person[row]] in staff.team_on(day.number)[hosts]
        assert not staff.outside[day.person[guests]].any()
    assert 1 / 60 < away / total < 1 / 25


def test_counters_work_with_their_account_now_and_then(house: House, span: list[Day]) -> None:
    staff, accounts, used = house.staff, house.accounts, 0
    for day in span:
        other = np.flatnonzero(day.account != staff.account[day.person])
        used += len(other)
        assert (accounts.kind[day.account[other]] == "shared").all()
        assert (accounts.team[day.account[other]] == staff.team_on(day.number)[day.person[other]]).all()
    assert used > 50


def test_a_change_of_ones_dates_changes_nobody_else(house: House) -> None:
    person = int(house.of("sales")[0])
    left = house.staff.left.copy()
    left[person] = 40
    staff = replace(house.staff, left=left)
    here = attendance(OFFICE, house.calendar, staff, house.absences, house.seed)
    changed = replace(house, staff=staff, here=here)
    one, two = on(house, 50), on(changed, 50)
    others = one.person != person
    assert (one.person[others] == two.person).all()
    assert (one.comes[others] == two.comes).all()


def test_moments_lie_within_the_shift_and_seldom_at_lunch(house: House, span: list[Day]) -> None:
    day = span[1]
    rows = np.repeat(np.arange(len(day)), 60)
    hour = (moments(house.dice("test"), house, day, rows) - house.calendar.midnight(1)) / HOUR
    assert (hour >= day.comes[rows] - 1e-3).all()
    assert (hour <= day.goes[rows]).all()
    office = (day.comes[rows] < 10) & (day.goes[rows] > 16) & (day.goes[rows] < 22)
    lunch, before = (((hour > a) & (hour < a + 1)) & office for a in (12.1, 10.5))
    assert lunch.sum() < 0.3 * before.sum()


def test_moments_come_in_bursts(house: House, span: list[Day]) -> None:
    day = span[1]
    spread = []
    for row in range(0, len(day), 10):
        hour = np.sort(moments(house.dice("test"), house, day, np.full(200, row)) / HOUR)
        spread.append(np.diff(hour).max())
    assert np.median(spread) > 0.4


def test_counts_spread_more_than_chance() -> None:
    drawn = counts(np.random.default_rng(1), np.full(20_000, 30.0))
    assert drawn.mean() == pytest.approx(30, rel=0.03)
    assert drawn.var() > 4 * drawn.mean()


def test_absences_do_not_overlap_and_a_few_are_long(house: House) -> None:
    last: dict[int, int] = {}
    for away in house.absences:
        assert away.first <= away.last
        assert last.get(away.person, -10_000) < away.first
        assert not house.staff.outside[away.person]
        last[away.person] = away.last
    lengths = np.array([a.last - a.first + 1 for a in house.absences])
    assert (lengths >= 21).any()
    assert np.median(lengths) <= 5
