"""A file to be read: an exhibit itself, or one that lies packed inside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from headwater.exhibits.limits import Budget, Limits, Meter
from headwater.model.exhibit import Exhibit


@dataclass(frozen=True, slots=True)
class Member:
    """A file that is not packed any more. It can be opened as often as one likes.

    ``path`` is how it is cited: the exhibit's path, and after each ``!`` the name inside the archive. ``size`` is the
    unpacked size in bytes where the archive says it (it may lie), else ``None``. ``file`` is the file on the disk
    where these very bytes lie, or ``None`` if they are packed.
    """

    path: str
    exhibit: Exhibit
    size: int | None
    file: Path | None
    opener: Callable[[], BinaryIO] = field(repr=False, compare=False)
    meter: Meter = field(repr=False, compare=False)

    def open(self) -> BinaryIO:
        """Open the file for reading, at its start; the stream can seek."""
        return self.opener()

    @property
    def fault(self) -> str | None:
        """What went wrong while it was read, known only after reading: the stream then ended early."""
        return self.meter.fault


def plain(exhibit: Exhibit, budget: Budget | None = None) -> Member:
    """The exhibit itself as a member, straight from the disk."""
    meter = Meter(budget or Budget(Limits(), exhibit.size))
    return Member(exhibit.path, exhibit, exhibit.size, exhibit.file, lambda: exhibit.file.open("rb"), meter)
