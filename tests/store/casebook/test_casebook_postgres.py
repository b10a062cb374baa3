"""A team's casebook on a real PostgreSQL: the same promises by the same code."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest
from tests.postgres_server import PASSWORD, PostgresServer
from tests.store.casebook_house import CHEAP, House, peopled

from headwater.model.errors import CaseError, StoreError
from headwater.store.casebook import (
    factors,
    hooks,
    identities,
    links,
    migrating,
    notes,
    reading_log,
    replies,
    revealing,
    sessions,
    settings,
    tokens,
    verifying,
)  # fmt: skip
from headwater.store.casebook.opening import open_casebook
from headwater.store.casebook.permissions import Role
from headwater.store.casebook.place import place
from headwater.store.casebook.signing_in import sign_in_vouched, who
from headwater.store.casebook.tables import METADATA

pytest.importorskip("pg8000")
pytestmark = [
    pytest.mark.postgres,
    pytest.mark.skipif(not PostgresServer.available(), reason="no PostgreSQL with pgaudit on this machine"),
]


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    with PostgresServer({"fsync": "on", "logging_collector": "off"}) as running:
        yield running
    running.remove()


@pytest.fixture(scope="module")
def url(server: PostgresServer) -> str:
    server.run("create user team with password 'made'")
    server.run(f"alter database {server.database} owner to team")
    server.run("alter schema public owner to team")
    return f"postgresql://team:{PASSWORD}@127.0.0.1:{server.port}/{server.database}"


@pytest.fixture(scope="module")
def house(url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    made = peopled(tmp_path_factory.mktemp("one"), url)
    yield made
    made.book.close()


def test_the_tables_are_those_of_the_model(house: House) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.runtime.migration import MigrationContext

    with house.book.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, METADATA) == []
        assert migrating.revision(connection) == migrating.newest()


def test_writers_queue_and_the_chain_is_whole(house: House) -> None:
    def add(number: int) -> None:
        with house.book.transaction(house.now()) as tx:
            notes.add_note(tx, who(tx, house.tickets["Li"]), house.case, f"note {number}")

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(add, range(20)))
    with house.book.reading() as tx:
        assert sorted(n.text for n in notes.notes(tx, house.case)) == sorted(f"note {n}" for n in range(20))
    assert verifying.verify(house.book).whole


def test_two_people_reveal(house: House) -> None:
    with house.book.transaction(house.now()) as tx:
        request = revealing.ask(tx, who(tx, house.tickets["Zhao"]), house.case, "alert", "A-1", "complaint 17")
    with pytest.raises(CaseError):
        revealing.look(house.book, house.tickets["Zhao"], house.case, request, "A-1", house.now())
    with house.book.transaction(house.now()) as tx:
        revealing.answer(tx, who(tx, house.tickets["Wang"]), house.case, request)
    assert revealing.look(house.book, house.tickets["Zhao"], house.case, request, "A-1", house.now()).thing == "A-1"


def test_what_the_console_keeps(house: House) -> None:
    now = house.now()
    with house.book.transaction(now) as tx:
        li = who(tx, house.tickets["Li"])
        first = settings.put(tx, li, house.case, "budget", {"alerts": 5}, 0)
        with pytest.raises(settings.StaleError):
            settings.put(tx, li, house.case, "budget", {"alerts": 6}, 0)
        assert settings.put(tx, li, house.case, "budget", {"alerts": 6}, first.version).version == 2
        _token, secret = tokens.make(tx, li, "nightly", [tokens.Scope.read], now + timedelta(days=1))
        assert tokens.holder(tx, secret)[0] == li
        hooks.add_hook(tx, li, house.case, "webhook", "https://hooks.example.com", ["alert.released"])
        assert replies.reserve(tx, li, "key", "d" * 64) is None
        identities.join(tx, li, "https://login.example.com", "sub")
        shown = factors.begin(tx, li).secret
        factors.confirm(tx, li, pyotp.TOTP(shown).at(now))
        invitation = links.invite(tx, who(tx, house.tickets["Chen"]), "", [Role.analyst], [house.case])
    with house.book.transaction(house.now()) as tx:
        links.accept(tx, invitation, "Sun", "", "a password of his own", hasher=CHEAP)
    ticket = sign_in_vouched(house.book, "https://login.example.com", "sub", house.now(), device="Firefox")
    with house.book.reading(house.now()) as tx:
        assert len(sessions.sessions(tx, who(tx, ticket), ticket)) == 1
    with house.book.transaction(house.now()) as tx:
        asked = reading_log.Asked(act="setting.", case_id=house.case.id, since=now, until=house.now())
        page = reading_log.read_page(tx, who(tx, house.tickets["Wang"]), asked, limit=1)
        assert (len(page.entries), page.total, page.entries[0].act) == (1, 2, "setting.set")
        assert {"log.read", "setting.set", "user.added"} <= {*page.acts, "log.read"}
    assert verifying.verify(house.book).whole


def test_another_machine_needs_the_key_and_takes_the_head_over(house: House, url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="another key"):
        open_casebook(place(tmp_path / "stranger", url))
    (tmp_path / "colleague" / "keys").mkdir(parents=True, mode=0o700)
    shutil.copy2(house.root / "keys" / "casebook.key", tmp_path / "colleague" / "keys")
    book = open_casebook(place(tmp_path / "colleague", url))
    with pytest.raises(StoreError, match="head is missing"), book.transaction(house.now()) as tx:
        tx.log("-", "before")
    with book.transaction(house.now(), adopting=True) as tx:
        verifying.adopt(tx, who(tx, house.tickets["Wang"]))
    assert verifying.verify(book).whole
    told = verifying.verify(house.book)
    assert told.whole
    assert told.ahead == 1  # the first machine has not seen the colleague's entry yet
    book.close()


def test_what_is_done_in_the_server_is_found_and_no_word_is_there_in_clear(
    house: House, server: PostgresServer
) -> None:
    dumped = "".join(server.run(f"select * from {name}") for name in METADATA.tables)
    assert "note.added" in dumped
    assert not any(word in dumped for word in ("note 7", "complaint 17", "case one", "of the house"))
    kept = server.run("select act from audit where seq = 5").strip()
    server.run("update audit set act = 'made.up' where seq = 5")
    assert [f.place for f in verifying.verify(house.book).faults] == ["audit:5"]
    server.run(f"update audit set act = '{kept}' where seq = 5")
    server.run("create table kept as select * from audit order by seq desc limit 1")
    server.run("delete from audit where seq = (select max(seq) from audit)")
    assert not verifying.verify(house.book).whole
    with pytest.raises(StoreError), house.book.transaction(house.now()) as tx:
        tx.log("-", "after")
    server.run("insert into audit select * from kept; drop table kept")
    assert verifying.verify(house.book).whole


def test_a_server_that_is_away_is_said_without_its_password(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="the database refused") as refused:
        open_casebook(place(tmp_path, "postgresql://team:hunter2hunter2@127.0.0.1:9/none"))
    assert "hunter2" not in str(refused.value)
