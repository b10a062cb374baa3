"""The verbs from a proposal to a withdrawal, on the command line, in both languages."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest
from tests.planting.made_people_table import by_hand, rows, table_in
from typer.testing import CliRunner

from headwater.cli.canary import app
from headwater.model.errors import CaseError
from headwater.planting.canaries.registry import Registry
from headwater.store.workspace import open_workspace

PEOPLE = rows(6, seed=9, first=700_000).replace("", None)


def run(*words: str) -> str:
    told = CliRunner().invoke(app, list(words))
    if told.exception and not isinstance(told.exception, SystemExit):
        raise told.exception
    assert told.exit_code == 0, told.output
    return told.stdout


def proposed(folder: Path) -> tuple[str, str]:
    space = str(folder / "w")
    with open_workspace(Path(space)) as opened:
        table = table_in(folder, rows(60))
        planned = by_hand(table, PEOPLE, opened.tokeniser)
        plan = Registry(opened).propose(
            table, planned, ["u1", "u2"] * 3, ("u1", "u2"), None, "Zhao", datetime(2026, 3, 2, tzinfo=UTC)
        )
    return space, plan.id


def test_a_plan_goes_from_hand_to_hand_and_a_leak_is_checked(tmp_path: Path) -> None:
    space, name = proposed(tmp_path)
    run("approve", name, "-w", space, "--by", "Li", "--second", "Wang", "--because", "board")
    assert run("plant", name, "-w", space, "--by", "Li") == f"{name} is planted\n"
    told = json.loads(run("list", "-w", space, "--json"))["plans"][0]
    assert (told["state"], [s["state"] for s in told["steps"]]) == ("planted", ["proposed", "approved", "planted"])
    assert "area 0.500" in run("list", "-w", space)
    leak = tmp_path / "leak.csv"
    pd.concat([rows(50, seed=4), PEOPLE.head(1)])[["name", "mobile"]].to_csv(leak, index=False)
    found = json.loads(run("check", str(leak), "-w", space, "--json"))
    assert [t["lines"] for t in found["trips"]] == [[f"{leak}:52"]]
    assert [(a["account"], a["named"]) for a in found["accounts"] if a["bits"] > 0] == [("u1", True)]
    plain = run("check", str(leak), "-w", space)
    assert "u1 (named): 1 decoy(s)" in plain and PEOPLE["mobile"].iloc[0] not in plain
    assert CliRunner().invoke(app, ["check", str(leak), "-w", space, "--received", "May"]).exit_code == 2
    assert "出现 1 条" in run("check", str(leak), "-w", space, "--lang", "zh")
    decoy = found["trips"][0]["decoy"]
    later = f"{datetime.now(UTC).year + 1}-03-04"
    run("showings", "-w", space, "--decoy", decoy, "--account", "dba", "--at", later)
    assert f"{decoy} dba {later}" in run("showings", "-w", space)
    assert "not named" in run("check", str(leak), "-w", space)
    assert "not named" not in run("check", str(leak), "-w", space, "--received", f"{datetime.now(UTC).year}-12-31")
    run("withdraw", name, "-w", space, "--by", "Li", "--because", "over")
    assert "withdrawn by Li: over" in run("list", "-w", space)


def test_what_cannot_be_is_said(tmp_path: Path) -> None:
    space, name = proposed(tmp_path)
    with pytest.raises(CaseError, match="is no workspace"):
        run("list", "-w", str(tmp_path / "nowhere"))
    with pytest.raises(CaseError, match="there is no plan P-0"):
        run("plant", "P-0", "-w", space, "--by", "Li")
    with pytest.raises(CaseError, match="somebody else than who proposed"):
        run("approve", name, "-w", space, "--by", "Li", "--second", "Zhao", "--because", "so")
    assert CliRunner().invoke(app, ["check", "-w", space]).exit_code == 2
    assert CliRunner().invoke(app, ["showings", "-w", space, "--decoy", "D-1"]).exit_code == 2
    out = tmp_path / "d.csv"
    with pytest.raises(CaseError, match="too few for 2 accounts"):
        words = f"--count 1 --for a --for b -o {out} -w {space} --by Li"
        run("plan", str(tmp_path / "clients.csv"), *words.split())
    assert not out.exists()
