"""Many scores in one table, as text and as a page: counts that add up, and text that stays text."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from tests.evaluation.small_worlds import doing, finding, result, truth, written

from headwater.evaluation.figures import figures
from headwater.evaluation.merging import Table, merge, read_table, write_table
from headwater.evaluation.page import page
from headwater.evaluation.scoring import Score, score
from headwater.evaluation.tables import sheets, tables
from headwater.evaluation.words import LANGS

HOSTILE = '<script>alert("x")</script>|*_`&'


def scored(folder: Path, answer: dict[str, Any], made: dict[str, Any]) -> Score:
    return score(written(folder, "result.json", answer), written(folder, "truth.json", made))


@pytest.fixture
def suite(tmp_path: Path) -> list[Score]:
    """Headwater finds the strong doing and not the weak one; the other method finds neither and cries wolf."""
    weak = doing(id="D2", strength="weak", accounts=["u2"], employees=["E2"], owners=["E2"])
    leak = {"file": "leaks/a", "origin": "nobody", "rows": 9, "doubled": 0, "ours": 9, "not_ours": 0, "takers": []}
    made = truth(doings=[doing(), weak], leaks=[leak])
    taker = {"account": "u9", "probability": 0.9, "rows_explained": 9}
    named = [{"leak": "leaks/a", "rows": 9, "ours": 9, "not_ours": 0, "takers": [taker], "unexplained": 0}]
    noise = finding("03-06", "03-06", 3, accounts=["x"], employees=[])
    free = truth(doings=[], seed=8)
    return [
        scored(tmp_path, result(finding("03-05", "03-08", 9), attribution=named), made),
        scored(tmp_path, result(noise), free),
        scored(tmp_path, result(noise, method="z-score"), made),
        scored(tmp_path, result(noise, noise | {"id": "n2"}, method="z-score"), free),
    ]


def test_rows_are_counts_over_worlds(suite: list[Score]) -> None:
    table = merge(suite)
    rows = {
        (r.method, r.kind, r.strength): r
        for r in table.recall
        if (r.unit, r.reading, r.budget) == ("finding", "all", 0)
    }
    own = rows["headwater", "*", "*"]
    assert (own.doings, own.found, own.share) == (2, 1, 0.5)
    assert (own.taken, own.lost, own.saved) == (200, 140, pytest.approx(0.3))
    assert (own.low, own.high) == pytest.approx((0.0945, 0.9055), abs=1e-4)
    assert rows["headwater", "bulk", "strong"].found == 1
    assert rows["headwater", "*", "weak"].found == 0
    assert rows["z-score", "*", "*"].found == 0


def test_the_rate_of_false_alarms_rests_on_staff_and_days(suite: list[Score]) -> None:
    table = merge(suite)
    rows = {
        (r.method, r.worlds_are): r
        for r in table.alarms
        if (r.unit, r.reading, r.budget) == ("finding", "per 10,000", 5)
    }
    other = rows["z-score", "all worlds"]
    # three false alarms in twice 1,000 staff × 20 days: 3 / 40,000 × 10,000
    assert (other.worlds, other.staff_days, other.false, other.rate) == (2, 40_000, 3, pytest.approx(0.75))
    assert (other.low, other.high) == pytest.approx((0.6187 / 4, 8.7673 / 4), abs=1e-4)
    assert rows["z-score", "without crime"].false == 2
    assert (rows["z-score", "without crime"].worst_week, rows["z-score", "without crime"].worst_week_scaled) == (2, 20)
    assert rows["headwater", "with crime"].false == 0


def test_names_on_a_leak_that_nobody_took_are_kept_apart(suite: list[Score]) -> None:
    row = next(r for r in merge(suite).leaks if r.origin == "nobody")
    assert (row.taken, row.leaks, row.false, row.exact, row.false_per_leak) == ("taken by nobody here", 1, 1, 0, 1.0)
    # the other method said nothing of any leak: it is no attribution, and has no row
    assert {r.method for r in merge(suite).leaks} == {"headwater"}


def test_the_order_of_scores_does_not_matter(suite: list[Score]) -> None:
    first = merge(suite)
    assert all(merge(order) == first for order in permutations(suite))
    assert page(first) == page(merge(suite[::-1]))
    assert [m.method for m in first.methods] == ["headwater", "z-score"]


def test_a_table_survives_its_file_with_the_same_bytes(suite: list[Score], tmp_path: Path) -> None:
    table = merge(suite)
    write_table(table, tmp_path / "one.json")
    again = read_table(tmp_path / "one.json")
    write_table(again, tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    assert Table.from_json(json.loads((tmp_path / "one.json").read_text("utf-8"))) == again
    assert merge(Score.from_json(s.as_json()) for s in suite) == table


def test_methods_that_were_tried_on_other_worlds_are_told_apart(suite: list[Score]) -> None:
    assert merge(suite).even
    uneven = merge(suite[:3])
    assert not uneven.even
    assert "cannot be compared" in tables(uneven)
    assert "cannot be compared" in page(uneven)


def test_figures_have_names(suite: list[Score]) -> None:
    found = figures(merge(suite))
    assert found["headwater/recall/finding/per 10,000/5/bulk/strong"] == 1
    assert found["z-score/false alarms/finding/per 10,000/5/all worlds"] == pytest.approx(0.75)
    assert found["headwater/false names/taken by nobody here/*"] == 1
    assert list(found) == sorted(found)


@pytest.mark.parametrize("lang", LANGS)
def test_every_table_says_what_it_means(suite: list[Score], lang: Any) -> None:
    found = sheets(merge(suite), lang)
    assert {s.key for s in found} >= {
        "methods",
        "recall-finding-per",
        "loss-finding",
        "alarms-finding",
        "leaks",
        "calibration",
    }
    for each in found:
        assert each.meaning
        assert all(column.label and column.meaning for column in each.columns)
        assert all(len(row) == len(each.columns) for row in each.rows)
        shown = page(merge(suite), lang)
        assert each.title in shown
        assert all(column.meaning.split("(")[0].split("'")[0].split(">")[0] in shown for column in each.columns)


def test_markdown_has_the_same_number_of_cells_in_each_line(suite: list[Score]) -> None:
    hostile = [replace(s, method=HOSTILE) for s in suite[:2]]
    text = tables(merge([*suite, *hostile]))
    assert "<script" not in text
    for block in re.findall(r"(?:^\|.*\n?)+", text, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1
    assert len(tables(merge(suite), brief=True)) < len(tables(merge(suite))) / 2
    assert "| headwater |" not in tables(merge(suite), form="text")


class Shape(HTMLParser):
    """The tags, attributes and texts of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names |= {name for name, _value in attrs}

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.mark.parametrize("lang", LANGS)
def test_hostile_text_stays_text_in_the_page(tmp_path: Path, lang: Any) -> None:
    evil = doing(kind=HOSTILE, strength='"><img src=x onerror=y>')
    benign = {"kind": HOSTILE, "accounts": ["x"], "employees": [], "from": None, "to": None, "papers": False}
    people = [{"employee": "E1", "probability": 0.9}]
    noise = finding("03-06", "03-06", 3, accounts=["x"], employees=[])
    answer = result(
        finding("03-05", "03-08", 9), noise, method=HOSTILE, incidents=[finding("03-05", "03-08", 9, people=people)]
    )
    shown = page(merge([scored(tmp_path, answer, truth(world=HOSTILE, doings=[evil], benign=[benign]))]), lang)
    shape = Shape()
    shape.feed(shown)
    assert not shape.tags & {"script", "img", "iframe", "link", "object"}
    assert not {name for name in shape.names if name.startswith("on")} | (shape.names & {"src"})
    assert HOSTILE in "".join(shape.text)
    assert "default-src 'none'" in shown


def test_the_page_draws_every_plot_and_claims_no_prevalence(suite: list[Score]) -> None:
    shown = page(merge(suite))
    assert shown.count("<svg") == 4
    assert "Every world here is made" in shown
    assert "do not show how common" in shown
    assert "nan" not in re.findall(r'(?:points|cx|cy|x1|y1)="([^"]*)"', shown)


def test_a_table_of_nothing_is_a_page_all_the_same() -> None:
    table = merge([])
    assert "<svg" not in page(table)
    assert tables(table).endswith("\n")
    assert figures(table) == {}
