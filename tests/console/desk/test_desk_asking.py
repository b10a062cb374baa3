from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.console.desk.made_desks import finding, made_desk

from headwater.console.desk import asking
from headwater.console.desk.asking import Between, Question
from headwater.console.desk.desk import Desk
from headwater.console.desk.layout import TABLES
from headwater.model.errors import CaseError

MADE = [finding(n) for n in range(200)]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = made_desk(tmp_path_factory.mktemp("desk") / "a.sqlite", {"findings": MADE}, limits=["none"])
    yield made
    made.close()


def walked(desk: Desk, **asked: Any) -> list[dict[str, Any]]:
    """All rows of a list, a page of seven at a time."""
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page = desk.rows("findings", after=after, limit=7, **asked)
        assert len(page.rows) <= 7
        found += page.rows
        if (after := page.next) is None:
            return found


def ordered(rows: list[dict[str, Any]], column: str, down: bool) -> list[Any]:
    """As SQLite orders: what is empty comes first upwards and last downwards."""
    told = sorted(rows, key=lambda r: (r[column] is not None, r[column] or 0, rows.index(r)), reverse=down)
    return [r["id"] for r in told]


@pytest.mark.parametrize("sort", ["bits", "-bits", "subjects", "-subjects"])
def test_pages_follow_each_other_without_a_gap_in_any_order(desk: Desk, sort: str) -> None:
    assert [r["id"] for r in walked(desk, sort=sort)] == ordered(MADE, sort.lstrip("-"), sort.startswith("-"))


def test_the_answers_own_order_is_kept_where_none_is_asked(desk: Desk) -> None:
    assert [r["id"] for r in walked(desk)] == [r["id"] for r in MADE]


@pytest.mark.parametrize(
    ("where", "fits"),
    [
        ({"detector": "outflow"}, lambda r: r["detector"] == "outflow"),
        ({"severity": ["high", "critical"]}, lambda r: r["severity"] in ("high", "critical")),
        ({"fact": True}, lambda r: r["fact"]),
        ({"account": "U-0000000003"}, lambda r: r["accounts"] == ["U-0000000003"]),
        ({"account": ["U-0000000003", "U-0000000004"]}, lambda r: r["accounts"][0][-1] in "34"),
        ({"bits": Between(10, 20)}, lambda r: r["bits"] is not None and 10 <= r["bits"] <= 20),
        ({"from": Between("2026-03-10", "2026-03-12")}, lambda r: "2026-03-10" <= r["from"] <= "2026-03-12"),
        ({"bits": None}, lambda r: r["bits"] is None),
        ({"detector": "outflow", "severity": "low"}, lambda r: (r["detector"], r["severity"]) == ("outflow", "low")),
    ],
)
def test_a_filter_gives_those_rows_and_their_number(desk: Desk, where: Any, fits: Any) -> None:
    expected = [r["id"] for r in MADE if fits(r)]
    assert expected
    assert [r["id"] for r in walked(desk, where=where)] == expected
    assert desk.rows("findings", where=where, limit=1).total == len(expected)


def test_words_narrow_a_list_with_its_order_and_filters(desk: Desk) -> None:
    found = desk.rows("findings", q="客户资料", where={"detector": "outflow"}, sort="-subjects", limit=500)
    of_it = [r for r in MADE if r["detector"] == "outflow"]
    assert [r["id"] for r in found.rows] == ordered(of_it, "subjects", down=True)


@pytest.mark.parametrize("narrow", [0, 10_000])
def test_words_with_few_hits_and_with_many_give_the_same(
    desk: Desk, narrow: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "NARROW", narrow)
    found = desk.rows("findings", q="客户资料 U-000000000", sort="-bits", limit=500)
    assert [r["id"] for r in found.rows] == ordered(MADE, "bits", down=True)
    assert found.total == 200


def test_of_what_is_not_counted_to_its_end_it_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "COUNTED", 10)
    found = desk.rows("findings", where={"subjects": Between(0, 100)}, limit=3)
    assert (found.total, found.more) == (10, True)
    few = desk.rows("findings", where={"subjects": Between(0, 0)}, limit=3)
    assert (few.total, few.more) == (sum(r["subjects"] == 0 for r in MADE), False)


def test_a_row_of_a_list_leaves_out_what_only_its_page_shows(desk: Desk) -> None:
    (row,) = desk.rows("findings", limit=1).rows
    assert "statements" not in row
    assert desk.one("findings", row["id"]) == MADE[0] == desk.rows("findings", limit=1, whole=True).rows[0]
    assert desk.one("findings", "no such") is None


def test_facets_count_every_value(desk: Desk) -> None:
    assert desk.facets("findings", "detector") == {"bulk-read": 67, "outflow": 67, "slow-reading": 66}
    assert sum(desk.facets("findings", "account").values()) == 200


