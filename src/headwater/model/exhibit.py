"""A file of the case folder, and what became of reading it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Exhibit:
    """A file as it lies in the case folder.

    ``path`` is relative to the folder, with forward slashes; ``part`` is its first component (``hr``, ``logs``,
    ``seized`` …); ``holder`` is the second component for ``seized/HOLDER/…`` and the network's folders, else ``None``.
    """

    path: str
    file: Path
    part: str
    holder: str | None
    size: int


@dataclass(frozen=True, slots=True)
class Rejected:
    """A line that was set aside: where, and why. Never its raw text."""

    source: str
    line: int
    reason: str


@dataclass(frozen=True, slots=True)
class NotRead:
    """A file, or a member of an archive, that nobody could read; ``first_line`` is masked."""

    path: str
    reason: str
    first_line: str = ""
