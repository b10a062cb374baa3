"""What a file is, told by its first bytes and never by its name."""

from __future__ import annotations

import re
import tarfile

HEAD = 0x8001 + 6
"""How many bytes :func:`packing` wants to see."""

_STARTS = (
    (b"\x1f\x8b\x08", "gzip"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"PK\x07\x08", "zip"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"Rar!\x1a\x07\x00", "rar4"),
    (b"Rar!\x1a\x07\x01\x00", "rar5"),
    (b"MSCF\x00\x00\x00\x00", "cab"),
    (b"!<arch>\n", "ar"),
)
_CPIO = re.compile(rb"07070[12][0-9A-Fa-f]{104}|070707[0-7]{70}")
_LHA = re.compile(rb"-l[hz][0-9ds]-")
_ISO, _ISO_MARK = 0x8001, b"CD001\x01"
_BZIP2_BLOCKS = (b"1AY&SY", b"\x17rE8P\x90")

COMPRESSED = frozenset({"gzip", "zstd", "bzip2", "xz"})
"""Packings that hold one file."""


def packing(head: bytes) -> str | None:
    """Name the packing that the first bytes of a file tell, or ``None`` if the file is not packed."""
    for start, name in _STARTS:
        if head.startswith(start) and (name != "bzip2" or head[4:10] in _BZIP2_BLOCKS):
            return name
    if _LHA.match(head[2:7]) and head[20:21] in (b"\x00", b"\x01", b"\x02", b"\x03"):
        return "lha"
    if _CPIO.match(head):
        return "cpio"
    if head.startswith(_ISO_MARK, _ISO):
        return "iso"
    return "tar" if _is_tar(head) else None


def _is_tar(head: bytes) -> bool:
    if len(head) < tarfile.BLOCKSIZE or head[0] == 0:
        return False
    try:
        tarfile.TarInfo.frombuf(head[: tarfile.BLOCKSIZE], "utf-8", "surrogateescape")
    except tarfile.TarError:
        return False
    return True
