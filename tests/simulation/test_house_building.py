from __future__ import annotations

from dataclasses import astuple, replace
from datetime import date

import numpy as np
import pytest
from small_trade import OFFICE

from headwater.simulation.house.accounts import ghosts, service
from headwater.simulation.house.books import handovers, keepers
from headwater.simulation.house.building import build
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import FOREVER
from headwater.simulation.house.places import elsewhere

SIZES = [(20, 600, 30), (60, 2_000, 90), (400, 10_000, 120)]


@pytest.fixture(scope="module", params=SIZES, ids=["small", "middle", "large"])
def house(request: pytest.FixtureRequest) -> House:
    staff, clients, days = request.param
    return build(OFFICE, seed=5, staff=staff, clients=clients, days=days)


def test_the_same_seed_gives_the_same_columns() -> None:
    one, two = (build(OFFICE, seed=8, staff=40, clients=900, days=40) for _ in range(2))
    other = build(OFFICE, seed=9, staff=40, clients=900, days=40)
    for part in ("staff", "accounts", "places"):
        for a, b in zip(astuple(getattr(one, part)), astuple(getattr(two, part)), strict=True):
            assert (a == b).all()
    for name in ("number", "joined", "moved", "branch", "owner", "mass"):
        assert (getattr(one.clients, name) == getattr(two.clients, name)).all()
    assert one.absences == two.absences
    assert (one.here == two.here).all()
    assert not (one.clients.mass == other.clients.mass).all()


def test_too_few_people_are_refused() -> None:
    with pytest.raises(ValueError, match="20 people"):
        build(OFFICE, seed=1, staff=19, clients=100, days=30)


def test_sizes_are_as_asked_and_every_role_has_people(house: House) -> None:
    staff = house.staff
    worked = (staff.left >= 0) & ~staff.outside
    assert worked.sum() in {size[0] for size in SIZES}
    assert np.bincount(staff.role_before[worked], minlength=6)[:6].min() >= 2
    assert (np.array([role.outside for role in OFFICE.roles])[staff.role] == staff.outside).all()
    assert staff.outside.sum() >= 2
    assert len(np.unique(staff.employee)) == len(staff)
    assert len(np.unique(house.accounts.name)) == len(house.accounts)


def test_each_team_has_people_of_one_role_and_branch_every_day(house: House) -> None:
    staff = house.staff
    teams = np.arange(max(staff.team.max(), staff.team_before.max()) + 1)
    for day in range(0, house.calendar.days, 7):
        employed = (staff.hired <= day) & (staff.left >= day)
        assert set(staff.team_on(day)[employed].tolist()) == set(teams.tolist())
        for team in teams.tolist():
            mine = (staff.team_on(day) == team) & employed
            assert len(np.unique(staff.role_on(day)[mine])) == 1
            assert len(np.unique(staff.branch_on(day)[mine])) == 1


def test_a_team_is_led_by_somebody_of_it_who_stays(house: House) -> None:
    staff, days = house.staff, house.calendar.days
    led = np.flatnonzero(staff.manager >= 0)
    chiefs = staff.manager[led]
    assert (staff.role[led] == staff.role[chiefs]).all()
    assert (staff.hired[chiefs] < 0).all()
    assert (staff.left[chiefs] >= days).all()
    assert not staff.outside[chiefs].any()
    assert (staff.manager != np.arange(len(staff))).all()


def test_movers_change_on_the_day(house: House) -> None:
    staff = house.staff
    movers = np.flatnonzero(staff.moved > 0)
    assert len(movers)
    for person in movers.tolist():
        day = int(staff.moved[person])
        assert staff.team_on(day - 1)[person] == staff.team_before[person] != staff.team_on(day)[person]
        assert staff.role_on(day - 1)[person] == staff.role_before[person]
    still = np.setdiff1d(np.arange(len(staff)), movers)
    assert (staff.team[still] == staff.team_before[still]).all()


def test_movers_are_about_three_in_a_hundred_a_quarter() -> None:
    staff = build(OFFICE, seed=2, staff=2_000, clients=1_000, days=91).staff
    assert 0.02 < (staff.moved > 0).sum() / 2_000 < 0.035


def test_people_come_and_go(house: House) -> None:
    staff, days = house.staff, house.calendar.days
    inside = ~staff.outside
    assert (inside & (staff.hired > 0) & (staff.hired < days)).any()
    leavers = np.flatnonzero(inside & (staff.left >= 0) & (staff.left < FOREVER))
    assert len(leavers)
    assert (staff.resigned[leavers] <= staff.left[leavers]).all()
    assert (staff.hired <= staff.resigned).all()
    former = np.flatnonzero(staff.left < 0)
    assert len(former) >= 6
    assert (staff.hired[former] < staff.left[former]).all()


def test_accounts_end_after_their_people_and_a_few_are_forgotten(house: House) -> None:
    staff, accounts = house.staff, house.accounts
    forgotten = ghosts(accounts, staff)
    assert 2 <= len(forgotten) <= 5
    ordinary = np.setdiff1d(np.flatnonzero(staff.left < FOREVER), forgotten)
    assert (accounts.disabled[staff.account[ordinary]] > staff.left[ordinary]).all()
    assert (accounts.created[staff.account] <= staff.hired).all()
    assert (accounts.owner[staff.account] == np.arange(len(staff))).all()


