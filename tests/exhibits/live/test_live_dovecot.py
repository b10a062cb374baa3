"""A mailbox is read over IMAP and left as it is: held against a real server (Dovecot), which takes down what it was sent."""

from __future__ import annotations

import email.message
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from tests.dovecot_server import USER, DovecotServer

from headwater.exhibits.contents import Given
from headwater.exhibits.live import imap
from headwater.exhibits.live.doors import Door, door_of
from headwater.exhibits.live.entries import LiveExhibit
from headwater.exhibits.live.imap import exhibits, members
from headwater.exhibits.live.reading import pieces
from headwater.exhibits.member import Member
from headwater.exhibits.sheets import Sheet
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not DovecotServer.available(), reason="needs Dovecot 2.3")]

PASSWORD = 'hunter2 密码"\\'
FOLDERS = {"&XfJT0ZAB-": "已发送", 'a "b\\ c': 'a "b\\ c', "x/&XfJT0ZAB-": "x/已发送", "p%q*r": "p%q*r", "R&-D": "R&D"}


def letter(number: int) -> bytes:
    return f"Subject: {number}\r\nMessage-ID: <{number}@example.com>\r\n\r\n第{number}封\r\n".encode()


def with_attachment() -> bytes:
    made = email.message.EmailMessage()
    made["Subject"] = "客户"
    made.set_content("见附件")
    made.add_attachment("姓名,手机\r\n王芳,15400000001\r\n".encode("gb18030"), "text", "csv", filename="客户.csv")
    return made.as_bytes()


@pytest.fixture(scope="module")
def server() -> Iterator[DovecotServer]:
    with DovecotServer(PASSWORD) as made:
        made.deliver("INBOX", [*(letter(n) for n in range(1, 450)), with_attachment()])
        for written in FOLDERS:
            made.deliver(written, [letter(1)])
        yield made


@pytest.fixture(autouse=True)
def trusted(server: DovecotServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(server.trusted))


def door(server: DovecotServer, folder: str = "", scheme: str = "imaps", password: str = PASSWORD) -> Door:
    port = server.secure if scheme == "imaps" else server.port
    return door_of(f"{scheme}://{quote(USER)}@127.0.0.1:{port}/{quote(folder)}", lambda shown: password)


def listed(at: Door) -> dict[str, LiveExhibit]:
    found = list(exhibits(at))
    assert not [each for each in found if isinstance(each, NotRead)]
    return {each.path.split("/", 3)[3]: each for each in found if isinstance(each, LiveExhibit)}


def read(exhibit: LiveExhibit) -> list[bytes | str]:
    return [each.open().read() if isinstance(each, Member) else each.reason for each in members(exhibit)]


def test_every_folder_is_listed_by_the_name_that_people_give_it(server: DovecotServer) -> None:
    found = listed(door(server))
    assert set(found) == {f"{name}/1-200" for name in FOLDERS.values()} | {
        f"INBOX/{n}" for n in ("1-200", "201-400", "401-600")
    }
    for name in FOLDERS.values():
        assert read(found[f"{name}/1-200"]) == [letter(1)]
        assert set(listed(door(server, name))) == {f"{name}/1-200"}
    with pytest.raises(UnreadableError, match="no such folder"):
        listed(door(server, "Sent"))


@pytest.mark.parametrize("stretch", [7, 449, 450, 50_000])
def test_a_large_folder_is_asked_for_in_stretches(
    server: DovecotServer, monkeypatch: pytest.MonkeyPatch, stretch: int
) -> None:
    monkeypatch.setattr(imap, "STRETCH", stretch)
    found = listed(door(server, "INBOX"))
    numbers = [int(number) for each in found.values() for number in each.name[1:]]
    assert numbers == list(range(1, 451))


def test_messages_and_attachments_are_read_by_starttls_and_by_tls(server: DovecotServer) -> None:
    last = listed(door(server, "INBOX", "imap"))["INBOX/401-600"]
    assert read(last)[:2] == [letter(401), letter(402)]
    *_, mail = members(last)
    assert isinstance(mail, Member)
    assert mail.path.endswith("/INBOX/450.eml")


def test_a_table_that_is_attached_is_read(server: DovecotServer) -> None:
    sheets = [
        piece.content
        for mail in members(listed(door(server, "INBOX"))["INBOX/401-600"])
        if isinstance(mail, Member) and mail.path.endswith("/450.eml")
        for piece in pieces(mail, Given())
        if isinstance(piece.content, Sheet)
    ]
    assert [sheet.rows.to_pylist() for sheet in sheets] == [[{"姓名": "王芳", "手机": "15400000001"}]]


def test_a_refused_password_is_said_and_not_told(server: DovecotServer) -> None:
    for wrong in ("hunter3", "hunter3 密码"):
        with pytest.raises(UnreadableError, match="the account or its password is refused") as refused:
            listed(door(server, password=wrong))
        assert "hunter3" not in str(refused.value)
        assert USER not in str(refused.value)


def test_messages_that_are_gone_since_they_were_listed_are_said(server: DovecotServer) -> None:
    server.deliver("Late", [letter(1), letter(2)])
    found = listed(door(server, "Late"))["Late/1-200"]
    gone = next(each for each in server.files() if each.parent.parent.name == ".Late")
    left = letter(2) if gone.read_bytes() == letter(1) else letter(1)
    gone.unlink()
    told = read(found)
    assert sorted(map(str, told)) == sorted(map(str, [left, "the message is not there any more"]))


def test_a_connection_that_is_lost_is_said_of_each_message(server: DovecotServer) -> None:
    reading = members(listed(door(server, "INBOX"))["INBOX/1-200"])
    first = next(reading)
    assert isinstance(first, Member)
    assert first.open().read() == letter(1)
    server.kick()
    rest = list(reading)
    assert len(rest) == 199
    assert {each.reason for each in rest if isinstance(each, NotRead)} == {
        "the message cannot be fetched (the connection was lost)"
    }
    assert len(read(listed(door(server, "INBOX"))["INBOX/1-200"])) == 200


def test_nothing_is_marked_or_moved_and_only_questions_are_sent(server: DovecotServer) -> None:
    before = server.files()
    for each in listed(door(server)).values():
        read(each)
    assert server.files() == before
    assert {each.parent.name for each in before} == {"new"}
    known = ("EXAMINE ", "UID SEARCH ", "UID FETCH ", "LIST ", "LOGOUT", "CAPABILITY", 'ID ("name"')
    asked = server.commands()
    assert [each for each in asked if not each.startswith(known)] == []
    assert {each.partition("(")[2] for each in asked if each.startswith("UID FETCH")} == {
        "RFC822.SIZE)",
        "BODY.PEEK[])",
    }
    assert 'ID ("name" "headwater")' in asked
