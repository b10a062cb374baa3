"""Everything that a scan is given to read: files below paths, and what live sources list; each once, under its own name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from headwater.exhibits.live import reading
from headwater.exhibits.live.doors import Door
from headwater.investigation.surveys.walking import cited, walked
from headwater.model.errors import UnreadableError
from headwater.model.exhibit import Exhibit, NotRead


def gathered(given: Sequence[Path | Door], holder: str | None) -> tuple[list[Exhibit], list[NotRead]]:
    """List what lies below all paths and behind all doors. A source that cannot be reached is a reason, and the others go on.

    :raises CaseError: for a path that does not exist
    :raises UnreadableError: if there are only sources, and none of them can be reached
    """
    doors = [each for each in dict.fromkeys(given) if isinstance(each, Door)]
    found, aside = walked([each for each in given if isinstance(each, Path)], holder)
    listed: dict[str, Exhibit] = {}
    reached = len(doors) < len(set(given))
    for door in doors:
        try:
            for entry in reading.exhibits(door, holder):
                if isinstance(entry, NotRead):
                    aside.append(entry)
                else:
                    place = _free(listed, entry.path)
                    listed[place] = replace(entry, path=place)
            reached = True
        except UnreadableError as error:
            aside.append(NotRead(door.shown, reading.reason_of(error)))
    if not reached and aside:
        raise UnreadableError(aside[0].reason, aside[0].path)
    return [*found, *(listed[path] for path in sorted(listed))], aside


def shown(given: Path | Door) -> str:
    """What was given, as an answer shows it."""
    return given.shown if isinstance(given, Door) else cited(given)


def _free(listed: dict[str, Exhibit], place: str) -> str:
    """The place, or one told apart by a number: two accounts of one database may see different rows."""
    number, free = 1, place
    while free in listed:
        number += 1
        free = f"{place}#{number}"
    return free
