"""The log of the casebook: whatever is done to it past the program is found, and an honest one is whole."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.store.casebook_house import House, copied

from headwater.model.errors import CaseError, StoreError
from headwater.store.casebook import notes, users, verdicts, verifying
from headwater.store.casebook.head import Head
from headwater.store.casebook.log import Entry, canonical, digest_of, plain
from headwater.store.casebook.signing_in import who
from headwater.store.casebook.tables import AUDIT
from headwater.store.casebook.things import Thing

COLUMNS = tuple(c.name for c in AUDIT.columns)
Rows = list[tuple[object, ...]]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = copied(tmp_path_factory.mktemp("house"))
    with made.book.transaction(made.now()) as tx:
        li = who(tx, made.tickets["Li"])
        notes.add_note(tx, li, made.case, "the log of the branch is missing a week")
        verdicts.say(tx, li, made.case, verdicts.Saying(Thing("alert", ("A-1",), {}), verdicts.Said.unsure))
    yield made
    made.book.close()


@pytest.fixture(scope="module")
def raw(house: House) -> Iterator[sqlite3.Connection]:
    """The database as somebody sees it who has the file."""
    db = sqlite3.connect(house.root / "casebook.sqlite", isolation_level=None)
    db.execute("pragma synchronous = off")
    yield db
    db.close()


@pytest.fixture
def rows(house: House, raw: sqlite3.Connection) -> Iterator[Rows]:
    """The log's rows; what a test makes of the table is undone."""
    kept: Rows = raw.execute("select * from audit order by seq").fetchall()
    yield list(kept)
    write(raw, kept)
    assert verifying.verify(house.book).whole


def write(raw: sqlite3.Connection, rows: Rows) -> None:
    raw.execute("begin immediate")
    raw.execute("delete from audit")
    raw.executemany(f"insert into audit values ({','.join('?' * len(COLUMNS))})", rows)
    raw.execute("commit")


def found(house: House, raw: sqlite3.Connection, rows: Rows) -> bool:
    write(raw, rows)
    return not verifying.verify(house.book).whole


def edited(value: object) -> object:
    if isinstance(value, int):
        return value + 1_000
    if value is None:
        return "x"
    text = str(value)
    return text[:-1] + ("0" if text[-1] != "0" else "1")


def test_an_honest_log_is_whole_and_says_who_did_what(house: House) -> None:
    told = verifying.verify(house.book)
    assert told.whole
    assert told.ahead == 0
    assert told.head == told.remembered
    with house.book.reading() as tx:
        acts = [e.act for e in verifying.entries(tx)]
    assert acts[0] == "casebook.made"
    assert {"user.added", "case.added", "member.added", "sign-in", "note.added", "verdict.said"} <= set(acts)


def test_each_column_of_each_row_edited_is_found(house: House, raw: sqlite3.Connection, rows: Rows) -> None:
    for place, row in enumerate(rows):
        for column, value in enumerate(row):
            changed = (*row[:column], edited(value), *row[column + 1 :])
            assert found(house, raw, [*rows[:place], changed, *rows[place + 1 :]]), (place, COLUMNS[column])


def test_each_row_removed_is_found_with_its_place(house: House, raw: sqlite3.Connection, rows: Rows) -> None:
    for place in range(len(rows)):
        write(raw, rows[:place] + rows[place + 1 :])
        faults = verifying.verify(house.book).faults
        assert any(f.place == f"audit:{place + 2}" or "ends after" in f.what for f in faults), place


def test_each_pair_swapped_is_found(house: House, raw: sqlite3.Connection, rows: Rows) -> None:
    for one in range(len(rows)):
        for other in range(one):
            swapped = list(rows)  # each keeps its number, and takes the other's words
            swapped[one], swapped[other] = (rows[one][0], *rows[other][1:]), (rows[other][0], *rows[one][1:])
            assert found(house, raw, swapped), (one, other)


def test_every_cut_of_the_tail_and_the_empty_table_are_found(house: House, raw: sqlite3.Connection, rows: Rows) -> None:
    for kept in range(len(rows)):
        assert found(house, raw, rows[:kept]), kept
        with pytest.raises(StoreError), house.book.transaction(house.now()) as tx:
            tx.log("-", "hides the cut")


