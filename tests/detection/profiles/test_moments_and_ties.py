"""Fractions of a second, and acts of one line, come to the same on every engine: rounded down, and in one order."""

from __future__ import annotations

import random
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pyarrow as pa
from tests.detection.lakes import DATASET, FIRST, House, moment, opened

from headwater.detection import reads
from headwater.detection.profiles.reasons import Reasons
from headwater.detection.profiles.runs import runs
from headwater.detection.profiles.singles import _unexplained
from headwater.store.engine import Engine

DAYS = tuple(FIRST + timedelta(days=n) for n in range(3))


def opening(house: House, seconds: float, number: int | None, line: int, action: str = "lookup") -> None:
    house.event(
        "access", moment(FIRST, 9.0, seconds), account="u1", ip="10.0.0.1", dataset=DATASET, action=action,
        subject=None if number is None else f"c{number}", ordinal=number, line=line, outcome="success",
    )  # fmt: skip


def read(house: House, root: Path) -> tuple[pd.DataFrame, pa.Table]:
    """What runs there are, and who was searched for."""
    with opened(house, root) as scene:
        known = Reasons(("u1",), DAYS, *([None] * 4))  # type: ignore[arg-type]
        return runs(scene.engine), sought(scene.engine, scene.org, known)


def sought(engine: Engine, org: object, known: Reasons) -> pa.Table:
    return engine.arrow(_unexplained(engine, org, known, ()).order_by("subject"))  # type: ignore[arg-type]


def test_seconds_are_rounded_down(tmp_path: Path) -> None:
    house = House()
    for seconds in (0.2, 0.7, 3600.9):
        opening(house, seconds, 1, 2)
    with opened(house, tmp_path) as scene:
        acts = scene.engine.arrow(reads.acts(scene.engine).order_by("time")).to_pydict()
    start = int(moment(FIRST, 9.0).timestamp())
    assert acts["at"] == [start, start, start + 3600]
    assert len(set(acts["sitting"])) == 1


def test_the_order_of_acts_on_one_line_does_not_matter(tmp_path: Path) -> None:
    house = House()
    house.add("people", employee="E01")
    house.add("accounts", account="u1", owner="E01")
    rng = random.Random(4)
    numbers = rng.sample(range(1000), 90)
    for line in range(30):
        opening(house, line * 30, None, 2 * line, "search")
        for number in numbers[3 * line : 3 * line + 3]:
            opening(house, line * 30 + 20, number, 2 * line + 1)
    told, people = read(house, tmp_path / "first")
    assert told["records"].tolist() == [90]
    for n in range(3):
        rng.shuffle(house.rows["access"])
        again, others = read(house, tmp_path / str(n))
        pd.testing.assert_frame_equal(told, again, check_exact=True)
        assert people.num_rows == 30
        assert people == others
