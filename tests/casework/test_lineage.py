"""Files are told apart by the persons in them: which was made of which, which are the same, and who has whom in common."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from headwater.casework.lineage import Common, Lineage, Made, lineage
from headwater.exhibits.folder import open_case
from headwater.scanning.stage import scan_case
from headwater.simulation import made_people
from headwater.store.engine import open_engine
from headwater.store.workspace import open_workspace

PEOPLE = made_people.people(np.random.default_rng(3), 110)
ROWS = [f"{n},{i},{p}" for n, i, p in zip(PEOPLE.name, PEOPLE.id_number, PEOPLE.phone, strict=True)]
HEADER = "姓名,身份证号,手机"


def write(root: Path, path: str, rows: list[str]) -> None:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("\n".join([HEADER, *rows]) + "\n", "utf-8")


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Lineage:
    case = tmp_path_factory.mktemp("lineage") / "case"
    write(case, "seized/liu/all.csv", ROWS[:60])
    write(case, "seized/liu/copy.csv", ROWS[:60])
    write(case, "seized/wu/part.csv", ROWS[10:40])
    write(case, "leaks/sorted.csv", ROWS[59:20:-1])
    write(case, "seized/qi/other.csv", ROWS[60:80])
    write(case, "seized/li/two.csv", ROWS[80:])
    write(case, "seized/zhou/one.csv", ROWS[:79:-1])
    with open_workspace(case.parent / "w") as space:
        scan_case(open_case(case), space)
        with open_engine("duckdb", space) as engine:
            return lineage(engine)


def test_a_part_and_a_sorted_copy_are_known_and_of_the_same_persons_neither_is_the_source(found: Lineage) -> None:
    assert set(found.made) == {
        Made("seized/wu/part.csv", "seized/liu/all.csv", "part", 30, 1.0),
        Made("leaks/sorted.csv", "seized/liu/all.csv", "sorted", 39, 1.0),
        Made("seized/zhou/one.csv", "seized/li/two.csv", "sorted", 30, 1.0, either=True),
    }


def test_the_same_bytes_are_one_group(found: Lineage) -> None:
    assert found.same == (("seized/liu/all.csv", "seized/liu/copy.csv"),)


def test_holders_have_persons_in_common_and_a_leak_is_its_own_holder(found: Lineage) -> None:
    assert set(found.holders) == {
        Common("leaks/sorted.csv", "liu", 39),
        Common("liu", "wu", 30),
        Common("leaks/sorted.csv", "wu", 19),
        Common("li", "zhou", 30),
    }
    assert Common("seized/liu/all.csv", "seized/liu/copy.csv", 60) in found.files
    assert not [c for c in found.files if "qi" in c.a + c.b]


def test_a_lake_without_files_has_nothing_in_common(tmp_path: Path) -> None:
    with open_workspace(tmp_path) as space, open_engine("duckdb", space) as engine:
        assert lineage(engine) == Lineage()
