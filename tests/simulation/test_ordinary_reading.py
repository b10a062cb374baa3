"""People read for the reasons that their work gives them, and most of the reasons are on record."""

from __future__ import annotations

import numpy as np
import pytest
from lived import Lived, lived

from headwater.simulation.events import Column
from headwater.simulation.house.books import keepers


def looks(world: Lived) -> tuple[Column, Column, Column]:
    """Person, client and day of every look-up with a personal account."""
    owner = world.house.accounts.owner[world.column("access", "account")]
    mine = (world.column("access", "action") == "lookup") & (owner >= 0)
    return owner[mine], world.column("access", "client")[mine], world.day_of("access")[mine]


def explained(world: Lived) -> Column:
    """Which of the look-ups have a reason on record that holds on their day."""
    reasons: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for each in world.relations:
        columns = (each.person.tolist(), each.client.tolist(), each.first.tolist(), each.last.tolist())
        for person, client, first, last in zip(*columns, strict=True):
            reasons.setdefault((person, client), []).append((first, last))
    acts = zip(*(column.tolist() for column in looks(world)), strict=True)
    return np.array([any(a <= day <= b for a, b in reasons.get((who, whom), ())) for who, whom, day in acts])


@pytest.mark.parametrize("name", ["sales", "service", "claims"])
def test_as_many_reasons_are_on_record_as_the_trade_says(name: str) -> None:
    world = lived()
    role = world.house.trade.roles[world.house.trade.role(name)]
    told = sum(source.share * source.recorded * bool(source.relation) for source in role.sources)
    person, _, _ = looks(world)
    mine = world.house.staff.role_before[person] == world.house.trade.role(name)
    assert explained(world)[mine].mean() == pytest.approx(told, abs=0.06)


def test_nobody_is_read_before_joining() -> None:
    world = lived()
    _, client, day = looks(world)
    assert (world.house.clients.joined[client] <= day).all()
    assert (client >= 0).all()


def test_cases_come_up_again_for_some_days() -> None:
    assert back_within_days("claims") > 0.35
    assert back_within_days("claims") > 3 * back_within_days("service")


def back_within_days(role: str) -> float:
    """The share of look-ups whose client the same person saw on one of the five days before."""
    world = lived()
    person, client, day = looks(world)
    mine = (world.house.staff.role_before[person] == world.house.trade.role(role)) & (day >= 5)
    seen = set(zip(person.tolist(), client.tolist(), day.tolist(), strict=True))
    acts = sorted(set(zip(person[mine].tolist(), client[mine].tolist(), day[mine].tolist(), strict=True)))
    return float(np.mean([any((who, whom, on - n) in seen for n in range(1, 6)) for who, whom, on in acts]))


def test_colleagues_cover_for_who_is_away() -> None:
    world = lived(5, 70, 45)
    house = world.house
    person, client, day = looks(world)
    sales = np.flatnonzero(
        (house.staff.role == house.trade.role("sales")) & (house.staff.role_before == house.staff.role)
    )
    away = present = read_away = read_present = 0
    for absent in sales.tolist():
        team = house.staff.team_before[absent]
        others = (
            (house.staff.team_before[person] == team) & (person != absent) & (house.clients.owner[client] == absent)
        )
        per_day = np.bincount(day[others], minlength=house.calendar.days)
        days = house.calendar.working & (house.staff.hired[absent] <= 0) & (house.staff.left[absent] > 100)
        gone = days & ~house.here[absent]
        here = days & house.here[absent]
        away, present = away + int(gone.sum()), present + int(here.sum())
        read_away, read_present = read_away + int(per_day[gone].sum()), read_present + int(per_day[here].sum())
    assert away > 20
    assert read_away / away > 2 * read_present / present


def test_books_are_read_by_who_keeps_them() -> None:
    world = lived()
    house = world.house
    person, client, day = looks(world)
    sales = house.staff.role_before[person] == house.trade.role("sales")
    owned = sales & (house.clients.owner[client] >= 0)
    kept = [keepers(house, int(d))[house.clients.owner[c]] for c, d in zip(client[owned], day[owned], strict=True)]
    assert (np.array(kept) == person[owned]).mean() > 0.6


def test_the_often_seen_are_seen_more_often() -> None:
    world = lived()
    weight = np.diff(world.house.clients.mass, prepend=0.0)
    person, client, _ = looks(world)
    calls = client[world.house.staff.role_before[person] == world.house.trade.role("service")]
    assert weight[calls].mean() > 2 * weight.mean()


def test_searches_come_before_and_changes_after() -> None:
    world = lived()
    action = world.column("access", "action")
    searched, opened, changed = ((action == word).sum() for word in ("search", "lookup", "edit"))
    assert 0.2 < searched / opened < 0.8
    assert 0.05 < changed / opened < 0.3
    pages = [path for path in world.column("access", "path").tolist() if path.endswith("page=2")]
    assert pages


def test_things_go_wrong_now_and_then() -> None:
    world = lived()
    status, rows = world.column("access", "status"), world.column("access", "rows")
    assert {200, 403, 404, 500} <= set(status.tolist())
    assert 0.001 < (status != 200).mean() < 0.05
    assert (rows[status != 200] == 0).all()


def test_lists_are_drawn_within_the_rights_of_the_role() -> None:
    world = lived()
    drawn = world.column("access", "action") == "export"
    owner = world.house.accounts.owner[world.column("access", "account")[drawn]]
    rows = world.column("access", "rows")[drawn]
    assert drawn.sum() > 20
    assert (rows[world.house.staff.role_before[owner] == world.house.trade.role("sales")] <= 500).all()
    assert (rows > 0).all()
