"""Further reasons: what was explained before, what a house adopts, and what can be mined for a person to judge."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from tests.detection.lakes import FIRST, SETTINGS, House, Office, opened

from headwater.detection.profiles.mining import Mined, mine
from headwater.model.settings import Reason

Opening = tuple[int, int, int]


def day(n: int) -> date:
    return FIRST + timedelta(days=n)


def house(jobs: Iterable[str], openings: Iterable[Opening], related: Iterable[Opening], kind: str = "claim") -> Office:
    """People with a job each (department/role); who opened which record on which day; whose claim it was on which."""
    made = Office(staff=0, days=0, book=0)
    for number, job in enumerate(jobs, start=1):
        department, role = job.split("/")
        made.add("people", employee=f"E{number:02}", name="", department=department, role=role, site="s")
        made.add("accounts", account=f"u{number:02}", system="crm", owner=f"E{number:02}", kind="person")
    for who, record, on in sorted(openings, key=lambda o: (o[2], o)):
        made.read(f"u{who:02}", day(on), [record], f"E{who:02}", 9 + who / 10 + record / 1e4)
    for who, record, on in related:
        made.relate(f"E{who:02}", [record], relation=kind, starts=day(on), ends=day(on))
    return made


def explained(made: House, root: Path, *adopted: Reason) -> set[tuple[str, date]]:
    """Accounts and days on which what was opened had a reason; each of these opens one record a day."""
    made.settings = replace(SETTINGS, reasons=adopted)
    with opened(made, root) as scene:
        frame: pd.DataFrame = scene.explained.merge(scene.sittings[["account", "place", "sitting", "day"]])
        return {(r.account, r.day) for r in frame[frame["explained"] > 0].itertuples(index=False)}


def test_what_was_explained_once_is_for_a_month_and_blesses_no_chain(tmp_path: Path) -> None:
    made = house(["a/x"], [(1, 7, 0), (1, 7, 20), (1, 7, 45)], [(1, 7, 0)])
    assert explained(made, tmp_path) == {("u01", day(0)), ("u01", day(20))}


@pytest.mark.parametrize(
    ("reason", "more"),
    [
        (Reason("claim", "self", 12), {("u01", 12)}),
        (Reason("claim", "self", 11), set()),
        (Reason("call", "self", 30), set()),
        (Reason("claim", "team", 12), {("u01", 12), ("u02", 12)}),
        (Reason("claim", "department", 12), {("u01", 12), ("u02", 12), ("u03", 12)}),
        (Reason("opened", "team", 12), {("u02", 12)}),
        (Reason("opened", "department", 11), set()),
    ],
)
def test_an_adopted_reason_explains_what_it_says_and_no_more(
    tmp_path: Path, reason: Reason, more: set[tuple[str, int]]
) -> None:
    """E01 has a claim of record 7 on day 0; E02 is of the same team, E03 of the department, E04 of neither."""
    openings = [(1, 8, 0), (1, 7, 12), (2, 7, 12), (3, 7, 12), (4, 7, 12)]
    if reason.relation == "opened":
        openings = [(1, 7, 0), *openings[2:]]
    made = house(["a/x", "a/x", "a/y", "b/x"], openings, [(1, 7, 0)])
    before = explained(made, tmp_path / "before")
    assert explained(made, tmp_path / "after", reason) - before == {(who, day(n)) for who, n in more}


def mined(made: House, root: Path) -> Mined:
    with opened(made, root) as scene:
        return mine(scene.engine, scene.org, FIRST, day(60))


def test_a_reason_is_mined_where_it_explains_more_than_chance_and_only_there(tmp_path: Path) -> None:
    """Everybody opens what was his own claim three weeks before, and things of the day; calls mean nothing."""
    rng = np.random.default_rng(5)
    jobs = ["a/x"] * 4 + ["b/y"] * 4
    openings, claims, calls = [], [], []
    for who in range(1, 9):
        for n in range(30):
            record, on = who * 100 + n, 28 + n % 20
            openings.append((who, record, on))
            claims.append((who, record, on - 21))
            calls.append((int(rng.integers(1, 9)), record, on - 21))
    made = house(jobs, openings, claims)
    for who, record, on in calls:
        made.relate(f"E{who:02}", [record], relation="call", starts=day(on), ends=day(on))
    found = mined(made, tmp_path)
    assert [c.reason for c in found.candidates] == [Reason("claim", "self", 30)]
    (only,) = found.candidates
    assert (only.real, only.left, only.readers, only.fakes) == (240, 240, 8, 0)
    assert found.roles[["openings", "explained", "further"]].sum().to_list() == [240, 0, 240]


def test_business_of_the_team_that_explains_anything_is_told_as_such(tmp_path: Path) -> None:
    """Each team opens the clients of its mates: that tells teams apart, and would excuse the curious of the team too."""
    openings, claims = [], []
    for who in range(1, 9):
        team = range(1, 5) if who <= 4 else range(5, 9)
        for n in range(30):
            owner = [m for m in team if m != who][n % 3]
            record = owner * 100 + n
            openings.append((who, record, 28 + n % 20))
            claims.append((owner, record, 7 + n % 20))
    found = mined(house(["a/x"] * 4 + ["b/y"] * 4, openings, claims), tmp_path)
    kept = {c.reason: c for c in found.candidates}
    assert Reason("claim", "team", 30) in kept
    assert not any(r.of == "self" for r in kept)
    assert kept[Reason("claim", "team", 30)].blessed > 0.9
