"""The numbers of a replay against brute force, scipy and drawing by hand."""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from tests.casework.prevention.made_case import Small, numbers, played, small
from tests.detection.lakes import working_day

from headwater.casework.prevention.combining import combined
from headwater.casework.prevention.controls.decoys import Decoys
from headwater.casework.prevention.controls.four_eyes import FourEyes
from headwater.casework.prevention.controls.lists_per_week import ListsPerWeek
from headwater.casework.prevention.controls.lookups_per_day import LookupsPerDay
from headwater.casework.prevention.controls.lookups_per_hour import LookupsPerHour
from headwater.casework.prevention.first_decoy import expected, met
from headwater.casework.prevention.house import Cost
from headwater.casework.prevention.limits import TRIED, WORKING, Meter
from headwater.planting.canaries.density import chance

DAYS = [working_day(n) for n in range(12)]


def busy(seed: int = 3) -> Small:
    """Everybody's days differ; two people have two accounts; the first one steals on two afternoons."""
    rng = np.random.default_rng(seed)
    house = small(staff=9, days=0)
    for i in (2, 3):
        house.add("accounts", account=f"x{i:02}", system="crm", owner=f"E{i:02}", kind="person")
    for i in range(1, 10):
        for day in DAYS:
            for hour in (9.0, 10.5):
                house.look(f"u{i:02}", day, numbers(0, int(rng.poisson(9))), f"E{i:02}", hour)
            if i in (2, 3):
                house.look(f"x{i:02}", day, numbers(30, int(rng.poisson(3))), f"E{i:02}", 11.0)
            if rng.random() < 0.4:
                house.draw(f"u{i:02}", day, int(rng.lognormal(3, 1)) + 1, f"E{i:02}", 11.5)
    for n, day in enumerate(DAYS[5:7]):
        house.look("u01", day, numbers(100 + 60 * n, 50), "E01", 14.0)
        house.draw("u01", day, 300, "E01", 16.0)
    return house


def stretches(house: Small, stretch: str, amount: str) -> dict[Any, list[int]]:
    """What each act of an innocent person counts, in order, by person and stretch: by hand from the rows."""
    owner = {r["account"]: r["owner"] for r in house.rows["accounts"]}
    made: dict[Any, list[int]] = defaultdict(list)
    for row in sorted(house.rows["access"], key=lambda r: (r["time"], r["source"], r["line"])):
        if owner[row["account"]] == "E01":
            continue
        day = row["day"]
        when = {"day": day, "week": day.isocalendar()[:2], "hour": (day, row["hour"])}[stretch]
        one = row["subject"] is not None if "subject" in row else False
        made[owner[row["account"]], when].append(int(one) if amount == "opened" else 0 if one else row["rows"])
    return made


METERS = [(LookupsPerDay, "day", "opened"), (LookupsPerHour, "hour", "opened"), (ListsPerWeek, "week", "listed")]


def test_costs_are_what_counting_by_hand_gives(tmp_path: Path) -> None:
    house = busy()
    with played(house, tmp_path, days=DAYS[5:7]) as case:
        for (control, stretch, amount), limit in itertools.product(METERS, (None, 4.0, 17.0)):
            yearly = 0.1 * WORKING[stretch]
            counted = stretches(house, stretch, amount)
            totals = np.sort([sum(v) for v in counted.values()])
            bound = min(x for x in [0, *totals] if np.mean(totals > x) <= 0.1) if limit is None else limit
            acts, days, people = by_hand(counted, bound, stretch)
            done = case.one(control(limit=limit, yearly=yearly))
            assert done.ruling.settings == {"limit E01": bound}
            assert (done.cost.acts, done.cost.persons) == (acts, people)
            if stretch != "week":  # a week's block may hold for several days
                assert done.cost.days == days


def by_hand(counted: dict[Any, list[int]], bound: float, stretch: str) -> tuple[int, int, int]:
    """Acts that come after the limit, on how many days and of how many people."""
    acts, days, people = 0, set(), set()
    for (person, when), found in counted.items():
        beyond = [n for n, total in zip(found, itertools.accumulate(found), strict=True) if n and total > bound]
        acts += len(beyond)
        if beyond:
            people.add(person)
            days.add((person, when if stretch == "day" else when[0]))
    return acts, len(days), len(people)


