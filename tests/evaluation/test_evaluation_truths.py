"""Truths and answers are read in every layout, and what is wrong with them is said by file and key."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.evaluation.small_worlds import doing, finding, result, truth, written

from headwater.evaluation.answer import read_answer
from headwater.evaluation.errors import EvaluationError
from headwater.evaluation.made_world import Doing, House
from headwater.evaluation.scoring import read_score, score, write_score
from headwater.evaluation.truth import read_truth

CASES = Path(__file__).parents[3] / "shared" / "cases"
SHANGHAI = ZoneInfo("Asia/Shanghai")
HOUSE = House(staff=160, first=date(2018, 4, 10), last=date(2018, 7, 18))


def test_the_schema_is_read_whole(tmp_path: Path) -> None:
    leak = {
        "file": "leaks/a.xlsx",
        "origin": "padded",
        "rows": 30,
        "doubled": 0,
        "ours": 20,
        "not_ours": 10,
        "takers": [{"doing": "D1", "accounts": ["u1"], "employees": ["E1"], "rows": 20}],
    }
    made = truth(leaks=[leak], holdings=[{"holder": "E1", "persons": 20}])
    got = read_truth(written(tmp_path, "truth.json", made))
    (one,) = got.doings
    assert (got.world, got.seed, got.house.staff, got.house.days) == ("insurer", 7, 1000, 20)
    assert (one.kind, one.strength, one.by_day[0]) == ("bulk", "strong", (date(2026, 3, 5), 10))
    assert one.starts == datetime(2026, 3, 5, 9, tzinfo=SHANGHAI)
    assert got.leaks[0].takers[0].rows == 20
    assert got.holdings == {"E1": 20}


def test_a_day_stands_for_its_first_and_its_last_moment(tmp_path: Path) -> None:
    days = doing(**{"from": "2026-03-05", "to": "2026-03-06"})
    (got,) = read_truth(written(tmp_path, "truth.json", truth(doings=[days]))).doings
    assert (got.starts, got.ends) == (
        datetime(2026, 3, 5, tzinfo=SHANGHAI),
        datetime(2026, 3, 6, 23, 59, 59, 999_999, SHANGHAI),
    )


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({}, "truth.json: schema: is missing"),
        ({"schema": "headwater/truth/2"}, "truth.json: schema: should be headwater/truth/1"),
        ({"schema": "headwater/truth/1"}, "truth.json: world: is missing"),
        (truth(doings={}), "truth.json: doings: should be a list"),
        (truth(doings=[3]), r"truth.json: doings\[0\]: should be an object"),
        (truth(doings=[doing(kind=None)]), r"truth.json: doings\[0\].kind: is missing"),
        (truth(doings=[doing(accounts="u1")]), r"truth.json: doings\[0\].accounts: should be a list"),
        (truth(doings=[doing(accounts=[1])]), r"truth.json: doings\[0\].accounts: should be a list of texts"),
        (truth(doings=[doing(to="yesterday")]), r"truth.json: doings\[0\].to: should be a day or a moment"),
        (truth(doings=[doing(to="2026-03-01")]), r"truth.json: doings\[0\].to: lies before its beginning"),
        (truth(doings=[doing(subjects=-1)]), r"truth.json: doings\[0\].subjects: should be a whole number"),
        (truth(doings=[doing(by_day=[["2026-03-05"]])]), r"truth.json: doings\[0\].by_day: should be a list of pairs"),
        (truth(house={"staff": 0, "from": "2026-03-01", "to": "2026-03-02"}), "truth.json: house: should hold staff"),
        (truth(house={"timezone": "Mars/Base"}), "truth.json: the time zone is not known"),
    ],
)
def test_what_is_wrong_with_a_truth_is_said_by_file_and_key(tmp_path: Path, value: Any, told: str) -> None:
    with pytest.raises(EvaluationError, match=told):
        read_truth(written(tmp_path, "truth.json", value))


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (result() | {"schema": "other"}, "result.json: schema: should be headwater/result/1"),
        (result(finding("03-05", "03-06", 1, **{"from": None})), r"findings\[0\].from: is missing"),
        (result(finding("03-05", "03-06", 1) | {"bits": "many"}), r"findings\[0\].bits: should be a number"),
        (result(attribution=[{"leak": "a", "takers": [{"account": "u", "probability": 2}]}]), "between 0 and 1"),
        (result(network=[]), "network: should be an object"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said_by_file_and_key(tmp_path: Path, value: Any, told: str) -> None:
    with pytest.raises(EvaluationError, match=told):
        read_answer(written(tmp_path, "result.json", value))


@pytest.mark.parametrize("text", ["", "{", "[]", "nonsense", "[" * 100_000])
def test_what_is_no_json_object_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "truth.json"
    path.write_text(text, "utf-8")
    with pytest.raises(EvaluationError, match=r"truth\.json: (is not JSON|should hold)"):
        read_truth(path)
    with pytest.raises(EvaluationError, match="cannot be opened"):
        read_answer(tmp_path / "nowhere.json")


def test_a_finding_is_raised_at_its_end_unless_it_says_when(tmp_path: Path) -> None:
    usual = finding("03-05", "03-06", 1)
    answer = read_answer(written(tmp_path, "r.json", result(usual, usual | {"raised": "2026-03-09"})))
    assert [f.raised for f in answer.findings] == [
        datetime(2026, 3, 6, 16, tzinfo=SHANGHAI),
        datetime(2026, 3, 9, 23, 59, 59, 999_999, SHANGHAI),
    ]
    assert answer.method == "headwater"


def test_the_layout_of_the_older_insurer_is_read(tmp_path: Path) -> None:
    scenarios = [
        {"kind": "borrowed_account", "account": "a1", "owner": "P1", "users": ["P2", "P3"], "from_day": "2018-05-02",
         "to_day": "2018-05-04", "subjects": 40},
        {"kind": "low-and-slow", "employee": "P4", "account": "a4", "from_day": "2018-05-01", "days": 3, "subjects": 9},
        {"kind": "hijacked_account", "employee": "P5", "account": "a5", "sessions": [[2, 10], [0, 5]], "subjects": 15},
        {"kind": "leaver", "employee": "P6", "account": "a6", "from_day": "2018-07-01", "subjects": 7},
        {"kind": "scraping-partner", "account": "a7", "day": "2018-06-01", "subjects": 20},
    ]  # fmt: skip
    older = {
        "seed": 3,
        "scenarios": scenarios,
        "benign": [{"kind": "year_end_audit", "account": "a8"}],
        "leak": {"rows": 30, "not_ours": 8, "from_accounts": ["a1"]},
        "seized_subjects": {"P2": 12},
        "complaints_source": "a1",
    }
    got = read_truth(written(tmp_path, "truth.json", older), HOUSE)
    kinds = [d.kind for d in got.doings]
    assert kinds == ["borrowed-account", "slow-drip", "hijacked-account", "leaver", "scraping"]
    borrowed, drip, hijacked, leaver, scraping = got.doings
    assert (borrowed.employees, borrowed.accounts, borrowed.owners) == (("P2", "P3"), ("a1",), ("P1",))
    assert (hijacked.stranger, hijacked.owners) == (True, ("P5",))
    assert spans(borrowed, drip, hijacked) == [("05-02", "05-04"), ("05-01", "05-03"), ("04-10", "04-12")]
    assert spans(leaver, scraping) == [("07-01", "07-18"), ("06-01", "06-01")]
    (leak,) = got.leaks
    assert (leak.rows, leak.ours, leak.takers[0].accounts, leak.takers[0].employees) == (30, 22, ("a1",), ("P2", "P3"))
    assert got.holdings == {"P2": 12}
    assert got.house.days == HOUSE.days
    assert [(b.kind, b.accounts) for b in got.benign] == [("year-end-audit", ("a8",))]
    with pytest.raises(EvaluationError, match="complaints_source: is missing"):
        read_truth(written(tmp_path, "t.json", {k: v for k, v in older.items() if k != "complaints_source"}), HOUSE)


def spans(*doings: Doing) -> list[tuple[str, str]]:
    """First and last days, without the year."""
    return [(f"{d.starts:%m-%d}", f"{d.ends:%m-%d}") for d in doings]


@pytest.mark.shared_case
@pytest.mark.skipif(not (CASES / "insurer-open").exists(), reason="the shared sample cases are not here")
def test_the_truth_of_the_shared_insurer_is_read() -> None:
    got = read_truth(CASES / "insurer-open" / "truth.json", HOUSE)
    assert sorted({d.kind for d in got.doings}) == [
        "borrowed-account",
        "hijacked-account",
        "leaver",
        "lookup-for-hire",
        "scraping",
        "slow-drip",
    ]
    hijacked = next(d for d in got.doings if d.kind == "hijacked-account")
    assert (hijacked.stranger, len(hijacked.owners)) == (True, 1)
    assert all(d.starts and d.ends and d.starts < d.ends for d in got.doings)
    undated = read_truth(CASES / "insurer-open" / "truth.json")
    assert next(d for d in undated.doings if d.kind == "borrowed-account").starts is None
    assert got.leaks[0].takers[0].employees


@pytest.mark.shared_case
@pytest.mark.skipif(not (CASES / "brokers-open").exists(), reason="the shared sample cases are not here")
def test_the_truth_of_the_shared_brokers_is_read() -> None:
    got = read_truth(CASES / "brokers-open" / "truth.json").network
    assert got is not None
    assert (len(got.people), len(got.orders), len(got.bystanders)) == (60, 1500, 491)
    tiers = {p.role: p.tier for p in got.people}
    assert tiers["customer"] == 0
    assert tiers["mule"] is None
    assert tiers["source"] is not None
    assert tiers["source"] > 1


def test_scores_are_kept_in_files_with_the_same_bytes(tmp_path: Path) -> None:
    found = score(
        written(tmp_path, "r.json", result(finding("03-05", "03-06", 1))), written(tmp_path, "t.json", truth())
    )
    write_score(found, tmp_path / "one.json")
    write_score(read_score(tmp_path / "one.json"), tmp_path / "two.json")
    assert (tmp_path / "one.json").read_bytes() == (tmp_path / "two.json").read_bytes()
    with pytest.raises(EvaluationError, match=r"r\.json: Score\.\w+: is missing"):
        read_score(tmp_path / "r.json")
