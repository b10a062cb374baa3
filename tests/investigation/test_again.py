"""What was read is not read again; what grew is read on, what changed anew, what went is forgotten."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests import made_lake
from tests.made_cases import GATEWAY, LOGS, Answered, Made
from tests.processes import KEY, headwater

from headwater.investigation.case import open_investigation
from headwater.store.keys import ENVIRONMENT

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]


@pytest.fixture(autouse=True)
def keyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, KEY)


@pytest.fixture
def case(plain: Made, tmp_path: Path) -> Iterator[Path]:
    """A copy of the plain case that may be changed."""
    yield Path(shutil.copytree(plain.folder, tmp_path / "house" / "case"))


@pytest.fixture
def workspace(plain_answered: Answered, tmp_path: Path) -> Path:
    """A copy of the workspace that the plain case was read into."""
    return Path(shutil.copytree(plain_answered.workspace, tmp_path / "workspace"))


def read(case: Path, workspace: Path) -> dict[str, object]:
    with open_investigation(case, workspace) as work:
        work.ingest()
        work.scan()
        return work.read()


def fresh(case: Path, tmp_path: Path) -> Path:
    """The workspace of a case that was read whole, at once."""
    read(case, tmp_path / "fresh")
    return tmp_path / "fresh"


def test_a_second_run_adds_nothing(plain: Made, plain_answered: Answered, workspace: Path, tmp_path: Path) -> None:
    said, parts = made_lake.state(plain_answered.workspace)
    ended = headwater(tmp_path / "said", "investigate", plain.folder, "--out", tmp_path / "out", "-w", workspace)
    assert ended.code == 0
    again, kept = made_lake.state(workspace)
    assert again == said
    assert kept == parts  # not one part was written again
    assert (tmp_path / "out" / "result.json").read_bytes() == plain_answered.data


def cut(log: Path, share: float, torn: int) -> bytes:
    """Shorten a log to a share of its lines, the last of them torn by so many bytes; gives what is missing."""
    whole = log.read_bytes()
    lines = whole.splitlines(keepends=True)
    kept = b"".join(lines[: int(len(lines) * share)])
    kept = kept[: len(kept) - torn]
    log.write_bytes(kept)
    return whole[len(kept) :]


@pytest.mark.parametrize("torn", [0, 9], ids=["whole lines", "within a line"])
def test_a_log_that_has_grown_is_read_on(case: Path, tmp_path: Path, torn: int) -> None:
    missing = {name: cut(case / "logs" / name, 0.6, torn) for name in LOGS}
    read(case, tmp_path / "grown")
    _, before = made_lake.state(tmp_path / "grown")
    for name, rest in missing.items():
        with (case / "logs" / name).open("ab") as log:
            log.write(rest)
    told = read(case, tmp_path / "grown")
    _, after = made_lake.state(tmp_path / "grown")
    whole = fresh(case, tmp_path)
    assert made_lake.content(tmp_path / "grown") == made_lake.content(whole)
    assert told == read(case, whole)
    if not torn:  # what had been read of whole lines was not read again
        kept = {
            file for table, file in made_lake.counted_parts(tmp_path / "grown") if table in ("web", "logons", "files")
        }
        assert {f for f in before if f.split("/")[0] in ("web", "logons", "files")} <= kept
        assert all(after[f] == before[f] for f in kept & before.keys())


def test_a_log_that_changed_is_read_anew(case: Path, workspace: Path, tmp_path: Path) -> None:
    log = case / GATEWAY
    lines = log.read_bytes().splitlines(keepends=True)
    log.write_bytes(b"".join(lines[:200] + lines[260:]))
    told = read(case, workspace)
    whole = fresh(case, tmp_path)
    assert made_lake.content(workspace) == made_lake.content(whole)
    assert told == read(case, whole)
    assert made_lake.part_files(workspace) == {file for _, file in made_lake.counted_parts(workspace)}


def test_a_log_that_went_is_forgotten(case: Path, workspace: Path) -> None:
    (case / GATEWAY).unlink()
    told = read(case, workspace)
    assert made_lake.table(workspace, "web").num_rows == 0
    assert made_lake.table(workspace, "access").num_rows > 0
    assert GATEWAY not in str(told)
    assert made_lake.part_files(workspace) == {file for _, file in made_lake.counted_parts(workspace)}


def test_a_seized_file_that_changed_or_went(case: Path, workspace: Path, tmp_path: Path) -> None:
    first, second = sorted((case / "seized").rglob("*.xlsx"))[:2]
    first.write_bytes(second.read_bytes())
    second.unlink()
    told = read(case, workspace)
    assert made_lake.content(workspace) == made_lake.content(fresh(case, tmp_path))
    assert second.relative_to(case).as_posix() not in str(told)
    assert made_lake.part_files(workspace) == {file for _, file in made_lake.counted_parts(workspace)}


def test_a_log_that_moved_is_cited_where_it_lies(case: Path, workspace: Path) -> None:
    (case / GATEWAY).rename(case / "logs" / "renamed.log")
    read(case, workspace)
    assert set(made_lake.table(workspace, "web").column("source").to_pylist()) == {"logs/renamed.log"}


def test_a_changed_table_gives_the_logs_their_meaning_anew(case: Path, workspace: Path, tmp_path: Path) -> None:
    accounts = case / "hr" / "accounts.csv"
    text = accounts.read_text("utf-8")
    name = text.splitlines()[1].split(",")[0]
    accounts.write_text(text.replace(f"{name},", f"{name.upper()},"), "utf-8")
    read(case, workspace)
    seen = set(made_lake.table(workspace, "access").column("account").to_pylist())
    seen |= set(made_lake.table(workspace, "logons").column("account").to_pylist())
    assert name.upper() in seen
    assert name not in seen
    assert made_lake.content(workspace) == made_lake.content(fresh(case, tmp_path))


def test_changed_settings_give_the_logs_their_meaning_anew(case: Path, workspace: Path) -> None:
    settings = case / "headwater.toml"
    settings.write_text(settings.read_text("utf-8").replace('"Asia/Shanghai"', '"UTC"'), "utf-8")
    before = made_lake.table(workspace, "files").column("hour").to_pylist()
    read(case, workspace)
    assert made_lake.table(workspace, "files").column("hour").to_pylist() != before


def test_a_table_that_went_is_forgotten(case: Path, workspace: Path) -> None:
    (case / "hr" / "roster.csv").unlink()
    told = read(case, workspace)
    assert made_lake.table(workspace, "people").num_rows == 0
    assert "hr/roster.csv" not in str(told)
