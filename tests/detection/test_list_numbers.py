"""The numbers that findings on lists and on broken rules print are recomputed from the rows."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from tests.detection.conftest import Played
from tests.detection.scenarios import Scenario, load

from headwater.model.evidence import Finding

Play = Callable[[Scenario], Played]


def _found(play: Play, detector: str) -> list[tuple[Played, Finding, str]]:
    told = []
    for scenario in load(detector):
        played = play(scenario)
        for finding in {(f.key, f.title.en): f for several in played.found for f in several}.values():
            told.append((played, finding, " ".join(s.text.en for s in finding.statements)))
    return told


def _number(text: str) -> int:
    return int(text.replace(",", ""))


def test_unusual_list(play: Play) -> None:
    found = _found(play, "unusual_list")
    assert found
    for played, finding, text in found:
        hit = re.search(r"On (\S+) lists gave account (\S+) the records of ([\d,]+) people", text)
        assert hit, text
        rows = [r for r in played.house.rows["access"] if r["account"] == hit[2] and not r.get("subject")]
        day = date.fromisoformat(hit[1])
        sets = {True: set[str](), False: set[str]()}
        nameless = 0
        for row in (r for r in rows if r["day"] <= day and r["rows"] > 3):
            if row.get("returned"):
                people = {r["subject"] for r in played.house.rows["returned"] if r["returned"] == row["returned"]}
                sets[row["day"] == day] |= people
            elif row["day"] == day:
                nameless += row["rows"]
        assert len(sets[True] - sets[False]) + nameless == _number(hit[3]), text
        days = finding.details["days"]
        assert isinstance(days, tuple) and f"{len(days)} day(s) like this" in text


def test_a_rule_that_a_job_breaks(play: Play) -> None:
    found = [(p, f, t) for p, f, t in _found(play, "beyond_entitlement") if f.details.get("about") == "rule"]
    assert found
    for played, finding, text in found:
        assert finding.people == () and finding.accounts == () and finding.bits == 0
        hit = re.search(r"(\d+) of the (\d+) accounts of (\S+) do (\S+) on \S+ (.*), on (\d+) day", text)
        assert hit, text
        job = {p.employee for p in played.org.people.values() if f"{p.department}/{p.role}" == hit[3]}
        assert len(job) == int(hit[2])
        lines = {(c.source, c.line) for c in finding.evidence}
        cited = [r for r in played.house.rows["access"] if (r["source"], r["line"]) in lines]
        assert cited and {r["action"] for r in cited} == {hit[4]}
        assert len({r["account"] for r in cited}) <= int(hit[1])
