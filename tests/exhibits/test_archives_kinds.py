"""Archives that libarchive reads are opened like zips: cited, bounded, refused where their names lead out."""

from __future__ import annotations

import gzip
import random
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_archives import LOCK5, by_bsdtar, cab, lha, rar4, rar5, rar5_volumes, seven_zip, split_zip
from support_exhibits import exhibit, only_member, opened, zipped

from headwater.exhibits.enclosing import enclosed
from headwater.exhibits.limits import Limits
from headwater.exhibits.member import Member, plain
from headwater.exhibits.opening import members
from headwater.model.exhibit import Exhibit, NotRead

TEXT = b"".join(b"line %d\n" % n for n in range(3000))
FILES = {"a.txt": TEXT, "b/客户.csv": b"name\n1\n2\n"}
HOSTILE = {"../x.txt": b"x", "good.txt": b"good"}
bsdtar = pytest.mark.skipif(shutil.which("bsdtar") is None, reason="needs bsdtar")


@bsdtar
@pytest.mark.parametrize("kind", ["7zip", "iso9660", "cpio", "newc"])
def test_archives_of_many_kinds_are_opened(tmp_path: Path, kind: str) -> None:
    data = by_bsdtar(tmp_path / "in", FILES, f"--format={kind}")
    contents, not_read = opened(exhibit(tmp_path, "leaks/o.bin", data))
    assert contents == {f"leaks/o.bin!{name}": text for name, text in FILES.items()}
    assert not_read == []


@bsdtar
def test_a_debian_package_is_opened_to_its_files(tmp_path: Path) -> None:
    inner = by_bsdtar(tmp_path / "in", FILES, "--format=ustar", "--xz")
    data = by_bsdtar(tmp_path / "deb", {"debian-binary": b"2.0\n", "data.tar.xz": inner}, "--format=arbsd")
    contents, not_read = opened(exhibit(tmp_path, "leaks/x.deb", data))
    assert contents["leaks/x.deb!data.tar.xz!a.txt"] == TEXT
    assert not_read == []


@pytest.mark.parametrize("pack", [seven_zip, rar4, rar5, lha])
def test_archives_written_without_bsdtar_are_opened(tmp_path: Path, pack) -> None:
    contents, not_read = opened(exhibit(tmp_path, "leaks/o", pack(FILES)))
    assert contents == {f"leaks/o!{name}": text for name, text in FILES.items()}
    assert not_read == []


def test_a_cabinet_is_opened(tmp_path: Path) -> None:
    files = {"a.txt": TEXT[:9000], "b.csv": b"1,2\n"}
    contents, not_read = opened(exhibit(tmp_path, "leaks/o.cab", cab(files)))
    assert contents == {f"leaks/o.cab!{name}": text for name, text in files.items()}
    assert not_read == []


def test_archives_in_archives_of_other_kinds_are_opened(tmp_path: Path) -> None:
    data = zipped({"in.rar": rar5({"in.7z": seven_zip({"x.txt": b"x"})})})
    contents, not_read = opened(exhibit(tmp_path, "leaks/o.zip", data))
    assert contents == {"leaks/o.zip!in.rar!in.7z!x.txt": b"x"}
    assert not_read == []


@pytest.mark.parametrize("pack", [rar4, rar5, lha, cab])
def test_names_that_lead_out_of_them_are_refused(tmp_path: Path, pack) -> None:
    contents, not_read = opened(exhibit(tmp_path, "leaks/a", pack(HOSTILE)))
    assert contents == {"leaks/a!good.txt": b"good"}
    assert [item.reason for item in not_read] == ["its name leads out of the archive"]


def test_members_of_them_stay_open_together_and_can_be_sought(tmp_path: Path) -> None:
    data = rar5({f"{n}.txt": TEXT[n:] for n in range(50)})
    found = [m for m in members(exhibit(tmp_path, "leaks/a", data)) if isinstance(m, Member)]
    assert [m.open().read() for m in found] == [TEXT[n:] for n in range(50)]
    with found[7].open() as stream:
        assert (stream.seek(3), stream.read(4)) == (3, TEXT[10:14])


def test_a_bomb_is_a_line_in_the_report(tmp_path: Path) -> None:
    limits = Limits(total=1 << 20, ratio=50, ratio_from=1 << 16)
    contents, not_read = opened(exhibit(tmp_path, "leaks/b.7z", seven_zip({"zeros": bytes(1 << 23)})), limits)
    assert contents == {}
    assert ["as a bomb does" in item.reason or "unpacks to more" in item.reason for item in not_read] == [True]


