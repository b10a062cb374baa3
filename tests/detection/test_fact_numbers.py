"""The numbers of certain facts, recomputed from the rows by other means."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from tests.detection.conftest import Played
from tests.detection.scenarios import Scenario, load

from headwater.model.evidence import Finding

Play = Callable[[Scenario], Played]


def told(play: Play, detector: str) -> Iterator[tuple[Played, Finding, str]]:
    seen = 0
    for scenario in load(detector):
        played = play(scenario)
        for finding in {f.title.en: f for several in played.found for f in several}.values():
            seen += 1
            yield played, finding, " ".join(s.text.en for s in finding.statements)
    assert seen


def rows(played: Played, table: str, account: str) -> list[dict[str, Any]]:
    return [r for r in played.house.rows[table] if r["account"] == account]


def test_canary(play: Play) -> None:
    kinds = set()
    for played, finding, text in told(play, "canary"):
        canaries = {r["subject"] for r in played.house.rows["canaries"]}
        assert finding.key.startswith("everything:") or re.search(r"canary record\(s\) by themselves|lists that", text)
        if hit := re.search(r"opened (\d+) canary record\(s\) by themselves on (\d+) day\(s\), first on (\S+);", text):
            mine = [r for r in rows(played, "access", finding.accounts[0]) if r.get("subject") in canaries]
            days = sorted({r["day"] for r in mine})
            kinds.add("opened")
            assert (len({r["subject"] for r in mine}), len(days), str(days[0])) == (int(hit[1]), int(hit[2]), hit[3])
        if hit := re.search(r"drew on (\S+) held (\d+) of the (\d+) canaries among ([\d,]+) of ([\d,]+) records", text):
            day = date.fromisoformat(hit[1])
            kinds.add("drawn")
            mine = [r for r in rows(played, "access", finding.accounts[0]) if r["day"] == day]
            sets = {r.get("returned") for r in mine if r.get("exact", True)} - {None}
            given = {r["subject"] for r in played.house.rows["returned"] if r["returned"] in sets}
            read = given | {r.get("subject") for r in mine} - {None}
            everything = {r["subject"] for r in played.house.rows["records"]}
            counts = (len(given & canaries), len(canaries), len(read), len(everything))
            assert counts == tuple(int(hit[i].replace(",", "")) for i in range(2, 6))
    assert kinds == {"opened", "drawn"}


def test_two_places_at_once(play: Play) -> None:
    for played, finding, text in told(play, "two_places_at_once"):
        hit = re.search(r"at (\S+) and at (\S+) at the same time for (\d+) minute\(s\) on (\S+); (\d+) day", text)
        assert hit
        day = date.fromisoformat(hit[4])
        desks = {p.workstation: p.ip for p in played.org.people.values()}
        spans = [
            _stretches([r["time"] for r in rows(played, "access", finding.accounts[0]) if _at(r, place, day, desks)])
            for place in (hit[1], hit[2])
        ]
        overlaps = [min(b, d) - max(a, c) for a, b in spans[0] for c, d in spans[1]]
        assert int(max(overlaps).total_seconds() // 60) == int(hit[3])
        assert len(finding.details["days"]) == int(hit[5])  # type: ignore[arg-type]


def _at(row: dict[str, Any], place: str, day: date, desks: dict[str | None, str | None]) -> bool:
    return row["day"] == day and row["ip"] == desks.get(place, place)


def _stretches(times: list[Any]) -> list[tuple[Any, Any]]:
    """Moments without a rest of an hour between them."""
    made: list[tuple[Any, Any]] = []
    for time in sorted(times):
        if made and time - made[-1][1] <= timedelta(hours=1):
            made[-1] = (made[-1][0], time)
        else:
            made.append((time, time))
    return made


def test_on_leave(play: Play) -> None:
    for played, finding, text in told(play, "on_leave"):
        hit = re.search(r"on (\d+) day\(s\) from (\S+) to (\S+) at", text)
        share = re.search(r"Of (\d+) other person-days of leave in the span (\d+) saw", text)
        assert hit
        assert share
        owner = played.org.owner(finding.accounts[0])
        assert owner
        read = {(r["account"], r["day"]) for r in played.house.rows["access"]}
        log = {day for _account, day in read}
        leave = {
            (r["employee"], d) for r in played.house.rows["absences"] for d in log if r["starts"] <= d <= r["ends"]
        }
        used = {(e, d) for e, d in leave if (f"u{e[1:]}", d) in read}
        mine = sorted(d for e, d in used if e == owner.employee)
        assert (len(mine), str(mine[0]), str(mine[-1])) == (int(hit[1]), hit[2], hit[3])
        others = [sum(e != owner.employee for e, _d in days) for days in (leave, used)]
        assert others == [int(share[1]), int(share[2])]


@pytest.mark.parametrize("host", ["drop.files.test"])
def test_forbidden_site(play: Play, host: str) -> None:
    for played, finding, text in told(play, "forbidden_site"):
        if finding.key == "practice":
            continue
        hit = re.search(r"On (\d+) day\(s\) .*: (\d+) post\(s\) with ([\d,]+) kB were let through, (\d+) attempt", text)
        assert hit
        mine = [r for r in rows(played, "web", finding.accounts[0]) if r["host"] == host]
        past = [r for r in mine if r["status"] < 400]
        kb = f"{sum(r['bytes_out'] for r in past) / 1000:,.0f}"
        assert (len({r["day"] for r in mine}), len(past), kb, len(mine) - len(past)) == (
            int(hit[1]), int(hit[2]), hit[3], int(hit[4])
        )  # fmt: skip
