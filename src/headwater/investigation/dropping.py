"""Matches a file that somebody dropped: whose rows it holds, who took them, when, and what would be left without each reason.

The file is scanned and explained by what the lake held when the last run had ended well, as if it lay among the leaked
files of the case. Nothing of the case, its lake or its answer changes; runs may be at work meanwhile.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from headwater.attribution.attribute import attribute
from headwater.attribution.planted import registries
from headwater.casework.holdings import Holding, holdings
from headwater.casework.reports import json as result_json
from headwater.casework.result import ResultMaker
from headwater.casework.veil import Veil
from headwater.casework.veiled_leak import veiled
from headwater.detection.scene import Scene
from headwater.investigation.calibrating import kept
from headwater.investigation.case import Investigation, Options
from headwater.investigation.reading import open_reading, view_of
from headwater.investigation.surveys.apart import apart
from headwater.investigation.veiling import veil as veil_of
from headwater.model.attribution import Leak
from headwater.model.errors import CaseError
from headwater.model.words import LANGS, Text
from headwater.scanning.housed import House
from headwater.scanning.stage import STAGE, scan_one
from headwater.store import drops, views
from headwater.store.drops import Drop

SCHEMA = "headwater/dropped/1"
DOUBLE = "view"
MOST = 500
"""Files of one archive that are told, those with most rows of ours; and files of it that could not be read."""
STEPS = (
    Text("Opening the lake", "打开数据湖"),
    Text("Reading the file", "读取文件"),
    Text("Finding our rows, and who read them", "查找本机构的行及读取者"),
    Text("Writing down what was found", "记录结果"),
)
Say = Callable[[int], None]
"""Told the number of the step that begins."""
Hide = Callable[[Investigation, Scene], Veil]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which dropped file of which case is to be matched, against the lake that an ``answer`` (its digest) rests on."""

    case: Path
    workspace: Path
    id: str
    answer: str | None = None
    today: date | None = None
    options: Options | None = None


def match_dropped(asked: Asked, say: Say = lambda _step: None, hide: Hide = veil_of) -> dict[str, Any]:
    """Match a dropped file, and keep the answer beside it. Gives the answer: JSON values without the name of anybody.

    ``hide`` gives the veil over all names. Cut at any point it leaves nothing half; asked again it begins anew.

    :raises CaseError: where no such file was dropped
    :raises headwater.store.views.UnsettledError: when no whole lake can be looked at
    """
    drop = drops.drop(asked.workspace, asked.id)
    if drop is None:
        raise CaseError("no such file was dropped")
    say(0)
    with (
        open_reading(asked.case, asked.workspace, asked.answer, asked.options) as work,
        views.private(view_of(work), drop.folder / DOUBLE) as double,
    ):
        own = replace(work, workspace=double)
        for entry in double.manifest.inputs(STAGE):  # other leaked files say nothing of this one
            if entry.reader == "leak file":
                double.manifest.forget(STAGE, entry.path)
        say(1)
        scan_one(own.case, double, drop.exhibit, apart, asked.today)
        with own.scene() as scene:
            answer = dict(json.loads(result_json.dumps(_answer(own, scene, drop, say, hide))))
    drops.answered(drop, answer)
    return answer


def _answer(work: Investigation, scene: Scene, drop: Drop, say: Say, hide: Hide) -> dict[str, Any]:
    say(2)
    found = _leaks(work, scene, drop)
    leaks = sorted(sorted(found, key=lambda k: (-k.ours, k.leak))[:MOST], key=lambda k: k.leak)
    declared = House(work.case.settings.recognisers).categories
    held = holdings(scene.engine, declared, ("leak",)) if scene.has("documents") else ()
    say(3)
    hidden = hide(work, scene)
    makers = {lang: ResultMaker(work.name, work.case.settings, scene.org, "", lang) for lang in LANGS}
    unread = [n for n in work.workspace.manifest.not_read() if _is_of(n.path, drop)]
    return {
        "schema": SCHEMA,
        "id": drop.id,
        "name": hidden.path(drop.name),
        "size": drop.size,
        "sha256": drop.sha256,
        "path": drop.exhibit.path,
        "answer": views.card(view_of(work).folder).digest,
        "leaks": {lang: [_told(maker, leak, held, hidden) for leak in leaks] for lang, maker in makers.items()},
        "more": len(found) - len(leaks),
        "not_read": [{"path": hidden.path(n.path), "reason": n.reason} for n in unread[:MOST]],
    }


def _leaks(work: Investigation, scene: Scene, drop: Drop) -> tuple[Leak, ...]:
    """What attribution says of the file, or of each file in it where it is an archive."""
    if not scene.has("documents"):
        return ()
    seen = scene.engine.arrow(scene.engine.table("documents").select("source").distinct())["source"].to_pylist()
    return attribute(
        scene,
        calibrated=kept(work.workspace.root),
        registries=registries(work.workspace, (*work.case.exhibits, drop.exhibit)),
        only=frozenset(source for source in seen if _is_of(source, drop)),
    ).leaks


def _is_of(path: str, drop: Drop) -> bool:
    """Whether a path is that of the file, or of something in it."""
    whole = drop.exhibit.path
    return path == whole or path.startswith((f"{whole}!", f"{whole}#"))


def _told(maker: ResultMaker, leak: Leak, held: tuple[Holding, ...], hidden: Veil) -> dict[str, Any]:
    """One leak as the contract has it, with what it holds beside."""
    of_it = next((h for h in held if h.holder == leak.leak), None)
    persons = {hidden.path(leak.leak): of_it.persons} if of_it else {}
    return maker.leak(veiled(leak, hidden), persons) | {
        "items": dict(of_it.categories) if of_it else {},
        "overlap": dict(of_it.overlap) if of_it else {},
    }
