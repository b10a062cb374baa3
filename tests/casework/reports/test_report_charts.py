from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from headwater.casework.reports.charts.absence import note
from headwater.casework.reports.charts.share import leak_parts
from headwater.casework.reports.charts.timeline import LEFT, RIGHT, WIDTH, timeline
from headwater.casework.reports.charts.waterfall import waterfall


def moment(time: str, lane: str = "reading", count: int = 1, **more: Any) -> dict[str, Any]:
    return {"time": time, "lane": lane, "text": "t", "count": count, **more}


bits = st.floats(-40, 40, allow_nan=False)


@given(st.lists(bits, min_size=1, max_size=8), st.none() | bits)
def test_the_bars_of_a_waterfall_add_up_to_its_total(weights: list[float], prior: float | None) -> None:
    total = sum(weights) + (prior or 0)
    chart = waterfall([{"text": "s", "bits": w} for w in weights], total, prior)
    assert chart is not None
    assert sum(s.bits for s in chart.steps[:-1]) == pytest.approx(chart.steps[-1].bits, abs=0.06)
    assert [s.kind for s in chart.steps].count("prior") == (prior is not None)
    for step, after in zip(chart.steps[:-1], chart.steps[1:-1], strict=False):
        assert step.after == pytest.approx(after.before)
    assert all(s.x >= -0.01 and s.x + s.width <= 100.01 for s in chart.steps)


def test_what_is_not_itemised_has_a_bar_of_its_own() -> None:
    chart = waterfall([{"text": "s", "bits": 3.0}], 1.0)
    assert chart is not None
    assert [(s.kind, s.bits) for s in chart.steps] == [("for", 3.0), ("rest", -2.0), ("total", 1.0)]
    exact = waterfall([{"text": "s", "bits": -3.0}], -3.0)
    assert exact is not None
    assert [s.kind for s in exact.steps] == ["against", "total"]
    assert waterfall([], 4.0) is None


def test_the_parts_of_a_leak_fill_the_bar() -> None:
    parts = leak_parts({"rows": 100, "ours": 60, "not_ours": 30, "unexplained": 10})
    assert [(p.kind, p.rows) for p in parts] == [
        ("explained", 50),
        ("unexplained", 10),
        ("not_ours", 30),
        ("not_compared", 10),
    ]
    assert sum(p.width for p in parts) == pytest.approx(100)
    doubtful = leak_parts({"rows": 100, "ours": 60, "perhaps": 15, "not_ours": 25, "unexplained": 60})
    assert [(p.kind, p.rows) for p in doubtful] == [("unexplained", 60), ("perhaps", 15), ("not_ours", 25)]
    assert leak_parts({"rows": 0, "ours": 0, "not_ours": 0, "unexplained": 0}) == ()
    assert [p.kind for p in leak_parts({"rows": 5, "ours": 5, "unexplained": 9})] == ["unexplained"]


def test_one_bar_is_an_hour_a_day_or_more() -> None:
    def step(days: int) -> str:
        ends = date(2026, 3, 1) + timedelta(days=days)
        drawn = timeline([moment("2026-03-01T09:00:00+08:00"), moment(f"{ends}T09:00:00+08:00")])
        assert drawn is not None
        return drawn.step

    assert [step(d) for d in (0, 5, 6, 124, 126, 900, 6_000)] == ["hour", "hour", "day", "day", "week", "28 d", "91 d"]


def test_lanes_stand_in_their_order_and_strange_ones_come_last() -> None:
    names = ("absences", "log-ons", "<lane>", "sending", "files", "reading")
    drawn = timeline([moment("2026-03-01T09:00:00+08:00", n) for n in names])
    assert drawn is not None
    assert [lane.name for lane in drawn.lanes] == ["reading", "files", "sending", "logons", "absence", "<lane>"]
    assert [lane.known for lane in drawn.lanes][-1] is False


def test_the_same_day_is_one_bar_by_the_wall_clock_of_the_case() -> None:
    drawn = timeline(
        [
            moment("2026-03-01T23:30:00+08:00", count=3),
            moment("2026-03-01T15:45:00+00:00", count=2),
            moment("2026-03-20T01:00:00+08:00"),
        ]
    )
    assert drawn is not None
    assert [bar.hint for bar in drawn.lanes[0].bars] == ["2026-03-01 | 5 | t", "2026-03-20 | 1 | t"]
    assert drawn.lanes[0].most == 5


def test_moments_without_a_time_are_left_out_of_the_drawing() -> None:
    assert timeline([moment("soon")]) is None
    assert timeline([]) is None


def test_absences_have_a_row_each_and_the_rest_is_counted() -> None:
    moments = [
        moment(f"2026-03-{d:02d}T00:00:00+08:00", "absence", to=f"2026-03-{d + 3:02d}T00:00:00+08:00")
        for d in range(1, 10)
    ]
    drawn = timeline(moments)
    assert drawn is not None
    (lane,) = drawn.lanes
    assert (len(lane.bars), lane.hidden) == (6, 3)
    assert len({bar.y for bar in lane.bars}) == 6


@given(st.lists(st.tuples(st.integers(0, 20_000), st.integers(0, 10**9)), min_size=1, max_size=30))
def test_every_bar_lies_within_the_drawing(acts: list[tuple[int, int]]) -> None:
    first = date(2001, 1, 1)
    drawn = timeline([moment(f"{first + timedelta(days=d)}T10:00:00+08:00", count=n) for d, n in acts])
    assert drawn is not None
    for bar in drawn.lanes[0].bars:
        assert bar.x >= LEFT
        assert bar.x + bar.width <= WIDTH - RIGHT + 0.1
        assert 0 <= bar.y <= drawn.height
        assert bar.height > 0
    assert len(drawn.ticks) <= 80


def test_words_of_an_absence_stand_where_there_is_room() -> None:
    assert note("ill", 200, 0, 100, 104, 960).ends is False
    assert note("ill for a while", 200, 0, 10, 104, 960).x == 215
    assert note("ill for a while", 930, 0, 10, 104, 960).ends is True
    assert len(note("x" * 500, 110, 0, 10, 104, 960).text) == 60
