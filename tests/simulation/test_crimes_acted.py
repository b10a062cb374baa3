"""Every way of taking in every strength: what it leaves fits together, and it falls with the strength."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from tests.simulation.small_trade import OFFICE

from headwater.simulation.crimes.acting import ACTS, crimes
from headwater.simulation.crimes.casting import prepare
from headwater.simulation.events import Events
from headwater.simulation.house import presence, traces
from headwater.simulation.house.building import build
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Doing
from headwater.simulation.trades.all import TRADES
from headwater.simulation.trades.trade import STRENGTHS, Crime, CrimeKind, Strength

SEEDS = range(4)
UNSEATED = {(kind, s) for kind in ("hijacked-account", "scraping") for s in STRENGTHS} | {
    ("database-administrator", "strong"),
    ("database-administrator", "medium"),
}
"""Done by strangers, or by night."""
CASES = [(kind, strength) for kind in ACTS for strength in STRENGTHS]


@cache
def bare(seed: int) -> House:
    return build(OFFICE, seed=seed, staff=40, clients=3_000, days=60)


@cache
def acted(kind: CrimeKind, strength: Strength, seed: int, people: int = 1) -> tuple[House, tuple[Doing, ...]]:
    wanted = [Crime(kind, strength, people)]
    house = prepare(bare(seed), wanted)
    return house, tuple(crimes(house, wanted))


def taken_in_logs(house: House, doing: Doing) -> np.ndarray:
    """Everybody whom a look-up names or whom a range returned."""
    found = [np.zeros(0, dtype=np.int64)]
    if "access" in doing.traces:
        log = doing.traces["access"]
        found.append(log["client"][log["client"] >= 0])
    if "queries" in doing.traces:
        log = doing.traces["queries"]
        days = house.calendar.day_of(log["time"])
        keys = zip(log["first"].tolist(), log["last"].tolist(), days.tolist(), strict=True)
        found += [house.clients.ranged(a, b, day) for a, b, day in keys]
    return np.concatenate(found)


@pytest.mark.parametrize(("kind", "strength"), CASES)
def test_same_seed_same_doing(kind: CrimeKind, strength: Strength) -> None:
    wanted = [Crime(kind, strength)]
    again = crimes(prepare(build(OFFICE, seed=1, staff=40, clients=3_000, days=60), wanted), wanted)
    for one, other in zip(acted(kind, strength, 1)[1], again, strict=True):
        assert one.taken.tolist() == other.taken.tolist()
        assert one.taken_at.tolist() == other.taken_at.tolist()
        for name, log in one.traces.items():
            for column, values in log.columns.items():
                assert values.tolist() == other.traces[name][column].tolist()


@pytest.mark.parametrize(("kind", "strength"), CASES)
@pytest.mark.parametrize("seed", SEEDS)
def test_a_doing_holds_together(kind: CrimeKind, strength: Strength, seed: int) -> None:
    house, doings = acted(kind, strength, seed)
    (doing,) = doings
    assert (doing.id, doing.kind, doing.strength, doing.concert) == ("D1", kind, strength, None)
    assert len(doing.taken) == len(doing.taken_at) == len(doing.taker) > 0
    assert (np.diff(doing.taken_at) >= 0).all()
    days = house.calendar.day_of(doing.taken_at)
    assert (int(days.min()), int(days.max())) == doing.span
    assert 0 <= doing.span[0] <= doing.span[1] < house.calendar.days
    assert (house.clients.joined[doing.taken] <= days).all()
    assert set(doing.taker.tolist()) <= {*doing.people, -1}
    reading = [doing.traces[name] for name in ("access", "queries") if name in doing.traces]
    assert {int(a) for log in reading for a in log["account"]} == set(doing.accounts)
    assert {int(p) for log in reading for p in log["place"]} == set(doing.places)


@pytest.mark.parametrize(("kind", "strength"), CASES)
@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_taken_shows_in_the_logs(kind: CrimeKind, strength: Strength, seed: int) -> None:
    house, (doing,) = acted(kind, strength, seed)
    named = taken_in_logs(house, doing)
    log = doing.traces.get("access", Events({"time": np.zeros(0)}))
    lists = log.take(log["action"] == "export") if len(log) else log
    if len(lists):  # a list tells how many, not who
        assert int(lists["rows"].sum()) == len(doing.taken)
    else:
        assert np.sort(named).tolist() == np.sort(doing.taken).tolist()


@pytest.mark.parametrize(("kind", "strength"), CASES)
def test_events_have_all_columns_and_the_number_of_the_doing(kind: CrimeKind, strength: Strength) -> None:
    house, (doing,) = acted(kind, strength, 2)
    wanted = {
        "access": set(traces.access(0, time=0, account=0, place=0).columns),
        "queries": set(traces.queries(0, time=0, account=0, place=0, statement="").columns),
        "web": set(traces.web(0, time=0, account=0, place=0, host="").columns),
        "logons": set(traces.logons(0, time=0, account=0, place=0).columns),
        "files": set(traces.files(0, time=0, account=0, place=0, path="").columns),
        "mail": set(traces.mail(0, time=0, account=0, place=0, sender="", recipient="").columns),
    }
    for name, log in doing.traces.items():
        assert set(log.columns) == wanted[name]
        assert {len(column) for column in log.columns.values()} == {len(log)}
        assert (log["doing"] == 1).all()
        assert (log["account"] >= 0).all() and (log["account"] < len(house.accounts)).all()
        assert (log["place"] >= 0).all() and (log["place"] < len(house.places)).all()


@pytest.mark.parametrize(("kind", "strength"), [case for case in CASES if case not in UNSEATED])
@pytest.mark.parametrize("seed", SEEDS)
def test_those_who_take_are_at_work(kind: CrimeKind, strength: Strength, seed: int) -> None:
    house, (doing,) = acted(kind, strength, seed)
    who = np.full(len(doing.taken), doing.people[0]) if kind == "rented-account" else doing.taker
    at_work = np.zeros(len(who), dtype=np.bool_)
    for number in range(doing.span[0] - 1, doing.span[1] + 1):  # a turn of the night may begin the day before
        today = presence.on(house, max(0, number))
        begin = int(house.calendar.midnight(today.number))
        for row in np.flatnonzero(np.isin(today.person, who)).tolist():
            since, until = begin + today.comes[row] * 3_600_000, begin + today.goes[row] * 3_600_000
            inside = (doing.taken_at >= since) & (doing.taken_at <= until)
            at_work |= (who == today.person[row]) & inside
    assert at_work.all()


@pytest.mark.parametrize("kind", list(ACTS))
def test_the_stronger_the_more_people_are_taken(kind: CrimeKind) -> None:
    means = [
        np.mean([len(np.unique(acted(kind, strength, seed)[1][0].taken)) for seed in SEEDS]) for strength in STRENGTHS
    ]
    assert all(more > less for more, less in pairwise(means)), means


@pytest.mark.parametrize("kind", list(ACTS))
def test_no_client_is_made_of_nothing_at_faint(kind: CrimeKind) -> None:
    for seed in SEEDS:
        _, (doing,) = acted(kind, "faint", seed)
        assert len(np.unique(doing.taken)) >= 1


@pytest.mark.parametrize("name", list(TRADES))
@pytest.mark.parametrize("staff", [24, 120])
def test_every_trade_can_play_its_own_thefts(name: str, staff: int) -> None:
    trade = TRADES[name]
    for seed in range(2):
        house = prepare(build(trade, seed=seed, staff=staff, clients=staff * 60, days=50), trade.crimes)
        doings = crimes(house, trade.crimes)
        assert [doing.id for doing in doings] == [f"D{n}" for n in range(1, len(doings) + 1)]
        assert {doing.kind for doing in doings} == {crime.kind for crime in trade.crimes}


def test_a_crime_does_not_change_with_what_else_is_asked_for() -> None:
    alone = acted("slow-drip", "weak", 3)[1][0]
    wanted = [Crime("slow-drip", "weak"), Crime("snooping", "faint")]
    beside = crimes(prepare(bare(3), wanted), wanted)[0]
    assert alone.taken.tolist() == beside.taken.tolist()


def test_no_crime_no_doing() -> None:
    assert crimes(prepare(bare(0), []), []) == []
