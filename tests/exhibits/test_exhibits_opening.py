"""Archives are opened however deep; hostile and damaged ones become lines in the report."""

from __future__ import annotations

import bz2
import io
import lzma
import random
import struct
import tarfile
import zipfile
from pathlib import Path

import openpyxl
import pytest
import zstandard
from hypothesis import given, settings
from hypothesis import strategies as st
from support_exhibits import exhibit, gz, only_member, opened, tarred, zipped

from headwater.exhibits.limits import Limits
from headwater.exhibits.member import Member
from headwater.exhibits.opening import members
from headwater.exhibits.text import lines
from headwater.model.exhibit import Exhibit

TEXT = b"".join(b"line %d\n" % n for n in range(2000))


def zst(data: bytes) -> bytes:
    return zstandard.ZstdCompressor().compress(data)


def noise(size: int) -> bytes:
    return random.Random(1).randbytes(size)


@pytest.mark.parametrize("pack", [bytes, gz, zst, bz2.compress, lzma.compress, lambda data: gz(zst(data))])
def test_a_single_file_keeps_its_path_however_it_is_packed(tmp_path, pack):
    contents, not_read = opened(exhibit(tmp_path, "logs/access", pack(TEXT)))
    assert contents == {"logs/access": TEXT}
    assert not_read == []


def test_archives_in_archives_are_cited_by_their_whole_path(tmp_path):
    inner = zipped({"b/客户.csv": b"a,b\n1,2\n"})
    outer = zipped({"a.zip": inner, "t.tar.gz": gz(tarred({"x/y.txt": b"y"})), "z.zst": zst(b"z")})
    contents, not_read = opened(exhibit(tmp_path, "leaks/o.zip", outer))
    assert contents == {
        "leaks/o.zip!a.zip!b/客户.csv": b"a,b\n1,2\n",
        "leaks/o.zip!t.tar.gz!x/y.txt": b"y",
        "leaks/o.zip!z.zst": b"z",
    }
    assert not_read == []


def test_what_a_file_is_is_told_by_content_and_not_by_name(tmp_path):
    contents, _ = opened(exhibit(tmp_path, "logs/holiday.jpg", zipped({"notes.gz": b"plain text"})))
    assert contents == {"logs/holiday.jpg!notes.gz": b"plain text"}


def test_office_documents_are_given_whole(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["a", 1])
    out = io.BytesIO()
    book.save(out)
    contents, _ = opened(exhibit(tmp_path, "leaks/x.bin", out.getvalue()))
    assert contents == {"leaks/x.bin": out.getvalue()}
    contents, _ = opened(exhibit(tmp_path, "leaks/y.zip", zipped({"客户.xlsx": out.getvalue()})))
    assert contents == {"leaks/y.zip!客户.xlsx": out.getvalue()}


def test_members_can_be_collected_first_and_opened_later_and_sought(tmp_path):
    data = zipped({"in.zip": zipped({"a.txt": TEXT}), "in.tar": tarred({"b.txt": TEXT})})
    found = list(members(exhibit(tmp_path, "logs/a.zip", data)))
    assert len(found) == 2
    for member in found:
        assert isinstance(member, Member)
        with member.open() as stream:
            assert stream.read(6) == b"line 0"
            stream.seek(5)
            assert stream.read(3) == b"0\nl"
            assert stream.seek(-8, io.SEEK_END) == len(TEXT) - 8
            assert stream.read() == TEXT[-8:]


def raw_named_zip(names: dict[bytes, bytes]) -> bytes:
    """A zip whose names carry no UTF-8 mark, as Chinese Windows writes them."""
    stand_ins = {f"{place:03d}" + "x" * (len(name) - 3): name for place, name in enumerate(names)}
    data = zipped(dict(zip(stand_ins, names.values(), strict=True)))
    for stand_in, name in stand_ins.items():
        data = data.replace(stand_in.encode(), name)
    return data


@pytest.mark.parametrize("encoding", ["gb18030", "utf-8"])
def test_names_in_zip_without_a_mark_are_decoded(tmp_path, encoding):
    names = {"客户资料/名单.csv".encode(encoding): b"1", "保单.txt".encode(encoding): b"2"}
    contents, _ = opened(exhibit(tmp_path, "leaks/a.zip", raw_named_zip(names)))
    assert contents == {"leaks/a.zip!客户资料/名单.csv": b"1", "leaks/a.zip!保单.txt": b"2"}


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "C:\\x.txt", "a\\..\\..\\b", "a/../../b"])
@pytest.mark.parametrize("pack", [zipped, tarred])
def test_names_that_lead_out_are_refused(tmp_path, name, pack):
    contents, not_read = opened(exhibit(tmp_path, "leaks/a", pack({name: b"x", "good.txt": b"good"})))
    assert contents == {"leaks/a!good.txt": b"good"}
    assert [item.reason for item in not_read] == ["its name leads out of the archive"]


def test_control_characters_in_names_become_visible(tmp_path):
    contents, _ = opened(exhibit(tmp_path, "leaks/a.tar", tarred({"a\x1b[31m\n\u202ecod.exe": b"x"})))
    assert list(contents) == ["leaks/a.tar!a\\u001b[31m\\u000a\\u202ecod.exe"]


