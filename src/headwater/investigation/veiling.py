"""The pseudonyms of a house, for every name that its tables and its logs hold."""

from __future__ import annotations

from headwater.casework.veil import Veil
from headwater.detection.scene import Scene
from headwater.investigation.case import Investigation
from headwater.model.tables import EVENT_TABLES, SCHEMAS


def veil(work: Investigation, scene: Scene) -> Veil:
    """A veil over whatever bears a name in the lake: a finding may name an account or a device that no table lists."""
    return Veil(scene.listed, work.workspace.tokeniser, named(scene, "account"), named(scene, "device"))


def named(scene: Scene, column: str, besides: frozenset[str] = frozenset()) -> frozenset[str]:
    """Every account, or every device, that some event of the lake names; events of some tables may be left out."""
    found: set[str] = set()
    for table in sorted(EVENT_TABLES - besides):
        if column in SCHEMAS[table].names and scene.has(table):
            rows = scene.engine.table(table)
            found |= set(scene.engine.arrow(rows.select(column).distinct())[column].to_pylist())
    return frozenset(name for name in found if name)
