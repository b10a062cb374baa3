"""What files have in common, as JSON values under pseudonyms, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from headwater.casework.lineage import Common, Lineage
from headwater.casework.veil import Veil
from headwater.console.desk.veiled import Veiled
from headwater.store import views
from headwater.store.drops import write_aside

FOLDER = "holders"
FORM = 2
"""Counts up when what is kept changes: older ones are made anew."""
MOST = 20_000
"""Pairs of each list that are kept, those with most persons."""


def lineage_of(workspace: Path, view: Path) -> Path:
    """Where it lies what the files of a view of the lake have in common."""
    return workspace / FOLDER / f"{view.name}.{FORM}.json"


def keep(workspace: Path, view: Path, found: Lineage, veil: Veil) -> None:
    """Keep what the files of a view of the lake have in common, under pseudonyms; those of other views go."""
    file = lineage_of(workspace, view)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_aside(file, files_plain(found, veil))
    for other in file.parent.glob("*.json"):
        if other != file:
            other.unlink(missing_ok=True)


def files_plain(found: Lineage, veil: Veil) -> dict[str, Any]:
    """What files have in common, without the names of staff."""
    hidden = Veiled(veil)
    return {
        "holders": [_pair(c, lambda name: _holder(hidden, name)) for c in _most(found.holders)],
        "files": [_pair(c, veil.path) for c in _most(found.files)],
        "same": [[veil.path(path) for path in group] for group in found.same],
        "made": [
            {
                "file": veil.path(m.file),
                "of": veil.path(m.of),
                "how": m.how,
                "shared": m.shared,
                "share": m.share,
                "either": m.either,
            }
            for m in found.made
        ],
    }


def common_of(workspace: Path, answer: str | None) -> Mapping[str, Any] | None:
    """What the files of the lake that an answer (its digest) rests on have in common, where it was worked out."""
    view = views.current(workspace, answer)
    if view is None:
        return None
    with suppress(OSError, ValueError):  # not there, or being replaced
        found: dict[str, Any] = json.loads(lineage_of(workspace, view).read_text("utf-8"))
        return found
    return None


def _most(pairs: tuple[Common, ...]) -> list[Common]:
    return sorted(pairs, key=lambda c: (-c.persons, c.a, c.b))[:MOST]


def _pair(common: Common, shown: Any) -> dict[str, Any]:
    return {"a": shown(common.a), "b": shown(common.b), "persons": common.persons}


def _holder(hidden: Veiled, name: str) -> str:
    """A holder as the answer shows him: the path of a leaked file, the pseudonym of somebody of the house, a name."""
    if name.startswith("leaks/"):
        return str(hidden.row("attribution.item", {"leak": name})["leak"])
    return str(hidden.row("holdings.item", {"holder": name})["holder"])
