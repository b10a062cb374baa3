"""The casebook from the command line: users, notes, custody, verdicts and the log; passwords never as arguments."""

from __future__ import annotations

import json
import os
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from tests.processes import KEY

from headwater.cli.main import app, main
from headwater.store.keys import ENVIRONMENT
from headwater.store.workspace import open_workspace

PASSWORD = "made for a test"
Run = Callable[..., str]


@pytest.fixture
def case(tmp_path: Path) -> Path:
    folder = tmp_path / "house" / "case"
    (folder / "leaks").mkdir(parents=True)
    (folder / "leaks" / "15400000000.csv").write_text("a,b\n1,2\n")
    return folder


@pytest.fixture
def out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv(ENVIRONMENT, KEY)
    monkeypatch.setenv("HEADWATER_PASSWORD", PASSWORD)
    monkeypatch.setenv("HEADWATER_NEW_PASSWORD", PASSWORD)
    with open_workspace(tmp_path / "out" / "workspace"):
        pass
    times = {"from": "2026-03-02T08:00:00+08:00", "to": "2026-03-07T18:00:00+08:00"}
    incident = {"rank": 1, "accounts": ["u1"], "employees": ["E1"], "findings": [], **times}
    (tmp_path / "out" / "result.json").write_text(
        json.dumps({"incidents": [incident], "findings": [], "attribution": []})
    )
    return tmp_path / "out"


@pytest.fixture
def run(case: Path, out: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    """Run a verb on the case, and give what it printed; ``code`` is how it must end."""

    def ran(verb: str, *arguments: str | Path, code: int = 0) -> str:
        words = [*verb.split(), str(case), *map(str, arguments), "--out", str(out)]
        monkeypatch.setattr(sys, "argv", ["headwater", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capfd.readouterr()
        assert (ended.value.code or 0) == code, said.err
        return " ".join((said.out + said.err).split()) if code else said.out

    return ran


def test_a_casebook_from_its_first_user_to_its_export(run: Run, case: Path, out: Path) -> None:
    assert "no casebook" in run("casebook show", "--by", "li", code=1)
    assert "unattested" in run("verdict", "incident:1", "confirmed", "--by", "Li", "--because", "seen")
    run("casebook init", "--by", "li", "--role", "investigator", "--role", "auditor", "--two-person")
    assert "10 characters" not in run("casebook user add", "wang", "--role", "analyst", "--by", "li")
    run("casebook member", "wang", "--by", "li")
    assert (
        run("verdict", "incident:1", "explained", "--because", "audit", "--until", "2026-12-31", "--by", "wang")
        == "Noted.\n"
    )
    run("casebook note", "call 15400000000", "--by", "wang")
    task = run("casebook task add", "ask the branch", "--for", "wang", "--due", "2026-12-31", "--by", "li").strip()
    run("casebook task close", task, "--by", "wang")
    assert "One file, 1 new." in run("casebook exhibits", "--by", "li")
    assert "is what was entered" in run("casebook custody", "leaks/15400000000.csv", "verified", "--by", "li")
    (case / "leaks" / "15400000000.csv").write_text("a,b\n1,3\n")
    assert "NOT what was entered" in run("casebook custody", "leaks/15400000000.csv", "verified", "--by", "li", code=1)
    told = json.loads(run("casebook show", "--by", "wang", "--json"))
    assert [m["name"] for m in told["members"]] == ["li", "wang"]
    assert told["verdicts"][0]["state"] == "explained"  # who signed in goes before who did not
    assert [w["attested"] for w in told["verdicts"][0]["words"]] == [False, True]
    assert told["notes"][0]["text"] == "call 154****0000"
    assert told["tasks"][0]["state"] == "done"
    assert told["exhibits"][0]["path"] == "leaks/154****0000.csv"
    assert [e["same"] for e in told["custody"]] == [True, False]
    assert "verdicts: 1" in run("casebook show", "--by", "wang")
    assert "li" in run("casebook user list", "--by", "wang")
    run("audit export", "--to", out / "log.jsonl", "--by", "li")
    lines = [json.loads(line) for line in (out / "log.jsonl").read_text().splitlines()]
    assert [e["seq"] for e in lines] == list(range(1, len(lines) + 1))
    assert lines[-1]["act"] == "log.exported"
    assert not any(name in (out / "log.jsonl").read_text() for name in ("wang", "15400000000", "ask the branch"))
    assert "whole" in run("audit verify")


def test_verify_ends_with_one_and_says_where(run: Run, out: Path) -> None:
    run("casebook init", "--by", "li", "--role", "auditor")
    head = run("audit verify").split()[-1]
    run("audit list", "--by", "li")
    assert "whole" in run("audit verify", "--head", head)
    run("audit verify", "--head", "nonsense", code=2)
    with sqlite3.connect(out / "workspace" / "casebook.sqlite") as db:
        db.execute("update audit set act = 'user.looked' where seq = 2")
    db.close()
    assert "audit:2: was changed" in run("audit verify", code=1)
    told = json.loads(run("audit verify", "--json", code=1).removesuffix(" "))
    assert told["faults"][0]["place"] == "audit:2"


def test_a_wrong_password_and_none(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run("casebook init", "--by", "li")
    monkeypatch.setenv("HEADWATER_PASSWORD", "wrong")
    assert "name or password is wrong" in run("casebook show", "--by", "li", code=1)
    assert "name or password is wrong" in run("verdict", "incident:1", "unsure", "--by", "li", code=1)
    reading, writing = os.pipe()
    os.write(writing, f"{PASSWORD}\n".encode())
    os.close(writing)
    run("casebook user list", "--by", "li", "--password-fd", str(reading))
    os.close(reading)
    monkeypatch.delenv("HEADWATER_PASSWORD")
    assert "no terminal to ask" in run("casebook show", "--by", "li", code=1)
    run("casebook show", "--by", "li", "--password", PASSWORD, code=2)


def test_a_lost_head_is_taken_over_by_somebody_who_may(run: Run, out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run("casebook init", "--by", "li")
    (out / "workspace" / "keys" / "casebook.head").unlink()
    assert "head of the log is missing" in run("audit verify", code=1)
    assert "its head is missing" in run("casebook user list", "--by", "li", code=1)
    monkeypatch.setenv("HEADWATER_PASSWORD", "wrong")
    run("audit adopt", "--by", "li", code=1)
    assert not (out / "workspace" / "keys" / "casebook.head").exists()
    monkeypatch.setenv("HEADWATER_PASSWORD", PASSWORD)
    run("audit adopt", "--by", "li")
    assert "whole" in run("audit verify")


def test_no_verb_takes_a_password_as_an_argument() -> None:
    command = typer.main.get_command(app)

    def options(found: object) -> set[str]:
        several = getattr(found, "commands", {})
        own = {o for p in getattr(found, "params", ()) for o in p.opts}
        return own.union(*(options(c) for c in several.values())) if several else own

    assert {o for o in options(command) if "password" in o} <= {"--password-fd", "--password-file"}


def test_a_workspace_alone_is_enough_to_judge_what_lies_beside_it(
    case: Path, out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path / "house")
    said = ["verdict", str(case), "incident:1", "confirmed", "--because", "seen", "--by", "Li"]
    monkeypatch.setattr(sys, "argv", ["headwater", *said, "-w", str(out / "workspace")])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code, capfd.readouterr().err


def test_a_file_that_is_not_there_is_named(run: Run) -> None:
    run("casebook init", "--by", "li", "--role", "investigator")
    assert "leaks/nowhere.csv" in run("casebook custody", "leaks/nowhere.csv", "verified", "--by", "li", code=1)
