"""What stands beside a pseudonym is what several people have in common: nobody is told by his place in the house."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import astuple
from datetime import date

import numpy as np
import pytest

from headwater.casework.veil import Veil
from headwater.console.desk import gathering
from headwater.console.desk.crowds import LEAST, Place, in_crowds
from headwater.console.desk.veiled import Veiled
from headwater.model.evidence import Citation
from headwater.model.organisation import Organisation, Person
from headwater.store.tokens import Tokeniser


def person(number: int, department: str, job: str, site: str = "", left: date | None = None) -> Person:
    return Person(
        f"P{number:05}", "", department, job, "", site, None, left, None, None, None, Citation("hr.csv", number)
    )


def house(*several: tuple[int, str, str]) -> list[Person]:
    """So many people of a department and a job."""
    kinds = [(department, job) for count, department, job in several for _ in range(count)]
    return [person(n, *kind) for n, kind in enumerate(kinds)]


def fewest(places: Sequence[Place]) -> int:
    return min(Counter(map(astuple, places)).values())


@pytest.mark.parametrize("seed", range(8))
def test_everything_that_is_shown_of_somebody_is_shown_of_several(seed: int) -> None:
    dice = np.random.default_rng(seed)
    count, kinds = int(dice.integers(5, 200)), int(dice.integers(1, 12))
    of = [dice.geometric(0.4, count) % kinds for _ in range(3)]
    gone = dice.random(count) < 0.1
    people = [
        person(n, f"D{of[0][n]}", f"J{of[1][n]}", f"S{of[2][n]}", date(2026, 1 + n % 3, 1) if gone[n] else None)
        for n in range(count)
    ]
    assert fewest(list(in_crowds(people).values())) >= LEAST


def test_of_a_group_of_four_nothing_is_shown_and_of_five_all_of_it() -> None:
    assert set(in_crowds(house((4, "Claims", "clerk"))).values()) == {Place()}
    assert set(in_crowds(house((5, "Claims", "clerk"))).values()) == {Place("Claims", "clerk", "", "")}


def test_who_is_left_over_is_not_told_by_what_is_shown_of_the_others() -> None:
    """Were the clerks shown as clerks, the one of whom nothing is shown would be the manager."""
    told = in_crowds(house((5, "Claims", "clerk"), (1, "Claims", "manager"), (9, "Sales", "agent")))
    assert {(p.department, p.job) for p in told.values()} == {("Claims", None), ("Sales", "agent")}


def test_a_job_of_many_small_branches_is_shown_without_the_branch() -> None:
    told = in_crowds(house(*((2, f"Branch {n}", "teller") for n in range(4))))
    assert set(told.values()) == {Place(None, "teller", "", "")}


def test_the_desk_shows_no_more_of_anybody_in_lists_and_in_incidents() -> None:
    people = house((6, "Claims", "clerk"), (2, "Board", "director"), (4, "Law", "counsel"))
    org = Organisation(people={p.employee: p for p in people})
    veil = Veil(org, Tokeniser(bytes(32)), frozenset(), frozenset())
    listed = {row["id"]: (row["department"], row["job"]) for row in gathering.staff(veil)}
    assert set(listed.values()) == {("Claims", "clerk"), (None, None)}
    told = [{"employee": p.employee, "name": "D**", "department": p.department} for p in (*people, person(99, "X", ""))]
    row = Veiled(veil).row("incidents.item", {"people": told})
    assert [p["department"] for p in row["people"]] == ["Claims"] * 6 + [None] * 7
