"""A mailbox is read over IMAP from a server on loopback that notes every command: nothing is marked, and nothing goes in the clear."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.imap_server import GONE, LARGE, PASSWORD, Server, certificate, serving

from headwater.exhibits.live.doors import Door, door_of
from headwater.exhibits.live.entries import LiveExhibit
from headwater.exhibits.live.imap import exhibits, members
from headwater.exhibits.member import Member
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

MAIL = "Subject: 客户\r\n\r\n王芳\r\n".encode()


@pytest.fixture
def trusted(tmp_path: Path) -> Path:
    return certificate(tmp_path)


@pytest.fixture
def server(trusted: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("SSL_CERT_FILE", str(trusted))
    with serving(trusted, {7: MAIL, 9: LARGE, 11: GONE, 201: MAIL}) as made:
        yield made


def door(server: Server, folder: str = "", password: str = PASSWORD) -> Door:
    return door_of(f"imaps://eve@127.0.0.1:{server.server_address[1]}/{folder}", lambda shown: password)


def listed(at: Door) -> list[LiveExhibit]:
    return [each for each in exhibits(at) if isinstance(each, LiveExhibit)]


def test_messages_are_read_and_none_is_marked(server: Server) -> None:
    first, second = listed(door(server))
    place = f"imaps://127.0.0.1:{server.server_address[1]}/INBOX"
    assert (first.path, second.path) == (f"{place}/1-200", f"{place}/201-400")
    reading = members(first)
    mail = next(reading)
    assert isinstance(mail, Member)
    assert (mail.path, mail.size) == (f"{place}/7.eml", len(MAIL))
    assert mail.open().read() == mail.open().read() == MAIL
    large, gone = reading
    assert isinstance(large, NotRead)
    assert "bytes" in large.reason
    assert isinstance(gone, NotRead)
    assert "not there any more" in gone.reason
    asked = [command for command in server.commands if not command.startswith("LOGIN")]
    assert sum(command.startswith("EXAMINE") for command in asked) == 3
    assert not [
        c for c in asked if c.startswith(("SELECT", "STORE", "UID STORE", "EXPUNGE", "APPEND")) or "RFC822)" in c
    ]
    assert len([c for c in asked if "BODY" in c]) == 1
    assert all("PEEK" in c for c in asked if "BODY" in c)


def test_a_batch_is_another_when_its_messages_or_their_numbering_are(server: Server) -> None:
    before = [each.version for each in listed(door(server))]
    assert before == [each.version for each in listed(door(server))]
    server.messages = {**server.messages, 202: MAIL}
    more = [each.version for each in listed(door(server))]
    assert (more[0] == before[0], more[1] == before[1]) == (True, False)
    server.validity += 1
    assert not set(more) & {each.version for each in listed(door(server))}


def test_one_folder_may_be_asked_for(server: Server) -> None:
    assert listed(door(server, "已发送")) == []
    assert [c for c in server.commands if c.startswith("EXAMINE")] == ['EXAMINE "&XfJT0ZAB-"']
    with pytest.raises(UnreadableError, match="no such folder"):
        listed(door(server, "Sent"))


def test_a_server_nobody_vouches_for_and_a_wrong_password_are_refused(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UnreadableError) as refused:
        listed(door(server, password="hunter2"))
    assert "hunter2" not in str(refused.value)
    server.commands.clear()
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(UnreadableError, match="SSLCertVerificationError"):
        listed(door(server))
    assert not [c for c in server.commands if PASSWORD in c]
