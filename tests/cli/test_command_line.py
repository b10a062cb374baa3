"""The command line: what it says, what it answers, and how it ends."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import typer
from tests.made_cases import Answered, Made
from tests.processes import KEY, OTHER_KEY, headwater

from headwater import __version__
from headwater.casework.reports.json import dumps
from headwater.casework.reports.schema import check
from headwater.cli.choices import megabytes
from headwater.cli.main import app, main
from headwater.store.keys import ENVIRONMENT

VERBS = (
    "investigate", "ingest", "scan", "inventory", "detect", "attribute", "report", "demo", "simulate", "evaluate", "watch",
    "preview", "alerts", "verdict", "duty", "prevent", "export", "calibrate", "reasons", "serve", "version",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Said:
    code: int
    out: str
    err: str


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Run the command line in this process: for what ends before any engine is started."""
    monkeypatch.setenv(ENVIRONMENT, KEY)

    def ran(*arguments: str | Path) -> Said:
        monkeypatch.setattr(sys, "argv", ["headwater", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        out, err = capfd.readouterr()
        code = ended.value.code
        return Said(code if isinstance(code, int) else 0, out, " ".join(err.split()))

    return ran


@pytest.fixture
def empty(tmp_path: Path) -> Path:
    folder = tmp_path / "empty-case"
    folder.mkdir()
    return folder


def test_every_verb_has_help_and_every_stage_an_example(run: Callable[..., Said]) -> None:
    assert {c.name or c.callback.__name__ for c in app.registered_commands if c.callback} == set(VERBS)
    for verb in VERBS:
        said = run(verb, "--help")
        assert said.code == 0
        assert f"headwater {verb}" in said.out
        if verb != "version":
            assert "Example" in said.out, verb


def test_without_arguments_it_says_what_it_can_do(run: Callable[..., Said]) -> None:
    said = run()
    assert all(verb in said.out + said.err for verb in VERBS)
    assert said.code in (0, 2)


def test_the_version(run: Callable[..., Said]) -> None:
    assert run("version") == Said(0, f"headwater {__version__}\n", "")


@pytest.mark.parametrize(
    "arguments",
    [
        ("inspect", "x"),
        ("investigate",),
        ("investigate", "x", "--engine", "abacus"),
        ("investigate", "x", "--lang", "tlh"),
        ("investigate", "x", "--memory", "a lot"),
        ("investigate", "x", "--threads", "0"),
        ("ingest", "x", "y"),
        ("report", "x", "--no-such-option"),
        ("evaluate",),
        ("evaluate", "result.json"),
        ("evaluate", "result.json", "truth.json", "--suite", "small"),
        ("evaluate", "result.json", "truth.json", "--only", "bank"),
        ("evaluate", "--suite", "small", "--jobs", "0"),
    ],
)
def test_wrong_usage_ends_with_two(run: Callable[..., Said], arguments: tuple[str, ...]) -> None:
    said = run(*arguments)
    assert said.code == 2
    assert said.out == ""
    assert "Usage" in said.err


@pytest.mark.parametrize("verb", ["investigate", "ingest", "scan", "detect", "attribute", "report"])
def test_a_case_that_is_not_there_ends_with_one_and_leaves_nothing(
    run: Callable[..., Said], tmp_path: Path, verb: str
) -> None:
    said = run(verb, tmp_path / "nowhere", "--out", tmp_path / "out")
    assert said.code == 1
    assert said.err.strip() == f"headwater: {tmp_path / 'nowhere'}: does not exist"
    assert said.out == ""
    assert list(tmp_path.iterdir()) == []


def test_a_case_that_is_a_file(run: Callable[..., Said], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    said = run("investigate", tmp_path / "file", "--out", tmp_path / "out")
    assert (said.code, said.err.endswith("is not a folder")) == (1, True)


@pytest.mark.parametrize("option", ["--out", "--workspace"])
@pytest.mark.parametrize("below", ["", "out", "logs/deep"])
def test_nothing_is_written_into_the_case_folder(
    run: Callable[..., Said], empty: Path, option: str, below: str
) -> None:
    said = run("ingest", empty, option, empty / below)
    assert said.code == 1
    assert f"{option} lies inside the case folder" in said.err
    assert list(empty.iterdir()) == []


def test_a_link_does_not_lead_around_that(run: Callable[..., Said], empty: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(empty)
    said = run("ingest", empty, "--out", tmp_path / "link" / "out")
    assert (said.code, list(empty.iterdir())) == (1, [])


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('timezone = "Middle/Earth"', "timezone"),
        ("[datasets.people]\nurls = ['(unclosed']", "[datasets.people]"),
        ("[datasets.people]\ncolour = 'red'", "[datasets.people]"),
        ("[[logs]]\nfiles = 'logs/*'\ntable = 'nonsense'", "[[logs]] 1"),
        ("[network]\npermitted = []", "[network]"),
        ("this is no toml", "headwater.toml"),
    ],
)
def test_wrong_settings_name_their_block(run: Callable[..., Said], empty: Path, text: str, named: str) -> None:
    (empty / "headwater.toml").write_text(text)
    said = run("ingest", empty, "--out", empty.parent / "out")
    assert said.code == 1
    assert said.err.startswith("headwater: headwater.toml")
    assert named in said.err
    assert "Traceback" not in said.err


def test_another_key_is_refused_with_a_message(
    run: Callable[..., Said], empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("ingest", empty, "--out", empty.parent / "out").code == 0
    monkeypatch.setenv(ENVIRONMENT, OTHER_KEY)
    said = run("ingest", empty, "--out", empty.parent / "out")
    assert (said.code, "another key" in said.err) == (1, True)
    monkeypatch.setenv(ENVIRONMENT, "not a key")
    said = run("ingest", empty, "--out", empty.parent / "out")
    assert (said.code, "not a key" in said.err) == (1, False)


def test_the_default_place_is_below_the_current_folder(
    run: Callable[..., Said], empty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run("ingest", empty).code == 0
    assert (tmp_path / "out" / "empty-case" / "workspace" / "manifest.sqlite").exists()


@pytest.mark.parametrize(
    ("text", "size"),
    [("4GB", 4 << 30), ("512MB", 512 << 20), ("1.5g", 3 << 29), ("64 KiB", 64 << 10), ("123", 123), (None, None)],
)
def test_sizes(text: str | None, size: int | None) -> None:
    assert megabytes(text) == size


@pytest.mark.parametrize("text", ["", "GB", "-1GB", "4 apples", "4GBs"])
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        megabytes(text)


@pytest.mark.slow
def test_an_investigation_says_the_answer_and_where_the_report_is(plain_answered: Answered) -> None:
    said = (plain_answered.said / "stdout").read_text("utf-8").splitlines()
    assert said[: len(plain_answered.result["answer"])] == plain_answered.result["answer"]
    assert said[-2:] == [
        f"result: {plain_answered.out / 'result.json'}",
        f"report: {plain_answered.out / 'report.html'}",
    ]


@pytest.mark.slow
def test_the_result_keeps_its_contract(plain_answered: Answered, other_answered: Answered) -> None:
    assert check(plain_answered.result) == ()
    assert check(other_answered.result) == ()


@pytest.mark.slow
def test_json_on_standard_output_is_the_result_and_nothing_else(
    plain: Made, plain_answered: Answered, tmp_path: Path
) -> None:
    at = (plain.folder, "-w", plain_answered.workspace, "-o", tmp_path / "out", "--json")
    said = headwater(tmp_path / "said", "report", *at)
    assert said.code == 0
    assert said.out == plain_answered.data == (tmp_path / "out" / "result.json").read_bytes()


@pytest.mark.slow
def test_no_bar_moves_where_nobody_watches(plain: Made, plain_answered: Answered) -> None:
    err = (plain_answered.said / "stderr").read_text("utf-8")
    assert "\x1b" not in err
    assert "%" not in err
    assert "\r" not in err


@pytest.mark.slow
def test_detect_gives_its_part_as_json(plain: Made, plain_answered: Answered, tmp_path: Path) -> None:
    said = headwater(tmp_path / "said", "detect", plain.folder, "-w", plain_answered.workspace, "--json")
    told = json.loads(said.out)
    assert told.keys() == {"findings", "incidents"}
    assert told["findings"] == plain_answered.result["findings"]


@pytest.mark.slow
def test_reasons_are_counted_by_job_and_candidates_are_for_a_person(
    plain: Made, plain_answered: Answered, tmp_path: Path
) -> None:
    at = ("reasons", plain.folder, "-w", plain_answered.workspace, "--mine")
    told = json.loads(headwater(tmp_path / "said", *at, "--json").out)
    assert told["roles"]
    for role in told["roles"]:
        assert 0 <= role["firsts_explained"] <= role["firsts_openings"] <= role["openings"]
        assert role["explained"] + role["further"] <= role["openings"]
    assert all(each["lift_sure"] >= 2 for each in told["candidates"])


@pytest.mark.slow
def test_a_calibration_is_printed_in_both_languages(plain: Made, plain_answered: Answered, tmp_path: Path) -> None:
    space = tmp_path / "w"
    shutil.copytree(plain_answered.workspace, space)
    at = ("calibrate", plain.folder, "-w", space, "--leaks", 12)
    (one,) = json.loads(headwater(tmp_path / "json", *at, "--json").out)["calibration"]
    assert {r["which"] for r in one["rows"] if r["what"] == "nobody"} == {"popular", "book", "random", "absent"}
    (kept,) = json.loads((space / "calibration.json").read_text("utf-8"))["datasets"]
    assert json.loads(dumps(kept)) == one  # as printed: six significant digits
    said = headwater(tmp_path / "said", *at, "--lang", "zh").out.decode()
    assert f"{one['dataset']}：植入 {one['leaks']} 份泄露名单" in said


def test_a_calibration_needs_a_workspace(run: Callable[..., Said], empty: Path, tmp_path: Path) -> None:
    said = run("calibrate", empty, "-w", tmp_path / "none")
    assert said.code == 1
    assert "no workspace" in said.err


def test_reasons_are_asked_of_a_workspace_that_is_there(run: Callable[..., Said], empty: Path, tmp_path: Path) -> None:
    said = run("reasons", empty, "-w", tmp_path / "none")
    assert said.code == 1
    assert "is no workspace" in said.err
    assert not (tmp_path / "none").exists()


@pytest.mark.slow
def test_attribute_says_its_part(plain: Made, plain_answered: Answered, tmp_path: Path) -> None:
    spoken = headwater(tmp_path / "said", "attribute", plain.folder, "-w", plain_answered.workspace).out.decode()
    for leak in plain_answered.result["attribution"]:
        assert f"{leak['leak']}: {leak['rows']:,} rows, {leak['ours']:,} ours" in spoken
        assert all(taker["account"] in spoken for taker in leak["takers"])


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["ingest", "scan"])
def test_a_reading_stage_lists_what_it_read(plain: Made, plain_answered: Answered, tmp_path: Path, verb: str) -> None:
    at = (verb, plain.folder, "-w", plain_answered.workspace)
    assert json.loads(headwater(tmp_path / "json", *at, "--json").out) == plain_answered.result["read"]
    spoken = headwater(tmp_path / "said", *at).out.decode()
    assert all(f["path"] in spoken for f in plain_answered.result["read"]["files"])


@pytest.mark.slow
def test_the_program_is_a_program(plain: Made) -> None:
    """Once without any of our launching: as a person starts it."""
    missing = subprocess.run(
        [sys.executable, "-m", "headwater.cli.main", "ingest", "nowhere"], capture_output=True, text=True
    )
    assert (missing.returncode, missing.stdout) == (1, "")
    assert "nowhere" in missing.stderr
    assert "Traceback" not in missing.stderr
