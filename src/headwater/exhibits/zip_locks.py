"""Encrypted files in zip archives: the old cipher of PKWARE, and AES as WinZip writes it (AE-1 and AE-2)."""

from __future__ import annotations

import bz2
import hashlib
import hmac
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import numpy as np
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from headwater.identifiers.compiled import compiled
from headwater.model.errors import UnreadableError

_READ = 1 << 18
_PROBE = 1 << 20
_AES, _AES_EXTRA = 99, 0x9901
_SALTS, _KEYS = {1: 8, 2: 12, 3: 16}, {1: 16, 2: 24, 3: 32}
_HEADER, _MAC = 12, 10
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2}

_crc = np.arange(256, dtype=np.uint32)
for _ in range(8):
    _crc = np.where(_crc & 1, (_crc >> 1) ^ np.uint32(0xEDB88320), _crc >> 1).astype(np.uint32)
_CRC = _crc


@dataclass(frozen=True, slots=True)
class Locked:
    """An encrypted file: where its packed bytes lie, how many, by which method, and for AES the strength of the key."""

    start: int
    size: int
    method: int
    crc: int
    checks: tuple[int, ...]
    strength: int | None
    sealed: bool  # the checksum is left out (AE-2): the seal of the cipher stands for it


def located(stream: BinaryIO, info: zipfile.ZipInfo) -> Locked:
    """Find an encrypted file in its archive.

    :raises UnreadableError: if its own header is damaged, or its cipher or method is not known
    """
    stream.seek(info.header_offset)
    header = stream.read(30)
    if len(header) < 30 or header[:4] != b"PK\x03\x04":
        raise UnreadableError("the packed data is damaged: the header of the file is not where it should be")
    moment, name, extra = struct.unpack_from("<H", header, 10)[0], *struct.unpack_from("<HH", header, 26)
    method, strength, sealed = info.compress_type, None, False
    if method == _AES:
        strength, method, sealed = _aes(info.extra)
    if method not in _METHODS or info.flag_bits & 0x40:
        raise UnreadableError("is encrypted by a cipher or packed by a method that is not supported")
    start = info.header_offset + 30 + name + extra
    return Locked(start, info.compress_size, method, info.CRC, (info.CRC >> 24, moment >> 8), strength, sealed)


def _aes(extra: bytes) -> tuple[int, int, bool]:
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        if kind == _AES_EXTRA and size >= 7 and len(extra) >= 11 and extra[8] in _KEYS:
            return extra[8], struct.unpack_from("<H", extra, 9)[0], extra[4] == 2
        extra = extra[4 + size :]
    raise UnreadableError("is encrypted by a cipher that is not supported")


def fitting(stream: BinaryIO, locked: Locked, passwords: Sequence[str]) -> bytes | None:
    """The first password that opens the file, as bytes: UTF-8, and GB18030 where that differs."""
    for password in passwords:
        for secret in dict.fromkeys((password.encode("utf-8", "replace"), password.encode("gb18030", "replace"))):
            if _fits(stream, locked, secret):
                return secret
    return None


def _fits(stream: BinaryIO, locked: Locked, secret: bytes) -> bool:
    """One byte is all that the old cipher checks: so a stretch is unpacked as well, which a wrong key makes rubbish."""
    try:
        count = 0
        for chunk in opened(stream, locked, secret):
            count += len(chunk)
            if count > _PROBE and (locked.strength or locked.method != zipfile.ZIP_STORED):
                return True
    except (UnreadableError, zlib.error, OSError, ValueError, EOFError):
        return False
    return True


def opened(stream: BinaryIO, locked: Locked, secret: bytes) -> Iterator[bytes]:
    """The content of the file, unpacked, in chunks.

    :raises UnreadableError: if the password is wrong, or at the end, if the content is damaged
    """
    plain = _by_aes(stream, locked, secret) if locked.strength else _by_old_cipher(stream, locked, secret)
    crc = 0
    for chunk in _unpacked(plain, locked.method):
        crc = zlib.crc32(chunk, crc)
        yield chunk
    if crc != locked.crc and not locked.sealed:
        raise zipfile.BadZipFile("CRC") if locked.strength else UnreadableError(_WRONG)


_WRONG = "the packed data is damaged, or the password is wrong"


