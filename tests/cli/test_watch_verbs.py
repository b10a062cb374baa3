"""Watching from the command line: what ends it, what does not, and what never reaches a terminal."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from tests.processes import KEY

from headwater.cli.main import main
from headwater.cli.watching import _again
from headwater.investigation.notifying import line, troubles
from headwater.model.alert import Alert
from headwater.model.errors import CaseError, StoreError
from headwater.model.words import Text
from headwater.store.keys import ENVIRONMENT

DAY = date(2026, 3, 2)
ALERT = Alert("A-1", DAY, DAY, DAY, "day", Text("read", "读取"), (), (), ("bulk-read",), 5.0, DAY, DAY, 1, (), (), ())


class EnoughError(Exception):
    """Ends a watch that does not end."""


def ended(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> int | str | None:
    monkeypatch.setattr(sys, "argv", ["headwater", *arguments])
    monkeypatch.setenv(ENVIRONMENT, KEY)
    with pytest.raises(SystemExit) as caught:
        main()
    return caught.value.code


@pytest.mark.parametrize(
    "verb",
    [
        ["alerts"],
        ["preview"],
        ["verdict", "A-1", "unsure", "--by", "Li"],
        ["reveal request", "A-1", "--reason", "r", "--by", "Li"],
        ["reveal approve", "R-1", "--by", "Li"],
        ["reveal show", "R-1", "--by", "Li"],
        ["reveal list", "--by", "Li"],
    ],
)
def test_a_mistyped_workspace_is_not_made(
    verb: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    case, wrong = tmp_path / "case", tmp_path / "wrokspace"
    case.mkdir()
    assert ended([*verb[0].split(), str(case), *verb[1:], "-w", str(wrong)], monkeypatch) == 1
    assert "is no workspace" in " ".join(capfd.readouterr().err.split())
    assert not wrong.exists()


def test_a_reveal_without_its_words_is_wrong_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ended(["reveal", "request", str(tmp_path), "A-1", "--by", "Li"], monkeypatch) == 2
    assert ended(["reveal", "show", str(tmp_path), "R-1"], monkeypatch) == 2


def test_every_less_than_a_second_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ended(["watch", str(tmp_path), "--every", "0"], monkeypatch) == 2


def test_an_address_may_come_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("apprise")
    monkeypatch.setenv("HEADWATER_NOTIFY", "json://127.0.0.1:9 nonsense://user:secret@place")
    assert ended(["watch", str(tmp_path)], monkeypatch) == 1
    said = capfd.readouterr().err
    assert "number 2" in said
    assert "secret" not in said


def test_a_watch_outlives_a_disturbance(capfd: pytest.CaptureFixture[str]) -> None:
    rounds: list[Exception | None] = [
        StoreError("another run is using this workspace", "w\x1b[2J"), None, CaseError("is no folder"), OSError("half a file"),
    ]  # fmt: skip
    left = iter(rounds)

    def look() -> None:
        try:
            error = next(left)
        except StopIteration:
            raise EnoughError from None
        if error is not None:
            raise error

    with pytest.raises(EnoughError):
        _again(look, lambda: None)
    said = capfd.readouterr().err
    assert said.count("looking again") == 3
    assert "\x1b" not in said


def test_a_case_that_never_was_there_ends_a_watch() -> None:
    def look() -> None:
        raise CaseError("does not exist")

    with pytest.raises(CaseError):
        _again(look, lambda: None)


def test_an_account_that_writes_to_the_terminal_is_made_visible() -> None:
    hostile = replace(ALERT, title=Text("u1\n\x1b[2Jowned \u202egpj", "u1\n读取"))
    for lang in ("en", "zh"):
        assert line(hostile, lang).isprintable()  # type: ignore[arg-type]


def test_the_text_of_an_error_stays_in_the_house() -> None:
    told = troubles([("outflow", "web")], [("chain", "KeyError: 'wang.wei'")])
    assert [t.en for t in told] == ["detector chain failed: KeyError", "detector outflow is blind without: web"]
    assert "wang" not in "".join(t.zh for t in told)
