"""Canaries of the settings and of a file become tokens; their keys stay where they were."""

from __future__ import annotations

from pathlib import Path

import pytest

from headwater.exhibits.folder import open_case
from headwater.exhibits.settings import load_settings
from headwater.ingestion.ingest import ingest
from headwater.model.errors import SettingsError
from headwater.store.workspace import open_workspace

SETTINGS = """
[datasets.clients]
key = "client_id"
urls = ['^/api/clients/(?P<subject>[A-Z]+[0-9]+)']
canaries = {canaries}
"""
FILES = {
    "clients/clients.csv": "client_id,name\nKEY71,a\nKEY72,b\nKEY73,c\n",
    "logs/web.log": '10.0.0.1 - u1 [01/Mar/2021:09:00:01 +0800] "GET /api/clients/{key} HTTP/1.1" 200 9 "-" "-"\n',
}


def case(root: Path, canaries: str, key: str = "KEY72", **more: str) -> Path:
    files = {**FILES, **more, "headwater.toml": SETTINGS.format(canaries=canaries)}
    for path, content in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(content.replace("{key}", key), "utf-8")
    return root


def held(root: Path, workspace: Path) -> tuple[list[dict[str, object]], list[str], list[str]]:
    """Canaries and the subjects that were read, and the reasons why something was not read."""
    with open_workspace(workspace) as opened:
        ingest(open_case(root), opened)
        canaries = opened.lake.read("canaries").to_pylist()
        read = opened.lake.read("access").column("subject").to_pylist()
        return canaries, read, [n.reason for n in opened.manifest.not_read()]


def test_a_key_of_the_settings_is_the_token_that_the_log_shows(tmp_path: Path) -> None:
    (canary,), read, _reasons = held(case(tmp_path / "case", '["KEY72"]'), tmp_path / "w")
    assert [canary["subject"]] == read
    assert (canary["dataset"], canary["ordinal"]) == ("clients", 1)
    assert (canary["source"], canary["line"]) == ("headwater.toml", 5)
    stored = b"".join(f.read_bytes() for f in (tmp_path / "w").rglob("*") if f.is_file())
    assert b"KEY72" not in stored


def test_one_that_the_snapshot_does_not_know_is_known_all_the_same(tmp_path: Path) -> None:
    (canary,), read, _reasons = held(case(tmp_path / "case", '["KEY99"]', key="KEY99"), tmp_path / "w")
    assert [canary["subject"]] == read
    assert canary["ordinal"] is None


@pytest.mark.parametrize("path", ["canaries.csv", "clients/canaries.csv"])
def test_a_file_is_no_data_set_and_is_read_by_its_key(tmp_path: Path, path: str) -> None:
    root = case(tmp_path / "case", f'"{path}"', **{path: "note,client_id\nx,KEY71\ny,KEY73\n"})
    canaries, _read, _reasons = held(root, tmp_path / "w")
    assert [(c["ordinal"], c["source"], c["line"]) for c in canaries] == [(0, path, 2), (2, path, 3)]
    assert {c["dataset"] for c in canaries} == {"clients"}


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    canaries, _read, reasons = held(case(tmp_path / "case", '"gone.csv"'), tmp_path / "w")
    assert canaries == []
    assert "is named as a list of canaries, but there is no such file" in reasons


def test_canaries_are_not_shown_and_must_be_texts(tmp_path: Path) -> None:
    root = case(tmp_path / "case", '["KEY72"]')
    assert "KEY72" not in repr(load_settings(root / "headwater.toml"))
    with pytest.raises(SettingsError, match="canaries must be"):
        load_settings(case(tmp_path / "other", "7") / "headwater.toml")


def test_a_key_within_a_longer_one_stands_elsewhere(tmp_path: Path) -> None:
    canaries, _read, _reasons = held(case(tmp_path / "case", '["KEY720",\n  "KEY72",\n]'), tmp_path / "w")
    assert sorted(c["line"] for c in canaries) == [5, 6]
