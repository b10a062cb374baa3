#!/usr/bin/env python3
"""Tells whether an evidence package of Headwater is as it was when it was signed, and by which key.

    python headwater_verify.py PACKAGE --key FINGERPRINT [--case FOLDER] [--timestamp-ca CA.pem] [--lang zh]

One file that needs Python 3.9 or later and nothing else; nothing is unpacked, and no network is used. It ends with
0: whole, and signed by the key that was named; 1: altered, damaged, or not by that key; 2: wrong usage;
3: whole, but nobody has said whose key it must be.

A package is a ZIP archive of one exact form: members stored, in the order of their names, with fixed times. From the
members alone every other byte follows, so each byte of the file is either digested or worked out and compared.
"""

from __future__ import annotations

import argparse
import base64
import calendar
import hashlib
import json
import os
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import unicodedata
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, BinaryIO

FORMAT = "headwater/package/1"
MANIFEST, SIGNATURE, STAMP, SEAL = "manifest.json", "manifest.json.sig", "manifest.json.tsr", "seal.sig"
AROUND = (MANIFEST, SIGNATURE, STAMP, SEAL)
"""Members that the manifest cannot list: itself, and what is made of it. They are the last ones."""
SEALED = b"headwater/seal/1\n"
CHUNK = 1 << 20
BIG, MANY = 0xFFFFFFFF, 0xFFFF
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
MOST = {MANIFEST: 1 << 29, SIGNATURE: 64, STAMP: 1 << 20, SEAL: 64}
MEMBERS = 1_000_000
SLOW = 1 << 25
"""So many bytes at most are digested by SM3 where only the slow way (some 200 KB a second) is at hand."""
Entry = tuple[bytes, int, int, int]  # name, size, CRC-32, offset


class AlteredError(Exception):
    """Something is not as it was signed: said in English and in Chinese."""


# --- the archive: what surrounds the members follows from them


def local_header(name: bytes, size: int, crc: int) -> bytes:
    """What stands before a member's bytes."""
    extra = struct.pack("<HHQQ", 1, 16, size, size) if size >= BIG else b""
    sizes = (min(size, BIG),) * 2
    fixed = (b"PK\3\4", 45 if extra else 20, 0x800, 0, 0, 0x21, crc, *sizes, len(name), len(extra))
    return struct.pack("<4s5H3L2H", *fixed) + name + extra


def tail(entries: list[Entry], start: int) -> bytes:
    """What stands behind the last member: the directory of all, and the end of the archive."""
    records = []
    for name, size, crc, offset in entries:
        wide = ([size, size] if size >= BIG else []) + ([offset] if offset >= BIG else [])
        extra = struct.pack(f"<HH{len(wide)}Q", 1, 8 * len(wide), *wide) if wide else b""
        fixed = (b"PK\1\2", 0x32D, 45 if wide else 20, 0x800, 0, 0, 0x21, crc, min(size, BIG), min(size, BIG))
        rest = (len(name), len(extra), 0, 0, 0, 0o100644 << 16, min(offset, BIG))
        records.append(struct.pack("<4s6H3L5H2L", *fixed, *rest) + name + extra)
    directory = b"".join(records)
    count, length, end = len(entries), len(directory), b""
    if count >= MANY or length >= BIG or start >= BIG:
        end = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 0x32D, 45, 0, 0, count, count, length, start)
        end += struct.pack("<4sLQL", b"PK\6\7", 0, start + length, 1)
    counts = (min(count, MANY),) * 2
    return directory + end + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, *counts, min(length, BIG), min(start, BIG), 0)


def plain_name(name: str) -> bool:
    """Whether a member's name is a relative path that any system can bear."""
    parts = name.split("/")
    odd = any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") or c in '\\:*?"<>|' for c in name)
    return not odd and len(name.encode()) <= 1000 and all(p and p.strip(". ") and p == p.strip() for p in parts)


# --- digests: SHA-256 and SM3 beside each other over one read


