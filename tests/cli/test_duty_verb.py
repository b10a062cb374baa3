"""The verb ``headwater duty``: table, JSON, drafts, calendar, and what it refuses."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from tests.casework.duties.made_leak import SECRETS, made_leak
from typer.testing import CliRunner

from headwater.casework.reports.json import dumps
from headwater.cli.main import app
from headwater.model.errors import CaseError

KNOWN = ("--known", "2026-11-20T09:00+08:00", "--now", "2026-11-21T09:00+08:00")


@pytest.fixture
def case(tmp_path: Path) -> list[str]:
    """A case whose result is there; the words that name it on the command line."""
    folder, out = tmp_path / "made" / "case", tmp_path / "out"
    folder.mkdir(parents=True)
    out.mkdir()
    (out / "result.json").write_bytes(dumps(made_leak()))
    return [str(folder), "--out", str(out)]


def ran(case: list[str], *words: str, ends: int = 0) -> str:
    done = CliRunner().invoke(app, ["duty", *case, *words], env={"COLUMNS": "160"})
    assert done.exit_code == ends, done.output
    return done.output


def refused(case: list[str], *words: str) -> str:
    """The message of an error that the command line turns into exit code 1."""
    with pytest.raises(CaseError) as error:
        CliRunner().invoke(app, ["duty", *case, *words], catch_exceptions=False)
    return str(error.value)


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_table_tells_whom_when_and_by_what(case: list[str], lang: str) -> None:
    shown = ran(case, *KNOWN, "--lang", lang, "-j", "eu")
    assert {"en": "GDPR Art. 33(1)", "zh": "GDPR第33条第1款"}[lang] in shown
    assert "2026-11-23 02:00:00 +0100" in shown
    assert {"en": "2 days left", "zh": "剩余 2 天"}[lang] in shown
    assert {"en": "(eu.omnibus): only proposed (within 96 hours", "zh": "(eu.omnibus): 仅为草案 (96小时内"}[
        lang
    ] in shown
    assert {"en": "no legal advice", "zh": "不构成法律意见"}[lang] in shown
    assert [s for s in SECRETS if s in shown] == []


@pytest.mark.parametrize("lang", ["en", "zh"])
def test_a_narrow_terminal_cuts_nothing_off(case: list[str], lang: str) -> None:
    wide, narrow = (
        CliRunner().invoke(app, ["duty", *case, *KNOWN, "--lang", lang], env={"COLUMNS": columns}).output
        for columns in ("400", "60")
    )

    def cells(shown: str) -> str:
        return "".join(sorted(re.sub(r"[\s│├┼┤─┌┬┐└┴┘┏┳┓┡╇┩━┃]", "", shown)))

    assert cells(narrow) == cells(wide)


def test_json_carries_clocks_with_zones(case: list[str]) -> None:
    told = json.loads(ran(case, *KNOWN, "--json", "-j", "us", "-j", "eu"))
    by_id = {d["id"]: d for d in told["duties"]}
    assert by_id["us-ca.persons"]["deadline"] == "2026-12-19T23:59:59-08:00"
    assert by_id["eu.authority"]["left"] == 2 * 86_400
    assert by_id["cn.cac.others"]["overdue"] is True
    assert by_id["cn.pipl.authority"]["deadline"] is None
    assert {p["id"] for p in told["places"]} == {"cn", "us-hipaa", "us-ca", "eu"}


def test_drafts_and_calendar_are_written_beside_the_table(case: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "notices"
    ran(case, *KNOWN, "--draft", str(folder), "-j", "jp", "-j", "kr")
    names = {f.name for f in folder.iterdir()}
    assert {"deadlines.ics", "cn.pipl.persons.zh-CN.md", "jp.prompt.ja.html", "kr.persons.ko.md"} <= names
    assert "cn.cac.others.zh-CN.md" not in names
    first = {f.name: f.read_bytes() for f in folder.iterdir()}
    ran(case, *KNOWN, "--draft", str(folder), "-j", "jp", "-j", "kr")
    assert {f.name: f.read_bytes() for f in folder.iterdir()} == first
    ran(case, *KNOWN, "--draft", str(folder), "--all-drafts", "--json")
    assert "cn.cac.others.zh-CN.md" in {f.name for f in folder.iterdir()}
    assert [s for s in SECRETS for f in folder.iterdir() if s in f.read_text("utf-8")] == []


def test_a_draft_that_somebody_filled_in_is_never_overwritten(case: list[str], tmp_path: Path) -> None:
    folder = tmp_path / "notices"
    ran(case, *KNOWN, "--draft", str(folder))
    draft = folder / "cn.pipl.persons.zh-CN.md"
    draft.write_text("filled in by hand", "utf-8")
    done = CliRunner().invoke(app, ["duty", *case, *KNOWN, "--draft", str(folder)])
    assert draft.read_text("utf-8") == "filled in by hand"
    assert "kept, because it was changed: cn.pipl.persons.zh-CN.md" in done.stderr
    assert done.stderr.count("kept") == 1


def test_facts_of_a_person_are_read_from_a_file(case: list[str], tmp_path: Path) -> None:
    facts = tmp_path / "duty.toml"
    facts.write_text("known = 2026-11-20T09:00:00+08:00\nsector = ['insurance']\n[persons]\nsg = 500\n", "utf-8")
    told = json.loads(ran(case, "--facts", str(facts), "--now", "2026-11-21T09:00Z", "--json"))
    states = {d["id"]: d["status"] for d in told["duties"]}
    assert (states["cn.nfra.first"], states["sg.authority"]) == ("due", "due")


def test_what_cannot_be_is_refused_with_a_way_out(case: list[str], tmp_path: Path) -> None:
    assert "--known" in refused(case)
    assert "after" in refused(case, "--known", "2026-11-20T09:00Z", "--now", "2026-11-20T08:59Z")
    assert "2026-11-20T09:00+08:00" in ran(case, "--known", "yesterday", ends=2)
    assert "2026-11-20T09:00+08:00" in ran(case, "--known", "2026-11-20T09:00", ends=2)
    assert "atlantis" in ran(case, *KNOWN, "-j", "atlantis", ends=2)
    assert "only read" in refused(case, *KNOWN, "--draft", f"{case[0]}/notices")
    assert "investigate" in refused([case[0], "--out", str(tmp_path / "nowhere")], *KNOWN)
    (tmp_path / "out" / "result.json").write_text("[]", "utf-8")
    assert "no result" in refused(case, *KNOWN)


def test_a_result_of_an_earlier_version_will_do(case: list[str], tmp_path: Path) -> None:
    old = {"schema": "headwater/result/1", "case": {"jurisdiction": "cn"}}
    (tmp_path / "out" / "result.json").write_text(json.dumps(old), "utf-8")
    states = {d["status"] for d in json.loads(ran(case, *KNOWN, "--json"))["duties"]}
    assert states == {"cannot be said", "proposed"}
