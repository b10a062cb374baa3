"""Archives for tests, written by other programs (bsdtar, py7zr, pyzipper) or, where none may write the format, by hand."""

from __future__ import annotations

import hashlib
import io
import struct
import subprocess
import zlib
from collections.abc import Mapping
from pathlib import Path

import py7zr
import pyzipper
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

REGULAR = 0o100644


def by_bsdtar(folder: Path, files: Mapping[str, bytes], *options: str) -> bytes:
    """An archive of the format that the options ask for (``--format=iso9660``)."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
    made = folder.parent / f"{folder.name}.made"
    tops = sorted({name.split("/")[0] for name in files})
    environment = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
    subprocess.run(["bsdtar", "-cf", str(made), *options, *tops], cwd=folder, check=True, env=environment)
    return made.read_bytes()


def seven_zip(files: Mapping[str, bytes], password: str | None = None, *, secret_names: bool = False) -> bytes:
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", password=password, header_encryption=secret_names) as archive:
        for name, data in files.items():
            archive.writestr(data, name)
    return out.getvalue()


def aes_zip(
    files: Mapping[str, bytes], password: str, *, method: int = pyzipper.ZIP_DEFLATED, bits: int = 256
) -> bytes:
    out = io.BytesIO()
    with pyzipper.AESZipFile(out, "w", compression=method) as archive:
        archive.setpassword(password.encode())
        archive.setencryption(pyzipper.WZ_AES, nbits=bits)
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


def rar4(files: Mapping[str, bytes], *, flags: int = 0) -> bytes:
    """RAR 1.5 to 4, every file stored; ``flags`` are added to each file's (0x04 encrypted, 0x02 goes on in the next volume)."""

    def block(body: bytes) -> bytes:
        return struct.pack("<H", zlib.crc32(body) & 0xFFFF) + body

    out = b"Rar!\x1a\x07\x00" + block(struct.pack("<BHHHL", 0x73, 0x01 if flags & 2 else 0, 13, 0, 0))
    for name, data in files.items():
        raw = name.encode("gbk")
        size = 32 + len(raw)
        body = struct.pack("<BHH", 0x74, 0x8000 | flags, size)
        body += struct.pack(
            "<LLBLLBBHL", len(data), len(data), 3, zlib.crc32(data), 0x5A21_0000, 20, 0x30, len(raw), REGULAR
        )
        out += block(body + raw) + data
    return out + block(struct.pack("<BHH", 0x7B, 0x4000, 7))


def _vint(number: int) -> bytes:
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _block5(body: bytes) -> bytes:
    sized = _vint(len(body)) + body
    return struct.pack("<L", zlib.crc32(sized)) + sized


def rar5(files: Mapping[str, bytes], *, extra: bytes = b"", secret_names: bool = False) -> bytes:
    """RAR 5, every file stored; ``extra`` is the extra area of each file's header."""
    out = b"Rar!\x1a\x07\x01\x00"
    if secret_names:
        return out + _block5(_vint(4) + _vint(0) + _vint(0) + _vint(0) + bytes([15]) + bytes(16)) + bytes(64)
    out += _block5(_vint(1) + _vint(0) + _vint(0))
    for name, data in files.items():
        raw = name.encode()
        flags = 0x02 | (0x01 if extra else 0)
        body = _vint(2) + _vint(flags) + (_vint(len(extra)) if extra else b"") + _vint(len(data))
        body += _vint(0x04) + _vint(len(data)) + _vint(REGULAR) + struct.pack("<L", zlib.crc32(data))
        body += _vint(0) + _vint(1) + _vint(len(raw)) + raw + extra
        out += _block5(body) + data
    return out + _block5(_vint(5) + _vint(0) + _vint(0))


LOCK5 = _vint(1 + 1 + 1 + 1 + 16 + 16) + _vint(1) + _vint(0) + _vint(0) + bytes([15]) + bytes(32)
"""The record in a RAR 5 header that says that the file is encrypted."""


def lha(files: Mapping[str, bytes]) -> bytes:
    """LHA with headers of level 0, every file stored."""
    out = b""
    for name, data in files.items():
        raw = name.encode("gbk")
        body = b"-lh0-" + struct.pack("<LLLBB", len(data), len(data), 0x5A21_0000, 0x20, 0) + bytes([len(raw)]) + raw
        body += struct.pack("<H", _crc16(data))
        out += bytes([len(body), sum(body) & 0xFF]) + body + data
    return out + b"\0"


def _crc16(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc >> 1) ^ 0xA001 if crc & 1 else crc >> 1
    return crc


def cab(files: Mapping[str, bytes]) -> bytes:
    """A cabinet of one folder without compression (its contents together under 32 KB)."""
    entries, content = b"", b""
    for name, data in files.items():
        entries += struct.pack("<LLHHHH", len(data), len(content), 0, 0x5A21, 0, 0xA0) + name.encode() + b"\0"
        content += data
    block = struct.pack("<LHH", 0, len(content), len(content)) + content
    first_file, first_block = 36 + 8, 36 + 8 + len(entries)
    head = b"MSCF" + struct.pack(
        "<LLLLLBBHHHHH", 0, first_block + len(block), 0, first_file, 0, 3, 1, 1, len(files), 0, 0, 0
    )
    return head + struct.pack("<LHH", first_block, 1, 0) + entries + block


