"""Files of a remote store are listed, opened and unpacked like those of a folder, and nothing is written there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from tests.exhibits.support_exhibits import zipped

from headwater.exhibits.limits import Limits
from headwater.exhibits.live.doors import door_of
from headwater.exhibits.live.remote import exhibits, members
from headwater.exhibits.member import Member
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

FILES = {"a.csv": b"name\n1\n", "b/客户.zip": zipped({"x.txt": b"x", "../y": b"y"})}


@pytest.fixture
def memory() -> Iterator[str]:
    store = fsspec.filesystem("memory")
    for name, data in FILES.items():
        store.pipe(f"/leaks/{name}", data)
    yield "memory://leaks"
    store.rm("/leaks", recursive=True)


def remote_members(address: str, limits: Limits | None = None) -> Iterator[Member | NotRead]:
    for exhibit in exhibits(door_of(address)):
        yield from members(exhibit, limits=limits)


def read(address: str) -> tuple[dict[str, bytes], list[str]]:
    contents, reasons = {}, []
    for found in remote_members(address):
        if isinstance(found, NotRead):
            reasons.append(found.reason)
        else:
            with found.open() as stream:
                contents[found.path] = stream.read()
    return contents, reasons


def test_a_store_in_memory(memory: str) -> None:
    contents, reasons = read(memory)
    assert contents == {"memory://leaks/a.csv": b"name\n1\n", "memory://leaks/b/客户.zip!x.txt": b"x"}
    assert reasons == ["its name leads out of the archive"]


def test_a_folder_on_the_disk_is_left_as_it_is(tmp_path: Path) -> None:
    for name, data in FILES.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(data)
    before = {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")}
    contents, _ = read(f"file://{tmp_path}")
    assert sorted(contents.values()) == [b"name\n1\n", b"x"]
    assert before == {p: p.stat().st_mtime_ns for p in tmp_path.rglob("*")}


def test_members_can_be_sought_and_limits_hold(memory: str) -> None:
    first = next(m for m in remote_members(memory) if isinstance(m, Member))
    with first.open() as stream:
        stream.seek(5)
        assert stream.read() == b"1\n"
    fsspec.filesystem("memory").pipe("/leaks/bomb.zip", zipped({"z": bytes(1 << 22)}))
    found = list(remote_members("memory://leaks/bomb.zip", limits=Limits(total=1 << 20)))
    for member in found:
        if isinstance(member, Member):
            with member.open() as stream:
                assert len(stream.read()) <= 1 << 20
            assert member.fault


@pytest.mark.parametrize(
    "address", ["nowhere://eve:hunter2@x/y", "http://eve:hunter2@x/y", "sftp://eve:hunter2@x/y", "memory://none/such"]
)
def test_what_cannot_be_listed_is_said_without_secrets(address: str) -> None:
    with pytest.raises(UnreadableError) as told:
        list(remote_members(address))
    assert "hunter2" not in str(told.value)
    assert "eve" not in str(told.value)


def test_a_file_tells_its_version_and_who_may_read_it(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"1")
    (tmp_path / "a.csv").chmod(0o640)
    (first,) = exhibits(door_of(f"file://{tmp_path}"))
    (same,) = exhibits(door_of(f"file://{tmp_path}"))
    (tmp_path / "a.csv").write_bytes(b"12")
    (other,) = exhibits(door_of(f"file://{tmp_path}"))
    assert first == same
    assert first.version != other.version
    assert first.access is not None
    assert first.access["mode"] == "0640"
    assert first.modified is not None


def test_a_file_is_fetched_once_however_often_it_is_read(memory: str) -> None:
    first = next(m for m in remote_members(memory) if isinstance(m, Member))
    with first.open() as stream:
        assert stream.read() == b"name\n1\n"
    fsspec.filesystem("memory").rm("/leaks/a.csv")
    with first.open() as stream:
        assert stream.read() == b"name\n1\n"
