"""What the truth says is what the files say, counted again by readers that know nothing of the simulator."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from reading_back import audits, combined, sheet, table
from written_worlds import TIDY

from headwater.simulation.outside.leak_spec import LeakSpec
from headwater.simulation.simulate import simulate
from headwater.simulation.trades.trade import Crime
from headwater.simulation.writing.formats import Formats

Truth = dict[str, Any]
CRIMES = (
    Crime("borrowed-account", "strong", people=2),
    Crime("hijacked-account", "strong"),
    Crime("slow-drip", "strong"),
    Crime("lookup-for-hire", "strong"),
    Crime("leaver", "strong"),
)
COLUMNS = ("name", "phone", "id_number", "address")
HEADERS = ("客户姓名", "联系电话", "身份证号", "地址")
RECORD = re.compile(r"/crm/customer/(K\d+)")
RANGE = re.compile(r"BETWEEN '(K\d+)' AND '(K\d+)'", re.IGNORECASE)
SEED = 4
"""A house in which the lent account is one of the database."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Truth]:
    out = tmp_path_factory.mktemp("recounted")
    leak = LeakSpec("sample", rows=150, of=("D1",), columns=COLUMNS, headers=HEADERS, kind="xlsx")
    truth = simulate(
        "insurer", out / "case", seed=SEED, staff=26, clients=1_200, days=24, crimes=CRIMES, leaks=(leak,),
        formats=Formats(packing="plain"), noise=replace(TIDY, lost=0.01),
    )  # fmt: skip
    return out / "case", truth


def by_range(case: Path, account: str) -> set[str]:
    """The keys that an account's ranges returned, as of the day of each."""
    since: dict[str, str] = {}
    for row in table(case / "clients/policyholders.csv"):
        since[row["cust_no"]] = min(row["valid_from"], since.get(row["cust_no"], "9999"))
    seen: set[str] = set()
    for day, who, fields in audits(case):
        if who == account and (found := RANGE.search(fields[7])):
            first, last = (int(key[1:]) for key in found.groups())
            got = {key for key, joined in since.items() if first <= int(key[1:]) <= last and joined <= day}
            assert len(got) == int(fields[9])
            seen |= got
    return seen


def test_borrowers_read_as_many_people_as_the_truth_says(made: tuple[Path, Truth]) -> None:
    case, truth = made
    told = truth["doings"][0]
    (account,) = told["accounts"]
    assert 0 < len(by_range(case, account)) == told["seen"] <= told["subjects"]


def test_a_strangers_reading_is_counted_right(made: tuple[Path, Truth]) -> None:
    case, truth = made
    told = truth["doings"][1]
    lines = [row for row in combined(case) if row["account"] in told["accounts"] and not row["ip"].startswith("10.")]
    keys = {found[1] for row in lines if (found := RECORD.fullmatch(row["path"]))}
    assert len(keys) == told["seen"]


def test_every_theft_took_somebody_and_is_seen(made: tuple[Path, Truth]) -> None:
    for told in made[1]["doings"]:
        assert told["by_day"]
        assert 0.95 * told["subjects"] <= told["seen"] <= told["subjects"]


def test_the_lender_had_left_and_the_account_is_used_at_the_borrowers_machines(made: tuple[Path, Truth]) -> None:
    case, truth = made
    told = truth["doings"][0]
    people = {row["employee_id"]: row for row in table(case / "hr/roster.csv")}
    (lender,) = told["owners"]
    assert people[lender]["left"] < told["from"][:10]
    assert lender not in told["employees"]
    assert len(told["devices"]) == len(told["employees"]) == 2


def test_a_leak_holds_as_many_of_ours_as_the_truth_says(made: tuple[Path, Truth]) -> None:
    case, truth = made
    (told,) = truth["leaks"]
    header, *rows = sheet(case / told["file"])
    numbers = [row[2].upper() for row in rows]
    keys = {row["id_card"]: row["cust_no"] for row in table(case / "clients/policyholders.csv")}
    assert header == HEADERS
    assert len(rows) == told["rows"]
    assert len(set(numbers) & keys.keys()) == told["ours"]
    assert len(set(numbers) - keys.keys()) == told["not_ours"]
    mine = {keys[number] for number in set(numbers) & keys.keys()}
    lost = truth["doings"][0]["subjects"] - truth["doings"][0]["seen"]
    assert len(mine - by_range(case, told["takers"][0]["accounts"][0])) <= lost


def test_ordinary_life_is_richer_than_the_thefts(made: tuple[Path, Truth]) -> None:
    case, truth = made
    thieves = {account for told in truth["doings"] for account in told["accounts"]}
    owners = {row["account"]: row["owner"] for row in table(case / "hr/accounts.csv")}
    explained = {(row["employee_id"], row["subject_id"]) for row in table(case / "business/reasons.csv")}
    opened: dict[str, int] = {}
    reasons = []
    for row in combined(case):
        found = RECORD.fullmatch(row["path"])
        if found and row["account"] not in thieves:
            opened[row["account"]] = opened.get(row["account"], 0) + 1
            if owners.get(row["account"]):
                reasons.append((owners[row["account"]], found[1]) in explained)
    assert sum(reasons) / len(reasons) > 0.7
    drip = next(told for told in truth["doings"] if told["kind"] == "slow-drip")
    assert max(opened.values()) > drip["subjects"]
