"""The case's own files in a package: for one recipient, the same bytes each time, every alteration found, opened as they were."""

from __future__ import annotations

import io
import random
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
from tests.casework.package.packed_case import SIGNER, Place, pack
from tests.casework.package.test_case_files import PEOPLE, manifest

import headwater_verify as verify
from headwater.casework.package.keys import Signer
from headwater.casework.package.opening import open_exhibits
from headwater.casework.package.sealing import MAGIC, PIECE, TAG, ExhibitError, Sealed, sealed_size, unsealed

COURT = X25519PrivateKey.from_private_bytes(bytes(range(32)))
OTHER = X25519PrivateKey.from_private_bytes(bytes(range(1, 33)))
DIGEST = "ab" * 32


def sealed(data: bytes, digest: str = DIGEST, signer: Signer = SIGNER) -> bytes:
    return Sealed(io.BytesIO(data), digest, signer, COURT.public_key()).read()


def opened(data: bytes, digest: str = DIGEST, key: X25519PrivateKey = COURT) -> bytes:
    return b"".join(unsealed(io.BytesIO(data), digest, key))


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 2 * PIECE + 7])
def test_what_is_sealed_is_opened_again(size: int) -> None:
    data = random.Random(size).randbytes(size)
    closed = sealed(data)
    assert len(closed) == sealed_size(size)
    assert opened(closed) == data
    assert sealed(data) == closed
    stream = Sealed(io.BytesIO(data), DIGEST, SIGNER, COURT.public_key())
    assert b"".join(iter(lambda: stream.read(70_001), b"")) == closed


def test_another_key_signer_or_content_gives_other_bytes() -> None:
    data, other = bytes(100), Signer(Ed25519PrivateKey.from_private_bytes(bytes(32)))
    assert len({sealed(data), sealed(data, "cd" * 32), sealed(data, signer=other)}) == 3
    with pytest.raises(ExhibitError):
        opened(sealed(data), key=OTHER)
    with pytest.raises(ExhibitError):
        opened(sealed(data), "cd" * 32)


def test_pieces_cannot_be_moved_doubled_or_cut_off() -> None:
    data = random.Random(1).randbytes(3 * PIECE)
    closed = sealed(data)
    head, whole = len(MAGIC) + 32, PIECE + TAG
    one, two, three = (closed[head + n * whole : head + (n + 1) * whole] for n in range(3))
    for wrong in (one + three + two, one + two, one + two + three + three, one + three, two + three, b"", one[:-1]):
        with pytest.raises(ExhibitError):
            opened(closed[:head] + wrong)
    for bit in range(0, 8 * head, 37):
        flipped = bytearray(closed)
        flipped[bit // 8] ^= 1 << bit % 8
        with pytest.raises(ExhibitError):
            opened(bytes(flipped))
    for cut in (0, 5, head - 1):
        with pytest.raises(ExhibitError):
            opened(closed[:cut])


@pytest.fixture
def exhibits(place: Place) -> Place:
    pack(place, recipient=COURT.public_key())
    return place


def test_files_come_back_as_they_were_for_their_owner_alone(
    exhibits: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "opened"
    files = open_exhibits(exhibits.package, COURT, out, SIGNER.public)
    originals = sorted(f.read_bytes() for f in exhibits.case.rglob("*") if f.is_file())
    assert sorted(file.read_bytes() for file in files) == originals
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}
    assert "seized/E1/torn.xlsx" in {file.relative_to(out).as_posix() for file in files}
    assert verify.main([str(exhibits.package), "--key", SIGNER.fingerprint, "--case", str(out)]) == 0
    assert "7 of 7" in capsys.readouterr().out


def test_the_package_is_the_same_again_and_shows_nobody(exhibits: Place) -> None:
    first = exhibits.package.read_bytes()
    pack(exhibits, recipient=COURT.public_key())
    assert exhibits.package.read_bytes() == first
    assert [person for person in PEOPLE if person.encode() in first] == []
    names = [m["path"] for m in manifest(exhibits.package)["members"]]
    assert [name for name in names if name.startswith("exhibits/")] == [f"exhibits/{n:08}.enc" for n in range(1, 8)]


def test_a_package_that_was_altered_or_is_another_signers_is_not_opened(exhibits: Place, tmp_path: Path) -> None:
    out = tmp_path / "opened"
    with pytest.raises(ExhibitError, match="signed with ANOTHER key"):
        open_exhibits(exhibits.package, COURT, out, bytes(32))
    with pytest.raises(ExhibitError, match="another key, or altered"):
        open_exhibits(exhibits.package, OTHER, tmp_path / "other")
    assert [f for f in (tmp_path / "other").rglob("*") if f.is_file()] == []
    data = bytearray(exhibits.package.read_bytes())
    data[len(data) // 2] ^= 1
    exhibits.package.write_bytes(data)
    with pytest.raises(ExhibitError, match="not as it was signed"):
        open_exhibits(exhibits.package, COURT, out)
    assert not out.exists()


def test_nothing_is_written_over(exhibits: Place, package: Path, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine").write_text("x")
    with pytest.raises(ExhibitError, match="is not empty"):
        open_exhibits(exhibits.package, COURT, tmp_path / "full")
    with pytest.raises(ExhibitError, match="holds no encrypted files"):
        open_exhibits(package, COURT, tmp_path / "none")
    with pytest.raises(ExhibitError, match="cannot be read"):
        open_exhibits(tmp_path / "missing", COURT, tmp_path / "none")