class SlowSm3:
    """SM3 (GB/T 32905-2016) in Python, where the system's OpenSSL has none."""

    def __init__(self) -> None:
        self._left, self._size = b"", 0
        self._state = [0x7380166F, 0x4914B2B9, 0x172442D7, 0xDA8A0600, 0xA96F30BC, 0x163138AA, 0xE38DEE4D, 0xB0FB0E4E]

    def update(self, data: bytes) -> None:
        """Take more bytes."""
        self._size += len(data)
        data = self._left + data
        whole = len(data) // 64 * 64
        for at in range(0, whole, 64):
            self._block(data[at : at + 64])
        self._left = data[whole:]

    def hexdigest(self) -> str:
        """The digest of everything; nothing can be added afterwards."""
        size = self._size
        self.update(b"\x80" + b"\0" * (-(size + 9) % 64) + struct.pack(">Q", size * 8))
        return struct.pack(">8L", *self._state).hex()

    def _block(self, block: bytes) -> None:
        w = list(struct.unpack(">16L", block))
        for j in range(16, 68):
            x = w[j - 16] ^ w[j - 9] ^ _left(w[j - 3], 15)
            w.append(x ^ _left(x, 15) ^ _left(x, 23) ^ _left(w[j - 13], 7) ^ w[j - 6])
        a, b, c, d, e, f, g, h = self._state
        for j in range(64):
            early = j < 16
            turned = _left(a, 12)
            one = _left((turned + e + _left(0x79CC4519 if early else 0x7A879D8A, j % 32)) & BIG, 7)
            ff = a ^ b ^ c if early else (a & b) | (a & c) | (b & c)
            gg = e ^ f ^ g if early else (e & f) | (~e & g)
            t1 = (ff + d + (one ^ turned) + (w[j] ^ w[j + 4])) & BIG
            t2 = (gg + h + one + w[j]) & BIG
            a, b, c, d, e, f, g, h = t1, a, _left(b, 9), c, t2 ^ _left(t2, 9) ^ _left(t2, 17), e, _left(f, 19), g
        self._state = [x ^ y for x, y in zip(self._state, (a, b, c, d, e, f, g, h))]  # noqa: B905 - Python 3.9


def _left(x: int, by: int) -> int:
    return ((x << by) | (x >> (32 - by))) & BIG if by else x


class Digester:
    """SHA-256, SM3 and CRC-32 of one stream after another; the two long ones run in threads over the same bytes."""

    def __init__(self, with_sm3: bool = True) -> None:
        try:
            hashlib.new("sm3")
            self.slow = False
        except ValueError:
            self.slow = True
        self.with_sm3 = with_sm3
        self._threads = ThreadPoolExecutor(2)

    def take(self, source: Any, size: int | None, give: Callable[[bytes], object]) -> tuple[str, str, int, int]:
        """Read so many bytes (all, when ``None``) and hand them on; gives SHA-256, SM3, CRC-32 and how many there were."""
        states: list[Any] = [hashlib.sha256()]
        if self.with_sm3:
            states.append(SlowSm3() if self.slow else hashlib.new("sm3"))
        crc, done, running = 0, 0, list[Future[None]]()
        while data := source.read(CHUNK if size is None else min(CHUNK, size - done)):
            done += len(data)
            for each in running:
                each.result()
            if len(data) < CHUNK:
                running = []
                for state in states:
                    state.update(data)
            else:
                running = [self._threads.submit(state.update, data) for state in states]
            crc = zlib.crc32(data, crc)
            give(data)
        for each in running:
            each.result()
        return states[0].hexdigest(), states[1].hexdigest() if self.with_sm3 else "", crc, done

    def close(self) -> None:
        """Let the threads go."""
        self._threads.shutdown()


# --- Ed25519 (RFC 8032), checked as strictly as there are ways to be lax

P, L = 2**255 - 19, 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
Point = tuple[int, int, int, int]
ZERO: Point = (0, 1, 1, 0)


