"""The verb ``demo``: a newcomer's first run."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.processes import headwater

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def test_the_demo_names_who_did_it_and_says_what_is_where(tmp_path: Path) -> None:
    out = tmp_path / "out"
    ended = headwater(tmp_path / "said", "demo", "--out", out)
    assert ended.code == 0, ended.err.decode()[-2000:]
    case = out / "demo-7"
    truth = json.loads((case / "truth.json").read_text("utf-8"))
    result = json.loads((out / "result.json").read_text("utf-8"))
    (told,), (leak,) = truth["doings"], truth["leaks"]
    assert set(result["incidents"][0]["employees"]) == set(told["employees"])
    (laid,) = (each for each in result["attribution"] if each["leak"] == leak["file"])
    assert [taker["account"] for taker in laid["takers"]] == told["accounts"]
    said = ended.out.decode().splitlines()
    for name in (out / "result.json", out / "report.html", case / "case", case / "truth.json"):
        assert name.exists()
        assert any(line.endswith(f" {name}") for line in said), name
    assert any(f"serve {case / 'case'} --out {out}" in line for line in said)
    assert not list(out.glob(".demo*"))
    assert list((out / "workspace" / "staff").glob("*.sqlite")), "the console's pages of staff are ready"
