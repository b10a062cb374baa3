"""Whatever is done to a package's bytes is seen: flips, cuts, insertions, swaps, other members, another key."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest
from tests.casework.package.packed_case import SIGNER, Place, pack

import headwater_verify as verify

KEY = SIGNER.fingerprint


def code(file: Path, data: bytes, *options: str) -> int:
    file.write_bytes(data)
    return verify.main([str(file), "--key", KEY, *options])


@pytest.fixture(scope="session")
def stamped(investigated: Place, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A package with something in the place of a time stamp that has the right imprint and nonce."""
    file = tmp_path_factory.mktemp("stamped") / "p.zip"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HEADWATER_TOKEN_KEY", "ab" * 32)
        pack(investigated, lambda signature: b"\x30" + verify.stamp_query(signature) * 20, to=file)
    return file.read_bytes()


def test_the_package_as_it_is_is_whole(stamped: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert code(tmp_path / "p", stamped) == 0
    assert "WHOLE, and signed by the key that was named" in capsys.readouterr().out


def test_a_thousand_flips_are_all_found(stamped: bytes, tmp_path: Path) -> None:
    chance = random.Random(8)
    regions = [(0, len(stamped))]
    with zipfile.ZipFile(io.BytesIO(stamped)) as archive:
        starts = [info.header_offset for info in archive.infolist()]
        assert [info.filename for info in archive.infolist()][-4:] == list(verify.AROUND)
    ends = [*starts[1:], stamped.rindex(b"PK\1\2")]
    regions += [(start, start + 80) for start in starts]  # headers and names
    regions += list(zip(starts, ends, strict=True))[-4:]  # manifest, signature, stamp, seal
    regions += [(stamped.index(b"PK\1\2"), len(stamped))]  # the directory and the end
    missed = []
    for n in range(1000):
        low, high = regions[n % len(regions)]
        bit = chance.randrange(8 * low, 8 * min(high, len(stamped)))
        flipped = bytearray(stamped)
        flipped[bit // 8] ^= 1 << bit % 8
        if code(tmp_path / "p", bytes(flipped)) != 1:
            missed.append(bit)
    assert missed == []