def _plus(p: Point, q: Point) -> Point:
    a, b = (p[1] - p[0]) * (q[1] - q[0]) % P, (p[1] + p[0]) * (q[1] + q[0]) % P
    c, d = 2 * p[3] * q[3] * D % P, 2 * p[2] * q[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(k: int, p: Point) -> Point:
    total = ZERO
    while k:
        total = _plus(total, p) if k & 1 else total
        p, k = _plus(p, p), k >> 1
    return total


def _same(p: Point, q: Point) -> bool:
    return (p[0] * q[2] - q[0] * p[2]) % P == 0 and (p[1] * q[2] - q[1] * p[2]) % P == 0


def _point(data: bytes) -> Point | None:
    """The point that these bytes stand for; ``None`` where they are no canonical form of one."""
    told = int.from_bytes(data, "little")
    y, sign = told & (2**255 - 1), told >> 255
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    x = P - x if x & 1 != sign else x
    return x, y, 1, x * y % P


BASE = _point((4 * pow(5, P - 2, P) % P).to_bytes(32, "little")) or ZERO


def signed_by(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether this is the key's Ed25519 signature of the message; other forms of the same numbers are refused."""
    if len(key) != 32 or len(signature) != 64:
        return False
    a, r, s = _point(key), _point(signature[:32]), int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= L or _same(_times(8, a), ZERO):
        return False
    state = hashlib.sha512(signature[:32] + key)
    state.update(message)
    return _same(_times(s, BASE), _plus(r, _times(int.from_bytes(state.digest(), "little") % L, a)))


# --- the time stamp (RFC 3161): what was asked follows from the signature


def stamp_query(signature: bytes) -> bytes:
    """The request for a time stamp over a signature; its nonce follows from the signature, so that anybody can redo it."""
    nonce = bytearray(hashlib.sha256(b"headwater/nonce/1\n" + signature).digest()[:8])
    nonce[0] = nonce[0] & 0x3F | 0x40
    imprint = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(signature).digest()
    return bytes.fromhex("3043020101") + imprint + b"\2\x08" + bytes(nonce) + bytes.fromhex("0101ff")


def seal_of(signature: bytes, stamp: bytes) -> bytes:
    """What the seal signs: the signature and the time stamp, or that there is none."""
    return SEALED + f"{hashlib.sha256(signature).hexdigest()}\n{hashlib.sha256(stamp).hexdigest()}\n".encode()


# --- reading a package


class Package:
    """A package that was read once from end to end: its members' digests, and the bytes of those around the manifest."""

    def __init__(self, file: Path, digester: Digester) -> None:
        self.members: dict[str, tuple[int, str, str]] = {}
        self.around: dict[str, bytes] = dict.fromkeys(AROUND, b"")
        self.entries: list[Entry] = []
        with file.open("rb") as stream:
            self.size = os.fstat(stream.fileno()).st_size
            head = stream.read(30)
            while head[:4] == b"PK\3\4":
                self._member(head, stream, digester)
                head = stream.read(30)
            end = tail(self.entries, stream.tell() - len(head))
            if head + stream.read(len(end)) != end:
                raise AlteredError(
                    "the end of the archive is not what follows from its members", "归档尾部与其成员不符"
                )
        self.manifest = manifest_of(self.around[MANIFEST])

    def _member(self, head: bytes, stream: BinaryIO, digester: Digester) -> None:
        """Read one member: its header must be the very one that its name, size and bytes give."""
        offset = stream.tell() - len(head)
        length, more = struct.unpack("<2H", head[26:].ljust(4, b"\0"))
        if len(head) < 30 or length > 1000 or more not in (0, 20):
            raise AlteredError(f"there is no whole header at byte {offset}", f"第 {offset} 字节处没有完整的头部")
        head += stream.read(length + more)
        size = struct.unpack("<Q", head[-8:])[0] if more else struct.unpack("<L", head[22:26])[0]
        if size > self.size - stream.tell():
            raise AlteredError(
                f"at byte {offset}, more bytes are claimed than there are", f"第 {offset} 字节处声称的大小超出文件"
            )
        raw = head[30 : 30 + length]
        name = raw.decode("utf-8", "replace")
        if not plain_name(name) or (self.entries and raw <= self.entries[-1][0]):
            raise AlteredError("a member's name is unsafe, doubled or out of order", "成员名称不安全、重复或次序不对")
        if size > MOST.get(name, size) or len(self.entries) >= MEMBERS:
            raise AlteredError(f"{name}: too large, or too many members", f"{name}：过大，或成员过多")
        kept: list[bytes] = []
        sha256, sm3, crc, _ = digester.take(stream, size, kept.append if name in MOST else len)
        if head != local_header(raw, size, crc):
            raise AlteredError(f"{name}: its bytes or its header were altered", f"{name}：内容或头部已被改动")
        if name in MOST:
            self.around[name] = b"".join(kept)
        self.members[name] = (size, sha256, sm3)
        self.entries.append((raw, size, crc, offset))


def manifest_of(data: bytes) -> dict[str, Any]:
    """The manifest, if these are its canonical bytes (RFC 8785, of texts, whole numbers, truths, lists and objects)."""

    def refuse(told: str) -> Any:
        raise ValueError(told)

    def once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        if len(dict(pairs)) < len(pairs) or not all(name.isascii() for name, _ in pairs):
            raise ValueError
        return dict(pairs)

    def whole(digits: str) -> int:
        return int(digits) if len(digits) < 18 and abs(int(digits)) < 2**53 else refuse(digits)

    try:
        told = json.loads(data, parse_float=refuse, parse_constant=refuse, parse_int=whole, object_pairs_hook=once)
        again = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        listed = [(m["path"], (m["bytes"], m["sha256"], m["sm3"])) for m in told["members"]]
        good = again == data and told["format"] == FORMAT and len(dict(listed)) == len(listed)
        bytes.fromhex(told["signer"]["public_key"])
    except (ValueError, KeyError, TypeError, RecursionError):
        good = False
    if not good:
        raise AlteredError(
            "the manifest is missing, damaged or not in its canonical form", "清单缺失、损坏或不是规范形式"
        )
    return dict(told)


# --- the checks, in the order in which they are told

Said = tuple[str, str, str]  # mark, English, Chinese
OK, NOT, WRONG = "ok", "--", "!!"


def members(package: Package, digester: Digester) -> Iterator[Said]:
    """Hold every member against what the manifest says of it."""
    listed = {m["path"]: (m["bytes"], m["sha256"], m["sm3"]) for m in package.manifest["members"]}
    found = {name: told for name, told in package.members.items() if name not in AROUND}
    for name in sorted(listed.keys() ^ found.keys()):
        yield WRONG, f"{name}: added or taken out", f"{name}：被添加或移除"
    both = sorted(listed.keys() & found.keys())
    for name in both:
        if found[name] != (listed[name] if digester.with_sm3 else (*listed[name][:2], "")):
            yield WRONG, f"{name}: other bytes than were signed", f"{name}：内容与签名时不同"
    how = ("SHA-256, SM3", "SHA-256、SM3") if digester.with_sm3 else ("SHA-256 alone", "仅 SHA-256")
    yield (
        OK,
        f"{package.size} bytes, {len(both)} files: {how[0]}",
        f"共 {package.size} 字节、{len(both)} 个文件：{how[1]}",
    )
    if not digester.with_sm3:
        yield NOT, "SM3 not checked: this Python has none that is quick", "未核对 SM3：本机 Python 不提供"


def signatures(package: Package, wanted: bytes | None) -> Iterator[Said]:
    """Check the signature of the manifest, the seal over signature and time stamp, and whose key it is."""
    key, signature = bytes.fromhex(package.manifest["signer"]["public_key"]), package.around[SIGNATURE]
    print_ = hashlib.sha256(key).hexdigest()
    if not signed_by(key, package.around[MANIFEST], signature):
        yield WRONG, "the signature does not fit the manifest", "签名与清单不符"
    if not signed_by(key, seal_of(signature, package.around[STAMP]), package.around[SEAL]):
        yield WRONG, "the seal does not fit signature and time stamp", "封印与签名及时间戳不符"
    if wanted is None:
        yield (
            NOT,
            f"signed with the key {print_}: WHOSE IT IS WAS NOT CHECKED (no --key)",
            f"签名密钥 {print_}：未核对归属（无 --key）",
        )
    elif wanted in (key, hashlib.sha256(key).digest()):
        yield OK, f"Ed25519, signed with the key {print_}", f"Ed25519 签名，密钥 {print_}"
    else:
        yield WRONG, f"signed with ANOTHER key: {print_}", f"签名密钥并非所指定者：{print_}"


def stamped(package: Package, authority: Path | None) -> Iterator[Said]:
    """Check the time stamp with the system's openssl, if it and the authority's certificate are at hand."""
    signature, stamp = package.around[SIGNATURE], package.around[STAMP]
    if not stamp:
        yield (WRONG if authority else NOT), "there is no time stamp", "没有时间戳"
        return
    query, program = stamp_query(signature), shutil.which("openssl")
    if hashlib.sha256(signature).digest() not in stamp or query[56:66] not in stamp:
        yield WRONG, "the time stamp is one of another signature", "时间戳属于其他签名"
    if not program or not authority:
        why = ("no --timestamp-ca", "未给出 --timestamp-ca") if program else ("no openssl here", "本机没有 openssl")
        yield (
            NOT,
            f"there is a time stamp; whose it is was not checked: {why[0]}",
            f"有时间戳，但未核对其来源：{why[1]}",
        )
        return
    with tempfile.TemporaryDirectory() as folder:
        asked, got = Path(folder, "query"), Path(folder, "reply")
        asked.write_bytes(query)
        got.write_bytes(stamp)
        told = _run(program, "ts", "-reply", "-in", got, "-text")
        found = re.search(r"Time stamp: (\w{3} [ \d]\d \d\d:\d\d:\d\d)[.\d]* (\d{4}) GMT", told)
        when = time.strptime(" ".join(found.groups()), "%b %d %H:%M:%S %Y") if found else time.gmtime(0)
        at = ("-CAfile", authority, "-attime", str(calendar.timegm(when)))
        held = "Verification: OK" in _run(program, "ts", "-verify", "-queryfile", asked, "-in", got, *at)
    if held:
        shown = time.strftime("%Y-%m-%dT%H:%M:%SZ", when)
        yield (
            OK,
            f"time stamp of {shown}, by an authority that {authority} vouches for",
            f"时间戳 {shown}，由 {authority} 所认可的机构签发",
        )
    else:
        yield WRONG, "the time stamp does not hold: openssl refuses it", "时间戳无效：openssl 不予认可"


def _run(*command: object) -> str:
    told = subprocess.run([str(c) for c in command], capture_output=True, timeout=60, check=False)
    return (told.stdout + told.stderr).decode("utf-8", "replace")


def case_folder(package: Package, folder: Path | None, digester: Digester) -> Iterator[Said]:
    """Digest the original files again and hold them against what the manifest says was read."""
    if not folder:
        yield NOT, "the original files were not compared (no --case)", "未核对原始文件（无 --case）"
        return
    read = [f for f in package.manifest["inputs"]["files"] if "sha256" in f]
    digester.with_sm3 &= not digester.slow or sum(f["bytes"] for f in read) <= SLOW
    known = {f["path"]: (f["bytes"], f["sha256"], f["sm3"]) for f in read if not f.get("masked")}
    masked = Counter((f["bytes"], f["sha256"], f["sm3"]) for f in read if f.get("masked"))
    undigested, same = {f["path"] for f in package.manifest["inputs"]["files"] if "sha256" not in f}, 0
    for path, file in _files(folder):
        if path in undigested:
            continue
        try:
            with file.open("rb") as stream:
                sha256, sm3, _, size = digester.take(stream, None, len)
        except OSError as error:
            yield WRONG, f"{path}: {error.strerror}", f"{path}：{error.strerror}"
            continue
        want, got = known.pop(path, None), (size, sha256, sm3)
        if want and want[:2] == got[:2] and sm3 in ("", want[2]):
            same += 1
        elif want:
            yield WRONG, f"{path}: other bytes than were read", f"{path}：内容与读取时不同"
        elif met := next((told for told in masked if told[:2] == got[:2] and sm3 in ("", told[2])), None):
            masked -= Counter([met])
            same += 1
        else:
            yield WRONG, f"{path}: was not there when the package was made", f"{path}：制作证据包时不存在"
    lost = [*known, *("?" for _ in masked.elements())]
    for path in lost:
        yield WRONG, f"{path}: is missing now", f"{path}：现已缺失"
    how = "SHA-256, SM3" if digester.with_sm3 else "SHA-256"
    told = f"original files that are as they were: {same} of {len(read)} ({how})"
    yield OK, told, f"原始文件与读取时一致：{same}/{len(read)}（{how}）"


def _files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file below a folder with its name as the manifest writes it; links that lead out of it are not followed."""
    root = folder.resolve()
    for place, folders, files in os.walk(folder):
        folders.sort()
        for file in (Path(place, name) for name in sorted(files)):
            raw = b"/".join(os.fsencode(part) for part in file.relative_to(folder).parts)
            if file.is_file() and root in file.resolve().parents:
                yield "/".join(_name(part) for part in raw.split(b"/")), file


def _name(raw: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return _CONTROL.sub(lambda c: f"\\u{ord(c[0]):04x}", raw.decode(encoding))
        except UnicodeDecodeError:
            continue
    return raw.decode("ascii", "backslashreplace")


def public_key(told: str) -> bytes:
    """The 32 bytes of a key or of its fingerprint, from hexadecimal digits or from a file (PEM or hexadecimal)."""
    text = Path(told).read_text("utf-8") if Path(told).is_file() else told
    if pem := re.search(r"-----BEGIN PUBLIC KEY-----(.+?)-----END PUBLIC KEY-----", text, re.DOTALL):
        return base64.b64decode(pem[1])[-32:]
    digits = re.sub(r"[\s:]", "", text.split("SHA256")[-1])
    if not re.fullmatch(r"[0-9A-Fa-f]{64}", digits):
        raise argparse.ArgumentTypeError("is neither 64 hexadecimal digits nor a file with a public key")
    return bytes.fromhex(digits)


def checked(asked: argparse.Namespace) -> Iterator[Said]:
    """Everything that is checked, one sentence each; raises :class:`AlteredError` where nothing more can be read."""
    digester = Digester()
    digester.with_sm3 = not digester.slow or asked.package.stat().st_size <= SLOW
    try:
        package = Package(asked.package, digester)
        told = package.manifest
        about = [told["case"]["name"], told["made"]["at"]["local"], told["tool"]["name"], told["tool"]["version"]]
        yield OK, f"says of itself: {', '.join(map(str, about))}", f"自述：{'，'.join(map(str, about))}"
        yield from members(package, digester)
        yield from signatures(package, asked.key)
        yield from stamped(package, asked.timestamp_ca)
        yield from case_folder(package, asked.case, digester)
    finally:
        digester.close()


def main(arguments: list[str] | None = None) -> int:
    """Check a package as the command line asks for it, print what was and was not checked, and give the exit code."""
    parser = argparse.ArgumentParser(prog="headwater-verify", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("package", type=Path)
    parser.add_argument("--key", type=public_key, help="public key or its fingerprint, got by another way")
    parser.add_argument("--case", type=Path, help="the case folder: its files are digested again and compared")
    parser.add_argument("--timestamp-ca", type=Path, help="certificate of the time-stamp authority's root (PEM)")
    parser.add_argument("--lang", choices=("en", "zh"), default="en")
    asked = parser.parse_args(arguments)
    for place, there in ((asked.package, Path.is_file), (asked.case, Path.is_dir), (asked.timestamp_ca, Path.is_file)):
        if place and not there(place):
            parser.error(f"{place}: is not there, or is not what it should be")
    chinese, marks = asked.lang == "zh", set()
    if hasattr(sys.stdout, "reconfigure"):  # a terminal that cannot show a character must not end the check
        sys.stdout.reconfigure(errors="backslashreplace")
    try:
        for mark, *said in checked(asked):
            marks.add(mark)
            _print(mark, said[chinese])
        marks.add("end")
    except AlteredError as error:
        _print(WRONG, error.args[chinese])
    except (LookupError, TypeError, ValueError, AttributeError, MemoryError):
        _print(WRONG, ("the manifest is not of the form that is known here", "清单不是本程序所知的形式")[chinese])
    except BrokenPipeError:
        sys.stdout = open(os.devnull, "w")  # noqa: SIM115,PTH123 - nobody listens any more
        return 2
    except OSError as error:
        _print(WRONG, f"{error.filename}: {error.strerror}")
    code = 1 if WRONG in marks or "end" not in marks else 0 if asked.key else 3
    verdicts = {
        0: ("WHOLE, and signed by the key that was named", "完整，且由所指定的密钥签名"),
        1: ("NOT AS IT WAS SIGNED: see the lines with !!", "与签名时不符：见标有 !! 的各行"),
        3: ("WHOLE, but whose key it is was not checked: give --key", "完整，但未核对密钥归属：请给出 --key"),
    }
    print(verdicts[code][chinese])
    return code


def _print(mark: str, said: str) -> None:
    print(f"{mark}  " + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in said))


if __name__ == "__main__":
    sys.exit(main())
