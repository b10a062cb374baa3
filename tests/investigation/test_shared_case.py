"""The shared sample, when it lies beside the checkout: the answer against the truth that was kept apart."""

from __future__ import annotations

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


@pytest.fixture(scope="module")
def truth() -> dict[str, Any]:
    told: dict[str, Any] = json.loads((SAMPLE / "truth.json").read_text("utf-8"))
    return told


def people(told: dict[str, Any]) -> set[str]:
    """Who acted: the truth of the sample and that of made cases name it differently."""
    return set(told.get("users") or told.get("employees") or ())


def borrowed(truth: dict[str, Any]) -> dict[str, Any]:
    """The scenario that the leaked file came from."""
    sources = set(truth["leak"]["from_accounts"])
    (found,) = (s for s in truth["scenarios"] if sources & set(s["accounts"]))
    told: dict[str, Any] = found
    return told


def test_the_first_incident_tells_the_theft(result: dict[str, Any], truth: dict[str, Any]) -> None:
    told, first = borrowed(truth), result["incidents"][0]
    assert people(told) == set(first["employees"])
    assert set(told["accounts"]) <= set(first["accounts"])
    assert first["departed"]
    words = " ".join(first["story"])
    assert all(name in words or name in first["title"] for name in (*told["accounts"], *people(told)))
    assert first["channel"], "the way out is not named"
    assert any(way["host"] in words for way in first["channel"])


def test_the_leak_is_laid_to_whom_it_came_from(result: dict[str, Any], truth: dict[str, Any]) -> None:
    told = truth["leak"]
    (leak,) = (a for a in result["attribution"] if a["leak"] == told["file"])
    assert {t["account"] for t in leak["takers"]} == set(told["from_accounts"])
    assert leak["rows"] == told["rows"]
    assert leak["not_ours"] == told["not_ours"]


def test_no_innocent_stands_above_a_true_one(result: dict[str, Any], truth: dict[str, Any]) -> None:
    guilty = {account for s in truth["scenarios"] for account in s["accounts"]}
    innocent = {account for b in truth["benign"] for account in b["accounts"]} - guilty
    ranked = [set(i["accounts"]) for i in result["incidents"]]
    last_true = max((n for n, accounts in enumerate(ranked) if accounts & guilty), default=-1)
    above = {account for accounts in ranked[: last_true + 1] if not accounts & guilty for account in accounts}
    assert above & innocent == set()
    for accounts in ranked[:1]:
        assert accounts & innocent == set()


def test_every_line_of_the_sample_is_accounted_for(result: dict[str, Any]) -> None:
    told = {f["path"] for f in result["read"]["files"]} | {n["path"].split("!")[0] for n in result["read"]["not_read"]}
    there = {f.relative_to(SAMPLE / "case").as_posix() for f in (SAMPLE / "case").rglob("*") if f.is_file()}
    assert there - told <= {"headwater.toml"}
    assert result["read"]["totals"]["rows"] > 500_000
