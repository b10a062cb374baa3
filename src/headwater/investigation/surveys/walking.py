"""The files below the paths that a scan is given, each under the name by which it is cited."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from headwater.exhibits.folder import HELD_PARTS, listed
from headwater.exhibits.names import shown
from headwater.model.errors import CaseError
from headwater.model.exhibit import Exhibit, NotRead


def walked(paths: Sequence[Path], holder: str | None) -> tuple[list[Exhibit], list[NotRead]]:
    """List the files of all paths, in order, each once; a file is cited by the path as given and its place below it.

    Who holds a file is ``holder``, or of a case folder's ``seized/HOLDER/…`` that holder.

    :raises CaseError: for a path that does not exist
    """
    found: dict[str, Exhibit] = {}
    aside: dict[str, NotRead] = {}
    seen: set[str] = set()
    for path in paths:
        if not path.exists():
            raise CaseError("does not exist", str(path))
        name = cited(path)
        if path.is_file():
            if _is_seen(path, seen):
                continue
            found[name] = Exhibit(name, path, "", holder or _holder(name), path.stat().st_size)
            continue
        for entry in listed(path.resolve()):
            place = f"{name.rstrip('/')}/{entry.path}"
            if isinstance(entry, NotRead):
                aside[place] = replace(entry, path=place)
            elif not _is_seen(entry.file, seen):
                place = _free(found, place, entry)
                found[place] = replace(entry, path=place, holder=holder or _holder(place))
    return [found[path] for path in sorted(found)], [aside[path] for path in sorted(aside)]


def _is_seen(file: Path, seen: set[str]) -> bool:
    """Whether a file was listed under another spelling of its path; it is now."""
    real = os.path.realpath(file)
    if real in seen:
        return True
    seen.add(real)
    return False


def cited(path: Path) -> str:
    """A path as it is shown: what its bytes are in whatever encoding, and nothing that a terminal obeys."""
    return shown(os.fsencode(path.as_posix()))


def _free(found: Mapping[str, Exhibit], place: str, entry: Exhibit) -> str:
    """The place, or one told apart by a number where another file is shown by the same name."""
    number, free = 1, place
    while free in found and found[free].file.resolve() != entry.file.resolve():
        number += 1
        free = f"{place}#{number}"
    return free


def _holder(path: str) -> str | None:
    parts = path.split("/")
    places = [place for place, name in enumerate(parts[:-2]) if name in HELD_PARTS]
    return parts[places[0] + 1] if places else None