def test_rows_put_in_are_found_also_at_the_end(house: House, raw: sqlite3.Connection, rows: Rows) -> None:
    for place in range(len(rows) + 1):
        copied = rows[min(place, len(rows) - 1)]
        moved = [(int(str(r[0])) + 1, *r[1:]) for r in rows[place:]]
        assert found(house, raw, [*rows[:place], (place + 1, *copied[1:]), *moved]), place


@pytest.mark.parametrize("keeps_signatures", [True, False])
def test_a_tail_made_anew_without_the_key_is_found(
    house: House, raw: sqlite3.Connection, rows: Rows, keeps_signatures: bool
) -> None:
    """Whoever has the file and not the key can make digests that fit, and no signatures."""
    for start in range(len(rows)):
        made, before = list(rows[:start]), rows[start - 1][-2] if start else "0" * 64
        for row in rows[start:]:
            told = plain(Entry(*row)) | {"before": before, "details": canonical({"made": "anew"})}  # type: ignore[arg-type]
            before = digest_of(told)
            made.append(tuple({**told, "digest": before, "mac": row[-1] if keeps_signatures else before}.values()))
        assert found(house, raw, made), start


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_mixture_of_changes_is_found(house: House, raw: sqlite3.Connection, data: st.DataObject) -> None:
    rows: Rows = raw.execute("select * from audit order by seq").fetchall()
    kept = list(rows)
    changes: list[Callable[[Rows, int], Rows]] = [
        lambda r, i: r[:i] + r[i + 1 :],
        lambda r, i: [*r[:i], (r[i][0], *r[i - 1][1:]), *r[i + 1 :]],
        lambda r, i: [*r[:i], (*r[i][:3], "made.up", *r[i][4:]), *r[i + 1 :]],
        lambda r, i: r[:i],
    ]
    for _ in range(data.draw(st.integers(1, 3))):
        if rows:
            rows = data.draw(st.sampled_from(changes))(rows, data.draw(st.integers(0, len(rows) - 1)))
    if rows != kept:
        assert found(house, raw, rows)
    write(raw, kept)


@pytest.mark.parametrize("table", ["users", "members", "verdicts", "notes", "cases"])
def test_rows_changed_removed_and_put_in_are_found(house: House, raw: sqlite3.Connection, table: str) -> None:
    """The log knows every row: one that was edited, taken out or put in is named."""

    def named(row_id: object) -> bool:
        return f"{table}/{row_id}" in [f.place for f in verifying.verify(house.book).faults]

    row = raw.execute(f"select * from {table} limit 1").fetchone()
    for place, (_n, column, *_rest) in enumerate(raw.execute(f"pragma table_info({table})").fetchall()):
        old = row[place]
        for value in (
            (edited(old), "1", b"1") if not isinstance(old, bytes) else (old[:-1] + bytes([old[-1] ^ 1]), old.hex())
        ):
            if column != "id" and str(value) != str(old):  # SQLite makes numbers of digits
                raw.execute(f"update {table} set {column} = ? where id = ?", (value, row[0]))
                assert named(row[0]), (column, value)
                raw.execute(f"update {table} set {column} = ? where id = ?", (old, row[0]))
    raw.execute(f"delete from {table} where id = ?", (row[0],))
    assert named(row[0])
    marks = ",".join("?" * len(row))
    raw.execute(f"insert into {table} values ({marks})", row)
    with suppress(sqlite3.IntegrityError):  # some rows are kept from being doubled by the database itself
        raw.execute(f"insert into {table} values ({marks})", ("X-1", *row[1:]))
        assert named("X-1")
        raw.execute(f"delete from {table} where id = 'X-1'")
    assert verifying.verify(house.book).whole


