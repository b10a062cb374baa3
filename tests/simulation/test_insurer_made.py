"""A made world is the same every time, nobody's, and made without knowing who will look at it."""

from __future__ import annotations

import ast
import hashlib
import json
from dataclasses import replace
from datetime import date
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from reading_back import log, table

import headwater.simulation
from headwater.simulation.insurer import BorrowedAccount, Habits, LeakedFile, make_case
from headwater.simulation.made_people import id_numbers, people, phones

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_same_seed_same_bytes(tmp_path: Path, small: dict[str, int]) -> None:
    habits = Habits(leak=LeakedFile(rows=100))
    for name in ("one", "two"):
        make_case(tmp_path / name, seed=7, habits=habits, **small)
    make_case(tmp_path / "other", seed=8, habits=habits, **small)
    one, two, other = (digests(tmp_path / name) for name in ("one", "two", "other"))
    assert one == two
    assert one["truth.json"] != other["truth.json"]


def test_a_change_in_one_habit_leaves_the_rest_as_it_was(tmp_path: Path, small: dict[str, int]) -> None:
    habits = Habits(leak=None)
    make_case(tmp_path / "with", seed=7, habits=habits, **small)
    make_case(tmp_path / "less", seed=7, habits=replace(habits, unexplained=0.5), **small)
    with_, less = digests(tmp_path / "with/case"), digests(tmp_path / "less/case")
    assert {path for path in with_ if with_[path] != less[path]} == {"business/reasons.csv", "logs/web01_access.log.gz"}


def test_no_resident_number_can_be_a_living_persons(tmp_path: Path, small: dict[str, int]) -> None:
    make_case(tmp_path, seed=1, habits=Habits(leak=None), **small)
    gone = set(json.loads((files(headwater.simulation) / "retired_counties.json").read_text("utf-8"))["codes"])
    for row in table(tmp_path / "case/clients/policyholders.csv"):
        number = row["id_card"]
        assert number[:6] in gone
        assert 1985 <= date.fromisoformat(f"{number[6:10]}-{number[10:12]}-{number[12:14]}").year <= 2003
        total = sum(int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True))
        assert "10X98765432"[total % 11] == number[17]


def test_made_numbers_are_distinct_and_well_formed() -> None:
    rng = np.random.default_rng(0)
    assert len(set(phones(rng, 5_000).tolist())) == 5_000
    assert {len(number) for number in phones(rng, 500).tolist()} == {11}
    assert len(set(id_numbers(rng, 5_000).tolist())) > 4_990
    assert all(number[:3] in {"154", "164", "168", "169", "194"} for number in phones(rng, 200, unassigned=1.0))
    assert len(people(rng, 3)) == 3


def test_too_small_a_house_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 20"):
        make_case(tmp_path, seed=1, staff=5)


def test_more_thieves_than_staff_are_refused(tmp_path: Path, small: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="too few people in sales"):
        make_case(tmp_path, seed=1, habits=Habits(scenarios=(BorrowedAccount(users=40),)), **small)


def test_simulation_imports_nothing_that_looks_for_crime() -> None:
    for path in Path(str(files(headwater.simulation))).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("headwater."):
                assert (node.module or "").startswith("headwater.simulation"), path


def test_hostile_text_is_in_the_logs_when_asked_for(tmp_path: Path, small: dict[str, int]) -> None:
    make_case(tmp_path, seed=1, habits=Habits(leak=None, hostile=True), **small)
    for name in ("web01", "gateway", "security", "endpoint"):
        text = log(tmp_path / "case", name)
        assert "alert(1)" in text or "<script>" in text, name
