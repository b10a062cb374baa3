"""Where the console listens, by which names it is called, and the first link of a house that has nobody yet."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from headwater.console.app import make_app
from headwater.console.first import invitation
from headwater.console.house import FOLDER, House, Served, demands_factor
from headwater.console.serving import Address
from headwater.model.errors import SettingsError
from headwater.store.casebook.opening import open_casebook
from headwater.store.casebook.place import place

CERTIFICATE, KEY = Path("made.pem"), Path("made.key")


def test_a_foreign_address_needs_tls_or_a_proxy() -> None:
    for safe in (Address(), Address("localhost"), Address("::1"), Address("192.0.2.1", 443, CERTIFICATE, KEY)):
        safe.insist_safe()
    Address("0.0.0.0", proxies=("192.0.2.9",)).insist_safe()
    for unsafe in (Address("192.0.2.1"), Address("0.0.0.0"), Address("example.com"), Address(certificate=CERTIFICATE)):
        with pytest.raises(SettingsError):
            unsafe.insist_safe()


def test_the_names_by_which_it_may_be_called() -> None:
    assert Address().rules().names == ("127.0.0.1", "localhost", "[::1]")
    assert not Address().rules().secure
    tls = Address("192.0.2.1", 443, CERTIFICATE, KEY, names=("Desk.example.com",))
    assert tls.rules().names == ("desk.example.com", "192.0.2.1")
    assert tls.rules().secure
    assert tls.shown == "https://Desk.example.com:443"
    proxied = Address(proxies=("127.0.0.1",), names=("desk.example.com",))
    assert proxied.rules().secure
    assert proxied.shown == "https://desk.example.com"
    with pytest.raises(SettingsError, match="--name"):
        Address("0.0.0.0", 443, CERTIFICATE, KEY).rules()


@pytest.mark.parametrize("proxy", ["*", "0.0.0.0/0", "::/0", "proxy.example.com", "192.0.2.1/28", ""])
def test_nobody_is_believed_who_is_no_proxy(proxy: str) -> None:
    with pytest.raises(SettingsError, match="--proxy"):
        Address("0.0.0.0", proxies=("192.0.2.0/28", proxy), names=("desk.example.com",)).insist_safe()


def test_a_house_says_what_it_demands_and_no_word_that_is_misspelt(tmp_path: Path) -> None:
    file, case = tmp_path / "house.toml", '[[case]]\nout = "a/out"\n'
    for said, demanded in (
        ("", False),
        ('second_factor = "optional"\n', False),
        ('second_factor = "required"\n', True),
    ):
        file.write_text(said + case)
        assert demands_factor(file) is demanded
        assert Address().rules(second_factor=demanded).second_factor is demanded
    for wrong in ("second_factor = true\n", 'second_factor = "yes"\n', 'secondfactor = "required"\n'):
        file.write_text(wrong + case)
        with pytest.raises(SettingsError, match="second_factor"):
            demands_factor(file)


def test_cases_of_one_house_are_apart_from_its_first_start_on(tmp_path: Path) -> None:
    cases = tuple(Served(name, name, None, tmp_path / name, tmp_path / name / "w") for name in ("one", "two"))
    house = House(cases, open_casebook(place(tmp_path / FOLDER), make=True), tmp_path / FOLDER)
    invitation(house, datetime.now(UTC))
    with house.book.reading() as tx:
        entries = [house.entry(tx, served) for served in cases]
    assert [entry.name for entry in entries if entry] == ["one", "two"]
    house.close()


def test_the_only_case_of_a_workspace_is_known_whatever_its_folder_is_called(tmp_path: Path) -> None:
    workspace = tmp_path / "w"
    book = open_casebook(place(workspace), make=True)
    before, after = (Served(name, name, None, tmp_path, workspace) for name in ("case", "renamed"))
    with book.transaction(datetime.now(UTC)) as tx:
        House((before,), book, workspace / FOLDER).enter(tx)
        renamed = House((after,), book, workspace / FOLDER)
        renamed.enter(tx)
        found = renamed.entry(tx, after)
    assert found is not None
    assert found.name == "case"
    book.close()


def test_the_first_link_makes_one_who_may_work_alone(tmp_path: Path) -> None:
    book = open_casebook(place(tmp_path / "w"), make=True)
    house = House(
        (Served("case one", "case-one", None, tmp_path / "out", tmp_path / "w"),), book, tmp_path / "w" / "console"
    )
    link = invitation(house, datetime.now(UTC))
    stranger = TestClient(make_app(house), base_url="http://127.0.0.1", follow_redirects=False)
    assert "I work alone" in stranger.get(link).text
    assert stranger.get("/first/another").status_code == 404
    fields = {"name": "chen", "password": "a long sentence", "again": "a long sentence", "alone": "yes"}
    assert stranger.post(link, data={**fields, "password": "short", "again": "short"}).status_code == 400
    assert stranger.post(link, data=fields).headers["location"] == "/cases"
    assert [row["case"]["text"] for row in stranger.get("/api/v1/cases").json()["cases"]["rows"]] == ["case one"]
    assert stranger.get("/users").status_code == 200
    assert stranger.get(link).status_code == 404
    assert invitation(house, datetime.now(UTC)) == ""
    house.close()
