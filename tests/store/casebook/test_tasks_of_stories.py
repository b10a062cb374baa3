"""Tasks of stories: of which one is written in the log, which is held against its signature."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tests.store.casebook_house import copied

from headwater.model.errors import StoreError
from headwater.store.casebook import notes
from headwater.store.casebook.signing_in import who
from headwater.store.casebook.things import Thing, things


def test_a_task_says_of_what_it_is_and_the_log_is_its_witness(tmp_path: Path) -> None:
    house, story = copied(tmp_path), Thing("incident", ("u1", "E1", "bulk-read:u1", "2026-03-02", "2026-03-02"), {})
    with house.book.transaction(house.now()) as tx:
        li = who(tx, house.tickets["Li"])
        notes.add_task(tx, li, house.case, "of the whole case")
        notes.add_task(tx, li, house.case, "of one story", on=story)
    with house.book.reading(house.now()) as tx:
        whole, one = notes.tasks(tx, house.case)
        assert (whole.kind, whole.thing_id) == (None, None)
        assert things(tx, house.case, "incident")[one.thing_id or ""].key == story.key
    with closing(sqlite3.connect(tmp_path / "casebook.sqlite", isolation_level=None)) as raw:
        raw.execute("update audit set details = '{}' where act = 'task.added' and row_id = ?", (one.id,))
    with house.book.reading(house.now()) as tx, pytest.raises(StoreError, match="the log was changed"):
        notes.tasks(tx, house.case)
    house.book.close()
