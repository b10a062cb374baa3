"""The contract of a scan's answer, and the order of what is grave."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import pytest
from made_scan import hostile_scan, made_scan, many

from headwater.casework.reports import json
from headwater.casework.reports.gravity import gravest_first, gravity, groups_of
from headwater.casework.reports.scan_schema import check


@pytest.mark.parametrize("make", [made_scan, hostile_scan, lambda: many(50)])
def test_the_made_answers_keep_the_contract_and_can_be_written(make: Callable[[], dict[str, Any]]) -> None:
    assert check(make()) == ()
    assert json.dumps(make()) == json.dumps(copy.deepcopy(make()))


def test_an_answer_may_say_more_than_the_contract() -> None:
    assert check({**made_scan(), "newer": 1}) == ()


def _without(key: str) -> Callable[[dict[str, Any]], None]:
    def change(answer: dict[str, Any]) -> None:
        del answer[key]

    return change


@pytest.mark.parametrize("key", sorted(made_scan()))
def test_every_key_is_needed(key: str) -> None:
    answer = made_scan()
    _without(key)(answer)
    assert check(answer) == (f"scan.{key}: missing",)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda a: a.update(schema="headwater/scan/2"), "scan.schema: not headwater/scan/1"),
        (lambda a: a["files"][0].update(status="half"), "scan.files[0].status: not one of read, partly read, unread"),
        (lambda a: a["files"][0].update(persons=-1), "scan.files[0].persons: below zero"),
        (lambda a: a["files"][0].update(modified="2026-01-01T00:00:00"), "scan.files[0].modified: a time without zone"),
        (lambda a: a["files"][0]["origins"][0].update(share=1.5), "scan.files[0].origins[0].share: not between 0 and 1"),
        (lambda a: a["files"][0]["access"].update(others="yes"), "scan.files[0].access.others: not true or false"),
        (lambda a: a["allowed"][0].update(expires="soon"), "scan.allowed[0].expires: not a date"),
        (lambda a: a["not_read"][0].pop("reason"), "scan.not_read[0].reason: missing"),
        (lambda a: a["groups"][0].update(low=None), "scan.groups[0].low: not a whole number"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_by_place_and_without_the_value(
    change: Callable[[dict[str, Any]], None], problem: str
) -> None:
    answer = made_scan()
    change(answer)
    assert check(answer) == (problem,)


@pytest.mark.parametrize(
    ("group", "persons", "level"),
    [
        ("n3", 4, "low"), ("n3", 5, "medium"), ("n3", 49, "medium"), ("n3", 50, "high"), ("n3", 500, "critical"),
        ("n4", 499, "medium"), ("n4", 500, "high"), ("n4", 5000, "critical"),
        ("n5", 4999, "medium"), ("n5", 5000, "high"), ("n5", 50000, "critical"),
        ("", 50000, "none"),
    ],
)  # fmt: skip
def test_how_grave_a_file_is(group: str, persons: int, level: str) -> None:
    file = {"persons": persons, "items": [{"kind": "k", "found": persons * 3}]}
    assert gravity(file, {"k": group}).level == level


def test_what_no_person_belongs_to_is_not_grave() -> None:
    assert gravity({"persons": 0, "items": [{"kind": "k", "found": 900}]}, {"k": "n3"}).level == "none"


def test_a_few_grave_cells_do_not_make_a_long_list_grave() -> None:
    file = {"persons": 4000, "items": [{"kind": "k", "found": 2}, {"kind": "m", "found": 4000}]}
    found = gravity(file, {"k": "n3", "m": "n5"})
    assert (found.group, found.level) == ("n3", "medium")


def test_the_gravest_files_come_first_and_clean_ones_not_at_all() -> None:
    answer = made_scan()
    assert [f["path"].rpartition("/")[2] for _, f in gravest_first(answer)] == [
        *("客户.xlsx", "part.csv", "copy of part.csv", "chat.txt"),
    ]
    assert groups_of(answer)["balance"] == "n3"
