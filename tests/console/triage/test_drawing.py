"""The pictures say what the figures say: bars stand where they should, and nothing is lost between picture and table."""

from __future__ import annotations

import json
from typing import Any

import pytest

from headwater.console.models import Link
from headwater.console.triage.drawing import evidence, time_line
from headwater.console.words import words

SAY = words("en")


def drawn(statements: list[dict[str, Any]], total: float, prior: float | None) -> tuple[list[tuple[float, float]], Any]:
    """Where each bar begins and ends, low and high, and the chart."""
    chart = evidence(statements, total, prior, SAY, "waterfall", lambda n: Link(text=f"{n}", href="/x"))
    assert chart is not None
    base, above, below = (series["data"] for series in chart.option["series"])
    spans = []
    for b, up, down in zip(base, above, below, strict=True):
        low = b + down["value"] if b <= 0 else b
        high = b + up["value"] if b >= 0 else b
        spans.append((round(low, 3), round(high, 3)))
    return spans, chart


def test_bars_float_where_the_sum_stands_also_across_zero() -> None:
    spans, chart = drawn(
        [{"text": "a", "bits": 5.0}, {"text": "b", "bits": -3.5}, {"text": "c", "bits": 6.0}], 3.5, -4.0
    )
    assert spans == [(-4.0, 0.0), (-4.0, 1.0), (-2.5, 1.0), (-2.5, 3.5), (0.0, 3.5)]
    assert [row["sum"] for row in chart.table.rows] == pytest.approx([-4.0, 1.0, -2.5, 3.5, 3.5])


def test_what_does_not_add_up_has_a_bar_of_its_own() -> None:
    _spans, chart = drawn([{"text": "a", "bits": 2.0}], 5.0, None)
    assert [row["what"] for row in chart.table.rows][1] == SAY("incidents.step_rest")


def test_a_statement_leads_to_its_own_lines_and_one_without_lines_to_none() -> None:
    told = [{"text": "a", "bits": 1.0, "evidence": [{"source": "x", "line": 1}]}, {"text": "b", "bits": 1.0}]
    _spans, chart = drawn(told, 2.0, 0.0)
    found = {row["what"]: row["lines"] for row in chart.table.rows}
    assert found["a"].text == "0"
    assert found["b"] is None


def test_a_statement_without_bits_is_told_in_the_table_and_not_drawn() -> None:
    spans, chart = drawn([{"text": "a", "bits": 1.0}, {"text": "quiet", "bits": 0.0}], 1.0, None)
    assert len(spans) == 2
    assert "quiet" in [row["what"] for row in chart.table.rows]


def test_every_lane_has_its_place_on_one_axis() -> None:
    moments = [
        {"time": "2026-03-02T09:00:00+08:00", "lane": "reading", "text": "100 records", "count": 100},
        {"time": "2026-03-02T09:20:00+08:00", "lane": "reading", "text": "50 records", "count": 50},
        {"time": "2026-03-03T10:00:00+08:00", "lane": "sending", "text": "sent", "count": 1},
        {"time": "2026-03-01T00:00:00+08:00", "to": "2026-03-05T00:00:00+08:00", "lane": "absence", "text": "leave"},
    ]
    chart = time_line(moments, SAY, "Asia/Shanghai")
    assert chart is not None
    assert chart.option["yAxis"]["data"] == ["Reads", "Uploads", "Leave"]
    reading = chart.option["series"][0]["data"]
    assert [d["value"] for d in reading] == [["2026-03-02T09:00", 0, 150]]
    leave = chart.option["series"][2]["data"]
    assert leave[:2] == [["2026-03-01T00:00", 2], ["2026-03-05T00:00", 2]]
    assert sum(int(r["count"]) for r in chart.table.rows if r["lane"] == "Reads") == 150
    assert "Asia/Shanghai" in chart.words


def test_options_are_plain_json_without_functions() -> None:
    _spans, chart = drawn([{"text": "</script><b>", "bits": 1.0}], 1.0, None)
    assert "function" not in json.dumps(chart.option)


def test_nothing_is_drawn_of_nothing() -> None:
    assert time_line([], SAY, "UTC") is None
    assert evidence([], 0.0, None, SAY, "x", lambda n: None) is None
