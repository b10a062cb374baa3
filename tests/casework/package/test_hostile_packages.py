"""Packages made to harm whoever checks them end in a sentence, at once, in little memory, and nothing is written."""

from __future__ import annotations

import ast
import hashlib
import json
import struct
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
import rfc8785
from tests.casework.package.packed_case import SIGNER

import headwater_verify as verify

SOURCE = Path(verify.__file__)


def run(file: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    capsys.readouterr()
    code = verify.main([str(file), "--key", SIGNER.fingerprint])
    return code, capsys.readouterr().out


def header(name: bytes, size: int, *, method: int = 0, flags: int = 0x800, more: bytes = b"") -> bytes:
    fixed = (
        b"PK\3\4",
        20,
        flags,
        method,
        0,
        0x21,
        0,
        min(size, verify.BIG),
        min(size, verify.BIG),
        len(name),
        len(more),
    )
    return struct.pack("<4s5H3L2H", *fixed) + name + more


HOSTILE = {
    "nothing": b"",
    "a bomb": header(b"a", 10, method=8) + zlib.compress(bytes(10**6))[:10],
    "more than there is": header(b"a", 2**31) + b"x",
    "far more than there is": header(b"a", verify.BIG, more=struct.pack("<HHQQ", 1, 16, 2**63, 2**63)),
    "a climb": header(b"../../etc/cron.d/x", 0),
    "a root": header(b"/etc/passwd", 0),
    "a drive": header(b"C:/x", 0),
    "a backslash": header(b"..\\x", 0),
    "a name without end": header(b"a" * 65535, 0),
    "a name of control characters": header(b"\x1b[2Ja", 0),
    "a name that turns": header("a\u202eb".encode(), 0),
    "a name in no encoding": header(b"\xff\xfe", 0),
    "an empty name": header(b"", 0),
    "the same twice": header(b"a", 0) * 2,
    "a million claimed": struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, 0, 0, 0),
    "a directory at any place": struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 10**6, 10**6, 2**62, 2**62),
    "half a header": header(b"a", 0)[:17],
    "extra fields": header(b"a", 0, more=bytes(65535)),
    "a manifest of half a gigabyte claimed": header(b"manifest.json", 2**29 + 1),
    "an ordinary text": b"this is no archive\n" * 50,
}


@pytest.mark.parametrize("what", sorted(HOSTILE))
def test_hostile_bytes_end_in_a_sentence(what: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "p"
    file.write_bytes(HOSTILE[what])
    code, said = run(file, capsys)
    assert (code, said.splitlines()[-1]) == (1, "NOT AS IT WAS SIGNED: see the lines with !!")
    assert said.startswith("!!  ")
    assert "\x1b" not in said
    assert [found.name for found in tmp_path.iterdir()] == ["p"]


def test_many_empty_members_end_soon(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "p"
    file.write_bytes(b"".join(verify.local_header(f"{n:06}".encode(), 0, 0) for n in range(20_000)))
    assert run(file, capsys)[0] == 1


def test_an_archive_of_another_program_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(tmp_path / "p", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", "{}" * 1000)
        archive.writestr("nested.zip", b"PK\5\6" + bytes(18))
    assert run(tmp_path / "p", capsys)[0] == 1


def signed(told: object) -> bytes:
    """A whole container around a manifest, signed as it should be: a hostile signer."""
    manifest = told if isinstance(told, bytes) else rfc8785.dumps(told)  # type: ignore[arg-type]
    signature = SIGNER.key.sign(manifest)
    seal = SIGNER.key.sign(verify.seal_of(signature, b""))
    out, entries = b"", []
    for name, data in ((b"manifest.json", manifest), (b"manifest.json.sig", signature), (b"seal.sig", seal)):
        entries.append((name, len(data), zlib.crc32(data), len(out)))
        out += verify.local_header(*entries[-1][:3]) + data
    return out + verify.tail(entries, len(out))


GOOD = {
    "format": verify.FORMAT,
    "members": [],
    "signer": {"public_key": SIGNER.public.hex()},
    "case": {"name": "c"},
    "made": {"at": {"local": "t"}},
    "tool": {"name": "h", "version": "1"},
    "inputs": {"files": []},
}


def test_a_small_manifest_is_enough(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p").write_bytes(signed(GOOD))
    assert run(tmp_path / "p", capsys)[0] == 0


@pytest.mark.parametrize(
    "told",
    [
        [],
        GOOD | {"format": "headwater/package/2"},
        GOOD | {"members": {}, "signer": []},
        GOOD | {"members": [1]},
        GOOD | {"members": [{"path": "a", "bytes": 0, "sha256": "", "sm3": ""}] * 2},
        GOOD | {"members": [{"path": "a", "bytes": 0, "sha256": "", "sm3": ""}]},
        GOOD | {"signer": {"public_key": "zz"}},
        GOOD | {"signer": {"public_key": "00"}},
        GOOD | {"case": None},
        GOOD | {"made": {"at": 3}},
        GOOD | {"名": 1},
        json.dumps(GOOD | {"case": {"name": 1.5}}, sort_keys=True, separators=(",", ":")).encode(),
        json.dumps(GOOD | {"case": {"name": 10**400}}, sort_keys=True, separators=(",", ":")).encode(),
        json.dumps(GOOD | {"case": {"name": "\ud800"}}, sort_keys=True, separators=(",", ":")).encode(),
        b"[" * 200_000,
        b'{"a":' * 200_000,
        b"\xff",
        b"9" * 5000,
    ],
)
def test_a_hostile_signer_breaks_nothing(told: object, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p").write_bytes(signed(told))
    code, said = run(tmp_path / "p", capsys)
    assert (code, said.splitlines()[-1]) == (1, "NOT AS IT WAS SIGNED: see the lines with !!")


def test_what_a_manifest_says_cannot_move_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "p").write_bytes(signed(GOOD | {"case": {"name": "a\x1b[2Jb\u202ec"}}))
    code, said = run(tmp_path / "p", capsys)
    assert code == 0
    assert "\\u001b" in said
    assert not {"\x1b", "\u202e"} & set(said)


def test_it_needs_nothing_but_python_3_9() -> None:
    tree = ast.parse(SOURCE.read_text("utf-8"), feature_version=(3, 9))
    names = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    names |= {str(n.module) for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert {name.split(".")[0] for name in names} <= sys.stdlib_module_names
    assert not {"socket", "ssl", "http", "urllib", "pickle", "zipfile", "shelve"} & {n.split(".")[0] for n in names}


def test_it_runs_alone_and_says_how_it_is_used(package: Path, tmp_path: Path) -> None:
    alone = tmp_path / "headwater_verify.py"
    alone.write_bytes(SOURCE.read_bytes())

    def ended(*options: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", "-S", str(alone), *options]
        return subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, encoding="utf-8")

    good = ended(str(package), "--key", SIGNER.fingerprint, "--lang", "zh")
    assert (good.returncode, good.stderr) == (0, "")
    assert "完整，且由所指定的密钥签名" in good.stdout
    assert ended(str(package)).returncode == 3
    assert ended(str(package), "--key", "abc").returncode == 2
    assert ended(str(tmp_path / "none")).returncode == 2
    assert ended(str(tmp_path)).returncode == 2
    assert ended().returncode == 2
    assert ended(str(package), "--key", hashlib.sha256(b"").hexdigest()).returncode == 1