def test_a_limit_stops_no_more_innocent_days_than_it_may(tmp_path: Path) -> None:
    with played(busy(), tmp_path, days=DAYS[5:7]) as case:
        for stretch, amount in (("day", "opened"), ("hour", "opened"), ("day", "listed")):
            meter = Meter(case.house, amount, stretch, 1.0)
            totals = meter.totals["total"].to_numpy(float)
            for yearly in TRIED:
                limit, share = meter.limits(yearly)["claims/handler"], yearly / WORKING[stretch]
                assert np.mean(totals > limit) <= share
                assert limit == 0 or np.mean(totals > limit - 1) > share  # the least one that does


def test_stricter_limits_bite_no_later_and_save_no_less(tmp_path: Path) -> None:
    with played(busy(), tmp_path, days=DAYS[5:7]) as case:
        for control in (LookupsPerDay(), ListsPerWeek(), FourEyes(), Decoys()):
            curve = case.one(control).ruling.curve
            assert [s.saved for s in curve] == sorted(s.saved for s in curve)
            rows = [s.row if s.row is not None else 10**9 for s in curve]
            assert rows == sorted(rows, reverse=True)
            assert [s.days for s in curve] == sorted(s.days for s in curve)


def test_the_first_decoy_is_hypergeometric() -> None:
    drawn = np.array([0, 1, 2, 50, 400, 979, 980, 981, 1000, 1500])
    for decoys in (1, 7, 20):
        ours = met(decoys, 1000 - decoys, drawn)
        theirs = stats.hypergeom.sf(0, 1000, decoys, np.minimum(drawn, 1000))
        assert ours == pytest.approx(theirs, abs=1e-9)
        assert ours[4] == pytest.approx(chance(decoys, 1000 - decoys, 400))
    assert met(3, 97, np.array([97, 98, 100])).tolist() == pytest.approx([1 - 1 / 161700, 1.0, 1.0])


def test_the_first_decoy_comes_where_drawing_by_hand_finds_it() -> None:
    rng = np.random.default_rng(5)
    records, decoys = 380, 20
    first = np.array([rng.permutation(records + decoys)[:].argsort()[:decoys].min() + 1 for _ in range(20_000)])
    assert first.mean() == pytest.approx(expected(decoys, records), rel=0.03)
    for m in (5, 13, 50):
        assert np.mean(first <= m) == pytest.approx(float(met(decoys, records, np.array([m]))[0]), abs=0.012)
    assert expected(decoys, records) == pytest.approx(
        sum(1 - float(p) for p in met(decoys, records, np.arange(0, records + decoys)))
    )


def test_decoys_bite_at_the_row_by_which_nineteen_of_twenty_have_met_one(tmp_path: Path) -> None:
    house = small(clients=990)
    house.look("u01", DAYS[4], numbers(100, 300), "E01", 13.0)
    with played(house, tmp_path, days=DAYS[4:5]) as case:
        done = case.one(Decoys(per_thousand=10.0))
        sure = next(m for m in range(1, 301) if stats.hypergeom.sf(0, 1000, 10, m) >= 0.95)
        assert (done.stop.rows_before, done.saved) == (sure, 300 - sure)
        assert done.ruling.settings["decoys clients"] == 10
        assert done.ruling.settings["expected person clients"] == pytest.approx(1001 / 11)
        assert any("day 1" in t.en and "50%" in t.en for t in done.ruling.statements)
        assert case.one(Decoys(per_thousand=1.0)).stop is None


def test_who_searches_for_people_meets_no_decoy(tmp_path: Path) -> None:
    house = small()
    for n in range(20):
        house.look("u01", DAYS[4], [0], "E01", 13 + n / 10, action="search", subject=None, ordinal=None, rows=1)
        house.look("u01", DAYS[4], [200 + n], "E01", 13 + n / 10 + 0.01)
    with played(house, tmp_path, days=DAYS[4:5]) as case:
        (found,) = case.replay(Decoys()).cases
        assert [c.id for c, _why in found.cannot] == ["decoys"]


