"""The health of a case: what is missing and who is blind for it, alerts against the budget, calibration curves."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

from tests.console.conftest import Console
from tests.console.ready_cases import INSURER, MARKET

from headwater.attribution.calibration.curve import Calibration
from headwater.attribution.calibration.reliability import reliability
from headwater.attribution.calibration.trying import Claim
from headwater.console.care.inputs import inputs, people
from headwater.console.care.rates import allowed, rate
from headwater.detection.detector import load
from headwater.detection.organisation import organisation
from headwater.investigation import calibrating
from headwater.model.alert import Alert, Lane
from headwater.model.words import Text
from headwater.store.workspace import open_workspace

FIRST = date(2024, 3, 4)  # a Monday


def alert(day: int, lane: Lane = "day", *, released: bool = True) -> Alert:
    raised = FIRST + timedelta(days=day)
    return Alert(
        id=f"A-{day:012d}",
        raised=raised,
        released=raised if released else None,
        updated=raised,
        lane=lane,
        title=Text("", ""),
        accounts=(),
        people=(),
        detectors=("bulk-read",),
        bits=3.0,
        starts=raised,
        ends=raised,
        subjects=1,
        statements=(),
        clears=(),
        about=("account:a",),
    )


def test_the_rate_counts_weeks_and_lanes_against_what_the_bucket_may_give() -> None:
    alerts = [alert(0), alert(1, "fact"), alert(6, "slow"), alert(7, "look-up"), alert(8, released=False)]
    told = rate(alerts, FIRST + timedelta(days=13), per_10000=5, staff=2000)
    assert told is not None
    assert [w.released for w in told.weeks] == [(1, 1, 1, 0), (0, 0, 0, 1)]
    assert [w.so_far for w in told.weeks] == [2, 3]
    assert (told.statistical, told.facts, told.waiting) == (3, 1, 1)
    assert told.promised == allowed(1.0, 14) == 22.0
    assert told.within
    assert not rate([alert(0), alert(1)], FIRST + timedelta(days=1), per_10000=0, staff=100).within  # type: ignore[union-attr]
    assert rate([], FIRST, 5, 100) is None


def test_what_is_missing_is_named_with_who_is_blind_for_it(console: Console) -> None:
    found = {i.table: i for i in inputs(console.ready.workspace(INSURER), load().detectors)}
    assert found["access"].rows > 1000
    assert found["access"].first is not None
    assert "bulk-read" in found["access"].needed_by
    told = console.as_user("chen").get(f"/api/v1/cases/{MARKET}/health").json()
    rows = {r["input"]: r["state"]["text"] for r in told["inputs"]["rows"]}
    assert rows["Log of reading protected data"] == "missing"
    blind = {r["detector"]["text"] for r in told["detectors"]["rows"]}
    assert {"Bulk reading", "Canary record read"} <= blind
    page = console.as_user("chen").get(f"/cases/{MARKET}/health", params={"lang": "zh"})
    assert page.status_code == 200
    assert "没有受保护数据的访问日志" in page.text


def test_the_budget_is_for_those_in_service_as_watching_counts_them(console: Console, tmp_path: Path) -> None:
    workspace = console.ready.workspace(INSURER)
    told = console.as_user("zhao").get(f"/api/v1/cases/{INSURER}/health").json()["watching"]
    with open_workspace(workspace) as space:
        org = organisation(space.lake)
    evening = date.fromisoformat(told["evening"])
    assert (told["staff"], told["roster"]) == (sum(p.here(evening) for p in org.people.values()), True)
    assert 0 < told["staff"] < len(org.people), "somebody has left"
    assert people(tmp_path, evening) == (0, False)


def test_alerts_and_curves_are_drawn_with_their_tables(console: Console) -> None:
    claims = [Claim(0.9, n % 10 != 0) for n in range(40)]
    told = Calibration("clients", "x", 20, 100, 90, 10, 1, 0, 0.05, reliability(claims), reliability([]), ())
    calibrating.keep(console.ready.workspace(INSURER), [told])
    client, twin = console.as_user("zhao"), f"/api/v1/cases/{INSURER}/health"
    shown = client.get(twin).json()
    assert shown["watching"]["evening"]
    (curve,) = shown["curves"]
    assert curve["table"]["rows"][0]["claims"] == 40
    assert curve["table"]["rows"][0]["right"] == 36
    page = client.get(f"/cases/{INSURER}/health").text
    assert 'data-chart="option-curve-1"' in page
    assert "style=" not in page
    taken = client.get(f"/cases/{INSURER}/health", params={"download": "curve-1"})
    assert "40" in taken.text
    assert str(console.ready.root) not in page


def test_a_torn_calibration_is_said_and_costs_nothing_else(console: Console) -> None:
    file = console.ready.workspace(INSURER) / calibrating.FILE
    file.write_text("{", "utf-8")
    told = console.as_user("zhao").get(f"/api/v1/cases/{INSURER}/health").json()
    assert "no calibration" in told["trouble"][0]
    assert told["inputs"]["rows"]
    file.unlink()
