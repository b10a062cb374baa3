"""The truth keeps its schema, agrees with the doings, and holds no personal value; a foreign folder is left alone."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from small_trade import OFFICE
from written_worlds import CRIMES, SIZE, text_of, world

from headwater.model.errors import CaseError, HeadwaterError
from headwater.simulation.crimes.acting import crimes
from headwater.simulation.crimes.casting import prepare
from headwater.simulation.house.building import build
from headwater.simulation.house.house import House
from headwater.simulation.house.nouns import Doing
from headwater.simulation.simulate import simulate
from headwater.simulation.truth import by_day, doing_truth, known

KEYS = {
    "": ("schema", "world", "seed", "case", "house", "doings", "benign", "leaks", "holdings", "complaints", "network"),
    "house": ("staff", "accounts", "clients", "from", "to", "days", "timezone", "events"),
    "doings": (
        "id", "kind", "strength", "concert", "employees", "accounts", "owners", "devices", "way_out", "destination",
        "from", "to", "subjects", "seen", "by_day",
    ),
    "benign": ("kind", "accounts", "employees", "from", "to", "papers"),
    "leaks": ("file", "origin", "rows", "doubled", "ours", "not_ours", "takers"),
    "holdings": ("holder", "persons"),
    "complaints": ("received", "from_theft", "accounts"),
}  # fmt: skip


@pytest.fixture(scope="module")
def house() -> House:
    return prepare(build(OFFICE, seed=5, **SIZE), CRIMES)


@pytest.fixture(scope="module")
def done(house: House) -> list[Doing]:
    return crimes(house, CRIMES)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("made")
    world(out, leaks=None)
    return out


@pytest.fixture(scope="module")
def truth(made: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((made / "truth.json").read_text("utf-8"))
    return told


def test_it_keeps_its_schema(made: Path, truth: dict[str, Any]) -> None:
    assert (truth["schema"], truth["world"], truth["seed"], truth["case"]) == ("headwater/truth/1", "office", 5, "case")
    for part, keys in KEYS.items():
        values = [truth] if not part else truth[part] if isinstance(truth[part], list) else [truth[part]]
        assert values
        assert all(each.keys() == set(keys) for each in values), part
    text = (made / "truth.json").read_text("utf-8")
    assert text == json.dumps(truth, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def test_every_moment_has_a_zone_and_lies_in_the_span(truth: dict[str, Any]) -> None:
    first, last = truth["house"]["from"], truth["house"]["to"]
    for each in (*truth["doings"], *truth["benign"]):
        begin, end = (datetime.fromisoformat(each[name]) for name in ("from", "to"))
        assert begin.utcoffset() is not None
        assert begin <= end
        assert first <= begin.date().isoformat()
        assert each not in truth["doings"] or end.date().isoformat() <= last


def test_a_doing_is_told_as_it_was(house: House, done: list[Doing]) -> None:
    for doing in done:
        told = doing_truth(house, doing, seen=3)
        assert told["subjects"] == len(np.unique(doing.taken)) == sum(count for _, count in told["by_day"])
        assert len(told["by_day"]) == len(np.unique(house.calendar.day_of(doing.taken_at)))
        assert told["seen"] == 3
        assert len(told["employees"]) == len(doing.people)
        assert told["from"][:10] == told["by_day"][0][0]
        assert told["to"][:10] == told["by_day"][-1][0]


def test_a_day_on_which_nobody_new_was_taken_is_listed(house: House) -> None:
    at = house.calendar.midnight(np.array([2, 2, 3, 5])) + 3_600_000
    doing = Doing("D1", "bulk", "weak", (0,), (0,), taken=np.array([7, 8, 7, 9]), taken_at=at, taker=np.zeros(4, int))
    assert by_day(house, doing) == [["2024-03-06", 2], ["2024-03-07", 0], ["2024-03-09", 1]]
    cut = known(house, doing, 3)
    assert cut is not None
    assert by_day(house, cut) == [["2024-03-06", 2], ["2024-03-07", 0]]
    assert known(house, doing, 1) is None
    assert known(house, doing, house.calendar.days - 1) is doing


def test_no_personal_value_is_in_it(made: Path) -> None:
    """Ids and counts alone: no name, number, phone or address of any client or colleague."""
    told = (made / "truth.json").read_text("utf-8")
    for table in ("clients/customers.csv", "hr/roster.csv", "complaints.csv"):
        header, *rows = (line.split(",") for line in text_of(made / "case" / table).splitlines())
        personal = [n for n, name in enumerate(header) if name in ("name", "id_number", "phone", "address")]
        assert personal
        assert not [cell for row in rows for n in personal if len(cell := row[n]) > 1 and cell in told]


def test_what_shows_is_no_more_than_what_was_taken(truth: dict[str, Any]) -> None:
    assert all(0 < doing["seen"] <= doing["subjects"] for doing in truth["doings"])


def test_a_folder_with_something_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "case").mkdir()
    (tmp_path / "case/note.txt").write_text("mine")
    with pytest.raises(CaseError, match="is not empty"):
        world(tmp_path)
    assert [p.name for p in tmp_path.rglob("*")] == ["case", "note.txt"]


@pytest.mark.parametrize("foreign", ["{}", "no json", '{"schema": "headwater/truth/1", "case": "other"}', "[]"])
def test_the_truth_of_something_else_is_not_overwritten(tmp_path: Path, foreign: str) -> None:
    (tmp_path / "truth.json").write_text(foreign)
    with pytest.raises(CaseError, match="not the truth of this case"):
        world(tmp_path)
    assert (tmp_path / "truth.json").read_text() == foreign
    assert not (tmp_path / "case").exists()


def test_the_truth_of_an_emptied_case_is_written_anew(tmp_path: Path) -> None:
    (tmp_path / "truth.json").write_text('{"schema": "headwater/truth/1", "case": "case"}')
    assert world(tmp_path)["seed"] == 5


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "case").write_text("x")
    with pytest.raises(CaseError, match="is no folder"):
        world(tmp_path)


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"staff": 5}, "at least 20 staff, not 5"),
        ({"clients": 3}, "at least 200 clients"),
        ({"days": 0}, "at least 5 days"),
        ({"until": 24}, "has 24 days, so it cannot be cut after day 24"),
        ({"until": -1}, "cannot be cut"),
    ],
)
def test_a_world_that_cannot_be_is_refused(tmp_path: Path, asked: dict[str, int], message: str) -> None:
    with pytest.raises(HeadwaterError, match=message):
        world(tmp_path, **asked)
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_world_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HeadwaterError, match=r"there is no world 'zoo'; there are insurer, .*, brokers"):
        simulate("zoo", tmp_path / "case", seed=1)


def test_the_market_is_a_world_too(tmp_path: Path) -> None:
    truth = simulate("brokers", tmp_path / "case", seed=2, events=20_000)
    assert truth["house"] == {}
    assert truth["network"]["orders"]
    assert json.loads((tmp_path / "truth.json").read_text("utf-8")) == truth
