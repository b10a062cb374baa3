"""Files that stay open as long as something reads from them: archives on the disk, and unnamed files where contents are laid aside."""

from __future__ import annotations

import tempfile
import weakref
from collections.abc import Iterable
from typing import BinaryIO, cast

from headwater.exhibits.limits import LimitError, Meter
from headwater.exhibits.streams import FAULTS, Slice, fault_of

IN_MEMORY = 1 << 23
"""What is laid aside is kept in memory up to this many bytes."""

_TOGETHER = 1 << 28


class Held:
    """An open file that is closed when nothing that reads from it is left."""

    __slots__ = ("__weakref__", "stream")

    def __init__(self, stream: BinaryIO) -> None:
        self.stream = stream
        weakref.finalize(self, stream.close)


class HeldSlice(Slice):
    """A stretch of a held file, which stays open as long as the stretch does."""

    def __init__(self, held: Held, start: int, length: int) -> None:
        super().__init__(held.stream, start, length, owned=False)
        self._held = held


def unnamed() -> Held:
    """An empty file without a name, in memory while it is small."""
    return Held(cast(BinaryIO, tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)))


class Aside:
    """Where the files of an archive are laid that can only be unpacked in their order.

    Many small ones share an unnamed file; it goes when the last of them is dropped, so that whoever reads one member after the
    other never has the whole archive on the disk.
    """

    def __init__(self) -> None:
        self._held = unnamed()
        self._end = 0

    def keep(self, chunks: Iterable[bytes], meter: Meter) -> tuple[Held, int, int]:
        """Lay a file aside and count it; a fault ends it and is noted on its meter, but for a limit, which is raised.

        Gives where it lies: the held file, the place of its first byte, and its length.
        """
        if self._end >= _TOGETHER:
            self._held, self._end = unnamed(), 0
        held, start = self._held, self._end
        length = 0
        try:
            for chunk in chunks:
                meter.reach(length + len(chunk))
                held.stream.seek(start + length)
                held.stream.write(chunk)
                length += len(chunk)
        except LimitError:
            raise
        except FAULTS as error:
            meter.fault = fault_of(error)
        self._end = start + length
        return held, start, length
