"""Ordinary days are reproducible, independent of each other, and hold events of people at work alone."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from lived import house, lived
from small_trade import OFFICE

from headwater.simulation.events import HOUR, Column, Events, in_order
from headwater.simulation.house import presence, traces
from headwater.simulation.house.nouns import KINDS, Relations
from headwater.simulation.house.ordinary import ordinary, rate, standing


def digest(day: dict[str, list[Events]], relations: list[Relations]) -> str:
    found = hashlib.sha256()
    columns = [(name, column) for kind in KINDS for part in day[kind] for name, column in sorted(part.columns.items())]
    for name, column in columns:
        found.update(f"{name} {column.dtype} {column.tolist()}".encode())
    for each in relations:
        found.update(
            repr([each.person.tolist(), each.client.tolist(), each.kind.tolist(), each.first.tolist()]).encode()
        )
    return found.hexdigest()


def one_day(number: int, seed: int = 5) -> str:
    made, relations = house(seed), list[Relations]()
    return digest(ordinary(made, presence.on(made, number), relations), relations)


def test_same_seed_same_bytes() -> None:
    assert one_day(9) == one_day(9)
    assert one_day(9) != one_day(9, seed=6)
    once, twice = standing(house()), standing(house())
    assert digest({kind: [] for kind in KINDS}, once) == digest({kind: [] for kind in KINDS}, twice)


def test_a_day_does_not_depend_on_the_days_made_before_it() -> None:
    alone = one_day(20)
    made = house()
    for number in (3, 33, 19, 0):
        ordinary(made, presence.on(made, number), [])
    relations: list[Relations] = []
    assert digest(ordinary(made, presence.on(made, 20), relations), relations) == alone


def test_only_people_at_work_and_services_leave_events() -> None:
    world = lived()
    accounts = world.house.accounts
    for day, events in zip(world.days, world.events, strict=True):
        at_work = set(day.account.tolist()) | set(world.house.staff.account[day.person].tolist())
        for kind in KINDS:
            for part in events[kind]:
                others = set(part["account"].tolist()) - at_work
                assert {accounts.kind[n] for n in others} <= {"service"}


def test_times_lie_in_the_working_day_of_the_account() -> None:
    world = lived()
    for day, events in zip(world.days, world.events, strict=True):
        begin = world.house.calendar.midnight(day.number)
        comes = np.full(len(world.house.accounts), np.inf)
        goes = np.full(len(world.house.accounts), -np.inf)
        np.minimum.at(comes, day.account, day.comes)
        np.maximum.at(goes, day.account, day.goes)
        for kind in ("access", "web", "queries"):
            for part in events[kind]:
                mine = part.take(world.house.accounts.kind[part["account"]] != "service")
                hour = (mine["time"] - begin) / HOUR
                assert (hour > comes[mine["account"]] - 0.1).all()
                assert (hour < goes[mine["account"]] + 0.35).all()
        for parts in events.values():
            for part in parts:
                assert ((part["time"] >= begin) & (part["time"] < begin + 36 * HOUR)).all()


def test_nights_are_worked_too() -> None:
    world = lived()
    night = world.house.trade.role("it")
    owner = world.house.accounts.owner[world.column("queries", "account")]
    late = world.column("queries", "time") - world.house.calendar.midnight(world.day_of("queries")) > 22 * HOUR
    assert (late & (owner >= 0) & (world.house.staff.role_before[owner] == night)).any()


@pytest.mark.parametrize("kind", KINDS)
def test_all_parts_of_a_kind_have_the_columns_that_logs_are_written_from(kind: str) -> None:
    wanted = set(getattr(traces, kind)(0).columns) | {"time", "account", "place"}
    wanted |= {"web": {"host"}, "files": {"path"}, "mail": {"sender", "recipient"}}.get(kind, set())
    wanted |= {"queries": {"statement"}}.get(kind, set())
    for day in lived().events[:10]:
        for part in day[kind]:
            assert set(part.columns) == wanted
            assert {len(column) for column in part.columns.values()} == {len(part)}
            assert set(np.unique(part["doing"])) <= {0}
        assert len(in_order(day[kind])) == sum(map(len, day[kind]))


def test_partners_outside_leave_only_access() -> None:
    world = lived()
    outside = world.house.staff.account[world.house.staff.outside]
    for kind in set(KINDS) - {"access"}:
        assert not np.isin(world.column(kind, "account"), outside).any()
    assert np.isin(world.column("access", "account"), outside).any()


def test_places_are_where_people_sit() -> None:
    world = lived()
    for day, events in zip(world.days, world.events, strict=True):
        seats = set(zip(day.account.tolist(), day.place.tolist(), strict=True))
        for part in events["access"]:
            mine = part.take(world.house.accounts.kind[part["account"]] != "service")
            assert set(zip(mine["account"].tolist(), mine["place"].tolist(), strict=True)) <= seats


def test_the_rate_is_the_truth() -> None:
    world = lived()
    found = sum(len(part) for day in world.events for parts in day.values() for part in parts)
    assert found / (70 * 45) == pytest.approx(rate(OFFICE), rel=0.2)


def test_week_ends_are_quiet_and_month_ends_busy() -> None:
    world = lived(8, 120, 62)
    reading = np.bincount(world.day_of("access")[world.column("access", "action") == "lookup"], minlength=62)
    calendar, there = world.house.calendar, np.array([len(day) for day in world.days])
    each = reading / np.maximum(there, 1)
    usual, busy = each[calendar.working & (calendar.busy == 1)], each[calendar.busy > 1]
    assert reading[~calendar.working].mean() < 0.5 * reading[calendar.working].mean()
    assert busy.mean() > 1.1 * usual.mean()


def test_people_differ_with_a_heavy_tail() -> None:
    world = lived()
    seen = counts_of(world.column("access", "account"))
    browsed = counts_of(world.column("web", "account"))
    assert np.quantile(seen, 0.99) > 3 * np.median(seen)
    assert np.quantile(browsed, 0.98) > 3 * np.median(browsed)


def counts_of(accounts: Column) -> Column:
    return np.unique(accounts, return_counts=True)[1]
