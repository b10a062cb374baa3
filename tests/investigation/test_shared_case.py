"""The shared sample, when it lies beside the checkout: the answer against the truth that was kept apart."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from tests.processes import headwater

from headwater.casework.reports.schema import check

SAMPLE = Path(__file__).resolve().parents[3] / "shared" / "cases" / "insurer-open"
pytestmark = [
    pytest.mark.slow,
    pytest.mark.shared_case,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not SAMPLE.exists(), reason="the shared sample is not beside the checkout"),
]


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    root = tmp_path_factory.mktemp("shared")
    ended = headwater(root / "said", "investigate", SAMPLE / "case", "--out", root / "out")
    assert ended.code == 0, ended.err.decode()[-2000:]
    found: dict[str, Any] = json.loads((root / "out" / "result.json").read_bytes())
    assert check(found) == ()
    return found


class KeptApart(dict[str, Any]):
    """The truth; a test that fails does not print it."""

    def __repr__(self) -> str:
        return "<kept apart>"


@pytest.fixture(scope="module")
def truth() -> KeptApart:
    return KeptApart(json.loads((SAMPLE / "truth.json").read_text("utf-8")))


def named(told: dict[str, Any], *words: str) -> set[str]:
    """The values under any of these words, alone or in a list."""
    found: set[str] = set()
    for word in words:
        value = told.get(word) or ()
        found |= {value} if isinstance(value, str) else set(value)
    return found


def accounts(told: dict[str, Any]) -> set[str]:
    """The accounts of a doing: as the truth names them, else those of the people that it names."""
    if found := named(told, "account", "accounts"):
        return found
    people = named(told, "users", "user", "employee", "employees")
    with (SAMPLE / "case" / "hr" / "accounts.csv").open(encoding="utf-8-sig") as table:
        return {row["account"] for row in csv.DictReader(table) if row["owner"] in people}


def borrowed(truth: KeptApart) -> KeptApart:
    """The scenario that the leaked file came from."""
    sources = set(truth["leak"]["from_accounts"])
    (found,) = (KeptApart(s) for s in truth["scenarios"] if sources & accounts(s))
    return found


def test_the_first_incident_tells_the_theft(result: dict[str, Any], truth: KeptApart) -> None:
    told, first = borrowed(truth), result["incidents"][0]
    users = named(told, "users", "employees")
    same = users == set(first["employees"])
    assert same, f"{first['employees']} are named first"
    assert accounts(told) <= set(first["accounts"])
    assert first["departed"]
    words = " ".join((first["title"], *first["story"]))
    assert [name for name in (*accounts(told), *users) if name not in words] == []
    assert first["channel"], "the way out is not named"
    assert any(way["host"] in words for way in first["channel"])


def test_the_leak_is_laid_to_whom_it_came_from(result: dict[str, Any], truth: KeptApart) -> None:
    told = truth["leak"]
    (leak,) = (a for a in result["attribution"] if a["leak"].startswith("leaks/"))
    assert {t["account"] for t in leak["takers"]} == set(told["from_accounts"])
    assert leak["rows"] == told["rows"]
    assert leak["not_ours"] == told["not_ours"]


def test_no_innocent_stands_above_a_true_one(result: dict[str, Any], truth: KeptApart) -> None:
    guilty = set().union(*(accounts(s) for s in truth["scenarios"]))
    innocent = set().union(*(accounts(b) for b in truth["benign"])) - guilty
    ranked = [set(i["accounts"]) for i in result["incidents"]]
    true_ones = [n for n, found in enumerate(ranked) if found & guilty]
    assert true_ones
    above = set().union(*(found - guilty for found in ranked[: true_ones[-1]]))
    assert above & innocent == set()


def test_every_line_of_the_sample_is_accounted_for(result: dict[str, Any]) -> None:
    told = {f["path"] for f in result["read"]["files"]} | {n["path"].split("!")[0] for n in result["read"]["not_read"]}
    there = {f.relative_to(SAMPLE / "case").as_posix() for f in (SAMPLE / "case").rglob("*") if f.is_file()}
    assert there - told <= {"headwater.toml"}
    assert result["read"]["totals"]["rows"] > 500_000
