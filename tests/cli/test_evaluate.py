"""The verb ``evaluate`` on one answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.made_cases import Answered, Made
from tests.processes import headwater

from headwater.evaluation.scoring import SCHEMA

pytestmark = pytest.mark.slow


def test_an_answer_is_held_against_its_truth(plain: Made, plain_answered: Answered, tmp_path: Path) -> None:
    asked = ("evaluate", plain_answered.out / "result.json", plain.folder.parent / "truth.json")
    told = headwater(tmp_path / "said", *asked, "--page", tmp_path / "page.html")
    assert (told.code, told.err) == (0, b"")
    assert len(headwater(tmp_path / "said", *asked, "--all").out) > len(told.out)
    assert "<html" in (tmp_path / "page.html").read_text("utf-8")
    score = json.loads(headwater(tmp_path / "said", *asked, "--json").out)
    assert (score["schema"], score["method"], score["world"], score["crimes"]) == (SCHEMA, "headwater", "insurer", 1)
    assert headwater(tmp_path / "said", *asked, "--lang", "zh").out != told.out


def test_what_is_no_answer_ends_with_one(plain: Made, tmp_path: Path) -> None:
    truth = plain.folder.parent / "truth.json"
    told = headwater(tmp_path / "said", "evaluate", truth, truth)
    assert told.code == 1
    assert told.err.decode().startswith("headwater: truth.json: schema")