@pytest.mark.parametrize(
    "data", [rar4(FILES, flags=0x04), rar5(FILES, extra=LOCK5), rar5(FILES, secret_names=True)], ids=["4", "5", "names"]
)
def test_an_encrypted_rar_is_said_to_be_encrypted(tmp_path: Path, data: bytes) -> None:
    contents, not_read = opened(exhibit(tmp_path, "leaks/o.rar", data))
    assert contents == {}
    assert not_read
    assert all("is encrypted" in item.reason for item in not_read)


@pytest.mark.parametrize("pack", [seven_zip, rar4, rar5, lha])
def test_a_torn_archive_says_so(tmp_path: Path, pack) -> None:
    data = pack({"a.txt": random.Random(1).randbytes(9000), "b.txt": TEXT})
    contents, not_read = opened(exhibit(tmp_path, "leaks/o", data[:6000]))
    assert not_read
    assert all(random.Random(1).randbytes(9000).startswith(text) for text in contents.values())


@pytest.mark.parametrize("pack", [seven_zip, rar4, rar5, lha], ids=lambda pack: pack.__name__)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 10**9), cut=st.floats(0, 1), flips=st.integers(0, 6))
def test_damaged_archives_raise_nothing(tmp_path: Path, pack, seed: int, cut: float, flips: int) -> None:
    data = bytearray(pack({"a.txt": TEXT[:700], "b/c.csv": b"1,2\n" * 40}))
    dice = random.Random(seed)
    for _ in range(flips):
        data[dice.randrange(8, len(data))] ^= 1 << dice.randrange(8)
    opened(exhibit(tmp_path, "leaks/o", bytes(data[: max(9, int(cut * len(data)))])), Limits(total=1 << 24), ("a",))


def parent(folder: Path) -> Member:
    return only_member(folder, "mail/m.eml", b"From: a\n\nhello\n")


def given_by(found: object) -> dict[str, bytes]:
    return {m.path: m.open().read() for m in found if isinstance(m, Member)}  # type: ignore[attr-defined]


def test_a_file_in_a_document_is_cited_by_it_and_expanded(tmp_path: Path) -> None:
    mail = parent(tmp_path)
    assert given_by(enclosed(mail, "客户.csv", b"1\n")) == {"mail/m.eml!客户.csv": b"1\n"}
    packed = zipped({"in.7z": seven_zip({"x.txt": b"x"})})
    assert given_by(enclosed(mail, "a.zip", packed)) == {"mail/m.eml!a.zip!in.7z!x.txt": b"x"}


def test_what_documents_enclose_counts_against_their_exhibit(tmp_path: Path) -> None:
    found = exhibit(tmp_path, "mail/m.eml", b"x" * 100)
    mail = next(m for m in members(found, Limits(total=1000, depth=3)) if isinstance(m, Member))
    assert given_by(enclosed(mail, "a", bytes(800)))
    (refused,) = enclosed(mail, "b", bytes(800))
    assert isinstance(refused, NotRead)
    assert "unpacks to more" in refused.reason
    mail = parent(tmp_path)
    (deep,) = enclosed(mail, "c", b"1", depth=9)
    assert isinstance(deep, NotRead)
    assert "inside each other" in deep.reason


def test_an_enclosed_archive_is_no_deeper_than_allowed(tmp_path: Path) -> None:
    mail = plain(exhibit(tmp_path, "mail/n.eml", b"y"))
    deep = b"end"
    for _ in range(12):
        deep = zipped({"in": deep})
    (refused,) = enclosed(mail, "deep.zip", deep)
    assert isinstance(refused, NotRead)


