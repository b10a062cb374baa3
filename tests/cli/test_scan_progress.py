"""The progress bar of a scan."""

from __future__ import annotations

import os
import pty
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from headwater.cli.scan_options import given, must_exist, must_lie_outside
from headwater.cli.scan_progress import bar, counted, total
from headwater.investigation.survey_options import Event, silent
from headwater.model.errors import CaseError


def test_bytes_are_counted_below_every_path_and_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "x").write_bytes(b"x" * 100)
    (tmp_path / "a" / "b" / "y").write_bytes(b"y" * 23)
    (tmp_path / "out").write_bytes(b"z" * 5000)
    (tmp_path / "a" / "link").symlink_to(tmp_path / "out")
    assert 123 <= total([str(tmp_path / "a")]) < 1000
    assert total([str(tmp_path / "out"), str(tmp_path / "none")]) == 5000


def test_files_bytes_and_persons_are_told_in_both_languages() -> None:
    assert counted(2, 1000, 3, "zh") == "2 个文件，1.0 kB，约 3 人"
    assert counted(1200, 0, 0, "en") == "1,200 files, 0 B, about 0 persons"


def test_nothing_is_shown_where_there_is_no_terminal(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with bar([str(tmp_path)], "en") as watch:
        assert watch is silent
        watch(Event("a.csv", 10, 1, 5))
    assert capfd.readouterr() == ("", "")


def everything_from(master: int) -> str:
    """What was written to a terminal whose other end is closed."""
    read = b""
    with suppress(OSError):  # so a terminal says that nobody writes to it any more
        while piece := os.read(master, 100_000):
            read += piece
    os.close(master)
    return read.decode("utf-8")


def test_a_terminal_sees_the_count_and_no_hostile_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x").write_bytes(b"x" * 100)
    master, slave = pty.openpty()
    with os.fdopen(slave, "w") as terminal, monkeypatch.context() as patch:
        patch.setattr(sys, "stderr", terminal)
        patch.setenv("COLUMNS", "160")
        patch.setenv("TERM", "xterm")
        with bar([str(tmp_path)], "en") as watch:
            watch(Event("a\x1b]0;title\x07[red]\u202e.csv", 100, 7, 1234))
    shown = everything_from(master)
    assert "7 files, 100 B, about 1,234 persons" in shown
    assert "\x1b]0;" not in shown
    assert "\u202e" not in shown


def test_an_address_need_not_exist_and_one_that_is_none_is_refused_without_its_password(tmp_path: Path) -> None:
    must_exist([str(tmp_path), "postgresql://reader:hunter2@db.example.com/crm"])
    with pytest.raises(CaseError) as error:
        given(["postgresql://reader:hun/ter2@db.example.com/crm"])
    assert str(error.value).startswith("postgresql://…: ")
    assert "ter2" not in str(error.value)


def test_nothing_is_written_into_a_folder_that_is_given_as_an_address(tmp_path: Path) -> None:
    must_lie_outside([f"file://{tmp_path / 'a'}", "s3://bucket/a"], out=tmp_path / "b")
    with pytest.raises(CaseError, match="--out lies inside"):
        must_lie_outside([f"file://{tmp_path}"], out=tmp_path / "b")
