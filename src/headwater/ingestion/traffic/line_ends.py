"""Texts whose lines end with a carriage return alone, as spreadsheets on old Macs save them, as all others have them."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import BinaryIO, cast

from headwater.exhibits.encodings import encoding_of
from headwater.exhibits.member import Member

_NARROW = ("utf-8", "gb18030", "cp1252")


def with_newlines(member: Member, head: bytes) -> tuple[Member, bytes]:
    """Give a file and its beginning as they are, or with line feeds for carriage returns where these alone end lines."""
    if b"\n" in head or b"\r" not in head.rstrip(b"\r") or encoding_of(head) not in _NARROW:
        return member, head
    opener = member.opener
    ended = replace(member, file=None, opener=lambda: cast(BinaryIO, io.BufferedReader(_Newlines(opener()))))
    return ended, head.replace(b"\r", b"\n")


class _Newlines(io.RawIOBase):
    def __init__(self, stream: BinaryIO) -> None:
        super().__init__()
        self._stream = stream

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def readinto(self, buffer: object) -> int:
        view = memoryview(cast(bytearray, buffer)).cast("B")
        data = self._stream.read(len(view)).replace(b"\r", b"\n")
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._stream.close()
        super().close()
