"""The verb ``headwater prevent`` over a made house that was investigated: the same as the answer, and what-if."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from tests.made_cases import Answered
from tests.processes import KEY
from typer.testing import CliRunner

from headwater.casework.prevention.loading import load
from headwater.casework.reports.html import render
from headwater.casework.reports.schema import check
from headwater.cli.main import app
from headwater.cli.preventing import lines
from headwater.model.errors import CaseError
from headwater.store.keys import ENVIRONMENT


@pytest.fixture(autouse=True)
def key() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(ENVIRONMENT, KEY)
        yield


def ran(answered: Answered, *words: str) -> str:
    case = [str(answered.made.folder), "-w", str(answered.workspace)]
    done = CliRunner().invoke(app, ["prevent", *case, *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def refused(*words: str) -> str:
    with pytest.raises(CaseError) as error:
        CliRunner().invoke(app, ["prevent", *words], catch_exceptions=False)
    return str(error.value)


def test_the_answer_of_an_investigation_holds_what_the_verb_says(plain_answered: Answered) -> None:
    told: list[dict[str, Any]] = plain_answered.result["prevention"]
    assert json.loads(ran(plain_answered, "--json"))["prevention"] == told
    assert check(plain_answered.result) == ()
    assert told
    assert all(not any("failed" in c["text"] for c in case["cannot"]) for case in told)
    page = render(plain_answered.result, "en")
    assert 'id="prevention-1"' in page
    assert 'class="wide ladder"' in page


def test_controls_bite_where_the_truth_says_that_the_crime_was(plain_answered: Answered) -> None:
    """Somebody else's account at one's own desk: from the first act of the crime on."""
    (crime,) = [d for d in plain_answered.made.truth["doings"] if d["kind"] == "borrowed-account"]
    case = next(c for c in plain_answered.result["prevention"] if set(crime["accounts"]) & set(c["accounts"]))
    bites = {c["control"]: c for c in case["controls"] if c["stopped"]}
    assert case["persons"] >= 0.9 * crime["seen"]
    for name in ("one-account-each", "own-device"):
        begun, at = (datetime.fromisoformat(t) for t in (crime["from"], bites[name]["at"]))
        assert abs((at - begun).total_seconds()) < 86_400, name
        assert bites[name]["saved"] > 0.5 * case["rows"]  # the rest is what its owner read in the days of the findings


def test_other_parameters_are_asked_for(plain_answered: Answered) -> None:
    words = ("-c", "four-eyes", "-c", "lookups-per-day", "--set", "lookups-per-day.limit=0", "--lang", "zh", "--json")
    cases = json.loads(ran(plain_answered, *words))["prevention"]
    for case in cases:
        told = {c["control"]: c for c in case["controls"]}
        assert set(told) <= {"four-eyes", "lookups-per-day"}
        assert told["lookups-per-day"]["parameters"]["limit"] == 0
        assert told["lookups-per-day"]["innocent_denied"]["acts"] > 1000
    said = list(lines(cases, "zh"))
    assert sum(line.startswith("  ") and "每日打开记录数 [lookups-per-day]" in line for line in said) == len(cases)
    assert list(lines([], "en")) == ["There is no case to replay: no incident, and nobody to whom a leak is laid."]


def test_what_is_not_there_is_refused() -> None:
    assert "there is no control foo" in refused("--control", "foo", "--list")
    assert "it has limit, yearly" in refused("--control", "four-eyes", "--set", "size=3", "--list")
    assert "from zero up" in refused("-c", "decoys", "--set", "per_thousand=-1", "--list")
    assert "from zero up" in refused("-c", "decoys", "--set", "per_thousand=inf", "--list")
    assert "whole number" in refused("-c", "dormant-accounts", "--set", "days=1.5", "--list")
    assert "true or false" in refused("-c", "purpose", "--set", "tickets=1", "--list")
    assert "CONTROL.NAME=VALUE" in refused("--set", "limit=3", "--list")
    assert "is not among" in refused("-c", "decoys", "--set", "four-eyes.limit=3", "--list")
    assert CliRunner().invoke(app, ["prevent"]).exit_code == 2


def test_every_control_is_listed_with_its_parameters() -> None:
    words = ["prevent", "--list", "--json", "--set", "outbound.bytes=5", "--set", "removable-media.bytes="]
    told = json.loads(CliRunner().invoke(app, words).stdout)["controls"]
    assert [c["control"] for c in told] == [c.id for c in load().controls]
    parameters = {c["control"]: c["parameters"] for c in told}
    assert parameters["outbound"] == {"bytes": 5.0, "yearly": 12.0}
    assert parameters["removable-media"]["bytes"] is None
    assert "four-eyes" in CliRunner().invoke(app, ["prevent", "--list", "--lang", "zh"]).stdout
