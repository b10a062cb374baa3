"""Readers see a lake as it was when a run had ended well, whatever a run does to it meanwhile."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from headwater.model.errors import StoreError
from headwater.store import views
from headwater.store.manifest import Input, Manifest
from headwater.store.views import UnsettledError
from headwater.store.workspace import Workspace, open_workspace

NOON = datetime(2021, 3, 1, 12, tzinfo=UTC)


def write(workspace: Workspace, path: str, hosts: list[str], generation: str = "1") -> None:
    rows = pa.table(
        {
            "time": pa.array([NOON] * len(hosts), pa.timestamp("us", tz="UTC")),
            "day": pa.array([NOON.date()] * len(hosts), pa.date32()),
            "host": hosts,
        }
    )
    writer = workspace.lake.writer("ingest", path, generation)
    writer.add("web", rows)
    workspace.manifest.commit(Input("ingest", path, 1, generation, "test", len(hosts), 0), writer.close())


def filled(root: Path, *hosts: str, generation: str = "1") -> None:
    """A run that ends well."""
    with open_workspace(root) as workspace, workspace.manifest.changing():
        write(workspace, "logs/a", list(hosts), generation)
        workspace.lake.sweep()


def digest(manifest: Manifest) -> str:
    return "+".join(i.sha256 for i in manifest.inputs())


def seen(root: Path, folder: Path) -> list[str]:
    with views.open_view(root, folder) as view:
        return list(map(str, view.lake.read("web").column("host").to_pylist()))


def test_a_reader_needs_no_lock_and_keeps_what_it_saw_while_a_run_writes(tmp_path: Path) -> None:
    filled(tmp_path, "a.example")
    folder = views.make(tmp_path, digest, "1")
    with open_workspace(tmp_path) as workspace, workspace.manifest.changing():  # a run holds the lock
        write(workspace, "logs/a", ["b.example"], "2")
        workspace.lake.sweep()  # the part that the reader sees is gone from the lake
        write(workspace, "logs/b", ["c.example"], "2")
        assert views.make(tmp_path, digest, "1") == folder
        assert seen(tmp_path, folder) == ["a.example"]
        with pytest.raises(UnsettledError, match="being read into"):
            views.make(tmp_path, digest, "2+2")
    assert sorted(seen(tmp_path, views.make(tmp_path, digest, "2+2"))) == ["b.example", "c.example"]


def test_what_a_cut_run_left_is_not_shown_until_a_run_ends_well(tmp_path: Path) -> None:
    filled(tmp_path, "a.example")
    folder = views.make(tmp_path, digest)
    with open_workspace(tmp_path) as workspace, pytest.raises(RuntimeError), workspace.manifest.changing():
        write(workspace, "logs/a", ["half.example"], "1")  # same digest: settings had changed
        raise RuntimeError("cut")
    assert seen(tmp_path, views.make(tmp_path, digest)) == ["a.example"]
    assert views.make(tmp_path, digest) == folder
    filled(tmp_path, "whole.example")
    assert seen(tmp_path, views.make(tmp_path, digest)) == ["whole.example"]


def test_a_part_that_is_written_anew_under_the_same_name_is_another_lake(tmp_path: Path) -> None:
    filled(tmp_path, "a.example")
    first = views.make(tmp_path, digest)
    filled(tmp_path, "b.example")  # same input, same digest, same number of rows, same file name
    second = views.make(tmp_path, digest)
    assert second != first
    assert seen(tmp_path, second) == ["b.example"]


def test_a_lake_that_is_not_the_answers_is_not_shown_beside_it(tmp_path: Path) -> None:
    filled(tmp_path, "a.example", generation="2")
    with pytest.raises(UnsettledError, match="since the answer was made"):
        views.make(tmp_path, digest, "1")
    assert views.current(tmp_path, "1") is None
    views.make(tmp_path, digest, "2")
    with pytest.raises(UnsettledError, match="since the answer was made"):
        views.make(tmp_path, digest, "1")


def test_older_views_go_when_nobody_reads_them(tmp_path: Path) -> None:
    filled(tmp_path, "a.example")
    first = views.make(tmp_path, digest)
    with views.open_view(tmp_path, first) as reader:
        filled(tmp_path, "b.example", generation="2")
        views.make(tmp_path, digest)
        assert reader.lake.read("web").column("host").to_pylist() == ["a.example"]
        spilled = reader.spill
        spilled.mkdir()
    assert first.exists() and not spilled.exists()
    left = tmp_path / views.FOLDER / ".new-99999999-ab"
    left.mkdir()
    second = views.make(tmp_path, digest)
    assert list((tmp_path / views.FOLDER).iterdir()) == [second]
    assert not left.exists()
    with pytest.raises(UnsettledError), views.open_view(tmp_path, first):
        pass


def test_a_double_takes_more_without_touching_view_or_lake(tmp_path: Path) -> None:
    filled(tmp_path, "a.example")
    folder = views.make(tmp_path, digest)
    own = tmp_path / "dropped" / "x" / "view"
    with views.open_view(tmp_path, folder) as view, views.private(view, own) as double:
        write(double, "leaks/x", ["c.example"])
        assert double.lake.read("web").num_rows == 2
        assert view.lake.read("web").num_rows == 1
    assert not own.exists()
    with open_workspace(tmp_path) as workspace:
        assert workspace.lake.read("web").num_rows == 1
        assert workspace.lake.sweep() == 0


def test_only_a_workspace_can_be_viewed_and_only_with_its_own_key(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(StoreError, match="is no workspace"):
        views.make(tmp_path, digest)
    assert list(tmp_path.iterdir()) == []
    filled(tmp_path, "a.example")
    folder = views.make(tmp_path, digest)
    assert (folder / views.MANIFEST).stat().st_mode & 0o077 == 0
    with sqlite3.connect(folder / views.MANIFEST) as db:
        assert db.execute("select count(*) from facts where name = 'changing'").fetchone() == (0,)
    db.close()
    monkeypatch.setenv("HEADWATER_TOKEN_KEY", "ab" * 32)
    with pytest.raises(StoreError, match="another key"), views.open_view(tmp_path, folder):
        pass
