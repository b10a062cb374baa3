"""The verbs ``headwater package …`` as people type them."""

from __future__ import annotations

import contextlib
import json
import shutil
import sqlite3
import subprocess
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.casework.package.packed_case import TOKEN_KEY, Place, investigated
from typer.testing import CliRunner, Result

import headwater_verify as verify
from headwater.cli.main import app

__all__ = ["investigated"]
ROOT = Path(__file__).parents[2]
AT = "2026-11-23T10:00:00+08:00"


@pytest.fixture
def place(investigated: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("HEADWATER_TOKEN_KEY", TOKEN_KEY)
    shutil.copytree(investigated.root, tmp_path / "house")
    return Place(tmp_path / "house")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in arguments])


def package(place: Place, *options: object) -> Result:
    return run("package", place.case, "--out", place.out, "--at", AT, *options)


def test_a_package_is_made_checked_and_told_in_both_languages(place: Place) -> None:
    made = package(place, "--json")
    assert made.exit_code == 0, made.output
    answer = json.loads(made.stdout)
    file = place.out / "evidence.hwpkg.zip"
    assert (answer["package"], answer["different"], answer["stamped"]) == (str(file), [], False)
    assert (place.workspace / "keys/package.key").stat().st_mode & 0o077 == 0
    assert run("package", "check", file, "--key", answer["key"], "--case", place.case).exit_code == 0
    assert run("package", "check", file).exit_code == 3
    chinese = package(place, "--lang", "zh", "--replace")
    assert chinese.exit_code == 0
    assert answer["sha256"] in chinese.stdout
    assert "数据安全法" in chinese.stderr


def test_a_key_is_made_and_signs(place: Place, tmp_path: Path) -> None:
    made = run("package", "key", "new", tmp_path / "me.key")
    assert made.exit_code == 0
    fingerprint = made.stdout.split("fingerprint: ")[1].strip()
    assert package(place, "--key", tmp_path / "me.key", "--to", tmp_path / "p.zip").exit_code == 0
    assert verify.main([str(tmp_path / "p.zip"), "--key", fingerprint]) == 0
    assert run("package", "key", "recipient", tmp_path / "court.key").exit_code == 0


def test_a_passphrase_comes_from_a_file_or_the_environment(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "word").write_text("a long enough one\n")
    locked = ("--passphrase-file", tmp_path / "word")
    assert run("package", "key", "new", tmp_path / "me.key", *locked).exit_code == 0
    assert package(place, "--key", tmp_path / "me.key").exception is not None
    assert package(place, "--key", tmp_path / "me.key", *locked).exit_code == 0
    monkeypatch.setenv("HEADWATER_PASSPHRASE", "a long enough one")
    assert package(place, "--key", tmp_path / "me.key", "--replace").exit_code == 0


def test_a_case_that_changed_is_said_loudly(place: Place) -> None:
    with (place.case / "logs/access.log").open("a") as log:
        log.write("more\n")
    made = package(place)
    assert made.exit_code == 3
    assert "!! logs/access.log has GROWN since it was read" in made.stderr
    assert (place.out / "evidence.hwpkg.zip").exists()


def test_what_is_wrong_is_said(place: Place, tmp_path: Path) -> None:
    assert "no time with zone" in package(place, "--at", "2026-11-23T10:00:00").output
    assert "somebody else" in str(package(place, "--collector", "Li", "--second", " li").exception)
    assert "only read" in str(package(place, "--to", place.case / "p.zip").exception)
    assert "is no workspace" in str(run("package", place.case, "--out", tmp_path / "none").exception)
    assert package(place).exit_code == 0
    assert "--replace" in str(package(place).exception)


def test_a_request_for_a_stamp_is_written_for_another_machine(place: Place, tmp_path: Path) -> None:
    assert package(place, "--timestamp-request", tmp_path / "r.tsq").exit_code == 0
    told = subprocess.run(["openssl", "ts", "-query", "-in", str(tmp_path / "r.tsq"), "-text"], capture_output=True)
    assert told.returncode == 0
    (tmp_path / "r.tsr").write_bytes(b"no stamp")
    refused = package(place, "--replace", "--timestamp-response", tmp_path / "r.tsr")
    assert "no answer of a time-stamp server" in str(refused.exception)


