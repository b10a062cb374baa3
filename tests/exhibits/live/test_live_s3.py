"""Objects of a store that speaks S3's protocol are listed and read, and none is written: held against a real server (moto)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import quote

import fsspec
import pytest
from tests.exhibits.support_exhibits import zipped
from tests.s3_server import REGION, S3Server

from headwater.exhibits.live.doors import door_of
from headwater.exhibits.live.entries import LiveExhibit
from headwater.exhibits.live.remote import exhibits, members
from headwater.exhibits.member import Member
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import NotRead

pytestmark = pytest.mark.slow

LARGE = os.urandom(3 << 20)
OBJECTS = {
    "a.csv": b"name\n1\n",
    "deep/客户 表.csv": "王芳\n".encode(),
    "deep/b.zip": zipped({"x.txt": b"x"}),
    "deep//twice.csv": b"2",
    "p%20q+r?x=1#f.csv": b"odd",
    "both": b"itself",
    "both/below": b"below",
    "marker/": b"hello",
    "denied.csv": b"no",
    "large.bin": LARGE,
}
READS = [("Allow", "s3:ListBucket", "leaks"), ("Allow", "s3:GetObject", "leaks/*")]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[S3Server]:
    with S3Server(tmp_path_factory.mktemp("s3")) as made:
        made.client().create_bucket(Bucket="leaks")
        for key, data in OBJECTS.items():
            made.client().put_object(Bucket="leaks", Key=key, Body=data)
        yield made


@pytest.fixture(scope="module")
def account(server: S3Server) -> tuple[str, str]:
    return server.account("eve", [*READS, ("Deny", "s3:GetObject", "leaks/denied.csv")])


@pytest.fixture(autouse=True)
def environment(server: S3Server, account: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", account[0])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", account[1])
    forgotten()


def forgotten() -> None:
    """A process keeps its connections: another account in its environment is another process."""
    fsspec.get_filesystem_class("s3").clear_instance_cache()


def listed(address: str) -> dict[str, LiveExhibit]:
    return {each.path.removeprefix("s3://leaks").lstrip("/"): each for each in exhibits(door_of(address))}


def content(exhibit: LiveExhibit) -> bytes | str:
    (found,) = members(exhibit)
    if isinstance(found, NotRead):
        return found.reason
    with found.open() as stream:
        return stream.read()


def test_every_object_is_read_whatever_its_key_is(server: S3Server) -> None:
    found = listed("s3://leaks")
    assert set(found) == set(OBJECTS)
    told = {key: content(exhibit) for key, exhibit in found.items()}
    assert told.pop("deep/b.zip") == b"x"
    assert told.pop("denied.csv") == "cannot be read: the store refused the file (the account may not)"
    assert told.pop("marker/") == "cannot be read: the store gave 0 of 5 bytes"
    assert told == {key: data for key, data in OBJECTS.items() if key in told}
    assert found["a.csv"].modified is not None
    assert found["a.csv"].version != found["large.bin"].version


def test_a_key_that_others_lie_below_is_read_too(server: S3Server) -> None:
    assert {key: content(each) for key, each in listed("s3://leaks/both").items()} == {
        "both": b"itself",
        "both/below": b"below",
    }
    assert set(listed("s3://leaks/deep")) == {"deep/客户 表.csv", "deep/b.zip", "deep//twice.csv"}


def test_a_large_object_is_read_where_it_lies_and_not_laid_aside(server: S3Server) -> None:
    before = len(server.asked)
    (found,) = members(listed("s3://leaks/large.bin")["large.bin"], aside=1 << 20)
    assert isinstance(found, Member)
    with found.open() as stream:
        stream.seek(1 << 20)
        assert stream.read(100) == LARGE[1 << 20 : (1 << 20) + 100]
        stream.seek(0)
        assert stream.read() == LARGE
    ranged = [line for line in server.asked[before:] if '"GET /leaks/large.bin' in line]
    assert ranged
    assert all(" 206 " in line for line in ranged)


def test_an_object_that_is_gone_or_changed_since_it_was_listed_is_said(server: S3Server) -> None:
    server.client().put_object(Bucket="leaks", Key="late/gone.csv", Body=b"1")
    server.client().put_object(Bucket="leaks", Key="late/shorter.csv", Body=b"123456")
    found = listed("s3://leaks/late")
    server.client().delete_object(Bucket="leaks", Key="late/gone.csv")
    server.client().put_object(Bucket="leaks", Key="late/shorter.csv", Body=b"12")
    assert content(found["late/gone.csv"]) == "cannot be read: the store refused the file (it is not there)"
    assert content(found["late/shorter.csv"]) == "cannot be read: the store gave 2 of 6 bytes"
    server.client().delete_object(Bucket="leaks", Key="late/shorter.csv")


def test_who_may_read_one_object_only_reads_it(server: S3Server, monkeypatch: pytest.MonkeyPatch) -> None:
    key, secret = server.account("clerk", [("Allow", "s3:GetObject", "leaks/a.csv")])
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    forgotten()
    assert content(listed("s3://leaks/a.csv")["a.csv"]) == OBJECTS["a.csv"]
    with pytest.raises(UnreadableError, match="the account may not"):
        listed("s3://leaks")


def test_an_account_in_the_address_wins_and_a_wrong_secret_is_not_told(
    server: S3Server, account: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    key, secret = account
    assert content(listed(f"s3://{key}:{quote(secret, safe='')}@leaks/a.csv")["a.csv"]) == OBJECTS["a.csv"]
    with pytest.raises(UnreadableError) as refused:
        listed(f"s3://{key}:hunter2@leaks")
    assert "hunter2" not in str(refused.value)
    assert key not in str(refused.value)
    for missing in ("s3://leaks/none", "s3://no-such-bucket"):
        with pytest.raises(UnreadableError):
            listed(missing)


def test_nothing_was_asked_for_but_to_be_read(server: S3Server) -> None:
    mark = len(server.asked)
    for exhibit in listed("s3://leaks").values():
        content(exhibit)
    verbs = {line.split('"')[1].split()[0] for line in server.asked[mark:]}
    assert verbs == {"GET", "HEAD"}
