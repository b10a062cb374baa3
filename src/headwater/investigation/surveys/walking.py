"""The files below the paths that a scan is given, each under the name by which it is cited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from headwater.exhibits.folder import HELD_PARTS, listed
from headwater.model.errors import CaseError
from headwater.model.exhibit import Exhibit, NotRead


def walked(paths: Sequence[Path], holder: str | None) -> tuple[list[Exhibit], list[NotRead]]:
    """List the files of all paths, in order, each once; a file is cited by the path as given and its place below it.

    Who holds a file is ``holder``, or of a case folder's ``seized/HOLDER/…`` that holder.

    :raises CaseError: for a path that does not exist
    """
    found: dict[str, Exhibit] = {}
    aside: dict[str, NotRead] = {}
    for path in paths:
        if not path.exists():
            raise CaseError("does not exist", str(path))
        if path.is_file():
            found[path.as_posix()] = Exhibit(path.as_posix(), path, "", holder, path.stat().st_size)
            continue
        for entry in listed(path.resolve()):
            cited = f"{path.as_posix().rstrip('/')}/{entry.path}"
            if isinstance(entry, NotRead):
                aside[cited] = replace(entry, path=cited)
            else:
                found[cited] = replace(entry, path=cited, holder=holder or _holder(cited))
    return [found[path] for path in sorted(found)], [aside[path] for path in sorted(aside)]


def _holder(path: str) -> str | None:
    parts = path.split("/")
    places = [place for place, name in enumerate(parts[:-2]) if name in HELD_PARTS]
    return parts[places[0] + 1] if places else None
