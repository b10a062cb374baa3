"""A broken limit is that of its day, unknown jobs hide no thief, and people come from the sittings of the acts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import numpy as np
from tests.detection.lakes import DATASET, Office, moment, office, opened, working_day
from tests.detection.scenarios import DEEDS

from headwater.detection.detectors import beyond_entitlement, personal_interest


def house() -> Office:
    return office(staff=20, days=30, level=14.0, seed=2)


def test_the_day_that_went_furthest_beyond_its_own_right_is_told(tmp_path: Path) -> None:
    made, rng = house(), np.random.default_rng(1)
    made.rows["entitlements"] = [r for r in made.rows["entitlements"] if r["action"] != "lookup"]
    until = working_day(15)
    for principal, limit, starts, ends in (
        ("agent", 300, None, None),
        ("handler", 200, None, until),
        ("handler", 60, until + timedelta(days=1), None),
    ):
        made.add("entitlements", principal=principal, dataset=DATASET, action="lookup", rows_per_day=limit,
                 starts=starts, ends=ends)  # fmt: skip
    for n, records in ((10, 300), (20, 210)):
        DEEDS["silence"](made, rng, "u03", n, ["access"])
        DEEDS["read"](made, rng, "u03", n, records, every=10.0)
    with opened(made, tmp_path) as scene:
        found = {f.key: f for f in beyond_entitlement.DETECTOR.find(scene)}["u03/limit:clients:lookup"]
        said = found.statements[0]
        assert "allows 60 records a day" in said.text.en
        assert f"most on {working_day(20)} with 210" in said.text.en
        assert said.bits > 4
        line = [r["line"] for r in made.rows["entitlements"] if r.get("rows_per_day") == 60]
        assert line[0] in {c.line for c in said.evidence if c.source == "hr/entitlements.csv"}


def test_one_of_several_accounts_of_unknown_jobs_took_far_more(tmp_path: Path) -> None:
    made, rng = house(), np.random.default_rng(1)
    for n, rows in enumerate((15, 15, 1_000_000), 1):
        DEEDS["account"](made, rng, f"x{n}", owner="")
        DEEDS["export"](made, rng, f"x{n}", [18, 20], rows, at="10.0.9.9")
    with opened(made, tmp_path) as scene:
        found = {f.key for f in beyond_entitlement.DETECTOR.find(scene)}
        assert {k for k in found if k[0] == "x"} == {"x3/none:clients:export"}


def test_an_export_at_a_borrowers_desk_is_not_the_owners(tmp_path: Path) -> None:
    made = house()
    for n in (20, 21, 22):
        DEEDS["silence"](made, np.random.default_rng(1), "u03", n, ["access"])
        made.read("u03", working_day(n), [int(x) for x in made.own("E03")[:80]], "E03", 9.0)
        made.export("u03", working_day(n), 60, "E15", 16.0)
        made.read("u15", working_day(n), [int(x) for x in made.own("E15")[:5]], "E15", 15.9)
    with opened(made, tmp_path) as scene:
        found = {f.key: f for f in beyond_entitlement.DETECTOR.find(scene)}["u03/none:clients:export"]
        assert found.devices == ("PC-15",)
        assert found.starts == moment(working_day(20), 16.0)


def test_look_ups_of_a_borrower_are_not_the_owners(tmp_path: Path) -> None:
    made, rng = house(), np.random.default_rng(4)
    for n in range(12, 27):
        for i, number in enumerate(rng.choice(made.nobodys(), 2, replace=False).tolist()):
            made.export("u03", working_day(n), 1, "E15", 18.0 + i / 20, "search")
            made.read("u03", working_day(n), [int(number)], "E15", 18.0 + i / 20 + 10 / 3600)
    with opened(made, tmp_path) as scene:
        found = {f.key: f for f in personal_interest.DETECTOR.find(scene)}["u03"]
        assert found.devices == ("PC-15",)
