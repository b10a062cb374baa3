"""The numbers that a finding on several people prints, recomputed from the rows by other means."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pandas as pd
import pytest
from tests.detection.conftest import Played
from tests.detection.scenarios import Scenario, load

Play = Callable[[Scenario], Played]


def told(play: Play, name: str) -> Iterator[tuple[Played, re.Match[str], Any]]:
    """The sentences of one scenario that are of its kind."""
    patterns = {
        "one rare host": r"outside host (\S+) within .* in all (\d+) people .* Of (\d+) other pairs",
        "one mail address": r"mail address (\S+) within .* in all (\d+) people .* Of (\d+) other pairs",
        "the same evenings": r"On (\d+) day\(s\) .* of (\d+) such days at most; ([\d.]+) were",
        "shares of one list": r"took ([\d,]+) and ([\d,]+) records of (\w+) .* only (\d+) in common; ([\d.,]+) were",
        "one borrowed account": r"used account (\w+), .* once in (\d+) times \((\d+) pair",
    }
    (scenario,) = (s for s in load("collusion") if s.name == name)
    played = play(scenario)
    for finding in {f.key: f for f in played.found[0]}.values():
        for statement in finding.statements:
            hit = re.search(patterns[name], statement.text.en)
            assert hit, statement.text.en
            yield played, hit, finding


@pytest.mark.parametrize(("name", "table"), [("one rare host", "web"), ("one mail address", "mail")])
def test_a_place_has_so_many_users_and_the_house_so_many_pairs(play: Play, name: str, table: str) -> None:
    seen = 0
    for played, hit, finding in told(play, name):
        rows = played.house.rows[table]
        place = hit[1].replace("s***@", "sunny12@")  # an address is shown masked
        assert "sunny" not in finding.title.en + "".join(s.text.en + s.text.zh for s in finding.statements)
        users = {r["account"] for r in rows if place in (r.get("host"), *(r.get("recipients") or ()))}
        assert len(users) == int(hit[2]) == 2
        senders = {r["account"] for r in rows if table == "mail" or (r["bytes_out"] or 0) >= 1}
        jobs = Counter("claims" if int(a[1:]) <= 10 else "sales" for a in senders)
        assert int(hit[3]) == jobs["claims"] * jobs["sales"] - 1
        lines = {c.line for c in finding.evidence if c.source in {r["source"] for r in rows}}
        assert {r["account"] for r in rows if r["line"] in lines} == users
        seen += 1
    assert seen


def test_hours_are_those_of_both(play: Play) -> None:
    seen = 0
    for played, hit, finding in told(play, "the same evenings"):
        access = pd.DataFrame(played.house.rows["access"])
        late = access[(access["hour"] >= 20) & access["account"].isin(finding.accounts)]
        both = late.groupby("day")["account"].nunique()
        assert int((both == 2).sum()) == int(hit[1]) == len(finding.details["days"])
        assert 0 < float(hit[3]) < int(hit[1]) <= int(hit[2])
        seen += 1
    assert seen


def test_shares_are_what_was_taken_without_business(play: Play) -> None:
    seen = 0
    for played, hit, _finding in told(play, "shares of one list"):
        house = played.house
        sets: dict[str, set[int]] = {}
        for row in house.rows["access"]:
            if row.get("returned"):
                given = {r["ordinal"] for r in house.rows["returned"] if r["returned"] == row["returned"]}
                sets.setdefault(row["account"], set()).update(given)
        one, other = sets["u03"], sets["u15"]
        assert (len(one), len(other)) == tuple(int(x.replace(",", "")) for x in hit.group(1, 2))
        assert len(one & other) == int(hit[4])
        parts = [Counter(_part(played, n) for n in taken) for taken in (one, other)]
        sizes = Counter(_part(played, r["ordinal"]) for r in house.rows["records"])
        expected = sum(parts[0][p] * parts[1][p] / sizes[p] for p in parts[0])
        assert f"{expected:,.1f}" == hit[5]
        seen += 1
    assert seen


def _part(played: Played, number: int) -> tuple[int, int]:
    return number % 2, number * 64 // len(played.house.rows["records"])


def test_two_borrowers_meet_once_in_the_number_of_accounts(play: Play) -> None:
    seen = 0
    for played, hit, _finding in told(play, "one borrowed account"):
        assert hit[1] == "u05"
        assert int(hit[2]) == len({r["account"] for r in played.house.rows["access"]})
        seen += 1
    assert seen
