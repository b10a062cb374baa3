"""A commit counts whole or not at all; what is forgotten is gone with all that it gave."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from headwater.model.errors import StoreError
from headwater.model.exhibit import NotRead, Rejected
from headwater.store.manifest import Input, Manifest, Part
from headwater.store.places import Places
from headwater.store.tokens import Tokeniser

PLACES = Places(Tokeniser(bytes(32)))
LOG = Input("ingest", "logs/a.log", 10, "d1", "squid", 2, 1, 0, 10, 3, "state")
PARTS = [Part("web", "web/b.parquet", 1), Part("web", "web/a.parquet", 1)]
ASIDE = [Rejected("logs/a.log", 3, "torn")]


@pytest.fixture
def manifest(tmp_path: Path) -> Iterator[Manifest]:
    opened = Manifest(tmp_path / "manifest.sqlite", PLACES)
    yield opened
    opened.close()


def everything(manifest: Manifest) -> tuple[object, ...]:
    return manifest.inputs(), manifest.parts("web"), manifest.rejected(), manifest.not_read(), manifest.counts()


def test_what_is_committed_is_there_when_the_file_is_opened_again(tmp_path: Path) -> None:
    for _ in range(2):
        manifest = Manifest(tmp_path / "m.sqlite", PLACES)
        manifest.commit(LOG, PARTS, ASIDE, [NotRead("logs/a.log!x", "binary", "?")], [("seen", 3)])
        found = everything(manifest)
        manifest.close()
        manifest = Manifest(tmp_path / "m.sqlite", PLACES)
        assert everything(manifest) == found
        manifest.close()
    assert found == (
        [LOG],
        sorted(PARTS, key=lambda p: p.file),
        ASIDE,
        [NotRead("logs/a.log!x", "binary", "?")],
        {"seen": 3},
    )


class Unstorable:
    """Something that a database cannot take."""


@pytest.mark.parametrize("keep", [True, False])
@pytest.mark.parametrize(
    ("parts", "counts"),
    [([PARTS[0], PARTS[0]], []), (PARTS, [("seen", 1), ("bad", Unstorable())])],
    ids=["a part twice", "a count that is none"],
)
def test_a_commit_that_fails_leaves_what_was(
    manifest: Manifest, keep: bool, parts: list[Part], counts: list[tuple[str, int]]
) -> None:
    manifest.commit(LOG, [Part("web", "web/old.parquet", 9)], ASIDE, (), [("seen", 5)])
    before = everything(manifest)
    with pytest.raises(sqlite3.Error):
        manifest.commit(replace(LOG, sha256="d2"), parts, ASIDE, (), counts, keep=keep)
    assert everything(manifest) == before
    manifest.commit(replace(LOG, sha256="d2"), PARTS)
    assert manifest.input("ingest", "logs/a.log") == replace(LOG, sha256="d2")


def test_a_changed_file_replaces_all_that_it_gave(manifest: Manifest) -> None:
    manifest.commit(LOG, PARTS, ASIDE, [NotRead("x", "y")], [("seen", 3)])
    manifest.commit(replace(LOG, sha256="d2"), [Part("web", "web/c.parquet", 4)], (), (), [("seen", 1)])
    assert everything(manifest) == ([replace(LOG, sha256="d2")], [Part("web", "web/c.parquet", 4)], [], [], {"seen": 1})


def test_a_grown_file_adds_to_what_it_gave(manifest: Manifest) -> None:
    manifest.commit(LOG, PARTS, ASIDE, (), [("seen", 3)])
    longer = replace(LOG, size=20, sha256="d2", rows=3, offset=20, line=6)
    manifest.commit(
        longer, [Part("web", "web/c.parquet", 1)], [Rejected("logs/a.log", 5, "torn")], (), [("seen", 2)], keep=True
    )
    assert manifest.inputs() == [longer]
    assert manifest.files() == {"web/a.parquet", "web/b.parquet", "web/c.parquet"}
    assert [r.line for r in manifest.rejected()] == [3, 5]
    assert manifest.counts() == {"seen": 5}


def test_what_is_forgotten_is_gone_and_the_rest_stays(manifest: Manifest) -> None:
    other = replace(LOG, path="logs/b.log")
    scanned = replace(LOG, stage="scan")
    manifest.commit(LOG, PARTS, ASIDE, [NotRead("x", "y")], [("seen", 3)])
    manifest.commit(other, [Part("web", "web/d.parquet", 1)], (), (), [("seen", 1)])
    manifest.commit(scanned, [Part("holdings", "holdings/e.parquet", 1)])
    manifest.forget("ingest", "logs/a.log")
    assert manifest.inputs() == [other, scanned]
    assert manifest.inputs("scan") == [scanned]
    assert manifest.files() == {"web/d.parquet", "holdings/e.parquet"}
    assert (manifest.rejected(), manifest.not_read(), manifest.counts()) == ([], [], {"seen": 1})


def test_forgetting_what_nobody_knows_changes_nothing(manifest: Manifest) -> None:
    manifest.commit(LOG, PARTS)
    before = everything(manifest)
    manifest.forget("ingest", "logs/none.log")
    assert everything(manifest) == before


def test_the_same_line_set_aside_by_two_stages_is_said_once(manifest: Manifest) -> None:
    manifest.commit(LOG, (), ASIDE)
    manifest.commit(replace(LOG, stage="scan"), (), ASIDE)
    assert manifest.rejected() == ASIDE


def test_a_file_that_is_no_database_is_said_to_be_damaged(tmp_path: Path) -> None:
    file = tmp_path / "manifest.sqlite"
    file.write_bytes(b"this is no database, however long it goes on about it" * 100)
    with pytest.raises(StoreError, match="damaged"):
        Manifest(file, PLACES)


def test_facts(manifest: Manifest) -> None:
    assert manifest.fact("format") is None
    manifest.set_fact("format", "1")
    manifest.set_fact("format", "2")
    assert manifest.fact("format") == "2"


def test_what_is_recorded_together_counts_at_once_or_not_at_all(manifest: Manifest) -> None:
    manifest.commit(LOG, [])
    before = everything(manifest)
    with pytest.raises(ZeroDivisionError), manifest.together():
        manifest.forget(LOG.stage, LOG.path)
        manifest.commit(replace(LOG, path="logs/b.log"), [], [Rejected("logs/b.log", 1, "torn")])
        raise ZeroDivisionError
    assert everything(manifest) == before
    with manifest.together():
        manifest.forget(LOG.stage, LOG.path)
        manifest.commit(replace(LOG, path="logs/b.log"), [])
    assert [each.path for each in manifest.inputs()] == ["logs/b.log"]
