"""Whom and what the incidents of an answer are about, by their names: for verdicts that outlive the answer, never for a page.

The answer is read for it once; what was found is kept beside it, sealed with a key made from the workspace's.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from headwater.casework.judging import extents
from headwater.casework.judging.extents import Extent
from headwater.console.errors import GoneError
from headwater.console.triage.picking import stories
from headwater.model.errors import StoreError
from headwater.store.casebook.sealing import Sealer
from headwater.store.keys import token_key
from headwater.store.tokens import Tokeniser

FOLDER = "triage"
PURPOSE = "extents of incidents"
STORY = 12
"""Digits of a story's name."""


def extent_of(result: Path, workspace: Path, rank: int) -> Extent:
    """The extent of an incident of an answer.

    :raises GoneError: where there is no incident of that rank
    """
    found = all_extents(result, workspace).get(rank)
    if found is None:
        raise GoneError("there is no such incident in this answer")
    return found


def story(extent: Extent, tokeniser: Tokeniser) -> str:
    """A name of the very story: the same accounts, people, findings and days; it tells nobody who they are."""
    return tokeniser.token("story of an incident", "\0".join(extent.key))[:STORY]


def all_extents(result: Path, workspace: Path) -> Mapping[int, Extent]:
    """The extents of all incidents of the answer that lies there now, by rank.

    :raises GoneError: where there is no answer
    """
    try:
        known = result.stat()
    except OSError:
        raise GoneError("there is no answer yet: investigate the case first") from None
    return _extents(result, workspace, f"{known.st_size}-{known.st_mtime_ns}")


@lru_cache(maxsize=8)
def _extents(result: Path, workspace: Path, version: str) -> Mapping[int, Extent]:
    sealer = Sealer(Tokeniser(token_key(workspace)).derived(PURPOSE))
    file = workspace / FOLDER / f"{version}.extents"
    known = _kept(file, sealer, version)
    if known is None:
        known = _read(result)
        told = {str(rank): extents.plain(extent) for rank, extent in known.items()}
        _keep(file, sealer.seal(json.dumps(told, ensure_ascii=False), PURPOSE, version))
    return known


def _kept(file: Path, sealer: Sealer, version: str) -> dict[int, Extent] | None:
    try:
        told = json.loads(sealer.unseal(file.read_bytes(), PURPOSE, version))
    except (OSError, StoreError, ValueError):  # made anew: the answer is there
        return None
    found = {int(rank): extents.read(each) for rank, each in told.items()}
    return {rank: extent for rank, extent in found.items() if extent is not None}


def _keep(file: Path, data: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    aside = file.with_name(f".{file.name}.new")
    aside.touch(0o600)
    aside.write_bytes(data)
    aside.replace(file)
    for other in file.parent.glob(f"*{file.suffix}"):
        if other != file:
            other.unlink(missing_ok=True)


def _read(result: Path) -> dict[int, Extent]:
    incidents, findings = stories(result)
    return {int(i["rank"]): extents.of_incident(i, findings) for i in incidents}
