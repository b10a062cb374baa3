"""The archive: what other programs read of it, sizes beyond 32 bits, and what a cut run leaves."""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import headwater_verify as verify
from headwater.casework.package.container import container
from headwater.model.errors import CaseError, StoreError

GB = 1 << 30


def test_usual_programs_open_it(package: Path) -> None:
    with zipfile.ZipFile(package) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == sorted(archive.namelist())
    for program, *options in (("unzip", "-tq"), ("bsdtar", "-tf"), ("7z", "t")):
        if shutil.which(program):
            assert subprocess.run([program, *options, str(package)], capture_output=True).returncode == 0, program


def test_members_beyond_four_gigabytes_are_as_zip64_has_them(tmp_path: Path) -> None:
    """Sparse files: the headers stand where they must, the bytes between are holes."""
    file, entries = tmp_path / "big.zip", list[verify.Entry]()
    with file.open("wb") as out:
        for name, size in ((b"a", 5 * GB), (b"b", 3), (b"c", 4 * GB), (b"d", 3 * GB)):
            entries.append((name, size, 0, out.tell()))
            out.write(verify.local_header(name, size, 0))
            out.seek(size, os.SEEK_CUR)
        out.write(verify.tail(entries, out.tell()))
    with zipfile.ZipFile(file) as archive:
        found = [(i.filename.encode(), i.file_size, i.CRC, i.header_offset) for i in archive.infolist()]
        assert found == entries
        for info in archive.infolist():
            archive.open(info).close()  # reads the local header
    if shutil.which("unzip"):
        told = subprocess.run(["unzip", "-l", str(file)], capture_output=True, text=True, check=True).stdout
        assert str(5 * GB) in told


def test_more_members_than_sixteen_bits_count(tmp_path: Path) -> None:
    out, entries = bytearray(), list[verify.Entry]()
    for n in range(0xFFFF + 5):
        entries.append((f"{n:06}".encode(), 0, 0, len(out)))
        out += verify.local_header(entries[-1][0], 0, 0)
    out += verify.tail(entries, len(out))
    with zipfile.ZipFile(io.BytesIO(out)) as archive:
        assert len(archive.namelist()) == 0xFFFF + 5


def test_members_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    digester = verify.Digester()
    for second in ("a", "A", "b/../c", "", "/c", "c\\d", "c:d"):
        with pytest.raises(CaseError), container(tmp_path / "p", digester) as out:
            out.add_bytes("a", b"1")
            out.add_bytes(second, b"2")
    assert list(tmp_path.iterdir()) == []
    digester.close()


def test_a_file_that_grows_while_it_is_packed_is_refused(tmp_path: Path) -> None:
    digester = verify.Digester()
    with pytest.raises(CaseError, match="was changed"), container(tmp_path / "p", digester) as out:
        out.add("a", io.BytesIO(b"12345"), 4)
    with pytest.raises(CaseError, match="was changed"), container(tmp_path / "p", digester) as out:
        out.add("a", io.BytesIO(b"123"), 4)
    assert list(tmp_path.iterdir()) == []
    digester.close()


KILLED = """
import sys, os, signal
from pathlib import Path
from headwater_verify import Digester
from headwater.casework.package.container import container
class Endless:
    left = int(sys.argv[2])
    def read(self, size):
        self.left -= size
        if self.left < 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return bytes(size)
with container(Path(sys.argv[1]), Digester()) as out:
    out.add_bytes("a", b"first")
    out.add("b", Endless(), 1 << 40)
"""


@pytest.mark.parametrize("after", [0, 3 << 20])
def test_a_run_that_is_killed_leaves_no_half_package(tmp_path: Path, after: int) -> None:
    file = tmp_path / "p.zip"
    for earlier in (None, b"an earlier package"):
        if earlier:
            file.write_bytes(earlier)
        ended = subprocess.run(
            [sys.executable, "-c", KILLED, str(file), str(after)],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )
        assert ended.returncode == -signal.SIGKILL
        assert (file.read_bytes() if file.exists() else None) == earlier
    digester = verify.Digester()
    with container(file, digester) as out:
        out.add_bytes("a", b"again")
    digester.close()
    assert [found.name for found in tmp_path.iterdir()] == ["p.zip"]


def test_a_disk_that_refuses_is_an_error_in_our_words(tmp_path: Path) -> None:
    digester = verify.Digester()
    (tmp_path / "folder").write_text("a file")
    with pytest.raises(StoreError, match="cannot be written"), container(tmp_path / "folder/p", digester):
        raise AssertionError("nothing can be written here")
    with pytest.raises(StoreError, match="cannot be written"), container(tmp_path / "p", digester) as out:
        out.add_file("a", tmp_path / "missing")
    assert [found.name for found in tmp_path.iterdir()] == ["folder"]
    digester.close()
