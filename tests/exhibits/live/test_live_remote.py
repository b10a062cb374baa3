"""Files of a remote store are listed, opened and unpacked like those of a folder, and nothing is written there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest
from tests.exhibits.support_exhibits import zipped

from headwater.exhibits.limits import Limits
from headwater.exhibits.live.remote import remote_members
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


@pytest.mark.parametrize("address", ["nowhere://eve:hunter2@x/y", "memory://none/such"])
def test_what_cannot_be_listed_is_said_without_secrets(address: str) -> None:
    try:
        assert list(remote_members(address)) == []
    except UnreadableError as error:
        assert "hunter2" not in str(error)
