"""Files are read over SFTP from servers whose key is known, and from no other: held against a real OpenSSH."""

from __future__ import annotations

from collections.abc import Iterator

import fsspec
import pytest
from tests.ssh_server import SshServer

from headwater.exhibits.live.doors import door_of
from headwater.exhibits.live.entries import LiveExhibit
from headwater.exhibits.live.remote import exhibits, members
from headwater.exhibits.member import Member
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

pytest.importorskip("paramiko", reason="needs Paramiko")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(not SshServer.available(), reason="needs OpenSSH's server")]

FILES = {"a.csv": b"name\n1\n", "部门 一/客户 表#1%20.csv": "王芳\n".encode(), "large.bin": bytes(range(256)) * 8192}


@pytest.fixture(scope="module")
def server() -> Iterator[SshServer]:
    with SshServer() as made:
        for name, data in FILES.items():
            (made.share / name).parent.mkdir(exist_ok=True)
            (made.share / name).write_bytes(data)
        (made.share / "round").symlink_to(made.share)
        (made.share / "nowhere").symlink_to(made.share / "none")
        yield made


@pytest.fixture(autouse=True)
def at_home(server: SshServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("HOME", str(server.home))
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    yield
    store = fsspec.get_filesystem_class("sftp")
    for each in list(store._cache.values()):
        each.client.close()
    store.clear_instance_cache()


def listed(server: SshServer) -> dict[str, LiveExhibit | NotRead]:
    place = f"sftp://127.0.0.1:{server.port}{server.share}/"
    return {each.path.removeprefix(place): each for each in exhibits(door_of(server.address, lambda shown: None))}


def content(exhibit: LiveExhibit | NotRead) -> bytes | str:
    (found,) = [exhibit] if isinstance(exhibit, NotRead) else members(exhibit)
    if isinstance(found, NotRead):
        return found.reason
    with found.open() as stream:
        return stream.read()


def test_every_file_is_read_and_only_read(server: SshServer) -> None:
    before = {each: each.lstat().st_mtime_ns for each in server.share.rglob("*")}
    found = listed(server)
    told = {name: content(each) for name, each in found.items()}
    assert told.pop("nowhere") == "cannot be read: the store refused the file (it is not there)"
    assert "round" in told
    assert {name: data for name, data in told.items() if name != "round"} == FILES
    assert {each: each.lstat().st_mtime_ns for each in server.share.rglob("*")} == before
    first = found["a.csv"]
    assert isinstance(first, LiveExhibit)
    assert first.modified is not None


def test_a_large_file_is_read_where_it_lies(server: SshServer) -> None:
    large = listed(server)["large.bin"]
    assert isinstance(large, LiveExhibit)
    (found,) = members(large, aside=1 << 20)
    assert isinstance(found, Member)
    with found.open() as stream:
        stream.seek(1 << 20)
        assert stream.read() == FILES["large.bin"][1 << 20 :]


def test_a_server_whose_key_is_not_known_gets_nothing(server: SshServer) -> None:
    known = server.home / ".ssh" / "known_hosts"
    right = known.read_text("ascii")
    wrong = right[:-10] + ("A" if right[-10] != "A" else "B") + right[-9:]
    try:
        for text in ("", wrong):
            known.write_text(text, "ascii")
            mark = len(server.said)
            with pytest.raises(UnreadableError, match="the server's key is not among those"):
                listed(server)
            assert not [line for line in server.said[mark:] if "Accepted" in line or "Failed" in line]
    finally:
        known.write_text(right, "ascii")


def test_an_account_that_is_refused_is_said(server: SshServer) -> None:
    (server.home / ".ssh" / "id_ed25519").rename(server.home / "kept")
    try:
        with pytest.raises(UnreadableError, match="the account or its password is refused") as refused:
            list(exhibits(door_of(server.address, lambda shown: "hunter2")))
    finally:
        (server.home / "kept").rename(server.home / ".ssh" / "id_ed25519")
    assert "hunter2" not in str(refused.value)
