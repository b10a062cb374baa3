"""A table, a remote file or a batch of messages that a live source has listed: an exhibit which lies on no disk."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from headwater.exhibits.live.doors import Door
from headwater.exhibits.member import Member
from headwater.exhibits.sheets import Sheet
from headwater.model.exhibit import Exhibit, NotRead

TABLE, VIEW = "sql table", "sql view"
_NOWHERE = Path(os.devnull)


@dataclass(frozen=True, slots=True)
class LiveExhibit(Exhibit):
    """What is read from behind a door. ``name`` is what its source calls it.

    ``size`` is in bytes, of a table as good as its source guesses it. ``version`` changes when the content does; ``None``
    means that the source does not tell, so that it has to be read anew. ``modified`` and ``access`` are as the source tells them.
    """

    door: Door
    name: tuple[str, ...]
    version: str | None = None
    modified: str | None = None
    access: Mapping[str, Any] | None = field(default=None, hash=False)


@dataclass(frozen=True, slots=True)
class Table(Member):
    """A table that is open: its rows come once, and as bytes there is nothing of it."""

    format: str = TABLE
    sheets: Iterator[Sheet | NotRead] = field(default=iter(()), repr=False, compare=False)


def live(
    path: str,
    door: Door,
    name: tuple[str, ...],
    size: int | None = None,
    *,
    holder: str | None = None,
    version: str | None = None,
    modified: str | None = None,
    access: Mapping[str, Any] | None = None,
) -> LiveExhibit:
    """An exhibit that is cited by ``path``."""
    return LiveExhibit(path, _NOWHERE, "live", holder, size or 0, door, name, version, modified, access)
