"""Shares are listed and read with the account's rights, and nothing is changed or held there: against a real Samba."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from tests.exhibits.support_exhibits import zipped
from tests.smb_server import SmbServer

from headwater.exhibits.live.doors import Door, door_of
from headwater.exhibits.live.entries import LiveExhibit
from headwater.exhibits.live.remote import exhibits, members
from headwater.exhibits.member import Member
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not SmbServer.available(), reason="needs Samba")]

FILES = {
    "a.csv": b"name\n1\n",
    "empty": b"",
    "部门 一/客户 表#1%20.csv": "王芳\n".encode(),
    "部门 一/b.zip": zipped({"x.txt": b"x"}),
    "large.bin": bytes(range(256)) * 8192,
    "secret.csv": b"no",
    "closed/in.csv": b"no",
}


@pytest.fixture(scope="module")
def server() -> Iterator[SmbServer]:
    with SmbServer() as made:
        for name, data in FILES.items():
            (made.share / name).parent.mkdir(exist_ok=True)
            (made.share / name).write_bytes(data)
        (made.share / "large.bin").chmod(0o666)
        made.closed(made.share / "secret.csv", made.share / "closed")
        yield made


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """A process keeps its sessions: another password is another process."""
    yield
    smbclient = pytest.importorskip("smbclient")
    smbclient.reset_connection_cache(fail_on_error=False)
    fsspec.get_filesystem_class("smb").clear_instance_cache()


def door(server: SmbServer, below: str = "", password: str | None = None) -> Door:
    return door_of(f"{server.address}{below}", lambda shown: password or server.password)


def listed(server: SmbServer, below: str = "") -> dict[str, LiveExhibit | NotRead]:
    place = f"smb://127.0.0.1:{server.port}/share/"
    return {each.path.removeprefix(place): each for each in exhibits(door(server, below))}


def content(exhibit: LiveExhibit | NotRead) -> bytes | str:
    (found,) = [exhibit] if isinstance(exhibit, NotRead) else members(exhibit)
    if isinstance(found, NotRead):
        return found.reason
    with found.open() as stream:
        return stream.read()


def times(folder: Path) -> dict[Path, int]:
    return {each: each.stat().st_mtime_ns for each in folder.rglob("*")}


def test_every_file_is_read_and_what_the_account_may_not_see_is_said(server: SmbServer) -> None:
    before = times(server.share)
    found = {name: content(each) for name, each in listed(server).items()}
    assert found.pop("部门 一/b.zip") == b"x"
    assert found.pop("secret.csv") == "cannot be read: the store refused the file (the account may not)"
    assert found.pop("closed") == "the folder cannot be opened (the account may not)"
    assert found == {name: data for name, data in FILES.items() if name in found}
    assert len(found) == 4
    assert times(server.share) == before
    assert any("opened file a.csv read=Yes" in line for line in server.said)
    assert not any("write=Yes" in line for line in server.said)


def test_a_folder_or_a_file_of_it_may_be_asked_for(server: SmbServer) -> None:
    assert set(listed(server, "/部门 一")) == {"部门 一/客户 表#1%20.csv", "部门 一/b.zip"}
    (only,) = listed(server, "/a.csv").values()
    assert isinstance(only, LiveExhibit)
    assert (only.path, only.size, content(only)) == (f"smb://127.0.0.1:{server.port}/share/a.csv", 7, FILES["a.csv"])
    assert only.modified is not None


def test_a_large_file_is_read_where_it_lies_and_nobody_is_kept_from_it(server: SmbServer) -> None:
    large = listed(server)["large.bin"]
    assert isinstance(large, LiveExhibit)
    (found,) = members(large, aside=1 << 20)
    assert isinstance(found, Member)
    with found.open() as stream:
        assert stream.read(4) == b"\0\1\2\3"
        other = fsspec.filesystem(
            "smb", host="127.0.0.1", port=server.port, username=server.user, password=server.password
        )
        with other.open("/share/large.bin", "r+b", share_access="rwd") as writing:
            writing.write(b"\0")
        stream.seek(1 << 20)
        assert stream.read() == FILES["large.bin"][1 << 20 :]


def test_a_file_that_is_gone_is_said(server: SmbServer) -> None:
    late = server.share / "late.csv"
    late.write_bytes(b"1")
    found = listed(server)["late.csv"]
    late.unlink()
    assert content(found) == "cannot be read: the store refused the file (it is not there)"


def test_a_refused_password_is_said_and_not_told(server: SmbServer) -> None:
    with pytest.raises(UnreadableError, match="the account or its password is refused") as refused:
        list(exhibits(door(server, password="hunter3")))
    assert "hunter3" not in str(refused.value)
    assert server.user not in str(refused.value)
    for below in ("/none", "/closed"):
        with pytest.raises(UnreadableError, match=r"it is not there|the account may not"):
            listed(server, below)


def test_a_share_that_is_not_there_and_a_server_that_is_not(server: SmbServer) -> None:
    with pytest.raises(UnreadableError):
        list(exhibits(door_of(server.address.replace("/share", "/none"), lambda shown: server.password)))
