"""The verb ``simulate``: what it takes, what it refuses, and what it says."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import typer

from headwater.cli.main import main
from headwater.cli.worlds import crime, number
from headwater.simulation.trades.trade import Crime

SMALL = ("--staff", "20", "--clients", "600", "--days", "12", "--seed", "4")
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Run:
    def ran(*arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["headwater", "simulate", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfd.readouterr()
        return (ended.value.code if isinstance(ended.value.code, int) else 0, out, " ".join(err.split()))

    return ran


def test_a_world_is_made_and_told(run: Run, tmp_path: Path) -> None:
    code, out, err = run(
        "bank", "--out", tmp_path / "case", *SMALL, "--crime", "lookup-for-hire:strong:1:phone", "--leak", "sample"
    )
    assert (code, err) == (0, "")
    truth = json.loads((tmp_path / "truth.json").read_text("utf-8"))
    assert [doing["kind"] for doing in truth["doings"]] == ["lookup-for-hire"]
    assert [leak["origin"] for leak in truth["leaks"]] in (["sample"], [])
    lines = out.splitlines()
    assert lines[0].startswith("bank: ")
    assert "lookup-for-hire (strong)" in lines[1]
    assert lines[-2:] == [f"case:  {tmp_path / 'case'}", f"truth: {tmp_path / 'truth.json'}"]


def test_the_truth_as_json(run: Run, tmp_path: Path) -> None:
    code, out, _ = run("hospital", "-o", tmp_path / "case", *SMALL, "--no-crime", "--no-leak", "--json")
    assert code == 0
    assert json.loads(out) == json.loads((tmp_path / "truth.json").read_text("utf-8"))
    assert (json.loads(out)["doings"], json.loads(out)["leaks"]) == ([], [])


def test_a_world_is_cut_after_a_date(run: Run, tmp_path: Path) -> None:
    at = ("--start", "2023-01-02", "--until", "2023-01-08", "--format", "parquet")
    code, _, _ = run("courier", "-o", tmp_path / "case", *SMALL, "--no-crime", *at)
    assert code == 0
    days = sorted(path.stem for path in (tmp_path / "case/logs/access").iterdir())
    assert (days[0], days[-1]) == ("2023-01-02", "2023-01-08")


def test_the_list_names_worlds_crimes_and_leaks(run: Run) -> None:
    code, out, _ = run("--list")
    assert code == 0
    assert all(word in out for word in ("insurer", "brokers", "slow-drip", "faint", "shop-chat", "nobody-book"))
    _, told, _ = run("--list", "--json")
    assert json.loads(told)["worlds"] == [
        "insurer", "bank", "courier", "delivery", "telecom", "hospital", "brokers",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((), "'nothing' is none of insurer"),
        (("zoo", "--out", "x"), "'zoo' is none of insurer"),
        (("bank",), "say where the case folder is to be"),
        (("bank", "--out", "x", "--crime", "arson"), "'arson' is none of bulk"),
        (("bank", "--out", "x", "--crime", "bulk:mighty"), "'mighty' is none of strong"),
        (("bank", "--out", "x", "--crime", "bulk:weak:none"), "'none' is no number of people"),
        (("bank", "--out", "x", "--crime", "bulk:weak:1:pigeon"), "'pigeon' is none of shop-chat"),
        (("bank", "--out", "x", "--crime", "bulk:weak:1:usb:more"), "more than four parts"),
        (("bank", "--out", "x", "--leak", "flood"), "'flood' is none of sample"),
        (("bank", "--out", "x", "--events", "many"), "'many' is no number"),
        (("bank", "--out", "x", "--start", "tomorrow"), "'tomorrow' is no day"),
        (("bank", "--out", "x", "--format", "stone"), "'stone' is not one of"),
        (("brokers", "--out", "x", "--staff", "9"), "the world of brokers has no house"),
    ],
)
def test_wrong_usage_ends_with_two(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], named: str
) -> None:
    monkeypatch.chdir(tmp_path)
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert named in " ".join(err.replace("│", " ").split())
    assert list(tmp_path.iterdir()) == []


def test_a_folder_in_use_ends_with_one(run: Run, tmp_path: Path) -> None:
    (tmp_path / "note").write_text("x")
    code, out, err = run("bank", "--out", tmp_path, *SMALL)
    assert (code, out) == (1, "")
    assert err.startswith(f"headwater: {tmp_path}: is not empty")


@pytest.mark.parametrize(("text", "events"), [("1e6", 10**6), ("2.5e4", 25_000), ("300000", 300_000), (None, None)])
def test_numbers_of_events(text: str | None, events: int | None) -> None:
    assert number(text) == events


def test_crimes_in_words() -> None:
    assert crime("bulk") == Crime("bulk")
    assert crime("leaver:weak:1:usb") == Crime("leaver", "weak", 1, "usb")
    assert crime("slow-drip::3") == Crime("slow-drip", "medium", 3)
    with pytest.raises(typer.BadParameter):
        crime("bulk:weak:0")
