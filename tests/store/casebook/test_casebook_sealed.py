"""Nothing that people entered stands in the database in clear, and a sealed value opens at its own place alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from tests.store.casebook_house import CHEAP, PASSWORD, House, peopled

from headwater.model.errors import CaseError, StoreError
from headwater.store.casebook import cases, exhibits, notes, revealing, users, verdicts
from headwater.store.casebook.entering import masked
from headwater.store.casebook.exhibits import Act, Digests, Handling
from headwater.store.casebook.permissions import Role
from headwater.store.casebook.sealing import Sealer
from headwater.store.casebook.signing_in import who
from headwater.store.casebook.things import Thing

WORDS = {
    "name": "Sunflower", "display": "葵某某", "password": "tangerine-dream-9", "case": "Marigold of the north",
    "note": "the lorry came at dusk", "task": "ask the warehouse for its ledger", "because": "an audit by head office",
    "reason": "a complaint by the union", "path": "leak/柠檬.csv", "giver": "Officer Quince", "receiver": "Sergeant Damson",
    "remark": "seal number unbroken", "account": "bramble77", "employee": "E774411",
}  # fmt: skip
RAW = ("15400000000", "6200000000000005", "li@example.com", "上海市浦东新区世纪大道100号3栋502室")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = peopled(tmp_path)
    yield made
    made.book.close()


def entered(house: House) -> None:
    """Say something in every place where people can."""
    with house.book.transaction(house.now()) as tx:
        chen = who(tx, house.tickets["Chen"])
        roles = [Role.investigator, Role.auditor]
        users.add(tx, chen, WORDS["name"], WORDS["display"], WORDS["password"], roles, CHEAP)
    house.sign_in(WORDS["name"], WORDS["password"])
    with house.book.transaction(house.now()) as tx:
        sun = who(tx, house.tickets[WORDS["name"]])
        case = cases.add_case(tx, sun, WORDS["case"])
        about = {"subjects": [f"account:{WORDS['account']}", f"person:{WORDS['employee']}"], "detectors": ["bulk-read"]}
        thing = Thing("finding", (f"bulk-read:{WORDS['account']}",), {"employee": WORDS["employee"]})
        until = date(2026, 12, 31)
        verdicts.say(tx, sun, case, verdicts.Saying(thing, verdicts.Said.explained, WORDS["because"], until, about))
        person = Thing("person", (WORDS["employee"],), {})
        verdicts.say(tx, sun, case, verdicts.Saying(person, verdicts.Said.unsure))
        notes.add_note(tx, sun, case, f"{WORDS['note']} {' '.join(RAW)}", thing)
        notes.add_task(tx, sun, case, WORDS["task"], sun)
        found = Digests(3, "a" * 64, "b" * 64)
        exhibits.enter_exhibit(tx, sun, case, WORDS["path"], found)
        known = exhibits.find_exhibits(tx, case, WORDS["path"])[0]
        at = datetime(2026, 3, 1, tzinfo=UTC)
        handling = Handling(Act.handed_over, at, WORDS["giver"], WORDS["receiver"], found, WORDS["remark"])
        assert exhibits.handle(tx, sun, case, known, handling)
        revealing.ask(tx, sun, case, "alert", "A-1", WORDS["reason"])
    house.sign_in(WORDS["name"], WORDS["password"])
    with pytest.raises(CaseError):
        house.sign_in("Persimmon", WORDS["password"])


def test_no_value_that_was_entered_is_in_the_files(house: House) -> None:
    entered(house)
    files = [p for p in house.root.iterdir() if p.is_file()]
    assert {p.suffix for p in files} >= {".sqlite", ".sqlite-wal"}
    data = b"".join(p.read_bytes() for p in files) + house.book.head.file.read_bytes()
    assert b"verdict.said" in data  # it is the log that is searched
    for value in (*WORDS.values(), *RAW, "Persimmon", "陈某", PASSWORD, "Zhao", "case one"):
        for told in {value, value.casefold(), value.upper()}:
            for encoding in ("utf-8", "utf-16-le"):
                assert told.encode(encoding) not in data, value


def test_what_was_entered_comes_back_with_numbers_masked(house: House) -> None:
    entered(house)
    with house.book.reading() as tx:
        case = cases.find_case(tx, WORDS["case"].upper())
        assert case is not None
        note = notes.notes(tx, case)[0].text
        assert note.startswith(WORDS["note"])
        assert not any(raw in note for raw in RAW)
        assert "154****0000" in note
        assert exhibits.chain(tx, case)[0].giver == WORDS["giver"]
        assert verdicts.words(tx, case, "finding")[0].because == WORDS["because"]


def test_a_sealed_value_opens_at_its_own_place_alone() -> None:
    sealer = Sealer(b"k" * 32)
    sealed = sealer.seal("text", "notes", "text", "N-1")
    assert sealer.unseal(sealed, "notes", "text", "N-1") == "text"
    assert sealer.seal("text", "notes", "text", "N-1") != sealed
    for place in (("notes", "text", "N-2"), ("tasks", "text", "N-1"), ("notes", "other", "N-1"), ("notestext", "N-1")):
        with pytest.raises(StoreError, match="changed or moved"):
            sealer.unseal(sealed, *place)
    for place in range(len(sealed)):
        torn = sealed[:place] + bytes([sealed[place] ^ 1]) + sealed[place + 1 :]
        with pytest.raises(StoreError):
            sealer.unseal(torn, "notes", "text", "N-1")
    with pytest.raises(StoreError):
        Sealer(b"K" * 32).unseal(sealed, "notes", "text", "N-1")
    assert "k" * 8 not in repr(sealer)


def test_two_sealed_values_exchanged_in_the_database_are_refused(house: House) -> None:
    with house.book.transaction(house.now()) as tx:
        li = who(tx, house.tickets["Li"])
        for text in ("first", "second"):
            notes.add_note(tx, li, house.case, text)
    db = sqlite3.connect(house.root / "casebook.sqlite", isolation_level=None)
    rows = db.execute("select id, text from notes").fetchall()
    for (row, _), (_, text) in zip(rows, reversed(rows), strict=True):
        db.execute("update notes set text = ? where id = ?", (text, row))
    db.close()
    with house.book.reading() as tx, pytest.raises(StoreError, match="past the program"):
        notes.notes(tx, house.case)


@pytest.mark.parametrize("raw", [*RAW, "15400000001", "6200000000000006", "620000000000000512"])
def test_identifiers_are_masked_as_they_come_in(raw: str) -> None:
    for text in (raw, f"call {raw} at once", f"请联系{raw}，谢谢", f"a\n{raw}\nb"):
        assert raw not in masked(text), text


def test_a_text_is_no_novel() -> None:
    with pytest.raises(CaseError, match="20,000"):
        masked("x" * 20_001)
