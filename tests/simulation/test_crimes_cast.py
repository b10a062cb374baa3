"""Who plays in which crime, alone and in concert, and whether they really left, gave notice, or have the right."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from tests.simulation.small_trade import OFFICE

from headwater.simulation.crimes.acting import ACTS, crimes
from headwater.simulation.crimes.casting import cast, prepare
from headwater.simulation.crimes.fitting import ghosts, leavers, may
from headwater.simulation.house import presence
from headwater.simulation.house.building import build
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Doing
from headwater.simulation.trades.trade import STRENGTHS, Crime, CrimeKind, Strength

ALL = tuple(Crime(kind, STRENGTHS[n % 4]) for n, kind in enumerate(ACTS))
OUTSIDERS = ("scraping", "hijacked-account")


@cache
def bare(seed: int = 0, staff: int = 60) -> House:
    return build(OFFICE, seed=seed, staff=staff, clients=4_000, days=60)


def together(kind: CrimeKind, strength: Strength, people: int, seed: int = 0) -> tuple[House, list[Doing]]:
    wanted = [Crime(kind, strength, people)]
    house = prepare(bare(seed), wanted)
    return house, crimes(house, wanted)


@pytest.mark.parametrize("seed", range(6))
def test_nobody_plays_two_parts(seed: int) -> None:
    casts = cast(prepare(bare(seed), ALL), ALL)
    parts = [person for one in casts for person in (*one.actors, one.lender) if person >= 0]
    assert len(parts) == len(set(parts))
    assert [one.crime for one in casts] == list(ALL)


@pytest.mark.parametrize("seed", range(12))
def test_leavers_give_notice_and_go_within_the_span(seed: int) -> None:
    wanted = [Crime("leaver", "strong", 3), Crime("leaver", "faint", 2)]
    house = prepare(bare(seed), wanted)
    staff = house.staff
    for doing in crimes(house, wanted):
        (person,) = doing.people
        assert person in leavers(house)
        assert staff.resigned[person] <= doing.span[0] <= doing.span[1] <= staff.left[person]
        assert not house.here[person, staff.left[person] + 1 :].any()
        assert house.accounts.disabled[staff.account[person]] > staff.left[person]
        assert (house.clients.owner[doing.taken] != person).all()


@pytest.mark.parametrize("seed", range(12))
def test_the_lender_is_gone_and_the_account_works(seed: int) -> None:
    wanted = [Crime("borrowed-account", "medium", 2), Crime("borrowed-account", "weak")]
    house = prepare(bare(seed), wanted)
    staff = house.staff
    for one, doing in zip(cast(house, wanted), crimes(house, wanted), strict=True):
        assert one.lender in ghosts(house)
        assert one.lender not in doing.people
        assert doing.accounts == (int(staff.account[one.lender]),)
        assert staff.resigned[one.lender] < staff.left[one.lender] < 0
        assert staff.hired[one.lender] < staff.resigned[one.lender]
        assert not house.here[one.lender].any()
        assert not (house.clients.owner == one.lender).any()
        assert not (staff.heir[np.arange(len(staff)) != one.lender] == one.lender).any()
        assert all(absence.person != one.lender for absence in house.absences)
        assert (house.places.device[list(doing.places)] != "").all()


def test_preparing_changes_nothing_that_no_crime_needs() -> None:
    wanted = [Crime(kind) for kind in ACTS if kind not in ("leaver", "borrowed-account")]
    assert prepare(bare(), wanted) is bare()


def test_a_prepared_house_stays_as_it_is() -> None:
    for seed in range(6):
        once = prepare(bare(seed), ALL)
        assert prepare(once, ALL) is once


def test_an_unprepared_house_is_refused() -> None:
    wanted = [Crime("leaver", "strong", 12)]
    with pytest.raises(ValueError, match="prepare"):
        cast(bare(1), wanted)


def test_too_many_actors_are_refused() -> None:
    with pytest.raises(ValueError, match="too few"):
        prepare(bare(), [Crime("snooping", "strong", 500)])


@pytest.mark.parametrize("kind", [kind for kind in ACTS if kind not in ("borrowed-account", "snooping")])
def test_those_who_act_together_share_the_clients_out(kind: CrimeKind) -> None:
    house, doings = together(kind, "weak", 2)
    one, two = doings
    assert (one.id, two.id) == ("D1", "D2")
    assert one.concert == two.concert == "C1"
    assert (one.way_out, one.destination) == (two.way_out, two.destination)
    assert not set(one.accounts) & set(two.accounts) or set(house.accounts.kind[list(one.accounts)]) > {"person"}
    assert not set(one.taken.tolist()) & set(two.taken.tolist())
    assert {int(n) for log in two.traces.values() for n in log["doing"]} == {2}


def test_borrowers_use_one_account_by_turns() -> None:
    _, doings = together("borrowed-account", "strong", 2)
    (doing,) = doings
    assert len(doing.people) == 2 and len(doing.accounts) == 1 and doing.concert == "C1"
    assert set(doing.taker.tolist()) == set(doing.people)
    parts = [set(doing.taken[doing.taker == person].tolist()) for person in doing.people]
    assert not parts[0] & parts[1]


def test_the_curious_look_at_the_same_famous_person() -> None:
    house, doings = together("snooping", "faint", 3)
    shared = set.intersection(*(set(doing.taken.tolist()) for doing in doings))
    weight = np.diff(house.clients.mass, prepend=0.0)
    assert any(weight[client] >= np.quantile(weight, 0.999) for client in shared)


@pytest.mark.parametrize("kind", list(ACTS))
@pytest.mark.parametrize("seed", range(3))
def test_who_acts_has_the_right_or_has_none_as_the_docstring_says(kind: CrimeKind, seed: int) -> None:
    house, (doing,) = together(kind, "strong", 1, seed)
    roles = [house.trade.roles[int(house.staff.role[person])] for person in doing.people]
    if kind == "borrowed-account":
        owners = {int(house.accounts.owner[account]) for account in doing.accounts}
        assert not owners & set(doing.people)
        assert "queries" not in doing.traces or not any(may(role, "sql") for role in roles)
    elif kind == "database-administrator":
        assert all(may(role, "sql") for role in roles)
    elif kind in OUTSIDERS:
        assert doing.people == () and set(doing.taker.tolist()) == {-1}
    else:
        assert all(may(role, "lookup") for role in roles)
        if "export" in set(doing.traces["access"]["action"].tolist()):
            assert all(may(role, "export") for role in roles)


@pytest.mark.parametrize("strength", STRENGTHS)
@pytest.mark.parametrize("seed", range(4))
def test_the_victim_of_a_stranger_is_not_at_work(strength: Strength, seed: int) -> None:
    house, (doing,) = together("hijacked-account", strength, 1, seed)
    victim = int(house.accounts.owner[doing.accounts[0]])
    assert (house.places.kind[list(doing.places)] == "elsewhere").all()
    for when in doing.taken_at.tolist():
        day = int(house.calendar.day_of(np.array([when]))[0])
        today = presence.on(house, day)
        hour = (when - int(house.calendar.midnight(day))) / 3_600_000
        mine = today.person == victim
        assert not (mine & (today.comes <= hour) & (hour <= today.goes)).any()


@pytest.mark.parametrize("seed", range(4))
def test_rented_accounts_read_other_branches_from_elsewhere(seed: int) -> None:
    for strength, inside in (("strong", False), ("faint", True)):
        house, (doing,) = together("rented-account", strength, 1, seed)
        (owner,) = doing.people
        assert (house.clients.branch[doing.taken] != house.staff.branch[owner]).all()
        assert int(house.staff.place[owner]) not in doing.places
        assert all((house.places.kind[place] == "desk") is inside for place in doing.places)
        assert set(doing.taker.tolist()) == {-1} and doing.kept == 0


def test_a_partner_walks_the_numbers_in_order_and_the_faint_one_does_not() -> None:
    house, (crude,) = together("scraping", "strong", 1)
    assert (np.diff(crude.taken) == 1).mean() > 0.9
    assert house.staff.outside[int(house.accounts.owner[crude.accounts[0]])]
    assert set(crude.traces["access"]["agent"].tolist()) == {3}
    _, (faint,) = together("scraping", "faint", 1)
    assert (np.diff(faint.taken) == 1).mean() < 0.2