def test_links_and_devices_in_tar_are_listed(tmp_path):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
        pipe = tarfile.TarInfo("pipe")
        pipe.type = tarfile.FIFOTYPE
        archive.addfile(pipe)
    contents, not_read = opened(exhibit(tmp_path, "leaks/a.tar", out.getvalue()))
    assert contents == {}
    assert [item.path for item in not_read] == ["leaks/a.tar!link", "leaks/a.tar!pipe"]


def test_twins_in_an_archive_are_told_apart(tmp_path):
    with pytest.warns(UserWarning, match="Duplicate"):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            archive.writestr("a.txt", b"1")
            archive.writestr("a.txt", b"2")
    contents, _ = opened(exhibit(tmp_path, "leaks/a.zip", out.getvalue()))
    assert contents == {"leaks/a.zip!a.txt": b"1", "leaks/a.zip!a.txt#2": b"2"}


@pytest.mark.parametrize("pack", [gz, zst, bz2.compress, lzma.compress])
def test_a_torn_log_gives_what_is_there_and_then_says_so(tmp_path, pack):
    text = noise(1 << 20).hex().encode()
    packed = pack(text)
    contents, not_read = opened(exhibit(tmp_path, "logs/a.gz", packed[: len(packed) * 2 // 3]))
    assert text.startswith(contents["logs/a.gz"])
    assert len(contents["logs/a.gz"]) > len(text) // 3
    assert [item.reason for item in not_read] == ["the packed data ends early: it is torn off"]


def test_damage_in_the_middle_keeps_what_came_before(tmp_path):
    text = noise(1 << 19).hex().encode()
    packed = bytearray(gz(text))
    packed[len(packed) // 2 : len(packed) // 2 + 40] = b"\xff" * 40
    contents, not_read = opened(exhibit(tmp_path, "logs/a.gz", bytes(packed)))
    assert len(contents["logs/a.gz"]) > len(text) // 3
    assert contents["logs/a.gz"][: len(text) // 3] == text[: len(text) // 3]
    assert len(not_read) == 1


def test_a_wrong_checksum_in_gzip_is_reported_after_the_content(tmp_path):
    packed = bytearray(gz(TEXT))
    packed[-8] ^= 1
    contents, not_read = opened(exhibit(tmp_path, "logs/a.gz", bytes(packed)))
    assert contents == {"logs/a.gz": TEXT}
    assert [item.reason for item in not_read] == ["the packed data is damaged"]


def test_gzip_members_after_each_other_and_padding_are_one_file(tmp_path):
    contents, not_read = opened(exhibit(tmp_path, "logs/a.gz", gz(TEXT) + gz(TEXT) + b"\0" * 700))
    assert contents == {"logs/a.gz": TEXT * 2}
    assert not_read == []


def test_rubbish_behind_gzip_is_reported(tmp_path):
    contents, not_read = opened(exhibit(tmp_path, "logs/a.gz", gz(TEXT) + b"rubbish"))
    assert contents == {"logs/a.gz": TEXT}
    assert len(not_read) == 1


def test_a_torn_zip_and_a_torn_tar(tmp_path):
    contents, not_read = opened(exhibit(tmp_path, "logs/a.zip", zipped({"a": noise(5000)})[:3000]))
    assert contents == {}
    assert "torn off" in not_read[0].reason
    data = tarred({"a.txt": TEXT, "b.txt": TEXT})
    contents, not_read = opened(exhibit(tmp_path, "logs/a.tar", data[: len(data) // 2]))
    assert contents["logs/a.tar!a.txt"] == TEXT or TEXT.startswith(contents["logs/a.tar!a.txt"])
    assert not_read


def test_a_checksum_that_differs_in_zip_is_reported(tmp_path):
    data = bytearray(zipped({"a.txt": TEXT}, zipfile.ZIP_STORED))
    data[data.index(b"line 7\n")] = ord("L")
    _, not_read = opened(exhibit(tmp_path, "logs/a.zip", bytes(data)))
    assert [item.reason for item in not_read] == ["the packed data is damaged: its checksum differs"]


def test_a_header_that_lies_about_the_size_is_reported(tmp_path):
    data = zipped({"a.txt": TEXT})
    lying = data.replace(struct.pack("<L", len(TEXT)), struct.pack("<L", 10))
    contents, not_read = opened(exhibit(tmp_path, "logs/a.zip", lying))
    assert all(len(content) <= 10 for content in contents.values())
    assert len(not_read) == 1


def test_encrypted_members_are_listed(tmp_path):
    data = bytearray(zipped({"a.txt": TEXT}))
    for start, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(start) + offset] |= 1
    contents, not_read = opened(exhibit(tmp_path, "leaks/a.zip", bytes(data)))
    assert contents == {}
    assert [(item.path, item.reason) for item in not_read] == [("leaks/a.zip!a.txt", "is encrypted")]


@pytest.mark.parametrize("magic", [b"7z\xbc\xaf\x27\x1c", b"Rar!\x1a\x07\x00", b"Rar!\x1a\x07\x01\x00"])
def test_archives_of_rubbish_are_said_to_be_damaged(tmp_path, magic):
    contents, not_read = opened(exhibit(tmp_path, "leaks/a", magic + noise(100)))
    assert contents == {}
    assert [item.path for item in not_read] == ["leaks/a"]
    assert "damaged" in not_read[0].reason


SMALL = Limits(total=1 << 22, ratio=50, ratio_from=1 << 20, depth=3, members=20, nested=1 << 21)


@pytest.mark.parametrize("pack", [gz, zst, bz2.compress, lzma.compress, lambda data: zipped({"a": data})])
def test_a_bomb_is_stopped_by_its_ratio(tmp_path, pack):
    found = exhibit(tmp_path, "leaks/bomb", pack(bytes(1 << 24)))
    contents, not_read = opened(found, SMALL)
    assert sum(map(len, contents.values())) <= 1 << 23
    assert len(not_read) == 1
    assert "bomb" in not_read[0].reason or "more than" in not_read[0].reason


def test_a_bomb_made_of_many_files_is_stopped_by_its_total(tmp_path):
    data = zipped({f"{n}": noise(1 << 19) for n in range(12)})
    contents, not_read = opened(exhibit(tmp_path, "leaks/many.zip", data), SMALL)
    assert sum(map(len, contents.values())) <= 1 << 22
    assert not_read


def test_too_many_files_and_too_many_layers(tmp_path):
    _, not_read = opened(exhibit(tmp_path, "leaks/n.zip", zipped({f"{n}": b"x" for n in range(40)})), SMALL)
    assert "holds more than 20 files" in not_read[-1].reason
    _, not_read = opened(exhibit(tmp_path, "leaks/n.tar", tarred({f"{n}": b"x" for n in range(40)})), SMALL)
    assert "holds more than 20 files" in not_read[-1].reason
    deep = b"x"
    for n in range(6):
        deep = zipped({f"{n}.zip": deep})
    _, not_read = opened(exhibit(tmp_path, "leaks/deep.zip", deep), SMALL)
    assert "more than 3 archives inside each other" in not_read[-1].reason


def test_an_inner_archive_larger_than_allowed_is_not_laid_aside(tmp_path):
    inner = zipped({"a": noise(3 << 20)}, zipfile.ZIP_STORED)
    _, not_read = opened(exhibit(tmp_path, "leaks/n.zip", zipped({"inner.zip": inner, "b.txt": b"b"})), SMALL)
    assert "inside an archive" in not_read[0].reason


def test_a_tar_with_a_huge_name_is_not_read_into_memory(tmp_path):
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = tarfile.GNUTYPE_LONGNAME, 1 << 20
    data = info.tobuf(tarfile.GNU_FORMAT) + bytes(1 << 20) + bytes(1024)
    contents, not_read = opened(exhibit(tmp_path, "leaks/a.tar", data))
    assert contents == {}
    assert not_read


def test_a_file_that_is_gone_is_listed(tmp_path):
    gone = Exhibit("logs/x", tmp_path / "x", "logs", None, 5)
    _, not_read = opened(gone)
    assert not_read[0].path == "logs/x"


def test_lines_go_through_packed_streams(tmp_path):
    member = only_member(tmp_path, "logs/a.zst", zst(TEXT))
    with member.open() as stream:
        texts = [text for batch in lines(stream, "utf-8", batch_bytes=1000) for text in batch.text]
    assert texts == TEXT.decode().splitlines()
    assert member.fault is None


@settings(max_examples=60, deadline=None)
@given(data=st.binary(max_size=400), start=st.sampled_from([b"PK\x03\x04", b"\x1f\x8b\x08", b"\x28\xb5\x2f\xfd", b""]))
def test_no_bytes_whatever_stop_the_run(tmp_path_factory, data, start):
    opened(exhibit(tmp_path_factory.mktemp("x"), "leaks/a", start + data))


@settings(max_examples=60, deadline=None)
@given(place=st.integers(0, 10_000), byte=st.integers(0, 255), cut=st.integers(0, 10_000))
def test_no_damage_to_an_archive_stops_the_run(tmp_path_factory, place, byte, cut):
    folder = tmp_path_factory.mktemp("x")
    whole = zipped({"a.zip": zipped({"b.csv": TEXT[:3000]}), "c.tar.gz": gz(tarred({"d": TEXT[:2000]}))})
    data = bytearray(whole)
    data[place % len(data)] = byte
    opened(exhibit(folder, "leaks/a", bytes(data)[: cut % len(data) + 1]))
    tar = bytearray(tarred({"d": TEXT[:2000], "e": b"x" * 600}))
    tar[place % len(tar)] = byte
    opened(exhibit(folder, "leaks/b", bytes(tar)[: cut % len(tar) + 1]))


def test_all_files_lie_where_the_path_says(tmp_path: Path):
    found = exhibit(tmp_path, "leaks/a.zip", zipped({"a.txt": b"a"}))
    (member,) = members(found)
    assert isinstance(member, Member)
    assert (member.exhibit, member.size, member.file) == (found, 1, None)
    assert "BinaryIO" not in repr(member)
