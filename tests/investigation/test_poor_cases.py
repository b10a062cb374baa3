"""A case that lacks nearly everything still gets a report, which says what was lacking."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from tests.made_cases import Answered, Made, investigate

from headwater.casework.reports.schema import check

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]


def answered(case: Path, tmp_path: Path, plain: Made) -> Answered:
    made = investigate(Made(case, plain.truth), tmp_path / "out")
    assert check(made.result) == ()
    said = (made.said / "stderr").read_text("utf-8")
    assert "Traceback" not in said
    page = (made.out / "report.html").read_text("utf-8")
    assert page.startswith("<!")
    assert not any("failed" in limit for limit in made.result["limits"]), made.result["limits"]
    return made


def part(plain: Made, tmp_path: Path, *names: str) -> Path:
    """A case that has these parts of the plain one only."""
    case = tmp_path / "part" / "case"
    case.mkdir(parents=True)
    for name in names:
        source = plain.folder / name
        (shutil.copytree if source.is_dir() else shutil.copyfile)(source, case / name)
    return case


def nobody_is_named(result: dict[str, Any]) -> bool:
    return not result["incidents"] and not any(leak["takers"] for leak in result["attribution"])


def test_an_empty_folder(plain: Made, tmp_path: Path) -> None:
    result = answered(part(plain, tmp_path), tmp_path, plain).result
    assert nobody_is_named(result)
    assert result["read"]["totals"] == {"files": 0, "rows": 0, "rejected": 0, "not_read": 0}
    assert len(result["limits"]) > 5
    assert result["answer"]


def test_settings_alone(plain: Made, tmp_path: Path) -> None:
    """The settings name a snapshot that is not there: that is said, too."""
    result = answered(part(plain, tmp_path, "headwater.toml"), tmp_path, plain).result
    assert nobody_is_named(result)
    assert any("clients/policyholders.csv" in str(item) for item in result["read"]["not_read"])


def test_leaks_alone(plain: Made, tmp_path: Path) -> None:
    result = answered(part(plain, tmp_path, "leaks"), tmp_path, plain).result
    assert nobody_is_named(result)
    assert sum(h["persons"] for h in result["holdings"]) > 100
    assert any("data set" in limit for limit in result["limits"])


def test_leaks_and_clients_without_any_log(plain: Made, tmp_path: Path) -> None:
    case = part(plain, tmp_path, "headwater.toml", "clients", "leaks", "hr")
    result = answered(case, tmp_path, plain).result
    assert nobody_is_named(result)
    (leak,) = result["attribution"]
    (told,) = plain.truth["leaks"]  # counts a person once that the file has twice
    twice = told["rows"] - told["ours"] - told["not_ours"]
    assert leak["rows"] == told["rows"] == leak["ours"] + leak["not_ours"]
    assert 0 <= leak["ours"] - told["ours"] <= twice
    assert any("log" in limit or "access" in limit for limit in result["limits"])


def test_logs_alone(plain: Made, tmp_path: Path) -> None:
    result = answered(part(plain, tmp_path, "logs"), tmp_path, plain).result
    assert result["read"]["totals"]["files"] == 5
    assert result["attribution"] == []
    assert any("account list" in limit for limit in result["limits"])


def test_logs_and_clients_without_people(plain: Made, tmp_path: Path) -> None:
    result = answered(part(plain, tmp_path, "headwater.toml", "clients", "logs", "leaks"), tmp_path, plain).result
    (leak,) = result["attribution"]
    (told,) = plain.truth["leaks"]
    assert {t["account"] for t in leak["takers"]} <= set(told["takers"][0]["accounts"])