@pytest.mark.parametrize(
    "asked",
    [{"sort": "id; drop table findings"}, {"where": {"no": 1}}, {"after": "x"}, {"after": "W10"}, {"after": "e30"}],
)
def test_what_is_no_column_and_no_cursor_is_refused(desk: Desk, asked: Any) -> None:
    with pytest.raises(CaseError):
        desk.rows("findings", **asked)


def test_a_cursor_of_another_order_is_refused(desk: Desk) -> None:
    page = desk.rows("findings", sort="bits", limit=5)
    with pytest.raises(CaseError, match="order"):
        desk.rows("findings", sort="-bits", after=page.next)


@pytest.mark.parametrize(
    "told",
    [
        ["", None, 10**30],
        ["", None, True],
        ["bits", 10**30, 1],
        ["bits", float("nan"), 1],
        ["bits", "\ud800", 1],
        ["bits", [1], 1],
        ["bits", 1.0],
        {"bits": 1},
    ],
)
def test_a_cursor_that_nobody_gave_is_refused_and_breaks_nothing(desk: Desk, told: Any) -> None:
    if isinstance(told, list) and len(told) == 3:
        told = [*told, json.loads(base64.urlsafe_b64decode(f"{desk.rows('findings', limit=1).next}=="))[3]]
    forged = base64.urlsafe_b64encode(json.dumps(told).encode()).decode()
    with pytest.raises(CaseError, match="none of this list"):
        desk.rows("findings", sort=told[0] if isinstance(told, list) else "", after=forged)


def test_a_cursor_of_an_older_answer_is_refused_where_the_list_is_another(desk: Desk, tmp_path: Path) -> None:
    page = desk.rows("findings", sort="-bits", limit=5)
    same = made_desk(tmp_path / "same.sqlite", {"findings": MADE})
    other = made_desk(tmp_path / "other.sqlite", {"findings": MADE[1:]})
    heavier = made_desk(tmp_path / "heavier.sqlite", {"findings": [*MADE[:-1], {**MADE[-1], "bits": 99.0}]})
    assert (
        same.rows("findings", sort="-bits", after=page.next).rows
        == desk.rows("findings", sort="-bits", after=page.next).rows
    )
    for newer in (other, heavier):
        with pytest.raises(CaseError, match="newer answer"):
            newer.rows("findings", sort="-bits", after=page.next)
    hits = desk.search("读取客户", limit=2)
    with pytest.raises(CaseError, match="none of this list"):
        desk.rows("findings", after=hits.next)
    for each in (same, other, heavier):
        each.close()


def test_words_that_are_too_short_narrow_nothing_and_are_named(desk: Desk) -> None:
    found = desk.rows("findings", q="a 第", limit=5)
    assert (found.total, found.short) == (200, ("a", "第"))
    some = desk.rows("findings", q="a 客户资料", where={"detector": "outflow"}, limit=5)
    assert (some.total, some.short) == (67, ("a",))


@pytest.mark.parametrize("counted", [5, 10_000])
@pytest.mark.parametrize("sort", ["", "-bits", "subjects", "from"])
def test_few_rows_and_many_come_in_the_same_order(
    desk: Desk, sort: str, counted: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "COUNTED", counted)  # 67 rows are few, or more than are counted
    asked = {"where": {"detector": "outflow", "from": Between("2026-03-01", "2026-03-20~")}, "sort": sort}
    of_it = [r for r in MADE if r["detector"] == "outflow" and r["from"] < "2026-03-20~"]
    expected = ordered(of_it, sort.lstrip("-"), sort.startswith("-")) if sort else [r["id"] for r in of_it]
    assert [r["id"] for r in walked(desk, **asked)] == expected


def test_three_filters_at_once_are_answered_by_one_index(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "a.sqlite"
    made_desk(file, {"findings": (finding(n) for n in range(4_000))}).close()
    with closing(sqlite3.connect(file)) as db:
        where = {"to": Between(low="2026-03-10"), "from": Between(high="2026-03-11~"), "detector": "outflow"}
        question = Question(TABLES["findings"], where={**where, "severity": "high"}, sort="-bits")
        tests, values, _ = question._tests(db, "")
        plan = db.execute("explain query plan " + question._sql(tests, few=True), [*values, 51]).fetchall()
    told = " / ".join(row[3] for row in plan)
    assert "USING COVERING INDEX findings_by_several (detector=? AND severity=?" in told


def test_a_table_that_is_not_there_is_refused(desk: Desk) -> None:
    with pytest.raises(CaseError):
        desk.rows("sqlite_master")


def test_parts_come_back_as_they_were(desk: Desk) -> None:
    assert desk.part("limits") == ["none"]
    assert desk.part("no such part") == []
