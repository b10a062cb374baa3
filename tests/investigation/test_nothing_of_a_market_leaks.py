"""No number of anybody in a market, and no name of whom was asked about, is in anything that an investigation writes."""

from __future__ import annotations

import fnmatch
import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.everything_written import written
from tests.processes import headwater

from headwater.simulation.simulate import simulate
from headwater.store.places import unsigned

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
NUMBER = re.compile(r"1\d{10}|\d{15,19}|\S+@\S+\.\S+")


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    root = tmp_path_factory.mktemp("raw-market")
    truth = simulate("brokers", root / "case", seed=23, events=10_000)["network"]
    ended = headwater(root / "said", "investigate", root / "case", "--out", root / "out", "-vv")
    assert ended.code == 0, ended.err.decode()[-2000:]
    told = [word for name in ("ocsf", "stix", "case", "list", "csv") for word in ("--format", name)]
    ended = headwater(root / "said" / "export", "export", root / "case", "--out", root / "out", "--named", *told)
    assert ended.code == 0, ended.err.decode()[-2000:]
    return root, truth


def raw(network: dict[str, Any]) -> dict[str, str]:
    """Raw values by kind: of whom was asked about, and numbers of everybody in the trade."""
    values = {v: k for o in network["orders"] for k, v in o["subject"].items() if v and len(v) > 2}
    return values | {a: "number" for p in network["people"] for a in p["aliases"] if NUMBER.fullmatch(a)}


def test_nothing_raw_is_written(market: tuple[Path, dict[str, Any]]) -> None:
    root, network = market
    values = raw(network)
    assert len(values) > 200
    assert set(values.values()) >= {"name", "phone", "number"}
    pattern = re.compile("|".join(map(re.escape, sorted(values, key=len, reverse=True))))
    for folder in ("out", "said"):
        found = {(name, values[hit[0]]) for name, text in written(root / folder) for hit in pattern.finditer(text)}
        assert found == set()


def test_cards_in_the_names_of_files_are_masked_and_the_files_are_found_again(
    market: tuple[Path, dict[str, Any]],
) -> None:
    root, _network = market
    case = root / "case"
    there = [f.relative_to(case).as_posix() for f in case.rglob("*") if f.is_file()]
    assert any(re.search(r"\d{16}", path) for path in there)  # or this says nothing
    read = json.loads((root / "out" / "result.json").read_bytes())["read"]["files"]
    masked = [f["path"] for f in read if "*" in f["path"]]
    assert masked
    for path in masked:
        pattern = unsigned(path.split("!")[0]).replace("[", "[[]")
        assert fnmatch.filter(there, pattern), path
