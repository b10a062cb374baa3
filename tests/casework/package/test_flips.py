"""Whatever is done to a package's bytes is seen: flips, cuts, insertions, swaps, other members, another key."""

from __future__ import annotations

import io
import json
import random
import zipfile
import zlib
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from tests.casework.package.packed_case import SIGNER, Place, pack

import headwater_verify as verify
from headwater.casework.package.keys import Signer

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


def parts(data: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


def built(members: list[tuple[str, bytes]]) -> bytes:
    """A container of these members, in this order, of the very form that a package has."""
    out, entries = bytearray(), list[verify.Entry]()
    for name, data in members:
        entry = (name.encode(), len(data), zlib.crc32(data), len(out))
        out += verify.local_header(*entry[:3]) + data
        entries.append(entry)
    return bytes(out) + verify.tail(entries, len(out))


def test_a_container_that_is_built_again_is_the_same(stamped: bytes) -> None:
    assert built(parts(stamped)) == stamped


def test_cuts_and_insertions_anywhere_are_found(stamped: bytes, tmp_path: Path) -> None:
    chance = random.Random(3)
    for n in range(120):
        at = chance.randrange(len(stamped))
        size = chance.choice((1, 2, 30, 4096))
        cut = stamped[:at] if n % 3 == 0 else stamped[:at] + stamped[at + size :]
        longer = stamped[:at] + chance.randbytes(size) + stamped[at:]
        assert code(tmp_path / "p", longer if n % 3 == 2 else cut) == 1, (n, at, size)
    for more in (b"\0", b"\n", stamped, b"PK\5\6" + bytes(18)):
        assert code(tmp_path / "p", stamped + more) == 1
        assert code(tmp_path / "p", more + stamped) == 1
    for size in range(0, 120):
        assert code(tmp_path / "p", stamped[:size]) == 1
        assert code(tmp_path / "p", stamped[: len(stamped) - 1 - size]) == 1


def test_members_that_are_swapped_renamed_added_or_taken_out_are_found(stamped: bytes, tmp_path: Path) -> None:
    whole = parts(stamped)
    names = [name for name, _ in whole]
    swapped = [(name, dict(whole)[other]) for name, other in zip(names, [names[1], names[0], *names[2:]], strict=True)]
    wrong = [swapped, [*reversed(whole)], [*whole, ("z", b"")], [("A", b""), *whole], [whole[0], *whole]]
    for n, (name, data) in enumerate(whole):
        wrong.append(whole[:n] + whole[n + 1 :])
        wrong.append([*whole[:n], (name + "x", data), *whole[n + 1 :]])
        wrong.append([*whole[:n], (name, data + b"\n"), *whole[n + 1 :]])
        wrong.append([*whole[:n], (name, data[:-1]), *whole[n + 1 :]])
    for n, members in enumerate(wrong):
        assert code(tmp_path / "p", built(members)) == 1, n


def test_a_manifest_that_says_the_same_in_other_bytes_is_found(stamped: bytes, tmp_path: Path) -> None:
    whole = dict(parts(stamped))
    told = json.loads(whole["manifest.json"])
    for again in (
        json.dumps(told, ensure_ascii=False).encode(),
        json.dumps(told, sort_keys=True, separators=(",", ":")).encode(),
        whole["manifest.json"] + b"\n",
        b"\xef\xbb\xbf" + whole["manifest.json"],
        whole["manifest.json"].replace(b'{"case":', b'{"case":1,"case":', 1),
    ):
        assert code(tmp_path / "p", built([*(whole | {"manifest.json": again}).items()])) == 1


def test_a_package_signed_anew_by_somebody_else_is_whole_and_not_by_the_key_that_was_named(
    place: Place, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forger = Signer(Ed25519PrivateKey.from_private_bytes(bytes(32)))
    pack(place, signer=forger)
    assert verify.main([str(place.package), "--key", KEY]) == 1
    assert "signed with ANOTHER key" in capsys.readouterr().out
    assert verify.main([str(place.package)]) == 3
    assert verify.main([str(place.package), "--key", forger.fingerprint]) == 0


def test_the_seal_of_a_package_without_a_stamp_does_not_fit_one_with_it(stamped: bytes, tmp_path: Path) -> None:
    whole = dict(parts(stamped))
    seal = {"seal.sig": SIGNER.key.sign(verify.seal_of(whole["manifest.json.sig"], b""))}
    assert code(tmp_path / "p", built([*(whole | seal).items()])) == 1
    without = {name: data for name, data in whole.items() if name != "manifest.json.tsr"}
    assert code(tmp_path / "p", built([*without.items()])) == 1
    assert code(tmp_path / "p", built([*(without | seal).items()])) == 0
