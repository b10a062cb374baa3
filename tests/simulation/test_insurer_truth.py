"""What the truth says is what the files say, counted again by readers that know nothing of the simulator."""

from __future__ import annotations

import json
import re
from pathlib import Path

import openpyxl
import pytest
from reading_back import audits, combined, key_in, table

from headwater.simulation.insurer import (
    CRIME_FREE,
    BorrowedAccount,
    Habits,
    HijackedAccount,
    LeakedFile,
    Leaver,
    LookupForHire,
    ScrapingPartner,
    SlowDrip,
    Truth,
    make_case,
)

Made = tuple[Path, Truth]


@pytest.fixture(scope="module")
def theft(tmp_path_factory: pytest.TempPathFactory, small: dict[str, int]) -> Made:
    out = tmp_path_factory.mktemp("theft")
    habits = Habits(
        scenarios=(BorrowedAccount(), HijackedAccount(), ScrapingPartner(), SlowDrip(), LookupForHire(), Leaver()),
        leak=LeakedFile(rows=150),
    )
    return out / "case", make_case(out, seed=11, habits=habits, **small)


def sheet(path: Path) -> list[tuple[str, ...]]:
    (only,) = openpyxl.load_workbook(path).worksheets
    return [tuple(str(cell) for cell in row) for row in only.iter_rows(values_only=True)]


def by_range(case: Path, account: str) -> set[str]:
    """The keys that an account's ranges returned, as of the day of each."""
    clients = table(case / "clients/policyholders.csv")
    since: dict[str, str] = {}
    for row in clients:
        since[row["cust_no"]] = min(row["valid_from"], since.get(row["cust_no"], "9999"))
    seen: set[str] = set()
    for day, who, fields in audits(case):
        if who == account and (found := re.search(r"BETWEEN '(\w+)' AND '(\w+)'", fields[7])):
            got = {key for key, joined in since.items() if found[1] <= key <= found[2] and joined <= day}
            assert len(got) == int(fields[9])
            seen |= got
    return seen


def test_borrowed_account_read_as_many_people_as_the_truth_says(theft: Made) -> None:
    case, truth = theft
    told = truth.scenarios[0]
    (account,) = told["accounts"]
    assert len(by_range(case, account)) == told["seen"] <= told["subjects"]


def test_strangers_reading_is_counted_right(theft: Made) -> None:
    case, truth = theft
    lines = [row for row in combined(case) if row["ip"] == "198.51.100.73"]
    assert {row["account"] for row in lines} == set(truth.scenarios[1]["accounts"])
    assert len({key_in(row["path"]) for row in lines}) == truth.scenarios[1]["seen"]


def test_every_crime_took_somebody_and_is_seen(theft: Made) -> None:
    _, truth = theft
    for told in truth.scenarios:
        assert told["days"]
        assert 0.95 * told["subjects"] <= told["seen"] <= told["subjects"]


def test_lender_had_left_and_the_account_is_used_at_the_users_machines(theft: Made) -> None:
    case, truth = theft
    told = truth.scenarios[0]
    people = {row["employee_id"]: row for row in table(case / "hr/roster.csv")}
    owner = {row["account"]: row["owner"] for row in table(case / "hr/accounts.csv")}[told["accounts"][0]]
    assert people[owner]["left"] < "2021-03-01"
    assert [people[user]["workstation"] for user in told["users"]] == told["devices"]


def test_leak_holds_as_many_of_ours_as_the_truth_says(theft: Made) -> None:
    case, truth = theft
    assert truth.leak is not None
    header, *rows = sheet(case / truth.leak["file"])
    assert header == ("客户姓名", "联系电话", "身份证号", "地址")
    numbers = [row[2].upper() for row in rows]
    ours = {row["id_card"] for row in table(case / "clients/policyholders.csv")}
    assert len(rows) == truth.leak["rows"]
    assert len(set(numbers) & ours) == truth.leak["ours"]
    assert len(set(numbers) - ours) == truth.leak["not_ours"]
    taken = by_range(case, truth.leak["from_accounts"][0])
    keys = {row["id_card"]: row["cust_no"] for row in table(case / "clients/policyholders.csv")}
    assert {keys[number] for number in set(numbers) & ours} <= taken


def test_seized_files_hold_as_many_people_as_the_truth_says(theft: Made) -> None:
    case, truth = theft
    for holder, count in truth.seized_subjects.items():
        (path,) = (case / "seized" / holder).rglob("*.xlsx")
        assert len({row[1] for row in sheet(path)[1:]}) == count


def test_truth_file_is_the_truth(theft: Made) -> None:
    case, truth = theft
    assert json.loads((case.parent / "truth.json").read_text("utf-8")) == json.loads(truth.as_json())


def test_a_house_without_crime_has_none(tmp_path: Path, small: dict[str, int]) -> None:
    truth = make_case(tmp_path, seed=2, habits=CRIME_FREE, **small)
    assert truth.scenarios == ()
    assert truth.leak is None
    assert truth.complaints_source == ()
    assert not (tmp_path / "case/seized").exists()
    assert not (tmp_path / "case/leaks").exists()


def test_a_leak_that_nobody_took_names_nobody(tmp_path: Path, small: dict[str, int]) -> None:
    habits = Habits(scenarios=(), leak=LeakedFile(origin="coincidence", rows=200, foreign=0.5))
    truth = make_case(tmp_path, seed=2, habits=habits, **small)
    assert truth.leak is not None
    assert truth.leak["from_accounts"] == []
    assert (truth.leak["ours"], truth.leak["not_ours"]) == (100, 100)


def test_a_theft_without_a_thief_is_refused(tmp_path: Path, small: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="needs a scenario"):
        make_case(tmp_path, seed=2, habits=Habits(scenarios=()), **small)


def test_ordinary_life_is_richer_than_the_crime(theft: Made) -> None:
    case, truth = theft
    thieves = {account for told in truth.scenarios for account in told["accounts"]}
    clerks: dict[str, int] = {}
    explained = {(row["employee_id"], row["subject_id"]) for row in table(case / "business/reasons.csv")}
    owners = {row["account"]: row["owner"] for row in table(case / "hr/accounts.csv")}
    reasons = []
    for row in combined(case):
        clerks[row["account"]] = clerks.get(row["account"], 0) + 1
        if row["account"] not in thieves and owners.get(row["account"]) and (key := key_in(row["path"])):
            reasons.append((owners[row["account"]], key) in explained)
    assert sum(reasons) / len(reasons) > 0.8
    assert max(clerks[name] for name in clerks if name not in thieves) > max(
        told["subjects"] for told in truth.scenarios if told["kind"] == "slow-drip"
    )
