"""What of an output folder is packed: a list of names, never the workspace, keys or what lies elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from headwater.casework.package.written import older, written
from headwater.model.errors import CaseError


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    for name in (
        "result.json",
        "report.html",
        "report.pdf",
        "notes.txt",
        "exports/ocsf/findings.json",
        "exports/.half.new",
        "exports/清单.csv",
        "workspace/lake/access/p.parquet",
        "workspace/keys/token.key",
        "casebook.sqlite",
        "me.key",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("x")
    return folder


def test_results_reports_and_exports_are_packed_and_nothing_else(out: Path) -> None:
    assert list(written(out, [], out / "workspace")) == [
        "files/exports/ocsf/findings.json",
        "files/exports/清单.csv",
        "files/report.html",
        "files/report.pdf",
        "files/result.json",
    ]
    assert "files/notes.txt" in written(out, [out / "notes.txt", out / "exports"], out / "workspace")


@pytest.mark.parametrize("path", ["workspace/keys/token.key", "workspace", "casebook.sqlite", "me.key", "../elsewhere"])
def test_keys_names_and_what_lies_elsewhere_are_refused(out: Path, path: str) -> None:
    (out.parent / "elsewhere").write_text("x")
    with pytest.raises(CaseError, match="may not be packed"):
        written(out, [out / path], out / "workspace")


def test_links_and_names_that_others_cannot_bear_are_refused(out: Path) -> None:
    (out / "exports/link.json").symlink_to(out / "casebook.sqlite")
    with pytest.raises(CaseError, match="may not be packed"):
        written(out, [], out / "workspace")
    (out / "exports/link.json").unlink()
    (out / "exports/a:b.json").write_text("x")
    with pytest.raises(CaseError, match="under this name"):
        written(out, [], out / "workspace")
    with pytest.raises(CaseError, match="not there"):
        written(out, [out / "none"], out / "workspace")


def test_files_that_are_older_than_the_result_are_told(out: Path) -> None:
    files = written(out, [], out / "workspace")
    made = (out / "result.json").stat().st_mtime
    os.utime(out / "report.html", (made - 50, made - 50))
    os.utime(out / "report.pdf", (made - 70, made - 70))
    assert older(files) == ["files/report.pdf"]