def _unpacked(chunks: Iterator[bytes], method: int) -> Iterator[bytes]:
    if method == zipfile.ZIP_STORED:
        yield from chunks
        return
    machine: Any = zlib.decompressobj(-15) if method == zipfile.ZIP_DEFLATED else bz2.BZ2Decompressor()
    for chunk in chunks:
        if method == zipfile.ZIP_BZIP2:
            if not machine.eof:
                yield machine.decompress(chunk)
            continue
        while chunk:
            yield machine.decompress(chunk, _READ)
            chunk = machine.unconsumed_tail
    if not machine.eof:
        raise EOFError


def _stretch(stream: BinaryIO, start: int, size: int) -> Iterator[bytes]:
    done = 0
    while done < size:
        stream.seek(start + done)
        data = stream.read(min(_READ, size - done))
        if not data:
            raise EOFError
        done += len(data)
        yield data


def _by_old_cipher(stream: BinaryIO, locked: Locked, secret: bytes) -> Iterator[bytes]:
    keys = np.array([0x12345678, 0x23456789, 0x34567890], np.uint32)
    _turned(keys, np.frombuffer(secret, np.uint8), _CRC, False)
    first = True
    for data in _stretch(stream, locked.start, locked.size):
        text = _turned(keys, np.frombuffer(data, np.uint8), _CRC, True).tobytes()
        if first:
            if len(text) < _HEADER or text[_HEADER - 1] not in locked.checks:
                raise UnreadableError(_WRONG)
            text, first = text[_HEADER:], False
        yield text


@compiled
def _turned(keys: Any, data: Any, table: Any, decipher: bool) -> Any:
    """Take bytes into the three keys of the old cipher; bytes that are enciphered are read first."""
    first, second, third = keys
    out = np.empty(data.size, np.uint8)
    for place in range(data.size):
        byte = np.uint32(data[place])
        if decipher:
            low = np.uint32((third | np.uint32(2)) & np.uint32(0xFFFF))
            byte = byte ^ ((np.uint32(low * (low ^ np.uint32(1))) >> np.uint32(8)) & np.uint32(0xFF))
        out[place] = byte
        first = np.uint32((first >> np.uint32(8)) ^ table[(first ^ byte) & np.uint32(0xFF)])
        second = np.uint32(np.uint32(second + (first & np.uint32(0xFF))) * np.uint32(134775813) + np.uint32(1))
        third = np.uint32((third >> np.uint32(8)) ^ table[(third ^ (second >> np.uint32(24))) & np.uint32(0xFF)])
    keys[0], keys[1], keys[2] = first, second, third
    return out


def _by_aes(stream: BinaryIO, locked: Locked, secret: bytes) -> Iterator[bytes]:
    assert locked.strength is not None
    salt_size, key_size = _SALTS[locked.strength], _KEYS[locked.strength]
    head = b"".join(_stretch(stream, locked.start, salt_size + 2))
    keys = hashlib.pbkdf2_hmac("sha1", secret, head[:salt_size], 1000, 2 * key_size + 2)
    if keys[-2:] != head[salt_size:]:
        raise UnreadableError(_WRONG)
    size = locked.size - len(head) - _MAC
    if size < 0:
        raise EOFError
    seal = hmac.new(keys[key_size : 2 * key_size], digestmod="sha1")
    encipher = Cipher(algorithms.AES(keys[:key_size]), modes.ECB()).encryptor()  # its counter is none of the usual ones
    count = 1
    for data in _stretch(stream, locked.start + len(head), size):
        seal.update(data)
        yield _xor(data, encipher.update(_counters(count, len(data))))
        count += len(data) // 16
    if not hmac.compare_digest(seal.digest()[:_MAC], b"".join(_stretch(stream, locked.start + len(head) + size, _MAC))):
        raise zipfile.BadZipFile("CRC")


def _counters(first: int, size: int) -> bytes:
    blocks = np.zeros((-(-size // 16), 2), "<u8")
    blocks[:, 0] = np.arange(first, first + len(blocks), dtype=np.uint64)
    return blocks.tobytes()


def _xor(data: bytes, mask: bytes) -> bytes:
    return (np.frombuffer(data, np.uint8) ^ np.frombuffer(mask, np.uint8)[: len(data)]).tobytes()