def test_innocent_lists_meet_decoys_as_often_as_expected(tmp_path: Path) -> None:
    house = small(clients=1000)
    house.draw("u01", DAYS[4], 500, "E01")
    sizes = [10, 60, 300]
    for n, size in enumerate(sizes):
        house.draw("u02", DAYS[n], size, "E02")
    house.draw("u03", DAYS[1], 900, "E03")  # nearly everything: a known backup
    with played(house, tmp_path, days=DAYS[4:5]) as case:
        cost = case.one(Decoys(per_thousand=5.0)).cost
        each = [float(stats.hypergeom.sf(0, 1005, 5, size)) for size in sizes]
        assert cost.acts == pytest.approx(sum(each))
        assert cost.days == pytest.approx(sum(each))
        assert cost.persons == pytest.approx(1 - np.prod([1 - p for p in each]))


def test_the_smallest_set_is_what_trying_every_one_gives() -> None:
    rng = np.random.default_rng(11)
    frame = pd.DataFrame({"rows": rng.integers(1, 30, 60), "taken": True})
    case: Any = type("Case", (), {"taken": np.ones(60, bool), "rows": frame["rows"].to_numpy(), "total": 0})()
    case.total = int(case.rows.sum())
    masks = [rng.random(60) < p for p in (0.2, 0.5, 0.6, 0.7, 0.4)]
    costs = [1.0, 5.0, 2.0, 3.0, 90.0]
    told = [(f"c{i}", m, Cost(0, 0, c)) for i, (m, c) in enumerate(zip(masks, costs, strict=True))]
    for found in combined(case, told, 300):  # what costs more than 30 days is not borne
        sets = [s for n in range(1, 5) for s in itertools.combinations(range(4), n)]
        through = {s: int(case.rows[~np.any([masks[i] for i in s], axis=0)].sum()) for s in sets}
        good = [s for s in sets if through[s] <= found.allowed]
        if not good:
            assert found.controls == ()
            continue
        best = min(good, key=lambda s: (len(s), sum(costs[i] for i in s), through[s]))
        assert (found.controls, found.through) == (tuple(f"c{i}" for i in best), through[best])


def test_of_sets_alike_the_one_that_costs_least_is_named_not_the_one_that_saves_most() -> None:
    case: Any = type("Case", (), {"taken": np.ones(4, bool), "rows": np.array([1, 1, 1, 97]), "total": 100})()
    told = [
        ("dear", np.array([True, True, True, True]), Cost(0, 0, 9)),
        ("cheap", np.array([False, True, True, True]), Cost(0, 0, 2)),
    ]
    none, one, ten = combined(case, told, 1000)
    assert (none.controls, none.through) == (("dear",), 0)
    assert (one.controls, one.through, one.days) == (("cheap",), 1, 2)
    assert ten.controls == ("cheap",)


def test_the_order_of_equal_times_and_of_rows_changes_nothing(tmp_path: Path) -> None:
    house = busy()
    for row in house.rows["access"]:
        if row["account"] == "u01":
            row["time"] = row["time"].replace(minute=0, second=0)
    other = house.copy()
    other.rows["access"] = list(reversed(other.rows["access"]))
    said = []
    for name, each in (("one", house), ("two", other)):
        with played(each, tmp_path / name, days=DAYS[5:7]) as case:
            whole = case.whole()
            said.append([(r.control.id, r.stop, r.saved, r.cost, dict(r.ruling.settings)) for r in whole.replayed])
    assert said[0] == said[1]


def test_names_do_not_matter_and_the_same_case_gives_the_same_answer(tmp_path: Path) -> None:
    with played(busy(), tmp_path, days=DAYS[5:7]) as case:
        first, second = case.whole(), case.whole()
        assert [replace(r, ruling=first.replayed[0].ruling) for r in first.replayed] == [
            replace(r, ruling=first.replayed[0].ruling) for r in second.replayed
        ]
        assert all(0 <= r.saved <= r.followed <= case.case.total for r in first.replayed if r.stop)
        assert all(r.stop.rows_before + r.followed == case.case.total for r in first.replayed if r.stop)
