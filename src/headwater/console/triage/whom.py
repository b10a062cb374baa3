"""Whom and what incidents and alerts are about, by their names: for verdicts that outlive the answer, never for a page.

An answer is read for it once; what was found is kept in the workspace, sealed with a key made from the workspace's. It is
always that of the very answer that is shown: a newer one may have another story at the same rank.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from hashlib import file_digest
from os import fstat
from os.path import samestat
from pathlib import Path

from headwater.casework.judging import extents
from headwater.casework.judging.extents import Extent
from headwater.console.errors import BusyError
from headwater.console.triage.keeping import ALONE, keep
from headwater.console.triage.picking import stories
from headwater.investigation.answering import RESULT, in_language
from headwater.model.alert import Alert
from headwater.model.errors import StoreError
from headwater.model.words import LANGS
from headwater.store.casebook.sealing import Sealer
from headwater.store.keys import token_key
from headwater.store.tokens import Tokeniser

FOLDER = "triage"
PURPOSE = "extents of incidents"
STORY = 12
"""Digits of a story's name."""
KEPT = 4
"""Answers whose extents are kept: one in each language, and those before them."""


def story(extent: Extent, tokeniser: Tokeniser) -> str:
    """A name of the very story: the same accounts, people, findings and days; it tells nobody who they are."""
    return tokeniser.token("story of an incident", "\0".join(extent.key))[:STORY]


def state(alert: Alert, tokeniser: Tokeniser) -> str:
    """A name of what an alert is about now: it changes where whoever or whatever a verdict speaks of does."""
    told = "\0".join((alert.lane, *sorted(alert.about), *sorted(alert.detectors)))
    return tokeniser.token("state of an alert", told)[:STORY]


@lru_cache(maxsize=8)
def extents_of(out: Path, workspace: Path, version: str) -> Mapping[int, Extent]:
    """The extents of all incidents of one answer, by rank.

    :param out: the folder where the answer lies, or lay
    :param version: the answer's SHA-256
    :raises BusyError: where a newer one lies there, and nobody asked before it came
    """
    sealer = Sealer(Tokeniser(token_key(workspace)).derived(PURPOSE))
    file = workspace / FOLDER / f"{version}.extents"
    with ALONE:
        known = _kept(file, sealer, version)
        if known is None:
            known = _found(out, version)
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
    keep(file, data)
    for other in sorted(file.parent.glob(f"*{file.suffix}"), key=_written)[:-KEPT]:
        other.unlink(missing_ok=True)


def _written(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except FileNotFoundError:  # another thread was quicker
        return 0


def _found(out: Path, version: str) -> dict[int, Extent]:
    """Those of whichever file in the folder is that answer: it may lie there in two languages."""
    for name in (RESULT, *map(in_language, LANGS)):
        file = out / name
        try:
            with file.open("rb") as opened:
                same, before = file_digest(opened, "sha256").hexdigest() == version, fstat(opened.fileno())
            if same and (found := _read(file)) is not None and samestat(file.stat(), before):  # not replaced meanwhile
                return found
        except FileNotFoundError:
            continue
    raise BusyError("a newer answer is being made ready; try again")


def _read(result: Path) -> dict[int, Extent]:
    incidents, findings = stories(result)
    return {int(i["rank"]): extents.of_incident(i, findings) for i in incidents}
