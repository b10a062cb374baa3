"""The verb ``headwater export``: what it writes, where, and what it refuses."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from headwater.casework.reports.exports.formats import FORMATS
from headwater.casework.reports.exports.paper.browser import VARIABLE, PrintError
from headwater.cli.exporting import Format
from headwater.cli.main import app
from headwater.model.errors import CaseError, HeadwaterError

RESULT = Path(__file__).parent.parent / "casework" / "reports" / "golden" / "result.en.json"
SWIFT = ("ocsf", "stix", "case", "list", "csv")
"""Formats that need no browser."""


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """A folder with the result of a case."""
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "result.json").write_bytes(RESULT.read_bytes())
    return folder


def ran(*words: str) -> str:
    done = CliRunner().invoke(app, ["export", *words], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def formats(*names: str) -> list[str]:
    return [word for name in names for word in ("--format", name)]


def test_choices_are_those_that_there_are() -> None:
    assert {f.value for f in Format} == {*FORMATS, "all"}


def test_everything_is_written_with_its_digest_and_the_same_again(out: Path, tmp_path: Path) -> None:
    told = json.loads(ran(str(tmp_path / "case"), "--out", str(out), *formats(*SWIFT), "--json"))
    folder = Path(told["folder"])
    assert folder == out / "exports"
    assert {entry["format"] for entry in told["files"]} == set(SWIFT)
    for entry in told["files"]:
        data = (folder / entry["path"]).read_bytes()
        assert (len(data), hashlib.sha256(data).hexdigest()) == (entry["bytes"], entry["sha256"])
    written = {str(p.relative_to(folder)) for p in folder.rglob("*") if p.is_file()}
    assert written == {entry["path"] for entry in told["files"]}
    again = json.loads(
        ran("--result", str(out / "result.json"), "--to", str(tmp_path / "b"), *formats(*SWIFT), "--json")
    )
    assert again["files"] == told["files"]


def test_the_words_name_file_and_digest_and_what_the_law_says_of_going_abroad(out: Path) -> None:
    done = CliRunner().invoke(app, ["export", "--result", str(out / "result.json"), "--format", "stix"])
    assert "case.stix.json" in done.stdout
    assert "Data Security Law Art. 36" in done.stderr
    quiet = CliRunner().invoke(app, ["export", "--result", str(out / "result.json"), "--format", "csv"])
    assert "Art. 36" not in quiet.stderr


def test_the_bundle_names_people_only_when_asked(out: Path, tmp_path: Path) -> None:
    place = ["--result", str(out / "result.json"), "--format", "stix", "--to"]
    ran(*place, str(tmp_path / "a"))
    ran(*place, str(tmp_path / "b"), "--named")
    assert b"S1042" not in (tmp_path / "a" / "case.stix.json").read_bytes()
    assert b"S1042" in (tmp_path / "b" / "case.stix.json").read_bytes()


def test_without_a_browser_all_but_paper_is_written_and_the_end_is_an_error(
    out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, str(out / "none"))
    with pytest.raises(PrintError, match="names no program"):
        CliRunner().invoke(app, ["export", "--result", str(out / "result.json")], catch_exceptions=False)
    assert (out / "exports" / "case.jsonld").is_file()
    assert (out / "exports" / "list.html").is_file()
    assert not (out / "exports" / "report.pdf").exists()


def test_what_is_no_result_is_refused(tmp_path: Path, out: Path) -> None:
    def refused(*words: str) -> str:
        with pytest.raises(HeadwaterError) as error:
            CliRunner().invoke(app, ["export", *words, "--format", "csv"], catch_exceptions=False)
        return str(error.value)

    bad = tmp_path / "bad.json"
    assert "headwater investigate" in refused("--result", str(bad))
    for data, said in ((b"{", "no result"), (b"[]", "no result"), (b"[" * 100_000, "no result"), (b"{}", "contract")):
        bad.write_bytes(data)
        assert said in refused("--result", str(bad))
    made = json.loads((out / "result.json").read_bytes())
    made["findings"][0]["bits"] = "many 110101199003070000"
    bad.write_text(json.dumps(made), "utf-8")
    assert "result.findings[0].bits: not a number" in refused("--result", str(bad))
    assert "110101" not in refused("--result", str(bad))
    assert not (tmp_path / "exports").exists()


def test_nothing_is_written_into_the_case(out: Path, tmp_path: Path) -> None:
    case = tmp_path / "case"
    case.mkdir()
    with pytest.raises(CaseError, match="only read"):
        CliRunner().invoke(
            app, ["export", str(case), "--out", str(out), "--to", str(case / "x")], catch_exceptions=False
        )
    assert list(case.iterdir()) == []


def test_a_folder_that_cannot_be_made_is_told(out: Path) -> None:
    (out / "file").write_bytes(b"")
    with pytest.raises(CaseError, match="cannot be written"):
        CliRunner().invoke(
            app,
            ["export", "--result", str(out / "result.json"), "--to", str(out / "file" / "x"), "--format", "csv"],
            catch_exceptions=False,
        )


@pytest.mark.parametrize("words", [[], ["case", "--result", "r.json"], ["--result", "r.json", "--format", "docx"]])
def test_wrong_usage_ends_with_two(words: list[str]) -> None:
    assert CliRunner().invoke(app, ["export", *words]).exit_code == 2