def old_zip(files: Mapping[str, bytes], password: bytes, *, deflated: bool = True) -> bytes:
    """A zip enciphered by PKWARE's old cipher, as its specification describes it; nothing in Python writes one."""
    table = [0] * 256
    for place in range(256):
        value = place
        for _ in range(8):
            value = (value >> 1) ^ 0xEDB88320 if value & 1 else value >> 1
        table[place] = value
    out, directory = b"", b""
    for name, data in files.items():
        packed = zlib.compress(data, 6, wbits=-15) if deflated else data
        secret = _enciphered(bytes(11) + bytes([zlib.crc32(data) >> 24]) + packed, password, table)
        fields = struct.pack(
            "<HHHHHLLLHH",
            20,
            1,
            8 if deflated else 0,
            0,
            0x5A21,
            zlib.crc32(data),
            len(secret),
            len(data),
            len(name),
            0,
        )
        directory += (
            b"PK\x01\x02" + struct.pack("<H", 20) + fields + struct.pack("<HHHLL", 0, 0, 0, 0, len(out)) + name.encode()
        )
        out += b"PK\x03\x04" + fields + name.encode() + secret
    end = struct.pack("<HHHHLLH", 0, 0, len(files), len(files), len(directory), len(out), 0)
    return out + directory + b"PK\x05\x06" + end


def _enciphered(data: bytes, password: bytes, table: list[int]) -> bytes:
    keys = [0x12345678, 0x23456789, 0x34567890]

    def absorb(byte: int) -> None:
        keys[0] = (keys[0] >> 8) ^ table[(keys[0] ^ byte) & 0xFF]
        keys[1] = ((keys[1] + (keys[0] & 0xFF)) * 134775813 + 1) & 0xFFFFFFFF
        keys[2] = (keys[2] >> 8) ^ table[(keys[2] ^ (keys[1] >> 24)) & 0xFF]

    for byte in password:
        absorb(byte)
    out = bytearray()
    for byte in data:
        low = (keys[2] | 2) & 0xFFFF
        out.append(byte ^ ((low * (low ^ 1) >> 8) & 0xFF))
        absorb(byte)
    return bytes(out)


def locked_rar5(files: Mapping[str, bytes], password: str) -> bytes:
    """RAR 5 with every file stored and encrypted (AES-256, key by PBKDF2)."""
    out = b"Rar!\x1a\x07\x01\x00" + _block5(_vint(1) + _vint(0) + _vint(0))
    salt, start = bytes(range(16)), bytes(range(16, 32))
    key = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, 1 << 15)
    check = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, (1 << 15) + 32)
    folded = bytes(a ^ b ^ c ^ d for a, b, c, d in zip(*(check[n : n + 8] for n in range(0, 32, 8)), strict=True))
    record = _vint(1) + _vint(0) + _vint(1) + bytes([15]) + salt + start + folded + hashlib.sha256(folded).digest()[:4]
    extra = _vint(len(record)) + record
    for name, data in files.items():
        padded = data + bytes(-len(data) % 16)
        cipher = Cipher(algorithms.AES(key), modes.CBC(start)).encryptor()
        secret, raw = cipher.update(padded), name.encode()
        body = (
            _vint(2) + _vint(3) + _vint(len(extra)) + _vint(len(secret)) + _vint(4) + _vint(len(data)) + _vint(REGULAR)
        )
        body += struct.pack("<L", zlib.crc32(data)) + _vint(0) + _vint(1) + _vint(len(raw)) + raw + extra
        out += _block5(body) + secret
    return out + _block5(_vint(5) + _vint(0) + _vint(0))


def rar5_volumes(name: str, data: bytes, size: int) -> list[bytes]:
    """RAR 5 in volumes that hold so many bytes each of the one file, which is stored."""
    cuts = [data[at : at + size] for at in range(0, len(data), size)]
    volumes = []
    for number, piece in enumerate(cuts):
        is_last = number == len(cuts) - 1
        flags = 0x02 | (0x08 if number else 0) | (0 if is_last else 0x10)
        check = zlib.crc32(data if is_last else piece)
        body = _vint(2) + _vint(flags) + _vint(len(piece)) + _vint(0x04) + _vint(len(data)) + _vint(REGULAR)
        body += struct.pack("<L", check) + _vint(0) + _vint(1) + _vint(len(name.encode())) + name.encode()
        main = _block5(_vint(1) + _vint(0) + (_vint(3) + _vint(number) if number else _vint(1)))
        out = b"Rar!\x1a\x07\x01\x00" + main + _block5(body) + piece
        volumes.append(out + _block5(_vint(5) + _vint(4) + _vint(0 if is_last else 1)))
    return volumes


def split_zip(whole: bytes, size: int) -> list[bytes]:
    """A ZIP in parts of that size, as Info-ZIP splits it: a mark before all, and places counted in each part."""
    end = whole.rfind(b"PK\x05\x06")
    count, _, directory = struct.unpack_from("<HLL", whole, end + 10)
    last, out = (end + 4) // size, bytearray(b"PK\x07\x08" + whole)
    at = directory + 4
    for _ in range(count):
        name, extra, comment = struct.unpack_from("<HHH", out, at + 28)
        place = struct.unpack_from("<L", out, at + 42)[0] + 4
        struct.pack_into("<H", out, at + 34, place // size)
        struct.pack_into("<L", out, at + 42, place % size)
        at += 46 + name + extra + comment
    struct.pack_into("<HH", out, end + 8, last, (directory + 4) // size)
    struct.pack_into("<L", out, end + 4 + 16, (directory + 4) % size)
    return [bytes(out[at : at + size]) for at in range(0, last * size, size)] + [bytes(out[last * size :])]
