"""What goes wrong between events and lines goes wrong as often as it was asked for, and nowhere else."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_trade import OFFICE

from headwater.simulation.events import HOUR, Events
from headwater.simulation.house.building import build
from headwater.simulation.house.house import House
from headwater.simulation.house.traces import access, logons
from headwater.simulation.writing.formats import Formats
from headwater.simulation.writing.noise import MINUTE, Clocks, Noise, Written, clocks, written

MANY = 20_000
NONE = Noise.none()


@pytest.fixture(scope="module")
def house() -> House:
    return build(OFFICE, seed=3, staff=40, clients=500, days=30)


def day_of(house: House, make: object = access, day: int = 2) -> Events:
    time = house.calendar.midnight(day) + np.sort(np.random.default_rng(0).integers(0, 24 * HOUR, MANY))
    place = np.arange(MANY) % len(house.places)
    columns = {"time": time, "account": np.arange(MANY) % 40, "place": place, "client": np.arange(MANY)}
    if make is access:
        return access(MANY, **columns)
    return logons(MANY, **{name: columns[name] for name in ("time", "account", "place")})


def lines(house: House, noise: Noise, kind: str = "access", log: Events | None = None) -> Written:
    made = day_of(house, access if kind == "access" else logons) if log is None else log
    return written(house, noise, clocks(house, noise), kind, 2, made)


def test_no_noise_changes_nothing(house: House) -> None:
    log = day_of(house)
    told = lines(house, NONE, log=log)
    assert np.array_equal(told.events["client"], log["client"])
    assert np.array_equal(told.events["time"], log["time"])
    assert np.array_equal(told.events["at"], log["time"])
    assert told.lines() == MANY


@pytest.mark.parametrize("share", [0.01, 0.2])
def test_lines_are_lost_doubled_and_torn_as_asked(house: House, share: float) -> None:
    spread = 4 * np.sqrt(MANY * share)
    assert abs(len(lines(house, replace(NONE, lost=share)).events) - MANY * (1 - share)) < spread
    doubled = lines(house, replace(NONE, doubled=share))
    assert abs(doubled.lines() - MANY * (1 + share)) < spread
    torn = lines(house, replace(NONE, torn=share))
    assert abs(torn.lines() - MANY * (1 - share)) < spread
    assert len(torn.whole()) == torn.lines()
    both = lines(house, replace(NONE, torn=share, doubled=share))
    assert not (both.torn & both.doubled).any()


def test_whole_hours_are_lost(house: House) -> None:
    told = lines(house, replace(NONE, lost_hours=0.3))
    hours = np.bincount((told.events["at"] // HOUR) % 24, minlength=24)
    assert 1 <= (hours == 0).sum() <= 16
    assert set(hours.tolist()) - {0} == set(np.bincount((day_of(house)["time"] // HOUR) % 24)[hours > 0].tolist())


def test_lines_out_of_turn_keep_their_times(house: House) -> None:
    told = lines(house, replace(NONE, disorder=0.1))
    time = told.events["time"]
    assert not np.array_equal(time, np.sort(time))
    assert np.array_equal(np.sort(time), day_of(house)["time"])
    assert np.abs(np.maximum.accumulate(time) - time).max() <= 2 * MINUTE
    late = lines(house, replace(NONE, late=0.1)).events["time"]
    assert MINUTE < np.abs(np.maximum.accumulate(late) - late).max() <= HOUR


def test_a_log_has_one_clock_and_machines_have_their_own(house: House) -> None:
    noise = replace(NONE, source_skew=3.0, machine_skew=2.0, drift=1.0)
    ticking = clocks(house, noise)
    one = lines(house, noise).events
    assert set((one["time"] - one["at"]).tolist()) == {ticking.log["access"]} != {0}
    own = lines(house, noise, "logons").events
    off = own["time"] - own["at"]
    by_machine = [set(off[own["place"] == n].tolist()) for n in range(len(house.places))]
    assert all(len(each) == 1 for each in by_machine)
    assert len(set.union(*by_machine)) > 10


def test_clocks_drift(house: House) -> None:
    noise = replace(NONE, drift=5.0)
    ticking = clocks(house, noise)
    early, later = (written(house, noise, ticking, "logons", day, day_of(house, logons, day)).events for day in (0, 20))
    assert np.array_equal(early["time"], early["at"])
    assert np.abs(later["time"] - later["at"]).max() > MINUTE


def test_some_clocks_are_far_off(house: House) -> None:
    ticking: Clocks = clocks(house, replace(NONE, bad_clocks=0.2, bad_by=15.0))
    off = np.abs(ticking.machine)
    assert 0.02 < (off > 0).mean() < 0.45
    assert off.max() <= 15 * MINUTE


def test_worlds_differ_in_their_formats_and_noise() -> None:
    assert len({Formats.mixed(seed) for seed in range(40)}) > 30
    assert Formats.mixed(3) == Formats.mixed(3)
    assert {Noise.mixed(seed).rotation for seed in range(40)} == {"none", "day", "week", "size"}
    assert Formats.mixed(3, "parquet").logs == "parquet"
