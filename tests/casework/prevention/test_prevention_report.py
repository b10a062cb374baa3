"""The report's section on prevention: a ladder with its table, and every figure that the answer has."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.casework.prevention.made_case import numbers, played, small
from tests.detection.lakes import working_day

from headwater.casework.network_part import NetworkPart
from headwater.casework.prevention.telling import PreventionPart
from headwater.casework.reports.charts.ladder import HEIGHT, LEFT, NEAR, RIGHT, TOP, WIDTH, ladder
from headwater.casework.reports.html import render
from headwater.casework.reports.schema import check
from headwater.model.network import Market
from headwater.model.words import LANGS, Lang

DAYS = [working_day(n) for n in range(10)]
ZONE = ZoneInfo("Asia/Shanghai")
INCIDENT: dict[str, Any] = {
    "rank": 1, "title": "One", "accounts": ["u01"], "employees": ["E01"], "findings": [], "bits": 9.0, "subjects": 15,
    "story": [], "from": "2026-03-06T22:00:00+08:00", "to": "2026-03-11T22:00:00+08:00",
}  # fmt: skip


def answer(lang: Lang, prevented: list[dict[str, Any]], incident: dict[str, Any] | None = None) -> dict[str, Any]:
    """A result that holds nothing but one incident and what would have stopped it."""
    return {
        "schema": "headwater/result/1", "case": {"name": "made"}, "answer": ["One."],
        "read": {"files": [], "not_read": []}, "findings": [], "incidents": [INCIDENT | (incident or {})],
        "attribution": [], "complaints": {"received": 0, "ours": 0, "common": []}, "holdings": [],
        "network": NetworkPart(lang, ZONE).make(Market()) | {"tally": []}, "tally": [], "limits": [],
        "prevention": prevented,
    }  # fmt: skip


def told(root: Path, lang: Lang) -> tuple[list[dict[str, Any]], dict[int, dict[str, Any]]]:
    house = small(left=DAYS[4])
    for day in DAYS[4:8]:
        house.look("u01", day, numbers(100, 15), "E01")
        house.draw("u01", day, 90, "E01", 16.0)
    with played(house, root, days=DAYS[4:8]) as case:
        found, part = case.replay(), PreventionPart(lang, ZONE)
        return json.loads(json.dumps(part.make(found))), part.of_incidents(found)


@pytest.mark.parametrize("lang", LANGS)
def test_the_section_shows_what_the_answer_has(tmp_path: Path, lang: Lang) -> None:
    cases, best = told(tmp_path, lang)
    cases[0]["controls"][0]["title"] = "<script>alert(1)</script>"
    result = answer(lang, cases, best[1])
    assert check(result) == ()
    page = render(result, lang)
    section = page[
        page.index('<section id="prevention"') : page.index("</section>", page.index('<section id="prevention"'))
    ]
    section = section.replace("&#39;", "'")
    assert "<script>alert" not in page
    assert 'href="#prevention-1"' in page
    bites = [c for c in cases[0]["controls"] if c["stopped"]]
    for control in cases[0]["controls"][1:]:
        assert control["title"] in section
    for control in bites:
        assert all(sentence in section for sentence in control["statements"])
    assert section.count("<circle") == len(ladder(cases[0]).marks)  # type: ignore[union-attr]
    assert all(f"{p['rows']:,}" in section for p in cases[0]["ladder"])
    assert re.search(r'<svg[^>]*role="img" aria-labelledby="ladder-1-t"', section)
    assert "{" not in re.sub(r"<style.*?</style>", "", section, flags=re.S)


def test_a_case_that_nothing_stops_says_so(tmp_path: Path) -> None:
    cases, _best = told(tmp_path, "en")
    for control in cases[0]["controls"]:
        control |= {"stopped": False, "at": None}
    page = render(answer("en", cases), "en")
    assert "None of the controls that could be replayed would have denied anything of it." in page
    assert "prevention.html" not in page
    assert 'class="wide ladder"' not in page


def test_marks_stand_on_the_ladder_and_near_ones_are_one(tmp_path: Path) -> None:
    cases, _best = told(tmp_path, "en")
    drawn = ladder(cases[0])
    assert drawn is not None
    numbered = sorted(n for m in drawn.marks for n in m.numbers)
    assert numbered == [n for n, c in enumerate(cases[0]["controls"], start=1) if c["stopped"]]
    for mark in drawn.marks:
        assert LEFT <= mark.x <= WIDTH - RIGHT
        assert TOP <= mark.y <= HEIGHT
    for one, other in zip(drawn.marks, drawn.marks[1:], strict=False):
        assert abs(one.x - other.x) >= NEAR or abs(one.y - other.y) >= NEAR


def test_a_case_without_times_has_no_ladder() -> None:
    assert ladder({}) is None
    assert ladder({"ladder": [{"time": "never", "rows": 3}], "from": "2026-03-02T10:00:00+00:00", "rows": 3}) is None
    one = ladder(
        {"ladder": [{"time": "2026-03-02T10:00:00+00:00", "rows": 3}], "from": "2026-03-02T10:00:00+00:00", "rows": 3}
    )
    assert one is not None
    assert one.marks == ()
