"""The same seed gives the same bytes, another seed another world, and a cut world is the beginning of the whole one."""

from __future__ import annotations

from pathlib import Path

import pytest
from written_worlds import SIZE, text_of, tree, world

from headwater.simulation.writing.formats import Formats
from headwater.simulation.writing.noise import Noise

CUT = 15


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("whole")
    world(out, leaks=None, formats=None, noise=None)
    return out


def test_same_seed_same_bytes(whole: Path, tmp_path: Path) -> None:
    world(tmp_path, leaks=None, formats=None, noise=None)
    assert tree(tmp_path) == tree(whole)


def test_another_seed_is_another_world(whole: Path, tmp_path: Path) -> None:
    world(tmp_path, seed=6, leaks=None, formats=None, noise=None)
    mine, other = tree(tmp_path), tree(whole)
    common = {"case/headwater.toml", "case/seized"}
    assert not [name for name in mine if name not in common and other.get(name) == mine[name] and "hr/" not in name]


@pytest.mark.parametrize(
    ("formats", "noise"),
    [
        (Formats(packing="gz", proxy="elff"), Noise(rotation="none")),
        (Formats(packing="zst", access="nginx-json"), Noise(rotation="day")),
        (Formats(packing="plain", database="stderr"), Noise(rotation="size", rotate_lines=900)),
    ],
)
def test_a_cut_world_is_the_beginning_of_the_whole_one(tmp_path: Path, formats: Formats, noise: Noise) -> None:
    asked = {"formats": formats, "noise": noise, "leaks": None}
    full = world(tmp_path / "full", **asked)
    cut = world(tmp_path / "cut", until=CUT, **asked)
    written = sorted(p.relative_to(tmp_path / "cut/case") for p in (tmp_path / "cut/case/logs").rglob("*.*"))
    assert written
    for path in written:
        mine = (tmp_path / "cut/case" / path).read_bytes()
        assert (tmp_path / "full/case" / path).read_bytes().startswith(mine), path
    assert (cut["house"]["days"], cut["house"]["to"]) == (CUT + 1, "2024-03-19")
    assert {d["id"] for d in cut["doings"]} <= {d["id"] for d in full["doings"]}
    by_id = {doing["id"]: doing for doing in full["doings"]}
    for doing in cut["doings"]:
        days = [day for day in by_id[doing["id"]]["by_day"] if day[0] <= "2024-03-19"]
        assert doing["by_day"] == days
        assert doing["subjects"] == sum(count for _, count in days)


def test_a_cut_world_knows_nothing_of_what_came_later(tmp_path: Path) -> None:
    truth = world(tmp_path, until=CUT, leaks=None)
    last = "2024-03-19"
    case = tmp_path / "case"
    assert not (case / "seized").exists()
    assert truth["holdings"] == []
    for name, column in (("complaints.csv", 1), ("hr/roster.csv", 7), ("hr/tickets.csv", 5), ("hr/absences.csv", 1)):
        rows = [line.split(",") for line in text_of(case / name).splitlines()[1:]]
        assert max((row[column] for row in rows), default="") <= last, name
    reasons = [line.split(",") for line in text_of(case / "business/reasons.csv").splitlines()[1:]]
    assert max(max(row[3], row[4]) for row in reasons) <= last


def test_days_of_parquet_are_the_same_files(tmp_path: Path) -> None:
    formats = Formats(logs="parquet")
    world(tmp_path / "full", formats=formats)
    world(tmp_path / "cut", formats=formats, until=CUT)
    full, cut = tree(tmp_path / "full/case/logs"), tree(tmp_path / "cut/case/logs")
    assert len({name.partition("/")[2] for name in full}) == SIZE["days"]
    assert cut == {name: digest for name, digest in full.items() if name.partition("/")[2] <= "2024-03-19.parquet"}


def test_other_noise_leaves_life_as_it_was(tmp_path: Path) -> None:
    """What is noise and what is life have dice of their own."""
    calm = world(tmp_path / "calm", noise=Noise.none())
    wild = world(tmp_path / "wild", noise=Noise(lost=0.05, doubled=0.01, disorder=0.2))
    assert [d["by_day"] for d in calm["doings"]] == [d["by_day"] for d in wild["doings"]]
    assert calm["benign"] == wild["benign"]
    assert tree(tmp_path / "calm/case/hr") == tree(tmp_path / "wild/case/hr")