@pytest.mark.parametrize("pack", [seven_zip, zipped, rar5])
def test_an_archive_that_was_cut_is_joined(tmp_path: Path, pack) -> None:
    data = pack({"a.txt": random.Random(1).randbytes(9000), "b.txt": TEXT})
    parts = range(2, len(data) // 4000 + 2)
    later = [exhibit(tmp_path, f"leaks/a.7z.{n:03d}", data[(n - 1) * 4000 : n * 4000]) for n in parts]
    first = exhibit(tmp_path, "leaks/a.7z.001", data[:4000])
    contents, not_read = opened(first)
    assert contents["leaks/a.7z.001!b.txt"] == TEXT
    assert not_read == []
    assert opened(later[0]) == ({}, [NotRead("leaks/a.7z.002", "is a later part of a.7z.001, and read with it")])


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lambda data: zipped({"a": data})])
def test_files_that_are_only_numbered_are_left_apart(tmp_path: Path, pack) -> None:
    second = exhibit(tmp_path, "logs/a.log.002", pack(b"second"))
    first = exhibit(tmp_path, "logs/a.log.001", pack(b"first"))
    assert list(opened(first)[0].values()) == [b"first"]
    assert list(opened(second)[0].values()) == [b"second"]


def laid(folder: Path, names: Sequence[str], parts: Sequence[bytes]) -> list[Exhibit]:
    return [exhibit(folder, f"leaks/{name}", part) for name, part in zip(names, parts, strict=True)]


@pytest.mark.parametrize("names", ["a.part{}.rar", "a.part0{}.rar", "a.rar a.r00 a.r01", "B.RAR B.R00 B.R01"])
def test_volumes_of_a_rar_are_joined(tmp_path: Path, names: str) -> None:
    data = random.Random(2).randbytes(9000)
    named = names.split() if " " in names else [names.format(n) for n in (1, 2, 3)]
    first, *later = laid(tmp_path, named, rar5_volumes("b.bin", data, 4000))
    assert opened(first) == ({f"leaks/{named[0]}!b.bin": data}, [])
    for part in later:
        assert opened(part) == ({}, [NotRead(part.path, f"is a later part of {named[0]}, and read with it")])


def test_a_rar_whose_last_volume_is_missing_says_so(tmp_path: Path) -> None:
    volumes = rar5_volumes("b.bin", random.Random(2).randbytes(9000), 4000)[:2]
    first, _ = laid(tmp_path, ["a.part1.rar", "a.part2.rar"], volumes)
    _, not_read = opened(first)
    assert "a.part3.rar is not there" in not_read[0].reason


def test_a_split_zip_is_joined(tmp_path: Path) -> None:
    data = random.Random(3).randbytes(9000)
    parts = split_zip(zipped({"b.bin": data, "c.txt": TEXT, "d.bin": data[:5000]}), 4000)
    names = [*(f"a.z{n:02d}" for n in range(1, len(parts))), "a.zip"]
    *first, last = laid(tmp_path, names, parts)
    contents, not_read = opened(last)
    assert contents == {"leaks/a.zip!b.bin": data, "leaks/a.zip!c.txt": TEXT, "leaks/a.zip!d.bin": data[:5000]}
    assert not_read == []
    assert opened(first[0])[1] == [NotRead("leaks/a.z01", "is a later part of a.zip, and read with it")]


def test_a_split_zip_without_one_of_its_parts_says_so(tmp_path: Path) -> None:
    parts = split_zip(zipped({"b.bin": random.Random(3).randbytes(9000)}), 4000)
    found = laid(tmp_path, ["a.z02", "a.zip"], parts[1:])
    _, not_read = opened(found[1])
    assert "is the last of 3 parts" in not_read[0].reason


def test_a_part_of_a_rar_says_which_part_is_missing(tmp_path: Path) -> None:
    _, not_read = opened(exhibit(tmp_path, "leaks/a.part1.rar", rar4(FILES, flags=0x02)))
    assert "a.part2.rar is not there" in not_read[0].reason


def test_the_last_part_of_a_zip_says_so(tmp_path: Path) -> None:
    data = bytearray(zipped(FILES))
    data[data.rfind(b"PK\x05\x06") + 4] = 2
    _, not_read = opened(exhibit(tmp_path, "leaks/a.zip", bytes(data)))
    assert "is the last of 3 parts" in not_read[0].reason


def test_a_cabinet_that_breaks_the_library_is_a_line_in_the_report(tmp_path: Path) -> None:
    dice = random.Random(7)
    files = {"a.txt": TEXT[:800], "b.csv": b"1,2\n" * 30}
    for _ in range(25):
        data = bytearray(cab(files))
        for _ in range(6):
            data[dice.randrange(30, 120)] = dice.choice([0, 255, 127, 128])
        opened(exhibit(tmp_path, "leaks/o.cab", bytes(data)), Limits(total=1 << 24))
