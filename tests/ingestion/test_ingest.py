"""The stage as a whole, on small cases written by hand: what gets into the lake, once, and what is kept aside."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from headwater.exhibits.folder import open_case
from headwater.ingestion.ingest import ingest
from headwater.model.errors import HeadwaterError
from headwater.store.workspace import Workspace, open_workspace

SETTINGS = """
timezone = "Asia/Shanghai"
[datasets.clients]
snapshot = "clients/clients.csv"
key = "client_id"
tables = ["crm.clients"]
urls = ['^/api/clients/(?P<subject>C\\d+)']
exports = ['^/api/export']
[[logs]]
files = "logs/**/vpn.csv"
table = "logons"
time = {column = "at", format = "%Y/%m/%d %H:%M:%S"}
columns = {account = "who", device = "machine", action = {column = "what", map = {in = "logon", out = "logoff"}}}
constants = {kind = "vpn"}
"""
FILES = {
    "headwater.toml": SETTINGS,
    "hr/roster.csv": "employee_id,name,department,workstation\nE1,张三,sales,PC-1\nE2,李四,ops,PC-2\n",
    "hr/accounts.csv": "account,system,owner,kind\nu1,crm,E1,person\nu2,crm,E2,person\n",
    "clients/clients.csv": "client_id,name,phone\nC1,王五,13012345678\nC2,赵六,13012345679\nC3,孙七,13012345670\n",
    "logs/web.log": "".join(
        f'10.0.0.1 - U1 [01/Mar/2021:09:00:0{n} +0800] "GET /api/clients/C{n} HTTP/1.1" 200 9 "-" "-"\n'
        for n in (1, 2, 4)
    )
    + '10.0.0.1 - u1 [01/Mar/2021:09:00:05 +0800] "GET /style.css HTTP/1.1" 200 9 "-" "-"\n'
    + "torn\n",
    "logs/deep/vpn.csv": "at,who,machine,what\n2021/03/01 08:00:00,CORP\\U1,pc-1.corp.example,in\nnever,u2,PC-2,in\n",
}


@pytest.fixture
def case(tmp_path: Path) -> Path:
    root = tmp_path / "case"
    for path, content in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content, "utf-8")
    return root


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    with open_workspace(tmp_path / "workspace") as opened:
        yield opened


@pytest.fixture
def read(case: Path, workspace: Path) -> Callable[[], None]:
    return lambda: ingest(open_case(case), workspace)  # type: ignore[arg-type]


def column(workspace: Workspace, table: str, name: str) -> list[object]:
    values: list[object] = workspace.lake.read(table).column(name).to_pylist()
    return values


def test_requests_become_acts_on_records(workspace: Workspace, read: Callable[[], None]) -> None:
    read()
    assert column(workspace, "access", "line") == [1, 2, 3]
    assert column(workspace, "access", "account") == ["u1", "u1", "u1"]
    assert column(workspace, "access", "ordinal") == [0, 1, None]
    subjects = dict(zip(column(workspace, "records", "ordinal"), column(workspace, "records", "subject"), strict=True))
    assert column(workspace, "access", "subject")[:2] == [subjects[0], subjects[1]]
    assert workspace.manifest.counts() == {"requests to other pages": 1}


def test_a_declared_log_is_read_by_its_declaration(workspace: Workspace, read: Callable[[], None]) -> None:
    read()
    (row,) = workspace.lake.read("logons").to_pylist()
    assert (row["account"], row["device"], row["action"], row["kind"]) == ("u1", "PC-1", "logon", "vpn")
    assert (row["source"], row["line"], row["hour"]) == ("logs/deep/vpn.csv", 2, 8)


def test_bad_lines_are_kept_aside_with_their_place(workspace: Workspace, read: Callable[[], None]) -> None:
    read()
    assert [(r.source, r.line) for r in workspace.manifest.rejected()] == [
        ("logs/deep/vpn.csv", 3),
        ("logs/web.log", 5),
    ]
    entry = workspace.manifest.input("ingest", "logs/web.log")
    assert entry is not None
    assert (entry.reader, entry.rows, entry.rejected, entry.line) == ("combined", 3, 1, 5)


def test_progress_tells_every_file_once_with_its_size(case: Path, workspace: Workspace) -> None:
    told: list[tuple[str, int]] = []
    ingest(open_case(case), workspace, lambda path, size: told.append((path, size)))
    assert sorted(told) == sorted((e.path, e.size) for e in open_case(case).exhibits)


def test_a_second_reading_changes_nothing(workspace: Workspace, read: Callable[[], None]) -> None:
    read()
    before = workspace.manifest.inputs(), workspace.manifest.files()
    times = {f: (workspace.lake.root / f).stat().st_mtime_ns for f in before[1]}
    read()
    assert (workspace.manifest.inputs(), workspace.manifest.files()) == before
    assert {f: (workspace.lake.root / f).stat().st_mtime_ns for f in before[1]} == times


def test_lines_that_were_added_are_numbered_on(case: Path, workspace: Workspace, read: Callable[[], None]) -> None:
    read()
    with (case / "logs/web.log").open("a") as log:
        log.write('10.0.0.1 - u2 [01/Mar/2021:09:00:06 +0800] "GET /api/clients/C3 HTTP/1.1" 200 9 "-" "-"\n')
    first = {str(f) for f in workspace.lake.files("access")}
    read()
    assert first < {str(f) for f in workspace.lake.files("access")}
    assert sorted(column(workspace, "access", "line")) == [1, 2, 3, 6]  # type: ignore[type-var]
    entry = workspace.manifest.input("ingest", "logs/web.log")
    assert entry is not None
    assert (entry.rows, entry.rejected, entry.line) == (4, 1, 6)
    assert len(workspace.manifest.rejected()) == 2


def test_a_torn_last_line_counts_once_when_it_is_whole(
    case: Path, workspace: Workspace, read: Callable[[], None]
) -> None:
    log = case / "logs/web.log"
    whole = log.read_text()
    first = whole.index("\n") + 1
    log.write_text(whole[: first + 40])
    read()
    assert [r.line for r in workspace.manifest.rejected() if r.source == "logs/web.log"] == [2]
    log.write_text(whole)
    read()
    assert column(workspace, "access", "line") == [1, 2, 3]
    assert [r.line for r in workspace.manifest.rejected() if r.source == "logs/web.log"] == [5]


def test_a_log_that_only_looks_longer_is_read_anew(case: Path, workspace: Workspace, read: Callable[[], None]) -> None:
    read()
    log = case / "logs/web.log"
    log.write_text(log.read_text().replace("C1 ", "C3 ") + log.read_text())
    read()
    assert sorted(column(workspace, "access", "ordinal"), key=str) == [0, 1, 1, 2, None, None]


def test_a_log_with_a_new_name_is_not_there_twice(case: Path, workspace: Workspace, read: Callable[[], None]) -> None:
    read()
    (case / "logs/web.log").rename(case / "logs/old.log")
    read()
    assert set(column(workspace, "access", "source")) == {"logs/old.log"}
    assert column(workspace, "access", "line") == [1, 2, 3]


def test_a_copy_of_a_log_counts_once_whichever_came_first(
    case: Path, workspace: Workspace, read: Callable[[], None], tmp_path: Path
) -> None:
    read()
    (case / "logs/copy.log").write_bytes((case / "logs/web.log").read_bytes())
    (case / "logs/x-empty.log").touch()
    (case / "logs/y-empty.log").touch()
    for _ in range(2):
        read()
        assert set(column(workspace, "access", "source")) == {"logs/copy.log"}  # as if read for the first time
        assert column(workspace, "access", "line") == [1, 2, 3]
        told = {n.path: n.reason for n in workspace.manifest.not_read()}
        assert told == {
            "logs/web.log": "the same bytes as logs/copy.log: a copy is not counted again",
            "logs/x-empty.log": "empty file",
            "logs/y-empty.log": "empty file",
        }
    (case / "logs/copy.log").unlink()
    read()
    assert set(column(workspace, "access", "source")) == {"logs/web.log"}
    assert column(workspace, "access", "line") == [1, 2, 3]
    assert "logs/web.log" not in {n.path for n in workspace.manifest.not_read()}


def test_new_accounts_give_old_lines_their_names(case: Path, workspace: Workspace, read: Callable[[], None]) -> None:
    read()
    (case / "hr/accounts.csv").write_text("account,system,owner,kind\nU1,crm,E1,person\n", "utf-8")
    read()
    assert column(workspace, "access", "account") == ["U1", "U1", "U1"]
    assert column(workspace, "accounts", "account") == ["U1"]


def test_a_new_client_gets_old_lines_their_place(case: Path, workspace: Workspace, read: Callable[[], None]) -> None:
    read()
    with (case / "clients/clients.csv").open("a", encoding="utf-8") as table:
        table.write("C4,周八,13012345671\n")
    read()
    assert column(workspace, "access", "ordinal") == [0, 1, 3]


def test_an_empty_case_is_read_without_a_word(tmp_path: Path, workspace: Workspace) -> None:
    (tmp_path / "none").mkdir()
    ingest(open_case(tmp_path / "none"), workspace)
    assert workspace.manifest.files() == set()
    assert workspace.manifest.not_read() == []


def test_a_declaration_that_does_not_fit_names_its_block(
    case: Path, workspace: Workspace, read: Callable[[], None]
) -> None:
    settings = case / "headwater.toml"
    settings.write_text(SETTINGS.replace('device = "machine"', 'device = "no_such_column"'))
    with pytest.raises(HeadwaterError, match=r"\[\[logs\]\] 1.*no_such_column|no_such_column.*\[\[logs\]\] 1"):
        read()
    settings.write_text(SETTINGS)
    read()
    assert column(workspace, "logons", "device") == ["PC-1"]


def test_raw_values_of_tables_do_not_reach_the_lake(workspace: Workspace, read: Callable[[], None]) -> None:
    read()
    for file in workspace.manifest.files():
        table = file.split("/")[0]
        text = str(workspace.lake.read(table).to_pylist())
        for raw in ("13012345678", "王五", "张三", "'C1'", "/C1"):
            assert raw not in text, (table, raw)
