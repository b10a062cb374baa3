"""Text logs are rotated, packed, torn and widened as the house does it, and no line is lost in between."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from written_worlds import TIDY, text_of, world

from headwater.simulation.files import Packing
from headwater.simulation.trades.all import TRADES
from headwater.simulation.writing.formats import Formats
from headwater.simulation.writing.settings import record_pattern, search_pattern

SMALL = {"staff": 20, "clients": 600, "days": 12, "crimes": ()}


def files(out: Path, folder: str) -> list[Path]:
    return sorted((out / "case/logs" / folder).iterdir())


@pytest.mark.parametrize(
    ("rotation", "names"),
    [
        ("none", ["access.log"]),
        ("week", ["access-2024-W10.log", "access-2024-W11.log"]),
        ("day", [f"access-2024-03-{day:02d}.log" for day in range(4, 16)]),
    ],
)
def test_files_are_rotated(tmp_path: Path, rotation: str, names: list[str]) -> None:
    noise = replace(TIDY, rotation=rotation)
    truth = world(tmp_path, noise=noise, formats=Formats(packing="plain"), **SMALL)
    written = files(tmp_path, "web01")
    assert [path.name for path in written] == names
    assert sum(len(text_of(path).splitlines()) for path in written) == truth["house"]["events"]["access"]


def test_files_are_rotated_by_size(tmp_path: Path) -> None:
    noise = replace(TIDY, rotation="size", rotate_lines=700)
    truth = world(tmp_path, noise=noise, formats=Formats(packing="plain"), **SMALL)
    counts = [len(text_of(path).splitlines()) for path in files(tmp_path, "web01")]
    assert sum(counts) == truth["house"]["events"]["access"]
    assert all(count >= 700 for count in counts[:-1])
    assert files(tmp_path, "web01")[1].name == "access-0002.log"


@pytest.mark.parametrize("packing", ["plain", "gz", "zst", "zip"])
def test_packed_files_hold_the_same_text(tmp_path: Path, packing: Packing) -> None:
    truth = world(tmp_path, noise=TIDY, formats=Formats(packing=packing), **SMALL)
    (path,) = files(tmp_path, "web01")
    assert path.suffix == (".log" if packing == "plain" else f".{packing}")
    lines = text_of(path).splitlines()
    assert len(lines) == truth["house"]["events"]["access"]
    assert all(line.startswith("10.") or line[0].isdigit() for line in lines)


def test_a_column_comes_in_half_way(tmp_path: Path) -> None:
    world(tmp_path, noise=replace(TIDY, new_column=0.5, rotation="none"), formats=Formats(packing="plain"), **SMALL)
    width, heads = 0, []
    for line in text_of(files(tmp_path, "proxy")[0]).splitlines():
        if line.startswith("#Fields: "):
            width = len(line.split()) - 1
            heads.append(width)
        elif not line.startswith("#"):
            assert len(line.split(" ")) == width
    assert heads == [11, 12]


def test_each_rotated_file_names_its_fields(tmp_path: Path) -> None:
    world(tmp_path, noise=replace(TIDY, new_column=0.5, rotation="day"), formats=Formats(packing="plain"), **SMALL)
    for path in files(tmp_path, "proxy"):
        heads = [line for line in text_of(path).splitlines() if line.startswith("#Fields")]
        assert 1 <= len(heads) <= 2
        assert heads[-1].endswith("x-category") == (path.name >= "access-2024-03-10")


def test_doubled_lines_are_the_same_to_the_letter(tmp_path: Path) -> None:
    truth = world(tmp_path, noise=replace(TIDY, doubled=0.2), formats=Formats(packing="plain"), **SMALL)
    for folder, kind in (("web01", "access"), ("db01", "queries"), ("ad", "logons")):
        lines = text_of(files(tmp_path, folder)[0]).splitlines()
        same = sum(one == other for one, other in pairwise(lines))
        assert same > 0.1 * truth["house"]["events"][kind] / 1.2, folder


@pytest.mark.parametrize(("kind", "mark"), [("access", "+0000"), ("queries", " UTC,")])
def test_one_log_may_be_in_utc(tmp_path: Path, kind: str, mark: str) -> None:
    formats = Formats(packing="plain")
    world(tmp_path, noise=replace(TIDY, utc=kind), formats=formats, **SMALL)
    folder = {"access": "web01", "queries": "db01"}[kind]
    assert all(mark in line for line in text_of(files(tmp_path, folder)[0]).splitlines() if line[0].isdigit())


@pytest.mark.parametrize("name", TRADES)
def test_settings_tell_records_searches_and_exports_apart(name: str) -> None:
    """The patterns of the settings fit the paths of every trade."""

    trade = TRADES[name]
    record = trade.record_path.format(subject=f"{trade.key_prefix}123")
    found = re.match(record_pattern(trade), record)
    assert found is not None
    assert found["subject"] == f"{trade.key_prefix}123"
    assert re.match(search_pattern(trade), f"{trade.search_path}?by=phone&page=1")
    assert not re.match(search_pattern(trade), record)
    assert not re.match(search_pattern(trade), trade.export_path)
