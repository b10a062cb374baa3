"""Innocent doings come in many kinds, differ from house to house, and are mostly explained by papers."""

from __future__ import annotations

from collections import Counter
from functools import cache

import numpy as np
import pytest
from lived import house

from headwater.simulation.house.benign.acting import innocent
from headwater.simulation.house.nouns import KINDS, Doing


@cache
def innocents(seed: int) -> list[Doing]:
    return innocent(house(seed, 100, 60))


def test_same_seed_same_doings() -> None:
    again = innocent(house(1, 100, 60))
    assert [(d.id, d.kind, d.people, d.span, d.papers) for d in again] == [
        (d.id, d.kind, d.people, d.span, d.papers) for d in innocents(1)
    ]
    for one, two in zip(again, innocents(1), strict=True):
        for kind in one.traces:
            assert one.traces[kind]["time"].tolist() == two.traces[kind]["time"].tolist()


def test_houses_differ_in_what_is_innocent() -> None:
    kinds = [Counter(doing.kind for doing in innocents(seed)) for seed in range(1, 7)]
    assert len({tuple(sorted(found.items())) for found in kinds}) == 6
    assert len(set().union(*kinds)) >= 16


def test_ids_follow_the_order_of_time() -> None:
    doings = innocents(2)
    assert [doing.id for doing in doings] == [f"B{n}" for n in range(1, len(doings) + 1)]
    assert [doing.span for doing in doings] == sorted(doing.span for doing in doings)


@pytest.mark.parametrize("seed", [1, 3])
def test_traces_are_within_the_span_and_of_the_accounts_named(seed: int) -> None:
    calendar = house(seed, 100, 60).calendar
    for doing in innocents(seed):
        assert set(doing.traces) <= set(KINDS)
        assert not len(doing.taken)
        for part in doing.traces.values():
            days = calendar.day_of(part["time"])
            assert ((days >= doing.span[0]) & (days <= doing.span[1])).all()
            assert set(part["account"].tolist()) <= set(doing.accounts)
            assert (np.diff(part["time"]) >= 0).all()
            assert not part["doing"].any()


def test_most_busy_days_have_papers_and_some_have_none() -> None:
    busy = [doing for seed in range(1, 7) for doing in innocents(seed) if doing.kind == "busy-day"]
    assert len(busy) > 15
    assert 0.6 < np.mean([doing.papers for doing in busy]) < 0.95
    for doing in busy:
        assert doing.papers or not (doing.tickets or doing.relations)


def test_tickets_of_every_day_leave_no_trace() -> None:
    routine = [doing for doing in innocents(1) if doing.kind == "routine-tickets"]
    assert len(routine) == 1
    assert len(routine[0].tickets) > 20
    assert not routine[0].traces
    assert routine[0].people == routine[0].accounts == ()


def test_papers_name_the_people_and_their_managers() -> None:
    made = house(1, 100, 60)
    names = {*made.staff.employee.tolist(), *(service.name for service in made.trade.services)}
    tickets = [ticket for doing in innocents(1) for ticket in doing.tickets]
    assert tickets
    for ticket in tickets:
        assert ticket.who in names
        assert ticket.approved_by in names - {ticket.who}
        assert ticket.first <= ticket.last


def test_bursts_are_many_times_the_usual() -> None:
    made, times = house(1, 100, 60), []
    for doing in innocents(1):
        if doing.kind == "busy-day":
            person = doing.people[0]
            read = (doing.traces["access"]["action"] == "lookup").sum()
            usual = made.trade.roles[made.staff.role_before[person]].lookups * made.staff.pace[person]
            times.append(read / usual / (doing.span[1] - doing.span[0] + 1))
    assert np.median(times) > 1.0
    assert max(times) > 2.5
