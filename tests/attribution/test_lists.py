"""Lists that statements gave, as candidates: who drew them, who may have chosen the same, and what is no list."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.attribution.test_search import history, work
from tests.detection.lakes import DATASET, House, moment, opened, working_day

from headwater.attribution.exports import Exports
from headwater.attribution.histories import Histories, histories
from headwater.attribution.search import House as Known
from headwater.attribution.search import Options, Search
from headwater.attribution.windows import Windows

Ints = np.ndarray
SIZE, PEOPLE = 6_000, 24
RNG = np.random.default_rng(17)
LIST = np.sort(RNG.choice(SIZE, 300, replace=False))


def drawn(reads: list[tuple[int, int, Ints]], *lists: tuple[int, int, Ints]) -> Histories:
    """Histories with lists of (account, day, records), which are readings too."""
    h = history([*reads, *lists], SIZE)
    held = Exports()
    for account, day, records in lists:
        held = held.with_lists(account, day, (records,))
    return replace(h, exports=held)


def takers(h: Histories, leaked: Ints, valid: tuple[Ints, Ints] | None = None) -> dict[str, tuple[str, ...]]:
    search = Search(Known(), Windows(h), np.unique(leaked), valid, Options(draws=99))
    return {h.accounts[c.account]: c.alike for c in search.takers()}


def others(count: int, seed: int) -> Ints:
    return np.random.default_rng(seed).choice(SIZE, count, replace=False)


def test_a_list_is_told_from_all_else_of_its_day() -> None:
    reads = work(np.random.default_rng(1), PEOPLE, SIZE)
    h = drawn(reads, (3, 20, others(2_500, 5)), (3, 20, LIST))
    leaked = np.concatenate([LIST[:60], others(180, 6)])
    assert takers(h, leaked) == {"a3": ()}
    assert takers(replace(h, exports=Exports()), leaked) == {}


def test_who_opened_one_by_one_what_another_drew_is_alike() -> None:
    reads = [
        *work(np.random.default_rng(2), PEOPLE, SIZE),
        (10, 20, LIST),
        (10, 20, others(600, 7)),
        (0, 20, others(600, 8)),
    ]
    h = drawn(reads, (0, 20, LIST))
    told = takers(h, RNG.choice(LIST, 60, replace=False))
    assert [{name, *alike} for name, alike in told.items()] == [{"a0", "a10"}]


def test_a_list_counts_on_the_days_on_which_it_was_drawn_alone() -> None:
    reads = work(np.random.default_rng(3), PEOPLE, SIZE)
    h = drawn([*reads, (0, 39, LIST)], (0, 1, LIST))
    held = replace(h.exports, last=np.array([39]))
    leaked, low, high = LIST[:60], np.full(SIZE, -np.inf), np.full(SIZE, np.inf)
    low[leaked], high[leaked] = 15, 20
    h = replace(h, exports=held)
    assert takers(h, leaked) == {"a0": ()}
    assert takers(h, leaked, (low, high)) == {}


def test_lists_without_an_account_or_some_records() -> None:
    lists = Exports().with_lists(2, 4, (np.array([3, 1, 2]), np.array([7, 8]))).with_lists(5, 6, (np.array([1, 9]),))
    assert [lists.records(i).tolist() for i in range(3)] == [[1, 2, 3], [7, 8], [1, 9]]
    without = lists.without(2)
    assert (without.account.tolist(), without.records(0).tolist()) == ([4], [1, 9])
    bare = lists.bare(np.array([1, 7, 8]))
    assert [bare.records(i).tolist() for i in range(3)] == [[2, 3], [], [9]]
    value = np.arange(10.0)
    assert lists.sums(value).tolist() == [6, 15, 10]
    assert bare.sums(value, np.array([2, 1])).tolist() == [9, 0]
    assert Exports().sums(value).tolist() == []


@pytest.fixture
def house() -> House:
    made = House()
    for n in range(600):
        made.add("records", dataset=DATASET, subject=f"c{n}", ordinal=n, version=0, segment="b")
    for i in range(1_200):
        made.event("access", moment(working_day(i % 30), 9, i % 60), account=f"u{i % 7}", dataset=DATASET, action="lookup",
                   subject=f"c{i % 600}", ordinal=i % 600, outcome="success")  # fmt: skip
    return made


def draw(made: House, name: str, day: date, numbers: range, account: str = "u1", exact: bool = True) -> None:
    if not any(r["returned"] == name for r in made.rows.get("returned", ())):
        for n in numbers:
            made.add("returned", returned=name, dataset=DATASET, subject=f"c{n}", ordinal=n)
    made.event("access", moment(day, 15.0), account=account, dataset=DATASET, action="sql", rows=len(numbers),
               returned=name, exact=exact, outcome="success")  # fmt: skip


def test_what_is_a_list(house: House, tmp_path: Path) -> None:
    draw(house, "whole", working_day(4), range(600), "backup")
    draw(house, "of_backup", working_day(5), range(90), "backup")
    draw(house, "kept", working_day(6), range(100, 140))
    draw(house, "kept", working_day(9), range(100, 140))
    draw(house, "kept", date(1970, 1, 1), range(100, 140))
    draw(house, "short", working_day(6), range(9))
    draw(house, "unsure", working_day(6), range(200, 260), exact=False)
    with opened(house, tmp_path / "w") as scene:
        h = histories(scene.engine, DATASET)
    assert h.everything == ("backup",)
    assert (h.stray, h.days) == (1, (working_day(29) - working_day(0)).days + 1)
    assert [(h.accounts[a], h.exports.records(i).tolist()) for i, a in enumerate(h.exports.account)] == [
        ("u1", list(range(100, 140)))
    ]
    span = int(h.exports.last[0] - h.exports.first[0])
    assert span == (working_day(9) - working_day(6)).days