def test_a_head_that_is_missing_changed_or_older_is_told_apart(house: House) -> None:
    file = house.book.head.file
    kept = file.read_text()
    file.unlink()
    assert "is missing" in verifying.verify(house.book).faults[0].what
    with pytest.raises(StoreError, match="head is missing"), house.book.transaction(house.now()) as tx:
        tx.log("-", "hides it")
    file.write_text(kept.replace('"count": ', '"count": 1'))
    file.chmod(0o600)
    assert "was changed" in verifying.verify(house.book).faults[0].what
    file.unlink()
    with house.book.transaction(house.now(), adopting=True) as tx:
        verifying.adopt(tx, who(tx, house.tickets["Wang"]))
    assert verifying.verify(house.book).whole


def test_a_head_kept_elsewhere_finds_what_was_put_back_as_a_whole(house: House) -> None:
    told = verifying.verify(house.book)
    kept = Head(told.head.count, told.head.digest)
    assert verifying.verify(house.book, kept).whole
    assert not verifying.verify(house.book, Head(told.head.count + 1, told.head.digest)).whole
    assert not verifying.verify(house.book, Head(told.head.count - 1, told.head.digest)).whole


def test_only_an_auditor_reads_the_log_and_that_is_written_down(house: House) -> None:
    with house.book.transaction(house.now()) as tx:
        read = verifying.read_log(tx, who(tx, house.tickets["Wang"]))
        assert read[-1].act == "log.read"
        for name in ("Chen", "Li", "Zhao"):
            with pytest.raises(CaseError, match="only an auditor"):
                verifying.read_log(tx, who(tx, house.tickets[name]))


def test_a_reading_writes_nothing(house: House) -> None:
    with house.book.reading() as tx, pytest.raises(StoreError, match="reading"):
        tx.log("-", "act")


def test_what_fails_half_way_leaves_nothing(house: House) -> None:
    before = verifying.verify(house.book).head
    with pytest.raises(CaseError), house.book.transaction(house.now()) as tx:
        notes.add_note(tx, who(tx, house.tickets["Li"]), house.case, "half")
        raise CaseError("no")
    assert verifying.verify(house.book).head == before


def test_paths_are_private(house: House) -> None:
    for file in (house.root / "casebook.sqlite", house.book.head.file, house.root / "keys" / "casebook.key"):
        assert Path(file).stat().st_mode & 0o077 == 0


def test_a_row_put_back_to_what_it_was_before_is_found(tmp_path: Path) -> None:
    house = copied(tmp_path)
    db = sqlite3.connect(tmp_path / "casebook.sqlite", isolation_level=None)
    before = db.execute("select * from users where id = 'U-00000002'").fetchone()
    with house.book.transaction(house.now()) as tx:
        users.sign_out(tx, who(tx, house.tickets["Chen"]))
    assert verifying.verify(house.book).whole
    db.execute(f"insert or replace into users values ({','.join('?' * len(before))})", before)
    db.close()
    told = verifying.verify(house.book)
    assert [(f.place, f.what) for f in told.faults] == [(f"users/{before[0]}", "is not as the log last knew it")]
    house.book.close()


def test_entries_of_a_copy_that_went_on_by_itself_are_found(tmp_path: Path) -> None:
    """A copy of the database and the key make entries with good signatures: they fit into the copy's log, and not into this one."""
    house, copy = copied(tmp_path / "one"), copied(tmp_path / "other")
    for each, text in ((house, "here"), (copy, "there")):
        for number in range(3):
            with each.book.transaction(each.now()) as tx:
                tx.log("-", f"{text}.{number}")
        each.book.close()
    with sqlite3.connect(copy.root / "casebook.sqlite") as db:
        strangers = db.execute("select * from audit order by seq desc limit 3").fetchall()
    db.close()
    db = sqlite3.connect(house.root / "casebook.sqlite", isolation_level=None)
    for first, row in ((False, strangers[1]), (True, strangers[2])):
        kept = db.execute("select * from audit where seq = ?", (row[0],)).fetchone()
        marks = ",".join("?" * len(row))
        db.execute(f"insert or replace into audit values ({marks})", row)
        places = [f.place for f in verifying.verify(house.book).faults]
        assert (f"audit:{row[0]}" in places) is not first  # the first one follows what both have: the next does not
        assert f"audit:{row[0] + 1}" in places
        db.execute(f"insert or replace into audit values ({marks})", kept)
    assert verifying.verify(house.book).whole
    db.close()
    house.book.close()