def test_the_checker_is_installed_beside_the_program() -> None:
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    assert told["project"]["scripts"]["headwater-verify"] == "headwater_verify:main"
    assert "src/headwater_verify.py" in told["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert (ROOT / "src/headwater_verify.py").is_file()


def test_exhibits_are_packed_for_one_recipient_and_opened(place: Place, tmp_path: Path) -> None:
    assert run("package", "key", "recipient", tmp_path / "court.key").exit_code == 0
    made = package(place, "--with-exhibits", tmp_path / "court.key.pub", "--json")
    key, file = json.loads(made.stdout)["key"], place.out / "evidence.hwpkg.zip"
    opened = run("package", "open", file, "--recipient", tmp_path / "court.key", "--to", tmp_path / "raw", "--key", key)
    assert (opened.exit_code, opened.stderr) == (0, "")
    assert (tmp_path / "raw/logs/access.log").read_bytes() == (place.case / "logs/access.log").read_bytes()
    unnamed = run("package", "open", file, "--recipient", tmp_path / "court.key", "--to", tmp_path / "raw2")
    assert "was not checked" in unnamed.stderr


def told(file: Path) -> dict[str, Any]:
    with zipfile.ZipFile(file) as archive:
        found: dict[str, Any] = json.loads(archive.read("manifest.json"))
    return found


def test_custody_and_the_head_of_the_log_come_from_the_casebook(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HEADWATER_PASSWORD", "HEADWATER_NEW_PASSWORD"):
        monkeypatch.setenv(name, "a long enough password 1")
    book = ("--out", place.out, "--by", "li")
    assert run("casebook", "init", place.case, *book, "--role", "investigator").exit_code == 0
    assert run("casebook", "exhibits", place.case, *book).exit_code == 0
    handed = ("logs/access.log", "handed-over", "--from", "Li", "--to", "Wang 15412345678")
    assert run("casebook", "custody", place.case, *handed, *book).exit_code == 0
    file = place.out / "evidence.hwpkg.zip"
    assert package(place).exit_code == 0
    unsigned_in = told(file)
    assert unsigned_in["record"]["custody"] == []
    assert package(place, "--replace").exit_code == 0
    assert told(file)["chains"] == unsigned_in["chains"]  # a package without a name writes nothing into the log
    assert package(place, "--replace", "--by", "li").exit_code == 0
    link, chain = told(file)["record"]["custody"][0], told(file)["chains"][0]
    assert (link["exhibit"], link["what"], link["by"], link["giver"], link["to"]) == (
        "logs/access.log",
        "handed-over",
        "li",
        "Li",
        "Wang 154****5678",
    )
    assert (chain["whole"], chain["entries"] > unsigned_in["chains"][0]["entries"]) == (True, True)
    monkeypatch.setenv("HEADWATER_PASSWORD", "not the password at all")
    assert package(place, "--replace", "--by", "li").exit_code == 1


def test_a_log_that_was_cut_is_said_loudly(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HEADWATER_PASSWORD", "HEADWATER_NEW_PASSWORD"):
        monkeypatch.setenv(name, "a long enough password 1")
    assert run("casebook", "init", place.case, "--out", place.out, "--by", "li").exit_code == 0
    with contextlib.closing(sqlite3.connect(place.workspace / "casebook.sqlite")) as database, database:
        for (trigger,) in database.execute("select name from sqlite_master where type = 'trigger'").fetchall():
            database.execute(f"drop trigger {trigger}")
        database.execute("delete from audit where seq = (select max(seq) from audit)")
    made = package(place)
    assert "NOT WHOLE" in made.stderr
    assert told(place.out / "evidence.hwpkg.zip")["chains"][0]["whole"] is False
