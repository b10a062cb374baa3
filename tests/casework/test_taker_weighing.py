"""People whom only the attribution names: an entry whose low count is nothing, and none where nobody is told apart."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from headwater.casework.holdings import Holding
from headwater.casework.weighing import tallies
from headwater.model.attribution import Leak, Taker
from headwater.model.evidence import PersonOdds
from headwater.model.organisation import Organisation
from headwater.scanning.counting import Items

PEOPLE = (PersonOdds("E1", 0.9, 3.0), PersonOdds("E2", 0.3, 0.0), PersonOdds("?", 0.9, 0.0))
TAKER = Taker("u1", PEOPLE, (), date(2026, 3, 2), date(2026, 3, 9), 2_600, 0.9, 0.95, 8.0, ())
ROWS = (
    Items("leaks/a.csv", frozenset({"name", "phone"}), 3_000, 3_000),
    Items("leaks/a.csv", frozenset({"name", "health"}), 100, 100),
)
FILE = Holding("leaks/a.csv", "leak", (), 3_100, 3_100, (), ROWS, ())


def leak(taker: Taker = TAKER, name: str = "leaks/a.csv") -> Leak:
    return Leak(name, "clients", 3_100, 3_100, 3_100, 0, (taker,))


def entries(*leaks: Leak, held: tuple[Holding, ...] = (FILE,)) -> dict[str | None, dict[str, object]]:
    told = tallies("cn", held, [], Organisation(), "en", leaks=leaks)
    return {t["suspect"]: t for t in told}


def test_a_taker_has_nothing_low_and_the_gravest_of_the_rows_laid_to_him_high() -> None:
    told = entries(leak())
    assert list(told) == ["E1", None]
    one = told["E1"]
    assert one["items"] == {"n3": {"low": 0, "high": 0}, "n4": {"low": 0, "high": 100}, "n5": {"low": 0, "high": 2_500}}
    assert (one["grade"], one["high"]["grade"]) == ("none", "serious")  # type: ignore[index]
    assert (one["half"], one["persons"]) == ({"low": False, "high": True}, {"low": 0, "high": 2_600})
    assert one["since"] == "2026-03-02"
    assert one["notes"][0].startswith("Nothing was found with this person")  # type: ignore[index]
    assert told[None]["items"]["n5"] == {"low": 3_000, "high": 3_000}  # type: ignore[index]


def test_rows_of_several_files_add_up_and_the_first_day_counts() -> None:
    other = replace(FILE, holder="leaks/b.csv", items=ROWS[:1])
    later = replace(TAKER, starts=date(2026, 2, 1), rows_explained=40)
    told = entries(leak(), leak(later, "leaks/b.csv"), held=(FILE, other))
    assert told["E1"]["items"]["n5"] == {"low": 0, "high": 2_540}  # type: ignore[index]
    assert told["E1"]["since"] == "2026-02-01"


@pytest.mark.parametrize(
    "taker",
    [
        replace(TAKER, probability=0.5),
        replace(TAKER, alike=("u2",)),
        replace(TAKER, people=PEOPLE[1:]),
        replace(TAKER, rows_explained=0),
    ],
    ids=["unlikely", "alike", "nobody", "no rows"],
)
def test_nobody_is_weighed_who_is_not_told_apart(taker: Taker) -> None:
    assert list(entries(leak(taker))) == [None]


def test_who_has_an_entry_as_a_holder_gets_no_second_one() -> None:
    seized = Holding("E1", "seized", (), 9, 9, (), (Items("E1", frozenset({"name"}), 9, 9),), ())
    told = tallies("cn", [FILE, seized], [], Organisation(), "zh", leaks=[leak()])
    assert [t["suspect"] for t in told] == ["E1", None]
    assert told[0]["items"]["n5"] == {"low": 9, "high": 9}


def test_the_source_behind_a_brokers_files_is_weighed_by_what_is_laid_to_him() -> None:
    broker = Holding("L1", "seized", (), 3_100, 3_100, (), tuple(replace(i, holder="L1") for i in ROWS), ())
    told = entries(leak(name="seized/L1"), held=(broker,))
    assert list(told) == ["L1", "E1", None]
    assert told["E1"]["high"]["grade"] == "serious"  # type: ignore[index]
