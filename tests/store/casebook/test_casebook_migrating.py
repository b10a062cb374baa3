"""The tables of every revision come to be those of the model, and a database of a later version is refused."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from tests.store.casebook_house import BEGIN, copied

from headwater.model.errors import StoreError
from headwater.store.casebook import migrating, opening, verifying
from headwater.store.casebook.opening import open_casebook
from headwater.store.casebook.place import place
from headwater.store.casebook.tables import METADATA

REVISIONS = [None, *(s.revision for s in migrating.scripts().walk_revisions())]


@pytest.mark.parametrize("earlier", REVISIONS)
def test_every_earlier_revision_becomes_the_model(earlier: str | None) -> None:
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        if earlier:
            migrating.upgrade(connection, earlier)
            assert migrating.revision(connection) == earlier
        migrating.upgrade(connection)
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
    engine.dispose()


def test_the_newest_revision_is_the_one_that_openings_expect() -> None:
    assert migrating.newest() == opening.REVISION


def test_a_later_version_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    house = copied(tmp_path)
    house.book.close()
    with sqlite3.connect(tmp_path / "casebook.sqlite") as db:
        db.execute("update alembic_version set version_num = 'r9999'")
    db.close()
    for upgrade in (False, True):
        with pytest.raises(StoreError, match=r"later version of Headwater \(revision r9999\); this one knows up to r0"):
            open_casebook(place(tmp_path), upgrade=upgrade, make=True)


def test_there_must_be_one_and_its_key(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="headwater casebook init"):
        open_casebook(place(tmp_path / "none"))
    assert not (tmp_path / "none").exists()
    house = copied(tmp_path / "w")
    house.book.close()
    key = tmp_path / "w" / "keys" / "casebook.key"
    key.write_text("c3" * 32 + "\n")
    (tmp_path / "w" / "keys" / "casebook.head").unlink()
    with pytest.raises(StoreError, match="another key"):
        open_casebook(place(tmp_path / "w"))


def test_a_database_that_was_emptied_or_exchanged_is_not_begun_anew(tmp_path: Path) -> None:
    copied(tmp_path).book.close()
    (tmp_path / "casebook.sqlite").unlink()
    with pytest.raises(StoreError, match="emptied or exchanged"):
        open_casebook(place(tmp_path), make=True)


def test_a_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    copied(tmp_path).book.close()
    (tmp_path / "casebook.sqlite").chmod(0o644)
    with pytest.raises(StoreError, match="mode 0600"):
        open_casebook(place(tmp_path))


def test_addresses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert place(tmp_path).own
    assert place(tmp_path).head_file.name == "casebook.head"
    other = place(tmp_path, "postgresql://li:secret@db.example.com/cases")
    assert other.url.drivername == "postgresql+pg8000"
    assert "secret" not in other.shown + repr(other)
    assert other.head_file.name.startswith("casebook-")
    monkeypatch.setenv("HEADWATER_CASEBOOK", str(tmp_path / "x.sqlite"))
    assert place(tmp_path).file == tmp_path / "x.sqlite"
    for wrong in ("://", "sqlite://", "sqlite:///:memory:"):
        with pytest.raises(StoreError):
            place(tmp_path, wrong)


def test_a_made_casebook_is_whole(tmp_path: Path) -> None:
    house = copied(tmp_path)
    assert verifying.verify(house.book).whole
    with house.book.reading(BEGIN) as tx:
        assert tx.connection.exec_driver_sql("pragma journal_mode").scalar() == "wal"
        assert tx.connection.exec_driver_sql("pragma synchronous").scalar() == 2
    house.book.close()