def test_counters_and_services_have_accounts_of_their_own(house: House) -> None:
    accounts = house.accounts
    shared = accounts.kind == "shared"
    assert shared.any()
    assert (accounts.team[shared] >= 0).all()
    assert (accounts.team[~shared] == -1).all()
    for each in OFFICE.services:
        account, host = service(accounts, OFFICE, each.name)
        assert accounts.name[account] == each.name
        assert accounts.kind[account] == "service"
        assert house.places.kind[host] == ("outside" if each.purpose == "partner" else "server")
    assert len(np.unique(accounts.place[accounts.place >= 0])) == len(OFFICE.services)


def test_places_are_distinct_and_partners_have_no_device(house: House) -> None:
    places, staff = house.places, house.staff
    own = places.kind != "outside"
    assert len(np.unique(places.ip[own])) == own.sum()
    assert len(np.unique(places.device[places.device != ""])) == (places.device != "").sum()
    assert (places.device[staff.place[staff.outside]] == "").all()
    assert (places.device[staff.place[~staff.outside]] != "").all()
    assert len(elsewhere(places)) >= 24
    assert not np.isin(elsewhere(places), staff.place).any()


def test_some_of_a_role_with_shared_desks_share_within_their_team() -> None:
    staff = build(OFFICE, seed=5, staff=400, clients=1_000, days=60).staff
    place, size = np.unique(staff.place, return_counts=True)
    assert set(size.tolist()) == {1, 2, 3}
    service_role = OFFICE.role("service")
    for each in place[size > 1].tolist():
        sharers = np.flatnonzero(staff.place == each)
        assert len(np.unique(staff.team_before[sharers])) == 1
        assert set(staff.role_before[sharers].tolist()) == {service_role}
    mine = (staff.role_before == service_role) & (staff.left >= 0)
    assert 0.4 < np.isin(staff.place[mine], place[size > 1]).mean() < 0.75


def test_books_belong_to_people_who_work_there(house: House) -> None:
    staff, clients = house.staff, house.clients
    owned = clients.owner >= 0
    assert 0.93 < owned.mean() < 0.99
    owners = np.unique(clients.owner[owned])
    assert np.array([role.book for role in OFFICE.roles])[staff.role_before[owners]].all()
    assert (staff.left[owners] >= 0).all()
    served = np.unique(staff.branch_before[owners])
    local = owned & np.isin(clients.branch, served)
    assert (staff.branch_before[clients.owner[local]] == clients.branch[local]).all()


def test_book_sizes_and_paces_have_heavy_tails() -> None:
    house = build(OFFICE, seed=5, staff=1_000, clients=60_000, days=60)
    sizes = np.bincount(house.clients.owner[house.clients.owner >= 0])
    sizes = sizes[sizes > 0]
    assert sizes.max() > 6 * np.median(sizes)
    assert 0.85 < np.median(house.staff.pace) < 1.2
    assert house.staff.pace.max() > 4


def test_books_are_kept_by_people_at_work_and_pass_on_the_day(house: House) -> None:
    staff, days = house.staff, house.calendar.days
    owners = np.unique(house.clients.owner[house.clients.owner >= 0])
    books = np.array([role.book for role in OFFICE.roles])
    for day in range(0, days, 5):
        keeper = keepers(house, day)[owners]
        assert (staff.hired[keeper] <= day).all()
        assert (staff.left[keeper] >= day).all()
        assert books[staff.role_on(day)[keeper]].all()
    for giver, taker, day in handovers(house):
        before, after = keepers(house, day - 1), keepers(house, day)
        assert any((before[p], after[p]) == (giver, taker) for p in (giver, taker))
    goes = owners[
        (staff.left[owners] < days - 1) | ((staff.moved[owners] > 0) & (staff.role != staff.role_before)[owners])
    ]
    assert set(goes.tolist()) <= {giver for giver, _, _ in handovers(house)}


def test_clients_are_in_order_and_join_and_move_on_possible_days(house: House) -> None:
    clients, days = house.clients, house.calendar.days
    assert (np.diff(clients.number) > 0).all()
    assert (np.diff(clients.joined) >= 0).all()
    assert clients.joined.max() < days
    assert ((clients.moved == -FOREVER) | (clients.moved > clients.joined)).all()
    assert (np.diff(clients.mass) > 0).all()
    assert clients.mass[-1] == pytest.approx(1.0)
    assert len({len(key) for key in clients.keys(np.arange(len(clients)))}) == 1


def test_records_of_a_trade_with_a_lifetime_come_in_all_the_time() -> None:
    house = build(replace(OFFICE, lifetime=12), seed=1, staff=20, clients=6_000, days=60)
    joined = house.clients.joined
    assert joined.min() < -12
    a_day = np.bincount(joined[joined >= 0], minlength=60)
    assert a_day.min() > 0.4 * a_day.mean()
    assert (house.clients.moved == -FOREVER).all()


def test_the_span_begins_where_it_is_told_to() -> None:
    house = build(OFFICE, seed=1, staff=20, clients=300, days=14, start=date(2023, 6, 1))
    assert house.calendar.date(0) == date(2023, 6, 1)
    assert house.here.shape == (len(house.staff), 14)
