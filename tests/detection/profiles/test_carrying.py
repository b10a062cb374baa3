"""Which way out follows a file first: the same as when every file is held against every exit."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pandas as pd
import pytest

from headwater.detection.profiles.carrying import HEADERS, POSTED, PRINTED, SOON, _at_once, _by_name, _by_size, _first

START = datetime(2026, 3, 2, tzinfo=UTC)
Exits = dict[int, tuple[object, ...]]


def events(rng: random.Random, count: int, sizes: tuple[int, int]) -> pd.DataFrame:
    """Things that two people did over four days, often at the same minute, with few names."""
    times = [START + timedelta(minutes=30 * rng.randrange(190)) for _ in range(count)]
    frame = pd.DataFrame(
        {
            "time": pd.to_datetime(pd.Series(times)).astype("datetime64[us, UTC]"),
            "day": [t.date() for t in times],
            "person": [rng.choice(["E01", "E02"]) for _ in times],
            "size": [float(rng.randint(*sizes)) for _ in times],
            "stem": [rng.choice(["list", "report", "offer", ""]) for _ in times],
            "to": [f"to{i}" for i in range(count)],
            "source": [rng.choice(["a", "b"]) for _ in times],
            "line": range(count),
        }
    )
    return frame.sample(frac=1, random_state=3)


def one_by_one(loads: pd.DataFrame, exits: pd.DataFrame, agree: object, within: timedelta) -> Exits:
    found: Exits = {}
    for load in loads.itertuples(index=False):
        after = [
            (e.time, e.source, e.line, e.size, e.to)
            for e in exits.itertuples(index=False)
            if e.person == load.person and load.time <= e.time <= load.time + within and agree(load, e)  # type: ignore[operator]
        ]
        if after:
            found[load.load] = min(after)
    return found


def firsts(pairs: pd.DataFrame) -> Exits:
    told = _first(pairs, ["load"])
    return {r.load: (r.at, r.out_source, r.out_line, r.carried, r.to) for r in told.itertuples(index=False)}


@pytest.mark.parametrize("seed", range(4))
def test_every_first_exit_is_found(seed: int) -> None:
    rng = random.Random(seed)
    loads = events(rng, 80, (500, 40_000))
    loads.insert(0, "load", range(len(loads)))
    exits = events(rng, 120, (500, 44_000))
    assert firsts(_by_name(loads, exits)) == one_by_one(loads, exits, lambda f, e: f.stem and f.stem == e.stem, SOON)
    assert firsts(_at_once(loads, exits)) == one_by_one(loads, exits, lambda f, e: f.day == e.day, PRINTED)
    low, high = POSTED
    fits = one_by_one(loads, exits, lambda f, e: low * f.size <= e.size <= high * f.size + HEADERS, SOON)
    assert firsts(_by_size(loads, exits, POSTED)) == fits
    assert fits


@pytest.mark.parametrize("without", ["files", "exits"])
def test_nothing_follows_nothing(without: str) -> None:
    rng = random.Random(1)
    loads, exits = events(rng, 3, (1, 9)), events(rng, 3, (1, 9))
    loads.insert(0, "load", range(3))
    loads, exits = (loads.iloc[:0], exits) if without == "files" else (loads, exits.iloc[:0])
    for found in (_by_name(loads, exits), _at_once(loads, exits), _by_size(loads, exits, POSTED)):
        assert found.empty
        assert set(found.columns) == {"load", "at", "carried", "out_source", "out_line", "to"}
