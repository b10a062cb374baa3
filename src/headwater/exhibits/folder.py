"""The case folder: which files lie in it. It is read only; nothing here opens a file for writing."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from headwater.exhibits.blocks import SETTINGS_FILE
from headwater.exhibits.names import shown
from headwater.exhibits.rule_files import with_files
from headwater.exhibits.settings import load_settings
from headwater.model.errors import CaseError
from headwater.model.exhibit import Exhibit, NotRead
from headwater.model.settings import Settings

HELD_PARTS = frozenset({"seized", "chats", "payments", "contacts"})
"""Parts of the folder whose second component says with whom the files were found."""


@dataclass(frozen=True, slots=True)
class CaseFolder:
    """A case folder as it was found: its settings, its files sorted by path, and what is no file to be read.

    ``declared`` are logs that somebody declared elsewhere (:mod:`headwater.exhibits.declared_beside`); the settings have them.
    """

    root: Path
    settings: Settings
    exhibits: tuple[Exhibit, ...]
    not_read: tuple[NotRead, ...]
    declared: str = ""

    def part(self, *names: str) -> tuple[Exhibit, ...]:
        """The exhibits of these parts of the folder (``hr``, ``logs``, ``complaints.csv`` …)."""
        return tuple(exhibit for exhibit in self.exhibits if exhibit.part in names)


def open_case(root: Path) -> CaseFolder:
    """List a case folder and read its settings."""
    if not root.is_dir():
        raise CaseError("is not a folder" if root.exists() else "does not exist", str(root))
    root = root.resolve()
    exhibits: list[Exhibit] = []
    not_read: list[NotRead] = []
    for found in listed(root):
        if isinstance(found, NotRead):
            not_read.append(found)
        elif found.path != SETTINGS_FILE:
            exhibits.append(found)
    exhibits.sort(key=lambda exhibit: exhibit.path)
    settings = load_settings(root / SETTINGS_FILE)
    return CaseFolder(
        root,
        replace(settings, sigma=with_files(settings.sigma, exhibits)),
        tuple(exhibits),
        tuple(sorted(not_read, key=lambda item: item.path)),
    )


def listed(root: Path) -> Iterator[Exhibit | NotRead]:
    """Every file below a folder, by its path from there, however deep; links that lead out of it are not followed."""
    open_folders: list[Iterator[_Place | NotRead]] = [_entries(root, ())]
    while open_folders:
        place = next(open_folders[-1], None)
        if place is None:
            open_folders.pop()
        elif isinstance(place, NotRead):
            yield place
        elif place[0].is_dir(follow_symlinks=False):
            open_folders.append(_entries(Path(place[0].path), place[1]))
        else:
            yield _entry(root, *place)


_Place = tuple[os.DirEntry[str], tuple[str, ...]]


def _entries(folder: Path, parts: tuple[str, ...]) -> Iterator[_Place | NotRead]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: os.fsencode(entry.name))
    except OSError as error:
        yield NotRead("/".join(parts), f"the folder cannot be listed: {error.strerror}")
        return
    for entry in entries:
        yield entry, (*parts, shown(os.fsencode(entry.name)))


def _entry(root: Path, entry: os.DirEntry[str], parts: tuple[str, ...]) -> Exhibit | NotRead:
    path = "/".join(parts)
    file = Path(entry.path)
    try:
        if entry.is_symlink():
            reason = _link_fault(root, file)
            if reason:
                return NotRead(path, reason)
        status = file.stat()
    except (OSError, RuntimeError) as error:
        return NotRead(path, f"cannot be looked at: {getattr(error, 'strerror', None) or 'a loop of links'}")
    if not stat.S_ISREG(status.st_mode):
        return NotRead(path, "is no ordinary file")
    holder = parts[1] if parts[0] in HELD_PARTS and len(parts) > 2 else None
    return Exhibit(path, file, parts[0], holder, status.st_size)


def _link_fault(root: Path, file: Path) -> str | None:
    target = file.resolve(strict=True)
    if not target.is_relative_to(root):
        return "is a link that leads out of the folder"
    if target.is_dir():
        return "is a link to a folder that is read where it lies"
    return None
