"""The size of a world follows from the events asked for, and memory from a day of it."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from small_trade import OFFICE
from written_worlds import world

from headwater.model.errors import HeadwaterError
from headwater.simulation.house.ordinary import rate
from headwater.simulation.simulate import simulate
from headwater.simulation.sizes import Size, size_for
from headwater.simulation.writing.formats import Formats


@pytest.mark.parametrize("wanted", [10_000, 60_000])
def test_a_world_brings_about_as_many_events_as_asked(tmp_path: Path, wanted: int) -> None:
    sizes: dict[str, Any] = {"staff": None, "clients": None, "days": None}
    truth = world(tmp_path, events=wanted, crimes=(), **sizes)
    assert 0.6 * wanted < sum(truth["house"]["events"].values()) < 1.7 * wanted


def test_larger_worlds_are_larger_and_longer() -> None:
    found = [size_for(OFFICE, 10**power) for power in (4, 5, 6, 7, 8, 9)]
    assert [size.staff for size in found] == [20, 32, 159, 796, 3_991, 20_000]
    assert [size.days for size in found] == sorted(size.days for size in found)
    assert all(size.clients == size.staff * OFFICE.clients_per_head for size in found)


def test_what_is_said_is_kept() -> None:
    assert size_for(OFFICE, staff=100, clients=900, days=30) == Size(100, 900, 30)
    each = rate(OFFICE)
    assert size_for(OFFICE, 90_000, days=30).staff == round(90_000 / each / 30)
    assert size_for(OFFICE, 90_000, staff=50).days == round(90_000 / each / 50)


@pytest.mark.parametrize("asked", [{"staff": 19}, {"clients": 0}, {"days": 4}, {"events": 0}])
def test_sizes_that_cannot_be_are_refused(asked: dict[str, int]) -> None:
    with pytest.raises(HeadwaterError, match="a world needs at least"):
        size_for(OFFICE, **asked)  # type: ignore[arg-type]


def test_a_span_too_short_for_its_crimes_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HeadwaterError, match="6 days cannot hold its crimes"):
        simulate("insurer", tmp_path / "case", seed=2, staff=22, clients=2_000, days=6)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("formats", [Formats(), Formats(logs="parquet")])
def test_memory_does_not_grow_with_the_days(tmp_path: Path, formats: Formats) -> None:
    """Four times the days take no half more memory at the peak."""
    size = {"staff": 40, "clients": 3_000, "crimes": (), "formats": formats}
    world(tmp_path / "warm", days=6, **size)
    peaks = []
    for days in (10, 40):
        tracemalloc.start()
        try:
            world(tmp_path / str(days), days=days, **size)
            peaks.append(tracemalloc.get_traced_memory()[1])
        finally:
            tracemalloc.stop()
    assert peaks[1] < 1.5 * peaks[0]
